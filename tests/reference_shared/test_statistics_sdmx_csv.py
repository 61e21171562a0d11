"""Genuine SDMX-CSV files of Eurostat, which we do not ship, when they lie beside the checkout.

Every cell is compared with what Python's own csv module reads from the same file.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from regin.files.datasets.dataset import Dataset
from regin.files.datasets.sdmx_csv import read_sdmx_csv

EUROSTAT = Path(__file__).parents[3] / "shared" / "facts" / "eurostat"

eurostat_files = pytest.mark.skipif(
    not EUROSTAT.is_dir(),
    reason="NOT RUN: no folder shared/facts/eurostat beside the checkout to compare with",
)

# (dataset, when updated, dimensions, holds labels in place of codes)
FILES = {
    "migrants_refused_entry_at_the_border.csv": (
        "MIGR_EIRFS",
        "",
        ("freq", "border", "unit", "reason", "citizen", "geo", "TIME_PERIOD"),
        True,
    ),
    "population_by_educational_attainment_level_and_citizenship.csv": (
        "EDAT_LFS_9911",
        "",
        ("freq", "unit", "sex", "isced11", "citizen", "age", "geo", "TIME_PERIOD"),
        False,
    ),
    "proportion_of_population_by_sex_and_citizenship.csv": (
        "DEMO_POPPCCTZ",
        "13/03/25 23:00:00",
        ("freq", "citizen", "age", "unit", "sex", "geo", "TIME_PERIOD"),
        True,
    ),
    "unemployment_by_citizenship.csv": (
        "LFSA_UGAN",
        "13/03/25 23:00:00",
        ("freq", "unit", "sex", "age", "citizen", "geo", "TIME_PERIOD"),
        True,
    ),
}


def plain_rows(name: str) -> Iterator[dict[str, str]]:
    with (EUROSTAT / name).open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def names(dataset: Dataset) -> tuple[str, ...]:
    return tuple(dimension.name for dimension in dataset.dimensions)


@eurostat_files
@pytest.mark.parametrize("name", FILES)
def test_every_cell_is_the_text_in_the_file(name):
    found = read_sdmx_csv(EUROSTAT / name)
    rows = list(plain_rows(name))
    assert len(found) == len(rows)
    for at, (cell, row) in enumerate(zip(found.cells(), rows, strict=True)):
        assert cell.codes == tuple(row[dimension] for dimension in names(found))
        assert cell.value == (float(row["OBS_VALUE"]) if row["OBS_VALUE"] else None)
        assert (cell.flags, row["CONF_STATUS"]) == (row["OBS_FLAG"], "")
        assert (cell.row, cell.column) == (at + 2, "OBS_VALUE")


@eurostat_files
@pytest.mark.parametrize("name", FILES)
def test_what_a_file_says_about_itself_and_its_dimensions_is_kept(name):
    code, updated, dimensions, is_labelled = FILES[name]
    found = read_sdmx_csv(EUROSTAT / name)
    assert (found.head.code, found.head.source, found.head.updated) == (code, "Eurostat", updated)
    assert names(found) == dimensions
    assert {one.is_labelled for one in found.dimensions[:-1]} == {is_labelled}
    roles = {one.name: one.role for one in found.dimensions if one.role}
    assert roles == {"freq": "frequency", "unit": "unit", "geo": "geo", "TIME_PERIOD": "time"}


@eurostat_files
def test_labels_beside_codes_are_those_of_the_file():
    name = "population_by_educational_attainment_level_and_citizenship.csv"
    beside = {
        "freq": "Time frequency",
        "unit": "Unit of measure",
        "sex": "Sex",
        "isced11": "International Standard Classification of Education (ISCED 2011)",
        "citizen": "Country of citizenship",
        "age": "Age class",
        "geo": "Geopolitical entity (reporting)",
    }
    rows = list(plain_rows(name))
    for one in read_sdmx_csv(EUROSTAT / name).dimensions[:-1]:
        assert one.text == beside[one.name]
        labels = {row[one.name]: row[beside[one.name]] for row in rows}
        assert dict(zip(one.codes, one.labels, strict=True)) == labels
