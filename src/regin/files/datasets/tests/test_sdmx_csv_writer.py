"""What is written as SDMX-CSV is read back with the same figures."""

import itertools
import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from regin.files.datasets.dataset import Dataset, Dimension, Head
from regin.files.datasets.sdmx_csv import read_sdmx_csv
from regin.files.datasets.sdmx_csv_writer import sdmx_csv_lines
from regin.files.observations import KNOWN_FLAGS

DIMENSIONS = (
    Dimension("Takt", ("A",), role="frequency"),
    Dimension("unit", ("PC",), role="unit"),
    Dimension("isced11", ("TOTAL", "ED5-8", 'a,"b"')),
    Dimension("Land", ("SE232", "AT"), ("Sverige", ""), role="geo"),
    Dimension("year", ("2012", "2013"), role="time"),
)
CROSSINGS = [(0, 0, *rest) for rest in itertools.product(range(3), range(2), range(2))]
NAMES = ["freq", "unit", "isced11", "geo", "TIME_PERIOD"]
VALUES = st.none() | st.floats(allow_nan=False, allow_infinity=False)
FLAGS = st.lists(st.sampled_from(sorted(KNOWN_FLAGS)), max_size=4, unique=True).map("".join)


def dataset(cells) -> Dataset:
    flag_sets = list(dict.fromkeys(["", *(flags for _value, flags in cells)]))
    places = CROSSINGS[: len(cells)]
    return Dataset(
        head=Head("x", "other", code="LFS"),
        dimensions=DIMENSIONS,
        index=np.array(places, dtype=np.int32),
        values=np.array([math.nan if v is None else v for v, _flags in cells], dtype=np.float64),
        flags=np.array([flag_sets.index(flags) for _v, flags in cells], dtype=np.uint16),
        flag_sets=tuple(flag_sets),
        rows=np.arange(2, len(cells) + 2, dtype=np.int32),
    )


@given(st.lists(st.tuples(VALUES, FLAGS), min_size=1, max_size=len(CROSSINGS)))
def test_every_value_and_flag_comes_back(tmp_path_factory, cells):
    path = tmp_path_factory.mktemp("written") / "x.csv"
    written = dataset(cells)
    path.write_text("".join(sdmx_csv_lines(written)), encoding="utf-8")
    read = read_sdmx_csv(path)
    assert read.head.code == "LFS"
    assert [one.name for one in read.dimensions] == NAMES
    assert [one.role for one in read.dimensions] == [one.role for one in DIMENSIONS]
    before = {cell.codes: (cell.value, cell.flags) for cell in written.cells()}
    assert {cell.codes: (cell.value, cell.flags) for cell in read.cells()} == before
