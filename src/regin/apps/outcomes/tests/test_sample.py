"""The starter series, against its file read independently."""

from __future__ import annotations

import random

import pytest

from regin.apps.accounts.actor import VISITOR
from regin.apps.accounts.models.organisation import STARTER_NAME
from regin.apps.common.models.text import TextState
from regin.apps.common.operations import revisions_of
from regin.apps.outcomes.models import Import, Observation, Series
from regin.apps.outcomes.operations import load_sample
from regin.apps.outcomes.operations.starter import DATA
from regin.apps.outcomes.panels import region_panels
from regin.apps.outcomes.resolving import aggregate_codes, resolve
from regin.apps.regions.models import Place

from .factories import COMMAND, fingerprint

CHECKED = 300


@pytest.fixture
def series(starter_places, db) -> Series:
    return load_sample(COMMAND)


def cells() -> dict[tuple[str, str, str], str]:
    """(sex, code, year) → the cell as it stands in the file, split by hand."""
    head, *lines = (DATA / "unemployment_sample.tsv").read_text().splitlines()
    years = [heading.strip() for heading in head.split("\t")[1:]]
    found = {}
    for line in lines:
        key, *texts = line.split("\t")
        _age, sex, code = key.split(",")
        found |= {(sex, code, year): text for year, text in zip(years, texts, strict=True)}
    return found


def test_the_starter_series_is_the_file(series):
    published = cells()
    aggregates = {"EA13", "EA17", "EA18", "EU15", "EU27", "EU28"}
    rows = Observation.objects.select_related("breakdown", "place_code")
    stored = {(r.breakdown.sex, r.place_code.code, r.period): r for r in rows}
    assert set(stored) == {key for key in published if key[1] not in aggregates}
    by_hand = {
        ("F", "AT", "2013"): (4.9, "b"),
        ("F", "AT11", "2013"): (None, "u"),
        ("F", "AT11", "2009"): (4.8, "u"),
        ("F", "AT12", "2010"): (3.4, ""),
    }
    assert {key: (stored[key].value, stored[key].flags) for key in by_hand} == by_hand
    chosen = random.Random(1).sample(sorted(stored), CHECKED)
    for key in chosen:
        number, _blank, flags = published[key].partition(" ")
        expected = (None if number == ":" else float(number), flags.strip())
        assert (stored[key].value, stored[key].flags) == expected, key
    assert all(stored[key].value != 0 for key in stored if published[key].startswith(":"))
    check_description(series)
    check_old_codes()
    check_regions(series)
    check_again(series)


def check_description(series):
    """Sample, public, starter content, eight languages with their states, one revision."""
    assert (series.is_sample, series.organisation.name) == (True, STARTER_NAME)
    assert series in Series.objects.visible_to(VISITOR)
    assert str(series.text("title", "sv")) == "Arbetslöshet"
    assert series.text("title", "sv").state == TextState.MACHINE
    assert series.text("title", "en").state == TextState.ORIGINAL
    assert series.texts.count() == 3 * 8
    assert (series.lowest, series.highest) == (0, 100)
    assert series.years == ("1999", "2013")
    assert revisions_of(series).count() == 1


def check_old_codes():
    """A code that only an older version knows keeps that version."""
    rows = Observation.objects.filter(place_code__code="DE41").select_related("place_code")
    assert {row.place_code.version for row in rows} <= {"2010", "2006"}
    versions = set(Observation.objects.values_list("place_code__version", flat=True).distinct())
    assert versions == {"2021", "2016", "2013", "2010"}


def check_regions(series):
    """Skåne, level 3, shows Sydsverige's figures as Sydsverige's."""
    skane = Place.objects.get(codes__code="SE224", codes__version="2024")
    (panel,) = region_panels(skane, VISITOR)
    assert (panel.is_parent, panel.shown_place.name) == (True, "Sydsverige")
    assert (panel.latest.text, panel.latest.observation.period) == ("9.9", "2013")
    assert cells()["T", "SE22", "2013"].strip() == "9.9"


def check_again(series):
    """Loading once more changes nothing at all."""
    before = fingerprint()
    assert load_sample(COMMAND) == series
    assert fingerprint() == before
    assert Import.objects.count() == 1


def test_every_code_of_a_genuine_file_is_a_place_or_an_aggregate(starter_places, db):
    lines = (DATA / "unemployment_sample.tsv").read_text().splitlines()[1:]
    codes = {line.split("\t")[0].split(",")[2] for line in lines}
    found = resolve(codes)
    assert len(codes) == 467
    assert (len(found.places), len(found.aggregates), found.unknown) == (461, 6, ())
    assert found.version == "2021"
    assert set(found.aggregates) <= aggregate_codes()
    assert sum(found.versions.values()) == 461
