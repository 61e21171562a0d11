"""Revisions are kept for good, whoever leaves and whatever changes."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regin.apps.common.models import Revision
from regin.apps.common.models.revision import ImmutableError, canonical
from regin.apps.common.operations import changes, keep_revision, revisions_of
from regin.apps.regions.tests.factories import make_profile, make_user

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(st.dictionaries(st.text(max_size=4), JSON, max_size=5))
def test_one_content_has_one_spelling(body):
    shuffled = dict(reversed(list(body.items())))
    assert canonical(body) == canonical(shuffled)
    assert json.loads(canonical(body)) == body


def test_a_number_that_is_none_is_refused():
    with pytest.raises(ValueError, match=r"[Oo]ut of range"):
        canonical({"x": float("nan")})


# Missing and None are the same to `changes`, and True equals 1 to Python: neither is drawn here.
LEAVES = st.dictionaries(st.text(max_size=2), st.integers(2) | st.text(max_size=3), max_size=3)
NESTED = st.dictionaries(st.text(max_size=2), LEAVES | st.text(max_size=3), max_size=4)


@given(NESTED, NESTED)
def test_no_difference_means_the_same(one, other):
    assert (list(changes(one, other)) == []) == (one == other)


@pytest.fixture
def profile(db):
    return make_profile(valid_from=date(2020, 1, 1))


def test_a_revision_is_intact_until_somebody_touches_it(profile):
    revision = keep_revision(profile, make_user(), "First")
    assert revision.is_intact()
    rows = Revision._base_manager.filter(pk=revision.pk)
    rows.update(body=revision.body.replace("Regionen", "Staten"))
    assert not Revision.objects.get(pk=revision.pk).is_intact()


def test_a_revision_is_never_changed_or_removed(profile):
    revision = keep_revision(profile, None, "First")
    for attempt in (
        revision.save,
        revision.delete,
        Revision.objects.all().delete,
        lambda: Revision.objects.update(reason="x"),
    ):
        with pytest.raises(ImmutableError):
            attempt()


def test_the_same_content_adds_no_revision(profile):
    keep_revision(profile, None, "First")
    keep_revision(profile, make_user(), "Again")
    assert revisions_of(profile).count() == 1


def test_other_content_adds_the_next_number(profile):
    keep_revision(profile, None, "First")
    profile.set_text("powers", "en", "It decides.")
    assert keep_revision(profile, None, "Second").number == 2


def test_going_back_is_a_new_revision_too(profile):
    for name in ("A", "B", "A"):
        profile.authority_name = name
        keep_revision(profile, None, name)
    assert [row.content["authority_name"] for row in revisions_of(profile)] == ["A", "B", "A"]


def test_a_revision_outlives_its_author(profile):
    user = make_user(name="Alma Berg")
    kept = keep_revision(profile, user, "First")
    user.delete()
    again = Revision.objects.get(pk=kept.pk)
    assert again.author is None
    assert again.author_was_removed
    assert again.is_intact()


def test_what_the_platform_wrote_has_no_removed_author(profile):
    assert not keep_revision(profile, None, "First").author_was_removed


def test_the_body_names_no_person(profile):
    user = make_user(name="Alma Berg", email="alma@example.org")
    profile.set_text("powers", "sv", "Den beslutar.")
    profile.texts.update(approved_by=user)
    body = keep_revision(profile, user, "First").body
    assert "Alma" not in body
    assert "alma@" not in body
    assert user.reference not in body


def test_the_body_carries_its_schema_number(profile):
    assert keep_revision(profile, None, "First").content["schema"] == profile.revision_schema


def test_two_objects_number_on_their_own(profile):
    other = make_profile()
    keep_revision(profile, None, "First")
    assert keep_revision(other, None, "First").number == 1
