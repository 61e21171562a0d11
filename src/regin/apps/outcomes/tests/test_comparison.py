"""Regions side by side: what the page shows, refuses and explains."""

import re

import pytest
from django.urls import reverse
from tests.queries import counted_queries

from regin.apps.accounts.models import State
from regin.apps.outcomes.models import Series
from regin.apps.regions.models import PlaceCode
from regin.apps.regions.operations.search_names import rebuild_search_names
from regin.apps.regions.tests.factories import make_place

from .factories import load, make_austria, make_series, tsv, write

pytestmark = pytest.mark.django_db

GROUPS = "sex,citizen,geo\\time"


@pytest.fixture
def codes():
    return make_austria()


@pytest.fixture
def series(codes, tmp_path):
    series = make_series(code="jobless")
    load(series, write(tmp_path))
    return series


def page(client, *regions, **asked):
    values = [getattr(one, "public_id", one) for one in regions]
    return client.get(reverse("outcomes:compare"), {"region": values, **asked})


def text_of(response) -> str:
    assert response.status_code == 200, response.status_code
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def cells(response, row: int = 0):
    return response.context["rows"][row].cells


def two(codes):
    return codes["AT1"].place, codes["AT12"].place


def test_regions_stand_side_by_side_with_year_flags_source_and_gap(client, series, codes):
    response = page(client, codes["AT"].place, codes["AT1"].place)
    words = text_of(response)
    assert "Österreich AT, country" in words
    assert "4.9 b 2013 break in time series AT (NUTS 2024)" in words
    assert "6.2 2013 AT1 (NUTS 2024) Gap +1.3 b percentage points" in words
    assert "Source: Office (dataset)" in words
    assert "Unemployment Women and men (percent)" in words
    country, region = cells(response)
    assert (country.gap, country.why_no_gap) == ("", "")
    assert (region.gap, region.gap_flags) == ("+1.3", "b")


def test_the_first_region_is_the_one_that_gaps_are_to(client, series, codes):
    response = page(client, codes["AT1"].place, codes["AT"].place)
    assert [cell.gap for cell in cells(response)] == ["", "\N{MINUS SIGN}1.3"]


def test_a_region_may_be_named_by_its_address_and_stands_once(client, series, codes):
    one, two_ = codes["AT"].place, codes["AT1"].place
    response = page(client, one.slug, two_.public_id, one.public_id)
    assert [region.code.code for region in response.context["regions"]] == ["AT", "AT1"]


def test_different_years_stand_plainly_and_make_no_gap(client, series, codes, tmp_path):
    load(series, write(tmp_path, tsv("T,AT1=6.2|5.5", "T,AT12=:|4.1")))
    response = page(client, *two(codes))
    assert "4.1 2012 other period" in text_of(response)
    last = cells(response)[1]
    assert (last.gap, last.why_no_gap) == ("", "No gap: the figures are of different periods.")


def test_a_chosen_period_counts_for_all(client, series, codes):
    response = page(client, *two(codes), period="2012")
    assert [cell.own.reading.period for cell in cells(response)] == ["2012", "2012"]
    assert cells(response)[1].own.text == ""
    assert "Figures of 2012" in text_of(response)


def test_missing_says_why_and_zero_is_zero(client, series, codes):
    response = page(client, codes["AT1"].place, codes["AT11"].place, period="2013")
    missing = cells(response)[1]
    assert (missing.own.text, missing.own.reading.reason) == ("", "low reliability")
    assert (missing.gap, missing.why_no_gap) == ("", "")
    zero = cells(page(client, codes["AT1"].place, codes["AT11"].place, period="2012"))[1]
    assert (zero.own.text, zero.gap) == ("0.0", "\N{MINUS SIGN}5.5")


def test_a_first_region_without_figure_leaves_no_gap_and_is_named(client, series, codes):
    response = page(client, codes["AT11"].place, codes["AT1"].place, period="2013")
    last = cells(response)[1]
    assert (last.own.text, last.gap) == ("6.2", "")
    assert last.why_no_gap == "No gap: Burgenland: low reliability"


def test_the_figure_of_what_a_region_lies_in_is_labelled_and_makes_no_gap(client, series, codes):
    inner = make_place("Nordburgenland", "AT112", level=3, parent=codes["AT1"])
    response = page(client, codes["AT"].place, inner)
    words = text_of(response)
    assert "The source has no figure for this region itself." in words
    assert "Figure of Ostösterreich, in which it lies: 6.2 2013 AT1 (NUTS 2024)" in words
    assert cells(response)[1].gap == ""


def test_the_national_figure_is_called_national(client, series, codes):
    other = make_place("Westösterreich", "AT3", level=1, parent=codes["AT"])
    words = text_of(page(client, codes["AT1"].place, other))
    assert "National figure, Österreich: 4.9 b 2013 AT (NUTS 2024)" in words


def test_a_gap_between_groups_can_be_compared_and_the_national_one_stands_in(
    client, codes, tmp_path
):
    series = make_series(code="bycitizenship")
    rows = ("T,NAT,AT=4.0", "T,NEU27_2020_FOR,AT=11.0 u", "T,NAT,AT1=5.0")
    load(series, write(tmp_path, tsv(*rows, head=GROUPS, periods=("2013",))))
    token = f"{series.public_id}:T..NEU27_2020_FOR.~T..NAT."
    response = page(client, codes["AT"].place, codes["AT1"].place, series=token)
    words = text_of(response)
    assert "Citizens of a country outside the EU compared with nationals" in words
    assert "+7.0 u 2013 low reliability" in words
    assert "National figure, Österreich: +7.0 u" in words
    assert "(percentage points)" in words
    assert 'class="figure unreliable"' in response.content.decode()


def test_up_to_three_regions_share_a_chart_and_more_have_one_each(client, series, codes):
    places = [codes[code].place for code in ("AT", "AT1", "AT11")]
    (row,) = page(client, *places).context["rows"]
    assert [line.short for line in row.chart.lines] == ["AT", "AT1", "AT11"]
    places.append(codes["AT12"].place)
    response = page(client, *places)
    (row,) = response.context["rows"]
    assert [panel.short for panel in row.chart.panels] == ["AT", "AT1", "AT11", "AT12"]
    assert "Unemployment: Women and men" in text_of(response)


def test_a_region_above_that_stands_in_is_drawn_once(client, series, codes):
    inner = [make_place(f"In {n}", f"AT11{n}", level=3, parent=codes["AT11"]) for n in (1, 2)]
    (row,) = page(client, *inner).context["rows"]
    assert [line.short for line in row.chart.lines] == ["AT11"]


def test_quarters_are_drawn_and_weeks_stand_in_the_table_alone(client, codes, tmp_path):
    two_rows = ("T,AT=1|2", "T,AT1=3|4")
    quarters, weeks = make_series(frequency="Q"), make_series(frequency="W")
    load(quarters, write(tmp_path, tsv(*two_rows, periods=("2013Q2", "2013Q1"))))
    load(weeks, write(tmp_path, tsv(*two_rows, periods=("2013W02", "2013W01"))))
    response = page(client, codes["AT"].place, codes["AT1"].place)
    words = text_of(response)
    assert "1.0 2013-Q2" in words
    assert "1.0 2013-W02" in words
    by_quarter, by_week = response.context["rows"]
    assert [len(line.dots) for line in by_quarter.chart.lines] == [2, 2]
    assert by_week.chart is None
    assert "There are no figures of these regions to draw over time." in words


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "Choose the regions that you want to see side by side"),
        (1, "Choose at least one more region"),
        (6, "Up to 5 regions fit side by side; you chose 6. Take some off."),
    ],
)
def test_too_few_and_too_many_are_told_kindly(client, series, codes, count, words):
    places = [code.place for code in codes.values()]
    places += [make_place(f"More {number}") for number in (1, 2)]
    response = page(client, *places[:count])
    assert words in text_of(response)
    assert "Find a region to add" in text_of(response)
    assert response.context["rows"] == []


def test_a_fictional_region_is_not_compared_with_a_real_one(client, series, codes):
    made_up = make_place("Norvalia", "X-NOR", is_fictional=True)
    response = page(client, codes["AT"].place, made_up)
    assert "A fictional region is not compared with a real one." in text_of(response)
    assert response.context["rows"] == []


def test_what_is_not_known_is_left_out_and_said(client, series, codes):
    strange = ["nowhere", "\x00", "a" * 13, "é" * 13, "' OR 1=1 --"]
    words = text_of(page(client, *two(codes), *strange, period="\x00", series=strange))
    assert "10 parts of the address are not known here and were left out." in words
    assert "Gap" in words


def test_a_series_that_nobody_may_see_is_as_one_that_is_not_there(client, series, codes):
    hidden = Series._base_manager.filter(pk=series.pk)
    hidden.update(state=State.DRAFT)
    words = text_of(page(client, *two(codes), series=series.public_id))
    assert "1 part of the address is not known here" in words
    assert "Unemployment" not in words
    assert "No statistics yet" in words


def test_the_search_finds_regions_by_name_or_code_and_offers_them(client, series, codes):
    rebuild_search_names()
    response = page(client, codes["AT"].place, find="burg")
    assert "Found for “burg” Burgenland" in text_of(response)
    place = codes["AT11"].place
    assert f'name="region" value="{place.public_id}">' in response.content.decode()
    assert (
        "Österreich"
        not in [hit.place.name for hit in page(client, find="AT").context["found"].hits][1:]
    )
    assert "No other region begins with “zzz”" in text_of(page(client, find="zzz"))


def test_a_region_that_is_chosen_is_not_found_again(client, series, codes):
    rebuild_search_names()
    found = page(client, codes["AT"].place, find="AT").context["found"]
    assert "AT" not in [hit.code.code for hit in found.hits]


def test_types_have_figures_but_no_gap(client, codes, tmp_path):
    series = make_series(code="kind", measure=Series.Measure.TYPE)
    load(series, write(tmp_path, tsv("T,AT=1|2", "T,AT1=3|4")))
    last = cells(page(client, codes["AT"].place, codes["AT1"].place))[1]
    assert last.own.text == "3.0"
    assert "classes" in last.why_no_gap


def test_of_two_codes_of_a_place_the_newer_with_a_figure_counts(client, codes, tmp_path):
    place = codes["AT11"].place
    PlaceCode.objects.create(
        place=place, scheme="NUTS", version="2010", code="AT00", level=2, name="Old"
    )
    load(make_series(), write(tmp_path, tsv("T,AT=1|2", "T,AT11=5|:", "T,AT00=8|9")))
    response = page(client, codes["AT"].place, place)
    assert cells(response)[1].own.published_for == "AT11 (NUTS 2024)"
    response = page(client, codes["AT"].place, place, period="2012")
    assert cells(response)[1].own.published_for == "AT00 (NUTS 2010)"


def test_queries_do_not_grow_with_regions_series_and_years(client, series, codes, tmp_path):
    def count(*places) -> int:
        with counted_queries() as queries:
            page(client, *places)
        return len(queries)

    before = count(*two(codes))
    years = tuple(str(year) for year in range(1990, 2014))
    for _number in range(3):
        rows = [f"{sex},AT11=" + "|".join("1" for _year in years) for sex in "FMT"]
        load(make_series(), write(tmp_path, tsv(*rows, periods=years)))
    places = [codes[code].place for code in ("AT", "AT1", "AT11", "AT12")]
    assert len(page(client, *places).context["rows"]) == 4
    assert count(*places) == before
    assert before <= 16
