"""What people do with a description: who may, what is refused, what is kept, nothing lost."""

from __future__ import annotations

import pytest
from django.http import Http404

from regin.apps.accounts.actor import VISITOR
from regin.apps.accounts.models import Role, State, Visibility
from regin.apps.common.locking import Conflict, stamp
from regin.apps.common.models import AuditEntry
from regin.apps.common.operations import revisions_of
from regin.apps.common.translating import texts_and_sources
from regin.apps.outcomes import operations
from regin.apps.outcomes.figures import breakdowns_with_figures, first_breakdown
from regin.apps.outcomes.models import Series, Source
from regin.apps.outcomes.taught import taught_codes
from regin.apps.regions.tests.factories import make_actor, make_organisation

from .factories import load, make_austria, make_series, stage, tsv, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def series(tmp_path):
    """A draft with figures from 0 to 9, in two groups, and everything that publishing needs."""
    made = make_series(state=State.DRAFT, visibility=Visibility.ORGANISATION)
    made.set_text("definition", "en", "People without work.")
    make_austria()
    load(made, write(tmp_path, tsv("T,AT=9|0", "F,AT=:|5")))
    made.refresh_from_db()
    return made


@pytest.fixture
def editor(series):
    return make_actor(series.organisation, Role.EDITOR)


@pytest.fixture
def reviewer(series):
    return make_actor(series.organisation, Role.REVIEWER)


def seen(series, language=None):
    again = Series._base_manager.get(pk=series.pk)
    return stamp(texts_and_sources(again, language) if language else again.editable_values())


def edit(actor, series, **changes):
    before = seen(series)
    operations.edit_series(actor, series, series.editable_values() | changes, before)


def publish(actor, series, visibility=Visibility.PUBLIC, reason="First"):
    operations.publish_series(actor, series, visibility, reason)


def outsiders(series):
    yield VISITOR
    for role in Role:
        yield make_actor(make_organisation(), role)
    yield make_actor(series.organisation, Role.MEMBER)
    yield make_actor(series.organisation, Role.CODER)


def test_who_may_not_is_told_that_it_is_not_there(series):
    before = AuditEntry.objects.count()
    for actor in outsiders(series):
        for attempt in (
            lambda a: operations.edit_series(a, series, {}, ""),
            lambda a: operations.translate_series(a, series, "sv", {}, ""),
            lambda a: operations.approve_series_text(a, series, "sv", "title", ""),
            lambda a: operations.publish_series(a, series, Visibility.PUBLIC, "x"),
            lambda a: operations.withdraw_series(a, series, "x"),
            lambda a: operations.forget_code(a, series, "x"),
        ):
            with pytest.raises(Http404):
                attempt(actor)
    assert AuditEntry.objects.count() == before


def test_an_editor_does_not_publish_and_a_reviewer_does_not_edit(series, editor, reviewer):
    with pytest.raises(Http404):
        publish(editor, series)
    with pytest.raises(Http404):
        edit(reviewer, series, decimals=2)


def test_a_draft_keeps_no_revision_and_a_published_series_keeps_every_change(
    series, editor, reviewer
):
    edit(editor, series, quality="Small samples.")
    assert not revisions_of(series).exists()
    publish(reviewer, series)
    edit(editor, series, decimals=2, licence="CC0", reason="It changed")
    operations.translate_series(editor, series, "sv", {"title": "Arbetslöshet"}, seen(series, "sv"))
    operations.approve_series_text(reviewer, series, "sv", "title", seen(series, "sv"))
    kept = list(revisions_of(series))
    assert [row.number for row in kept] == [1, 2, 3, 4]
    assert [row.content["decimals"] for row in kept] == [1, 2, 2, 2]
    assert kept[0].content["texts"]["quality"]["en"]["text"] == "Small samples."
    assert (kept[1].reason, kept[1].content["licence"]) == ("It changed", "CC0")
    assert kept[3].content["texts"]["title"]["sv"]["state"] == "approved"
    assert {row.content["schema"] for row in kept} == {2}


def test_everything_that_the_form_shows_is_changed_and_nothing_else(series, editor):
    changes = {
        "measure": "count",
        "concept": "neet",
        "decimals": 0,
        "lowest": 0.0,
        "highest": 9.0,
        "url": "https://example.org/new",
        "dataset": "other",
        "licence": "CC0",
        "attribution": "Office, 2026",
        "refresh_every": "monthly",
        "is_sample": True,
        "title": "T",
        "definition": "D",
        "unit": "U",
        "quality": "Q",
        "updates": "P",
        "source": "Another office",
    }
    kept = ("code", "unit_code", "frequency", "selection", "state", "visibility", "data_number")
    before = [getattr(series, name) for name in kept]
    edit(editor, series, **changes)
    again = Series._base_manager.get(pk=series.pk)
    assert again.editable_values() == changes | {"first_group": "T..."}
    assert [getattr(again, name) for name in kept] == before


def test_another_office_is_another_source_and_that_of_others_keeps_its_name(series, editor):
    other = make_series(source=series.source)
    edit(editor, series, source="Nouvel office")
    sister = make_series(organisation=series.organisation, state=State.DRAFT)
    edit(editor, sister, source="Nouvel office")
    assert Series._base_manager.get(pk=other.pk).source.name == "Office"
    assert series.source.name == "Nouvel office"
    assert sister.source == series.source, "of one name and address there is one"
    assert Source.objects.count() == 2


@pytest.mark.parametrize(
    ("bounds", "wrong"),
    [
        ({"lowest": 0.5, "highest": 9}, "lowest"),
        ({"lowest": 0, "highest": 8.999}, "highest"),
        ({"lowest": 100, "highest": None}, "lowest"),
        ({"lowest": 20, "highest": 10}, "highest"),
    ],
)
def test_bounds_that_a_stored_figure_breaks_are_refused(series, editor, bounds, wrong):
    with pytest.raises(operations.DescriptionRefused) as caught:
        edit(editor, series, **bounds, decimals=5)
    assert caught.value.field == wrong
    again = Series._base_manager.get(pk=series.pk)
    assert (again.lowest, again.highest, again.decimals) == (None, None, 1)


def test_bounds_that_only_touch_the_figures_are_taken_and_so_are_none(series, editor):
    edit(editor, series, lowest=0.0, highest=9.0)
    edit(editor, series, lowest=None, highest=None)
    assert (series.lowest, series.highest) == (None, None)


def test_a_figure_that_waits_for_a_decision_is_within_the_bounds_too(series, editor, tmp_path):
    staged = stage(series, write(tmp_path, tsv("T,AT=50|0")))
    with pytest.raises(operations.DescriptionRefused):
        edit(editor, series, highest=10)
    operations.discard_import(editor, staged)
    edit(editor, series, highest=10)


def test_the_group_shown_first_is_one_that_has_figures(series, editor):
    groups = breakdowns_with_figures(series)
    assert first_breakdown(series, groups).sex == "T"
    edit(editor, series, first_group="F...")
    assert first_breakdown(series, groups).sex == "F"
    for strange in ("M...", "", "F", "T....", "\x00"):
        with pytest.raises(operations.DescriptionRefused):
            edit(editor, series, first_group=strange)


def test_a_group_that_says_less_can_be_shown_before_one_that_says_more(editor, series, tmp_path):
    rows = tsv("T,NAT,AT=1|2", head="sex,citizen,geo\\time")
    load(series, write(tmp_path, rows))
    groups = breakdowns_with_figures(series)
    for group in groups:
        edit(editor, series, first_group=group.key)
        assert first_breakdown(series, groups) == group


def test_what_was_not_touched_keeps_codes_that_name_a_group_only_in_part(series, editor):
    edit(editor, series, decimals=3)
    assert series.defaults == {"sex": "T"}


def test_a_published_series_keeps_the_texts_it_needs(series, editor, reviewer):
    edit(editor, series, definition="")
    edit(editor, series, definition="Back")
    publish(reviewer, series)
    for name in ("title", "unit", "definition"):
        with pytest.raises(operations.DescriptionRefused) as caught:
            edit(editor, series, **{name: " "})
        assert caught.value.field == name


@pytest.mark.parametrize("without", ["title", "unit", "definition"])
def test_publishing_without_a_text_says_which(series, reviewer, without):
    series.set_text(without, "en", "")
    with pytest.raises(operations.NotReady, match=without):
        publish(reviewer, series)
    assert Series._base_manager.get(pk=series.pk).state == State.DRAFT
    assert not revisions_of(series).exists()


def test_a_translation_does_not_stand_in_for_the_original(series, reviewer):
    series.set_text("title", "en", "")
    series.set_text("title", "sv", "Arbetslöshet")
    assert operations.missing_for_publishing(series) == ["title"]


def test_publishing_needs_a_file_that_was_accepted(series, reviewer, tmp_path):
    empty = make_series(organisation=series.organisation, state=State.DRAFT)
    empty.set_text("definition", "en", "d")
    staged = stage(empty, write(tmp_path))
    with pytest.raises(operations.NotReady, match="accepted file"):
        publish(reviewer, empty)
    operations.undo_import(
        make_actor(series.organisation, Role.EDITOR), load(empty, write(tmp_path))
    )
    assert len(operations.missing_for_publishing(empty)) == 1, "undone is not accepted"
    assert staged.is_staged


def test_publishing_shows_it_to_the_circle_and_withdrawing_hides_it(series, reviewer):
    publish(reviewer, series)
    assert Series.objects.visible_to(VISITOR).exists()
    operations.withdraw_series(reviewer, series, "The office recalls it")
    assert not Series.objects.visible_to(VISITOR).exists()
    last = revisions_of(series).last()
    assert (last.reason, last.content["state"]) == ("The office recalls it", "retracted")
    with pytest.raises(Conflict):
        operations.withdraw_series(reviewer, series, "Again")
    publish(reviewer, series, reason="Back")
    publish(reviewer, series, Visibility.MEMBERS, "Narrower")
    assert not Series.objects.visible_to(VISITOR).exists()
    assert revisions_of(series).count() == 4


def test_the_second_of_two_editors_is_stopped_and_told_what_changed(series, editor):
    shown_to_both = seen(series)
    edit(editor, series, quality="First was here", highest=10)
    late = Series._base_manager.get(pk=series.pk).editable_values() | {"quality": "Late"}
    with pytest.raises(Conflict) as caught:
        operations.edit_series(editor, series, late, shown_to_both)
    assert caught.value.fields == ["quality", "highest"]
    assert str(series.text("quality")) == "First was here"


def test_a_translator_is_stopped_when_the_original_changed_meanwhile(series, editor):
    before = seen(series, "sv")
    edit(editor, series, title="Joblessness")
    with pytest.raises(Conflict):
        operations.translate_series(editor, series, "sv", {"title": "A"}, before)
    assert not series.texts.filter(language="sv").exists()


def test_nobody_approves_words_they_have_not_seen_or_that_are_not_there(series, editor, reviewer):
    operations.translate_series(editor, series, "sv", {"title": "A"}, seen(series, "sv"))
    before = seen(series, "sv")
    operations.translate_series(editor, series, "sv", {"title": "B"}, before)
    with pytest.raises(Conflict):
        operations.approve_series_text(reviewer, series, "sv", "title", before)
    with pytest.raises(Conflict):
        operations.approve_series_text(reviewer, series, "sv", "unit", seen(series, "sv"))


def test_a_forgotten_code_is_gone_and_the_others_and_the_figures_stay(series, editor):
    series.place_codes = {"AT1X": "AT1", "XX": ""}
    series.label_codes = {"sex": {"Frauen": "F", "XX": "T"}, "geo": {"Wien": "AT13"}}
    series.save()
    before = series.observations.count()
    for one in taught_codes(series):
        if (one.dimension, one.said) in {("", "XX"), ("geo", "Wien")}:
            assert operations.forget_code(editor, series, one.key)
            assert not operations.forget_code(editor, series, one.key), "only once"
    again = Series._base_manager.get(pk=series.pk)
    assert again.place_codes == {"AT1X": "AT1"}
    assert again.label_codes == {"sex": {"Frauen": "F", "XX": "T"}}
    assert series.observations.count() == before
    verbs = AuditEntry.objects.filter(verb="outcomes.code_forgotten")
    assert verbs.count() == 2


def test_the_audit_log_holds_no_text_of_the_description(series, editor, reviewer):
    edit(editor, series, attribution="Secret office", title="Secret title")
    publish(reviewer, series, reason="Secret reason")
    operations.withdraw_series(reviewer, series, "Secret too")
    for entry in AuditEntry.objects.all():
        assert "Secret" not in f"{entry.verb}{entry.target}{entry.details}"
