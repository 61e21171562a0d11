import csv
import tomllib

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.counts import count

from regin.engine.framework import Band, Framework, Node, Part
from regin.engine.recipe import Recipe
from regin.engine.steps import Step
from regin.engine.table import Table
from regin.files.index import Index, read_index, write_index
from regin.files.index.recipes import _key, _value

TEXT = st.text(st.characters(exclude_characters="\r\x00", exclude_categories=["Cs"]), max_size=12)
CODES = st.lists(
    st.text(alphabet="abcåÄ=+-@'. 12", min_size=1, max_size=6)
    .map(str.strip)
    .filter(lambda code: code and code not in {"1", "a"}),
    min_size=7,
    max_size=7,
    unique_by=lambda code: code,
)
LABELS = st.text(alphabet="ab=+-@',\"\n é", max_size=6)
CELLS = st.one_of(
    st.floats(-1e9, 1e9).map(lambda value: (value, 1)),
    st.sampled_from([(float("nan"), state) for state in (0, 2, 3, 4)]),
)


@st.composite
def indices(draw):
    codes = draw(CODES)
    root, one, two, *units = codes
    options = (("=yes", 100.0), ("no", draw(st.floats(0, 50))))
    extra = {"name.sv": draw(TEXT), "=note": draw(TEXT)}
    nodes = (
        Node(root, draw(TEXT), 3, kind="aggregate", extra=extra),
        Node(
            one,
            draw(TEXT),
            1,
            root,
            weight=draw(st.floats(0, 100)),
            unit=draw(TEXT),
            target=draw(st.none() | st.floats(-5, 5)),
            goalpost_low=0.5,
            goalpost_high=1.5,
            tags={"area": ("x", "=y")},
            extra=dict.fromkeys(extra, ""),
        ),
        Node(two, "", 2, root, options=options, extra=dict.fromkeys(extra, draw(TEXT))),
    )
    parts = (
        Part("area", "x", draw(TEXT), 1, {"name.sv": draw(TEXT)}),
        Part("area", "=y", draw(TEXT), 2, {"name.sv": ""}),
    )
    bands = (Band(0, 50, draw(TEXT), {"colour": draw(TEXT)}),)
    rows = [[draw(CELLS), draw(CELLS)] for _ in units]
    choices = [[-1, draw(st.sampled_from([-1, 0, 1]))] for _ in units]
    values = [[row[0][0], float("nan")] for row in rows]
    states = [
        [row[0][1], 1 if pick[1] >= 0 else (row[1][1] if row[1][1] != 1 else 0)]
        for row, pick in zip(rows, choices, strict=True)
    ]
    table = Table.of(
        units,
        (one, two),
        values,
        states=states,
        choices=choices,
        periods=draw(st.sampled_from([[""] * 4, ["2020", "=1", "2021", "-"]])),
        unit_names=[draw(TEXT) for _ in units],
        groups={"=size": [draw(LABELS) for _ in units]},
    )
    steps = (Step("score_options"), Step("aggregate", {"method": ["arithmetic"]}))
    notes = {(table.units[0], table.periods[0], one): "=cmd"}
    long = draw(st.booleans())
    framework = Framework(nodes, ("area",), parts, bands)
    recipe = Recipe(steps, no_competence="zero", overall="axis:area")
    return Index(table, framework, recipe, notes if long else {}, long=long)


@settings(
    max_examples=count(1000, 100), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(index=indices())
def test_reading_gives_back_what_was_written(tmp_path, index):
    folder = tmp_path / "index"
    write_index(index, folder)
    again = read_index(folder)
    assert again.framework == index.framework
    assert again.recipe == index.recipe
    assert again.notes == index.notes
    one, other = index.table, again.table
    for name in ("units", "codes", "periods", "unit_names", "groups"):
        assert getattr(other, name) == getattr(one, name), name
    assert np.array_equal(one.values, other.values, equal_nan=True)
    assert np.array_equal(one.states, other.states)
    assert np.array_equal(one.choices, other.choices)
    for path in folder.iterdir():
        path.unlink()


@settings(
    max_examples=count(1000, 100), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(index=indices())
def test_no_text_cell_written_starts_like_a_formula(tmp_path, index):
    folder = tmp_path / "index"
    write_index(index, folder)
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as stream:
            for cell in (cell for row in csv.reader(stream) for cell in row):
                assert cell[:1] not in tuple("=+@\t") or not cell
                assert not cell.startswith("-") or float(cell) < 0 or cell == "-0.0"
    for path in folder.iterdir():
        path.unlink()


def test_the_headings_of_the_structure_keep_their_order(folder, tmp_path):
    write_index(read_index(folder), tmp_path / "copy")
    before, after = ((f / "structure.csv").read_text() for f in (folder, tmp_path / "copy"))
    assert before.splitlines()[0] == after.splitlines()[0]


def test_what_is_written_twice_is_the_same_bytes(folder, tmp_path):
    write_index(read_index(folder), tmp_path / "one")
    write_index(read_index(tmp_path / "one"), tmp_path / "two")
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_a_unit_that_says_nothing_survives_long_data(folder, tmp_path):
    (folder / "data.csv").write_text("unit,indicator,value\nA,Q1,yes\nB,Q1,\n")
    write_index(read_index(folder), tmp_path / "copy")
    assert read_index(tmp_path / "copy").table.units == ("A", "B")


def test_an_index_without_recipe_and_options_is_written(tmp_path):
    nodes = (Node("ALL", level=2, kind="aggregate"), Node("x", level=1, parent="ALL"))
    index = Index(Table.of(["A"], ["x"], [[1.5]]), Framework(nodes), None)
    write_index(index, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data.csv", "structure.csv"]
    assert read_index(tmp_path, with_recipe=False).table.values.tolist() == [[1.5]]


def test_every_kind_of_value_of_a_recipe_survives_as_toml():
    written = {
        "text": 'a "b" \\ \n \x7f é',
        "numbers": [1, 2.5, -3],
        "yes": True,
        "odd key =": {"in ner": [1], "x": "y"},
    }
    lines = [f"{_key(name)} = {_value(value)}" for name, value in written.items()]
    assert tomllib.loads("\n".join(lines)) == written
