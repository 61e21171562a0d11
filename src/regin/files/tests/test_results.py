import json

import pytest

from regin.engine.framework import Framework, Node
from regin.engine.recipe import Recipe
from regin.engine.run import run
from regin.engine.steps import Step
from regin.engine.table import Table
from regin.files.index import read_index
from regin.files.replay import replay
from regin.files.results import run_summary, write_run
from regin.files.saved_run import read_saved_run

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


BENEFIT = Step("weigh", {"method": "benefit_of_the_doubt"})


def weighed(folder, values, periods=None):
    units = ["=U", "V", "W"][: len(values)]
    if periods:
        units = ["=U", "V", "=U"]
    table = Table.of(units, ["a", "b"], values, periods=periods)
    done = run(table, Framework(NODES, ("area",)), Recipe((BENEFIT, AGGREGATE)))
    write_run(done, folder, run_summary(done, {}, 0.5))
    steps = sorted(path.name for path in (folder / "steps").iterdir())
    own = (folder / "steps" / "01_benefit_of_the_doubt.csv").read_text(encoding="utf-8")
    return steps, own.splitlines(), json.loads((folder / "run.json").read_text(encoding="utf-8"))


def test_the_score_of_the_benefit_of_the_doubt_is_a_table_of_its_own(tmp_path):
    steps, own, said = weighed(tmp_path, [[4.0, 0.0], [0.0, 8.0], [1.0, 2.0]])
    assert steps == ["01_benefit_of_the_doubt.csv", "01_weigh.csv", "02_aggregate.csv"]
    assert own == ["unit,code,score", "'=U,ALL,1.0", "V,ALL,1.0", "W,ALL,0.5"]
    assert said["steps"][0]["wholes"] == [{"whole": "ALL"}]


def test_the_score_of_the_benefit_of_the_doubt_stands_by_period_and_is_empty_where_missing(
    tmp_path,
):
    _, own, _ = weighed(tmp_path, [[4.0, 4.0], [2.0, 2.0], [1.0, 2.0]], ["1", "1", "2"])
    assert own == ["unit,period,code,score", "'=U,1,ALL,1.0", "V,1,ALL,0.5", "'=U,2,ALL,"]


INDEX = {
    "structure.csv": "code,name,level,parent,direction,weight,unit,type\n"
    "ALL,,2,,1,1,,aggregate\na,,1,ALL,1,1,,indicator\nb,,1,ALL,1,1,,indicator\n",
    "data.csv": "unit,name,a,b\nU,,4,0\nV,,0,8\nW,,1,2\n",
    "recipe.toml": '[[step]]\ndo = "weigh"\nmethod = "benefit_of_the_doubt"\n\n'
    '[[step]]\ndo = "aggregate"\nmethod = "arithmetic"\n',
}


def test_replay_compares_the_score_of_the_benefit_of_the_doubt_too(tmp_path):
    for name, text in INDEX.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    read = read_index(tmp_path)
    done = run(read.table, read.framework, read.needed_recipe, read.tables)
    out = tmp_path / "results"
    out.mkdir()
    write_run(done, out, run_summary(done, read.hashes, 0.5))
    again = replay(read_saved_run(out), tmp_path)
    assert (again.files, again.identical, again.faults) == (4, 4, [])
    own = out / "steps" / "01_benefit_of_the_doubt.csv"
    own.write_text(own.read_text(encoding="utf-8").replace("0.5", "0.6"), encoding="utf-8")
    (fault,) = replay(read_saved_run(out), tmp_path).faults
    assert (fault.code, fault.file) == ("replay_numbers_differ", f"steps/{own.name}")
