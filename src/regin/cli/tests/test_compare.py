import argparse
import json
from pathlib import Path

import pytest

from regin.cli.main import main
from regin.cli.verbs.compare import run
from regin.engine.errors import FaultsError

ILLUSTRATIVE = Path(__file__).parents[2] / "apps" / "assessments" / "data" / "illustrative"
STRUCTURE = """\
code,name,level,parent,direction,weight,unit,type
ALL,,2,,1,1,,aggregate
a,,1,ALL,1,1,,indicator
b,,1,ALL,1,1,,indicator
"""
DATA = "unit,a,b\nA,0,50\nB,20,30\nC,90,10\n"
MEAN = '[[step]]\ndo = "aggregate"\nmethod = "arithmetic"\n'


def scored(folder, data=DATA, recipe=MEAN, structure=STRUCTURE):
    """Write an index, compute it, return the folder of results."""
    index, out = folder / "index", folder / "out"
    index.mkdir(parents=True)
    texts = {"structure.csv": structure, "data.csv": data, "recipe.toml": recipe}
    for name, text in texts.items():
        (index / name).write_text(text, encoding="utf-8")
    assert main(["score", str(index), "--out", str(out)]) == 0
    return out


def held(folder, values, **more):
    """Write an index, compute its robustness by two recipes, return the folder of results."""
    index, out = folder / "index", folder / "held"
    index.mkdir(parents=True)
    texts = {"structure.csv": STRUCTURE, "data.csv": DATA, "recipe.toml": MEAN, **more}
    texts["A.toml"] = f'[[assumption]]\nname = "x"\nweights = {{levels = [1], noise = {values}}}\n'
    for name, text in texts.items():
        (index / name).write_text(text, encoding="utf-8")
    words = ["robustness", str(index), "--assumptions", str(index / "A.toml"), "--draws", "16"]
    assert main([*words, "--out", str(out)]) == 0
    return out


def compared(one, two, **more):
    return run(argparse.Namespace(run1=one, run2=two, **{"out": None, "json": False, **more}))


def test_a_run_and_itself_are_the_same(tmp_path, capsys):
    one = scored(tmp_path)
    capsys.readouterr()
    assert compared(one, one) == 0
    said = capsys.readouterr().out
    assert "Engine, inputs and recipe are the same." in said
    assert "Scores in both runs: 9; 0 of them differ, and 0 of their ranks." in said
    assert "Overall ranks: 0 of 3 differ; Spearman's correlation 1.0000." in said


def test_what_differs_is_summarised(tmp_path, capsys):
    one = scored(tmp_path / "1")
    data = "unit,a,b\nA,0,50\nB,80,30\nC,90,10\nD,1,1\n"
    steps = f'[[step]]\ndo = "score_options"\n{MEAN}min_available = 0.5\n'
    two = scored(tmp_path / "2", data, steps)
    capsys.readouterr()
    assert compared(one, two, out=tmp_path / "cmp") == 0
    said = capsys.readouterr().out
    assert "Not computed alike in 3 respects:" in said
    assert "recipe  1 / 2 aggregate  min_available" in said
    assert "Scores in both runs: 9; 2 of them differ" in said
    assert "in the second only: 3." in said
    assert "Largest difference of a score: +60.00 (a, B)." in said
    assert "largest shift 1 (A, B, C)" in said
    assert f"in {tmp_path / 'cmp'}" in said
    names = sorted(path.name for path in (tmp_path / "cmp").iterdir())
    assert names == ["compare.json", "comparison.csv", "differences.csv"]


def test_two_indices_with_nothing_in_common_can_be_compared(tmp_path, capsys):
    one = scored(tmp_path / "1")
    two = tmp_path / "2"
    assert main(["score", str(ILLUSTRATIVE), "--out", str(two)]) == 0
    capsys.readouterr()
    assert compared(one, two) == 0
    said = capsys.readouterr().out
    assert "Scores in both runs: 0;" in said
    assert "Overall ranks" not in said


def test_many_differences_and_periods_are_cut_and_named(tmp_path, capsys):
    long = "unit,period,a,b\nA,1,0,50\nB,1,2,3\nA,2,90,10\nB,2,9,9\n"
    one = scored(tmp_path / "1", long)
    minmax = '[[step]]\ndo = "normalise"\nmethod = "minmax"\n'
    two = scored(tmp_path / "2", long.replace("90", "9"), minmax * 11 + MEAN)
    capsys.readouterr()
    assert compared(one, two) == 0
    said = capsys.readouterr().out
    assert "  … and 2 more" in said
    assert "Largest difference of a score: +98.00 (a, B, 1)." in said
    assert "Overall ranks in 1: " in said
    assert "Spearman's correlation -." in said


def test_json_goes_to_standard_output(tmp_path, capsys):
    one = scored(tmp_path)
    capsys.readouterr()
    assert compared(one, one, json=True) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["same"]
    assert said["comparison"][0]["score_difference"] == 0
    assert len(said["comparison"]) == 9


def test_a_folder_that_is_no_run_is_a_fault(tmp_path):
    with pytest.raises(FaultsError) as caught:
        compared(tmp_path, tmp_path)
    assert {fault.code for fault in caught.value.faults} == {"saved_run_file_missing"}


def test_a_robustness_run_and_itself_are_the_same(tmp_path, capsys):
    one = held(tmp_path, 0.1)
    capsys.readouterr()
    assert compared(one, one) == 0
    assert capsys.readouterr().out == (
        "Engine, inputs, recipe, assumptions and draws are the same.\n"
        "Units in both runs: 3; the medians of 0 differ, the 90 % intervals of 0,"
        " the ranks by the recipe of 0.\n"
        "The intervals of every unit overlap.\n"
    )


def test_what_moved_between_two_robustness_runs_is_summarised(tmp_path, capsys):
    data = "unit,a,b\nA,10,10\nB,20,30\nC,90,90\n"
    one = held(tmp_path / "1", 0.01, **{"data.csv": data})
    other = data.replace("A,10,10", "A,91,91").replace("C,90,90", "D,9,9")
    two = held(tmp_path / "2", 0.02, **{"data.csv": other})
    capsys.readouterr()
    assert compared(one, two, out=tmp_path / "cmp") == 0
    said = capsys.readouterr().out
    assert "Not computed alike in 2 respects:" in said
    assert "  assumption  1 x   weights   " in said
    assert "Units in both runs: 2; the medians of 1 differ" in said
    assert "Units in the first run only: 1, in the second only: 1." in said
    assert "Largest move of a median: -2.0 (A, 3 to 1)." in said
    assert "Units whose intervals no longer overlap: 1" in said
    assert "  A     3 (3 to 3)  1 (1 to 1)" in said
    assert f"Every rank of both runs is in {tmp_path / 'cmp'}" in said
    assert compared(one, two, json=True) == 0
    said = json.loads(capsys.readouterr().out)
    assert [row["found_in"] for row in said["comparison"]] == ["both", "both", "1", "2"]


def test_a_score_run_and_a_robustness_run_are_refused(tmp_path):
    one, two = scored(tmp_path / "1"), held(tmp_path / "2", 0.1)
    with pytest.raises(FaultsError, match=r"by regin score, .* Compare runs of the same command"):
        compared(one, two)
