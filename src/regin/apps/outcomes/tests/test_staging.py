"""Large files: what is kept in parts reads, compares and is written like a small file."""

import pytest
from django.core.paginator import Paginator
from tests.queries import counted_queries

from regin.apps.outcomes import comparing, staging
from regin.apps.outcomes.models import FormerFigure, Import, Observation, StagedPart
from regin.apps.outcomes.operations import (
    accept_import,
    change_version,
    discard_import,
    undo_import,
)
from regin.apps.outcomes.staging import StagedFigures, place_codes_in
from regin.apps.regions.tests.factories import make_place
from regin.engine.errors import FaultsError

from .factories import COMMAND, figures, load, make_austria, make_series, stage, tsv, write

pytestmark = pytest.mark.django_db

PERIODS = tuple(str(year) for year in range(2023, 1963, -1))
CODES = ("AT", "AT1", "AT11", "AT12")


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch):
    for module, name, size in (
        (staging, "PART", 7),
        (comparing, "PART", 7),
        (comparing, "READ", 5),
    ):
        monkeypatch.setattr(module, name, size)


@pytest.fixture
def series():
    make_austria()
    return make_series()


def table(**changes: str) -> str:
    """480 figures; `changes`: the cell of one key and year, as `F_AT1_2000`."""
    rows = []
    for sex in "FT":
        for number, code in enumerate(CODES):
            cells = [
                changes.get(f"{sex}_{code}_{year}", f"{number}.{at % 10} b" if at % 7 else ": u")
                for at, year in enumerate(PERIODS)
            ]
            rows.append(f"{sex},{code}={'|'.join(cells)}")
    return tsv(*rows, periods=PERIODS)


def listed(staged: Import, change: str):
    rows = StagedFigures(staged, change)[:]
    return [(row.breakdown.sex, row.place_code.code, row.period, row.value) for row in rows]


def in_file_order():
    return [(sex, code, year) for sex in "FT" for code in CODES for year in PERIODS]


def test_the_preview_lists_a_file_in_its_order_whatever_the_size_of_a_page(series, tmp_path):
    staged = stage(series, write(tmp_path, table()))
    whole = listed(staged, "new")
    assert [row[:3] for row in whole] == in_file_order()
    pages = Paginator(StagedFigures(staged, "new"), 50)
    assert pages.count == 480
    assert [row.period for page in pages for row in page] == [row[2] for row in whole]
    assert StagedFigures(staged, "new")[479].period == "1964"
    with pytest.raises(IndexError):
        StagedFigures(staged, "new")[480]


def test_a_page_of_the_preview_costs_the_same_queries_for_any_number_of_figures(series, tmp_path):
    def queries(staged):
        with counted_queries() as counted:
            page = Paginator(StagedFigures(staged, "new"), 5).get_page(1)
            assert len(list(page)) == 5
        return len(counted)

    small = stage(series, write(tmp_path, tsv("T,AT=1|2|3|4|5", periods=PERIODS[:5])))
    assert queries(small) == queries(stage(series, write(tmp_path, table())))


def test_accepting_writes_every_figure_of_every_part(series, tmp_path):
    load(series, write(tmp_path, table()))
    found = figures(series)
    assert len(found) == Observation.objects.count() == 480
    assert found["F", "AT1", "2022"] == (1.1, "b")
    assert found["T", "AT12", "2023"] == (None, "u")
    again = load(series, write(tmp_path, table()))
    assert (again.summary["same"], again.summary["written"]) == (480, 0)


def test_every_figure_changed_is_kept_written_and_brought_back(series, tmp_path):
    load(series, write(tmp_path, table()))
    before = figures(series)
    other = table(**{f"{sex}_{code}_{year}": "9.9 p" for sex, code, year in in_file_order()})
    done = load(series, write(tmp_path, other))
    assert done.summary["changed"] == 480
    assert set(figures(series).values()) == {(9.9, "p")}
    assert FormerFigure.objects.count() == 480
    undo_import(COMMAND, done)
    assert figures(series) == before


def test_gone_figures_of_many_parts_are_listed_and_removed(series, tmp_path):
    load(series, write(tmp_path, table()))
    staged = stage(series, write(tmp_path, tsv("T,AT=5.5", periods=("2000",))))
    assert (staged.summary["gone"], staged.summary["changed"]) == (479, 1)
    rows = StagedFigures(staged, "gone")
    assert len({(row.breakdown.pk, row.place_code.pk, row.period) for row in rows}) == 479
    assert all((row.value, row.flags) == (row.before_value, row.before_flags) for row in rows)
    accept_import(COMMAND, staged, remove_gone=True)
    assert figures(series) == {("T", "AT", "2000"): (5.5, "")}


def test_a_changed_figure_shows_what_is_stored(series, tmp_path):
    load(series, write(tmp_path, table()))
    staged = stage(series, write(tmp_path, table(T_AT11_1970="7.7 e", F_AT_2020=":")))
    first, second = StagedFigures(staged, "changed")
    assert (first.before_value, first.before_flags, first.value) == (0.3, "b", None)
    assert (second.before_value, second.value, second.flags) == (2.3, 7.7, "e")
    assert staged.summary["emptied"] == 1


def test_another_version_keeps_the_order_and_every_value(series, tmp_path):
    load(series, write(tmp_path, table()))
    for code in ("AT", "AT1", "AT11"):
        make_place(code, code, version="2021")
    staged = stage(series, write(tmp_path, table(F_AT_2020="5.5")))
    changed = change_version(COMMAND, staged, "2021")
    assert (changed.summary["new"], changed.summary["same"]) == (360, 120)
    expected = [key for key in in_file_order() if key[1] != "AT12"]
    assert [row[:3] for row in listed(changed, "new")] == expected
    accept_import(COMMAND, changed)
    assert Observation.objects.filter(place_code__version="2021").count() == 360
    assert Observation.objects.get(place_code__version="2021", value=5.5).period == "2020"


def test_the_place_codes_and_bounds_of_a_file_are_known_without_reading_its_parts(series, tmp_path):
    codes = make_austria("2016")
    staged = stage(series, write(tmp_path, table(F_AT_2020="-2.5")), version="2016")
    assert place_codes_in(staged) == {code.pk for code in codes.values()}
    ends = StagedPart.objects.filter(staged_in=staged).values_list("lowest", "highest")
    assert min(low for low, _high in ends if low is not None) == -2.5
    discard_import(COMMAND, staged)
    assert not StagedPart.objects.exists()


def test_two_labels_of_one_code_are_refused_where_they_say_a_figure_twice(tmp_path):
    make_austria()
    series = make_series(place_codes={"Tirol A": "AT11", "Tirol B": "AT11"})
    text = (
        "DATAFLOW,LAST UPDATE,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG\n"
        "ESTAT:X(1.0),01/01/24,Tirol A,2013,1,\nESTAT:X(1.0),01/01/24,Tirol B,2013,2,\n"
    )
    with pytest.raises(FaultsError) as caught:
        stage(series, write(tmp_path, text, "file.csv"))
    (fault,) = caught.value.faults
    assert (fault.code, fault.row) == ("dataset_duplicate", 3)
    assert fault.params == {"key": "AT11, 2013", "first": 2}
    assert not Import.objects.exists()
