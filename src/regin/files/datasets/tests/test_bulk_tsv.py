"""Eurostat's bulk TSV as a dataset: the same cells as the reader of the format gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from regin.files.datasets.bulk_tsv import read_bulk_tsv
from regin.files.eurostat_tsv import iter_observations

ACROSS_TIME = "unit,geo\\time\t2016 \t2015 \nPC,AT\t: \t17.7 e\nPC,SE22\t18.0 bu\t: c\n"
ACROSS_PLACES = "freq,unit,TIME_PERIOD\\geo\tAT\tSE22\nA,PC,2013\t1\t2 p\nA,PC,2014\t: \t4\n"


@pytest.fixture(params=[ACROSS_TIME, ACROSS_PLACES])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    found = tmp_path / "estat_ilc_peps11.tsv"
    found.write_text(request.param, encoding="utf-8")
    return found


def test_the_cells_are_those_of_the_reader(path: Path) -> None:
    dataset = read_bulk_tsv(path)
    geo, time = dataset.place_of("geo"), dataset.place_of("time")
    assert geo is not None
    assert time is not None
    found = [
        (cell.row, cell.column, cell.codes[geo], cell.codes[time], cell.value, cell.flags)
        for cell in dataset.cells()
    ]
    assert found == [
        (one.row, one.column, one.geo, one.period, one.value, one.flags)
        for one in iter_observations(path)
    ]


def test_the_name_of_the_file_names_the_dataset(path: Path) -> None:
    assert read_bulk_tsv(path).head.code == "ILC_PEPS11"


def test_units_and_frequency_are_known_by_their_names(path: Path) -> None:
    roles = {one.name.lower(): one.role for one in read_bulk_tsv(path).dimensions}
    assert roles["unit"] == "unit"
    assert roles.get("freq", "frequency") == "frequency"
