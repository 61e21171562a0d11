import doctest
import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from regin.engine.errors import FaultsError
from regin.files.datasets import json_stat_status, json_text
from regin.files.datasets.dataset import Dataset, Dimension, Head
from regin.files.datasets.json_stat import read_json_stat
from regin.files.datasets.json_stat_periods import read_periods
from regin.files.limits import LIMITS, Limits


def category(*codes, **more):
    return {"category": {"index": list(codes), **more}}


def table(**changes):
    """A table of two places and two years in JSON-stat 2.0."""
    return {
        "version": "2.0",
        "class": "dataset",
        "label": "People",
        "source": "Office",
        "updated": "2024-05-01",
        "id": ["geo", "time"],
        "size": [2, 2],
        "dimension": {"geo": category("AT", "SE"), "time": category("2013", "2014")},
        "value": [1, 2.5, None, 4],
        **changes,
    }


def write(folder: Path, content, name="t.json") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return path


def read(folder: Path, content, **options) -> Dataset:
    return read_json_stat(write(folder, content), **options)


def cells(found: Dataset):
    return [(*cell.codes, cell.value, cell.flags, cell.row) for cell in found.cells()]


def faults(folder: Path, content, limits: Limits = LIMITS, **options):
    """(code, column) of every fault."""
    with pytest.raises(FaultsError) as caught:
        read(folder, content, limits=limits, **options)
    assert all(fault.what and fault.advice for fault in caught.value.faults)
    return [(fault.code, fault.column) for fault in caught.value.faults]


PLAIN = [
    ("AT", "2013", 1.0, "", 1),
    ("AT", "2014", 2.5, "", 2),
    ("SE", "2013", None, "", 3),
    ("SE", "2014", 4.0, "", 4),
]


def test_a_table_is_read_with_what_it_says_of_itself(tmp_path):
    found = read(tmp_path, table())
    assert found.head == Head(
        "t.json", "json-stat", title="People", source="Office", updated="2024-05-01"
    )
    assert cells(found) == PLAIN
    assert found.dimensions == (
        Dimension("geo", ("AT", "SE"), role="geo"),
        Dimension("time", ("2013", "2014"), role="time"),
    )
    assert {cell.column for cell in found.cells()} == {"value"}


def test_code_and_language_stand_where_eurostat_and_pxweb_put_them(tmp_path):
    for extension, expected in (
        ({"id": "DEMO_R", "lang": "EN", "agencyId": "ESTAT"}, ("DEMO_R", "en")),
        ({"datasetId": "ten00108", "lang": "DE"}, ("ten00108", "de")),
        ({"px": {"tableid": "TAB1267", "language": "sv"}}, ("TAB1267", "sv")),
        ({"id": 5, "lang": "?", "px": []}, ("", "")),
        ("text", ("", "")),
    ):
        head = read(tmp_path, table(extension=extension)).head
        assert (head.code, head.language) == expected


def in_one(kind, **changes):
    """The table of 1.x: names, sizes and roles stand inside `dimension`."""
    one = {**table(), **changes}
    inner = {name: one.pop(name) for name in ("id", "size", "role") if name in one}
    one["dimension"] = {**one["dimension"], **inner}
    del one["version"], one["class"]
    return {kind: one}


def test_a_bundle_of_1_x_is_read_like_2_0(tmp_path):
    assert cells(read(tmp_path, in_one("dataset"))) == PLAIN
    assert read(tmp_path, in_one("dataset")).head.code == ""
    assert read(tmp_path, in_one("cpi*201207")).head.code == "cpi*201207"


def test_roles_of_1_x_stand_inside_the_dimension(tmp_path):
    renamed = {"a": category("AT", "SE"), "b": category("2013", "2014")}
    content = in_one(
        "dataset", id=["a", "b"], dimension=renamed, role={"time": ["b"], "geo": ["a"]}
    )
    assert [own.role for own in read(tmp_path, content).dimensions] == ["geo", "time"]


def test_of_several_tables_one_is_read_by_its_name(tmp_path):
    bundle = {**in_one("births"), **in_one("deaths", value=[5, 6, 7, 8])}
    assert cells(read(tmp_path, bundle, dataset="deaths"))[0] == ("AT", "2013", 5.0, "", 1)
    with pytest.raises(FaultsError, match="2 tables: births, deaths"):
        read(tmp_path, bundle)
    assert faults(tmp_path, bundle, dataset="x") == [("json_stat_unknown_table", None)]


def test_a_collection_gives_the_tables_that_it_holds(tmp_path):
    link = {"class": "dataset", "href": "https://example.org/t.json", "label": "Elsewhere"}
    one = {"version": "2.0", "class": "collection", "link": {"item": [link, table()]}}
    assert cells(read(tmp_path, one)) == PLAIN
    assert cells(read(tmp_path, one, dataset="People")) == PLAIN
    one["link"]["item"] += [table(value=[9, 9, 9, 9]), table(label=None)]
    with pytest.raises(FaultsError, match=r"3 tables: People, People \(2\), 3\."):
        read(tmp_path, one)
    assert cells(read(tmp_path, one, dataset="People (2)"))[0][2] == 9.0
    one["link"]["item"] = [link]
    assert faults(tmp_path, one) == [("json_stat_links", None)]


def test_a_fault_in_a_bundle_names_the_whole_path(tmp_path):
    assert faults(tmp_path, in_one("births", value=[1, 2, 3, "4"])) == [
        ("json_stat_value", "births.value[3]")
    ]


@pytest.mark.parametrize(
    "values",
    [
        {"0": 1, "1": 2.5, "2": None, "3": 4},
        {"3": 4, "2": None, "1": 2.5, "0": 1},
    ],
)
def test_sparse_values_are_the_same_table_whatever_their_order(tmp_path, values):
    assert cells(read(tmp_path, table(value=values))) == PLAIN


def test_a_place_that_a_sparse_table_leaves_out_is_a_cell_only_with_a_status(tmp_path):
    content = table(value={"1": 2.5}, status={"1": "b", "2": ":c", "3": ""})
    assert cells(read(tmp_path, content)) == [
        ("AT", "2014", 2.5, "b", 2),
        ("SE", "2013", None, "c", 3),
    ]


def test_all_categories_stay_also_those_without_a_cell(tmp_path):
    assert read(tmp_path, table(value={"0": 1})).dimensions[0].codes == ("AT", "SE")


def test_missing_is_never_zero(tmp_path):
    found = read(tmp_path, table(value=[0, None, 0, None]))
    assert [cell.value for cell in found.cells()] == [0.0, None, 0.0, None]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("e", ["e", "e", "e", "e"]),
        (["p"], ["p", "p", "p", "p"]),
        (["b", "", ":", None], ["b", "", "", ""]),
        ({"0": "bu", "2": ":u"}, ["bu", "", "u", ""]),
        ({"2": "m", "3": "A"}, ["", "", "m", ""]),
        ({"2": ":m"}, ["", "", "m", ""]),
        ({"0": "P", "2": "O"}, ["p", "", "O", ""]),
        ({"2": ".."}, ["", "", "", ""]),
        ({"2": ": c"}, ["", "", "c", ""]),
        (None, ["", "", "", ""]),
        ("", ["", "", "", ""]),
        ({}, ["", "", "", ""]),
    ],
)
def test_a_status_is_one_for_all_or_one_a_place(tmp_path, status, expected):
    found = read(tmp_path, table(status=status))
    assert [cell.flags for cell in found.cells()] == expected
    assert [cell.value for cell in found.cells()] == [1.0, 2.5, None, 4.0]


def test_a_status_for_all_makes_no_cells_in_a_sparse_table(tmp_path):
    assert cells(read(tmp_path, table(value={"2": 7}, status="e"))) == [("SE", "2013", 7.0, "e", 3)]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ({"1": "y"}, [("json_stat_status", "status.1")]),
        ({"1": "bb", "2": "Aa"},
         [("json_stat_status", "status.1"), ("json_stat_status", "status.2")]),
        (["b", 5, ["c"], None],
         [("json_stat_status", "status[1]"), ("json_stat_status", "status[2]")]),
        ("normal", [("json_stat_status", "status")]),
        ({"2": " - "}, [("json_stat_stroke", "status.2")]),
        (["x"], [("json_stat_status", "status[0]")]),
        (True, [("json_stat_status_kind", "status")]),
        ([3], [("json_stat_status_kind", "status[0]")]),
        (["b", "b"], [("json_stat_count", "status")]),
        ({"4": "b"}, [("json_stat_position", "status.4")]),
        ({"0": ":", "1": ":", "2": ":"},
         [("json_stat_marked_missing", "status.0"), ("json_stat_marked_missing", "status.1")]),
        ([":", None, None, None], [("json_stat_marked_missing", "status[0]")]),
        (":", [("json_stat_marked_missing", "status")]),
        ([":"], [("json_stat_marked_missing", "status[0]")]),
    ],
)  # fmt: skip
def test_a_status_that_is_unknown_or_contradicts_is_named_by_its_place(tmp_path, status, expected):
    assert faults(tmp_path, table(status=status)) == expected


def with_geo(**own):
    one = table()
    one["dimension"]["geo"] = own
    return one


def test_categories_are_an_array_or_an_object_of_places(tmp_path):
    content = with_geo(category={"index": {"SE": 1, "AT": 0}})
    assert cells(read(tmp_path, content)) == PLAIN


def test_labels_and_the_text_of_a_dimension_are_kept_on_one_line(tmp_path):
    content = with_geo(
        label="Geopolitical\nentity",
        category={"index": ["AT", "SE"], "label": {"SE": " Sverige\t"}},
    )
    geo = read(tmp_path, content).dimensions[0]
    assert (geo.text, geo.labels, geo.is_labelled) == (
        "Geopolitical entity",
        ("", "Sverige"),
        False,
    )


def test_the_one_category_of_a_dimension_may_have_a_label_only(tmp_path):
    content = table(
        id=["sex", "geo", "time"],
        size=[1, 2, 2],
        dimension={**table()["dimension"], "sex": {"category": {"label": {"T": "Total"}}}},
    )
    sex = read(tmp_path, content).dimensions[0]
    assert sex == Dimension("sex", ("T",), ("Total",))


def test_codes_that_are_words_are_labels(tmp_path):
    content = with_geo(category={"index": ["Sverige", "Hela  Europa"]})
    geo = read(tmp_path, content).dimensions[0]
    assert (geo.codes, geo.is_labelled) == (("Sverige", "Hela Europa"), True)


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ({}, ("json_stat_no_categories", "dimension.geo.category")),
        ({"category": 3}, ("json_stat_no_categories", "dimension.geo.category")),
        ({"category": {"label": {"AT": "a", "SE": "b"}}},
         ("json_stat_no_categories", "dimension.geo.category")),
        ({"category": {"index": ["AT"]}}, ("json_stat_size", "dimension.geo.category.index")),
        ({"category": {"index": ["AT", 5]}}, ("json_not_text", "dimension.geo.category.index[1]")),
        ({"category": {"index": ["AT", ["SE"]]}},
         ("json_not_text", "dimension.geo.category.index[1]")),
        ({"category": {"index": ["AT", "AT"]}},
         ("json_stat_duplicate_code", "dimension.geo.category.index")),
        ({"category": {"index": ["A T", "A  T"]}},
         ("json_stat_duplicate_code", "dimension.geo.category.index")),
        ({"category": {"index": ["AT", "x" * 201]}},
         ("json_stat_code", "dimension.geo.category.index")),
        ({"category": {"index": ["AT", "\ud800"]}},
         ("json_stat_code", "dimension.geo.category.index")),
        ({"category": {"index": {"AT": 0, "SE": 2}}},
         ("json_stat_place", "dimension.geo.category.index")),
        ({"category": {"index": {"AT": 0, "SE": 0}}},
         ("json_stat_place", "dimension.geo.category.index")),
        ({"category": {"index": {"AT": -1, "SE": 0}}},
         ("json_stat_place", "dimension.geo.category.index")),
        ({"category": {"index": {"AT": 0.5, "SE": 1}}},
         ("json_stat_place", "dimension.geo.category.index")),
        ({"category": {"index": {"AT": False, "SE": True}}},
         ("json_not_whole", "dimension.geo.category.index.AT")),
        ({"category": {"index": {"AT": "0", "SE": 1}}},
         ("json_not_whole", "dimension.geo.category.index.AT")),
        ({"category": {"index": "AT"}}, ("json_not_object", "dimension.geo.category.index")),
        ({"category": {"index": ["AT", "SE"], "label": ["a", "b"]}},
         ("json_not_object", "dimension.geo.category.label")),
        ({"category": {"index": ["AT", "SE"], "label": {"AT": 5}}},
         ("json_not_text", "dimension.geo.category.label.AT")),
        ({"label": [], "category": {"index": ["AT", "SE"]}},
         ("json_not_text", "dimension.geo.label")),
        ({"category": {"index": ["AT", "SE"], "unit": []}},
         ("json_not_object", "dimension.geo.category.unit")),
        ({"category": {"index": ["AT", "SE"], "unit": {"AT": "%"}}},
         ("json_not_object", "dimension.geo.category.unit.AT")),
        ({"category": {"index": ["AT", "SE"], "unit": {"AT": {"multiplier": "3"}}}},
         ("json_stat_multiplier", "dimension.geo.category.unit.AT.multiplier")),
        ({"category": {"index": ["AT", "SE"], "unit": {"AT": {"multiplier": 1e300}}}},
         ("json_stat_multiplier", "dimension.geo.category.unit.AT.multiplier")),
    ],
)  # fmt: skip
def test_a_faulty_dimension_is_named_by_its_path(tmp_path, own, expected):
    assert expected in faults(tmp_path, with_geo(**own))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"id": None}, ("json_not_array", "id")),
        ({"id": []}, ("json_stat_dimensions", "id")),
        ({"id": ["geo", "geo"]}, ("json_stat_dimension_name", "id[1]")),
        ({"id": ["geo", 5]}, ("json_stat_dimension_name", "id[1]")),
        ({"id": ["geo", ""]}, ("json_stat_dimension_name", "id[1]")),
        ({"id": ["geo", "sex"]}, ("json_stat_no_dimension", "dimension.sex")),
        ({"id": [f"d{n}" for n in range(31)]}, ("json_stat_dimensions", "id")),
        ({"size": None}, ("json_not_array", "size")),
        ({"size": [2]}, ("json_stat_sizes", "size")),
        ({"size": [2, -2]}, ("json_not_whole", "size[1]")),
        ({"size": [2, "2"]}, ("json_not_whole", "size[1]")),
        ({"size": [2, True]}, ("json_not_whole", "size[1]")),
        ({"size": [2, 2.5]}, ("json_not_whole", "size[1]")),
        ({"size": [2, 10**400]}, ("json_not_whole", "size[1]")),
        ({"size": [2, 3]}, ("json_stat_size", "dimension.time.category.index")),
        ({"value": [1, 2, 3]}, ("json_stat_count", "value")),
        ({"value": None}, ("json_stat_no_values", "value")),
        ({"value": 3}, ("json_stat_no_values", "value")),
        ({"value": [1, 2, True, 4]}, ("json_stat_value", "value[2]")),
        ({"value": [1, 2, "3", 4]}, ("json_stat_value", "value[2]")),
        ({"value": [1, 2, [3], 4]}, ("json_stat_value", "value[2]")),
        ({"value": {"1": "3"}}, ("json_stat_value", "value.1")),
        ({"value": {"4": 1}}, ("json_stat_position", "value.4")),
        ({"value": {"-1": 1}}, ("json_stat_position", "value.-1")),
        ({"value": {"01": 1}}, ("json_stat_position", "value.01")),
        ({"value": {"1.0": 1}}, ("json_stat_position", "value.1.0")),
        ({"value": {"9" * 5000: 1}}, ("json_stat_position", "value." + "9" * 114 + "…")),
        ({"value": {}}, ("dataset_no_cells", None)),
        ({"role": []}, ("json_not_object", "role")),
        ({"role": {"time": "time"}}, ("json_not_array", "role.time")),
        ({"role": {"time": [5]}}, ("json_not_text", "role.time[0]")),
    ],
)
def test_a_faulty_table_is_named_by_its_path(tmp_path, changes, expected):
    assert expected in faults(tmp_path, table(**changes))


def test_a_table_of_no_categories_has_no_cells(tmp_path):
    content = table(size=[0, 2], value=[])
    content["dimension"]["geo"] = category()
    assert faults(tmp_path, content) == [("dataset_no_cells", None)]


def test_all_faults_are_told_at_once(tmp_path):
    content = table(value=[1, "2", None, True], status={"9": "b", "0": "y"})
    content["dimension"]["time"] = category("2013", "soon")
    content["size"][0] = 3
    assert faults(tmp_path, content) == [
        ("json_stat_size", "dimension.geo.category.index"),
        ("json_stat_period", "dimension.time.category.index"),
        ("json_stat_value", "value[1]"),
        ("json_stat_value", "value[3]"),
        ("json_stat_status", "status.0"),
    ]
    assert len(faults(tmp_path, table(value=["x"] * 4), limits=Limits(faults=2))) == 3


def test_a_table_without_time_says_so_whatever_else_is_wrong(tmp_path):
    content = table(id=["geo", "when"])
    content["dimension"]["when"] = content["dimension"].pop("time")
    content["value"][0] = "x"
    assert faults(tmp_path, content) == [
        ("json_stat_no_time", "role"),
        ("json_stat_value", "value[0]"),
    ]
    content["value"][0], content["role"] = 1, {"time": ["when"]}
    assert cells(read(tmp_path, content)) == PLAIN


def test_of_several_places_one_is_the_place_and_the_others_are_breakdowns(tmp_path):
    content = table(
        id=["birth", "residence", "time"],
        size=[1, 2, 2],
        dimension={
            "birth": category("F"),
            "residence": category("15", "27"),
            "time": category("2013", "2014"),
        },
        role={"geo": ["residence", "birth"], "metric": []},
    )
    assert [own.role for own in read(tmp_path, content).dimensions] == ["", "geo", "time"]
    content = json.loads(json.dumps(content).replace('"birth"', '"geo"'))
    assert [own.role for own in read(tmp_path, content).dimensions] == ["geo", "", "time"]


def test_roles_that_a_table_leaves_out_go_by_name(tmp_path):
    content = table(
        id=["freq", "UNIT", "geo", "time"],
        size=[1, 1, 2, 2],
        dimension={**table()["dimension"], "freq": category("A"), "UNIT": category("PC")},
        role={"time": ["time"]},
    )
    roles = [own.role for own in read(tmp_path, content).dimensions]
    assert roles == ["frequency", "unit", "geo", "time"]


UNITS = {
    "gdp": {"label": "million", "symbol": "$", "position": "start", "multiplier": 6, "decimals": 0},
    "share": {"symbol": "%", "position": "end", "multiplier": 0},
}


def with_units(units, names=("gdp", "share", "people")):
    return table(
        id=["concept", "time"],
        size=[len(names), 1],
        dimension={"concept": category(*names, unit=units), "time": category("2013")},
        role={"metric": ["concept"]},
        value=list(range(len(names))),
    )


def test_units_of_categories_become_dimensions(tmp_path):
    found = read(tmp_path, with_units(UNITS))
    assert found.dimensions[2:] == (
        Dimension("unit", ("$ million", "%", ""), role="unit", is_labelled=True),
        Dimension("unit_mult", ("6", "0", ""), role="attribute"),
    )
    assert [cell.codes for cell in found.cells()] == [
        ("gdp", "2013", "$ million", "6"),
        ("share", "2013", "%", "0"),
        ("people", "2013", "", ""),
    ]


def test_a_unit_in_the_words_of_sweden_is_read_and_decimals_are_no_unit(tmp_path):
    units = {"people": {"base": "antal", "decimals": 0}}
    assert read(tmp_path, with_units(units)).dimensions[2].codes == ("", "antal")
    units = {"people": {"decimals": 0, "label": ""}}
    assert len(read(tmp_path, with_units(units)).dimensions) == 2


def test_units_of_categories_give_way_to_a_dimension_of_units(tmp_path):
    content = with_units(UNITS)
    content["id"].append("unit")
    content["size"].append(1)
    content["dimension"]["unit"] = category("PC")
    names = [own.name for own in read(tmp_path, content).dimensions]
    assert names == ["concept", "time", "unit", "unit_mult"]


def test_an_attribute_is_no_part_of_the_key(tmp_path):
    content = table(
        id=["geo", "time", "unit_mult"],
        size=[2, 1, 2],
        dimension={
            "geo": category("AT", "SE"),
            "time": category("2013"),
            "unit_mult": category("0", "3"),
        },
    )
    content["value"] = {"0": 1, "3": 2}
    assert len(read(tmp_path, content)) == 2
    content["value"] = {"0": 1, "1": 2}
    with pytest.raises(FaultsError, match="observation of AT, 2013 stands in row 1 already"):
        read(tmp_path, content)


def test_the_last_dimension_turns_fastest(tmp_path):
    content = table(
        id=["sex", "geo", "time"],
        size=[2, 3, 2],
        dimension={
            "sex": category("M", "F"),
            "geo": category("AT", "IT", "SE"),
            "time": category("2013", "2014"),
        },
        value=list(range(12)),
    )
    found = {cell.codes: (cell.value, cell.row) for cell in read(tmp_path, content).cells()}
    assert found["F", "IT", "2014"] == (9.0, 10)
    assert found["M", "SE", "2013"] == (4.0, 5)


@pytest.mark.parametrize(
    ("text", "words", "kept"),
    [
        ("2013", "", "2013"),
        ("2010M07", "månad", "2010-07"),
        ("2010K1", "Tid", "2010-Q1"),
        ("2010H2", "Tid", "2010-S2"),
        ("2012 - 1", "Trimestre Trimestre", "2012-Q1"),
        ("2012 - IV", "Trimestre", "2012-Q4"),
        ("2012-2", "Semestre", "2012-S2"),
        ("2012 - 7", "Mes", "2012-07"),
        ("2012 - 07", "Mes", "2012-07"),
        ("2012-07", "Mes", "2012-07"),
        ("2012-01", "Tid", "2012-01"),
        ("2012-01", "Trimestre", None),
        ("2012 - 1", "Tid", None),
        ("2012 - 1", "Trimestre Mes", None),
        ("2012 - 5", "Trimestre", None),
        ("2012 - III", "Semestre", None),
        ("2012T1", "Trimestre", None),
        ("2012-2014", "", None),
        ("3012 - 1", "Trimestre", None),
        ("", "Trimestre", None),
    ],
)
def test_a_period_in_the_spelling_of_an_office_gets_the_kept_one(text, words, kept):
    assert read_periods((text,), (), words) == [kept]


def test_periods_that_are_only_counted_are_read_from_their_labels(tmp_path):
    content = table()
    content["dimension"]["time"] = category("0", "1", label={"0": "2013", "1": "2014"})
    found = read(tmp_path, content)
    assert found.dimensions[1].codes == ("2013", "2014")
    assert cells(found) == PLAIN
    content["dimension"]["time"] = category("0", "1", label={"0": "2013"})
    assert faults(tmp_path, content) == [("json_stat_period", "dimension.time.category.index")] * 2


def test_two_spellings_of_one_period_are_a_fault(tmp_path):
    content = table()
    content["dimension"]["time"] = category("2013Q1", "2013-Q1")
    assert faults(tmp_path, content) == [
        ("json_stat_duplicate_code", "dimension.time.category.index")
    ]


def test_gzip_and_a_byte_order_mark_change_nothing(tmp_path):
    content = b"\xef\xbb\xbf" + json.dumps(table()).encode()
    assert cells(read(tmp_path, content)) == PLAIN
    assert cells(read(tmp_path, gzip.compress(content))) == PLAIN


def test_what_the_format_adds_besides_is_left_out(tmp_path):
    one = table(note=["n"], link={"item": 5}, href="x", child={"a": ["b"]})
    one["dimension"]["geo"]["category"].update(
        child={"AT": ["SE"]}, note={"AT": ["n"]}, coordinates={"AT": [1, 2]}
    )
    one["dimension"]["extra"] = 5
    assert cells(read(tmp_path, one)) == PLAIN


def test_a_dataset_cannot_be_changed(tmp_path):
    found = read(tmp_path, table())
    for column in (found.index, found.values, found.flags, found.rows):
        assert not column.flags.writeable
    assert found.index.dtype == found.rows.dtype == np.int32
    assert (found.values.dtype, found.flags.dtype) == (np.float64, np.uint16)


@pytest.mark.parametrize("module", [json_text, json_stat_status])
def test_the_examples_in_docstrings_hold(module):
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0
