"""Figures of split and merged regions: computed only with a person's yes, and marked as such."""

import math

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from regin.apps.accounts.models import Role
from regin.apps.outcomes.models import Import, Observation
from regin.apps.outcomes.operations import (
    ImportRefused,
    accept_import,
    convert,
    possible_conversions,
)
from regin.apps.outcomes.operations.conversions import Conversion, Part, _combined
from regin.apps.regions.models import PlaceChange
from regin.apps.regions.tests.factories import make_actor, make_organisation, make_place

from .factories import COMMAND, figures, make_series, stage, tsv, write

pytestmark = pytest.mark.django_db

FILE = tsv("T,XX1=10 b|4", "T,XX2=20|:", "T,XX3=30|3")


@pytest.fixture
def regions():
    """XX1 and XX2 were merged into XX9; XX3 was split into XX7 (with 0.25 of it) and XX8."""
    old = {code: make_place(code, code, version="2021") for code in ("XX1", "XX2", "XX3")}
    new = {code: make_place(code, code, version="2024") for code in ("XX7", "XX8", "XX9")}
    for before, after, kind, share in (
        ("XX1", "XX9", "merge", None),
        ("XX2", "XX9", "merge", None),
        ("XX3", "XX7", "split", 0.25),
        ("XX3", "XX8", "split", None),
    ):
        PlaceChange.objects.create(
            before=old[before].codes.get(),
            after=new[after].codes.get(),
            change=kind,
            share=share,
            source="test",
        )
    return old | new


def staged_file(tmp_path, text: str = FILE, **series) -> Import:
    return stage(make_series(**series), write(tmp_path, text))


def test_what_can_be_computed_is_proposed_and_nothing_is_computed_unasked(regions, tmp_path):
    staged = staged_file(tmp_path)
    assert [one.code for one in possible_conversions(staged)] == ["XX7", "XX8", "XX9"]
    accept_import(COMMAND, staged)
    assert {code for _sex, code, _year in figures(staged.series)} == {"XX1", "XX2", "XX3"}


def test_a_rate_is_the_weighted_mean_of_the_parts_and_is_flagged_as_estimated(regions, tmp_path):
    staged = convert(COMMAND, staged_file(tmp_path), {"XX9": {"XX1": 3.0, "XX2": 1.0}})
    assert staged.summary["new"] == 8
    accept_import(COMMAND, staged)
    found = figures(staged.series)
    assert found["T", "XX9", "2013"] == (12.5, "eb")
    assert found["T", "XX1", "2013"] == (10.0, "b")


def test_missing_in_one_part_is_missing_and_never_the_other_part(regions, tmp_path):
    staged = convert(COMMAND, staged_file(tmp_path), {"XX9": {"XX1": 3.0, "XX2": 1.0}})
    accept_import(COMMAND, staged)
    assert figures(staged.series)["T", "XX9", "2012"] == (None, "")


def test_a_part_of_weight_zero_is_not_waited_for(regions, tmp_path):
    staged = convert(COMMAND, staged_file(tmp_path), {"XX9": {"XX1": 1.0, "XX2": 0.0}})
    accept_import(COMMAND, staged)
    assert figures(staged.series)["T", "XX9", "2012"] == (4.0, "e")


def test_a_rate_of_a_split_region_is_taken_and_a_count_is_shared_out(regions, tmp_path):
    rate = convert(COMMAND, staged_file(tmp_path), {"XX7": {"XX3": 1.0}})
    accept_import(COMMAND, rate)
    assert figures(rate.series)["T", "XX7", "2013"] == (30.0, "e")
    count = convert(COMMAND, staged_file(tmp_path, measure="count"), {"XX7": {"XX3": 0.25}})
    accept_import(COMMAND, count)
    assert figures(count.series)["T", "XX7", "2013"] == (7.5, "e")


def test_a_count_is_not_handed_out_more_than_once(regions, tmp_path):
    staged = staged_file(tmp_path, measure="count")
    with pytest.raises(ImportRefused, match="more than 1, the whole"):
        convert(COMMAND, staged, {"XX7": {"XX3": 1.5}})
    with pytest.raises(ImportRefused, match=r"shares of XX3 come to 1\.1, more than 1"):
        convert(COMMAND, staged, {"XX7": {"XX3": 0.6}, "XX8": {"XX3": 0.5}})
    convert(COMMAND, staged, {"XX7": {"XX3": 0.6}, "XX8": {"XX3": 0.4}})
    accept_import(COMMAND, Import.objects.get(pk=staged.pk))
    shared = figures(staged.series)
    assert shared["T", "XX7", "2013"][0] + shared["T", "XX8", "2013"][0] == pytest.approx(30.0)


def test_counts_of_merged_regions_add_up(regions, tmp_path):
    staged = staged_file(tmp_path, measure="count")
    convert(COMMAND, staged, {"XX9": {"XX1": 1.0, "XX2": 1.0}})
    accept_import(COMMAND, Import.objects.get(pk=staged.pk))
    assert figures(staged.series)["T", "XX9", "2013"] == (30.0, "eb")


def test_a_class_is_never_averaged(regions, tmp_path):
    assert possible_conversions(staged_file(tmp_path, measure="type")) == []


def test_a_region_is_not_computed_while_a_part_is_absent_or_its_own_figure_is_there(
    regions, tmp_path
):
    without = staged_file(tmp_path, tsv("T,XX1=1|2"))
    assert possible_conversions(without) == []
    own = staged_file(tmp_path, tsv("T,XX1=1|2", "T,XX2=1|2", "T,XX9=5|6"))
    assert possible_conversions(own) == []


def test_choosing_nothing_takes_back_what_was_computed(regions, tmp_path):
    staged = staged_file(tmp_path)
    convert(COMMAND, staged, {"XX9": {"XX1": 1.0, "XX2": 1.0}, "XX7": {"XX3": 1.0}})
    convert(COMMAND, staged, {})
    again = Import.objects.get(pk=staged.pk)
    assert (again.conversions, again.summary["new"]) == ({}, 6)


def test_the_import_says_from_what_and_the_row_leads_to_the_first_part(regions, tmp_path):
    staged = convert(COMMAND, staged_file(tmp_path), {"XX9": {"XX1": 1.0, "XX2": 1.0}})
    accept_import(COMMAND, staged)
    computed = Observation.objects.filter(place_code__code="XX9").first()
    assert computed.imported_in.conversions == {"XX9": {"XX1": 1.0, "XX2": 1.0}}
    assert computed.row == 2


@pytest.mark.parametrize(
    "weights",
    [{}, {"XX1": 1.0}, {"XX1": -1.0, "XX2": 1.0}, {"XX1": 0.0, "XX2": 0.0}, {"XX1": 1.0, "Q": 1.0},
     {"XX1": math.nan, "XX2": 1.0}, {"XX1": math.inf, "XX2": 1.0}],
)  # fmt: skip
def test_weights_that_say_nothing_are_refused_and_nothing_changes(regions, tmp_path, weights):
    staged = staged_file(tmp_path)
    with pytest.raises(ImportRefused):
        convert(COMMAND, staged, {"XX9": weights})
    assert Import.objects.get(pk=staged.pk).summary["new"] == 6


def test_the_preview_asks_for_weights_and_shows_what_was_computed(regions, client, tmp_path):
    organisation = make_organisation()
    actor = make_actor(organisation, Role.EDITOR)
    client.force_login(actor.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    staged = staged_file(tmp_path, organisation=organisation)
    keys = {"slug": staged.series.slug, "number": staged.number}
    page = client.get(reverse("outcomes:preview", kwargs=keys)).content.decode()
    assert 'name="yes_XX9"' in page
    assert 'name="weight_XX9_XX1"' in page
    assert 'name="weight_XX8_XX3"' not in page
    address = reverse("outcomes:convert", kwargs=keys)
    missing = client.post(address, {"yes_XX9": "on", "weight_XX9_XX1": "3"})
    assert missing.status_code == 422
    assert not Import.objects.get().conversions
    client.post(address, {"yes_XX9": "on", "weight_XX9_XX1": "3", "weight_XX9_XX2": "1"})
    assert Import.objects.get().conversions == {"XX9": {"XX1": 3.0, "XX2": 1.0}}
    assert (
        "XX1 × 3, XX2 × 1" in client.get(reverse("outcomes:preview", kwargs=keys)).content.decode()
    )


def test_weights_of_zero_are_told_at_the_form_and_keep_what_was_typed(regions, client, tmp_path):
    organisation = make_organisation()
    actor = make_actor(organisation, Role.EDITOR)
    client.force_login(actor.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    staged = staged_file(tmp_path, organisation=organisation)
    address = reverse(
        "outcomes:convert", kwargs={"slug": staged.series.slug, "number": staged.number}
    )
    said = {"yes_XX9": "on", "weight_XX9_XX1": "0", "weight_XX9_XX2": "0"}
    page = client.post(address, said)
    assert page.status_code == 422
    assert "are all zero" in page.content.decode()
    assert page.context["convert_form"]["yes_XX9"].value()


def test_no_estimate_is_offered_where_the_parts_of_today_are_in_the_file(regions, tmp_path):
    part = make_place("XX71", "XX71", version="2024", parent=regions["XX7"].codes.get())
    assert part.codes.get().parent.code == "XX7"
    staged = staged_file(tmp_path, FILE + "T,XX71\t31\t4\n")
    assert [one.code for one in possible_conversions(staged)] == ["XX8", "XX9"]


numbers = st.floats(-1e6, 1e6)


@given(st.lists(st.tuples(numbers, st.floats(1e-3, 1e3)), min_size=1, max_size=6))
def test_a_weighted_rate_lies_between_its_parts(pairs):
    values, weights = zip(*pairs, strict=True)
    conversion = Conversion(
        "N", "", "", tuple(Part(str(n), "", None) for n in range(len(pairs))), False
    )
    found = _combined(values, weights, conversion)
    slack = 1e-9 * max(1.0, *map(abs, values))
    assert min(values) - slack <= found <= max(values) + slack
