"""`regin outcomes fetch` and `regin outcomes refresh`, against Eurostat on loopback."""

import gzip
import io

import pytest
from django.core.management import CommandError, call_command

from regin.apps.common.tests.file_server import Reply
from regin.apps.outcomes.fetch_notes import last_note
from regin.apps.outcomes.models import Import, Observation, Series

from .eurostat_replies import PACKED, UNKNOWN, put_whole, whole_path
from .factories import USUAL, figures, fingerprint, load, make_austria, write
from .test_command import run
from .test_refresh import make_fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def series():
    make_austria()
    return make_fresh(code="jobless", refresh_every="never")


def test_a_table_is_fetched_shown_and_accepted(series, eurostat):
    put_whole(eurostat)
    said = run("fetch", "dataset", "--yes")
    assert "estat_dataset.tsv.gz: 6 rows" in said
    assert "10 figures were written." in said
    assert len(figures(series)) == 10
    assert Series._base_manager.get().fetched_at is not None
    assert last_note(series).came == "fetched"


def test_without_yes_it_only_shows_and_the_file_still_waits_to_be_found(
    series, eurostat, monkeypatch
):
    monkeypatch.setattr("sys.stdin", io.StringIO())
    put_whole(eurostat)
    said = run("fetch", "dataset", "--series", "jobless")
    assert "10 new" in said
    assert "Nothing is stored yet." in said
    assert "type the command again with --yes" in said
    assert "Nothing was changed" not in said
    assert not Import.objects.filter(state="staged").exists()
    assert Observation.objects.count() == 0
    Series._base_manager.update(refresh_every="weekly", fetched_at=None)
    assert "a file waits for a decision: 10 new" in run("refresh")


def test_a_table_without_a_series_is_told(series, eurostat):
    put_whole(eurostat, code="OTHER")
    before = fingerprint()
    said = run("fetch", "other")
    assert "estat_other.tsv.gz: Eurostat TSV" in said
    assert "--keep FOLDER" in said
    assert fingerprint() == before


def test_a_table_can_be_kept(series, eurostat, tmp_path):
    put_whole(eurostat)
    said = run("fetch", "dataset", "--keep", tmp_path)
    assert said.strip() == f"Kept: {tmp_path / 'estat_dataset.tsv.gz'}"
    assert "10 new" in run("import", tmp_path / "estat_dataset.tsv.gz", "--series", "jobless")
    with pytest.raises(CommandError, match="no folder"):
        run("fetch", "dataset", "--keep", tmp_path / "absent")


def test_several_series_of_a_table_need_a_name(series, eurostat):
    make_fresh(code="other")
    with pytest.raises(CommandError, match=rf"--series: .*{series.public_id}"):
        run("fetch", "dataset", "--yes")
    with pytest.raises(CommandError, match="of the table dataset, not of another"):
        run("fetch", "another", "--series", "jobless")
    assert eurostat.asked == []


def test_a_failure_is_a_sentence_and_changes_nothing(series, eurostat):
    eurostat.put(whole_path(), Reply(UNKNOWN, 404))
    before = fingerprint()
    with pytest.raises(CommandError, match=r"no table “dataset”[^\n]*\nNothing was stored\.$"):
        run("fetch", "dataset", "--yes")
    assert fingerprint() == before


def test_refresh_goes_through_all_that_are_due(series, eurostat, tmp_path):
    assert run("refresh").strip() == "It is time for no series."
    for number, table in enumerate(("newer", "same", "broken", "last")):
        made = make_fresh(code=table, dataset=table)
        load(made, write(tmp_path, USUAL, name=f"{number}.tsv"))
    put_whole(eurostat, USUAL.replace("5.1", "5.2"), code="NEWER")
    put_whole(eurostat, USUAL, code="SAME")
    put_whole(eurostat, USUAL.replace("AT12", "AT13"), code="LAST")
    out = io.StringIO()
    with pytest.raises(CommandError, match="2 series could not be looked after"):
        call_command("outcomes", "refresh", stdout=out)
    said = sorted(out.getvalue().splitlines())
    assert said[0].startswith("broken: failed: broken: Eurostat has no table")
    assert said[1].startswith("last: failed: estat_last.tsv.gz, row 5, column geo: The region")
    assert "newer: a file waits for a decision: 0 new, 1 changed, 0 stored" in said[2]
    assert said[3] == "same: nothing new"
    assert run("refresh").strip() == "It is time for no series."


def test_a_fetched_bomb_is_told_as_one(series, eurostat):
    bomb = gzip.compress(b"x" * 5_000_000)
    eurostat.put(whole_path(), Reply(bomb, headers=PACKED))
    for words in ((), ("--series", "jobless", "--yes")):
        with pytest.raises(CommandError, match="unpacks to far more than it should") as refused:
            run("fetch", "dataset", *words)
        assert "mapping" not in str(refused.value)
