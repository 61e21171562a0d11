"""Whatever a file holds, reading it gives a dataset or faults, soon and without much memory."""

import gzip
import json
import time
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.counts import count

from regin.engine.errors import FaultsError
from regin.files.datasets import sdmx_message_cells, sdmx_message_walk
from regin.files.datasets.dataset import Dataset
from regin.files.datasets.sdmx_message import read_sdmx_message
from regin.files.datasets.tests import test_sdmx_message_json as in_json
from regin.files.datasets.tests import test_sdmx_message_ml as in_xml
from regin.files.datasets.tests.test_sdmx_message_ml import SERIES, message, specific
from regin.files.limits import LIMITS, Limits
from regin.files.observations import KNOWN_FLAGS

MIB = 1024 * 1024
ONE = '<Series geo="AT"><Obs TIME_PERIOD="2013" OBS_VALUE="1"/></Series>'
HEAD, TAIL = message(specific("|")).split("|")
VALID = [text.encode() for text in in_xml.DIALECTS.values()]
VALID += [json.dumps(content).encode() for content in in_json.DIALECTS.values()]
PIECES = [b"<", b">", b"/>", b'"', b"&amp;", b"&x;", b"<!DOCTYPE a>", b"<Obs/>", b"<Series>", b" ",
          b"</Series>", b"TIME_PERIOD", b"OBS_VALUE", b'id="geo"', b"xmlns", b"<![CDATA[", b"<!--",
          b"{", b"}", b"[", b"]", b",", b":", b"null", b"1e999", b"NaN", b"-1", b'"series"', b"\\u",
          b"\x00", b"\xff", b"\xef\xbb\xbf", b"\x1f\x8b", b"9" * 400, b"2013-01-01"]  # fmt: skip
FUZZ = settings(
    max_examples=count(100_000) // 3,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def write(folder: Path, content: str | bytes) -> Path:
    path = folder / "x"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def codes(path: Path, limits: Limits = LIMITS):
    """Codes of the faults, which come soon and cheaply."""
    tracemalloc.start()
    began = time.process_time()
    with pytest.raises(FaultsError) as caught:
        read_sdmx_message(path, limits)
    spent, peak = time.process_time() - began, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert spent < 20
    assert peak < 64 * MIB
    return [fault.code for fault in caught.value.faults]


def entities(depth: int) -> str:
    """A document type in which `&e<depth>;` is 10 to the power of `depth` letters."""
    made = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "a"}">' for n in range(depth + 1))
    return f"<!DOCTYPE x [{made}]>"


def after_declaration(text: str, inserted: str) -> str:
    first, rest = text.split("\n", 1)
    return f"{first}\n{inserted}{rest}"


@pytest.mark.parametrize("used", ['"&e9;"', '"&e1;"', '"SE"'])
def test_a_document_type_is_refused_before_anything_is_expanded(tmp_path, used):
    text = message(specific(ONE.replace('"AT"', used)))
    assert codes(write(tmp_path, after_declaration(text, entities(9)))) == ["sdmx_doctype"]


@pytest.mark.parametrize("kind", ["SYSTEM", 'PUBLIC "x"'])
def test_nothing_outside_the_file_is_opened(tmp_path, kind):
    secret = tmp_path / "secret"
    secret.write_text("9.4")
    address = secret.as_uri()
    text = message(
        specific(ONE.replace('"1"/>', '"1">&e;</Obs>').replace("</Obs></Obs>", "</Obs>"))
    )
    for declared in (
        f'<!DOCTYPE x [<!ENTITY e {kind} "{address}">]>',
        f'<!DOCTYPE x {kind} "{address}">',
        f'<!DOCTYPE x [<!ENTITY % e {kind} "{address}"> %e;]>',
    ):
        assert codes(write(tmp_path, after_declaration(text, declared))) == ["sdmx_doctype"]


def test_an_inclusion_is_no_more_than_an_unknown_element(tmp_path):
    include = '<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="secret"/>'
    found = codes(write(tmp_path, message(specific(include + ONE))))
    assert found == ["sdmx_unknown_element"]


def test_an_undeclared_entity_is_no_xml(tmp_path):
    text = message(specific(ONE.replace('"AT"', '"&e;"')))
    assert codes(write(tmp_path, text)) == ["sdmx_syntax"]


ENDLESS = {
    "depth": "<a>" * 100_000,
    "depth of series": "<Series>" * 100_000,
    "attributes of one tag": "<Series " + " ".join(f'a{n}="1"' for n in range(1_000_000)) + "/>",
    "attributes of many tags": "".join(f'<Series a{n}="1"/>' for n in range(10_000)),
    "elements": "".join(f"<a{n}/>" for n in range(10_000)),
    "namespaces": "".join(f'<Series xmlns:a{n}="b"/>' for n in range(10_000)),
    "one attribute": f'<Series a="{"x" * 2 * MIB}"/>',
    "one name": f"<Series a{'x' * 2 * MIB}='1'/>",
    "long names": "".join(f"<Series a{n}{'x' * 200_000}='1'/>" for n in range(20)),
    "one comment": f"<!--{'x' * 2 * MIB}-->",
    "one text": f"<Series>{'x' * 2 * MIB}</Series>",
}


@pytest.mark.parametrize("kind", ENDLESS)
def test_nothing_in_xml_is_endless(tmp_path, kind):
    assert codes(write(tmp_path, HEAD + ENDLESS[kind] + TAIL)) in (
        ["sdmx_bomb"],
        ["sdmx_unknown_element"],
    )


def test_names_of_a_generic_message_are_not_endless(tmp_path):
    stated = "".join(f'<g:Value id="a{n}" value="1"/>' for n in range(10_000))
    body = f"<g:Series><g:SeriesKey>{stated}</g:SeriesKey></g:Series>"
    text = message(in_xml.generic(body), root="GenericData")
    assert codes(write(tmp_path, text)) == ["sdmx_bomb"]


def test_structures_and_groups_are_not_endless(tmp_path, monkeypatch):
    more = "".join(f'<m:Structure structureID="{n}"/>' for n in range(2_000))
    assert codes(write(tmp_path, message(SERIES, more=more))) == ["sdmx_bomb"]
    monkeypatch.setattr(sdmx_message_cells, "MOST_GROUPS", 100)
    groups = "".join(f'<Group geo="{n}" UNIT_MULT="1"/>' for n in range(200))
    assert codes(write(tmp_path, message(specific(groups + ONE)))) == ["sdmx_too_many_groups"]


def test_codes_are_not_endless(tmp_path, monkeypatch):
    monkeypatch.setattr("regin.files.datasets.sdmx_message_values.MOST_CODES", 100)
    body = "".join(ONE.replace("AT", str(n)) for n in range(200))
    found = codes(write(tmp_path, message(specific(body))), Limits(faults=5))
    assert set(found) == {"sdmx_too_many_codes", "too_many_faults"}


def test_a_packed_bomb_stops(tmp_path):
    for content in (HEAD + ONE * 50_000 + TAIL, "{" + " " * 4 * MIB):
        path = write(tmp_path, gzip.compress(content.encode(), 1))
        assert codes(path, Limits(unpacked_bytes=MIB)) == ["file_bomb"]


JSON = {
    "depth": (b'{"a":' * 100_000, "json_syntax"),
    "depth of a value": (
        b'{"dataSets":[],"structure":' + b"[" * 50_000 + b"]" * 50_000 + b"}",
        "json_nesting",
    ),
    "depth passed over": (b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "sdmx_not_json_data"),
    "digits": (b'{"meta":' + b"9" * MIB + b', "dataSets": 0}', "sdmx_not_json_data"),
    "data sets": (b'{"dataSets":[' + b"{}," * 20_000 + b"{}]}", "sdmx_bomb"),
    "name": (b'{"' + b"a" * MIB + b'":1}', "sdmx_not_json_data"),
    "cut": (b'{"dataSets":[{"series":{"0":{"observations":{"0":[1],', "json_syntax"),
}


@pytest.mark.parametrize("kind", JSON)
def test_nothing_in_json_is_endless(tmp_path, kind):
    content, code = JSON[kind]
    assert codes(write(tmp_path, content)) == [code]


def test_parts_of_json_are_taken_one_at_a_time(tmp_path, monkeypatch):
    monkeypatch.setattr(sdmx_message_walk, "MOST_AT_ONCE", 4 * 1024)
    monkeypatch.setattr(sdmx_message_walk, "_SIZES", (256, 4 * 1024))
    content = in_json.DIALECTS["1.0 flat"]
    assert len(in_json.read(tmp_path, content)) == 6
    padded = {**content, "data": {**content["data"], "more": ["x" * 100_000, {"a": "]}"}]}}
    assert len(in_json.read(tmp_path, padded)) == 6
    large = {**content, "meta": {"id": ["x"] * 2_000}}
    assert codes(write(tmp_path, json.dumps(large))) == ["sdmx_part_too_large"]


def test_components_and_their_values_are_not_endless(tmp_path):
    def act(_data, structure):
        structure["attributes"]["series"] = [{}] * 100_000

    found = codes(write(tmp_path, json.dumps(in_json.changed(act))))
    assert found == ["sdmx_too_many_dimensions"]

    def values(_data, structure):
        structure["dimensions"]["series"][0]["values"] = [0] * 300_000

    found = codes(write(tmp_path, json.dumps(in_json.changed(values))))
    assert found == ["sdmx_too_many_codes"]


def outcome(path: Path):
    """A Dataset that holds what its class promises, or the faults in words."""
    try:
        found = read_sdmx_message(path, Limits(faults=20))
    except FaultsError as error:
        return str(error)
    cells = list(found.cells())
    assert len(cells) == len(found) > 0
    assert all(set(cell.flags) <= KNOWN_FLAGS.keys() for cell in cells)
    assert [cell.row for cell in cells] == sorted({cell.row for cell in cells})
    assert found.place_of("time") is not None
    for dimension in found.dimensions:
        assert len(set(dimension.codes)) == len(dimension.codes)
        assert len(dimension.labels) in (0, len(dimension.codes))
    return found


@st.composite
def mutated(draw):
    content = bytearray(draw(st.sampled_from(VALID)))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(content)))
        drop = draw(st.integers(0, 12))
        content[at : at + drop] = draw(st.sampled_from(PIECES) | st.binary(max_size=4))
    return bytes(content)


def test_the_corpus_itself_is_read(tmp_path):
    for content in VALID:
        assert isinstance(outcome(write(tmp_path, content)), Dataset)


@given(content=mutated())
@FUZZ
def test_a_changed_message_gives_a_dataset_or_faults(tmp_path, content):
    assert outcome(write(tmp_path, content))


@given(content=mutated(), cut=st.integers(0, 3000))
@FUZZ
def test_a_cut_and_packed_message_gives_a_dataset_or_faults(tmp_path, content, cut):
    assert outcome(write(tmp_path, gzip.compress(content)[: -cut or None]))


NODES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers(-3, 10**20) | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "values", "0", "0:1", "series", "name"]), inner)
    ),
    max_leaves=6,
)


@st.composite
def replaced(draw):
    """A message in which some nodes are others."""
    content = json.loads(json.dumps(in_json.DIALECTS[draw(st.sampled_from([*in_json.DIALECTS]))]))
    for _ in range(draw(st.integers(1, 3))):
        node = content
        while isinstance(node, (dict, list)) and node:
            inner = list(node) if isinstance(node, dict) else list(range(len(node)))
            step = draw(st.sampled_from(inner))
            if not isinstance(node[step], (dict, list)) or draw(st.integers(0, 5)) == 0:
                node[step] = draw(NODES)
                break
            node = node[step]
    return json.dumps(content)


@given(content=replaced())
@FUZZ
def test_a_message_of_other_nodes_gives_a_dataset_or_faults(tmp_path, content):
    assert outcome(write(tmp_path, content))
