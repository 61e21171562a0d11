"""`regin robustness` as people type it, on a small index of fictional regions."""

import csv
import json

import pytest

from regin.cli.main import main

STRUCTURE = """code,name,level,parent,direction,weight,unit,type
ALL,Overall,2,,1,1,,aggregate
a,First,1,ALL,1,1,,indicator
b,Second,1,ALL,1,1,,indicator
c,Third,1,ALL,-1,1,,indicator
"""
DATA = """unit,name,a,b,c
X-N,Norvalia,1,9,3
X-E,Estmark,5,4,2
X-S,Sudria,9,2,8
"""
RECIPE = """[[step]]
do = "normalise"
method = "minmax"
range = [1, 100]

[[step]]
do = "aggregate"
method = "arithmetic"
"""
ASSUMPTIONS = """[[assumption]]
name = "mean"
step = "aggregate"
field = "method"
values = ["arithmetic", "geometric"]

[[assumption]]
name = "sets"
weights = {levels = [1], sets = "sets.csv"}

[[assumption]]
name = "noise"
weights = {levels = [1], noise = 0.25}

[[assumption]]
name = "out"
exclude = "one indicator"
"""
SETS = "weight_set,code,weight\n1,a,2\n1,b,1\n2,c,0\n"


@pytest.fixture
def index(tmp_path):
    folder = tmp_path / "index"
    folder.mkdir()
    (folder / "structure.csv").write_text(STRUCTURE, encoding="utf-8")
    (folder / "data.csv").write_text(DATA, encoding="utf-8")
    (folder / "recipe.toml").write_text(RECIPE, encoding="utf-8")
    (tmp_path / "A.toml").write_text(ASSUMPTIONS, encoding="utf-8")
    (tmp_path / "sets.csv").write_text(SETS, encoding="utf-8")
    return folder


def typed(index, *more):
    words = ["robustness", str(index), "--assumptions", str(index.parent / "A.toml")]
    return main([*words, "--out", str(index.parent / "out"), *more])


def rows(index, name):
    with (index.parent / "out" / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_every_file_is_written_with_its_columns(index, capsys):
    assert typed(index, "--draws", "32", "--keep-draws") == 0
    assert "32 draws of 3 rows" in capsys.readouterr().out
    ranks = rows(index, "ranks.csv")
    assert list(ranks[0])[:9] == [
        "unit", "period", "nominal", "mean", "median", "q05", "q95", "min", "max",
    ]  # fmt: skip
    assert [row["unit"] for row in ranks] == ["X-N", "X-E", "X-S"]
    sensitivity = rows(index, "sensitivity.csv")
    assert list(sensitivity[0]) == [
        "output", "assumption", "Si", "STi", "Si_q05", "Si_q95", "STi_q05", "STi_q95",
    ]  # fmt: skip
    assert {row["output"] for row in sensitivity} == {"mean_rank_shift", "X-N", "X-E", "X-S"}
    assert list(rows(index, "design.csv")[0]) == ["draw", "mean", "sets", "noise", "out", "matrix"]
    assert len(rows(index, "draw_ranks.csv")) == len(rows(index, "draw_scores.csv")) == 32 * 6
    assert list(rows(index, "bounds.csv")[0]) == ["unit", "period", "nominal", "best", "worst"]
    run = json.loads((index.parent / "out" / "run.json").read_text(encoding="utf-8"))
    assert run["draws"] == 32
    assert run["runs"] == 32 * 6
    assert set(run["inputs"]) == {"structure.csv", "data.csv", "recipe.toml", "A.toml", "sets.csv"}
    assert run["wall_s"] > 0
    assert run["inputs"]["A.toml"]["role"] == "assumptions"
    assert run["inputs"]["sets.csv"]["role"] == "table"
    assert (run["index"], run["assumptions_folder"]) == ("../index", "..")
    assert (run["keep_draws"], run["sensitivity"], run["ranks_of_block"]) == (True, None, "A")
    assert (run["design"]["file"], len(run["design"]["sha256"])) == (None, 64)


def test_a_design_that_was_written_is_replayed(index):
    assert typed(index, "--draws", "16") == 0
    first = {name: rows(index, name) for name in ("ranks.csv", "sensitivity.csv", "pairs.csv")}
    (index.parent / "D.csv").write_bytes((index.parent / "out" / "design.csv").read_bytes())
    assert typed(index, "--design", str(index.parent / "D.csv")) == 0
    assert {name: rows(index, name) for name in first} == first


def test_without_sensitivity_there_is_no_file_of_it(index):
    assert typed(index, "--draws", "8", "--no-sensitivity") == 0
    assert not (index.parent / "out" / "sensitivity.csv").exists()
    run = json.loads((index.parent / "out" / "run.json").read_text(encoding="utf-8"))
    assert (run["sensitivity"], run["ranks_of_block"]) == (False, None)


@pytest.mark.parametrize("draws", ["7", "47", "49"])
def test_a_number_of_draws_that_a_design_does_not_have_is_wrong_use(index, capsys, draws):
    assert typed(index, "--draws", "8") == 0
    (index.parent / "out" / "design.csv").rename(index.parent / "D.csv")
    (index.parent / "out").rename(index.parent / "earlier")
    design = ("--design", str(index.parent / "D.csv"), "--seed", "1")
    assert typed(index, *design, "--draws", draws) == 2
    assert f"--draws {draws} does not go with --design D.csv" in capsys.readouterr().err
    assert not (index.parent / "out").exists()
    assert typed(index, *design, "--draws", "8") == 0
    assert typed(index, *design, "--draws", "48") == 0


def test_a_step_that_stands_twice_is_told_by_its_number(index, capsys):
    twice = 'do = "normalise"\ncolumns = ["a"]\nmethod = "minmax"\n\n[[step]]\n'
    other = 'do = "normalise"\ncolumns = ["b", "c"]\n'
    recipe = RECIPE.replace('do = "normalise"\n', twice + other, 1)
    (index / "recipe.toml").write_text(recipe, encoding="utf-8")
    steps = '[[assumption]]\nname = "scale"\nstep = "normalise"\nvalues = [{range = [0, 1]}]\n'
    (index.parent / "A.toml").write_text(steps, encoding="utf-8")
    assert typed(index, "--draws", "4") == 1
    assert "Say which with number = 1" in capsys.readouterr().err
    (index.parent / "A.toml").write_text(steps + "number = 2\n", encoding="utf-8")
    assert typed(index, "--draws", "4") == 0


def test_json_holds_ranks_and_indices(index, capsys):
    words = ["robustness", str(index), "--assumptions", str(index.parent / "A.toml"), "--json"]
    assert main([*words, "--draws", "4"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert [row["unit"] for row in said["ranks"]] == ["X-N", "X-E", "X-S"]
    assert said["sensitivity"][0]["output"] == "mean_rank_shift"


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("A.toml", "[[assumption]\n", "A.toml: The file is not valid TOML"),
        ("A.toml", "x = 1\n", "The file has an entry “x”"),
        ("A.toml", "assumption = 3\n", "The assumptions are not tables"),
        ("A.toml", "# none yet\n", "There is no assumption"),
        ("A.toml", '[[assumption]]\nname = "x"\nanswers = "coders"\n', "whose answers are not"),
        ("A.toml", '[[assumption]]\nname = "x"\nweights = {levels=[1], sets="../A.toml"}\n',
         "The weight sets “../A.toml”"),
        ("sets.csv", "weight_set,code\n1,a\n", "column weight: The column “weight” is missing"),
        ("sets.csv", "weight_set,code,weight\n1.5,a,1\n", "row 2, column weight_set"),
        ("sets.csv", "weight_set,code,weight\n1,a,-1\n", "row 2, column weight"),
        ("sets.csv", "weight_set,code,weight\n1,z,1\n", "The structure has no row “z”"),
        ("sets.csv", "weight_set,code,weight\n1,a,1\n1,a,2\n", "row 3, column code"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place_and_nothing_is_written(
    index, capsys, file, text, said
):
    (index.parent / file).write_text(text, encoding="utf-8")
    assert typed(index, "--draws", "4") == 1
    assert said in capsys.readouterr().err
    assert not (index.parent / "out").exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("draw,mean\n1,1\n", "no column for the assumption “sets”"),
        ("draw,mean,sets,noise,out\n1,1,1,x,1\n", "row 2, column noise"),
        ("draw,mean,sets,noise,out\n1,3,1,1,1\n", "row 2, column mean"),
        ("mean\n1\n", "column draw"),
    ],
)
def test_a_design_that_cannot_be_replayed_is_refused(index, capsys, text, said):
    (index.parent / "D.csv").write_text(text, encoding="utf-8")
    assert typed(index, "--design", str(index.parent / "D.csv")) == 1
    assert said in capsys.readouterr().err


def test_files_that_are_not_there_are_named(index, capsys):
    (index.parent / "A.toml").rename(index.parent / "B.toml")
    assert typed(index) == 1
    assert "There is no file “A.toml”" in capsys.readouterr().err
    (index.parent / "B.toml").rename(index.parent / "A.toml")
    assert typed(index, "--design", str(index.parent / "none.csv")) == 1
    assert "There is no file “none.csv”" in capsys.readouterr().err


@pytest.mark.parametrize("draws", ["0", "-1", "many", "1e3"])
def test_a_number_of_draws_must_be_a_whole_number(index, capsys, draws):
    assert typed(index, "--draws", draws) == 2
    assert "--draws" in capsys.readouterr().err


def test_coders_who_disagree_are_drawn(index):
    (index / "structure.csv").write_text(
        "code,name,level,parent,direction,weight,unit,type,options\n"
        "ALL,Overall,2,,1,1,,aggregate,\n"
        "q,First,1,ALL,1,1,,indicator,no:0|yes:100\n"
        "r,Second,1,ALL,1,1,,indicator,no:0|yes:100\n",
        encoding="utf-8",
    )
    (index / "data.csv").write_text("unit,q,r\nX,yes,no\nY,no,no\n", encoding="utf-8")
    steps = '[[step]]\ndo = "score_options"\n[[step]]\ndo = "aggregate"\nmethod = "arithmetic"\n'
    (index / "recipe.toml").write_text(steps, encoding="utf-8")
    coded = '[[assumption]]\nname = "coders"\nanswers = "coders"\n'
    (index.parent / "A.toml").write_text(coded, encoding="utf-8")
    answers = "unit,indicator,coder,option\nX,q,A,yes\nX,q,B,no\nY,q,A,no\nY,q,B,no\n"
    (index.parent / "answers.csv").write_text(answers, encoding="utf-8")
    assert typed(index, "--draws", "20", "--keep-draws") == 0
    scores = {row["X"] for row in rows(index, "draw_scores.csv")}
    assert scores == {"0.0", "50.0"}


def test_a_design_keeps_its_draw_numbers_and_another_column_is_said(index, capsys):
    design = index.parent / "D.csv"
    design.write_text("draw,mean,sets,noise,out\n7,1,1,1,1\n", encoding="utf-8")
    assert typed(index, "--design", str(design), "--keep-draws") == 0
    assert [row["draw"] for row in rows(index, "draw_ranks.csv")] == ["7"]
    assert [row["draw"] for row in rows(index, "design.csv")] == ["7"]
    design.write_text("draw,mean,sets,noise,out,zzz\n7,1,1,1,1,1\n", encoding="utf-8")
    assert typed(index, "--design", str(design)) == 0
    assert "zzz" in capsys.readouterr().err


def test_indices_that_a_design_does_not_have_or_does_have_are_not_left_to_chance(index, capsys):
    assert typed(index, "--draws", "8") == 0
    with_blocks = index.parent / "with.csv"
    (index.parent / "out" / "design.csv").rename(with_blocks)
    assert typed(index, "--design", str(with_blocks), "--no-sensitivity") == 2
    assert "--no-sensitivity does not go with --design with.csv" in capsys.readouterr().err
    plain = index.parent / "plain.csv"
    plain.write_text("draw,mean,sets,noise,out\n1,1,1,1,1\n2,2,1,1,1\n", encoding="utf-8")
    assert typed(index, "--design", str(plain), "--sensitivity") == 2
    assert "which has no blocks for it" in capsys.readouterr().err
    assert typed(index, "--design", str(plain), "--no-sensitivity") == 0
    assert typed(index, "--design", str(with_blocks), "--sensitivity") == 0
