"""A table that is not built as it was: refused where it would pass for the same, else noted."""

import json

import pytest
from django.urls import reverse

from regin.apps.accounts.models import Role
from regin.apps.outcomes.structure import note_words
from regin.apps.regions.tests.factories import make_actor
from regin.engine.errors import FaultsError

from .factories import figures, load, make_austria, make_series, stage, tsv, write

pytestmark = pytest.mark.django_db
EDUCATION = "isced11,unit,sex,geo\\time"
ROWS = "ED5-8,PC,T,AT=1|2", "ED5-8,PC,F,AT=3|4"


@pytest.fixture(autouse=True)
def _places():
    make_austria()


@pytest.fixture
def series(tmp_path):
    """Of tertiary education, in percent, begun with a file that says both."""
    series = make_series(unit_code="PC", selection={"isced11": "ED5-8"}, dataset="edat")
    load(series, write(tmp_path, tsv(*ROWS, head=EDUCATION)))
    return series


def refused(series, tmp_path, *rows, head, name="next.tsv") -> str:
    with pytest.raises(FaultsError) as caught:
        stage(series, write(tmp_path, tsv(*rows, head=head), name=name))
    return str(caught.value)


def noted(series, tmp_path, *rows, head, **more) -> list[str]:
    staged = stage(series, write(tmp_path, tsv(*rows, head=head, **more), name="next.tsv"))
    return [note_words(one) for one in staged.summary["notes"]]


def test_the_same_table_has_nothing_to_note(series, tmp_path):
    assert noted(series, tmp_path, *ROWS, head=EDUCATION) == []


def test_a_file_without_the_dimension_that_the_series_chose_from_is_refused(series, tmp_path):
    said = refused(series, tmp_path, "PC,T,AT=9|9", "PC,F,AT=9|9", head="unit,sex,geo\\time")
    assert "has no dimension isced11; this series is about ED5-8" in said
    assert figures(series)["T", "AT", "2013"] == (1.0, "")


def test_a_unit_that_is_no_longer_stated_is_noted(series, tmp_path):
    said = noted(series, tmp_path, "ED5-8,T,AT=1|2", head="isced11,sex,geo\\time")
    assert "Earlier files stated their unit, PC; this file states none." in said


def test_a_table_that_never_stated_its_unit_is_no_news(tmp_path):
    series = make_series(unit_code="PC")
    load(series, write(tmp_path, tsv("T,AT=1|2")))
    assert noted(series, tmp_path, "T,AT=1|3", head="sex,geo\\time") == []


def test_groups_that_went_or_came_are_noted(series, tmp_path):
    head = "isced11,unit,age,geo\\time"
    said = noted(series, tmp_path, "ED5-8,PC,Y15-64,AT=1|2", head=head)
    assert "The series tells groups apart by sex; this file does not." in said
    assert "This file tells groups apart by age; the series does not yet." in said


def test_a_dimension_that_earlier_files_had_not_is_noted_with_its_code(series, tmp_path):
    head = "hazard,isced11,unit,sex,geo\\time"
    said = noted(series, tmp_path, "HAZ,ED5-8,PC,T,AT=1|2", head=head)
    assert "This file has the dimension hazard with HAZ alone; earlier files did not." in said


def test_years_to_come_are_noted(series, tmp_path):
    said = noted(series, tmp_path, "ED5-8,PC,T,AT=1|2", head=EDUCATION, periods=("2200", "2013"))
    assert "This file has figures of years to come: 2200." in said


def sdmx(flow: str, **columns: str) -> str:
    names = ["DATAFLOW", "SEX", "GEO", "TIME_PERIOD", "OBS_VALUE", *columns]
    return f"{','.join(names)}\n{','.join([flow, 'T', 'AT', '2013', '5', *columns.values()])}\n"


@pytest.mark.parametrize(
    ("chosen", "columns", "powers"),
    [({}, {"UNIT_MULT": "3"}, ("3", "0")), ({"unit_mult": "3"}, {}, ("0", "3"))],
)
def test_another_multiplier_is_refused(tmp_path, chosen, columns, powers):
    series = make_series(selection=chosen, dataset="FLOW")
    with pytest.raises(FaultsError) as caught:
        stage(series, write(tmp_path, sdmx("A:FLOW(1.0)", **columns), name="file.csv"))
    assert f"10 to the power of {powers[0]}" in str(caught.value)
    assert f"of this series of {powers[1]}" in str(caught.value)


@pytest.mark.parametrize("columns", [{}, {"UNIT_MULT": "0"}])
def test_no_multiplier_is_one_of_nought(tmp_path, columns):
    series = make_series(dataset="FLOW")
    staged = stage(series, write(tmp_path, sdmx("A:FLOW(1.0)", **columns), name="file.csv"))
    assert staged.summary["notes"] == []


def test_a_file_of_another_table_is_noted(tmp_path):
    series = make_series(dataset="FLOW")
    staged = stage(series, write(tmp_path, sdmx("A:OTHER(2.0)"), name="file.csv"))
    said = [note_words(one) for one in staged.summary["notes"]]
    assert said == ["This file is of the table OTHER; the series is of FLOW."]


def test_the_preview_shows_what_to_look_at_twice(client, series, tmp_path):
    staged = stage(
        series,
        write(tmp_path, tsv("ED5-8,T,AT=1|2", head="isced11,sex,geo\\time"), name="next.tsv"),
    )
    editor = make_actor(series.organisation, Role.EDITOR)
    client.force_login(editor.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    address = reverse("outcomes:preview", kwargs={"slug": series.slug, "number": staged.number})
    page = client.get(address).content.decode()
    assert "Look twice" in page
    assert "this file states none" in page


def json_stat(values) -> str:
    return json.dumps(
        {
            "version": "2.0",
            "class": "dataset",
            "id": ["sex", "geo", "time"],
            "size": [1, 2, 2],
            "role": {"geo": ["geo"], "time": ["time"]},
            "dimension": {
                "sex": {"category": {"index": ["T"]}},
                "geo": {"category": {"index": ["AT", "AT1"]}},
                "time": {"category": {"index": ["2012", "2013"]}},
            },
            "value": values,
        }
    )


def test_what_json_stat_leaves_out_is_missing_there_as_it_is_stored(tmp_path):
    series = make_series()
    load(series, write(tmp_path, tsv("T,AT=2|1", "T,AT1=:|3")))
    same = stage(series, write(tmp_path, json_stat({"0": 1, "1": 2, "2": 3}), name="f.json"))
    assert [same.summary[name] for name in ("new", "changed", "gone")] == [0, 0, 0]
    gone = stage(series, write(tmp_path, json_stat({"0": 1, "1": 2}), name="g.json"))
    assert gone.summary["gone"] == 1
