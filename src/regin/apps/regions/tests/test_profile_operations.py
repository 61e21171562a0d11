"""What people do with profiles: who may, what is kept, and that nobody's change is lost."""

from __future__ import annotations

import pytest
from django.http import Http404

from regin.apps.accounts.actor import VISITOR
from regin.apps.accounts.models import Role, State, Visibility
from regin.apps.common.locking import Conflict, stamp
from regin.apps.common.models import AuditEntry
from regin.apps.common.models.text import TextState
from regin.apps.common.operations import revisions_of
from regin.apps.common.translating import texts_and_sources
from regin.apps.regions import operations
from regin.apps.regions.models import Profile
from regin.apps.regions.tests.factories import (
    make_actor,
    make_organisation,
    make_place,
    make_profile,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def profile():
    made = make_profile(state=State.DRAFT, visibility=Visibility.ORGANISATION)
    made.set_text("powers", "en", "It decides.")
    return made


@pytest.fixture
def editor(profile):
    return make_actor(profile.organisation, Role.EDITOR)


@pytest.fixture
def reviewer(profile):
    return make_actor(profile.organisation, Role.REVIEWER)


def seen(profile, language=None):
    again = Profile._base_manager.get(pk=profile.pk)
    return stamp(texts_and_sources(again, language) if language else again.editable_values())


def edit(actor, profile, **changes):
    before = seen(profile)
    operations.edit_profile(actor, profile, profile.editable_values() | changes, before)


def outsiders(profile):
    yield VISITOR
    for role in Role:
        yield make_actor(make_organisation(), role)
    yield make_actor(profile.organisation, Role.MEMBER)
    yield make_actor(profile.organisation, Role.CODER)


def test_who_may_not_is_told_that_it_is_not_there(profile):
    for actor in outsiders(profile):
        for attempt in (
            lambda a: operations.edit_profile(a, profile, {}, ""),
            lambda a: operations.translate_profile(a, profile, "sv", {}, ""),
            lambda a: operations.approve_profile_text(a, profile, "sv", "powers", ""),
            lambda a: operations.publish_profile(a, profile, Visibility.PUBLIC, "x"),
            lambda a: operations.withdraw_profile(a, profile, "x"),
            lambda a: operations.create_profile(a, profile.organisation, profile.place, "en", {}),
        ):
            with pytest.raises(Http404):
                attempt(actor)
    assert not AuditEntry.objects.exists()


def test_an_editor_does_not_publish_and_a_reviewer_does_not_edit(profile, editor, reviewer):
    with pytest.raises(Http404):
        operations.publish_profile(editor, profile, Visibility.PUBLIC, "x")
    with pytest.raises(Http404):
        edit(reviewer, profile, unit_name="x")


def test_an_editor_creates_a_draft_of_their_own_organisation(editor, profile):
    values = {"authority_name": "Body", "source": "Law", "powers": "Ho finança."}
    place = make_place()
    made = operations.create_profile(editor, profile.organisation, place, "ca", values)
    assert (made.state, made.visibility) == (State.DRAFT, Visibility.ORGANISATION)
    assert made.text("powers", "ca").state == TextState.ORIGINAL
    assert list(Profile.objects.visible_to(VISITOR)) == []
    assert AuditEntry.objects.get().actor == editor.reference


def test_a_draft_keeps_no_revision_and_a_published_profile_keeps_every_change(
    profile, editor, reviewer
):
    edit(editor, profile, unit_name="One")
    assert not revisions_of(profile).exists()
    operations.publish_profile(reviewer, profile, Visibility.PUBLIC, "First")
    edit(editor, profile, unit_name="Two", reason="It moved")
    before = seen(profile, "sv")
    operations.translate_profile(editor, profile, "sv", {"powers": "Den beslutar."}, before)
    operations.approve_profile_text(reviewer, profile, "sv", "powers", seen(profile, "sv"))
    kept = list(revisions_of(profile))
    assert [row.number for row in kept] == [1, 2, 3, 4]
    assert [row.content["unit_name"] for row in kept] == ["One", "Two", "Two", "Two"]
    assert kept[1].reason == "It moved"
    assert kept[3].content["texts"]["powers"]["sv"]["state"] == "approved"


def test_an_edit_that_changes_nothing_adds_no_revision(profile, editor, reviewer):
    operations.publish_profile(reviewer, profile, Visibility.PUBLIC, "First")
    edit(editor, profile)
    assert revisions_of(profile).count() == 1


def test_withdrawing_hides_it_and_keeps_the_reason(profile, reviewer):
    operations.publish_profile(reviewer, profile, Visibility.PUBLIC, "First")
    operations.withdraw_profile(reviewer, profile, "The law changed")
    assert not Profile.objects.visible_to(VISITOR).exists()
    last = revisions_of(profile).last()
    assert (last.reason, last.content["state"]) == ("The law changed", "retracted")
    with pytest.raises(Conflict):
        operations.withdraw_profile(reviewer, profile, "Again")
    operations.publish_profile(reviewer, profile, Visibility.PUBLIC, "Back")
    assert revisions_of(profile).count() == 3


def test_the_second_of_two_editors_is_stopped_and_told_what_changed(profile, editor):
    shown_to_both = seen(profile)
    edit(editor, profile, unit_name="First was here", powers="It pays.")
    stale = Profile._base_manager.get(pk=profile.pk).editable_values() | {"unit_name": "Late"}
    with pytest.raises(Conflict) as caught:
        operations.edit_profile(editor, profile, stale, shown_to_both)
    assert caught.value.fields == ["unit_name", "powers"]
    profile.refresh_from_db()
    assert profile.unit_name == "First was here"


def test_a_translator_is_stopped_when_the_original_changed_meanwhile(profile, editor):
    before = seen(profile, "sv")
    edit(editor, profile, powers="It pays.")
    with pytest.raises(Conflict):
        operations.translate_profile(editor, profile, "sv", {"powers": "Den beslutar."}, before)
    assert not profile.texts.filter(language="sv").exists()


def test_nobody_approves_words_they_have_not_seen(profile, editor, reviewer):
    operations.translate_profile(editor, profile, "sv", {"powers": "A"}, seen(profile, "sv"))
    before = seen(profile, "sv")
    operations.translate_profile(editor, profile, "sv", {"powers": "B"}, before)
    with pytest.raises(Conflict):
        operations.approve_profile_text(reviewer, profile, "sv", "powers", before)


def test_a_missing_translation_cannot_be_approved(profile, reviewer):
    with pytest.raises(Conflict):
        operations.approve_profile_text(reviewer, profile, "sv", "powers", seen(profile, "sv"))


def test_the_audit_log_holds_no_text_of_the_profile(profile, editor, reviewer):
    edit(editor, profile, unit_name="Secret unit", powers="Secret power")
    operations.publish_profile(reviewer, profile, Visibility.PUBLIC, "Secret reason")
    for entry in AuditEntry.objects.all():
        assert "Secret" not in f"{entry.verb}{entry.target}{entry.details}"
