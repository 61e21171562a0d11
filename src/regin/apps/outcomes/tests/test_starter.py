"""The starter series, against their files read independently."""

from __future__ import annotations

import csv
import random

import pytest

from regin.apps.accounts.actor import VISITOR
from regin.apps.accounts.models.organisation import STARTER_NAME
from regin.apps.common.models.text import TextState
from regin.apps.common.operations import revisions_of
from regin.apps.outcomes.concepts import series_with
from regin.apps.outcomes.models import Import, Observation, Series
from regin.apps.outcomes.operations import load_starter_series
from regin.apps.outcomes.operations.starter import DATA, descriptions
from regin.apps.outcomes.panels import region_statistics
from regin.apps.outcomes.region_figures import region_figures
from regin.apps.regions.models import Place
from regin.apps.regions.operations import load_starter_places

from .factories import COMMAND, fingerprint

CHECKED = 300
Stored = dict[tuple[str, ...], tuple[float | None, str]]


@pytest.fixture
def loaded(db) -> dict[str, Series]:
    load_starter_places(COMMAND)
    return {series.code: series for series in load_starter_series(COMMAND)}


def cells(name: str) -> dict[tuple[str, str, str], str]:
    """(all codes but the place, place, year) → the cell as it stands in a TSV, split by hand."""
    head, *lines = (DATA / name).read_text().splitlines()
    years = [heading.strip() for heading in head.split("\t")[1:]]
    found = {}
    for line in lines:
        key, *texts = line.split("\t")
        group, _comma, code = key.rpartition(",")
        found |= {(group, code, year): text for year, text in zip(years, texts, strict=True)}
    return found


def figure(cell: str) -> tuple[float | None, str]:
    number, _blank, flags = cell.partition(" ")
    return (None if number == ":" else float(number), flags.strip())


def stored(series: Series, *parts: str) -> Stored:
    """(parts of the breakdown, place, year) → value and flags."""
    rows = Observation.objects.filter(series=series).select_related("breakdown", "place_code")
    return {
        (*(r.breakdown.parts[part] for part in parts), r.place_code.code, r.period): (
            r.value,
            r.flags,
        )
        for r in rows
    }


def test_the_starter_series_are_their_files(loaded):
    check_unemployment(loaded["lfst_r_lfu3rt"])
    check_by_region(loaded["ilc_peps11"], "poverty_sample.tsv", "PC_POP", {"FI19_20"})
    check_by_region(loaded["nama_10r_2gdp"], "gdp_sample.tsv", "PPS_HAB", {"EU28"})
    check_by_citizenship(loaded)
    for series in loaded.values():
        check_description(series)
    check_old_codes(loaded["lfst_r_lfu3rt"])
    check_regions()
    check_concepts(loaded)
    check_again(loaded)
    check_completed(loaded["lfst_r_lfu3rt"])


def check_unemployment(series):
    published = {
        (group.split(",")[1], code, year): cell
        for (group, code, year), cell in cells("unemployment_sample.tsv").items()
    }
    aggregates = {"EA13", "EA17", "EA18", "EU15", "EU27", "EU28"}
    found = stored(series, "sex")
    assert set(found) == {key for key in published if key[1] not in aggregates}
    by_hand = {
        ("F", "AT", "2013"): (4.9, "b"),
        ("F", "AT11", "2013"): (None, "u"),
        ("F", "AT11", "2009"): (4.8, "u"),
        ("F", "AT12", "2010"): (3.4, ""),
    }
    assert {key: found[key] for key in by_hand} == by_hand
    for key in random.Random(1).sample(sorted(found), CHECKED):
        assert found[key] == figure(published[key]), key
    assert all(found[key][0] != 0 for key in found if published[key].startswith(":"))


def check_by_region(series, name, unit, aggregates):
    published = cells(name)
    assert {group for group, _code, _year in published} == {unit}
    wanted = {key[1:]: figure(cell) for key, cell in published.items() if key[1] not in aggregates}
    assert stored(series) == wanted


def check_by_citizenship(loaded):
    """Every row of every national file, in one series or the other."""
    checked = 0
    for code, selection in (
        ("edat_lfs_9911_high", {"isced11": "ED5-8"}),
        ("edat_lfs_9911_low", {"isced11": "ED0-2"}),
        ("demo_poppcctz", {}),
        ("lfsa_ugan", {}),
    ):
        file = next(one["file"] for one in descriptions() if one["code"] == code)
        with (DATA / file).open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        wanted = {
            (row["sex"], row["citizen"], row["geo"], row["TIME_PERIOD"]): figure(
                f"{row['OBS_VALUE'] or ':'} {row['OBS_FLAG']}"
            )
            for row in rows
            if row["geo"] not in {"EU27_2020", "EA20"}
            and all(row[name] == one for name, one in selection.items())
        }
        assert stored(loaded[code], "sex", "citizenship") == wanted
        checked += len(wanted)
    assert checked > 5000


def check_description(series):
    """Public, starter content, eight languages with their states, one revision."""
    assert series.organisation.name == STARTER_NAME
    assert series.is_sample == (series.years[1] < "2020")
    assert series in Series.objects.visible_to(VISITOR)
    assert series.text("title", "sv").state == TextState.MACHINE
    assert series.text("title", "en").state == TextState.ORIGINAL
    assert series.texts.count() == 5 * 8
    assert series.lowest == 0
    assert series.highest == (100 if series.measure == Series.Measure.SHARE else None)
    assert revisions_of(series).count() == 1


def check_old_codes(series):
    """A code that only an older version knows keeps that version."""
    rows = Observation.objects.filter(series=series).select_related("place_code")
    assert {row.place_code.version for row in rows.filter(place_code__code="DE41")} <= {
        "2010",
        "2006",
    }
    versions = set(rows.values_list("place_code__version", flat=True).distinct())
    assert versions == {"2021", "2016", "2013", "2010"}


def check_regions():
    """Skåne, level 3, shows Sydsverige's figures as Sydsverige's, and Sweden's as national."""
    skane = Place.objects.get(codes__code="SE224", codes__version="2024")
    statistics = region_statistics(skane, VISITOR)
    panel = {one.series.code: one for one in statistics.drawn}["lfst_r_lfu3rt"]
    assert {one.shown_place.name for one in statistics.listed} == {"Sweden"}
    assert (panel.is_parent, panel.shown_place.name) == (True, "Sydsverige")
    assert (panel.latest.text, panel.latest.observation.period) == ("9.9", "2013")
    assert cells("unemployment_sample.tsv")["Y_GE15,T", "SE22", "2013"].strip() == "9.9"
    shown = {figure.key: figure for figure in region_figures(skane, VISITOR)}
    rate, women = shown["unemployment"], shown["unemployment_outside_eu_women"]
    assert (rate.standing, rate.text, rate.place.name) == ("parent", "9.9", "Sydsverige")
    assert (women.standing, women.place.name, women.period) == ("national", "Sweden", "2023")
    assert (women.series.code, str(women.unit)) == ("lfsa_ugan", "thousand people")
    assert (shown["poverty"].standing, shown["poverty"].period) == ("parent", "2015")
    assert not shown["population"].text


def check_concepts(loaded):
    """A share of women within a group is nobody's population, and is not taken for one."""
    assert series_with(VISITOR, Series.Concept.POPULATION) == []
    codes = [one.code for one in series_with(VISITOR, Series.Concept.UNEMPLOYMENT)]
    assert codes == ["lfsa_ugan", "lfst_r_lfu3rt"]


def check_again(loaded):
    """Loading once more changes nothing at all."""
    before = fingerprint()
    assert load_starter_series(COMMAND) == list(loaded.values())
    assert fingerprint() == before
    assert Import.objects.count() == len(loaded) == 7


def check_completed(series):
    """What an earlier version left unsaid is said; what a person wrote stays."""
    Series._base_manager.filter(pk=series.pk).update(concept="")
    series.set_text("quality", "en", "")
    series.set_text("title", "en", "Ours")
    load_starter_series(COMMAND)
    again = Series._base_manager.get(pk=series.pk)
    assert again.concept == Series.Concept.UNEMPLOYMENT
    assert str(again.text("quality", "en")).startswith("Estimated from a sample")
    assert (str(again.text("title", "en")), again.texts.count()) == ("Ours", 40)
