"""Whole files of Eurostat and GISCO, which we do not ship, when they lie beside the checkout.

Counts were taken from the files with awk, sort and uniq, not with the readers.
"""

from collections import Counter
from pathlib import Path

import pytest

from regin.files.eurostat_tsv import iter_observations, read_eurostat_tsv
from regin.files.geojson import read_boundaries

FACTS = Path(__file__).parents[3] / "shared" / "facts"
EUROSTAT = FACTS / "eurostat"
NUTS = FACTS / "nuts" / "nuts_2024_20M_4326.geojson"

eurostat_files = pytest.mark.skipif(
    not EUROSTAT.is_dir(),
    reason="NOT RUN: no folder shared/facts/eurostat beside the checkout to compare with",
)
nuts_file = pytest.mark.skipif(
    not NUTS.is_file(),
    reason="NOT RUN: no file shared/facts/nuts beside the checkout to compare with",
)

# (rows, places, cells by kind: "N" a number, ":" none; then the flag)
FIGURES = {
    "demo_r_d3dens_excerpt.tsv": (11, 11, {"N": 298, ":": 42, "N e": 11, "N b": 10, "N p": 2}),
    "ilc_peps11.tsv": (201, 190, {"N": 1770, ":": 840, "N e": 140, "N b": 57, "N u": 7}),
    "lfso_14leeow.tsv": (
        2071,
        27,
        {":": 26810, "N": 12926, ": c": 6974, ": u": 5241, "N u": 3966},
    ),
    "lfst_r_lfu3rt.tsv": (
        5604,
        467,
        {"N": 66110, "N u": 6345, ":": 6103, ": u": 5277, "N b": 225},
    ),
    "nama_10r_2gdp.tsv": (2564, 446, {"N": 37144, ":": 1172, "N e": 130, ": e": 14}),
}


@eurostat_files
@pytest.mark.parametrize("name", FIGURES)
def test_a_whole_file_has_the_rows_places_and_cells_counted_otherwise(name):
    table = read_eurostat_tsv(EUROSTAT / name)
    rows, places, cells = FIGURES[name]
    kinds = Counter(
        f"{':' if o.value is None else 'N'} {o.flags}".strip() for o in table.observations()
    )
    assert (len(table), len(table.places)) == (rows, places)
    assert kinds == cells


@eurostat_files
@pytest.mark.parametrize("name", FIGURES)
def test_every_cell_is_the_text_in_the_file(name):
    path = EUROSTAT / name
    lines = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    for o in iter_observations(path):
        at = [heading.strip() for heading in lines[0]].index(o.column)
        number, _, flags = lines[o.row - 1][at].strip().partition(" ")
        assert (None if number == ":" else float(number), flags) == (o.value, o.flags)


@nuts_file
def test_the_boundaries_of_nuts_2024_are_all_read():
    found = read_boundaries(NUTS)
    assert Counter(place.level for place in found) == {0: 39, 1: 115, 2: 299, 3: 1345}
    skane = found.by_code["SE224"]
    west, south, east, north = skane.box
    assert west < skane.inner[0] < east
    assert south < skane.inner[1] < north
