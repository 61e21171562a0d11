"""Whatever the bytes and whatever the mapping: a dataset, or faults in words, and nothing else."""

import gzip
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.counts import count

from regin.engine.errors import FaultsError
from regin.files.datasets.mapped import read_mapped
from regin.files.datasets.mapping_proposal import propose_mapping
from regin.files.datasets.tests.mapped_tables import (
    GERMAN,
    GROUPS_GERMAN,
    ITALIAN,
    LONG_SPANISH,
    SPANISH,
    SWEDISH,
    WIDE_SWEDISH,
    italian,
)
from regin.files.index.tests.workbooks import around, packed, sheet
from regin.files.limits import Limits

TEXTS = [
    (WIDE_SWEDISH.encode("cp1252"), SWEDISH),
    (LONG_SPANISH.encode(), SPANISH),
    (GROUPS_GERMAN.encode(), GERMAN),
]
PIECES = [b";", b",", b"\t", b"\n", b"\n\n", b'"', b'""', b"\r", b"9" * 400, b"1e999", b"nan",
          b"1.234", b"1,234", b"..", b"\x00", b"\xff", b"\xe2\x80\xaf", b"2013", b"2013Q1",
          b"(", b")", b"*", b"-", b"\x1f\x8b\x08", b"PK\x03\x04", b"\xef\xbb\xbf"]  # fmt: skip
FUZZ = settings(
    max_examples=count(100_000) // 4,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
SMALL = Limits(faults=20)


def is_place(text):
    return len(text) == 4 or text in ("Skåne", "Bayern")


def outcome(path, mapping):
    """Read and propose: for each whether anything came, after looking at what did."""
    read = _said(lambda: list(read_mapped(path, mapping, SMALL).cells()))
    guessed = _said(lambda: [proposed(path)])
    return [isinstance(read, list), isinstance(guessed, list)]


def _said(act):
    """What `act` gives, or its faults in words."""
    faults, result = None, None
    try:
        result = act()
    except FaultsError as error:
        faults = error.faults
    assert (faults is None) == bool(result)
    assert faults is None or 0 < len(faults) <= SMALL.faults + 1
    return result or "; ".join(map(str, faults))


def proposed(path):
    found = propose_mapping(path, is_place, limits=SMALL)
    assert all(note.reason.what and note.reason.advice for note in found.notes)
    try:
        return len(read_mapped(path, found.mapping, SMALL))
    except FaultsError as error:
        return str(error)


def changed(data, content):
    """Some bytes, with a few pieces put in or taken out."""
    content = bytearray(content)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content)))
        drop = data.draw(st.integers(0, 12))
        content[at : at + drop] = data.draw(st.sampled_from(PIECES) | st.binary(max_size=4))
    return bytes(content)


@pytest.fixture(scope="module")
def workbook():
    with TemporaryDirectory() as folder:
        yield italian(Path(folder) / "t.xlsx").read_bytes()


def test_the_corpus_itself_is_read(tmp_path, workbook):
    for content, mapping in [*TEXTS, (workbook, ITALIAN)]:
        (tmp_path / "x").write_bytes(content)
        assert outcome(tmp_path / "x", mapping) == [True, True]


@FUZZ
@given(content=st.binary(max_size=1000), which=st.integers(0, 2))
def test_any_bytes(tmp_path, content, which):
    (tmp_path / "x").write_bytes(content)
    outcome(tmp_path / "x", TEXTS[which][1])


@FUZZ
@given(data=st.data())
def test_texts_with_changes(tmp_path, data):
    content, mapping = data.draw(st.sampled_from(TEXTS))
    content = changed(data, content)
    if data.draw(st.booleans()):
        content = gzip.compress(content)
    (tmp_path / "x").write_bytes(content)
    outcome(tmp_path / "x", mapping)


@FUZZ
@given(data=st.data())
def test_workbooks_with_changes(tmp_path, workbook, data):
    (tmp_path / "x").write_bytes(changed(data, workbook))
    outcome(tmp_path / "x", ITALIAN)


@FUZZ
@given(data=st.data())
def test_workbooks_with_changes_inside_their_parts(tmp_path, workbook, data):
    with zipfile.ZipFile(BytesIO(workbook)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = data.draw(st.sampled_from(sorted(parts)))
    parts[name] = changed(data, parts[name])
    packed(tmp_path / "x", parts)
    outcome(tmp_path / "x", ITALIAN)


MIB = 1024 * 1024
ROWS = '<row><c t="inlineStr"><is><t>ITC4</t></is></c><c><v>1</v></c></row>'
# Made when asked for: whoever only collects the tests would wait for them and hold them.
BOMBS = {
    "zeros": lambda: f"<worksheet>{' ' * (100 * MIB)}</worksheet>",
    "entities": lambda: (
        '<!DOCTYPE a [<!ENTITY b "c">]><worksheet><sheetData>&b;</sheetData></worksheet>'
    ),
    "columns": lambda: sheet("<row>" + "<c><v>1</v></c>" * 1_000_000 + "</row>"),
    "rows": lambda: sheet(ROWS * 1_000_000),
    "wide rows": lambda: sheet(
        "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(1, 90_000))
    ),
    "depth": lambda: sheet("<a>" * 1_000_000),
}
REFUSALS = {
    "workbook_bomb", "workbook_damaged", "too_many_columns", "mapped_no_heading",
    "mapped_column_gone", "too_many_faults", "sheet_empty",
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_a_hostile_workbook_is_refused_here_as_well(tmp_path, name):
    parts = around(["Tabella 1"])
    parts["xl/worksheets/s1.xml"] = BOMBS[name]()
    path = packed(tmp_path / "x.xlsx", parts)
    with pytest.raises(FaultsError) as caught:
        read_mapped(path, ITALIAN)
    assert REFUSALS & {fault.code for fault in caught.value.faults}
    assert outcome(path, ITALIAN)[0] is False


@pytest.mark.parametrize("text", ["geo;2013\n" + "A;1;" * 300_000, '"' + "a\n" * 300_000])
def test_a_hostile_text_is_refused(tmp_path, text):
    (tmp_path / "x").write_text(text)
    mapping = replace(SWEDISH, place=replace(SWEDISH.place, heading_row=1))
    assert outcome(tmp_path / "x", mapping)[0] is False
