"""What the page would ask, typed: what codes mean, which code a series takes, what is left out."""

import json

import pytest
from django.core.management import CommandError

from regin.apps.outcomes.models import Import, Series
from regin.apps.outcomes.operations import accept_import, convert, undo_import
from regin.apps.outcomes.worded_units import unit_codes
from regin.apps.regions.models import PlaceChange
from regin.apps.regions.tests.factories import make_place
from regin.files.datasets import read_dataset

from .factories import COMMAND, figures, fingerprint, make_austria, make_series, stage, tsv, write
from .test_command import run
from .test_command_file import MAPPING, TABLE, begin

pytestmark = pytest.mark.django_db

UNKNOWN = tsv("T,AT=4.9|4.3", "T,Q-1=6|5", "T,Q-2=7|7")
ANSWERS = ("--means", "geo:Q-1=AT1", "--means", "geo:Q-2=")
PEOPLE = "Land;Gruppe;2013\nAT;From 15 to 74 years;5\nAT;mit = und : Zeichen;6\nAT;sonst;7\n"
PEOPLE_MAPPING = """
[place]
separator = ";"
[[column]]
heading = "Land"
dimension = "geo"
[[column]]
heading = "Gruppe"
dimension = "age"
is_labelled = true
[across]
dimension = "time"
"""


@pytest.fixture
def series():
    make_austria()
    return make_series(code="jobless", dataset="LFS")


def said_by(*words: object) -> str:
    with pytest.raises(CommandError) as refused:
        run(*words)
    return str(refused.value)


def test_what_codes_mean_can_be_typed_and_the_series_keeps_it(series, tmp_path):
    path = write(tmp_path, UNKNOWN)
    said = run("import", path, "--series", "jobless", *ANSWERS, "--yes")
    assert "Rows of another geo, left out: 1" in said
    series.refresh_from_db()
    assert series.place_codes == {"Q-1": "AT1", "Q-2": ""}
    assert figures(series)["T", "AT1", "2013"] == (6, "")
    assert len(figures(series)) == 4
    assert "4 the same" in run("import", path, "--series", "jobless", "--yes")


def test_answers_are_kept_only_when_the_file_is_accepted(series, tmp_path):
    said = run("import", write(tmp_path, UNKNOWN), "--series", "jobless", *ANSWERS)
    assert "4 new" in said
    series.refresh_from_db()
    assert (series.place_codes, series.label_codes) == ({}, {})
    assert not Import.objects.filter(state="staged").exists()
    before = fingerprint()
    begin(write(tmp_path, UNKNOWN), series.organisation.name, *ANSWERS)
    assert fingerprint() == before


def test_a_series_begins_with_answers(series, tmp_path):
    begin(write(tmp_path, UNKNOWN), series.organisation.name, *ANSWERS, "--yes")
    made = Series._base_manager.get(code="jobs")
    assert made.place_codes == {"Q-1": "AT1", "Q-2": ""}
    assert len(figures(made)) == 4


def test_what_the_series_was_taught_meanwhile_stays(series, tmp_path):
    series.label_codes, series.place_codes = {"age": {"alt": "Y65"}}, {"Q-9": "AT"}
    series.save()
    run("import", write(tmp_path, UNKNOWN), "--series", "jobless", *ANSWERS, "--yes")
    series.refresh_from_db()
    assert series.label_codes == {"age": {"alt": "Y65"}}
    assert series.place_codes == {"Q-9": "AT", "Q-1": "AT1", "Q-2": ""}


def test_labels_of_groups_can_be_answered_and_left_out(series, tmp_path):
    path = write(tmp_path, PEOPLE, name="people.csv")
    mapping = write(tmp_path, PEOPLE_MAPPING, name="people.toml")
    words = ("import", path, "--series", "jobless", "--mapping", mapping)
    refused = said_by(*words, "--yes")
    assert "--means 'age:mit = und : Zeichen=CODE'" in refused
    answers = ("--means", "Gruppe:mit = und : Zeichen=Y75", "--means", "age:sonst=")
    said = run(*words, *answers, "--yes")
    assert "Rows of another age, left out: 1" in said
    ages = series.observations.values_list("breakdown__age", "value").order_by("value")
    assert list(ages) == [("Y15-74", 5), ("Y75", 6)]
    series.refresh_from_db()
    assert series.label_codes == {"age": {"mit = und : Zeichen": "Y75", "sonst": ""}}


ODD = """DATAFLOW,FREQ,SEX,AGE,GEO,TIME_PERIOD,OBS_VALUE
O:LFS(1.0),A,=SUM(A1),Y15-74,AT,2013,1
O:LFS(1.0),A,F,Y_GE15,AT,2013,2
O:LFS(1.0),A,M,odd text,AT,2013,3
O:LFS(1.0),A,T,TOTAL,AT,2013,4
"""


def test_an_odd_text_among_codes_is_asked_alone(series, tmp_path):
    path = write(tmp_path, ODD, name="odd.csv")
    said = said_by("import", path, "--series", "jobless", "--yes").splitlines()
    assert [line.partition("“")[2].partition("”")[0] for line in said[:2]] == [
        "=SUM(A1)",
        "odd text",
    ]
    assert "--means" in said[2]
    answers = ("--means", "sex:=SUM(A1)=", "--means", "age:odd text=UNK")
    run("import", path, "--series", "jobless", *answers, "--yes")
    groups = series.observations.values_list("breakdown__sex", "breakdown__age").order_by("value")
    assert list(groups) == [("F", "Y_GE15"), ("M", "UNK"), ("T", "TOTAL")]


def test_a_label_that_is_left_out_may_be_longer_than_a_code(series, tmp_path):
    long = "a label of more than twenty-four characters"
    path = write(tmp_path, PEOPLE.replace("sonst", long), name="people.csv")
    mapping = write(tmp_path, PEOPLE_MAPPING, name="people.toml")
    answers = ("--means", "age:mit = und : Zeichen=Y75", "--means", f"age:{long}=")
    run("import", path, "--series", "jobless", "--mapping", mapping, *answers, "--yes")
    assert len(series.observations.all()) == 2


def test_an_answer_that_nobody_knows_or_of_another_form_is_refused(series, tmp_path):
    path, before = write(tmp_path, UNKNOWN), fingerprint()
    into = ("import", path, "--series", "jobless", "--yes", "--means")
    assert said_by(*into, "geo:Q-1=XX9").startswith("These codes are not known: XX9.")
    assert "the file has these dimensions: sex, geo" in said_by(*into, "time:2013=2014")
    for wrong in ("geo", "geo:AT", "Q-1=AT", "geo:=AT"):
        assert "DIMENSION:TEXT=CODE" in said_by(*into, wrong)
    assert "--means needs --series or --new" in said_by("import", path, "--means", "geo:Q-1=AT")
    with pytest.raises(CommandError, match="These codes are not known: XX9"):
        begin(path, series.organisation.name, "--means", "geo:Q-1=XX9", "--yes")
    assert fingerprint() == before


def test_unknown_codes_are_followed_by_the_option_that_answers_them(series, tmp_path):
    said = said_by("import", write(tmp_path, UNKNOWN), "--series", "jobless", "--yes").splitlines()
    assert len(said) == 4
    assert "--means geo:Q-1=CODE" in said[2]
    assert "load the file on the page" in said[2]
    broken = write(tmp_path, tsv("T,AT=x|1"))
    assert "--means" not in said_by("import", broken, "--series", "jobless", "--yes")


def test_a_table_without_a_mapping_is_followed_by_how_to_give_one(series, tmp_path):
    said = said_by("import", write(tmp_path, TABLE, name="x.csv"), "--series", "jobless")
    assert "(docs/reference/table-mapping.md) and give it with --mapping FILE" in said
    mapping = write(tmp_path, MAPPING, name="mapping.toml")
    assert "4 new" in run("import", tmp_path / "x.csv", "--series", "jobless", "--mapping", mapping)


def test_the_preview_counts_the_rows_that_are_left_out(series, tmp_path):
    series.unit_code = "PC"
    series.save()
    rows = ("PC,T,AT=1|2", "THS,T,AT=3|4", "THS,F,AT=3|4", "PC,T,EU28=5|5", "PC,F,EU28=5|5")
    path = write(tmp_path, tsv(*rows, head="unit,sex,geo\\time"))
    said = run("import", path, "--series", "jobless").splitlines()
    assert "Rows of another unit, left out: 2" in said
    assert "Aggregates left out: EU28 (rows with them: 2)" in said
    said = run("import", write(tmp_path, tsv("T,AT=1|2")), "--series", "jobless")
    assert "Aggregates left out: none" in said
    assert "Rows of another" not in said


def test_the_preview_says_that_computed_figures_are_not_in_the_file(tmp_path):
    old = [make_place(code, code, version="2021") for code in ("XX1", "XX2")]
    new = make_place("XX9", "XX9", version="2024").codes.get()
    for one in old:
        PlaceChange.objects.create(
            before=one.codes.get(), after=new, change="merge", share=None, source="test"
        )
    series = make_series(code="jobless")
    path = write(tmp_path, tsv("T,XX1=10|4", "T,XX2=20|5"))
    words = "figures were computed for changed regions (XX9)"
    assert words not in run("import", path, "--series", "jobless")
    staged = convert(COMMAND, stage(series, path), {"XX9": {"XX1": 3.0, "XX2": 1.0}})
    computed = accept_import(COMMAND, staged)
    said = run("import", path, "--series", "jobless")
    assert words in said
    assert "2 stored that the file does not hold" in said
    assert "computed on the page, before the file is accepted" in " ".join(said.split())
    undo_import(COMMAND, computed)
    assert words not in run("import", path, "--series", "jobless")


def test_a_dimension_is_chosen_by_its_name_or_as_the_listing_words_it(series, tmp_path):
    text = (
        "DATAFLOW,unit: Unit of measure,geo: Place,TIME_PERIOD: Time,OBS_VALUE: Value\n"
        "ESTAT:LFS(1.0),PC: Percent,AT: Austria,2013,5\n"
        "ESTAT:LFS(1.0),THS: Thousand,AT: Austria,2013,6\n"
    )
    path = write(tmp_path, text, name="both.csv")
    assert "  Unit of measure (unit), codes: 2" in run("import", path)
    for typed in ("Unit of measure", "UNIT OF MEASURE", "Unit", "unit"):
        said = begin(path, series.organisation.name, "--select", f"{typed}=THS")
        assert "1 new" in said
        assert "Rows of another unit, left out: 1" in said


OECD = """LOCATION,Country,UNIT,Unit,TIME,Time,Value,Flag Codes,Flags
AT,Austria,,,2013,2013,5,,
AT,Austria,PC,Percent,2013,2013,6,,
"""


def test_an_empty_code_can_be_chosen(series, tmp_path):
    path, owner = write(tmp_path, OECD, name="oecd.csv"), series.organisation.name
    with pytest.raises(CommandError, match=r'--select unit=CODE \("", PC\)'):
        begin(path, owner)
    begin(path, owner, "--select", "unit=", "--yes")
    made = Series._base_manager.get(code="jobs")
    assert (made.unit_code, figures(made)) == ("", {("", "AT", "2013"): (5, "")})


def test_one_code_needs_no_choice(series, tmp_path):
    owner = series.organisation.name
    for code in ("PC", ""):
        first_row = OECD.rpartition("AT,")[0]
        only = first_row.replace("Austria,,", f"Austria,{code},")
        assert "1 new" in begin(write(tmp_path, only, name="one.csv"), owner)
    one = write(
        tmp_path, OECD.replace("Austria,,,2013,2013", "Austria,PC,,2012,2012"), name="x.csv"
    )
    assert "2 new" in begin(one, owner)
    with pytest.raises(CommandError, match=r"--select unit=CODE \(PC\)"):
        begin(one, owner, "--select", "unit=")


def test_a_label_that_was_answered_is_chosen_by_its_code(series, tmp_path):
    path = write(tmp_path, "Land;Art;2013\nAT;Quote;5\nAT;Kopf;6\n", name="units.csv")
    text = PEOPLE_MAPPING.replace("Gruppe", "Art").replace('"age"', '"unit"')
    mapping = write(tmp_path, text, name="units.toml")
    answers = ("--means", "unit:Quote=PC", "--means", "Art:Kopf=THS", "--select", "Art=PC")
    begin(path, series.organisation.name, "--mapping", mapping, *answers, "--yes")
    made = Series._base_manager.get(code="jobs")
    assert (made.unit_code, figures(made)) == ("PC", {("", "AT", "2013"): (5, "")})
    assert made.label_codes == {"unit": {"Quote": "PC", "Kopf": "THS"}}


def json_stat(units: dict[str, str], values: list[float]) -> str:
    """A table of one country and year with a figure for each measure, its unit in words."""
    measures = list(units)
    dimension = {
        "geo": {"category": {"index": ["AT"]}},
        "time": {"category": {"index": ["2013"]}},
        "measure": {
            "category": {
                "index": measures,
                "unit": {name: {"label": words} for name, words in units.items() if words},
            }
        },
    }
    table = {
        "version": "2.0",
        "class": "dataset",
        "id": ["geo", "time", "measure"],
        "size": [1, 1, len(measures)],
        "value": values,
        "dimension": dimension,
    }
    return json.dumps(table)


MONEY = json_stat({"GDP": "$ million", "POP": "antal"}, [5, 6])
CHOSEN = ("--select", "measure=GDP", "--select")


@pytest.mark.parametrize("typed", ["unit=$ million", "unit=DOLLAR_MILLION"])
def test_a_unit_in_words_gets_a_code_from_them(series, tmp_path, typed):
    path, owner = write(tmp_path, MONEY, name="money.json"), series.organisation.name
    with pytest.raises(CommandError, match=r"--select unit=CODE \(DOLLAR_MILLION, ANTAL\)"):
        begin(path, owner, "--select", "measure=GDP")
    said = begin(path, owner, *CHOSEN, typed, "--yes")
    assert "“$ million” has no code in the file: DOLLAR_MILLION is taken." in said
    assert "--means 'unit:$ million=CODE'" in said
    made = Series._base_manager.get(code="jobs")
    assert (made.unit_code, figures(made)) == ("DOLLAR_MILLION", {("", "AT", "2013"): (5, "")})
    assert made.label_codes == {"unit": {"$ million": "DOLLAR_MILLION", "antal": "ANTAL"}}
    assert "1 the same" in run("import", path, "--series", "jobs", "--yes")


@pytest.mark.parametrize("typed", ["unit=$ million", "unit=MIO_USD"])
def test_another_code_can_be_said_for_a_unit_in_words(series, tmp_path, typed):
    path, owner = write(tmp_path, MONEY, name="money.json"), series.organisation.name
    said = begin(path, owner, "--means", "unit:$ million=MIO_USD", *CHOSEN, typed, "--yes")
    assert "“antal” has no code" in said
    assert "“$ million” has no code" not in said
    made = Series._base_manager.get(code="jobs")
    assert (made.unit_code, len(figures(made))) == ("MIO_USD", 1)
    assert made.label_codes == {"unit": {"$ million": "MIO_USD", "antal": "ANTAL"}}


def test_one_unit_in_words_needs_no_choice(series, tmp_path):
    path = write(tmp_path, json_stat({"POP": "antal"}, [6]), name="people.json")
    assert "1 new" in begin(path, series.organisation.name, "--yes")
    assert Series._base_manager.get(code="jobs").unit_code == "ANTAL"


def test_a_series_takes_a_new_unit_in_words_only_beside_its_own(series, tmp_path):
    path = write(tmp_path, json_stat({"POP": "antal"}, [6]), name="people.json")
    begin(path, series.organisation.name, "--yes")
    write(tmp_path, json_stat({"POP": "antal", "RATE": "procent"}, [7, 8]), name="people.json")
    said = run("import", path, "--series", "jobs", "--yes")
    assert "PROCENT is taken" in said
    assert "1 changed" in said
    made = Series._base_manager.get(code="jobs")
    assert made.label_codes == {"unit": {"antal": "ANTAL", "procent": "PROCENT"}}
    write(tmp_path, json_stat({"POP": "persons"}, [7]), name="people.json")
    refused = said_by("import", path, "--series", "jobs", "--yes")
    assert "--means unit:persons=CODE" in refused
    assert "1 the same" in run(
        "import", path, "--series", "jobs", "--means", "unit:persons=ANTAL", "--yes"
    )


def test_codes_of_units_in_words_differ_and_are_short(series, tmp_path):
    long = "thousand million national currency units"
    units = {"A": long, "B": f"{long} at 2015 prices", "C": "", "D": "元", "E": "%", "F": "Fälle"}
    path = write(tmp_path, json_stat(units, [1] * 6), name="units.json")
    made = unit_codes(read_dataset(path), {})["unit"]
    assert list(made.values()) == [
        "THOUSAND_MILLION_NATIONA",
        "THOUSAND_MILLION_NATIO_2",
        "NONE",
        "UNIT",
        "PC",
        "FALLE",
    ]


def test_groups_under_another_name_are_kept_apart_as_the_mapping_says(series, tmp_path):
    text = "Land;Sexo;2013\nAT;Mujeres;5\nAT;Hombres;6\nAT;Total;7\n"
    codes = 'codes = { "Mujeres" = "F", "Hombres" = "M", "Total" = "T" }'
    said = PEOPLE_MAPPING.replace("Gruppe", "Sexo").replace('"age"', '"sex"')
    mapping = write(tmp_path, said.replace("is_labelled = true", codes), name="sexo.toml")
    path = write(tmp_path, text, name="sexo.csv")
    run("import", path, "--series", "jobless", "--mapping", mapping, "--yes")
    found = {sex: value for (sex, _code, _period), (value, _flags) in figures(series).items()}
    assert found == {"F": 5, "M": 6, "T": 7}
