"""What a region's page shows of statistics."""

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from tests.queries import counted_queries

from regin.apps.accounts.actor import VISITOR
from regin.apps.accounts.models import Role, State
from regin.apps.outcomes.panels import MOST_DRAWN, SeriesPanel, region_statistics
from regin.apps.regions.models import PlaceCode
from regin.apps.regions.tests.factories import make_actor, make_place

from .factories import load, make_austria, make_series, stage, tsv, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def codes():
    return make_austria()


@pytest.fixture
def series(codes, tmp_path):
    series = make_series()
    load(series, write(tmp_path))
    return series


def panels_of(place, actor=VISITOR) -> list[SeriesPanel]:
    found = region_statistics(place, actor)
    return [*found.drawn, *found.listed]


def panel_of(code: PlaceCode):
    (panel,) = panels_of(code.place)
    return panel


def values_of(panel: SeriesPanel) -> list[str]:
    return [row.cells[0].text for row in panel.chart.table.rows]


def drawn(panel) -> str:
    return " ".join(render_to_string("outcomes/_region_panel.html", {"panel": panel}).split())


def test_a_region_shows_its_own_figures_with_code_and_version(series, codes):
    panel = panel_of(codes["AT1"])
    assert not panel.is_parent
    assert (panel.latest.text, panel.latest.observation.period) == ("6.2", "2013")
    assert panel.codes == ("AT1 (NUTS 2024)",)
    assert panel.group == "Women and men"
    assert "Ostösterreich, 2013, published for AT1 (NUTS 2024)" in drawn(panel)


def test_the_country_stands_beside_the_region(series, codes):
    lines = panel_of(codes["AT1"]).chart.lines
    assert [line.short for line in lines] == ["AT1", "AT"]
    assert [line.short for line in panel_of(codes["AT"]).chart.lines] == ["AT"]


def test_flags_are_in_words_and_the_source_is_named(series, codes):
    page = drawn(panel_of(codes["AT"]))
    assert "break in time series" in page
    assert "Source: Office (dataset)" in page
    assert "CC BY 4.0" in page


def test_a_region_without_figures_shows_its_parents_as_the_parents(series, codes):
    inner = make_place("Nordburgenland", "AT112", level=3, parent=codes["AT1"])
    (panel,) = panels_of(inner)
    assert panel.is_parent
    assert panel.shown_place == codes["AT1"].place
    page = drawn(panel)
    assert "The source has no figure for Nordburgenland itself" in page
    assert "These are the figures of Ostösterreich (AT1), in which it lies" in page
    assert [line.name for line in panel.chart.lines] == ["Ostösterreich", "Österreich"]


def test_the_latest_is_the_newest_year_with_a_value(series, codes):
    panel = panel_of(codes["AT11"])
    assert (panel.latest.text, panel.latest.observation.period) == ("0.0", "2012")
    assert values_of(panel) == ["", "0.0"]


def test_a_region_whose_figures_are_all_missing_says_why(codes, tmp_path):
    load(make_series(), write(tmp_path, tsv("T,AT=1|2", "T,AT11=: c|: c")))
    panel = panel_of(codes["AT11"])
    assert panel.latest is None
    assert not panel.is_parent
    assert "No figure of Burgenland is published: confidential" in drawn(panel)


def test_figures_of_the_country_are_listed_not_drawn(codes, tmp_path):
    load(make_series(), write(tmp_path, tsv("T,AT=1|2 b")))
    found = region_statistics(codes["AT11"].place, VISITOR)
    assert found.drawn == ()
    (panel,) = found.listed
    assert (panel.chart, panel.is_parent, panel.shown_place) == (None, True, codes["AT"].place)
    assert [one.chart is None for one in region_statistics(codes["AT"].place, VISITOR).drawn] == [
        False
    ]


def test_more_series_than_are_drawn_are_listed_the_nearest_first(codes, tmp_path):
    for _number in range(MOST_DRAWN):
        load(make_series(), write(tmp_path, tsv("T,AT=1|2", "T,AT1=1|2")))
    load(make_series(), write(tmp_path, tsv("T,AT=1|2", "T,AT11=: c|: c")))
    found = region_statistics(codes["AT11"].place, VISITOR)
    assert len(found.drawn) == MOST_DRAWN
    assert not found.drawn[0].is_parent
    assert [one.is_parent for one in found.drawn[1:]] == [True] * (MOST_DRAWN - 1)
    page = render_to_string("outcomes/_region_listed.html", {"panels": found.listed})
    assert "Ostösterreich" in page
    assert found.listed[0].series.get_absolute_url() in page


def test_a_listed_series_without_a_value_says_why(codes, tmp_path):
    load(make_series(), write(tmp_path, tsv("T,AT=: c|: c")))
    found = region_statistics(codes["AT11"].place, VISITOR)
    page = render_to_string("outcomes/_region_listed.html", {"panels": found.listed})
    assert "confidential" in page.lower()


def test_a_place_nobody_counts_has_no_panel(series):
    assert panels_of(make_place("Elsewhere", "XX")) == []


def test_a_superseded_region_keeps_its_figures(codes, tmp_path):
    old = make_place("Altland", "AT98", version="2010", level=2)
    load(make_series(), write(tmp_path, tsv("T,AT=1|2", "T,AT1=1|2", "T,AT98=3|4")))
    (panel,) = panels_of(old)
    assert (panel.latest.text, panel.codes) == ("3.0", ("AT98 (NUTS 2010)",))


def test_of_two_codes_of_a_place_the_newer_version_is_shown(codes, tmp_path):
    place = codes["AT11"].place
    PlaceCode.objects.create(
        place=place, scheme="NUTS", version="2010", code="AT00", level=2, name="Old"
    )
    series = make_series()
    load(series, write(tmp_path, tsv("T,AT=1|2", "T,AT11=5|:", "T,AT00=8|9")))
    (panel,) = panels_of(place)
    assert values_of(panel) == ["5.0", "9.0"]
    assert panel.codes == ("AT00 (NUTS 2010)", "AT11 (NUTS 2024)")
    assert "Published under several codes" in drawn(panel)


def test_old_figures_say_so_and_recent_ones_do_not(codes, tmp_path):
    year = timezone.now().year
    series = make_series()
    load(series, write(tmp_path, tsv("T,AT=1", periods=(str(year - 4),))))
    assert "older than three years" in drawn(panel_of(codes["AT"]))
    load(series, write(tmp_path, tsv("T,AT=1", periods=(str(year - 3),))))
    assert "older than three years" not in drawn(panel_of(codes["AT"]))


def test_a_sample_says_its_years_and_what_to_do(series, codes):
    type(series)._base_manager.filter(pk=series.pk).update(is_sample=True)
    page = drawn(panel_of(codes["AT"]))
    assert "Sample: figures of 2012 to 2013. A newer file has not been loaded yet." in page
    assert reverse("outcomes:import", kwargs={"slug": series.slug}) not in page


def test_who_may_import_is_led_from_the_panel_to_the_import(series, codes):
    editor = make_actor(series.organisation, Role.EDITOR)
    (panel,) = panels_of(codes["AT"].place, editor)
    page = drawn(panel)
    assert f'<a href="{reverse("outcomes:import", kwargs={"slug": series.slug})}">' in page
    assert "A newer file has not been loaded yet." not in page


def test_a_series_nobody_may_see_is_not_on_the_page(series, codes):
    type(series)._base_manager.filter(pk=series.pk).update(state=State.DRAFT)
    assert panels_of(codes["AT"].place) == []


def test_a_group_of_a_discarded_file_is_not_shown(codes, tmp_path):
    series = make_series(defaults={"sex": "T"})
    stage(series, write(tmp_path))
    load(series, write(tmp_path, tsv("F,AT=1|2")))
    assert panel_of(codes["AT"]).group == "Women"


def test_queries_do_not_grow_with_series_and_years(series, codes, tmp_path):
    def count() -> int:
        with counted_queries() as queries:
            panels_of(codes["AT11"].place)
        return len(queries)

    before = count()
    years = tuple(str(year) for year in range(1990, 2014))
    for _number in range(6):
        cells = "|".join("1" for _year in years)
        load(make_series(), write(tmp_path, tsv(f"T,AT11={cells}", periods=years)))
    assert len(panels_of(codes["AT11"].place)) == 7
    assert count() == before
    assert before <= 10
