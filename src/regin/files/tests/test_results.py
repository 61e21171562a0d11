import json

import pytest

from regin.engine.framework import Framework, Node
from regin.engine.recipe import Recipe
from regin.engine.run import run
from regin.engine.steps import Step
from regin.engine.table import Table
from regin.files.results import run_summary, write_run

NODES = (
    Node("ALL", level=2, kind="aggregate"),
    Node("a", level=1, parent="ALL", weight=3, tags={"area": ("x",)}),
    Node("b", level=1, parent="ALL", tags={"area": ("y",)}),
)
AGGREGATE = Step("aggregate", {"method": "arithmetic"})


def written(overall, folder):
    table = Table.of(["U"], ["a", "b"], [[100.0, 0.0]])
    recipe = Recipe((Step("score_options"), AGGREGATE), overall=overall)
    done = run(table, Framework(NODES, ("area",)), recipe)
    write_run(done, folder, run_summary(done, {}, 0.5))
    scores = (folder / "scores.csv").read_text(encoding="utf-8").splitlines()
    step = (folder / "steps" / "02_aggregate.csv").read_text(encoding="utf-8").splitlines()
    said = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    root = step[0].split(",").index("ALL")
    return float(scores[1].split(",")[4]), float(step[1].split(",")[root]), said


@pytest.mark.parametrize("overall", ["axis:area", "indicators"])
def test_a_root_that_means_two_things_is_noted(tmp_path, overall):
    _, tree, said = written(overall, tmp_path)
    assert tree == 75
    [note] = said["notes"]
    assert (note["file"], note["column"]) == ("steps/02_aggregate.csv", "ALL")
    assert note["code"] == "overall_beside_tree"
    assert f"“{overall}”" in note["advice"]


def test_the_overall_score_of_an_axis_differs_from_the_column_of_the_step(tmp_path):
    overall, tree, _ = written("axis:area", tmp_path)
    assert (overall, tree) == (50, 75)


def test_a_score_of_the_tree_needs_no_note(tmp_path):
    overall, tree, said = written("tree", tmp_path)
    assert overall == tree
    assert "notes" not in said
