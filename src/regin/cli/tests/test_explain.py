import argparse
import csv
import json
from pathlib import Path

import pytest

from regin.cli.verbs.explain import run
from regin.engine.errors import FaultsError

ILLUSTRATIVE = Path(__file__).parents[2] / "apps" / "assessments" / "data" / "illustrative"
STRUCTURE = """\
code,name,level,parent,direction,weight,unit,type
ALL,Overall,3,,1,1,score,aggregate
G,Group,2,ALL,1,1,score,aggregate
a,First,1,G,1,1,score,indicator
b,Second,1,G,1,1,score,indicator
c,Third,1,ALL,1,1,score,indicator
"""
DATA = """\
unit,name,period,a,b,c
=A,Alfa,2019,0,50,100
=A,Alfa,2020,1,,3
B,Beta,2020,50,60,70
C,,2020,90,10,20
D,Delta,2020,,,
"""
MEAN = '[[step]]\ndo = "aggregate"\nmethod = "arithmetic"\n'


@pytest.fixture
def index(tmp_path):
    folder = tmp_path / "index"
    folder.mkdir()
    write(folder, STRUCTURE, DATA, MEAN)
    return folder


def write(folder, structure, data, recipe):
    texts = {"structure.csv": structure, "data.csv": data, "recipe.toml": recipe}
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")


def explained(index, unit, **more):
    given = {"recipe": None, "period": None, "out": None, "json": False, **more}
    return run(argparse.Namespace(index=index, unit=unit, **given))


def test_a_summary_is_printed_rounded_for_reading(index, capsys):
    assert explained(index, "B") == 0
    said = capsys.readouterr().out
    assert "B (Beta), 2020\nOverall score 62.50, rank 1 of 3; 3 of 3 expected" in said
    assert "What the score is made of:" in said
    assert "c     Third  70.00  50.0 %        35.00" in said
    assert "Indicators that contribute most:" in said
    assert "Strengths, beside the median" in said
    assert "Most similar units" in said
    assert "ALL Overall: nothing → 62.5. Made (arithmetic) of 2 parts of 2" in said


def test_a_unit_in_several_periods_is_explained_in_each(index, capsys):
    assert explained(index, "=A") == 0
    said = capsys.readouterr().out
    assert "=A (Alfa), 2019" in said
    assert "=A (Alfa), 2020" in said
    assert "Units with a score in this period: 1;" in said
    explained(index, "=A", period="2019")
    assert "2020" not in capsys.readouterr().out


def test_a_unit_without_scores_is_no_trouble(index, capsys):
    assert explained(index, "D") == 0
    said = capsys.readouterr().out
    assert "No overall score; 0 of 3 expected values were observed." in said
    assert "nothing contributes" in said
    assert "contributes" not in said.replace("nothing contributes", "")


def test_a_unit_that_was_screened_out_shows_what_happened(index, capsys):
    recipe = f'[[step]]\ndo = "screen"\nmin_available = 0.9\n{MEAN}'
    (index / "recipe.toml").write_text(recipe, encoding="utf-8")
    assert explained(index, "D") == 0
    said = capsys.readouterr().out
    assert "Step 1 (screen): 1 change\n    Screened out: 0 %" in said
    assert "Overall score" not in said


def test_long_lists_are_cut_on_the_terminal(tmp_path, capsys):
    codes = [f"i{n:02}" for n in range(14)]
    leaves = "".join(f"{code},,1,ALL,1,1,,indicator\n" for code in codes)
    structure = f"{STRUCTURE.splitlines()[0]}\nALL,,2,,1,1,,aggregate\n{leaves}"
    rows = ["B," + "," * 13]
    numbers = [",".join(str(n + first) for n in range(14)) for first in (1, 2)]
    rows += [f"A,{numbers[0]}", f"C,{numbers[1]}"]
    data = f"unit,{','.join(codes)}\n" + "\n".join(rows) + "\n"
    fill = '[[step]]\ndo = "impute"\nmethod = "mean"\n'
    write(tmp_path, structure, data, fill + MEAN.replace("arithmetic", "harmonic"))
    assert explained(tmp_path, "B") == 0
    said = capsys.readouterr().out
    assert "What the score is made of, 10 of 14:" in said
    assert "Indicators that contribute most" not in said
    assert "(left out)" in said
    assert "… and 4 more" in said
    assert "do not add up" in said


def test_options_and_states_show_as_written(capsys):
    assert explained(ILLUSTRATIVE, "X-NOR") == 0
    said = capsys.readouterr().out
    assert "Overall score 75.00 (Slightly favourable), rank 1 of 2" in said
    assert "yes → 100. The option “yes” scores 100." in said


def test_everything_is_written_and_replaced(index, tmp_path, capsys):
    out = tmp_path / "out"
    assert explained(index, "B", out=out) == 0
    assert explained(index, "C", out=out) == 0
    assert f"is in {out}" in capsys.readouterr().out
    assert sorted(path.name for path in out.iterdir()) == [
        "changes.csv", "contributions.csv", "explain.json", "profile.csv", "similar.csv",
    ]  # fmt: skip
    with (out / "contributions.csv").open(encoding="utf-8", newline="") as stream:
        rows = {row["code"]: row for row in csv.DictReader(stream)}
    assert (rows["ALL"]["contribution"], rows["a"]["contribution"]) == ("35.0", "22.5")


def test_json_goes_to_standard_output(index, capsys):
    assert explained(index, "=A", period="2020", json=True) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["explanations"][0]["score"] == 2
    rows = {row["code"]: row for row in said["contributions"]}
    assert (rows["b"]["value"], rows["a"]["effective"]) == (None, 0.5)
    assert {"profile", "similar", "changes", "recipe", "inputs"} <= set(said)


def test_an_unknown_unit_is_a_fault_with_names_close_by(index):
    with pytest.raises(FaultsError) as caught:
        explained(index, "beta")
    assert "B (Beta)" in str(caught.value)


def test_another_recipe_may_be_used(index, tmp_path, capsys):
    other = tmp_path / "other.toml"
    other.write_text(MEAN.replace("arithmetic", "geometric"), encoding="utf-8")
    (index / "recipe.toml").unlink()
    (index / "data.csv").write_text(DATA.replace("2019,0", "2019,1"), encoding="utf-8")
    assert explained(index, "B", recipe=other, json=True) == 0
    assert "left_out" in capsys.readouterr().out
