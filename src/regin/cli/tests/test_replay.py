import argparse
import json
import shutil
from pathlib import Path

import pytest

from regin.cli.main import main
from regin.cli.verbs.replay import _said, run
from regin.engine.errors import FaultsError
from regin.files.replay_tables import CellDifference, Replayed

ILLUSTRATIVE = Path(__file__).parents[2] / "apps" / "assessments" / "data" / "illustrative"


@pytest.fixture
def unpacked(tmp_path, capsys):
    """What lies in the unpacked ZIP of a run of the platform, and the results computed there."""
    shutil.copytree(ILLUSTRATIVE, tmp_path / "index")
    (tmp_path / "README.txt").write_text("Input of a run\n", encoding="utf-8")
    assert main(["score", str(tmp_path / "index"), "--out", str(tmp_path / "results")]) == 0
    capsys.readouterr()
    return tmp_path


def replayed(folder, index=None, **more):
    return run(argparse.Namespace(run=folder, index=index, **{"json": False, "out": None, **more}))


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_the_zip_of_the_platform_is_replayed_exactly(unpacked, capsys, monkeypatch):
    monkeypatch.chdir(unpacked)
    assert replayed(Path("results"), Path("index")) == 0
    assert capsys.readouterr().out == (
        "3 of 3 tables came out identical.\nThe run was reproduced exactly.\n"
    )
    assert replayed(Path("results")) == 0
    assert replayed(Path("results"), Path()) == 0


def test_a_tiny_difference_is_stated_and_no_fault(unpacked, capsys):
    edit(unpacked / "results" / "scores.csv", "75.0,", "75.000000000001,")
    assert replayed(unpacked / "results") == 0
    said = capsys.readouterr().out
    assert "2 of 3 tables came out identical" in said
    assert "by at most 1.3e-14 of their size (scores.csv, row 2, column score)" in said
    assert "within 1e-9" in said


def test_a_real_difference_is_a_fault(unpacked, capsys):
    edit(unpacked / "results" / "scores.csv", "75.0,", "76.0,")
    assert replayed(unpacked / "results") == 1
    said = capsys.readouterr()
    assert "The run was not reproduced." in said.out
    assert "scores.csv, row 2, column score: 76.0 was recorded, and 75.0 came out" in said.err


def test_an_input_that_differs_is_named(unpacked, capsys):
    edit(unpacked / "index" / "bands.csv", "Slightly favourable", "Quite favourable")
    assert replayed(unpacked / "results", unpacked / "index") == 1
    said = capsys.readouterr()
    assert "bands.csv: The input “bands.csv” is not the one of the run" in said.err
    assert "3 of 3 tables came out identical" in said.out


def test_json_says_all_of_it(unpacked, capsys):
    assert replayed(unpacked / "results", json=True) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["same"], said["identical"], said["where"]) == (True, True, None)
    assert said["files"] == {"compared": 3, "identical": 3}
    assert said["index"] == "index"
    edit(unpacked / "results" / "scores.csv", "75.0,", "76.0,")
    edit(unpacked / "results" / "run.json", '"engine_version": "', '"engine_version": "0.')
    assert replayed(unpacked / "results", json=True) == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["same"], said["identical"]) == (False, False)
    assert (said["where"]["row"], said["where"]["recorded"]) == (2, "76.0")
    assert said["faults"][0]["code"] == "replay_numbers_differ"
    assert said["notes"][0]["code"] == "replay_engine_differs"


def test_the_answer_is_written_to_a_file(unpacked):
    assert replayed(unpacked / "results", out=unpacked / "told") == 0
    [path] = (unpacked / "told").iterdir()
    assert path.name == "replay.json"
    assert json.loads(path.read_text(encoding="utf-8"))["same"]


def test_a_broken_folder_is_a_fault_with_file_and_row(unpacked):
    edit(unpacked / "results" / "scores.csv", "X-NOR,,INDEX,4,75.0", "X-NOR,,INDEX,4,high")
    with pytest.raises(FaultsError) as caught:
        replayed(unpacked / "results")
    assert "scores.csv, row 2, column score" in str(caught.value)


def test_a_run_finds_its_index_wherever_the_results_were_written(unpacked, tmp_path, capsys):
    far = tmp_path / "far" / "away"
    assert main(["score", str(unpacked / "index"), "--out", str(far / "run")]) == 0
    assert main(["replay", str(far / "run")]) == 0
    said = json.loads((far / "run" / "run.json").read_text(encoding="utf-8"))
    assert said["index"] == "../../../index"
    assert "reproduced exactly" in capsys.readouterr().out


@pytest.mark.parametrize("told", ["../nowhere", 3, "a\x00b", None])
def test_a_way_that_leads_nowhere_is_passed_over(unpacked, told):
    path = unpacked / "results" / "run.json"
    said = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**said, "index": told}), encoding="utf-8")
    assert replayed(unpacked / "results") == 0


NOISE = '[[assumption]]\nname = "noise"\nweights = {levels = [1], noise = 0.25}\n'


def test_a_robustness_run_is_replayed_without_its_assumptions(unpacked, capsys):
    (unpacked / "A.toml").write_text(NOISE, encoding="utf-8")
    words = ["robustness", str(unpacked / "index"), "--assumptions", str(unpacked / "A.toml")]
    out = unpacked / "held"
    assert main([*words, "--draws", "8", "--out", str(out)]) == 0
    (unpacked / "A.toml").unlink()
    capsys.readouterr()
    assert main(["replay", str(out)]) == 0
    said = capsys.readouterr()
    assert said.out == "5 of 5 tables came out identical.\nThe run was reproduced exactly.\n"
    assert "They were taken from run.json" in said.err
    edit(out / "run.json", '"mean_rank_shift": ', '"mean_rank_shift": 1')
    assert main(["replay", str(out), "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["where"]["row"], said["where"]["column"]) == (None, "mean_rank_shift")
    assert {"A.toml", "data.csv"} < said["inputs"].keys()


def test_an_entry_of_run_json_has_no_row():
    entry = CellDifference("run.json", None, "mean_rank_shift", "2", "1", 0.5)
    done = Replayed(Path("index"), 5, 5, 1, entry)
    assert "1 numbers differ, by at most 5.0e-01 of their size (run.json, column" in _said(done)
    assert "reproduced within 1e-9" in _said(done)
