import json
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.counts import count

from regin.engine.errors import FaultsError
from regin.files.datasets.dataset import Dataset, Dimension, Head
from regin.files.datasets.json_stat import read_json_stat
from regin.files.datasets.json_stat_writer import write_json_stat
from regin.files.datasets.json_text import one_line
from regin.files.observations import KNOWN_FLAGS


def read_back(folder, dataset: Dataset) -> Dataset:
    path = folder / "t.json"
    path.write_text(write_json_stat(dataset), encoding="utf-8")
    return read_json_stat(path)


def dataset(dimensions, cells) -> Dataset:
    """A dataset of cells (places of the codes, value, flags)."""
    flag_sets = list(dict.fromkeys(["", *(flags for _, _, flags in cells)]))
    return Dataset(
        head=Head("t.csv", "other"),
        dimensions=tuple(dimensions),
        index=np.array([places for places, _, _ in cells], dtype=np.int32),
        values=np.array([math.nan if v is None else v for _, v, _ in cells], dtype=np.float64),
        flags=np.array([flag_sets.index(flags) for _, _, flags in cells], dtype=np.uint16),
        flag_sets=tuple(flag_sets),
        rows=np.arange(2, len(cells) + 2, dtype=np.int32),
    )


YEARS = Dimension("time", ("2013", "2014"), role="time")
PLACES = Dimension("geo", ("SE", "AT"), ("Sverige", ""), role="geo", text="Land")
SMALL = dataset([PLACES, YEARS], [((0, 1), 2.5, "b"), ((1, 0), None, "c"), ((0, 0), 3.0, "")])


def content(found: Dataset):
    """All that a dataset says but for the file, its rows and the order of its cells."""
    cells = {cell.codes: (cell.value, cell.flags) for cell in found.cells()}
    return replace(found.head, file="", format=""), found.dimensions, cells


def test_a_sparse_dataset_is_written_as_offices_do():
    written = json.loads(write_json_stat(SMALL))
    assert (written["version"], written["class"]) == ("2.0", "dataset")
    assert (written["id"], written["size"]) == (["geo", "time"], [2, 2])
    assert written["role"] == {"time": ["time"], "geo": ["geo"]}
    assert written["value"] == {"0": 3, "1": 2.5, "2": None}
    assert written["status"] == {"1": "b", "2": "c"}
    assert written["dimension"]["geo"] == {
        "label": "Land",
        "category": {"index": ["SE", "AT"], "label": {"SE": "Sverige"}},
    }
    assert "label" not in written
    assert "source" not in written


def test_a_full_dataset_is_written_as_an_array_whose_gaps_are_null():
    full = dataset([YEARS], [((1,), None, ""), ((0,), 3.0, "")])
    assert '"value": [3, null]' in write_json_stat(full)
    assert "status" not in json.loads(write_json_stat(full))


def test_letters_of_all_languages_are_written_as_they_are():
    assert "“å”" in write_json_stat(replace(SMALL, head=Head("", "", title="“å”")))


def test_what_was_read_comes_back_the_same_down_to_its_rows(tmp_path):
    first = read_back(tmp_path, SMALL)
    second = read_back(tmp_path, first)
    assert (first.head, first.dimensions) == (second.head, second.dimensions)
    assert list(first.cells()) == list(second.cells())


def test_roles_and_labels_that_no_name_tells_come_back(tmp_path):
    dimensions = [
        YEARS,
        Dimension("geo", ("a",)),
        Dimension("birth", ("b",), role="geo"),
        Dimension("power", ("",), role="attribute"),
        Dimension("words", ("Total",), is_labelled=True),
        Dimension("code", ("no code",)),
    ]
    one = dataset(dimensions, [((0, 0, 0, 0, 0, 0), 1.0, "")])
    assert read_back(tmp_path, one).dimensions == tuple(dimensions)


def test_more_crossings_than_can_be_counted_are_refused():
    codes = tuple(f"c{n}" for n in range(1300))
    one = dataset([Dimension(name, codes) for name in "abc"], [((0, 0, 0), 1.0, "")])
    with pytest.raises(FaultsError, match="more than 2147483647 places"):
        write_json_stat(one)


LINE = st.text(max_size=8).map(one_line)
NAME = LINE.filter(bool)
PERIOD = st.builds(
    "{:04}{}".format, st.integers(1000, 2999), st.sampled_from(["", "-S2", "-Q3", "-07", "-W53"])
)
FLAGS = st.lists(st.sampled_from(sorted(KNOWN_FLAGS)), unique=True, max_size=3).map("".join)
NUMBER = (
    st.none()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.integers(-99, 10**17).map(float)
)


@st.composite
def dimension(draw, name):
    is_time = name == "the time"
    codes = draw(st.lists(PERIOD if is_time else LINE, min_size=1, max_size=4, unique=True))
    labels = draw(st.lists(LINE, min_size=len(codes), max_size=len(codes)))
    role = draw(st.sampled_from(["", "geo", "frequency", "unit", "attribute"]))
    return Dimension(
        name,
        tuple(codes),
        tuple(labels) if any(labels) else (),
        "time" if is_time else role,
        draw(LINE),
        draw(st.booleans()),
    )


@st.composite
def datasets(draw):
    names = draw(
        st.lists(
            NAME | st.sampled_from(["geo", "unit", "id", "size", "role"]), unique=True, max_size=4
        )
    )
    kept = [name for name in names if name != "the time"]
    kept.insert(draw(st.integers(0, len(kept))), "the time")
    dimensions = [draw(dimension(name)) for name in kept]
    attributes = [at for at, one in enumerate(dimensions) if one.role == "attribute"]
    place = st.tuples(*(st.integers(0, len(one.codes) - 1) for one in dimensions))
    places = draw(
        st.lists(
            place,
            min_size=1,
            max_size=12,
            unique_by=lambda own: tuple(p for at, p in enumerate(own) if at not in attributes),
        )
    )
    found = dataset(dimensions, [(own, draw(NUMBER), draw(FLAGS)) for own in places])
    about = Head("t.csv", "other", draw(LINE), draw(LINE), draw(LINE), draw(LINE),
                 draw(st.sampled_from(["", "en", "sv"])))  # fmt: skip
    return replace(found, head=about)


@settings(
    max_examples=count(30_000) // 3,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(one=datasets())
def test_whatever_is_written_comes_back_equal(tmp_path, one):
    back = read_back(tmp_path, one)
    assert content(back) == content(one)
    again = read_back(tmp_path, back)
    assert list(again.cells()) == list(back.cells())
