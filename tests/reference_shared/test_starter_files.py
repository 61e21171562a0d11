"""Our small starter files against the office's own, cell for cell, when these lie beside us."""

import csv
import json
from pathlib import Path

import pytest

from regin.apps.outcomes.operations.starter import DATA

EUROSTAT = Path(__file__).parents[3] / "shared" / "facts" / "eurostat"

pytestmark = pytest.mark.skipif(
    not EUROSTAT.is_dir(),
    reason="NOT RUN: no folder shared/facts/eurostat beside the checkout to compare with",
)

LABELS = {
    "freq": {"Annual": "A"},
    "unit": {"Percentage": "PC", "Thousand persons": "THS_PER"},
    "sex": {"Females": "F", "Males": "M", "Total": "T"},
    "age": {"Total": "TOTAL", "From 15 to 74 years": "Y15-74"},
    "citizen": {
        "Total": "TOTAL",
        "Reporting country": "NAT",
        "Foreign country": "FOR",
        "Foreign country and stateless": "FOR_STLS",
        "EU27 countries (from 2020) except reporting country": "EU27_2020_FOR",
        "Non-EU27 countries (from 2020) nor reporting country": "NEU27_2020_FOR",
    },
}
PLACES = {
    "Austria": "AT",
    "Belgium": "BE",
    "Bosnia and Herzegovina": "BA",
    "Bulgaria": "BG",
    "Croatia": "HR",
    "Cyprus": "CY",
    "Czechia": "CZ",
    "Denmark": "DK",
    "Estonia": "EE",
    "Euro area – 20 countries (from 2023)": "EA20",
    "European Union - 27 countries (from 2020)": "EU27_2020",
    "Finland": "FI",
    "France": "FR",
    "Germany": "DE",
    "Greece": "EL",
    "Hungary": "HU",
    "Iceland": "IS",
    "Ireland": "IE",
    "Italy": "IT",
    "Latvia": "LV",
    "Liechtenstein": "LI",
    "Lithuania": "LT",
    "Luxembourg": "LU",
    "Malta": "MT",
    "Montenegro": "ME",
    "Netherlands": "NL",
    "North Macedonia": "MK",
    "Norway": "NO",
    "Poland": "PL",
    "Portugal": "PT",
    "Romania": "RO",
    "Serbia": "RS",
    "Slovakia": "SK",
    "Slovenia": "SI",
    "Spain": "ES",
    "Sweden": "SE",
    "Switzerland": "CH",
    "Türkiye": "TR",
    "United Kingdom": "UK",
}
CUTS = {
    one["file"]: one["cut"]
    for one in (json.loads(path.read_text("utf-8")) for path in (DATA / "series").glob("*.json"))
}
TABLES = sorted(file for file in CUTS if file.endswith(".tsv"))
LISTS = sorted(file for file in CUTS if file.endswith(".csv"))


def table(path):
    """(codes of the key, period) → the cell, letter by letter."""
    head, *lines = path.read_text(encoding="utf-8").splitlines()
    names = head.split("\t")[0].split("\\")[0].split(",")
    periods = head.split("\t")[1:]
    return names, {
        (tuple(line.split("\t")[0].split(",")), period): cell
        for line in lines
        for period, cell in zip(periods, line.split("\t")[1:], strict=True)
    }


@pytest.mark.parametrize("file", TABLES)
def test_a_table_by_region_is_the_rows_that_its_description_names(file):
    names, ours = table(DATA / file)
    _names, published = table(EUROSTAT / CUTS[file]["from"])
    keep = [(names.index(name), wanted) for name, wanted in CUTS[file]["keep"].items()]
    kept = {
        key: cell
        for key, cell in published.items()
        if all(key[0][at] in wanted for at, wanted in keep)
    }
    assert ours == kept
    assert len(ours) > 2000


def rows(path):
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def coded(name, text):
    known = PLACES if name == "geo" else LABELS.get(name, {})
    return known.get(text, text)


@pytest.mark.parametrize("file", LISTS)
def test_a_list_by_citizenship_is_the_rows_that_its_description_names(file):
    ours, keep = rows(DATA / file), CUTS[file]["keep"]
    dimensions = [name for name in ours[0] if name not in NOT_DIMENSIONS]
    published = {
        key_of(row, dimensions): (row["OBS_VALUE"], row["OBS_FLAG"])
        for row in rows(EUROSTAT / CUTS[file]["from"])
        if all(coded(name, row[name]) in wanted for name, wanted in keep.items())
    }
    found = {key_of(row, dimensions): (row["OBS_VALUE"], row["OBS_FLAG"]) for row in ours}
    assert found == published
    assert len(found) == len(ours) > 500


NOT_DIMENSIONS = {"DATAFLOW", "LAST UPDATE", "OBS_VALUE", "OBS_FLAG"}


def key_of(row, dimensions):
    return tuple(coded(name, row[name]) for name in dimensions)
