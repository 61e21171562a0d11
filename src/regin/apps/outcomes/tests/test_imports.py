"""Stage, compare, accept, discard."""

import pytest
from django.http import Http404
from django.utils import timezone
from tests.counts import count

from regin.apps.accounts.actor import VISITOR
from regin.apps.accounts.models import Role
from regin.apps.common.models import AuditEntry
from regin.apps.outcomes.models import Import, Observation, StagedPart
from regin.apps.outcomes.operations import (
    ImportRefused,
    accept_import,
    change_version,
    discard_import,
    stage_import,
)
from regin.apps.regions.models import PlaceCode
from regin.apps.regions.tests.factories import make_actor, make_place

from .factories import (
    COMMAND,
    USUAL,
    figures,
    fingerprint,
    load,
    make_austria,
    make_series,
    stage,
    staged_count,
    tsv,
    write,
)

pytestmark = pytest.mark.django_db
CUTS = count(500, divisor=10)


@pytest.fixture
def series():
    make_austria()
    return make_series()


def test_staging_stores_no_observation(series, tmp_path):
    staged = stage(series, write(tmp_path))
    assert staged.is_staged
    assert Observation.objects.count() == 0
    assert staged_count() == 10


def test_the_preview_counts_everything(series, tmp_path):
    summary = stage(series, write(tmp_path)).summary
    assert (summary["rows"], summary["new"], summary["same"]) == (6, 10, 0)
    assert (summary["aggregates"], summary["aggregate_rows"]) == (["EU28"], 1)
    assert (summary["versions"], summary["known_by"]) == ({"2024": 4}, {"2024": 4})


def test_values_and_flags_are_stored_as_published(series, tmp_path):
    load(series, write(tmp_path))
    stored = figures(series)
    assert len(stored) == 10
    assert stored["T", "AT", "2013"] == (4.9, "b")
    assert stored["T", "AT11", "2012"] == (0.0, "")
    assert stored["T", "AT11", "2013"] == (None, "u")
    assert stored["F", "AT", "2012"] == (None, "c")


def test_missing_is_never_zero(series, tmp_path):
    load(series, write(tmp_path))
    zeros = [key for key, (value, _flags) in figures(series).items() if value == 0]
    assert zeros == [("T", "AT11", "2012")]


def test_each_figure_knows_its_file_and_row(series, tmp_path):
    done = load(series, write(tmp_path))
    row = Observation.objects.get(place_code__code="AT12", period="2013")
    assert (row.row, row.imported_in, row.place) == (5, done, row.place_code.place)


def test_the_same_file_twice_changes_nothing(series, tmp_path):
    load(series, write(tmp_path))
    before = list(Observation.objects.order_by("pk").values_list())
    number = type(series)._base_manager.get(pk=series.pk).data_number
    done = load(series, write(tmp_path))
    assert (done.summary["same"], done.summary["written"]) == (10, 0)
    assert list(Observation.objects.order_by("pk").values_list()) == before
    assert type(series)._base_manager.get(pk=series.pk).data_number == number


def test_a_file_cut_at_any_row_and_repeated_counts_once(series, tmp_path):
    keys = [f"{sex},{code}" for sex in "TFM" for code in ("AT", "AT1", "AT11", "AT12")]
    rows = [f"{key}={number}.5 b|: u" for number, key in enumerate(keys)]
    whole = tsv(*rows)
    load(series, write(tmp_path, whole))
    expected = figures(series)
    runs = 0
    for run in range(CUTS):
        Observation.objects.all().delete()
        cut = 1 + run % len(rows)
        load(series, write(tmp_path, tsv(*rows[:cut])))
        for _again in range(1 + run % 2):
            load(series, write(tmp_path, whole))
        assert figures(series) == expected
        assert Observation.objects.count() == len(rows) * 2
        runs += 1
    print(f"F4: {runs} files cut and repeated")  # noqa: T201  # a run says how many it did
    assert runs == CUTS


def test_a_changed_value_shows_before_and_after(series, tmp_path):
    load(series, write(tmp_path))
    staged = stage(series, write(tmp_path, USUAL.replace("6.2", "6.3")))
    assert (staged.summary["changed"], staged.summary["same"]) == (1, 9)
    (example,) = staged.summary["examples"]
    assert (example["code"], example["before"], example["after"]) == ("AT1", [6.2, ""], [6.3, ""])
    accept_import(COMMAND, staged)
    assert figures(series)["T", "AT1", "2013"] == (6.3, "")


def test_a_flag_that_changes_is_a_change(series, tmp_path):
    load(series, write(tmp_path))
    done = load(series, write(tmp_path, USUAL.replace("4.9 b", "4.9")))
    assert done.summary["changed"] == 1
    assert figures(series)["T", "AT", "2013"] == (4.9, "")


def test_a_value_that_goes_missing_is_said_and_stored_as_missing(series, tmp_path):
    load(series, write(tmp_path))
    done = load(series, write(tmp_path, USUAL.replace("6.2", ":")))
    assert (done.summary["changed"], done.summary["emptied"]) == (1, 1)
    assert figures(series)["T", "AT1", "2013"] == (None, "")


def test_what_a_file_no_longer_holds_stays(series, tmp_path):
    load(series, write(tmp_path))
    done = load(series, write(tmp_path, tsv("T,AT=4.9 b|4.3")))
    assert (done.summary["gone"], done.summary["removed"]) == (8, 0)
    assert len(figures(series)) == 10


def test_what_a_file_no_longer_holds_goes_when_asked(series, tmp_path):
    load(series, write(tmp_path))
    done = load(series, write(tmp_path, tsv("T,AT=4.9 b|4.3")), remove_gone=True)
    assert done.summary["removed"] == 8
    assert set(figures(series)) == {("T", "AT", "2013"), ("T", "AT", "2012")}


def test_removing_touches_no_other_series(series, tmp_path):
    other = make_series()
    load(other, write(tmp_path))
    load(series, write(tmp_path))
    load(series, write(tmp_path, tsv("T,AT=4.9 b|4.3")), remove_gone=True)
    assert len(figures(other)) == 10


def test_an_import_compared_with_an_earlier_state_is_refused(series, tmp_path):
    staged = stage(series, write(tmp_path))
    load(series, write(tmp_path, tsv("T,AT=9.9|9.9")))
    before = fingerprint()
    with pytest.raises(ImportRefused, match="changed since"):
        accept_import(COMMAND, staged)
    assert fingerprint() == before
    assert figures(series)["T", "AT", "2013"] == (9.9, "")


def test_an_import_is_accepted_once(series, tmp_path):
    staged = stage(series, write(tmp_path))
    second = Import.objects.get(pk=staged.pk)
    accept_import(COMMAND, staged)
    with pytest.raises(ImportRefused, match="decided"):
        accept_import(COMMAND, second)
    with pytest.raises(ImportRefused):
        discard_import(COMMAND, second)
    with pytest.raises(ImportRefused):
        change_version(COMMAND, second, "2024")
    assert Observation.objects.count() == 10


def test_a_decided_import_leaves_no_staged_figures(series, tmp_path):
    discard_import(COMMAND, stage(series, write(tmp_path)))
    assert (StagedPart.objects.count(), Observation.objects.count()) == (0, 0)
    load(series, write(tmp_path))
    assert StagedPart.objects.count() == 0


def test_another_version_moves_the_codes_and_compares_again(series, tmp_path):
    load(series, write(tmp_path))
    for code in ("AT", "AT1", "AT11"):
        make_place(code, code, version="2021")
    staged = stage(series, write(tmp_path))
    assert (staged.version, staged.summary["same"]) == ("2024", 10)
    changed = change_version(COMMAND, staged, "2021")
    assert (changed.version, changed.summary["versions"]) == ("2021", {"2024": 1, "2021": 3})
    assert (changed.summary["new"], changed.summary["same"], changed.summary["gone"]) == (8, 2, 8)
    accept_import(COMMAND, changed)
    assert Observation.objects.filter(place_code__version="2021").count() == 8
    assert Observation.objects.filter(place_code__version="2024").count() == 10


def test_a_superseded_code_keeps_its_version(series, tmp_path):
    old = make_place("Old", "AT99", version="2010").codes.get()
    load(series, write(tmp_path, tsv("T,AT=1|2", "T,AT1=1|2", "T,AT99=3|4")))
    row = Observation.objects.get(place_code__code="AT99", period="2013")
    assert (row.place_code, row.place, row.value) == (old, old.place, 3.0)


def test_acts_leave_their_trace(series, tmp_path):
    load(series, write(tmp_path))
    discard_import(COMMAND, stage(series, write(tmp_path)))
    verbs = list(AuditEntry.objects.order_by("number").values_list("verb", "target"))
    kept = [(verb, target) for verb, target in verbs if verb.startswith("outcomes.")]
    expected = ["outcomes.staged", "outcomes.accepted", "outcomes.staged", "outcomes.discarded"]
    assert kept == [(verb, series.public_id) for verb in expected]


def test_a_sample_stops_being_one_when_recent_figures_come(series, tmp_path):
    series.is_sample = True
    series.save()
    load(series, write(tmp_path))
    assert type(series)._base_manager.get(pk=series.pk).is_sample
    year = str(timezone.now().year - 1)
    load(series, write(tmp_path, tsv("T,AT=1", periods=(year,))))
    assert not type(series)._base_manager.get(pk=series.pk).is_sample


def test_a_file_with_time_in_rows_and_places_in_columns_is_read(series, tmp_path):
    text = "sex,time\\geo\tAT\tEU28\tAT1\nT,2013\t4.9 b\t10\t6.2\nT,2012\t4.3\t10\t:\n"
    load(series, write(tmp_path, text))
    assert figures(series) == {
        ("T", "AT", "2013"): (4.9, "b"),
        ("T", "AT1", "2013"): (6.2, ""),
        ("T", "AT", "2012"): (4.3, ""),
        ("T", "AT1", "2012"): (None, ""),
    }


@pytest.mark.parametrize("role", [Role.MEMBER, Role.CODER, Role.REVIEWER])
def test_only_editors_of_the_owner_import(series, tmp_path, role):
    path = write(tmp_path)
    staged = stage(series, path)
    colleague = make_actor(series.organisation, role)
    stranger = make_actor(make_series().organisation, Role.EDITOR)
    for actor in (VISITOR, colleague, stranger):
        for act in (
            lambda actor=actor: stage_import(actor, series, path, "f"),
            lambda actor=actor: accept_import(actor, staged),
            lambda actor=actor: discard_import(actor, staged),
            lambda actor=actor: change_version(actor, staged, "2024"),
        ):
            with pytest.raises(Http404):
                act()
    accept_import(make_actor(series.organisation, Role.EDITOR), staged)


def test_a_newer_file_read_under_another_version_renews_the_figure(tmp_path):
    """One territory under one code is one place: an old figure must not stand beside a new one."""
    old, new = make_austria("2021"), make_austria("2024")
    for code, row in new.items():
        PlaceCode.objects.filter(pk=row.pk).update(place=old[code].place)
    series = make_series()
    load(series, write(tmp_path, tsv("T,AT11=1|2")))
    first = Observation.objects.values_list("place_code", flat=True)[0]
    for version in ("2021", "2024"):
        value = int(version) - 2000
        staged = stage(series, write(tmp_path, tsv(f"T,AT11={value}|2")), version)
        assert (staged.summary["changed"], staged.summary["same"], staged.summary["new"]) == (
            1,
            1,
            0,
        )
        accept_import(COMMAND, staged)
        assert figures(series) == {
            ("T", "AT11", "2013"): (value, ""),
            ("T", "AT11", "2012"): (2.0, ""),
        }
    assert set(Observation.objects.values_list("place_code", flat=True)) == {first}


def test_the_same_code_of_another_territory_stays_another_figure(tmp_path):
    make_austria("2021"), make_austria("2024")
    series = make_series()
    load(series, write(tmp_path, tsv("T,AT11=1|2")))
    staged = stage(series, write(tmp_path, tsv("T,AT11=3|4")), "2021")
    assert (staged.summary["new"], staged.summary["gone"]) == (2, 2)
