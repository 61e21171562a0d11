"""`regin outcomes import` into a series, and `regin outcomes list`."""

import io

import pytest
from django.core.management import CommandError, call_command

from regin.apps.outcomes.management.commands import outcomes as command
from regin.apps.outcomes.models import Import, Observation

from .factories import USUAL, figures, fingerprint, load, make_austria, make_series, tsv, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def series():
    make_austria()
    return make_series(code="jobless")


def run(*words: object) -> str:
    out = io.StringIO()
    call_command("outcomes", *map(str, words), stdout=out)
    return out.getvalue()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_yes_accepts(series, tmp_path):
    said = run("import", write(tmp_path), "--series", "jobless", "--yes")
    assert "10 new, 0 changed (0 of them become missing), 0 the same" in said
    assert "Aggregates left out: EU28" in said
    assert "The file is accepted. 10 figures were written." in said
    assert len(figures(series)) == 10


def test_without_a_terminal_it_only_shows_and_says_what_to_type(series, tmp_path, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("yes\n"))
    said = run("import", write(tmp_path), "--series", series.public_id)
    assert "10 new" in said
    assert "Nothing is stored yet." in said
    assert "type the command again with --yes" in said
    assert "Nothing was changed" not in said
    assert Observation.objects.count() == 0
    assert not Import.objects.filter(state="staged").exists()


@pytest.mark.parametrize(("answer", "stored"), [("yes", 10), ("no", 0), ("", 0)])
def test_on_a_terminal_it_asks(series, tmp_path, monkeypatch, answer, stored):
    monkeypatch.setattr("sys.stdin", Terminal(f"{answer}\n"))
    run("import", write(tmp_path), "--series", "jobless")
    assert Observation.objects.count() == stored
    assert not Import.objects.filter(state="staged").exists()


def test_it_shows_what_changes(series, tmp_path):
    load(series, write(tmp_path))
    path = write(tmp_path, USUAL.replace("4.9 b", ": c"))
    said = run("import", path, "--series", "jobless", "--yes")
    assert "row 2: AT, 2013, sex=T: 4.9 b → : c" in said
    assert "1 changed (1 of them becomes missing)" in said
    assert "1 figure was written." in said


def test_the_version_can_be_named_and_figures_removed(series, tmp_path):
    load(series, write(tmp_path))
    path = write(tmp_path, tsv("T,AT=4.9 b|4.3"))
    words = ("--version", "2024", "--remove-gone", "--yes")
    said = run("import", path, "--series", "jobless", *words)
    assert "read as NUTS 2024" in said
    assert "8 figures were removed." in said
    assert len(figures(series)) == 2


def test_faults_are_listed_with_file_row_and_column_and_nothing_is_stored(series, tmp_path):
    path = write(tmp_path, tsv("T,AT=1|x", "T,AT1=|2"), name="broken.tsv")
    before = fingerprint()
    with pytest.raises(CommandError) as refused:
        run("import", path, "--series", "jobless", "--yes")
    first, second, last = str(refused.value).splitlines()
    assert first.startswith("broken.tsv, row 2, column 2012: “x” is not a number")
    assert second.startswith("broken.tsv, row 3, column 2013: The cell is empty.")
    assert last == "Nothing was stored."
    assert refused.value.returncode == 1
    assert fingerprint() == before


def test_a_series_that_does_not_exist_or_is_ambiguous_is_said(series, tmp_path):
    with pytest.raises(CommandError, match="regin outcomes list"):
        run("import", write(tmp_path), "--series", "nothing", "--yes")
    other = make_series(code="jobless")
    with pytest.raises(CommandError, match=other.public_id):
        run("import", write(tmp_path), "--series", "jobless", "--yes")


def test_the_list_names_code_and_id(series):
    assert f"jobless  {series.public_id}  {series.organisation.name}" in run("list")


def test_a_refusal_while_it_asks_is_a_sentence(series, tmp_path, monkeypatch):
    def meanwhile() -> bool:
        load(series, write(tmp_path, tsv("T,AT=9|9")))
        return True

    monkeypatch.setattr(command, "_agreed", meanwhile)
    monkeypatch.setattr("sys.stdin", Terminal())
    with pytest.raises(CommandError, match="changed since"):
        run("import", write(tmp_path, name="other.tsv"), "--series", "jobless")
    assert not Import.objects.filter(state="staged").exists()
