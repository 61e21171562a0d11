"""JSON-stat files of four offices, which we do not ship, when they lie beside the checkout.

Each cell is compared with a reading of the file that crosses the categories with `product`;
missing values were counted with grep.
"""

import json
from collections import Counter
from itertools import product
from pathlib import Path

import pytest

from regin.files.datasets.json_stat import read_json_stat
from regin.files.datasets.json_stat_writer import write_json_stat

EUROSTAT = Path(__file__).parents[3] / "shared" / "facts" / "eurostat"

json_stat_files = pytest.mark.skipif(
    not EUROSTAT.is_dir(),
    reason="NOT RUN: no folder shared/facts/eurostat beside the checkout to compare with",
)

# (cells, of which without a value, dimensions with those made of units, roles)
FIGURES = {
    "cantabria.json": (
        5400,
        1195,
        ["Trimestre", "Sexo", "Grupo de edad", "Variables", "unit"],
        ["time", "", "", "", "unit"],
    ),
    "galicia-2.0.json": (
        3960,
        4,
        ["birth", "age", "gender", "time", "residence", "concept", "unit"],
        ["", "", "", "time", "geo", "", "unit"],
    ),
    "statswe.json": (
        1120,
        0,
        ["Region", "Dodsorsak", "Alder", "Kon", "ContentsCode", "Tid", "unit"],
        ["geo", "", "", "", "", "time", "unit"],
    ),
    "ten00108_2016_api.json": (
        195,
        20,
        ["unit", "hazard", "nace_r2", "waste", "geo", "time"],
        ["unit", "", "", "", "geo", "time"],
    ),
    "us-gsp.json": (
        204,
        0,
        ["year", "state", "concept", "unit", "unit_mult"],
        ["time", "geo", "", "unit", "attribute"],
    ),
}


def plain(name):
    """The table of a file as parsed, whatever its version."""
    content = json.loads((EUROSTAT / name).read_text(encoding="utf-8"))
    return content.get("dataset", content)


def crossings(table):
    """(keys, value, status) of every place that has either, with keys as the file spells them."""
    names = table["id"] if "id" in table else table["dimension"]["id"]
    keys = [in_order(table["dimension"][name]["category"]) for name in names]
    for place, crossing in enumerate(product(*keys)):
        value = looked_up(table["value"], place)
        status = looked_up(table.get("status", {}), place)
        if isinstance(table["value"], list) or value is not None or status is not None:
            yield place, crossing, value, status


def in_order(category):
    index = category.get("index", list(category.get("label", {})))
    return sorted(index, key=index.get) if isinstance(index, dict) else index


def looked_up(column, place):
    return column[place] if isinstance(column, list) else column.get(str(place))


def quarter(key):
    """A period of the file of Cantabria: a year, or a year, a stroke and a quarter."""
    year, stroke, number = key.partition(" - ")
    return f"{year}-Q{number}" if stroke else year


@json_stat_files
@pytest.mark.parametrize("name", FIGURES)
def test_every_cell_is_the_crossing_of_the_file(name):
    table = plain(name)
    found = list(read_json_stat(EUROSTAT / name).cells())
    expected = list(crossings(table))
    assert len(found) == len(expected)
    for cell, (place, keys, value, status) in zip(found, expected, strict=True):
        kept = (quarter(keys[0]), *keys[1:]) if name == "cantabria.json" else keys
        assert (cell.row, cell.codes[: len(keys)]) == (place + 1, kept)
        assert (cell.value, cell.flags) == (value, (status or "").replace(":", ""))


@json_stat_files
@pytest.mark.parametrize("name", FIGURES)
def test_a_file_has_the_cells_dimensions_and_roles_looked_up_by_eye(name):
    found = read_json_stat(EUROSTAT / name)
    cells, missing, names, roles = FIGURES[name]
    assert (len(found), sum(cell.value is None for cell in found.cells())) == (cells, missing)
    assert [own.name for own in found.dimensions] == names
    assert [own.role for own in found.dimensions] == roles


@json_stat_files
@pytest.mark.parametrize("name", FIGURES)
def test_a_file_that_is_written_again_comes_back_the_same(name, tmp_path):
    found = read_json_stat(EUROSTAT / name)
    (tmp_path / name).write_text(write_json_stat(found), encoding="utf-8")
    back = read_json_stat(tmp_path / name)
    assert (back.head, back.dimensions) == (found.head, found.dimensions)
    kept = [{cell.codes: (cell.value, cell.flags) for cell in one.cells()} for one in (found, back)]
    assert kept[0] == kept[1]


@json_stat_files
def test_the_reply_of_eurostat_says_its_code_language_and_flags():
    found = read_json_stat(EUROSTAT / "ten00108_2016_api.json")
    assert (found.head.code, found.head.language) == ("ten00108", "de")
    assert (found.head.source, found.head.updated) == ("Eurostat", "2016-08-19")
    flags = Counter(cell.flags for cell in found.cells())
    assert flags == {"": 182, "e": 10, "s": 3}
    geo = found.dimensions[4]
    assert geo.labels[geo.codes.index("SE")] == "Schweden"


@json_stat_files
def test_units_in_the_words_of_the_offices_are_kept():
    units = {
        name: read_json_stat(EUROSTAT / name).dimensions[at].codes
        for name, at in (
            ("cantabria.json", 4),
            ("galicia-2.0.json", 6),
            ("statswe.json", 6),
            ("us-gsp.json", 3),
        )
    }
    assert units == {
        "cantabria.json": ("", "Miles de personas"),
        "galicia-2.0.json": ("persons",),
        "statswe.json": ("antal",),
        "us-gsp.json": ("$ million", "%", "million", "$"),
    }


@json_stat_files
def test_a_table_of_words_says_that_its_codes_are_labels():
    found = read_json_stat(EUROSTAT / "cantabria.json")
    assert [own.is_labelled for own in found.dimensions] == [False, True, True, True, True]
