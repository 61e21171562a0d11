"""A revision that was rewritten, removed or slipped in no longer fits the audit log."""

from __future__ import annotations

import hashlib
import importlib

import pytest
from django.apps import apps

from regin.apps.accounts.tests.factories import make_organisation
from regin.apps.common.models import AuditEntry, Revision
from regin.apps.common.operations import (
    broken_links,
    broken_revisions,
    keep_revision,
    record,
    revisions_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def subject():
    made = make_organisation(name="One")
    made.revision_schema = 1
    made.revision_body = lambda: {"name": made.name}
    for name in ("One", "Two"):
        made.name = name
        keep_revision(made, None, "x")
    return made


def name_of(subject, number):
    return f"accounts.organisation/{subject.pk} no. {number}"


def test_kept_revisions_fit_the_log_and_the_same_content_is_noted_once(subject):
    keep_revision(subject, None, "again")
    entries = AuditEntry.objects.filter(verb="revision.kept", target=subject.public_id)
    hashes = [row.sha256 for row in revisions_of(subject)]
    assert [entry.details["sha256"] for entry in entries] == hashes
    assert list(broken_revisions()) == []


def rewrite(subject):
    digest = hashlib.sha256(b"{}").hexdigest()
    rows = Revision._base_manager.filter(object_id=subject.pk, number=1)
    rows.update(body="{}", sha256=digest)
    return digest


def test_body_and_hash_changed_together_are_found(subject):
    rewrite(subject)
    assert list(broken_revisions()) == [name_of(subject, 1)]


def test_a_rewritten_revision_noted_a_second_time_is_found(subject):
    digest = rewrite(subject)
    about = f"accounts.organisation/{subject.pk}"
    record("x", "revision.kept", subject.public_id, subject=about, number=1, sha256=digest)
    assert name_of(subject, 1) in list(broken_revisions())


def test_a_removed_newest_revision_is_found(subject):
    rows = Revision._base_manager.filter(object_id=subject.pk, number=2)
    rows._raw_delete(rows.db)
    assert list(broken_revisions()) == [name_of(subject, 2)]


def test_a_revision_slipped_in_is_found(subject):
    last = revisions_of(subject).last()
    last.pk, last.number, last._state.adding = None, 3, True
    last.save()
    assert list(broken_revisions()) == [name_of(subject, 3)]


def test_revisions_from_before_they_were_noted_are_noted_by_the_upgrade(subject):
    entries = AuditEntry._base_manager.all()
    entries._raw_delete(entries.db)
    record("x", "before")
    assert len(list(broken_revisions())) == 2
    importlib.import_module("regin.apps.common.migrations.0003_note_revisions").note(apps, None)
    assert list(broken_revisions()) == list(broken_links()) == []
