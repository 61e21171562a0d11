"""Genuine files of Eurostat imported into series, when they lie beside the checkout.

What is stored is compared cell by cell with what Python's own csv module reads from the file.
"""

import csv
from pathlib import Path

import pytest

from regin.apps.outcomes.models import Import, Observation
from regin.apps.outcomes.tests.factories import load, make_series
from regin.engine.errors import FaultsError

EUROSTAT = Path(__file__).parents[3] / "shared" / "facts" / "eurostat"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("starter_places"),
    pytest.mark.skipif(
        not EUROSTAT.is_dir(),
        reason="NOT RUN: no folder shared/facts/eurostat beside the checkout to compare with",
    ),
]


def stored(series):
    rows = Observation.objects.filter(series=series).select_related("breakdown", "place_code")
    return {
        (row.place_code.code, row.period, row.breakdown.sex, row.breakdown.citizenship): (
            row.value,
            row.flags,
        )
        for row in rows
    }


def records(name):
    with (EUROSTAT / name).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def figure(row):
    return (float(row["OBS_VALUE"]) if row["OBS_VALUE"] else None, row["OBS_FLAG"])


def test_codes_and_labels_side_by_side():
    name = "population_by_educational_attainment_level_and_citizenship.csv"
    series = make_series(unit_code="PC", selection={"isced11": "ED5-8"})
    done = load(series, EUROSTAT / name)
    wanted = {
        (row["geo"], row["TIME_PERIOD"], row["sex"], row["citizen"]): figure(row)
        for row in records(name)
        if row["isced11"] == "ED5-8"
    }
    assert stored(series) == wanted
    assert done.format == "sdmx-csv"
    assert done.summary["left_out"] == {"isced11": len(records(name)) - len(wanted)}


SEX = {"Females": "F", "Males": "M", "Total": "T"}
CITIZEN = {
    "EU27 countries (from 2020) except reporting country": "EU27_2020_FOR",
    "Foreign country": "FOR",
    "Reporting country": "NAT",
    "Non-EU27 countries (from 2020) nor reporting country": "NEU27_2020_FOR",
    "No response": "NRP",
    "Stateless": "STLS",
    "Total": "TOTAL",
}
AUSTRIA_AND_NEIGHBOURS = {"Austria": "AT", "Germany": "DE", "Greece": "EL", "Sweden": "SE"}


def test_labels_in_place_of_codes():
    name = "unemployment_by_citizenship.csv"
    series = make_series(unit_code="THS_PER")
    done = load(series, EUROSTAT / name)
    found = stored(series)
    checked = 0
    for row in records(name):
        if row["geo"] in AUSTRIA_AND_NEIGHBOURS:
            key = (
                AUSTRIA_AND_NEIGHBOURS[row["geo"]],
                row["TIME_PERIOD"],
                SEX[row["sex"]],
                CITIZEN[row["citizen"]],
            )
            assert found[key] == figure(row)
            checked += 1
    assert checked > 500
    assert set(done.summary["aggregates"]) == {"EU27_2020", "EA20"}
    assert done.published == "13/03/25 23:00:00"


def test_a_label_that_nobody_knows_is_named_until_the_series_learns_it():
    name = "proportion_of_population_by_sex_and_citizenship.csv"
    label = "Non-EU27 countries (from 2020) nor EFTA countries"
    series = make_series(unit_code="PC")
    with pytest.raises(FaultsError) as caught:
        load(series, EUROSTAT / name)
    assert [(f.code, f.column) for f in caught.value.faults] == [
        ("outcomes_unknown_label", "citizen")
    ]
    assert not Import.objects.exists()
    series.label_codes = {"citizen": {label: "NEU27_NEFTA"}}
    load(series, EUROSTAT / name)
    assert len(stored(series)) > 1000
