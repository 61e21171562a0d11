"""Runs: the engine's numbers, kept with their input, computed again bit for bit."""

from __future__ import annotations

import csv
import subprocess
from pathlib import Path

import pytest
from django.http import Http404

from regin.apps.accounts.models import Role
from regin.apps.assessments import stored_inputs
from regin.apps.assessments.models import Run, Score
from regin.apps.assessments.operations import record_run, replay
from regin.apps.assessments.operations.starter import ILLUSTRATIVE
from regin.apps.assessments.tests.factories import (
    make_actor,
    make_folder,
    make_framework,
    make_organisation,
    make_place,
)
from regin.apps.common.models import AuditEntry
from regin.cli.main import main
from regin.engine.errors import FaultsError
from regin.engine.run import run as compute
from regin.files.index import read_index

pytestmark = pytest.mark.django_db


def codes(error: pytest.ExceptionInfo[FaultsError]) -> list[str]:
    return [fault.code for fault in error.value.faults]


def test_stored_scores_are_the_engines_own(run: Run) -> None:
    index = read_index(ILLUSTRATIVE)
    expected = {
        (f"free-{one.unit}", one.code): (
            one.level,
            one.score,
            one.rank,
            one.n_observed,
            one.n_expected,
        )
        for one in compute(index.table, index.framework, index.recipe).scores
    }
    fields = ("level", "value", "rank", "n_observed", "n_expected")
    rows = run.scores.values_list("place__key", "code", *fields)
    assert {(key, code): tuple(rest) for key, code, *rest in rows} == expected
    assert len(expected) == 100


def test_a_score_without_answers_is_missing_and_not_zero(run: Run) -> None:
    score = run.scores.get(place__key="free-X-NOR", code="area:social_security")
    assert score.value is None
    assert (score.n_observed, score.n_expected) == (0, 0)
    zero = run.scores.get(place__key="free-X-EST", code="area:housing")
    assert zero.value == 0.0


def test_no_interval_is_stored_before_one_is_computed(run: Run) -> None:
    assert not run.scores.exclude(q05=None, q95=None).exists()


def test_the_stored_folder_is_what_regin_score_takes(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    folder = stored_inputs.intact(run.input_sha256)
    assert main(["score", str(folder), "--out", str(out)]) == 0
    with (out / "scores.csv").open(encoding="utf-8", newline="") as file:
        found = [(row["unit"], row["code"], row["score"]) for row in csv.DictReader(file)]
    units = {"free-X-NOR": "X-NOR", "free-X-EST": "X-EST"}
    rows = run.scores.order_by("pk").values_list("place__key", "code", "value")
    assert found == [(units[key], code, "" if v is None else repr(v)) for key, code, v in rows]


def test_an_untouched_run_replays_without_a_difference(run: Run) -> None:
    assert replay(run) == []


def test_a_changed_answer_is_found(run: Run) -> None:
    path = stored_inputs.folder_of(run.input_sha256) / "data.csv"
    path.write_text(path.read_text().replace("X-EST,Estmark,partly", "X-EST,Estmark,yes"))
    found = {(one.field, one.unit, one.code) for one in replay(run)}
    assert ("input_sha256", "", "") in found
    assert ("output_sha256", "", "") in found
    assert ("value", "X-EST", "Q01") in found
    assert ("value", "X-NOR", "Q01") not in found


def test_a_change_that_leaves_every_score_alone_is_found(run: Run) -> None:
    path = stored_inputs.folder_of(run.input_sha256) / "bands.csv"
    path.write_text(path.read_text().replace("Halfway", "Half way"))
    assert [one.field for one in replay(run)] == ["input_sha256"]


def test_an_added_file_is_found(run: Run) -> None:
    (stored_inputs.folder_of(run.input_sha256) / "notes.txt").write_text("x")
    assert [one.field for one in replay(run)] == ["input_sha256"]


def test_a_lost_folder_is_found(run: Run, tmp_path: Path) -> None:
    stored_inputs.folder_of(run.input_sha256).rename(tmp_path / "gone")
    assert [one.field for one in replay(run)] == ["input_sha256", "input"]


def test_a_changed_score_in_the_database_is_found(run: Run) -> None:
    score = run.scores.get(place__key="free-X-EST", code="INDEX")
    Score.objects.filter(pk=score.pk).update(value=99.0)
    [difference] = replay(run)
    assert (difference.field, difference.unit, difference.code) == ("value", "X-EST", "INDEX")
    assert difference.recorded == 99.0
    assert difference.replayed == score.value


def test_a_removed_score_is_found(run: Run) -> None:
    run.scores.filter(place__key="free-X-EST", code="INDEX").delete()
    fields = [one.field for one in replay(run)]
    assert fields == ["level", "value", "rank", "n_observed", "n_expected"]


def test_the_folder_is_named_after_names_and_bytes(run: Run) -> None:
    folder = stored_inputs.folder_of(run.input_sha256)
    script = "LC_ALL=C sha256sum * | sha256sum"
    done = subprocess.run(
        ["/bin/sh", "-c", script], cwd=folder, capture_output=True, check=True, text=True
    )
    assert done.stdout.split()[0] == run.input_sha256


def test_nothing_half_written_is_left(run: Run) -> None:
    assert [path.name for path in stored_inputs.shelf().iterdir()] == [run.input_sha256]


def test_a_damaged_folder_is_put_right_by_the_same_input(run: Run, administrator) -> None:
    (stored_inputs.folder_of(run.input_sha256) / "data.csv").write_text("x")
    record_run(administrator, run.framework, ILLUSTRATIVE)
    assert replay(run) == []
    assert [path.name for path in stored_inputs.shelf().iterdir()] == [run.input_sha256]


def test_files_that_are_no_part_of_an_index_are_not_kept(tmp_path: Path, administrator) -> None:
    make_place("X-A")
    folder = make_folder(tmp_path / "in", ("X-A", "A", "yes", "no"), private__txt="secret")
    run = record_run(administrator, make_framework(), folder)
    kept = sorted(path.name for path in stored_inputs.intact(run.input_sha256).iterdir())
    assert kept == ["data.csv", "recipe.toml", "structure.csv"]


def test_every_unknown_unit_is_named_and_nothing_is_kept(tmp_path: Path, administrator) -> None:
    make_place("X-A")
    rows = [("X-A", "A", "yes", "no"), ("X-B", "B", "no", "no"), ("=1+1", "C", "no", "no")]
    folder = make_folder(tmp_path / "in", *rows)
    with pytest.raises(FaultsError) as error:
        record_run(administrator, make_framework(), folder)
    assert codes(error) == ["unit_without_place", "unit_without_place"]
    assert "X-B" in str(error.value)
    assert not Run.objects.exists()
    assert list(stored_inputs.shelf().iterdir()) == []


def test_a_real_region_never_enters_an_illustrative_framework(
    tmp_path: Path, administrator
) -> None:
    make_place("CITY", is_fictional=False)
    folder = make_folder(tmp_path / "in", ("CITY", "City", "yes", "no"))
    with pytest.raises(FaultsError) as error:
        record_run(administrator, make_framework(is_illustrative=True), folder)
    assert codes(error) == ["unit_is_real"]


def test_a_unit_in_two_periods_is_a_named_fault(tmp_path: Path, administrator) -> None:
    make_place("X-A")
    data = "unit,name,period,Q1,Q2\nX-A,A,2020,yes,no\nX-A,A,2021,yes,yes\n"
    folder = make_folder(tmp_path / "in", data__csv=data)
    with pytest.raises(FaultsError) as error:
        record_run(administrator, make_framework(), folder)
    assert codes(error) == ["unit_in_several_periods"]


def test_a_code_that_does_not_fit_is_a_named_fault(tmp_path: Path, administrator) -> None:
    make_place("X-A")
    long = "Q" * 81
    folder = make_folder(tmp_path / "in", ("X-A", "A", "yes", "no"))
    for name in ("structure.csv", "data.csv"):
        path = folder / name
        path.write_text(path.read_text().replace("Q1", long))
    with pytest.raises(FaultsError) as error:
        record_run(administrator, make_framework(), folder)
    assert codes(error) == ["code_too_long"]


def test_a_missing_folder_is_a_named_fault(tmp_path: Path, administrator) -> None:
    with pytest.raises(FaultsError) as error:
        record_run(administrator, make_framework(), tmp_path / "nowhere")
    assert codes(error) == ["index_missing"]


def test_only_those_who_edit_for_the_owner_record_a_run(tmp_path: Path) -> None:
    make_place("X-A")
    folder = make_folder(tmp_path / "in", ("X-A", "A", "yes", "no"))
    framework = make_framework()
    for actor in (
        make_actor(make_organisation()),
        make_actor(framework.organisation, Role.MEMBER),
    ):
        with pytest.raises(Http404):
            record_run(actor, framework, folder)
    assert not Run.objects.exists()
    run = record_run(make_actor(framework.organisation), framework, folder)
    assert run.scores.get(code="ALL").value == 50.0
    assert AuditEntry.objects.filter(verb="run.recorded", target=run.public_id).count() == 1
