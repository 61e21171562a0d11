"""Formats are told by content, and each goes to its reader."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from regin.engine.errors import FaultsError
from regin.files.datasets.mapping_model import TableMapping
from regin.files.datasets.reading import read_dataset, recognised

TSV = "freq,unit,geo\\TIME_PERIOD\t2013\t2014\nA,PC,AT\t1\t2 b\n"
SDMX_CSV = "DATAFLOW,freq,geo,TIME_PERIOD,OBS_VALUE\nESTAT:X(1.0),A,AT,2013,1\n"
JSON_STAT = (
    '{"version":"2.0","class":"dataset","id":["geo","time"],"size":[1,1],"value":[1],'
    '"dimension":{"geo":{"category":{"index":["AT"]}},"time":{"category":{"index":["2013"]}}}}'
)
SDMX_JSON = '{"meta":{"id":"x"},"data":{"dataSets":[],"structures":[]}}'
SDMX_ML = '<?xml version="1.0"?><message:GenericData xmlns:message="x"/>'
PLAIN = "Region;2013;2014\nSkåne;1,5;2,5\n"
KINDS = {
    "eurostat-tsv": TSV,
    "sdmx-csv": SDMX_CSV,
    "json-stat": JSON_STAT,
    "sdmx": SDMX_ML,
    "table": PLAIN,
}


def kept(folder: Path, content: str | bytes, name: str = "upload") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("packed", [False, True])
def test_a_format_is_told_by_its_content(tmp_path: Path, kind: str, packed: bool) -> None:
    content = KINDS[kind].encode()
    assert recognised(kept(tmp_path, gzip.compress(content) if packed else content)) == kind


def test_the_two_kinds_of_json_are_told_apart(tmp_path: Path) -> None:
    assert recognised(kept(tmp_path, SDMX_JSON)) == "sdmx"
    assert recognised(kept(tmp_path, '{"dataset": {"dimension": {}}}')) == "json-stat"


def test_a_byte_order_mark_and_blank_lines_do_not_matter(tmp_path: Path) -> None:
    assert recognised(kept(tmp_path, "\ufeff" + SDMX_CSV)) == "sdmx-csv"
    assert recognised(kept(tmp_path, "\n\n" + JSON_STAT)) == "json-stat"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (PLAIN, "dataset_needs_mapping"),
        (b"PK\x03\x04rest", "workbook_damaged"),
        (b"%PDF-1.4\n....", "dataset_unknown"),
        (b"null", "dataset_unknown"),
        (gzip.compress(b"\0" * 5_000_000, mtime=0), "dataset_unknown"),
        (gzip.compress(b"x" * 5_000_000, mtime=0), "file_bomb"),
        (gzip.compress(b"a;b\n" + b"1;2\n" * 2_000_000, mtime=0), "file_bomb"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "dataset_unknown"),
        (b"", "file_empty"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(
    tmp_path: Path, content: str | bytes, code: str
) -> None:
    with pytest.raises(FaultsError) as caught:
        read_dataset(kept(tmp_path, content), name="table.csv")
    assert [fault.code for fault in caught.value.faults] == [code]


@pytest.mark.parametrize("kind", ["eurostat-tsv", "sdmx-csv", "json-stat"])
def test_each_format_is_read_under_the_name_the_person_knows(tmp_path: Path, kind: str) -> None:
    found = read_dataset(kept(tmp_path, KINDS[kind]), name="mine.txt")
    assert (found.head.file, found.head.format) == ("mine.txt", kind)
    assert next(found.cells()).value == 1.0


def zipped(name: str) -> bytes:
    """A zip file with one member, which is no workbook."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as file:
        file.writestr(name, TSV)
    return into.getvalue()


def test_what_is_no_workbook_is_told_without_advice_for_an_index(tmp_path: Path) -> None:
    with pytest.raises(FaultsError) as caught:
        read_dataset(kept(tmp_path, zipped("a.tsv")), name="plain.zip")
    (fault,) = caught.value.faults
    assert fault.code == "table_no_workbook"
    assert "unpack" in fault.advice
    assert "folder" not in fault.advice


PAGES = (
    "<!DOCTYPE html><html><body>Error 404</body></html>",
    "\n <HTML><body>",
    '<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "x">\n<html xmlns="x"/>',
    "<!-- saved from the office -->\n<!doctype HTML>\n<html>",
    "<head><title>Sign in</title></head>",
)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("mapping", [None, TableMapping()])
def test_a_saved_web_page_is_told_as_one(
    tmp_path: Path, page: str, mapping: TableMapping | None
) -> None:
    path = kept(tmp_path, page)
    assert recognised(path) == "html"
    with pytest.raises(FaultsError) as caught:
        read_dataset(path, name="table.tsv", mapping=mapping)
    assert [(one.code, one.file) for one in caught.value.faults] == [("dataset_page", "table.tsv")]


def test_xml_that_only_begins_like_a_web_page_is_none(tmp_path: Path) -> None:
    without_end = "<?xml?>" + "<!---->" * 9_000 + " " * 9_000 + "<x/>"
    other_type = '<?xml version="1.0"?><!DOCTYPE x><html/>'
    for content in (without_end, other_type, "<htmlish/>", "<header/>"):
        assert recognised(kept(tmp_path, content)) == "sdmx"
