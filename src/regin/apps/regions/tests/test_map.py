from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from regin.apps.accounts.actor import command_actor
from regin.apps.regions.boundaries import load_boundaries
from regin.apps.regions.map import EuropeMap, Value, europe_map, locator_map, value_map
from regin.apps.regions.map_frame import HEIGHT, WIDTH, inset_of, position
from regin.apps.regions.map_outlines import COARSE, FINE, country_paths
from regin.apps.regions.models import Place
from regin.apps.regions.tests.boundary_files import square, write
from regin.apps.regions.tests.factories import make_place
from regin.files.geometry import EAST_OF_CENTRE, NORTH_OF_CENTRE

pytestmark = pytest.mark.django_db

BARCELONA: dict[str, Any] = {"latitude": 41.39, "longitude": 2.16}


def rendered(drawn: EuropeMap | None) -> str:
    assert drawn is not None
    return render_to_string(drawn.template, {"map": drawn})


def catalonia(**changes: Any) -> Place:
    return make_place("Cataluña", "ES51", **BARCELONA | changes)


def test_barcelona_stands_where_the_official_grid_puts_it() -> None:
    """In EPSG:3035 it is at 3,665 km east, 2,067 km north; the centre is at 4,321 and 3,210."""
    mark = europe_map([catalonia()]).marks[0]
    (west, east), (_, north) = EAST_OF_CENTRE, NORTH_OF_CENTRE
    scale = WIDTH / (east - west)
    assert float(mark.x) == pytest.approx(scale * (3_665_000 - 4_321_000 - west), abs=2)
    assert float(mark.y) == pytest.approx(scale * (north - (2_067_000 - 3_210_000)), abs=2)


def test_without_boundaries_a_region_is_a_symbol_that_links_to_its_page() -> None:
    place = catalonia()
    html = rendered(europe_map([place]))
    assert f'<a href="{place.get_absolute_url()}" class="mark content"' in html
    assert 'aria-label="Cataluña (ES51)"' in html
    assert 'class="symbol"' in html
    assert 'class="area' not in html


def test_with_boundaries_a_region_is_filled_and_their_words_are_printed(tmp_path: Path) -> None:
    place = catalonia()
    path = write(tmp_path, [square("ES51", 1, 41)])
    load_boundaries(command_actor("test"), path, attribution="© Somebody & Sons")
    html = rendered(europe_map([place]))
    assert '<path d="M' in html
    assert 'class="area content"' in html
    assert "© Somebody &amp; Sons" in html


@pytest.mark.parametrize("draw", [lambda p: europe_map([p]), locator_map])
def test_outlines_and_positions_are_always_attributed(draw: Any) -> None:
    html = rendered(draw(catalonia()))
    assert "Natural Earth" in html
    assert "GeoNames, CC BY 4.0" in html


def test_words_of_boundaries_that_are_not_drawn_are_not_printed(tmp_path: Path) -> None:
    make_place("Elsewhere", "XX11")
    path = write(tmp_path, [square("XX11", 20, 50)])
    load_boundaries(command_actor("test"), path, attribution="© Somebody")
    assert "Somebody" not in rendered(europe_map([catalonia()], background=False))


def test_another_loading_replaces_what_the_process_had_drawn(tmp_path: Path) -> None:
    place = catalonia()
    actor = command_actor("test")
    load_boundaries(actor, write(tmp_path, [square("ES51", 1, 41)]), attribution="© A")
    first = europe_map([place]).marks[0].path
    load_boundaries(actor, write(tmp_path, [square("ES51", 5, 45)]), attribution="© A")
    assert europe_map([place]).marks[0].path != first


def test_a_missing_value_is_hatched_and_counted_and_never_zero() -> None:
    zero, missing = catalonia(), make_place("Campania", "ITF3", latitude=40.85, longitude=14.27)
    values = {zero.pk: Value(0.0), missing.pk: Value(None, "not asked")}
    drawn = value_map([zero, missing], values, title="Scores", unit="points")
    assert {mark.code: mark.css for mark in drawn.marks} == {"ES51": "step-1", "ITF3": "missing"}
    assert [entry.count for entry in drawn.legend if entry.css == "missing"] == [1]
    assert {row.code: (row.value, row.reason) for row in drawn.rows} == {
        "ES51": ("0", ""),
        "ITF3": ("", "not asked"),
    }
    assert 'fill="url(#map-hatch)"' in rendered(drawn)


def test_the_legend_counts_missing_even_when_nothing_is() -> None:
    place = catalonia()
    drawn = value_map([place], {place.pk: Value(99.0)}, title="Scores", unit="points")
    assert [(entry.css, entry.count) for entry in drawn.legend][-2:] == [
        ("step-6", 1),
        ("missing", 0),
    ]


def test_an_unreliable_value_is_outlined_and_said() -> None:
    place = catalonia()
    values = {place.pk: Value(50.0, unreliable=True)}
    drawn = value_map([place], values, title="Scores", unit="points")
    assert drawn.marks[0].css == "step-4 unreliable"
    assert drawn.marks[0].words.endswith("; unreliable")
    assert drawn.rows[0].unreliable


def test_a_region_without_a_place_is_said_and_stays_in_the_table() -> None:
    drawn = europe_map([make_place("Fictional", "F1")])
    assert drawn.marks == ()
    assert [row.name for row in drawn.rows] == ["Fictional"]
    assert "1 region has no place on this map" in drawn.notes[0]
    assert locator_map(make_place("Nowhere", "F2")) is None


def test_level_3_stands_at_its_parents_city() -> None:
    parent = make_place("Sydsverige", "SE22", latitude=55.6, longitude=13.0)
    child = make_place("Skåne", "SE224", level=3, parent=parent.codes.get())
    drawn = europe_map([parent, child])
    assert (drawn.marks[0].x, drawn.marks[0].y) == (drawn.marks[1].x, drawn.marks[1].y)


def test_far_islands_stand_in_their_inset() -> None:
    acores = make_place("Açores", "PT20", latitude=37.74, longitude=-25.67)
    drawn = europe_map([acores])
    inset = inset_of(-25.67, 37.74)
    assert inset is not None
    assert inset.key == "acores"
    assert float(drawn.marks[0].y) > HEIGHT
    assert len(drawn.insets) == 8
    assert europe_map([catalonia()], background=False).insets == ()


def test_other_regions_can_be_clicked_and_are_not_in_the_way_of_the_keyboard() -> None:
    shown = catalonia()
    other = make_place("Campania", "ITF3", latitude=40.85, longitude=14.27)
    html = rendered(europe_map([shown]))
    link = re.search(rf'<a href="{other.get_absolute_url()}"[^>]*>', html)
    assert link is not None
    assert 'tabindex="-1"' in link[0]


def test_a_map_of_many_values_keeps_the_keyboard_to_its_table() -> None:
    places = [make_place(f"P{n}", f"A{n:02}", **BARCELONA) for n in range(41)]
    drawn = value_map(places, {}, title="Scores", unit="points")
    assert drawn.marks == ()
    assert len(drawn.others) == len(drawn.rows) == 41


def test_queries_do_not_grow_with_regions(django_assert_num_queries: Any) -> None:
    def places() -> list[Place]:
        return list(Place.objects.order_by("pk"))

    for number in range(3):
        make_place(f"P{number}", f"A{number:02}", **BARCELONA)
    # Codes, regions behind, names, boundaries; the same with more of both kinds.
    with django_assert_num_queries(1 + 4):
        europe_map(places()[:2])
    for number in range(20):
        make_place(f"Q{number}", f"B{number:02}", **BARCELONA)
    with django_assert_num_queries(1 + 4):
        europe_map(places()[:15])


def test_names_are_escaped() -> None:
    bad = "<script>alert(1)</script>"
    place = make_place(bad, "X1", **BARCELONA)
    values = {place.pk: Value(None, bad)}
    assert "<script" not in rendered(europe_map([place], title=bad, sign=bad))
    assert "<script" not in rendered(value_map([place], values, title=bad, unit=bad))
    assert "<script" not in rendered(locator_map(place))


def test_the_page_is_the_same_every_time_and_light_and_without_styles() -> None:
    places = [catalonia()]
    first, second = rendered(europe_map(places)), rendered(europe_map(places))
    assert first == second
    assert "style=" not in first
    assert "<script" not in first
    assert len(first.encode()) < 250_000


def test_geometry_keeps_its_points_in_every_language() -> None:
    places = [catalonia()]
    with translation.override("de"):
        html = rendered(europe_map(places))
    assert re.findall(r' c?[xy]="([^"]*)"', html)
    assert not any("," in value for value in re.findall(r' c?[xy]="([^"]*)"', html))


def test_what_lies_beyond_the_map_has_no_position() -> None:
    assert position(-100.0, 40.0) is None
    x, y = position(10.0, 52.0) or (0, 0)
    assert 0 < x < WIDTH
    assert 0 < y < HEIGHT


def test_coarse_outlines_are_lighter_than_fine_ones() -> None:
    coarse, fine = country_paths(COARSE), country_paths(FINE)
    assert 5_000 < len(coarse.main) < len(fine.main) < 60_000
