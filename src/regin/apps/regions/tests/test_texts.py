"""Texts in languages: fallbacks are said, and a translation older than its original is too."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from regin.apps.common.models.text import TextState
from regin.apps.common.translating import approve_text, write_texts
from regin.apps.regions.tests.factories import make_profile, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def profile():
    made = make_profile()
    made.set_text("powers", "en", "It decides on housing.")
    made.set_text("powers", "sv", "Den beslutar om boende.", TextState.MACHINE)
    return made


def state(profile, language):
    return profile.texts.get(field="powers", language=language).state


def test_the_readers_language_comes_first(profile):
    shown = profile.text("powers", "sv")
    assert (shown.text, shown.language, shown.is_fallback) == (
        "Den beslutar om boende.",
        "sv",
        False,
    )
    assert shown.needs_word, "a machine translation says so"


def test_without_a_translation_the_original_is_shown_as_a_stand_in(profile):
    with override("it"):
        shown = profile.text("powers")
    assert (shown.language, shown.is_fallback, shown.needs_word) == ("en", True, True)


def test_a_text_that_nobody_wrote_is_none_and_not_empty(profile):
    assert profile.text("model") is None


def test_without_an_original_any_language_serves_always_the_same(profile):
    profile.texts.filter(language="en").delete()
    profile.texts.create(field="powers", language="ca", text="Decideix.", state="human")
    assert profile.text("powers", "de").language == "ca"


def test_changing_the_original_makes_translations_outdated(profile):
    profile.set_text("powers", "en", "It decides on housing and work.")
    assert state(profile, "sv") == TextState.OUTDATED
    assert profile.text("powers", "sv").needs_word


def test_saving_the_same_original_leaves_translations_alone(profile):
    profile.set_text("powers", "en", "It decides on housing.")
    assert state(profile, "sv") == TextState.MACHINE


def test_translating_again_is_up_to_date(profile):
    profile.set_text("powers", "en", "It decides on work.")
    profile.set_text("powers", "sv", "Den beslutar om arbete.")
    assert state(profile, "sv") == TextState.HUMAN


def test_removing_the_original_removes_its_translations(profile):
    profile.set_text("powers", "en", "  ")
    assert profile.text("powers", "sv") is None


def test_removing_a_translation_leaves_the_original(profile):
    profile.set_text("powers", "sv", "")
    assert profile.text("powers", "sv").language == "en"


def test_a_field_that_is_not_translated_is_refused(profile):
    with pytest.raises(ValueError, match="no translated field"):
        profile.set_text("authority_name", "en", "x")


def test_prefetched_texts_do_not_outlive_a_change(profile):
    again = type(profile)._base_manager.prefetch_related("texts").get(pk=profile.pk)
    again.set_text("powers", "sv", "Nytt.")
    assert again.text("powers", "sv").text == "Nytt."


def test_writing_the_same_words_keeps_their_state(profile):
    approve_text(profile, "powers", "sv", make_user())
    assert write_texts(profile, "sv", {"powers": "Den beslutar om boende. "}) == []
    assert state(profile, "sv") == TextState.APPROVED


def test_writing_other_words_takes_the_approval_away(profile):
    approve_text(profile, "powers", "sv", make_user())
    assert write_texts(profile, "sv", {"powers": "Annat."}) == ["powers"]
    row = profile.texts.get(field="powers", language="sv")
    assert (row.state, row.approved_by) == (TextState.HUMAN, None)


def test_an_approval_names_the_person_and_the_original_it_was_checked_against(profile):
    user = make_user()
    profile.set_text("powers", "en", "It decides on homes.")
    assert approve_text(profile, "powers", "sv", user)
    row = profile.texts.get(field="powers", language="sv")
    assert (row.state, row.approved_by) == (TextState.APPROVED, user)
    profile.set_text("powers", "en", "It decides on homes.")
    assert state(profile, "sv") == TextState.APPROVED


def test_there_is_nothing_to_approve_in_a_missing_text_or_in_the_original(profile):
    assert not approve_text(profile, "model", "sv", make_user())
    assert not approve_text(profile, "powers", "en", make_user())


def test_arabic_runs_from_right_to_left(profile):
    profile.set_text("powers", "ar", "نص")
    assert profile.text("powers", "ar").direction == "rtl"
    assert profile.text("powers", "sv").direction == "ltr"
