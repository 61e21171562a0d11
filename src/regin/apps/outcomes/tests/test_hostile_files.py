"""A broken file gets a message with file, row and column, and nothing is stored."""

import gzip
import random

import pytest
from tests.counts import count

from regin.apps.common.faults import shown_faults
from regin.apps.outcomes.models import Observation
from regin.engine.errors import FaultsError

from .factories import (
    USUAL,
    figures,
    fingerprint,
    load,
    make_austria,
    make_series,
    stage,
    tsv,
    write,
)

pytestmark = pytest.mark.django_db
MUTATIONS = count(15_000)
HOSTILE = {
    "empty": (b"", "file_empty", None),
    "no rows": (b"sex,geo\\time\t2013\n", "tsv_no_rows", 1),
    "not utf-8": (USUAL.encode().replace(b"4.3", b"\xff\xfe"), "encoding", 2),
    "utf-16": (USUAL.encode("utf-16"), "encoding_utf16", None),
    "nul byte": (USUAL.encode().replace(b"4.3", b"4\x003"), "nul_byte", 2),
    "ragged": (tsv("T,AT=1|2|3"), "tsv_ragged_row", 2),
    "ragged key": (tsv("T,X,AT=1|2"), "tsv_ragged_key", 2),
    "unknown code": (tsv("T,AT=1|2", "T,QQ77=1|2"), "outcomes_unknown_code", 3),
    "duplicate key": (tsv("T,AT=1|2", "T,AT=3|4"), "tsv_duplicate_key", 3),
    "text in a number": (tsv("T,AT=1|=2".replace("|=", "|x")), "tsv_text_in_number", 2),
    "decimal comma": (tsv("T,AT=1|2,5"), "tsv_decimal_comma", 2),
    "infinity": (tsv("T,AT=1|inf"), "tsv_not_finite", 2),
    "a million columns": ("sex,geo\\time" + "\t1" * 1_000_000 + "\n", "too_many_columns", 1),
    "gzip bomb": (gzip.compress(b"sex,geo\\time\t2013\n" + b"0" * 50_000_000), "file_bomb", None),
    "cut gzip": (gzip.compress(USUAL.encode())[:-9], "file_damaged", None),
    "cut line": (USUAL[:-8], "tsv_ragged_row", 7),
    "no end of line": (USUAL[:-1], "tsv_cut_off", 7),
    "html": ("<html>\n<body>", "dataset_page", None),
    "no geo": (tsv("T,AT=1|2", head="sex,nace\\time"), "tsv_no_geo", 1),
    "only aggregates": (tsv("T,EU28=1|2"), "outcomes_nothing_left", None),
    "two kinds of a dimension": (
        tsv("T,A,AT=1|2", "T,B,AT=1|2", head="sex,isced,geo\\time"),
        "outcomes_several",
        None,
    ),
    "another unit": (
        tsv("T,THS,AT=1|2", head="sex,unit,geo\\time"),
        "outcomes_other_unit",
        None,
    ),
    "quarters": (
        tsv("T,AT=1|2", periods=("2013-Q1", "2013-Q2")),
        "outcomes_other_frequency",
        2,
    ),
    "an endless code": (tsv(f"{'T' * 40},AT=1|2"), "outcomes_code_too_long", None),
}


@pytest.fixture
def series(tmp_path):
    make_austria()
    series = make_series(unit_code="PC")
    load(series, write(tmp_path, tsv("T,AT=7.7|8.8")))
    return series


@pytest.mark.parametrize("name", HOSTILE)
def test_a_broken_file_is_refused_whole(series, tmp_path, name):
    content, code, row = HOSTILE[name]
    before = fingerprint()
    with pytest.raises(FaultsError) as refused:
        stage(series, write(tmp_path, content, "broken.tsv"))
    assert fingerprint() == before
    found = {(fault.code, fault.row) for fault in refused.value.faults}
    assert (code, row) in found
    for fault in shown_faults(refused.value):
        assert (fault.file, bool(fault.what), bool(fault.advice)) == ("broken.tsv", True, True)


@pytest.mark.parametrize("impossible", ["999", "-5", "100.00001", "-0.1", "1e300"])
def test_an_impossible_figure_is_named_and_nothing_is_stored(series, tmp_path, impossible):
    type(series)._base_manager.filter(pk=series.pk).update(lowest=0, highest=100)
    series.refresh_from_db()
    path = write(tmp_path, tsv("T,AT=1|100", f"T,AT1=0|{impossible}"), "broken.tsv")
    before = fingerprint()
    with pytest.raises(FaultsError) as refused:
        stage(series, path)
    assert fingerprint() == before
    (fault,) = refused.value.faults
    assert (fault.code, fault.file, fault.row) == ("value_out_of_bounds", "broken.tsv", 3)
    assert (fault.column, float(fault.params["value"])) == ("2012", float(impossible))
    assert (fault.params["lowest"], fault.params["highest"]) == ("0", "100")


def test_an_impossible_figure_of_an_aggregate_is_a_fault_too(series, tmp_path):
    series.highest = 100
    with pytest.raises(FaultsError, match="from −∞ to 100") as refused:
        stage(series, write(tmp_path, tsv("T,AT=-7|: u", "T,EU28=101|:")))
    assert [(fault.row, fault.column) for fault in refused.value.faults] == [(3, "2013")]


def test_a_file_that_is_wrong_in_every_cell_stops_at_the_limit(series, tmp_path):
    series.highest = 100
    many = tuple(str(year) for year in range(1800, 2013))
    path = write(tmp_path, tsv("T,AT=" + "|".join("999" for _ in many), periods=many))
    with pytest.raises(FaultsError) as refused:
        stage(series, path)
    codes = [fault.code for fault in refused.value.faults]
    assert codes == ["value_out_of_bounds"] * 200 + ["too_many_faults"]


def test_a_series_without_bounds_takes_any_figure(series, tmp_path):
    assert stage(series, write(tmp_path, tsv("T,AT=999|-5"))).summary["changed"] == 2


@pytest.mark.parametrize(
    ("rows", "head", "column"),
    [
        ("T,QQ1=1|2", "sex,geo\\time", "geo"),
        ("T,THS,AT=1|2", "sex,Unit,geo\\time", "Unit"),
        (f"{'T' * 40},AT=1|2", "sex,geo\\time", "sex"),
        ("T,AT,X=1|2", "sex,geo\\time", "sex,geo\\time"),
    ],
)
def test_a_fault_in_the_key_names_a_heading_of_the_file(series, tmp_path, rows, head, column):
    with pytest.raises(FaultsError) as refused:
        stage(series, write(tmp_path, tsv(rows, head=head)))
    assert {fault.column for fault in refused.value.faults} == {column}


def test_every_unknown_code_is_named_with_its_first_row(series, tmp_path):
    path = write(tmp_path, tsv("T,AT=1|2", "T,QQ1=1|2", "F,QQ1=1|2", "T,QQ2=1|2"))
    with pytest.raises(FaultsError) as refused:
        stage(series, path)
    found = [(f.row, f.params["code"], f.params["rows"]) for f in refused.value.faults]
    assert found == [(3, "QQ1", 2), (5, "QQ2", 1)]


def test_a_version_nobody_knows_is_refused(series, tmp_path):
    with pytest.raises(FaultsError, match="1999"):
        stage(series, write(tmp_path), "1999")


def test_a_file_that_is_not_there_is_refused(series, tmp_path):
    with pytest.raises(FaultsError, match="no file"):
        stage(series, tmp_path / "absent.tsv")


def test_changed_bytes_are_stored_whole_or_not_at_all(series, tmp_path):
    """F1 through the platform: any other error than FaultsError fails the test."""
    chance = random.Random(0)
    stored = refused = 0
    known = figures(series)
    for _run in range(MUTATIONS):
        content = bytearray(USUAL.encode())
        for _change in range(chance.randint(1, 3)):
            content[chance.randrange(len(content))] = chance.choice(b"\t\n,:\\ 019bxT\x00\xff")
        try:
            stage(series, write(tmp_path, bytes(content)))
            stored += 1
        except FaultsError:
            refused += 1
    print(f"F1: {MUTATIONS} changed files, {stored} staged, {refused} refused")  # noqa: T201  # a run says how many it did
    assert stored
    assert refused
    assert figures(series) == known
    assert series.imports.count() == stored + 1
    assert Observation.objects.count() == len(known)
