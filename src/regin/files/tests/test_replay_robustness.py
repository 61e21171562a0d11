import json
import shutil

import pytest

from regin.engine.errors import FaultsError
from regin.engine.robustness import Options
from regin.files.assumptions import read_assumptions, read_design
from regin.files.index import read_index
from regin.files.replay import replay
from regin.files.robustness import (
    compute_robustness,
    robustness_inputs,
    robustness_summary,
    write_robustness,
)
from regin.files.saved_robustness import read_saved

FILES = {
    "index/structure.csv": "code,name,level,parent,direction,weight,unit,type,options\n"
    "ALL,,2,,1,1,,aggregate,\na,,1,ALL,1,1,,indicator,no:0|yes:100\n"
    "b,,1,ALL,1,2,,indicator,no:0|yes:100\nc,,1,ALL,1,2,,indicator,no:0|yes:100\n",
    "index/data.csv": "unit,a,b,c\nU,yes,no,no\nV,no,yes,no\nW,no,no,yes\n",
    "index/recipe.toml": '[[step]]\ndo = "score_options"\n'
    '[[step]]\ndo = "aggregate"\nmethod = "arithmetic"\n',
    "A.toml": '[[assumption]]\nname = "coders"\nanswers = "coders"\n'
    '[[assumption]]\nname = "sets"\nweights = {levels = [1], sets = "sets.csv"}\n'
    '[[assumption]]\nname = "noise"\nweights = {levels = [1], noise = 0.5}\n',
    "sets.csv": "weight_set,code,weight\n1,a,2\n2,c,3\n",
    "answers.csv": "unit,indicator,coder,option\nU,b,A,yes\nU,b,B,no\n",
}


@pytest.fixture
def home(tmp_path):
    (tmp_path / "index").mkdir()
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def written(home, out="out", design=None, **options):
    """Compute a run as `regin robustness` does."""
    index = read_index(home / "index")
    given = read_assumptions(home / "A.toml", index)
    drawn, digest = read_design(home / design, given.assumptions) if design else (None, "")
    asked = Options(**{"draws": 16, **options})
    found, bounds = compute_robustness(index, given.assumptions, asked, design=drawn)
    said = {
        "recipe": index.needed_recipe.as_dict(),
        "assumptions": list(given.written),
        "seed": asked.seed,
        "keep_draws": asked.keep_draws,
        "inputs": robustness_inputs(index.hashes, given, {design: digest} if design else {}),
        "index": "../index",
        "assumptions_folder": "..",
    }
    (home / out).mkdir()
    write_robustness(found, bounds, home / out, robustness_summary(found, bounds, said, design))
    return home / out


@pytest.fixture
def run(home):
    return written(home)


def replayed(folder, index=None):
    return replay(read_saved(folder), index)


def codes(faults):
    return [(fault.code, fault.file) for fault in faults]


def caught_of(folder):
    with pytest.raises(FaultsError) as caught:
        replayed(folder)
    return codes(caught.value.faults)


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_run_comes_out_identical(run):
    done = replayed(run)
    assert (done.files, done.identical, done.faults, done.notes) == (5, 5, [], [])
    assert done.exact


def test_a_run_that_kept_its_draws_or_had_no_sensitivity_does_so_again(home):
    kept = replayed(written(home, "kept", keep_draws=True, wants_sensitivity=False))
    assert (kept.files, kept.exact) == (6, True)


def test_a_run_of_a_given_design_is_replayed_without_that_design(home, run):
    text = (run / "design.csv").read_text(encoding="utf-8")
    (home / "D.csv").write_text("\n".join(text.splitlines()[:20]), encoding="utf-8")
    edit(home / "D.csv", ",matrix", ",other")
    given = written(home, "given", "D.csv", seed=7)
    (home / "D.csv").unlink()
    done = replayed(given)
    assert (done.files, done.exact) == (4, True)
    assert read_saved(given).every_input.keys() >= {"D.csv", "data.csv", "A.toml"}


def test_the_assumptions_of_the_run_serve_where_their_file_is_gone_or_another(home, run):
    edit(home / "A.toml", "0.5", "0.25")
    done = replayed(run)
    assert (codes(done.notes), done.faults) == ([("replay_assumptions_from_run", "A.toml")], [])
    (home / "A.toml").unlink()
    assert codes(replayed(run).notes) == [("replay_assumptions_from_run", "A.toml")]
    assert replayed(run).exact


def test_assumptions_changed_in_the_run_are_found(run):
    edit(run / "run.json", '"noise": 0.5', '"noise": 0.25')
    done = replayed(run)
    assert codes(done.faults)[0] == ("replay_assumptions_differ", "run.json")
    assert "differ in “weights” of “noise”" in str(done.faults[0])
    assert ("replay_numbers_differ", "bounds.csv") in codes(done.faults)


def test_tables_are_found_around_index_and_run_when_the_folder_has_moved(home, run):
    edit(run / "run.json", '"assumptions_folder": ".."', '"assumptions_folder": "../gone"')
    assert replayed(run).exact
    for name in ("A.toml", "answers.csv", "sets.csv"):
        (home / name).rename(home / "index" / name)
    # Where several files have the name, the one of the run is taken.
    (home / "sets.csv").write_text("weight_set,code,weight\n1,a,9\n", encoding="utf-8")
    assert replayed(run, home / "index").exact
    (home / "far").mkdir()
    far = shutil.copytree(run, home / "far" / "run")
    assert replayed(far, home / "index").exact


def test_a_table_that_differs_or_is_missing_is_named(home, run):
    edit(home / "sets.csv", "c,3", "c,4")
    assert codes(replayed(run).faults)[0] == ("replay_input_differs", "sets.csv")
    (home / "answers.csv").unlink()
    assert caught_of(run) == [
        ("replay_input_differs", "sets.csv"),
        ("replay_input_missing", "answers.csv"),
    ]
    said = json.loads((run / "run.json").read_text(encoding="utf-8"))
    inputs = {name: one for name, one in said["inputs"].items() if name != "sets.csv"}
    (run / "run.json").write_text(json.dumps({**said, "inputs": inputs}), encoding="utf-8")
    assert ("replay_input_missing", "sets.csv") in caught_of(run)


def test_a_run_without_the_name_of_its_assumptions_is_replayed_all_the_same(run):
    said = json.loads((run / "run.json").read_text(encoding="utf-8"))
    del said["inputs"]["A.toml"], said["assumptions_folder"]
    (run / "run.json").write_text(json.dumps(said), encoding="utf-8")
    assert replayed(run).exact


def test_a_design_that_was_changed_is_a_fault_with_its_place(run):
    # The first draw takes another alternative of “sets”.
    row = (run / "design.csv").read_text(encoding="utf-8").splitlines()[1].split(",")
    other = [*row[:2], str(3 - int(row[2])), *row[3:]]
    edit(run / "design.csv", ",".join(row), ",".join(other))
    done = replayed(run)
    assert codes(done.faults)[0] == ("replay_design_differs", "design.csv")
    [told] = [fault for fault in done.faults if fault.code == "replay_numbers_differ"
              and fault.file == "design.csv"]  # fmt: skip
    assert (told.row, told.column) == (2, "sets")


def test_draws_that_the_seed_does_not_give_are_a_fault_even_with_their_own_hash(home, run):
    shutil.copy(run / "design.csv", home / "D.csv")
    given = written(home, "given", "D.csv", seed=1)
    edit(given / "run.json", '"file": "D.csv"', '"file": null')
    assert replayed(given).exact
    edit(given / "run.json", '"seed": 1', '"seed": 2')
    assert ("replay_numbers_differ", "design.csv") in codes(replayed(given).faults)


def test_a_design_that_cannot_be_read_comes_with_the_other_faults(home, run):
    edit(home / "sets.csv", "c,3", "c,4")
    edit(run / "design.csv", "draw,coders,sets", "draw,coders,other")
    assert caught_of(run) == [
        ("replay_input_differs", "sets.csv"),
        ("design_columns", "design.csv"),
    ]


def test_every_table_is_compared(run):
    for name, old, new in (
        ("ranks.csv", "U,,", "X,,"),
        ("pairs.csv", "unit_a", "unit"),
        ("bounds.csv", "unit,", "name,"),
        ("sensitivity.csv", "mean_rank_shift", "shift"),
    ):
        edit(run / name, old, new)
    assert sorted(codes(replayed(run).faults)) == [
        ("replay_texts_differ", name)
        for name in ("bounds.csv", "pairs.csv", "ranks.csv", "sensitivity.csv")
    ]


def test_tables_that_are_missing_or_added_are_faults(run):
    (run / "sensitivity.csv").rename(run / "draw_ranks.csv")
    (run / "notes.txt").write_text("mine", encoding="utf-8")
    assert codes(replayed(run).faults) == [
        ("replay_step_added", "draw_ranks.csv"),
        ("replay_step_missing", "sensitivity.csv"),
    ]


def test_results_in_run_json_are_compared_with_the_way_to_them(run):
    said = json.loads((run / "run.json").read_text(encoding="utf-8"))
    said["convergence"][1]["mean_change"] += 1e-13
    said["wall_s"] += 1
    (run / "run.json").write_text(json.dumps(said), encoding="utf-8")
    done = replayed(run)
    assert (done.faults, done.numbers, done.exact) == ([], 1, False)
    assert (done.largest.file, done.largest.row) == ("run.json", None)
    assert done.largest.column == "convergence.2.mean_change"
    said["mean_rank_shift"] += 1
    said["bounds"] = None
    (run / "run.json").write_text(json.dumps(said), encoding="utf-8")
    assert [(fault.code, fault.column) for fault in replayed(run).faults] == [
        ("replay_texts_differ", "bounds"),
        ("replay_numbers_differ", "mean_rank_shift"),
    ]


def test_progress_is_told(run):
    told = []
    replay(read_saved(run), None, lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1] > 0


def test_two_different_inputs_of_one_name_are_refused(home):
    index = read_index(home / "index")
    given = read_assumptions(home / "A.toml", index)
    same = robustness_inputs({"sets.csv": given.hashes["sets.csv"]}, given, {})
    assert same["sets.csv"].keys() == {"sha256"}
    with pytest.raises(FaultsError, match=r"Two different inputs are called “A\.toml”"):
        robustness_inputs({"A.toml": "0" * 64}, given, {})
