import csv
import importlib.metadata
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from regin import __version__
from regin.cli import main as cli
from regin.cli import parser, platform, terminal
from regin.cli.main import main

STRUCTURE = """\
code,name,level,parent,direction,weight,unit,type,options,axis.area
ALL,Overall,2,,1,1,score,aggregate,,
Q1,First,1,ALL,1,1,score,indicator,no:0|yes:100,work
Q2,Second,1,ALL,1,1,score,indicator,,work|health
"""
RECIPE = '[[step]]\ndo = "score_options"\n[[step]]\ndo = "aggregate"\nmethod = "arithmetic"\n'
FILES = {
    "structure.csv": STRUCTURE,
    "data.csv": "unit,name,Q1,Q2\n=A,Alfa,yes,10.1\nB,Beta,nc,\n",
    "recipe.toml": RECIPE,
}


@pytest.fixture
def index(tmp_path):
    folder = tmp_path / "index"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def table(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def test_version(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"regin {__version__}\n"


@pytest.mark.parametrize("words", [[], ["dance"], ["check"], ["score", "x"], ["check", "x", "--y"]])
def test_wrong_use_is_two(words, capsys):
    assert main(words) == 2
    assert "usage: regin" in capsys.readouterr().err


def test_help_lists_every_verb(capsys):
    assert main(["--help"]) == 0
    said = capsys.readouterr().out
    assert all(verb in said for verb in ("check", "score", *parser.PLATFORM))


def test_scores_are_written_under_their_names(index, tmp_path, capsys):
    out = tmp_path / "out"
    assert main(["score", str(index), "--out", str(out)]) == 0
    assert table(out / "scores.csv") == [
        ["unit", "period", "code", "level", "score", "rank", "n_observed", "n_expected"],
        ["'=A", "", "ALL", "2", "55.05", "1", "2", "2"],
        ["'=A", "", "Q1", "1", "100.0", "1", "1", "1"],
        ["'=A", "", "Q2", "1", "10.1", "1", "1", "1"],
        ["'=A", "", "area:work", "", "55.05", "1", "2", "2"],
        ["'=A", "", "area:health", "", "10.1", "1", "1", "1"],
        ["B", "", "ALL", "2", "", "", "0", "1"],
        ["B", "", "Q1", "1", "", "", "0", "0"],
        ["B", "", "Q2", "1", "", "", "0", "1"],
        ["B", "", "area:work", "", "", "", "0", "1"],
        ["B", "", "area:health", "", "", "", "0", "1"],
    ]
    assert "Cells without competence: exclude. Overall score: tree." in capsys.readouterr().out


def test_the_table_after_each_step_is_written_with_its_states(index, tmp_path):
    out = tmp_path / "out"
    main(["score", str(index), "--out", str(out)])
    names = sorted(path.name for path in (out / "steps").iterdir())
    assert names == ["01_score_options.csv", "02_aggregate.csv"]
    assert table(out / "steps" / "01_score_options.csv")[1:] == [
        ["'=A", "Alfa", "100.0", "10.1"],
        ["B", "Beta", "nc", ""],
    ]
    assert table(out / "steps" / "02_aggregate.csv")[0] == ["unit", "name", "Q1", "Q2", "ALL"]


def test_run_json_says_what_was_done_with_what(index, tmp_path):
    out = tmp_path / "out"
    main(["score", str(index), "--out", str(out)])
    said = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert set(said) == {"engine_version", "recipe", "inputs", "index", "warnings", "wall_s"}
    assert (said["engine_version"], said["warnings"]) == (__version__, [])
    assert said["recipe"]["no_competence"] == "exclude"
    assert [step["do"] for step in said["recipe"]["step"]] == ["score_options", "aggregate"]
    assert set(said["inputs"]) == set(FILES)
    assert 0 < said["wall_s"] < 10


def test_the_same_input_gives_the_same_bytes(index, tmp_path):
    for name in ("one", "two"):
        main(["score", str(index), "--out", str(tmp_path / name)])
    for path in sorted((tmp_path / "one").rglob("*.csv")):
        other = tmp_path / "two" / path.relative_to(tmp_path / "one")
        assert path.read_bytes() == other.read_bytes()


def test_json_goes_to_standard_output(index, capsys):
    assert main(["score", str(index), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["scores"][0] == {
        "unit": "=A", "period": "", "code": "ALL", "level": 2,
        "score": 55.05, "rank": 1, "n_observed": 2, "n_expected": 2,
    }  # fmt: skip
    assert said["scores"][5]["score"] is None


def test_another_recipe(index, tmp_path, capsys):
    other = tmp_path / "zero.toml"
    other.write_text('no_competence = "zero"\n[[step]]\ndo = "score_options"\n')
    assert main(["score", str(index), "--recipe", str(other), "--json"]) == 0
    said = capsys.readouterr()
    scores = {(s["unit"], s["code"]): s["score"] for s in json.loads(said.out)["scores"]}
    assert (scores["B", "Q1"], scores["=A", "ALL"]) == (0.0, None)
    assert "Warning: The recipe has no step aggregate" in said.err


def test_check_says_that_nothing_is_wrong(index, capsys):
    assert main(["check", str(index)]) == 0
    assert capsys.readouterr().out == "No faults.\n"


def test_check_lists_every_fault(index, tmp_path, capsys):
    (index / "data.csv").write_text("unit,name,Q1,Q2\nA,,maybe,x\n")
    assert main(["check", str(index), "--out", str(tmp_path / "out")]) == 1
    said = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in said] == [
        "data.csv, row 2, column Q1",
        "data.csv, row 2, column Q2",
    ]
    rows = table(tmp_path / "out" / "faults.csv")
    assert rows[0] == ["file", "row", "column", "code", "what", "advice"]
    assert [row[:4] for row in rows[1:]] == [
        ["data.csv", "2", "Q1", "unknown_option"],
        ["data.csv", "2", "Q2", "not_a_number"],
    ]


def test_check_finds_what_stands_against_the_run(index, capsys):
    text = STRUCTURE.replace("Q2,Second,1,ALL,1", "Q2,Second,1,ALL,-1")
    (index / "structure.csv").write_text(text)
    assert main(["check", str(index), "--json"]) == 1
    faults = json.loads(capsys.readouterr().out)["faults"]
    assert [(f["code"], f["file"], f["row"]) for f in faults] == [
        ("direction_not_applied", "recipe.toml", 3)
    ]


def test_score_refuses_faults_and_writes_nothing(index, tmp_path, capsys):
    (index / "recipe.toml").unlink()
    assert main(["score", str(index), "--out", str(tmp_path / "out"), "--json"]) == 1
    said = capsys.readouterr()
    assert json.loads(said.out)["faults"][0]["code"] == "recipe_missing"
    assert said.err.startswith("recipe.toml: ")
    assert not (tmp_path / "out").exists()


def test_check_finds_every_fault_that_score_would_meet(index, capsys):
    (index / "data.csv").write_text("unit,name,Q1,Q2\nA,,yes,0\nB,,yes,-3\nC,,no,5\n")
    (index / "recipe.toml").write_text(RECIPE.replace("arithmetic", "geometric"))
    before = sorted(path.name for path in index.parent.iterdir())
    assert main(["score", str(index), "--json"]) == 1
    met = json.loads(capsys.readouterr().out)["faults"]
    assert main(["check", str(index), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)["faults"]
    assert found == met
    assert [(fault["code"], fault["column"]) for fault in found] == [
        ("values_not_positive", "Q1"),
        ("values_not_positive", "Q2"),
    ]
    assert sorted(path.name for path in index.parent.iterdir()) == before


def test_check_cannot_write_over_a_foreign_folder(index, capsys):
    assert main(["check", str(index), "--out", str(index)]) == 1
    assert "which no earlier run wrote" in capsys.readouterr().err


def test_progress_is_for_terminals_only(monkeypatch, capsys):
    terminal.progress("Reading")
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    terminal.progress("Reading")
    assert capsys.readouterr().err == "Reading\n"


class Entry:
    def __init__(self, run):
        self.run = run

    def load(self):
        return self.run


def entries(monkeypatch, *found):
    monkeypatch.setattr(platform, "entry_points", lambda **_: [Entry(run) for run in found])


def test_a_platform_verb_gets_its_words_and_gives_its_code(monkeypatch):
    given = []
    entries(monkeypatch, lambda verb, argv: given.append((verb, argv)) or 7)
    assert main(["outcomes", "import", "--help"]) == 7
    assert given == [("outcomes", ["import", "--help"])]


def lacks(name):
    def run(_verb, _argv):
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    return run


@pytest.mark.parametrize("found", [(), (lacks("django.core"),)])
def test_without_the_platform_it_says_what_to_install(monkeypatch, capsys, found):
    entries(monkeypatch, *found)
    assert main(["serve"]) == 2
    assert capsys.readouterr().err == ("regin serve needs the platform: pip install 'regin[web]'\n")


def test_a_missing_module_of_ours_is_a_defect_and_no_missing_extra(monkeypatch, capsys):
    entries(monkeypatch, lacks("regin.web.gone"))
    assert main(["serve"]) == cli.INTERNAL
    said = capsys.readouterr().err
    assert "A defect of REGIN: ModuleNotFoundError" in said
    assert "Traceback" not in said


def test_stopping_is_quiet(monkeypatch, capsys):
    def stop(_verb, _argv):
        raise KeyboardInterrupt

    entries(monkeypatch, stop)
    assert main(["serve"]) == cli.INTERRUPTED
    assert capsys.readouterr().err == "Stopped.\n"


def test_a_reader_that_leaves_is_no_error(index):
    words = [sys.executable, "-m", "regin.cli", "score", str(index), "--json"]
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(words, stdout=write, stderr=subprocess.PIPE, check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (0, b"")


def test_every_verb_of_the_platform_has_an_entry_point_and_a_line_of_help():
    found = importlib.metadata.entry_points(group="regin.commands")
    assert {entry.name for entry in found} == set(parser.PLATFORM)


def test_help_loads_no_numbers_and_score_loads_no_platform(index):
    code = (
        "import sys\nfrom regin.cli.main import main\nmain({words!r})\n"
        "print([n for n in {names!r} if n in sys.modules], file=sys.stderr)"
    )
    for words, names in (
        (["--help"], ["numpy", "polars", "django"]),
        (["score", str(index), "--json"], ["django", "polars", "regin.apps", "regin.web"]),
    ):
        program = [sys.executable, "-c", code.format(words=words, names=names)]
        done = subprocess.run(program, capture_output=True, text=True, check=True)
        assert done.stderr.strip() == "[]"


def test_the_reference_page_is_what_the_code_says():
    root = Path(__file__).resolve().parents[4]
    script = root / "scripts" / "cli_reference.py"
    names: dict[str, object] = {"__file__": str(script), "__name__": "cli_reference"}
    exec(compile(script.read_text(encoding="utf-8"), script, "exec"), names)
    page = root / "docs" / "reference" / "cli.md"
    assert page.read_text(encoding="utf-8") == names["reference"](), "run scripts/cli_reference.py"
