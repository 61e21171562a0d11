"""`regin outcomes import` without a series: what a file is, and a series that begins with it."""

import gzip

import pytest
from django.core.management import CommandError

from regin.apps.outcomes.models import Import, Series
from regin.engine.errors import MESSAGES

from .factories import USUAL, figures, fingerprint, make_austria, make_series, tsv, write
from .test_command import Terminal, run

pytestmark = pytest.mark.django_db
TABLE = "Land;2012;2013\nÖsterreich;4,3;4,9 b\nOst;5,5;:\n"
MAPPING = """
[place]
separator = ";"
[numbers]
decimal = ","
[missing]
":" = ""
[signs]
"b" = "b"
[[column]]
heading = "Land"
dimension = "geo"
codes = { "Österreich" = "AT", "Ost" = "AT1" }
[across]
dimension = "time"
"""
WORDS = (
    *("--title", "Unemployment", "--unit", "percent", "--source", "Office"),
    *("--licence", "CC BY 4.0", "--attribution", "Source: Office", "--dataset", "d1"),
)


@pytest.fixture
def series():
    make_austria()
    return make_series(code="jobless", dataset="LFS")


def test_a_file_alone_is_told_and_nothing_is_stored(series, tmp_path):
    before = fingerprint()
    said = run("import", write(tmp_path, name="estat_lfs.tsv")).splitlines()
    assert said[0] == "estat_lfs.tsv: Eurostat TSV"
    assert "Dataset: LFS" in said
    assert "Cells: 12" in said
    assert "  sex (Group of people), codes: 2: T, F" in said
    assert "  geo (place), codes: 5: AT, AT1, AT11, AT12, EU28" in said
    assert "  time (time), codes: 2: 2013, 2012" in said
    assert f"Series of the same dataset: jobless ({series.organisation.name})" in said
    assert said[-1].startswith("Nothing was stored. Name a series with --series")
    assert fingerprint() == before


def test_a_file_of_no_format_is_a_fault_that_says_what_to_do(series, tmp_path):
    for text, code in ((b"\x00\x01", "dataset_unknown"), (TABLE.encode(), "dataset_needs_mapping")):
        with pytest.raises(CommandError) as refused:
            run("import", write(tmp_path, text, name="x.csv"))
        assert str(refused.value).startswith(f"x.csv: {MESSAGES[code].what}")


NO_TABLES = {
    "cut.xlsx": (b"PK\x03\x04rest", "workbook_damaged"),
    "pdf.csv": (b"%PDF-1.4\n....", "dataset_unknown"),
    "null.json": (b"null", "dataset_unknown"),
    "bomb.tsv.gz": (gzip.compress(b"x" * 5_000_000), "file_bomb"),
    "cut.csv.gz": (gzip.compress(TABLE.encode() * 9)[:-30], "file_damaged"),
    "page.tsv": (b"<!DOCTYPE html><html><body>Error 404</body></html>", "dataset_page"),
}


@pytest.mark.parametrize("name", NO_TABLES)
def test_nobody_is_asked_for_the_columns_of_what_is_no_table(series, tmp_path, name):
    content, code = NO_TABLES[name]
    path, before = write(tmp_path, content, name=name), fingerprint()
    beginning = (*("--new", "jobs", "--organisation", series.organisation.name), *WORDS)
    for words in ((), ("--series", "jobless", "--yes"), (*beginning, "--yes")):
        with pytest.raises(CommandError) as refused:
            run("import", path, *words)
        said = str(refused.value)
        assert said.startswith(f"{name}: {MESSAGES[code].what.partition('%')[0]}")
        assert "mapping" not in said
    assert fingerprint() == before


def test_two_gigabytes_are_refused_by_their_size(series, tmp_path):
    path = tmp_path / "large.tsv"
    with path.open("wb") as stream:
        stream.truncate(2 * 1024**3)
    for words in ((), ("--series", "jobless", "--yes")):
        with pytest.raises(CommandError, match=r"large\.tsv: The file has more than 512 MiB"):
            run("import", path, *words)


def begin(path, organisation, *words):
    return run("import", path, "--new", "jobs", "--organisation", organisation, *WORDS, *words)


def test_a_series_begins_with_a_file(series, tmp_path):
    owner = series.organisation
    words = ("--lowest", "0", "--highest", "100", "--concept", "unemployment", "--measure", "share")
    said = begin(write(tmp_path), owner.public_id, *words, "--yes")
    made = Series._base_manager.get(code="jobs")
    assert "10 figures were written." in said
    assert (made.state, made.organisation, made.lowest, made.highest) == ("draft", owner, 0, 100)
    assert (str(made.text("title", "en")), str(made.text("unit", "en"))) == (
        "Unemployment",
        "percent",
    )
    assert (made.concept, made.measure) == ("unemployment", "share")
    assert (made.dataset, made.decimals, made.source.name) == ("d1", 1, "Office")
    assert len(figures(made)) == 10


@pytest.mark.parametrize(
    ("answer", "said_last"), [("no", "Nothing was stored."), (None, "Nothing is stored yet.")]
)
def test_until_it_is_accepted_there_is_no_series(series, tmp_path, monkeypatch, answer, said_last):
    if answer:
        monkeypatch.setattr("sys.stdin", Terminal(f"{answer}\n"))
    before = fingerprint()
    said = begin(write(tmp_path), series.organisation.name)
    assert "10 new" in said
    assert said.splitlines()[-1].startswith(said_last)
    assert fingerprint() == before


def test_a_person_who_says_yes_begins_it(series, tmp_path, monkeypatch):
    monkeypatch.setattr("sys.stdin", Terminal("yes\n"))
    said = begin(write(tmp_path), series.organisation.name)
    assert said.count("10 new") == 1
    assert len(figures(Series._base_manager.get(code="jobs"))) == 10


def test_a_dimension_with_several_codes_needs_a_choice(series, tmp_path):
    text = tsv("A,PC,T,AT=1|2", "A,THS,T,AT=3|4", head="freq,unit,sex,geo\\time")
    path, owner = write(tmp_path, text), series.organisation.public_id
    with pytest.raises(CommandError, match=r"--select unit=CODE \(PC, THS\)"):
        begin(path, owner, "--yes")
    with pytest.raises(CommandError, match="--select age: the file has these"):
        begin(path, owner, "--select", "unit=PC", "--select", "age=TOTAL", "--yes")
    with pytest.raises(CommandError, match="DIMENSION=CODE"):
        begin(path, owner, "--select", "unit", "--yes")
    begin(path, owner, "--select", "UNIT=PC", "--yes")
    made = Series._base_manager.get(code="jobs")
    assert (made.unit_code, made.frequency) == ("PC", "A")
    assert figures(made) == {("T", "AT", "2013"): (1, ""), ("T", "AT", "2012"): (2, "")}


def test_everything_that_is_missing_is_listed_by_its_option(series, tmp_path):
    before = fingerprint()
    owner = series.organisation.public_id
    with pytest.raises(CommandError) as refused:
        run("import", write(tmp_path), "--new", "jobless", "--organisation", owner, "--yes")
    said = str(refused.value)
    assert "--new: Your organisation has a series of that name already." in said
    options = ("--title", "--unit", "--source", "--licence", "--attribution")
    assert [one for one in options if f"\n{one}: This field is required." not in f"\n{said}"] == []
    assert fingerprint() == before


def test_an_organisation_nobody_knows_is_said_with_those_there_are(series, tmp_path):
    with pytest.raises(CommandError, match=series.organisation.public_id):
        begin(write(tmp_path), "nobody", "--yes")
    with pytest.raises(CommandError, match="--new needs --organisation"):
        run("import", write(tmp_path), "--new", "jobs", "--yes")


def test_a_file_with_faults_begins_nothing(series, tmp_path):
    before = fingerprint()
    with pytest.raises(CommandError, match=r"file\.tsv, row 2, column geo"):
        begin(write(tmp_path, tsv("T,QQ77=1|2")), series.organisation.public_id, "--yes")
    assert fingerprint() == before


def test_a_plain_table_is_read_by_its_mapping_which_the_series_keeps(series, tmp_path):
    path = write(tmp_path, TABLE, name="table.csv")
    mapping = write(tmp_path, MAPPING, name="mapping.toml")
    assert "table.csv: table with a mapping" in run("import", path, "--mapping", mapping)
    run("import", path, "--series", "jobless", "--mapping", mapping)
    assert Series._base_manager.get().table_mapping == ""
    assert not Import.objects.filter(state="staged").exists()
    run("import", path, "--series", "jobless", "--mapping", mapping, "--yes")
    expected = {
        ("", "AT", "2013"): (4.9, "b"),
        ("", "AT", "2012"): (4.3, ""),
        ("", "AT1", "2012"): (5.5, ""),
        ("", "AT1", "2013"): (None, ""),
    }
    assert figures(series) == expected
    assert "4 the same" in run("import", path, "--series", "jobless", "--yes")
    begin(path, series.organisation.name, "--mapping", mapping, "--yes")
    made = Series._base_manager.get(code="jobs")
    assert (figures(made), made.table_mapping.strip()) == (expected, MAPPING.strip())


def test_a_mapping_with_faults_is_listed_under_its_name(series, tmp_path):
    mapping = write(tmp_path, "version = 9\nnothing = 1\n", name="mapping.toml")
    with pytest.raises(CommandError, match=r"mapping\.toml, column version"):
        run("import", write(tmp_path, USUAL), "--mapping", mapping)
