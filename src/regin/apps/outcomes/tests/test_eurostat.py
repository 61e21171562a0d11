"""What is asked of Eurostat, and what its replies mean."""

import gzip

import pytest

from regin.apps.common.downloading import Bounds
from regin.apps.common.tests.file_server import Reply
from regin.apps.outcomes.eurostat import fetch_table, is_eurostats, meaning
from regin.apps.outcomes.models import Series, Source
from regin.engine.errors import FaultsError
from regin.files.datasets import read_dataset

from .eurostat_replies import (
    LATER,
    PART,
    QUEUED,
    TOO_BIG,
    UNKNOWN,
    WRONG,
    part_path,
    put_whole,
    whole_path,
)

pytestmark = pytest.mark.any_database


def faults(code, folder, filters=None, bounds=None):
    bounds = bounds or Bounds(silence=0.3)
    with pytest.raises(FaultsError) as found:
        fetch_table(code, folder, filters, bounds)
    assert list(folder.iterdir()) == []
    return [fault.code for fault in found.value.faults]


def test_a_whole_table_is_asked_for_in_capitals_and_tells_its_code(eurostat, tmp_path):
    put_whole(eurostat, code="LFST_R_LFU3RT")
    path = fetch_table("lfst_r_lfu3rt", tmp_path)
    assert eurostat.asked == [whole_path("LFST_R_LFU3RT")]
    dataset = read_dataset(path)
    assert (dataset.head.code, len(dataset)) == ("LFST_R_LFU3RT", 12)


def test_a_part_is_asked_for_by_the_names_of_its_dimensions(eurostat, tmp_path):
    eurostat.put(part_path(unit="PC", isced11="TOTAL"), PART.encode())
    path = fetch_table("dataset", tmp_path, {"unit": "PC", "isced11": "TOTAL"})
    dataset = read_dataset(path)
    assert dataset.head.updated == "2024-09-12T11:00:00+0200"
    cells = {(c.codes[3], c.codes[4]): (c.value, c.flags) for c in dataset.cells()}
    assert cells[("AT1", "2012")] == (None, "u")
    assert cells[("AT", "2013")] == (4.9, "b")


@pytest.mark.parametrize(
    "refusal",
    [
        Reply(TOO_BIG, 413),
        Reply(TOO_BIG, 200),
        Reply(LATER),
        Reply(QUEUED),
        Reply(WRONG, 400),
        Reply(b"", 500),
        Reply(b"", 404),
        Reply(PART.replace('{"0":4.3,"1":4.9,"3":6.2}', "{}").encode()),
    ],
)
def test_where_no_part_is_made_the_whole_comes(eurostat, tmp_path, refusal):
    put_whole(eurostat)
    eurostat.put(part_path(unit="PC"), refusal)
    path = fetch_table("dataset", tmp_path, {"unit": "PC"})
    assert eurostat.asked == [part_path(unit="PC"), whole_path()]
    assert [one.name for one in tmp_path.iterdir()] == [path.name] == ["estat_dataset.tsv.gz"]


@pytest.mark.parametrize(
    "filters", [{"UNIT": "PC"}, {"unit": "PC&geo=AT"}, {"": "x"}, {"a b": "x"}]
)
def test_a_filter_that_is_no_plain_code_is_left_out(eurostat, tmp_path, filters):
    put_whole(eurostat)
    fetch_table("dataset", tmp_path, filters)
    assert eurostat.asked == [whole_path()]


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Reply(TOO_BIG, 413), "eurostat_too_big"),
        (Reply(QUEUED), "eurostat_later"),
        (Reply(UNKNOWN, 404), "eurostat_unknown"),
        (Reply(b"", 404), "eurostat_unknown"),
        (Reply(WRONG, 400), "eurostat_error"),
        (Reply(b"<html>Maintenance</html>"), "download_page"),
        (Reply(b"", 500), "download_refused"),
        (Reply(b"abc", length=9), "download_cut"),
        (Reply(b"", 302, {"Location": "https://elsewhere.example/"}), "download_elsewhere"),
        (Reply(b"", 503, {"Retry-After": "100000"}), "download_busy"),
        (Reply(b"x", length=10, stalls=True), "download_silent"),
        (Reply(b"", length=10**11), "download_too_large"),
    ],
)
def test_what_is_no_table_is_said(eurostat, tmp_path, reply, code):
    eurostat.put(whole_path(), reply)
    assert faults("dataset", tmp_path) == [code]
    assert eurostat.asked == [whole_path()]


def test_the_words_of_the_service_are_passed_on():
    assert "estimated 420709314 rows" in str(meaning(413, TOO_BIG, "x"))
    assert "The requested dataset is not available" in str(meaning(404, UNKNOWN, "x"))
    assert "INVALID_QUERY_DIMENSION" in str(meaning(400, WRONG, "x"))
    assert meaning(200, PART.encode(), "x") is None
    assert meaning(200, gzip.compress(b"x"), "x") is None


def test_a_packed_table_without_its_end_is_found_by_its_reader(eurostat, tmp_path):
    cut = gzip.compress(b"sex,geo\\time\t2013\n" * 99)[:-9]
    eurostat.put(whole_path(), Reply(cut, length=None))
    with pytest.raises(FaultsError) as found:
        read_dataset(fetch_table("dataset", tmp_path))
    assert [fault.code for fault in found.value.faults] == ["file_damaged"]


@pytest.mark.parametrize("code", ["", "../x", "a/b", "a b", "a?b", "1x", "x" * 61, "é"])
def test_what_cannot_be_a_code_is_not_asked_for(eurostat, tmp_path, code):
    assert faults(code, tmp_path) == ["eurostat_code"]
    assert eurostat.asked == []


def test_whose_table_it_is_is_told_by_its_source():
    eurostats, other = Source(code="eurostat-2", name="Amt"), Source(code="scb", name="SCB")
    assert is_eurostats(Series(source=eurostats))
    assert is_eurostats(Series(source=other, url="https://ec.europa.eu/eurostat/databrowser"))
    assert not is_eurostats(Series(source=other, url="https://www.scb.se"))
