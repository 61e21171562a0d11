import pytest

STRUCTURE = """\
code,name,level,parent,direction,weight,unit,type,options,axis.area,name.sv
ALL,Overall,2,,1,1,score,aggregate,,,Totalt
Q1,First,1,ALL,1,1,score,indicator,no:0|yes:100,work,Första
Q2,Second,1,ALL,1,2.5,score,indicator,,work|health,"Andra, sist"
"""
DATA = "unit,name,Q1,Q2\nA,Alfa,yes,12.5\nB,Beta,uk,\n"
RECIPE = """\
[[step]]
do = "score_options"

[[step]]
do = "aggregate"
method = "arithmetic"
"""


@pytest.fixture
def folder(tmp_path):
    """An index folder without faults."""
    path = tmp_path / "index"
    path.mkdir()
    for name, text in (("structure.csv", STRUCTURE), ("data.csv", DATA), ("recipe.toml", RECIPE)):
        (path / name).write_text(text, encoding="utf-8")
    return path
