"""An index of outcomes: what its folder holds, and that the engine takes it."""

import csv
import io
import re
import zipfile

import pytest
from django.urls import reverse
from tests.queries import counted_queries

from regin.apps.accounts.actor import VISITOR
from regin.apps.accounts.models import State
from regin.apps.outcomes.choosing import catalogue
from regin.apps.outcomes.indicators import IndicatorChoices, PeriodRule, Unreliable, usual_direction
from regin.apps.outcomes.models import Observation, Series
from regin.apps.outcomes.operations import write_indicator_folder
from regin.apps.regions.tests.factories import make_place
from regin.cli.main import main
from regin.engine.errors import FaultsError
from regin.engine.run import run
from regin.files.index import read_index

from .factories import load, make_austria, make_series, tsv, write

pytestmark = pytest.mark.django_db

BY_CITIZENSHIP = "sex,citizen,geo\\time"


@pytest.fixture
def codes():
    return make_austria() | {"AT13": make_place("Wien", "AT13", level=2).codes.get()}


@pytest.fixture
def jobless(codes, tmp_path):
    series = make_series(code="jobless", concept="unemployment")
    rows = ("T,AT11=5.25 b|4", "T,AT12=3.5 u|9", "T,AT13=:|7", "T,AT=1|1")
    load(series, write(tmp_path, tsv(*rows)))
    return series


@pytest.fixture
def gap(codes, tmp_path):
    series = make_series("Share", code="share")
    rows = ("T,NAT,AT11=4", "T,NEU27_2020_FOR,AT11=10", "T,NAT,AT12=5", "T,NEU27_2020_FOR,AT12=: z")
    load(series, write(tmp_path, tsv(*rows, head=BY_CITIZENSHIP, periods=("2013",))))
    return f"{series.public_id}:T..NEU27_2020_FOR.~T..NAT."


def rows_of(path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def written(folder, *tokens, actor=VISITOR, **fields):
    columns = fields.pop("columns", None) or dict.fromkeys(tokens, 1)
    return write_indicator_folder(actor, IndicatorChoices(columns, **fields), folder)


def data_of(folder) -> dict[str, list[str]]:
    return {row["unit"]: list(row.values())[2:] for row in rows_of(folder / "data.csv")}


def faults_of(call) -> list[str]:
    with pytest.raises(FaultsError) as caught:
        call()
    return [fault.code for fault in caught.value.faults]


def test_every_value_of_the_folder_is_the_observation(jobless, tmp_path):
    folder = tmp_path / "index"
    written(folder, jobless.public_id)
    assert data_of(folder) == {"AT11": ["5.25"], "AT12": ["3.5"], "AT13": ["7.0"]}
    origin = rows_of(folder / "provenance.csv")
    assert [row["unit"] for row in origin] == ["AT11", "AT12", "AT13"]
    for row in origin:
        stored = Observation.objects.get(
            series=jobless, place_code__code=row["code"], period=row["period"]
        )
        assert float(row["value"]) == float(row["published_value"]) == stored.value
        assert row["published_flags"] == row["flags"] == stored.flags
        assert int(row["row"]) == stored.row
        assert int(row["import"]) == stored.imported_in.number
        assert row["file"] == stored.imported_in.file_name
        assert row["classification"] == "NUTS 2024"


def test_the_command_line_checks_and_scores_the_folder(jobless, gap, tmp_path, capsys):
    folder = tmp_path / "index"
    written(folder, jobless.public_id, gap)
    assert main(["check", str(folder)]) == 0
    assert main(["score", str(folder), "--out", str(tmp_path / "scores")]) == 0
    capsys.readouterr()
    scores = {
        row["unit"]: row["score"]
        for row in rows_of(tmp_path / "scores" / "scores.csv")
        if row["code"] == "index"
    }
    assert scores.keys() == {"AT11", "AT12", "AT13"}
    # One region has a gap, so that its column tells nothing: jobless alone, from 3.5 to 7.
    assert float(scores["AT11"]) == pytest.approx(50)
    assert (float(scores["AT12"]), float(scores["AT13"])) == (0, 100)


def test_direction_turns_what_is_better(jobless, tmp_path):
    for direction, best in ((1, "AT13"), (-1, "AT12")):
        folder = tmp_path / str(direction)
        written(folder, columns={jobless.public_id: direction})
        index = read_index(folder)
        scores = run(index.table, index.framework, index.needed_recipe).scores
        totals = {one.unit: one.score for one in scores if one.code == "index"}
        assert max(totals, key=lambda unit: totals[unit]) == best


def test_weights_are_equal_and_sources_are_named(jobless, gap, tmp_path):
    folder = tmp_path / "index"
    written(folder, jobless.public_id, gap)
    root, *leaves = rows_of(folder / "structure.csv")
    assert (root["code"], root["type"], root["level"]) == ("index", "aggregate", "2")
    assert [(row["code"], row["parent"], row["weight"]) for row in leaves] == [
        ("i01_jobless", "index", "1"),
        ("i02_share", "index", "1"),
    ]
    assert leaves[1]["unit"] == "percentage points"
    first, second = rows_of(folder / "sources.csv")
    assert first["attribution"] == "Source: Office (dataset)"
    assert (first["licence"], first["period_rule"], first["unreliable"]) == (
        "CC BY 4.0",
        "newest",
        "keep",
    )
    assert jobless.public_id in first["link"]
    assert second["group"].startswith("Citizens of a country outside the EU compared with")


def test_a_gap_is_derived_and_both_its_figures_are_told(gap, tmp_path):
    folder = tmp_path / "index"
    written(folder, gap)
    assert data_of(folder) == {"AT11": ["6.0"]}
    first, second = rows_of(folder / "provenance.csv")
    assert (first["side"], first["published_value"], first["value"]) == ("first", "10.0", "6.0")
    assert (second["side"], second["published_value"], second["value"]) == ("second", "4.0", "6.0")


def test_not_applicable_is_not_expected_and_missing_is_empty(jobless, gap, tmp_path):
    folder = tmp_path / "index"
    written(folder, jobless.public_id, gap)
    assert data_of(folder) == {"AT11": ["5.25", "6.0"], "AT12": ["3.5", "na"], "AT13": ["7.0", ""]}
    told = [row for row in rows_of(folder / "provenance.csv") if row["indicator"] == "i02_share"]
    flags = {row["unit"]: row["flags"] for row in told}
    assert flags == {"AT11": "", "AT12": ":z", "AT13": ":"}


def test_exactly_a_period_leaves_others_missing(jobless, tmp_path):
    folder = tmp_path / "index"
    written(folder, jobless.public_id, period="2013", rule=PeriodRule.EXACT)
    assert data_of(folder) == {"AT11": ["5.25"], "AT12": ["3.5"]}
    written(folder, jobless.public_id, period="2012")
    assert data_of(folder) == {"AT11": ["4.0"], "AT12": ["9.0"], "AT13": ["7.0"]}


def test_unreliable_figures_are_kept_or_missing_as_chosen(jobless, tmp_path):
    folder = tmp_path / "index"
    (column,) = written(folder, jobless.public_id)
    assert column.unreliable == 1
    exact = {"period": "2013", "rule": PeriodRule.EXACT, "unreliable": Unreliable.MISSING}
    (column,) = written(folder, jobless.public_id, **exact)
    assert data_of(folder) == {"AT11": ["5.25"]}
    left_out = column.readings["AT12"]
    assert (left_out.value, left_out.flags, left_out.reason) == (None, "u", "low reliability")
    written(folder, jobless.public_id, unreliable=Unreliable.MISSING)
    assert data_of(folder)["AT12"] == ["9.0"]


def test_a_confidential_figure_is_missing(codes, tmp_path):
    series = make_series()
    load(series, write(tmp_path, tsv("T,AT11=5 c", "T,AT12=6", periods=("2013",))))
    folder = tmp_path / "index"
    (column,) = written(folder, series.public_id)
    assert data_of(folder) == {"AT12": ["6.0"]}
    assert column.readings["AT11"].reason == "confidential"


def test_level_and_country_choose_the_regions(jobless, codes, tmp_path):
    make_place("Deutschland", "DE", level=0)
    make_place("Berlin", "DE30", level=2)
    load(jobless, write(tmp_path, tsv("T,DE=3|4", "T,DE30=8|9")))
    folder = tmp_path / "index"
    written(folder, jobless.public_id, level=0)
    assert data_of(folder).keys() == {"AT", "DE"}
    written(folder, jobless.public_id, country="DE")
    assert data_of(folder) == {"DE30": ["8.0"]}


def test_what_cannot_be_an_index_is_refused_with_a_code(jobless, tmp_path):
    folder = tmp_path / "index"
    assert faults_of(lambda: written(folder, columns=None)) == ["outcomes_index_empty"]
    assert faults_of(lambda: written(folder, "nowhere")) == ["outcomes_index_unknown"]
    many = [jobless.public_id, *map(str, range(20))]
    assert faults_of(lambda: written(folder, *many)) == [
        "outcomes_index_too_many",
        "outcomes_index_unknown",
    ]
    assert faults_of(lambda: written(folder, jobless.public_id, level=3)) == [
        "outcomes_index_no_figure"
    ]
    assert not folder.exists()


def test_only_published_series_become_indicators(jobless, tmp_path):
    Series._base_manager.filter(pk=jobless.pk).update(state=State.DRAFT)
    assert faults_of(lambda: written(tmp_path / "index", jobless.public_id)) == [
        "outcomes_index_unknown"
    ]


def test_less_unemployment_is_better_unless_somebody_says_otherwise(jobless, gap):
    choices = {one.series.code: usual_direction(one) for one in catalogue(VISITOR).all()}
    assert choices == {"jobless": -1, "share": 1}


def test_the_page_shows_what_the_index_would_hold(client, jobless, gap):
    asked = {"series": [jobless.public_id, gap], "direction": f"{gap}=-1"}
    response = client.get(reverse("outcomes:index"), asked)
    assert response.status_code == 200
    words = " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())
    assert "a lower figure 3 1 2012 to 2013" in words
    assert [one.direction for one in response.context["columns"]] == [-1, -1]
    assert "regin check outcomes-index" in words


def test_the_page_counts_the_rows_of_the_file_and_what_is_left_out(client, jobless, tmp_path):
    for number in range(2):
        make_place(f"Silent {number}", f"AT2{number + 1}", level=2)
    written(tmp_path / "index", jobless.public_id)
    response = client.get(reverse("outcomes:index"), {"series": jobless.public_id})
    words = " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())
    assert f"{len(data_of(tmp_path / 'index'))} regions, a row each in the file" in words
    assert "2 more regions of this choice are left out: none of these statistics" in words


def test_the_download_is_the_folder_and_the_same_bytes_each_time(client, jobless, tmp_path):
    response = client.get(reverse("outcomes:index"), {"series": jobless.public_id})
    address = response.context["address"]
    answer = client.get(address)
    assert answer["Content-Type"] == "application/zip"
    assert answer.content == client.get(address).content
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        names = archive.namelist()
        archive.extractall(tmp_path)
    folder = tmp_path / "outcomes-index"
    assert sorted(names) == [
        f"outcomes-index/{name}"
        for name in ("data.csv", "provenance.csv", "recipe.toml", "sources.csv", "structure.csv")
    ]
    assert data_of(folder) == {"AT11": ["5.25"], "AT12": ["3.5"], "AT13": ["7.0"]}
    assert main(["check", str(folder)]) == 0


@pytest.mark.parametrize("route", ["outcomes:index", "outcomes:index_folder"])
def test_a_choice_that_is_not_there_is_refused_on_the_page(client, jobless, route):
    response = client.get(reverse(route), {"series": [jobless.public_id, "nowhere\x00"]})
    assert response.status_code == 422
    assert "1 of the chosen statistics are not published here." in response.content.decode()
    assert "Add a statistic" in response.content.decode()


def test_a_strange_address_shows_the_form(client, jobless):
    asked = {"level": "9", "country": "\x00", "period": "é", "rule": "exact", "unreliable": "x"}
    response = client.get(reverse("outcomes:index"), asked)
    assert response.status_code == 200
    assert response.context["choices"] == IndicatorChoices({})


def test_queries_do_not_grow_with_columns_and_regions(client, jobless, gap, codes, tmp_path):
    def count(*tokens) -> int:
        with counted_queries() as queries:
            client.get(reverse("outcomes:index_folder"), {"series": tokens})
        return len(queries)

    before = count(jobless.public_id)
    for number in range(4):
        make_place(f"More {number}", f"AT3{number}", level=2)
    more = make_series()
    load(more, write(tmp_path, tsv(*(f"T,AT3{number}=1|2" for number in range(4)))))
    assert count(jobless.public_id, gap, more.public_id) == before
    assert before <= 16
