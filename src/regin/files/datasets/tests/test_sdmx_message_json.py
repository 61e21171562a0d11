"""SDMX-JSON in every form that offices write, each stating the same six figures as the XML."""

import copy
import gzip
import json
from pathlib import Path

import pytest

from regin.engine.errors import FaultsError
from regin.files.datasets.dataset import Dimension
from regin.files.datasets.sdmx_message import read_sdmx_message
from regin.files.datasets.tests.test_sdmx_message_ml import FIGURES, named
from regin.files.limits import LIMITS, Limits


def component(name: str, *codes: str, **more):
    labels = {"SE22": "Sydsverige", "AT": "Austria", "F": "Women", "M": "Men", "PC": "Percent"}
    listed = [{"id": code, "name": labels.get(code, code)} for code in codes]
    return {"id": name, "name": name.lower(), "values": listed} | more


def key(position: int, name: str, *codes: str, **more):
    return component(name, *codes, keyPosition=position, **more)


STATUS = component("OBS_STATUS", "B", "B U", "P", "E", "C")
PERIODS = ("2013", "2014", "2015")
IN_SERIES = {
    "dataSet": [key(0, "freq", "A"), key(1, "unit", "PC")],
    "series": [key(3, "geo", "AT", "SE22"), key(2, "sex", "F", "M")],
    "observation": [key(4, "TIME_PERIOD", *PERIODS)],
}
SERIES = {
    "1:0": {"observations": {"0": [9.4, 0], "1": [None, 1], "2": [None, None, 1]}},
    "0:1": {"attributes": [0], "observations": {"0": [0], "1": [None, 2], "2": [-15.0, 3]}},
}
IN_OBSERVATIONS = {
    "observation": [
        key(0, "freq", "A"),
        key(1, "unit", "PC"),
        key(2, "sex", "F", "M"),
        key(3, "geo", "AT", "SE22"),
        key(4, "TIME_PERIOD", *PERIODS),
    ]
}
FLAT = {
    "0:0:0:1:0": [9.4, 0],
    "0:0:0:1:1": [None, 1],
    "0:0:0:1:2": [None, None, 1],
    "0:0:1:0:0": [0],
    "0:0:1:0:1": [None, 2],
    "0:0:1:0:2": [-15, 3],
}
CONFIDENTIAL = component("CONF_STATUS", "F", "C")
UNIT_MULT = component("UNIT_MULT", "0")
META = {
    "id": "X",
    "prepared": "2024-05-06T11:00:00Z",
    "contentLanguages": ["en-GB", "fr"],
    "sender": {"id": "ESTAT", "name": "Eurostat"},
}
FLOW = "urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow=ESTAT:LFSA_UGAN(1.0)"
ABOUT = {
    "name": "Unemployment",
    "names": {"fr": "Chômage", "en": "Unemployment in English"},
    "links": [{"rel": "dataflow", "urn": FLOW}],
}


def attributes(**levels):
    return {"observation": [STATUS, CONFIDENTIAL]} | levels


def version_2(dimensions, data_set, *, measures=("OBS_VALUE",), **levels):
    structure = ABOUT | {
        "dimensions": dimensions,
        "attributes": attributes(**levels),
        "measures": {"observation": [{"id": name} for name in measures]},
        "dataSets": [0],
    }
    own = {"structure": 0, "action": "Replace"} | data_set
    return {"meta": META, "data": {"dataSets": [own], "structures": [structure]}, "errors": []}


def version_1(dimensions, data_set, **levels):
    structure = ABOUT | {"dimensions": dimensions, "attributes": attributes(**levels)}
    own = {"action": "Information"} | data_set
    return {"data": {"structure": structure, "dataSets": [own]}, "meta": META}


def before_version_1(dimensions, data_set, **levels):
    new = version_1(dimensions, data_set, **levels)
    address = "https://example.org/rest/dataflow/ESTAT/LFSA_UGAN/1.0"
    structure = new["data"]["structure"] | {"links": [{"rel": "dataflow", "href": address}]}
    return {"header": META, "dataSets": new["data"]["dataSets"], "structure": structure}


IN_GROUPS = {"observations": FLAT, "dimensionGroupAttributes": {"::0:0:": [0], "::1::": [0]}}
DEFAULT = component("UNIT_MULT", default="0")
DIALECTS = {
    "2.0 in series": version_2(IN_SERIES, {"series": SERIES}, series=[DEFAULT | UNIT_MULT]),
    "2.0 flat": version_2(
        IN_OBSERVATIONS, {"observations": FLAT, "attributes": [0]}, dataSet=[UNIT_MULT]
    ),
    "2.0 with groups": version_2(
        IN_OBSERVATIONS,
        IN_GROUPS | {"dimensionGroupAttributes": {"::0::": [0], "::1:0:": [0]}},
        dimensionGroup=[UNIT_MULT],
    ),
    "1.0 in series": version_1(
        IN_SERIES, {"series": SERIES, "attributes": [0]}, dataSet=[UNIT_MULT]
    ),
    "1.0 flat": version_1(
        IN_OBSERVATIONS, {"attributes": ["0"], "observations": FLAT}, dataSet=[{"id": "UNIT_MULT"}]
    ),
    "before 1.0": before_version_1(
        IN_OBSERVATIONS, {"observations": FLAT, "attributes": [0]}, dataSet=[UNIT_MULT]
    ),
}


def write(folder: Path, content) -> Path:
    path = folder / "t.json"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return path


def read(folder: Path, content):
    return read_sdmx_message(write(folder, content))


def faults(folder: Path, content, limits: Limits = LIMITS):
    """(code, row, column) of every fault."""
    with pytest.raises(FaultsError) as caught:
        read_sdmx_message(write(folder, content), limits)
    assert all(fault.what and fault.advice for fault in caught.value.faults)
    return [(fault.code, fault.row, fault.column) for fault in caught.value.faults]


def changed(act, dialect="2.0 in series"):
    """A copy of a dialect after `act(its data set, its structure)`."""
    content = copy.deepcopy(DIALECTS[dialect])
    data = content["data"]
    act(data["dataSets"][0], data.get("structure") or data["structures"][0])
    return content


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_states_the_same_figures(tmp_path, dialect):
    dataset = read(tmp_path, DIALECTS[dialect])
    found = {
        (codes["sex"], codes["geo"], codes["TIME_PERIOD"]): (value, flags)
        for codes, value, flags in named(dataset)
    }
    assert found == FIGURES
    assert len(dataset) == len(FIGURES)
    assert {codes["freq"] + codes["unit"] + codes["UNIT_MULT"] for codes, *_ in named(dataset)} == {
        "APC0"
    }
    assert (dataset.head.code, dataset.head.format) == ("LFSA_UGAN", "sdmx-json")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_dimensions_stand_in_the_order_of_the_key(tmp_path, dialect):
    dataset = read(tmp_path, DIALECTS[dialect])
    assert [(one.name, one.role) for one in dataset.dimensions] == [
        ("freq", "frequency"),
        ("unit", "unit"),
        ("sex", ""),
        ("geo", "geo"),
        ("TIME_PERIOD", "time"),
        ("UNIT_MULT", "attribute"),
    ]


def test_labels_come_with_their_codes(tmp_path):
    dimensions = read(tmp_path, DIALECTS["2.0 in series"]).dimensions
    assert dimensions[1] == Dimension("unit", ("PC",), ("Percent",), "unit", "unit")
    assert dimensions[3].codes == ("SE22", "AT")
    assert dimensions[3].labels == ("Sydsverige", "Austria")
    assert (dimensions[4].text, dimensions[4].labels) == ("time_period", ())


def test_labels_are_in_the_first_language_of_the_message(tmp_path):
    def rename(_data, structure):
        geo = structure["dimensions"]["series"][0]
        geo["values"][1] = {"id": "SE22", "name": "x", "names": {"fr": "Suède", "en-US": "Sweden"}}
        geo["values"][0] = {"id": "AT", "names": {"de": "Österreich"}}
        geo["name"] = {"en": "Place"}

    dataset = read(tmp_path, changed(rename))
    assert dataset.dimensions[3].labels == ("Sweden", "Österreich")
    assert dataset.dimensions[3].text == "Place"
    assert (dataset.head.title, dataset.head.language) == ("Unemployment in English", "en")


def test_the_head_says_what_the_message_says(tmp_path):
    head = read(tmp_path, DIALECTS["2.0 flat"]).head
    assert (head.source, head.updated) == ("Eurostat", "2024-05-06T11:00:00Z")
    for address, code in (
        ("https://example.org/dataflow/ECB/EXR/1.0", "EXR"),
        ("https://example.org/dataflow/PART2/all", "PART2"),
        ("https://example.org/datastructure/ECB/EXR", "EXR"),
        ("https://example.org/other", ""),
    ):
        content = copy.deepcopy(DIALECTS["before 1.0"])
        kind = "datastructure" if "datastructure" in address else "dataflow"
        content["structure"]["links"] = [{"rel": kind, "href": address}]
        assert read(tmp_path, content).head.code == code


def test_a_role_that_the_message_states_is_taken(tmp_path):
    for roles in ({"role": "REF_AREA"}, {"roles": ["REF_AREA"]}):
        content = changed(
            lambda _data, structure, roles=roles: structure["dimensions"]["series"][0].update(
                id="LOCATION", **roles
            )
        )
        dimensions = read(tmp_path, content).dimensions
        assert (dimensions[3].name, dimensions[3].role) == ("LOCATION", "geo")


def test_cells_are_counted_in_the_order_of_the_message(tmp_path):
    for dialect in ("2.0 in series", "1.0 flat"):
        cells = list(read(tmp_path, DIALECTS[dialect]).cells())
        assert [cell.row for cell in cells] == [1, 2, 3, 4, 5, 6]
        assert cells[0].value == 9.4


def test_the_order_of_members_does_not_matter(tmp_path):
    def turned(content):
        if isinstance(content, dict):
            return {name: turned(content[name]) for name in reversed(content)}
        return content

    content = DIALECTS["2.0 in series"]
    again = {cell.codes: cell.value for cell in read(tmp_path, turned(content)).cells()}
    assert again == {cell.codes: cell.value for cell in read(tmp_path, content).cells()}


def test_packed_and_marked_are_the_same(tmp_path):
    text = json.dumps(DIALECTS["1.0 flat"], indent=1, ensure_ascii=False).encode()
    cells = list(read(tmp_path, text).cells())
    for content in (gzip.compress(text), b"\xef\xbb\xbf" + text, b"\n \r\n" + text):
        assert list(read(tmp_path, content).cells()) == cells


def test_numbers_are_read_as_they_are_written(tmp_path):
    text = json.dumps(DIALECTS["1.0 flat"]).encode()
    for stated, value in (
        (b"1e1", 10.0),
        (b'"9.40"', 9.4),
        (b"NaN", None),
        (b'"NaN"', None),
        (b'""', None),
        (b"null", None),
        (b"-0.0", 0.0),
        (b"12345678901234567890", 12345678901234567890.0),
    ):
        dataset = read(tmp_path, text.replace(b"[9.4, 0]", b"[" + stated + b", 0]"))
        assert next(dataset.cells()).value == value


def test_the_value_is_the_measure_of_that_name(tmp_path):
    series = {"1:0": {"observations": {"0": [1, 2, 0], "1": [3]}}}
    content = version_2(IN_SERIES, {"series": series}, measures=("UPPER", "OBS_VALUE"))
    found = read(tmp_path, content)
    assert [(value, flags) for _, value, flags in named(found)] == [(2.0, "b"), (None, "")]


def test_values_stated_in_place_and_in_lists_are_read(tmp_path):
    plain_status = {"observation": [{"id": "OBS_STATUS"}, {"id": "UNIT_MULT"}]}

    def act(data, structure):
        structure["attributes"] = plain_status
        data["series"] = {"1:0": {"observations": {"0": [1, ["B", "P"], 6], "1": [2, "e"]}}}

    found = named(read(tmp_path, changed(act)))
    assert [(codes["UNIT_MULT"], flags) for codes, _, flags in found] == [("6", "bp"), ("", "e")]


def test_a_default_counts_where_nothing_is_stated(tmp_path):
    def act(_data, structure):
        structure["attributes"]["observation"][0]["default"] = "P"

    flags = {flags for codes, _, flags in named(read(tmp_path, changed(act)))}
    assert flags == {"b", "bu", "pc", "p", "e"}


def test_data_sets_of_one_structure_are_one_table(tmp_path):
    content = copy.deepcopy(DIALECTS["2.0 in series"])
    first = content["data"]["dataSets"][0]
    content["data"]["dataSets"] = [
        first | {"series": {name: own}, "action": action}
        for (name, own), action in zip(SERIES.items(), ("Append", "Merge"), strict=True)
    ]
    assert len(read(tmp_path, content)) == 6


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        (lambda d, s: d.update(action="Delete"), [("sdmx_delete", None, "dataSets[0].action")]),
        (lambda d, s: d.update(structure=1), [("sdmx_bad_index", None, None)]),
        (lambda d, s: d.update(structure="x"), [("sdmx_bad_index", None, None)]),
        (lambda d, s: d.pop("series"), [("dataset_no_cells", None, None)]),
        (lambda d, s: d.update(series=[]), [("dataset_no_cells", None, None)]),
        (lambda d, s: d.update(attributes=3), [("json_not_array", None, "dataSets[0].attributes")]),
        (lambda d, s: d["series"].update({"9:0": d["series"].pop("1:0")}),
         [("sdmx_bad_key", None, "dataSets[0].series")]),
        (lambda d, s: d["series"].update({"0": 1}),
         [("sdmx_bad_series", None, "dataSets[0].series")]),
        (lambda d, s: d["series"]["1:0"]["observations"].update({"7": [1], "-1": [2], "": [3]}),
         [("sdmx_bad_key", row, "dataSets[0].series") for row in (4, 5, 6)]),
        (lambda d, s: d["series"]["1:0"]["observations"].update({"0": 9.4}),
         [("sdmx_bad_observation", 1, "dataSets[0].series")]),
        (lambda d, s: d["series"]["1:0"]["observations"].update({"0": [True, 99]}),
         [("sdmx_bad_index", 1, "OBS_STATUS"), ("sdmx_bad_number", 1, "OBS_VALUE")]),
        (lambda d, s: d["series"]["1:0"]["observations"].update({"0": [{}, 0.5]}),
         [("sdmx_bad_index", 1, "OBS_STATUS"), ("sdmx_bad_number", 1, "OBS_VALUE")]),
        (lambda d, s: s["dimensions"]["observation"][0]["values"].__setitem__(1, {"id": "1.1.14"}),
         [("sdmx_bad_period", 2, "TIME_PERIOD"), ("sdmx_bad_period", 5, "TIME_PERIOD")]),
        (lambda d, s: s["dimensions"]["observation"][0].update(id="x"),
         [("sdmx_no_time", None, None)]),
        (lambda d, s: s["dimensions"]["series"][0].update(id="sex"),
         [("sdmx_bad_name", None, None)]),
        (lambda d, s: s["dimensions"]["series"][0].pop("values"),
         [("sdmx_no_values", None, "structures[0].dimensions.series[0].values")]),
        (lambda d, s: s["dimensions"]["dataSet"][0]["values"].append({"id": "Q"}),
         [("sdmx_one_value", None, "structures[0].dimensions.dataSet[0].values")]),
        (lambda d, s: s["dimensions"].update(series={}),
         [("json_not_array", None, "structures[0].dimensions.series")]),
        (lambda d, s: s.update(measures={"observation": [{"id": "A"}, {"id": "B"}]}),
         [("sdmx_several_measures", None, None)]),
        (lambda d, s: s["attributes"]["observation"][0]["values"].__setitem__(0, {"id": "SD"}),
         [("sdmx_unknown_flag", 1, "OBS_STATUS")]),
        (lambda d, s: d.update(dimensionGroupAttributes={"0": [0]}),
         [("sdmx_bad_key", None, "dataSets[0].dimensionGroupAttributes")]),
    ],
)  # fmt: skip
def test_faults_are_told_with_their_place(tmp_path, act, expected):
    assert faults(tmp_path, changed(act)) == expected


def test_figures_of_several_tables_are_refused(tmp_path):
    content = copy.deepcopy(DIALECTS["2.0 in series"])
    data = content["data"]
    data["dataSets"].append(data["dataSets"][0] | {"structure": 1})
    data["structures"].append(data["structures"][0])
    assert faults(tmp_path, content) == [("sdmx_several_tables", None, None)]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"{", "json_syntax"),
        (b"{}", "sdmx_not_json_data"),
        (b'{"data": {}}', "sdmx_not_json_data"),
        (b'{"data": {"dataSets": []}}', "sdmx_not_json_data"),
        (b'{"data": {"dataSets": 3, "structure": 4}}', "sdmx_not_json_data"),
        (b'{"data": {"dataflows": [], "structures": []}}', "sdmx_not_json_data"),
        (b'{"dataSets": [], "structure": {}}', "sdmx_no_time"),
        (b'{"dataSets": [], "dataSets": []}', "json_duplicate_key"),
        (b'{"dataSets": [1], "structure": {}}', "json_syntax"),
        (b'{"structure": {"id": 1, "id": 2}, "dataSets": []}', "json_duplicate_key"),
        (b'{"a": [}]}', "json_syntax"),
        (b'{"a": "x}', "json_syntax"),
        (b'{"a": 1,}', "json_syntax"),
        (b'{"a": 1} {}', "json_syntax"),
        (b'{"a": nul}', "json_syntax"),
        (b'{1: 2}', "json_syntax"),
        ('{"é": 1}'.encode("latin-1"), "encoding"),
        ("{}".encode("utf-16"), "sdmx_syntax"),
        (b'{"errors": [{"code": 404, "title": "No data for you"}]}', "sdmx_error"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_told(tmp_path, content, expected):
    assert [one[0] for one in faults(tmp_path, content)] == [expected]


def test_the_office_s_own_words_are_passed_on(tmp_path):
    content = {"errors": [{"code": 404, "title": "No data for you"}], "data": {"dataSets": []}}
    with pytest.raises(FaultsError, match="No data for you"):
        read(tmp_path, content)


def test_a_fault_names_the_line_and_character(tmp_path):
    with pytest.raises(FaultsError, match="line 3, character 6"):
        read(tmp_path, b'{\n"a": 1,\n"b": x}')


def test_limits_hold(tmp_path):
    content = DIALECTS["1.0 flat"]
    assert faults(tmp_path, content, Limits(cells=5)) == [("too_many_cells", None, None)]
    wrong = json.dumps(content).replace("0:", "9:").encode()
    assert len(faults(tmp_path, wrong, Limits(faults=3))) == 4
    assert faults(tmp_path, content, Limits(file_bytes=100)) == [("file_too_large", None, None)]
    packed = gzip.compress(json.dumps(content).encode())
    assert faults(tmp_path, packed, Limits(unpacked_bytes=100)) == [("file_bomb", None, None)]
