"""The audit log shows every change made behind its back."""

from __future__ import annotations

import random

import pytest
from tests.counts import count

from regin.apps.common.models import AuditEntry
from regin.apps.common.models.revision import ImmutableError
from regin.apps.common.operations import audit_head, broken_links, record

TAMPERS = count(1_000, divisor=10)
LENGTH = 12

pytestmark = pytest.mark.django_db


@pytest.fixture
def log():
    for number in range(LENGTH):
        record(f"actor{number % 3}", "test.act", f"target{number}", count=number)
    # The manager refuses to change or remove entries; somebody with the database would not ask it.
    return AuditEntry._base_manager.order_by("number")


def change(rows, dice):
    field, value = dice.choice(
        [
            ("actor", "x"),
            ("verb", "x"),
            ("target", "x"),
            ("details", {"n": 1}),
            ("sha256", "0" * 64),
        ]
    )
    rows.filter(number=dice.randint(1, LENGTH)).update(**{field: value})


def change_time(rows, dice):
    entry = rows.get(number=dice.randint(2, LENGTH))
    rows.filter(pk=entry.pk).update(at=rows.first().at)


def delete(rows, dice):
    rows.get(number=dice.randint(1, LENGTH - 1))
    rows.filter(number=dice.randint(1, LENGTH - 1))._raw_delete(rows.db)


def delete_and_close_the_gap(rows, dice):
    gone = dice.randint(1, LENGTH - 1)
    rows.filter(number=gone)._raw_delete(rows.db)
    for entry in list(rows.filter(number__gt=gone)):
        rows.filter(pk=entry.pk).update(number=entry.number - 1)


def insert(rows, dice):
    at = dice.randint(1, LENGTH)
    for entry in list(rows.filter(number__gte=at).order_by("-number")):
        rows.filter(pk=entry.pk).update(number=entry.number + 1)
    forged = AuditEntry(
        number=at, at=rows.first().at, actor="x", verb="x", previous=_hash_before(rows, at)
    )
    forged.sha256 = forged.seal()
    forged.save()


def _hash_before(rows, number):
    before = rows.filter(number=number - 1).first()
    return before.sha256 if before else "0" * 64


def reorder(rows, dice):
    one, other = dice.sample(range(1, LENGTH + 1), 2)
    a, b = rows.get(number=one), rows.get(number=other)
    rows.filter(pk=a.pk).update(number=LENGTH + 100)
    rows.filter(pk=b.pk).update(number=one)
    rows.filter(pk=a.pk).update(number=other)


def change_and_reseal(rows, dice):
    """Only the next entry still tells: it names the seal from before."""
    entry = rows.get(number=dice.randint(1, LENGTH - 1))
    entry.verb = "x"
    rows.filter(pk=entry.pk).update(verb="x", sha256=entry.seal())


def delete_close_the_gap_and_reseal(rows, dice):
    delete_and_close_the_gap(rows, dice)
    for entry in list(rows.all()):
        rows.filter(pk=entry.pk).update(sha256=entry.seal())


TAMPERINGS = [
    change,
    change_time,
    delete,
    delete_and_close_the_gap,
    insert,
    reorder,
    change_and_reseal,
    delete_close_the_gap_and_reseal,
]


def test_an_untouched_log_has_no_broken_link(log):
    assert list(broken_links(audit_head())) == []


@pytest.mark.parametrize("seed", range(TAMPERS))
def test_every_tampering_is_found(log, seed):
    dice = random.Random(seed)
    TAMPERINGS[seed % len(TAMPERINGS)](log, dice)
    assert list(broken_links())


def test_cutting_the_end_off_is_found_with_the_head_kept_elsewhere(log):
    head = audit_head()
    log.filter(number__gt=LENGTH - 3)._raw_delete(log.db)
    assert list(broken_links()) == []
    assert list(broken_links(head)) == [LENGTH]


def test_rewriting_the_last_entry_is_found_with_the_head_kept_elsewhere(log):
    head = audit_head()
    last = log.last()
    last.verb = "x"
    log.filter(pk=last.pk).update(verb="x", sha256=last.seal())
    assert list(broken_links()) == []
    assert list(broken_links(head)) == [LENGTH]


def test_a_head_is_still_right_when_more_was_written(log):
    head = audit_head()
    record("actor", "test.act")
    assert list(broken_links(head)) == []


def test_an_empty_log_is_intact(db):
    assert audit_head()[0] == 0
    assert list(broken_links(audit_head())) == []


def test_entries_are_never_changed_or_removed(log):
    entry = AuditEntry.objects.first()
    for attempt in (
        entry.save,
        entry.delete,
        AuditEntry.objects.all().delete,
        lambda: AuditEntry.objects.update(actor="x"),
        lambda: AuditEntry.objects.bulk_update([entry], ["actor"]),
    ):
        with pytest.raises(ImmutableError):
            attempt()
