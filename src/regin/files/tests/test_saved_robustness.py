import json
import math

import pytest

from regin.engine.errors import FaultsError
from regin.files.saved_robustness import read_saved, read_saved_robustness
from regin.files.saved_run import SavedRun

HASH = "0" * 64
INPUTS = {
    "A.toml": {"sha256": HASH, "role": "assumptions"},
    "data.csv": {"sha256": HASH},
    "sets.csv": {"sha256": HASH, "role": "table"},
    "recipe.toml": {"sha256": HASH},
}
SAID = {
    "engine_version": "1",
    "recipe": {"overall": {"of": "tree"}, "step": [{"do": "aggregate"}]},
    "assumptions": [{"name": "out", "exclude": "one indicator"}],
    "inputs": INPUTS,
    "index": "../index",
    "assumptions_folder": "..",
    "seed": 0,
    "draws": 2,
    "runs": 6,
    "keep_draws": False,
    "design": {"file": None, "sha256": HASH},
}
RANKS = """unit,period,nominal,mean,median,q05,q95,min,max
'=U,2020,1,1.5,1.5,1,2,1,2
V,2020,,,,,,,
"""


@pytest.fixture
def folder(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "ranks.csv").write_text(RANKS, encoding="utf-8")
    (out / "design.csv").write_text("draw,out\n1,1\n", encoding="utf-8")
    say(out, SAID)
    return out


def say(folder, said):
    (folder / "run.json").write_text(json.dumps(said), encoding="utf-8")


def faults(folder):
    with pytest.raises(FaultsError) as caught:
        read_saved(folder)
    return caught.value.faults


def test_what_was_written_is_read_back(folder):
    found = read_saved_robustness(folder)
    assert found.inputs == {"data.csv": HASH, "recipe.toml": HASH}
    assert found.every_input.keys() == INPUTS.keys()
    assert (found.assumptions_file, found.recipe_file) == ("A.toml", "recipe.toml")
    assert (found.index, found.home) == ("../index", "..")
    assert (found.drawing.draws, found.drawing.sensitivity, found.drawing.given) == (2, True, None)
    assert found.tables == ("design.csv", "ranks.csv")
    ranks = found.ranks
    assert ranks.keys == (("=U", "2020"), ("V", "2020"))
    assert ranks.at(0) == (1, 1.5, 1, 2)
    assert all(map(math.isnan, ranks.at(1)))


def test_a_folder_is_read_as_what_it_holds(folder):
    assert not isinstance(read_saved(folder), SavedRun)
    (folder / "ranks.csv").unlink()
    assert [fault.params["name"] for fault in faults(folder)] == ["ranks.csv"]
    (folder / "design.csv").unlink()
    assert [fault.params["name"] for fault in faults(folder)] == ["scores.csv", "steps"]


def test_without_assumptions_among_the_inputs_none_are_named(folder):
    say(folder, {**SAID, "inputs": {"data.csv": {"sha256": HASH}}})
    assert read_saved(folder).assumptions_file is None


@pytest.mark.parametrize(
    "entries",
    [
        {"assumptions": {}},
        {"assumptions": ["out"]},
        {"seed": -1},
        {"seed": True},
        {"draws": 0},
        {"draws": 1.5},
        {"runs": "many"},
        {"keep_draws": None},
        {"design": None},
        {"design": {"sha256": HASH}},
        {"design": {"file": "../D.csv", "sha256": HASH}},
        {"design": {"file": 3, "sha256": HASH}},
        {"design": {"file": None, "sha256": "short"}},
        {"inputs": {"A.toml": {"sha256": HASH, "role": 3}}},
    ],
)
def test_an_entry_that_no_robustness_run_writes_is_named(folder, entries):
    say(folder, {**SAID, **entries})
    [fault] = faults(folder)
    assert (fault.code, fault.params["name"]) == ("saved_run_entry", next(iter(entries)))


@pytest.mark.parametrize(
    ("old", "new", "code", "column"),
    [
        ("1.5,1.5", "1.5,half", "saved_rank", "median"),
        ("1.5,1.5", "1.5,0.5", "saved_rank", "median"),
        ("1.5,1.5", "1.5,inf", "saved_rank", "median"),
        ("2020,1,", "2020,-1,", "saved_rank", "nominal"),
        (",1,2\n", ",1\n", "ragged_row", None),
    ],
)
def test_a_broken_rank_is_named_with_row_and_column(folder, old, new, code, column):
    (folder / "ranks.csv").write_text(RANKS.replace(old, new, 1), encoding="utf-8")
    [fault] = faults(folder)
    assert (fault.code, fault.file, fault.row, fault.column) == (code, "ranks.csv", 2, column)


def test_a_unit_that_stands_twice_and_a_heading_that_is_missing_are_faults(folder):
    (folder / "ranks.csv").write_text(RANKS + RANKS.splitlines()[1] + "\n", encoding="utf-8")
    [fault] = faults(folder)
    assert (fault.code, fault.params["first"], fault.row) == ("duplicate_row", 2, 4)
    (folder / "ranks.csv").write_text(RANKS.replace("median", "middle"), encoding="utf-8")
    assert [fault.code for fault in faults(folder)] == ["missing_heading"]


def test_a_folder_that_cannot_be_read_is_a_fault(folder, monkeypatch):
    def refuse(*_args):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("regin.files.saved_robustness._read_ranks", refuse)
    assert faults(folder)[0].code == "saved_run_unreadable"
