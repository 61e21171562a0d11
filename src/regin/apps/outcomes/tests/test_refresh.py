"""Series that somebody has switched it on for are looked after, and nothing else is fetched."""

import gzip
from datetime import timedelta

import pytest
from django.utils import timezone

from regin.apps.accounts.actor import VISITOR, actor_of
from regin.apps.accounts.models import Mail
from regin.apps.accounts.tests.factories import make_member
from regin.apps.common.models import AuditEntry
from regin.apps.common.tests.file_server import Reply
from regin.apps.outcomes.fetch_notes import last_note
from regin.apps.outcomes.models import Import, Observation, Series, Source
from regin.apps.outcomes.operations import (
    accept_import,
    discard_import,
    due_series,
    fetch_import,
    fetching,
    refresh,
    undo_import,
)
from regin.engine.errors import FaultsError

from .eurostat_replies import UNKNOWN, part_path, put_whole, whole_path
from .factories import COMMAND, USUAL, figures, load, make_austria, make_series, tsv, write

pytestmark = pytest.mark.django_db
NEWER = USUAL.replace("4.9 b", "5.0 b")


def make_fresh(**changes):
    """A series of Eurostat that is looked after every week."""
    source, _new = Source.objects.get_or_create(code="eurostat", defaults={"name": "Eurostat"})
    return make_series(**{"refresh_every": "weekly", "source": source, **changes})


@pytest.fixture
def series():
    make_austria()
    return make_fresh(code="jobless")


def days_pass(series, days):
    """Everything that happened to `series` happened `days` earlier."""
    back = timedelta(days=days)
    for one in Series._base_manager.filter(pk=series.pk, fetched_at__isnull=False):
        Series._base_manager.filter(pk=one.pk).update(fetched_at=one.fetched_at - back)
    entries = AuditEntry._base_manager.filter(target=series.public_id)
    for entry in entries:
        type(entry)._base_manager.filter(pk=entry.pk).update(at=entry.at - back)
    series.refresh_from_db()


def look(series):
    return refresh(COMMAND, Series._base_manager.get(pk=series.pk))


def test_a_newer_file_waits_and_the_editors_are_told(series, eurostat, tmp_path):
    load(series, write(tmp_path))
    before = figures(series)
    editor = make_member(series.organisation, "editor", "administrator", language="sv")
    make_member(series.organisation, "member")
    put_whole(eurostat, NEWER)
    found = look(series)
    assert (found.came, found.staged.state, found.staged.summary["changed"]) == (
        "fetched", "staged", 1,
    )  # fmt: skip
    assert figures(series) == before
    (mail,) = Mail.objects.all()
    assert (mail.user, mail.language) == (editor, "sv")
    assert f"/sv/outcomes/{series.slug}/imports/{found.staged.number}/" in mail.body
    assert "Unemployment" in mail.subject
    assert last_note(series).number == found.staged.number


def test_the_same_figures_are_discarded_at_once(series, eurostat, tmp_path):
    load(series, write(tmp_path))
    make_member(series.organisation, "editor")
    put_whole(eurostat, USUAL.replace("F,EU28=10.8|10.4", "F,EU28=1|1"))
    assert look(series).came == "nothing"
    assert not Import.objects.filter(state="staged").exists()
    assert not Mail.objects.exists()
    assert last_note(series).came == "nothing"


@pytest.mark.parametrize("decide", ["accept", "discard", "leave", "undo"])
def test_a_file_that_was_decided_on_is_not_asked_about_again(series, eurostat, tmp_path, decide):
    load(series, write(tmp_path))
    make_member(series.organisation, "editor")
    put_whole(eurostat, tsv("T,AT=5.0|4.3"))
    staged = look(series).staged
    assert staged.summary["gone"] > 0
    if decide in ("accept", "undo"):
        accept_import(COMMAND, staged)
    if decide == "undo":
        undo_import(COMMAND, staged)
    if decide == "discard":
        discard_import(COMMAND, staged)
    days_pass(series, 7)
    assert look(series).came == "nothing"
    assert Mail.objects.count() == 1
    assert Import.objects.filter(state="staged").count() == (decide == "leave")


def test_after_other_figures_a_discarded_file_is_asked_about_again(series, eurostat, tmp_path):
    load(series, write(tmp_path))
    put_whole(eurostat, NEWER)
    discard_import(COMMAND, look(series).staged)
    load(series, write(tmp_path, tsv("T,AT=1|2")))
    days_pass(series, 7)
    assert look(series).came == "fetched"


def test_a_still_newer_file_takes_the_place_of_one_that_waits(series, eurostat, tmp_path):
    load(series, write(tmp_path))
    put_whole(eurostat, NEWER)
    first = look(series).staged
    put_whole(eurostat, NEWER.replace("4.3", "4.4"))
    days_pass(series, 7)
    second = look(series).staged
    states = dict(Import.objects.values_list("number", "state"))
    assert (states[first.number], states[second.number]) == ("discarded", "staged")


@pytest.mark.parametrize(
    ("every", "days", "due"),
    [("weekly", 6, False), ("weekly", 7, True), ("monthly", 29, False), ("monthly", 30, True)],
)
def test_it_is_looked_every_week_or_month(series, eurostat, every, days, due):
    Series._base_manager.update(refresh_every=every)
    put_whole(eurostat)
    assert look(series).came == "fetched"
    assert due_series(COMMAND) == []
    days_pass(series, days)
    assert bool(due_series(COMMAND)) is due


def test_without_being_asked_nothing_is_fetched(series, eurostat):
    Series._base_manager.update(refresh_every="never")
    assert due_series(COMMAND) == []
    assert look(series) is None
    assert eurostat.asked == []
    assert Series._base_manager.get().fetched_at is None
    assert make_series().refresh_every == "never"


def test_of_two_who_look_one_does(series, eurostat):
    put_whole(eurostat)
    during = []
    eurostat.before = lambda _path: during.append(1)
    stale = Series._base_manager.get(pk=series.pk)
    assert look(series).came == "fetched"
    assert refresh(COMMAND, stale) is None
    assert len(during) == len(eurostat.asked) == 1
    assert Import.objects.count() == 1


def test_a_failure_is_kept_for_the_editors_and_tried_again_next_day(series, eurostat, client):
    eurostat.put(whole_path(), Reply(UNKNOWN, 404))
    assert look(series).came == "failed"
    note = last_note(series)
    assert (note.came, note.faults) == ("failed", 1)
    assert "not available" in note.fault.what
    assert look(series) is None
    days_pass(series, 1)
    put_whole(eurostat)
    assert look(series).came == "fetched"


def test_a_look_that_was_broken_off_is_tried_again_next_day(series):
    Series._base_manager.update(fetched_at=timezone.now())
    assert due_series(COMMAND) == []
    days_pass(series, 1)
    assert due_series(COMMAND) == [series]


def test_a_file_with_faults_leaves_the_figures_and_says_the_first(series, eurostat, tmp_path):
    load(series, write(tmp_path))
    before = figures(series)
    put_whole(eurostat, tsv("T,QQ77=1|2", "T,QQ78=1|2"))
    assert look(series).came == "failed"
    note = last_note(series)
    assert note.faults == 2
    assert "QQ77" in note.fault.what
    assert note.fault.row == 2
    assert figures(series) == before


def test_what_nobody_foresaw_is_noted_and_logged(series, monkeypatch, caplog):
    def broken(*_args):
        raise RuntimeError("for the test")

    monkeypatch.setattr(fetching, "fetch_table", broken)
    assert look(series).came == "failed"
    assert "RuntimeError" in last_note(series).fault.what
    assert "for the test" in caplog.text


def test_a_table_of_another_office_is_not_asked_of_eurostat(eurostat):
    series = make_series(refresh_every="weekly")
    assert look(series).error.faults[0].code == "refresh_other_office"
    assert eurostat.asked == []


def test_the_selection_of_the_series_saves_a_download(series, eurostat):
    chosen = {"unit_code": "PC", "selection": {"isced11": "TOTAL"}}
    Series._base_manager.update(**chosen)
    series.refresh_from_db()
    with pytest.raises(FaultsError, match="Eurostat has no table"):
        fetch_import(COMMAND, series)
    assert eurostat.asked == [part_path(isced11="TOTAL", unit="PC", freq="A"), whole_path()]


def test_who_may_not_import_may_not_fetch(series, eurostat):
    from django.http import Http404

    member = actor_of(make_member(series.organisation, "member"))
    for actor in (VISITOR, member):
        with pytest.raises(Http404):
            fetch_import(actor, series)
        with pytest.raises(Http404):
            refresh(actor, series)
    assert eurostat.asked == []


def test_an_editor_fetches_for_their_own_series(series, eurostat):
    put_whole(eurostat)
    staged = fetch_import(actor_of(make_member(series.organisation, "editor")), series)
    assert (staged.file_name, staged.state) == ("estat_dataset.tsv.gz", "staged")
    assert Observation.objects.count() == 0


def test_the_worker_gives_each_series_a_task_of_its_own(series, eurostat):
    from django_tasks_db.models import DBTaskResult

    make_fresh(code="other", dataset="unknown")
    make_fresh(code="quiet", refresh_every="never")
    put_whole(eurostat)
    assert fetching.look_for_newer_task.call() == 2
    asked = DBTaskResult.objects.filter(task_path__endswith="refresh_task")
    keys = [result.args_kwargs["args"][0] for result in asked]
    assert {fetching.refresh_task.call(key) for key in keys} == {"fetched", "failed"}
    assert {fetching.refresh_task.call(key) for key in keys} == {"nothing to do"}
    assert fetching.refresh_task.call(0) == "nothing to do"


def test_the_page_of_the_series_says_it_to_its_editors_only(series, eurostat, client):
    eurostat.put(whole_path(), Reply(gzip.compress(b"x"), 404))
    look(series)
    words = "Last looked for a newer file"
    assert words not in client.get(series.get_absolute_url()).content.decode()
    client.force_login(
        make_member(series.organisation, "editor"),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    page = client.get(series.get_absolute_url()).content.decode()
    assert words in page
    assert "Eurostat has no table “dataset”" in page
