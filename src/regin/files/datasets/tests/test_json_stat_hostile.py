"""Whatever a file holds, reading it gives a dataset or faults, soon and without much memory."""

import copy
import gzip
import json
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.counts import count

from regin.engine.errors import FaultsError
from regin.files.datasets import json_text
from regin.files.datasets.dataset import Dataset
from regin.files.datasets.json_stat import read_json_stat
from regin.files.limits import LIMITS, Limits

VALID = {
    "version": "2.0",
    "class": "dataset",
    "label": "People",
    "id": ["geo", "concept", "time"],
    "size": [2, 2, 1],
    "role": {"time": ["time"], "geo": ["geo"], "metric": ["concept"]},
    "dimension": {
        "geo": {"label": "place", "category": {"index": {"AT": 0, "SE": 1}}},
        "concept": {
            "category": {
                "index": ["p", "q"],
                "label": {"p": "persons", "q": "share"},
                "unit": {"p": {"label": "number", "multiplier": 3}, "q": {"symbol": "%"}},
            }
        },
        "time": {"category": {"label": {"2013": "2013"}}},
    },
    "value": [1, 2.5, None, 4],
    "status": {"0": "b", "2": ":c"},
    "extension": {"id": "X", "lang": "EN", "regin": {"role": {"geo": "geo"}, "labelled": []}},
}
SPARSE = {**VALID, "value": {"0": 1, "3": 2}, "status": "e"}
OLDER = {"dataset": {"dimension": {**VALID["dimension"], "id": VALID["id"], "size": [2, 2, 1]},
                     "value": [1, 2, 3, 4], "status": [None, "p", None, None]}}  # fmt: skip
SEVERAL = {"class": "collection", "link": {"item": [VALID]}}


def write(folder: Path, content) -> Path:
    path = folder / "t.json"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return path


def faults(path: Path, limits: Limits = LIMITS):
    with pytest.raises(FaultsError) as caught:
        read_json_stat(path, limits)
    assert str(caught.value)
    return [(fault.code, fault.column) for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b" ", "json_syntax"),
        (b"{", "json_syntax"),
        (b"{} {}", "json_syntax"),
        (b"geo,time\n", "json_syntax"),
        (b"<html></html>", "json_syntax"),
        (b"\x00", "json_syntax"),
        (b"[" * 100_000, "json_nesting"),
        (b'{"a":' * 100_000, "json_nesting"),
        (b"[" * 500_000, "json_too_many_parts"),
        (b"[" + b"{}," * 500_000 + b"{}]", "json_too_many_parts"),
        (b"[" + b"0," * 5_000_001 + b"0]", "json_too_many_parts"),
        (b"[" + b'"",' * 2_000_001 + b'""]', "json_too_many_parts"),
        ('{"é": 1}'.encode("latin-1"), "encoding"),
        (b'{"a":\n"\xff"}', "encoding"),
        ("{}".encode("utf-16"), "encoding_utf16"),
        ("{}".encode("utf-16-le"), "json_syntax"),
        (b"\x1f\x8b\x08", "file_damaged"),
        (gzip.compress(b"", mtime=0), "file_empty"),
        (gzip.compress(b" " * 70_000_000, mtime=0), "file_bomb"),
        ([], "json_stat_not"),
        (3, "json_stat_not"),
        (None, "json_stat_not"),
        ("dataset", "json_stat_not"),
        ({}, "json_stat_not"),
        ({"type": "FeatureCollection", "features": []}, "json_stat_not"),
        ({"class": "dimension", "category": {"index": ["T"]}}, "json_stat_not"),
        ({"class": ["dataset"]}, "json_stat_not"),
        ({"class": "collection"}, "json_stat_links"),
        ({"class": "collection", "link": {"item": [{"href": "x"}, 5, None]}}, "json_stat_links"),
    ],
)
def test_a_file_that_is_something_else_says_what(tmp_path, content, code):
    assert faults(write(tmp_path, content)) == [(code, None)]


@pytest.mark.parametrize(
    "reply",
    [
        {"error": [{"status": 404, "id": 100, "label": "No results found"}]},
        {"error": {"status": 404, "label": "No results found"}},
        {"warning": {"status": 413, "label": "No results found"}},
    ],
)
def test_an_answer_without_a_table_is_told_in_the_office_s_words(tmp_path, reply):
    with pytest.raises(FaultsError, match="“No results found”"):
        read_json_stat(write(tmp_path, reply))


def test_a_syntax_fault_names_its_line(tmp_path):
    with pytest.raises(FaultsError, match=r"row 2: .* line 2, character 3"):
        read_json_stat(write(tmp_path, b'{"a":\n1 2}'))


@pytest.mark.parametrize(
    "word", ["1e999", "-1e999", "NaN", "Infinity", "-Infinity", "9" * 5000, "1" * 400 + "e-1"]
)
def test_a_value_that_is_no_finite_number_is_named_by_its_place(tmp_path, word):
    for one, column in ((VALID, "value[1]"), (SPARSE, "value.0")):
        wrong = (
            json.dumps({**one, "status": None})
            .replace("2.5", word)
            .replace(': 1, "3"', f': {word}, "3"')
        )
        assert faults(write(tmp_path, wrong.encode())) == [("json_stat_value", column)]


def test_large_whole_numbers_are_read_as_floats_do(tmp_path):
    content = json.dumps(VALID).replace("2.5", "123456789012345678901234567890").encode()
    assert read_json_stat(write(tmp_path, content)).values[1] == 123456789012345678901234567890.0


def test_a_name_that_stands_twice_is_named_wherever_it_is(tmp_path):
    text = json.dumps(VALID)
    text = text.replace('{"AT": 0,', '{"AT": 0, "AT": 0,')
    text = text.replace('"0": "b"', '"0": "b", "0": "e", "0": "b"')
    text = text.replace('"symbol": "%"', '"symbol": "%", "symbol": "%"')
    assert faults(write(tmp_path, text.encode())) == [
        ("json_duplicate_key", "dimension.geo.category.index.AT"),
        ("json_duplicate_key", "dimension.concept.category.unit.q.symbol"),
        ("json_duplicate_key", "status.0"),
    ]


def cube(sizes, value):
    names = [f"d{at}" for at in range(len(sizes))]
    dimension = {
        name: {"category": {"index": [f"c{n}" for n in range(size)]}}
        for name, size in zip(names, sizes, strict=True)
    }
    dimension["time"] = {"category": {"label": {"2013": "2013"}}}
    return {"class": "dataset", "id": [*names, "time"], "size": [*sizes, 1],
            "dimension": dimension, "value": value}  # fmt: skip


def test_a_cube_of_more_places_than_stars_is_refused_and_costs_nothing(tmp_path):
    path = write(tmp_path, cube([1000] * 20, {"0": 1}))
    tracemalloc.start()
    assert faults(path) == [("json_stat_cube_too_large", "size")]
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


def test_a_wide_and_almost_empty_cube_costs_what_its_cells_cost(tmp_path):
    path = write(tmp_path, cube([1000, 1000, 2000], {"0": 1, "1999999999": 2}))
    tracemalloc.start()
    found = read_json_stat(path)
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()
    assert [cell.codes for cell in found.cells()][1] == ("c999", "c999", "c1999", "2013")
    assert found.rows.tolist() == [1, 2_000_000_000]


def test_sizes_that_no_number_holds_are_refused(tmp_path):
    content = cube([2], [1, 2])
    for size in (1e30, 1e300, 10**400, -1, -0.5):
        content["size"][0] = size
        assert faults(write(tmp_path, content)) == [("json_not_whole", "size[0]")]


def test_the_most_cells_bound_values_and_statuses(tmp_path):
    limits = Limits(cells=3)
    assert faults(write(tmp_path, VALID), limits) == [("too_many_cells", None)]
    content = {**VALID, "value": {"0": 1, "1": 2}, "status": {"2": "b", "3": "b"}}
    assert faults(write(tmp_path, content), limits) == [("too_many_cells", None)]


def test_size_is_bounded_plain_and_unpacked(tmp_path, monkeypatch):
    content = json.dumps(VALID).encode()
    monkeypatch.setattr(json_text, "MOST_BYTES", len(content) - 1)
    assert faults(write(tmp_path, content)) == [("file_too_large", None)]
    packed = gzip.compress(content)
    assert len(packed) < len(content)
    assert faults(write(tmp_path, packed))[0][0] in {"file_too_large", "file_bomb"}


def test_a_thousand_inventions_of_flags_end_in_faults(tmp_path):
    letters = "bcdefinprsuz"
    flags = [a + b + c for a in letters for b in letters for c in letters if len({a, b, c}) == 3]
    content = cube([len(flags)], [1] * len(flags))
    content["status"] = flags
    found = faults(write(tmp_path, content))
    assert {code for code, _ in found} == {"json_stat_status", "too_many_faults"}
    content["status"] = flags[:900] + [None] * (len(flags) - 900)
    assert len(read_json_stat(write(tmp_path, content)).flag_sets) == 901


def test_long_and_unprintable_words_stay_short_in_faults(tmp_path):
    content = cube([1], ["\x1b[2J" * 1000])
    content["dimension"]["d0"]["category"]["index"] = ["\x1b" * 100_000]
    content["id"].append("\u202e" * 100_000)
    content["size"].append(1)
    with pytest.raises(FaultsError) as caught:
        read_json_stat(write(tmp_path, content))
    assert len(str(caught.value)) < 5000
    assert str(caught.value).replace("\n", "").isprintable()


def test_long_names_nested_deep_do_not_pile_up_in_paths(tmp_path):
    inner = b'{"a":1,"a":2}'
    for _ in range(50):
        inner = b'{"' + b"k" * 10_000 + b'":' + inner + b',"l":[' + b"[]," * 1000 + b"[]]}"
    path = write(tmp_path, inner)
    tracemalloc.start()
    assert [code for code, _ in faults(path)] == ["json_duplicate_key", "json_stat_not"]
    assert tracemalloc.get_traced_memory()[1] < 50_000_000
    tracemalloc.stop()


NAMES = [
    *("id", "size", "role", "dimension", "value", "status", "category", "index", "label", "unit"),
    *("time", "geo", "class", "link", "item", "extension", "regin", "0", "AT"),
]
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 5)
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from([*NAMES, "2013", "dataset", "collection", ":", "b", "A", "1e999"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=12,
)
FUZZ = settings(
    max_examples=count(100_000) // 3,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@st.composite
def mutated(draw):
    """A valid table with one to three parts replaced by anything."""
    content = copy.deepcopy(draw(st.sampled_from([VALID, SPARSE, OLDER, SEVERAL])))
    for _ in range(draw(st.integers(1, 3))):
        at = content
        while True:
            keys = sorted(at) if isinstance(at, dict) else list(range(len(at)))
            key = draw(st.sampled_from(keys))
            if not isinstance(at[key], (dict, list)) or not at[key] or draw(st.booleans()):
                break
            at = at[key]
        at[key] = draw(JSON)
    return content


def read_or_refuse(path):
    found, told = None, ""
    try:
        found = read_json_stat(path, Limits(faults=5))
    except FaultsError as error:
        told = str(error)
    if found is None:
        assert told
    else:
        check(found)


def check(found: Dataset):
    """A dataset is whole: columns of one length, places inside their dimensions, keys distinct."""
    assert len(found) == len(found.index) == len(found.flags) == len(found.rows) > 0
    assert (found.rows > 0).all()
    for at, dimension in enumerate(found.dimensions):
        assert len(set(dimension.codes)) == len(dimension.codes)
        assert len(dimension.labels) in (0, len(dimension.codes))
        assert 0 <= found.index[:, at].min() <= found.index[:, at].max() < len(dimension.codes)
    assert found.place_of("time") is not None
    assert len({cell.codes for cell in found.cells()}) == len(found)
    assert found.flag_sets[0] == ""


def test_the_tables_that_are_changed_are_read_as_they_are(tmp_path):
    for one in (VALID, SPARSE, OLDER, SEVERAL):
        check(read_json_stat(write(tmp_path, one)))


@FUZZ
@given(content=JSON)
def test_only_faults_escape_from_any_json(tmp_path, content):
    read_or_refuse(write(tmp_path, content))


@FUZZ
@given(content=mutated())
def test_only_faults_escape_from_changed_tables(tmp_path, content):
    read_or_refuse(write(tmp_path, content))


@FUZZ
@given(content=st.binary(max_size=500))
def test_only_faults_escape_from_any_bytes(tmp_path, content):
    read_or_refuse(write(tmp_path, content))


@FUZZ
@given(
    one=st.sampled_from([VALID, SPARSE, OLDER]),
    at=st.integers(0, 10_000),
    drop=st.integers(0, 5),
    put=st.binary(max_size=5) | st.sampled_from([b"NaN", b"1e999", b"\\ud800", b'"AT":0,', b"[[["]),
)
def test_only_faults_escape_from_changed_bytes(tmp_path, one, at, drop, put):
    content = bytearray(json.dumps(one).encode())
    content[at % len(content) : at % len(content) + drop] = put
    read_or_refuse(write(tmp_path, bytes(content)))
