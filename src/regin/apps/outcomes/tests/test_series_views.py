"""The views of a series: what they show, in how many queries, and what stands in the address."""

import re
from dataclasses import replace

import pytest
from tests.queries import counted_queries

from regin.apps.outcomes.models import Series
from regin.apps.outcomes.seen import current, figures_of
from regin.apps.outcomes.sureness import sureness_of, sureness_of_table
from regin.apps.outcomes.viewing import VIEWS, Selection
from regin.apps.regions.models import Place, PlaceChange, PlaceCode
from regin.apps.regions.tests.factories import make_place

from .factories import load, make_austria, make_series, tsv, write
from .test_pages import at, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def series(two_groups):
    return two_groups


def chosen(series, **asked) -> Selection:
    return Selection(Series._base_manager.get(pk=series.pk), asked)


def seen(series, **asked) -> dict[tuple[str, str], float | None]:
    return {(one.code, one.period): one.value for one in figures_of(chosen(series, **asked))}


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_is_there_without_a_script(client, series, view):
    page = client.get(at("detail", series) + f"?view={view}")
    words = text_of(page)
    assert 'aria-current="page"' in page.content.decode()
    assert "Source: Office (dataset)" in words
    assert "CC BY 4.0" in words


@pytest.mark.parametrize("view", VIEWS)
def test_queries_grow_neither_with_rows_nor_with_years(client, series, tmp_path, view):
    def count() -> int:
        with counted_queries() as queries:
            assert client.get(at("detail", series) + f"?view={view}").status_code == 200
        return len(queries)

    before = count()
    for number in range(30):
        make_place(f"Place {number}", f"BE{number}")
    rows = (f"T,BE{n}=1|2 u|:|4|5|6" for n in range(30))
    years = tuple(str(year) for year in range(2013, 2007, -1))
    load(series, write(tmp_path, tsv(*rows, periods=years), name="more.tsv"))
    assert count() == before
    assert before <= 20


def test_figures_of_a_map_are_read_in_one_query_whatever_their_number(series):
    with counted_queries() as queries:
        current(figures_of(chosen(series)))
    read = [q["sql"] for q in queries if 'FROM "outcomes_observation" INNER JOIN' in q["sql"]]
    assert len(read) == 1


def test_the_level_of_regions_is_two_where_there_is_one(series):
    assert seen(series) == {("AT11", "2013"): None, ("AT12", "2013"): 4.4}
    assert seen(series, level="0") == {("AT", "2013"): 4.9}
    assert len(seen(series, view="table", level="all")) == 4
    assert chosen(series, view="map", level="all").level == 2


@pytest.mark.parametrize(
    "asked",
    [
        {"view": "'; DROP TABLE", "year": "\x00", "show": "all"},
        {"level": "9" * 40, "country": "%", "sort": "value; --"},
        {"pair": "F...~\x00", "show": "points", "group": "." * 5000},
        {"regions": "\x00 <script> AT99 " + "x" * 9000},
    ],
)
def test_what_nobody_may_choose_is_put_right(client, series, asked):
    selection = chosen(series, **asked)
    assert (selection.view, selection.period, selection.level) == ("map", "2013", 2)
    assert (selection.country, selection.marked, selection.sort) == ("", (), "code")
    page = client.get(at("detail", series), asked)
    assert page.status_code == 200
    assert "<script> AT99" not in page.content.decode()


def test_the_address_holds_the_whole_choice(client, series):
    asked = {"view": "table", "year": "2012", "show": "points", "country": "AT", "level": "2"}
    asked |= {"regions": "AT11", "sort": "-value"}
    selection = chosen(series, **asked)
    again = chosen(series, **selection.query())
    assert again.query() == selection.query() == asked | {"pair": "F...~M..."}
    words = text_of(client.get(selection.address()))
    assert "Unemployment, 2012: Women compared with men (percentage points)" in words


def test_a_tab_keeps_the_choice(client, series):
    page = client.get(at("detail", series) + "?view=map&year=2012&country=AT").content.decode()
    tabs = re.findall(r'href="([^"]+view=\w+[^"]*)"[^>]*>(?:Ranking|Change|Table)<', page)
    assert len(tabs) == 3
    assert all("year=2012" in tab and "country=AT" in tab for tab in tabs)


def test_gaps_are_derived_with_the_flags_of_both_sides(series):
    assert seen(series, show="points") == {("AT11", "2013"): -1.5, ("AT12", "2013"): None}
    assert seen(series, show="ratio", year="2012") == {
        ("AT11", "2012"): 2.0,
        ("AT12", "2012"): 2.0,
    }
    lost = figures_of(chosen(series, show="points"))[1]
    assert lost.reason == "Men: confidential"
    assert lost.unreliable


def test_a_gap_shows_both_figures_and_each_is_read_back(client, series):
    page = client.get(at("detail", series) + "?view=table&show=points&sort=-value")
    words = text_of(page)
    assert "Burgenland −1.5 3.0 4.5" in words
    assert "Men: confidential" in words
    links = re.findall(r'class="read-back" href="([^"]+)"', page.content.decode())
    assert len(links) == 4
    assert all(client.get(link.replace("&amp;", "&")).status_code == 200 for link in links)


def test_a_series_without_comparable_groups_offers_no_gap(client, tmp_path):
    make_austria()
    series = make_series()
    load(series, write(tmp_path, tsv("T,AT=1|2")))
    assert 'name="show"' not in client.get(at("detail", series)).content.decode()
    assert chosen(series, show="points").show == "value"


def test_unreliable_looks_unreliable_and_missing_says_why(client, series):
    page = client.get(at("detail", series) + "?view=table").content.decode()
    assert '<span class="unreliable-figure">4.4</span>' in page
    assert '<span class="missing" title="confidential">–' in page
    picture = client.get(at("detail", series) + "?view=ranking").content.decode()
    assert "confidential" in picture
    assert "unreliable" in picture


def test_how_sure_is_counted_the_same_for_a_table_and_a_picture(series):
    by_rows = sureness_of_table(chosen(series, view="table"))
    assert by_rows == sureness_of(figures_of(chosen(series, view="table")))
    assert (by_rows.total, by_rows.missing, by_rows.unreliable, by_rows.sure) == (2, 1, 1, 0)
    assert by_rows.flags == (("c", "confidential", 1), ("u", "low reliability", 1))
    earlier = sureness_of_table(chosen(series, view="table", year="2012"))
    assert (earlier.missing, earlier.estimated, earlier.sure) == (0, 1, 1)


@pytest.mark.parametrize(
    ("sort", "codes"),
    [
        ("code", ["AT", "AT1", "AT11", "AT12"]),
        ("-code", ["AT12", "AT11", "AT1", "AT"]),
        ("value", ["AT12", "AT", "AT1", "AT11"]),
        ("-value", ["AT1", "AT", "AT12", "AT11"]),
    ],
)
def test_the_table_is_sorted_with_missing_figures_last(series, sort, codes):
    figures = figures_of(chosen(series, view="table", level="all", sort=sort))
    assert [one.code for one in figures] == codes


def test_each_figure_is_counted_once_by_how_sure_it_is(series):
    flags = "b", "u", "eu", "e", "", "c"
    figures = figures_of(chosen(series, view="table", level="all", year="2012"))
    held = [replace(figures[0], flags=one, value=None if one == "c" else 1.0) for one in flags]
    counted = sureness_of(held)
    assert (counted.unreliable, counted.estimated, counted.other) == (2, 1, 1)
    assert (counted.missing, counted.sure, counted.total) == (1, 1, 6)


def test_the_map_and_its_table_carry_every_flag_and_the_code_that_was_published(client, series):
    place = PlaceCode.objects.get(code="AT").place
    PlaceCode.objects.create(
        place=place, scheme="NUTS", version="2027", code="AU", level=0, name=""
    )
    Place.objects.filter(pk=place.pk).update(latitude=48.2, longitude=16.4)
    words = text_of(client.get(at("detail", series) + "?view=map&level=0&year=2013"))
    assert "Österreich (AT): 4.9 (percent); break in time series" in words
    assert "Österreich AT NUTS 2024 4.9 b" in words
    assert "AU" not in words.split()


def test_a_region_to_mark_that_has_no_figure_is_said(client, series):
    words = text_of(client.get(at("detail", series) + "?view=ranking&regions=AT11 XX77"))
    assert "Not known here, and left out of the address: regions=XX77" in words


def test_differences_between_numbers_of_people_carry_a_warning(client, series):
    Series._base_manager.filter(pk=series.pk).update(measure=Series.Measure.COUNT)
    page = at("detail", series) + "?view=ranking&year=2012&show="
    said = "they are large where many people live"
    assert said in text_of(client.get(page + "points"))
    assert said not in text_of(client.get(page + "ratio"))


def test_the_method_names_the_codes_that_are_left_out(client, series, tmp_path):
    Series._base_manager.filter(pk=series.pk).update(place_codes={"QQ9": ""})
    load(series, write(tmp_path, tsv("T,AT11=1|2", "T,EU28=5|5"), name="more.tsv"))
    words = text_of(client.get(at("detail", series) + "?view=about"))
    assert "Codes of its files that are left out EU28, QQ9" in words


def test_change_shows_the_marked_regions_first(series):
    figures = figures_of(chosen(series, view="change", regions="AT12"))
    assert [(one.code, one.period) for one in figures][:3] == [
        ("AT12", "2012"),
        ("AT12", "2013"),
        ("AT11", "2012"),
    ]


def test_a_ranking_has_the_country_as_its_reference(client, series):
    assert (
        "Österreich"
        in text_of(client.get(at("detail", series) + "?view=ranking&country=AT&level=2")).partition(
            "Österreich"
        )[2]
    )


def test_a_former_region_without_a_figure_is_left_out_of_the_map_and_counted(series, tmp_path):
    make_place("Former", "AT19", version="2016")
    load(series, write(tmp_path, tsv("T,AT19=:|7.0"), name="old.tsv"))
    found = current(figures_of(chosen(series, view="table")))
    assert sorted(one.code for one in found.figures) == ["AT11", "AT12"]
    assert (found.silent, found.succeeded) == (1, 0)
    assert ("AT19", "2012") in seen(series, year="2012")
    assert ("AT19", "2013") in seen(series, view="table")


def test_regions_of_a_country_that_left_the_classification_are_no_former_ones(series, tmp_path):
    """The newest classification has no UK; its regions are those that it had last."""
    country = make_place("United Kingdom", "UK", version="2021", level=0).codes.get()
    make_place("Merseyside", "UKD7", version="2021", parent=country)
    load(series, write(tmp_path, tsv("T,UK=5.0|5.0", "T,UKD7=:|7.0"), name="uk.tsv"))
    found = current(figures_of(chosen(series, view="table")))
    assert "UKD7" in [one.code for one in found.figures]
    assert (found.silent, found.succeeded) == (0, 0)


def test_a_ranking_says_that_places_have_no_interval(client, series):
    said = "The source gives no margin of error, so places have no interval"
    assert said in text_of(client.get(at("detail", series) + "?view=ranking&year=2012"))
    assert said not in text_of(client.get(at("detail", series) + "?view=map&year=2012"))


def former(code, *heirs, name="Former"):
    """A territory of 2016 that became `heirs`, directly or by way of another of 2021."""
    place = make_place(name, code, version="2016")
    before = place.codes.get()
    for heir in heirs:
        PlaceChange.objects.create(before=before, after=heir, change="split", source="test")
    return before


@pytest.mark.parametrize("view", ["map", "ranking", "spread"])
def test_a_former_region_does_not_stand_beside_those_that_took_its_place(
    client, series, tmp_path, view
):
    former("AT19", PlaceCode.objects.get(code="AT11"))
    load(series, write(tmp_path, tsv("T,AT11=8.0|5.0", "T,AT19=6.0|7.0"), name="old.tsv"))
    found = current(figures_of(chosen(series, view="table", year="2012")))
    assert "AT19" not in [one.code for one in found.figures]
    assert (found.silent, found.succeeded) == (0, 1)
    words = text_of(client.get(f"{at('detail', series)}?view={view}&year=2012"))
    assert "1 former region is left out because the regions that took its place have" in words
    assert ("AT19", "2012") in seen(series, view="table", year="2012")


def test_a_former_region_stays_while_those_that_took_its_place_have_no_figure(series, tmp_path):
    between = former("AT18", PlaceCode.objects.get(code="AT11"), name="Between")
    former("AT19", between)
    rows = "T,AT11=:|5.0", "T,AT12=1.0|:", "T,AT19=6.0|7.0"
    load(series, write(tmp_path, tsv(*rows), name="old.tsv"))

    def codes(year):
        found = current(figures_of(chosen(series, view="table", year=year)))
        return [one.code for one in found.figures]

    assert "AT19" in codes("2013")
    assert "AT19" not in codes("2012")


def test_a_series_without_figures_says_what_would_be_there(client):
    series = make_series()
    words = text_of(client.get(at("detail", series)))
    assert "No figures yet" in words
    assert "No file has been imported yet." in words


def test_the_method_page_explains_every_flag_in_use_and_no_other(client, series):
    words = text_of(client.get(at("detail", series) + "?view=about"))
    for said in ("b break in time series", "c confidential", "e estimated", "u low reliability"):
        assert said in words
    assert "provisional" not in words
    assert "NUTS 2024" in words
    assert "Women compared with men" in words


def test_a_computed_figure_says_from_what(client, series):
    imported = series.imports.get()
    imported.conversions = {"AT12": {"AT13": 0.4, "AT14": 0.6}}
    imported.save()
    words = text_of(client.get(at("detail", series) + "?view=table"))
    assert "low reliability computed from AT13 × 0.4, AT14 × 0.6" in words
