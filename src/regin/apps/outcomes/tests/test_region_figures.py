"""The ten figures of a region: whose they are, which series they come from, why one is missing."""

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from tests.queries import counted_queries

from regin.apps.accounts.actor import VISITOR
from regin.apps.accounts.models import Role, State
from regin.apps.outcomes.concepts import series_with
from regin.apps.outcomes.key_figures import WORDS, key_figures
from regin.apps.outcomes.models import Breakdown, Series
from regin.apps.outcomes.panels import RegionStatistics, region_statistics
from regin.apps.outcomes.region_figures import region_figures
from regin.apps.regions.models import Place, PlaceCode
from regin.apps.regions.tests.factories import make_actor, make_organisation, make_place

from .factories import load, make_austria, make_series, tsv, write

pytestmark = pytest.mark.django_db

TEN = [
    "population",
    "population_outside_eu",
    "unemployment",
    "unemployment_outside_eu",
    "unemployment_outside_eu_women",
    "neet_nationals",
    "neet_outside_eu",
    "neet_outside_eu_women",
    "poverty",
    "urban_rural",
]
GROUPS = "sex,age,citizen,geo\\time"
RATE = "T,Y15-74,NEU27_2020_FOR"


@pytest.fixture
def codes():
    return make_austria()


@pytest.fixture
def filled(codes, tmp_path):
    """Make a series of unemployment and fill it with `rows`."""

    def fill(*rows, head=GROUPS, periods=("2013", "2012"), **changes) -> Series:
        series = make_series(**{"concept": "unemployment"} | changes)
        load(series, write(tmp_path, tsv(*rows, head=head, periods=periods)))
        return series

    return fill


def shown(code: PlaceCode | Place, key: str = "unemployment", actor=VISITOR):
    place = code if isinstance(code, Place) else code.place
    return {one.key: one for one in region_figures(place, actor)}[key]


def drawn(code: PlaceCode | Place, actor=VISITOR) -> str:
    place = code if isinstance(code, Place) else code.place
    context = {"figures": region_figures(place, actor)}
    return " ".join(render_to_string("outcomes/_region_figures.html", context).split())


def test_there_are_ten_with_words_and_known_measures():
    assert [one.key for one in key_figures()] == list(WORDS) == TEN
    for one in key_figures():
        assert one.concept in Series.Concept.values
        assert set(one.measures) <= set(Series.Measure.values)
        assert all(set(group) == set(Breakdown.DIMENSIONS) for group in one.groups)


def test_without_a_series_each_line_says_so_and_who_can_load_what(codes):
    lines = region_figures(codes["AT"].place, VISITOR)
    assert [one.key for one in lines] == TEN
    assert {one.reason for one in lines} == {"No series about this is loaded here."}
    assert all(one.advice and not one.standing and one.shown is None for one in lines)
    page = drawn(codes["AT"])
    assert page.count("No figure") == 10
    assert "demo_r_d2jan" in page
    assert reverse("outcomes:begin") not in page
    editor = make_actor(make_organisation(), Role.EDITOR)
    assert drawn(codes["AT"], editor).count(f'href="{reverse("outcomes:begin")}"') == 10


def test_the_regions_own_figure_says_its_period_code_and_version(filled, codes):
    filled("T,Y15-74,TOTAL,AT=5|4", "T,Y15-74,TOTAL,AT1=6.2 b|5.5")
    line = shown(codes["AT1"])
    assert (line.standing, line.text, line.period, line.reason) == ("own", "6.2", "2013", "")
    page = drawn(codes["AT1"])
    assert "2013, published for AT1 (NUTS 2024)." in page
    assert "break in time series" in page
    assert "Source: Office (dataset)" in page
    assert "National figure" not in page


def test_a_region_without_one_shows_its_parents_and_then_the_national_one(filled, codes):
    filled("T,Y15-74,TOTAL,AT=5|4", "T,Y15-74,TOTAL,AT1=6|5", f"{RATE},AT=9|8")
    parent, national = shown(codes["AT11"]), shown(codes["AT11"], "unemployment_outside_eu")
    assert (parent.standing, parent.place, parent.text) == ("parent", codes["AT1"].place, "6.0")
    assert (national.standing, national.place, national.text) == (
        "national",
        codes["AT"].place,
        "9.0",
    )
    page = drawn(codes["AT11"])
    assert "Figure of Ostösterreich, in which the region lies." in page
    assert "National figure: Österreich." in page


def test_a_country_has_its_own_figure_not_a_national_one(filled, codes):
    filled("T,Y15-74,TOTAL,AT=5|4")
    assert shown(codes["AT"]).standing == "own"


def test_the_newest_period_with_a_value_is_shown(filled, codes):
    filled("T,Y15-74,TOTAL,AT=: c|4")
    assert (shown(codes["AT"]).period, shown(codes["AT"]).text) == ("2012", "4.0")


def test_a_figure_that_the_source_hides_says_why_and_the_national_one_stands_in(filled, codes):
    filled("T,Y15-74,TOTAL,AT=5|4", "T,Y15-74,TOTAL,AT11=: c|: c", "F,Y15-74,TOTAL,AT11=: |: ")
    line = shown(codes["AT11"])
    assert (line.standing, line.text) == ("national", "5.0")
    assert line.reason == "The source gives no value for this region: confidential."


def test_missing_everywhere_is_explained_and_leads_to_the_series(filled, codes):
    series = filled("T,Y15-74,TOTAL,AT=: |: ", "T,Y15-74,TOTAL,AT12=5|4")
    line = shown(codes["AT"])
    assert (line.standing, line.reason) == ("", "The source gives no value for this region.")
    assert line.advice_url == series.get_absolute_url()


def test_a_region_left_out_is_not_a_level_left_out(filled, codes):
    filled("T,Y15-74,TOTAL,AT12=5|4")
    assert shown(codes["AT11"]).reason == "The source has none for this region."
    assert (
        shown(codes["AT1"]).reason
        == "The source has no figures here for regions of this level in this country."
    )


def test_a_country_that_lacks_the_figure_too_is_named(filled, codes):
    filled("F,Y15-74,NEU27_2020_FOR,AT=: u|: u", "F,Y15-74,NEU27_2020_FOR,AT12=: |: ")
    key = "unemployment_outside_eu_women"
    assert shown(codes["AT11"], key).reason == (
        "The source has no figures here for regions of this level in this country."
        " It gives none for Österreich either: low reliability."
    )
    assert shown(codes["AT12"], key).reason == (
        "The source gives no value for this region."
        " It gives none for Österreich either: low reliability."
    )
    assert "either" not in shown(codes["AT"], key).reason


def test_a_country_that_lacks_the_figure_is_not_named_where_a_parent_stands_in(filled, codes):
    filled("T,Y15-74,TOTAL,AT=: |: ", "T,Y15-74,TOTAL,AT1=6|5")
    line = shown(codes["AT11"])
    assert (line.standing, "either" in line.reason) == ("parent", False)


def test_totals_do_not_stand_for_a_group(filled, codes):
    filled("T,Y15-74,TOTAL,AT=5|4", "T,Y15-74,FOR,AT=7|6", "F,Y15-74,TOTAL,AT=3|2")
    line = shown(codes["AT"], "unemployment_outside_eu")
    assert (line.standing, line.shown) == ("", None)
    assert line.reason == "The series loaded here have this for other groups of people only."


def test_young_people_are_not_everybody(filled, codes):
    filled("T,Y15-24,TOTAL,AT=15|14")
    assert shown(codes["AT"]).standing == ""


def test_women_from_outside_the_eu_are_these_women(filled, codes):
    filled(f"{RATE},AT=9|8", "F,Y15-74,NEU27_2020_FOR,AT=11|10", "F,Y15-74,TOTAL,AT=3|2")
    assert shown(codes["AT"], "unemployment_outside_eu").text == "9.0"
    assert shown(codes["AT"], "unemployment_outside_eu_women").text == "11.0"


def test_citizenship_comes_before_birth_and_birth_before_nothing(filled, codes):
    born = filled("T,Y15-74,NEU27_2020_FOR,AT=12|11", head="sex,age,c_birth,geo\\time")
    line = shown(codes["AT"], "unemployment_outside_eu")
    assert (line.series, line.text) == (born, "12.0")
    assert "Born outside the EU" in line.group
    filled(f"{RATE},AT=9|8", periods=("2011", "2010"))
    assert shown(codes["AT"], "unemployment_outside_eu").text == "9.0"


def test_a_rate_comes_before_a_number_of_people(filled, codes):
    number = filled("T,Y15-74,TOTAL,AT=300|290", measure="count", periods=("2020", "2019"))
    assert shown(codes["AT"]).series == number
    assert "This is a number of people, not a rate." in drawn(codes["AT"])
    rate = filled("T,Y15-74,TOTAL,AT=5|4")
    assert shown(codes["AT"]).series == rate
    assert "not a rate" not in drawn(codes["AT"])


def test_of_two_series_the_regions_own_then_the_newest_then_the_first_code(filled, codes):
    filled("T,Y15-74,TOTAL,AT=1|1", "T,Y15-74,TOTAL,AT12=1|1", periods=("2020", "2019"))
    own = filled("T,Y15-74,TOTAL,AT11=5|4", "T,Y15-74,TOTAL,AT12=5|4", code="b")
    assert shown(codes["AT11"]).series == own
    assert shown(codes["AT12"]).period == "2020"
    first = filled("T,Y15-74,TOTAL,AT11=6|4", code="a")
    line = shown(codes["AT11"])
    assert line.series == first
    assert line.url in drawn(codes["AT11"]).replace("&amp;", "&")


def test_a_share_is_not_a_number_of_inhabitants(filled, codes):
    filled("T,TOTAL,TOTAL,AT=100|100", concept="population", measure="share")
    assert shown(codes["AT"], "population").standing == ""
    filled("T,TOTAL,TOTAL,AT=8400000|8300000", concept="population", measure="count", decimals=0)
    assert shown(codes["AT"], "population").text == "8,400,000"


def test_an_unreliable_figure_is_outlined_and_an_old_one_says_so(filled, codes):
    year = timezone.now().year
    old = filled("T,Y15-74,TOTAL,AT=5 u|4", periods=(str(year - 4), str(year - 5)))
    page = drawn(codes["AT"])
    assert '<strong class="num unreliable">5.0</strong>' in page
    assert "low reliability" in page
    assert "Older than three years." in page
    address = reverse("outcomes:import", kwargs={"slug": old.slug})
    assert address not in page
    assert address in drawn(codes["AT"], make_actor(old.organisation, Role.EDITOR))
    filled("T,Y15-74,TOTAL,AT=6|4", periods=(str(year), str(year - 1)))
    assert "Older than three years." not in drawn(codes["AT"])


def test_a_made_up_region_gets_nothing_of_a_real_country_and_the_reverse(filled, codes):
    filled("T,Y15-74,TOTAL,AT=5|4")
    norvalia = make_place("Norvalia", "AT19", level=2, parent=codes["AT"], is_fictional=True)
    lines = region_figures(norvalia, VISITOR)
    assert {(one.standing, one.reason, one.advice) for one in lines} == {
        ("", "This region is made up: no statistical office counts it.", "")
    }
    assert region_statistics(norvalia, VISITOR) == RegionStatistics((), ())
    inner = make_place("Inner", "AT191", level=3, parent=norvalia.codes.get())
    assert shown(inner).standing == ""


def test_a_draft_is_nobodys_figure_but_its_organisations(filled, codes):
    series = filled("T,Y15-74,TOTAL,AT=5|4", state=State.DRAFT)
    assert shown(codes["AT"]).reason == "No series about this is loaded here."
    assert series_with(VISITOR, "unemployment") == []
    editor = make_actor(series.organisation, Role.EDITOR)
    assert shown(codes["AT"], actor=editor).text == "5.0"
    assert series_with(editor, "unemployment") == [series]
    assert series_with(editor, "") == []


def test_queries_do_not_grow_with_series_groups_and_years(filled, codes):
    def count() -> int:
        with counted_queries() as queries:
            region_figures(codes["AT11"].place, VISITOR)
        return len(queries)

    filled("T,Y15-74,TOTAL,AT11=5|4")
    before = count()
    years = tuple(str(year) for year in range(1990, 2014))
    cells = "|".join("1" for _year in years)
    for concept in ("unemployment", "neet", "poverty", "population"):
        filled(
            *(f"{sex},Y15-74,{who},AT11={cells}" for sex in "FMT" for who in ("NAT", "TOTAL")),
            concept=concept,
            periods=years,
        )
    assert count() == before
    assert before <= 8
