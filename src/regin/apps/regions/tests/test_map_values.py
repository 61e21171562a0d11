"""Maps of values: scales over the data, gaps around zero, islands, and what a walk needs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from regin.apps.accounts.actor import command_actor
from regin.apps.common.charts.scale import gap_scale, scale_of
from regin.apps.regions.boundaries import load_boundaries
from regin.apps.regions.map import EuropeMap, Value, europe_map, locator_map, value_map
from regin.apps.regions.map_frame import HEIGHT, INSETS
from regin.apps.regions.models import Place
from regin.apps.regions.tests.boundary_files import square, write
from regin.apps.regions.tests.factories import make_place

pytestmark = pytest.mark.django_db

# Main cities, from data/city_positions.csv.
ISLANDS = {
    "PT20": (37.7395, -25.6687),
    "PT30": (32.6657, -16.9255),
    "ES70": (28.1018, -15.4157),
    "FRY1": (15.9971, -61.7321),
    "FRY2": (14.6037, -61.0742),
    "FRY3": (4.9381, -52.3346),
    "FRY4": (-20.8823, 55.4504),
    "FRY5": (-12.7823, 45.2288),
}


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def rendered(drawn: EuropeMap) -> str:
    return render_to_string(drawn.template, {"map": drawn})


def places_at(positions: dict[str, tuple[float, float]]) -> list[Place]:
    return [
        make_place(f"Region {code}", code, latitude=lat, longitude=lon)
        for code, (lat, lon) in positions.items()
    ]


def drawn_with(figures: list[float | None], **changes: Any) -> EuropeMap:
    """A map of `figures` in places beside each other."""
    places = places_at({f"XA{n}": (45.0, 5.0 + n) for n in range(len(figures))})
    values = {place.pk: Value(one) for place, one in zip(places, figures, strict=True)}
    scale = changes.pop("scale", gap_scale)(figures, decimals=1, unit="points")
    return value_map(places, values, title="Gaps", scale=scale, **changes)


def test_a_map_takes_its_classes_and_unit_from_the_scale() -> None:
    drawn = drawn_with([2.0, 5.0, None, 9.0], scale=scale_of)
    assert drawn.unit == "points"
    assert [(entry.css, entry.words, entry.count) for entry in drawn.legend] == [
        ("step-2", "under 5.0", 1),
        ("step-4", "5.0 to under 8.0", 1),
        ("step-6", "8.0 and more", 1),
        ("missing", "missing", 1),
    ]
    assert [mark.css for mark in drawn.marks] == ["step-2", "step-4", "missing", "step-6"]


def test_without_a_single_figure_the_legend_counts_what_is_missing() -> None:
    drawn = drawn_with([None, None], scale=scale_of)
    assert [(entry.css, entry.count) for entry in drawn.legend] == [("missing", 2)]


def test_a_gap_below_zero_is_dotted_on_the_map_and_in_the_legend() -> None:
    drawn = drawn_with([-6.5, 0.0, 6.5])
    html = rendered(drawn)
    assert [mark.css for mark in drawn.marks] == ["gap-2", "gap-4", "gap-6"]
    assert drawn.dotted == ("gap-1", "gap-2", "gap-3")
    assert [html.count(f'id="map-{css}"') for css in drawn.dotted] == [1, 1, 1]
    assert html.count('fill="url(#map-gap-2)"') == 2
    assert 'fill="url(#map-gap-6)"' not in html


def test_an_unreliable_gap_keeps_its_dots_beside_its_outline() -> None:
    place = make_place("Here", "XA1", latitude=45.0, longitude=5.0)
    values = {place.pk: Value(-6.5, unreliable=True)}
    mark = value_map([place], values, title="Gaps", scale=gap_scale([-6.5], decimals=1)).marks[0]
    assert (mark.css, mark.pattern) == ("gap-2 unreliable", "gap-2")


@pytest.mark.parametrize("with_boundaries", [False, True])
def test_every_far_territory_shows_its_value_in_its_own_frame(
    tmp_path: Path, with_boundaries: bool
) -> None:
    places = places_at(ISLANDS)
    if with_boundaries:
        features = [square(code, lon - 0.5, lat - 0.5) for code, (lat, lon) in ISLANDS.items()]
        load_boundaries(command_actor("test"), write(tmp_path, features), attribution="© A")
    values = {place.pk: Value(float(n)) for n, place in enumerate(places)}
    scale = scale_of(range(8), decimals=0)
    drawn = value_map(places, values, title="Values", scale=scale)
    frames = {inset.code: inset for inset in INSETS}
    assert len(drawn.marks) == len(drawn.insets) == 8
    for mark in drawn.marks:
        left = frames[mark.code].left
        starts = [float(x) for x in re.findall(r"M(-?[\d.]+)", mark.path)] or [float(mark.x)]
        assert left - 200 < starts[0] < left + 300
        assert left < float(mark.x) < left + 115
        assert float(mark.y) > HEIGHT
        assert bool(mark.path) is with_boundaries
    assert [inset.code for inset in drawn.insets] == list(ISLANDS)


def test_a_country_with_far_islands_opens_their_frames(tmp_path: Path) -> None:
    """Its main city is on the main map, one of its polygons is not."""
    portugal = make_place("Portugal", "PT", level=0, latitude=38.7, longitude=-9.1)
    mainland, island = square("PT", -9, 39), square("PT", -26, 37.4)
    mainland["geometry"] = {
        "type": "MultiPolygon",
        "coordinates": [one["geometry"]["coordinates"] for one in (mainland, island)],
    }
    load_boundaries(command_actor("test"), write(tmp_path, [mainland]), attribution="© A")
    drawn = value_map([portugal], {portugal.pk: Value(1.0)}, title="Values")
    assert float(drawn.marks[0].y) < HEIGHT
    assert len(drawn.insets) == 8


def test_symbols_under_others_are_counted_in_a_note() -> None:
    parent = make_place("Parent", "XC1", latitude=45.0, longitude=5.0)
    children = [
        make_place(f"Child {n}", f"XC1{n}", level=3, parent=parent.codes.get()) for n in range(3)
    ]
    drawn = value_map(children, {}, title="Values")
    assert drawn.notes == ("2 regions lie under others at the same city; the table names them.",)
    assert drawn_with([1.0, 2.0]).notes == ()


def test_every_region_that_is_walked_says_where_it_stands_and_what_it_shows() -> None:
    drawn = drawn_with([1.0, 2.0, 3.0])
    html = rendered(drawn)
    found = re.findall(r'<a href="[^"]+" class="mark [^>]*data-at="(\S+) (\S+)" aria-label', html)
    assert found == [(mark.x, mark.y) for mark in drawn.marks]
    assert "data-map-walk" in html
    # Few regions are links that speak for themselves; a line that spoke too would say all twice.
    assert re.findall(r"<p[^>]*data-map-line[^>]*>", html) == [
        '<p class="map-line" id="map-line" hidden data-map-line>'
    ]


def test_a_dense_map_is_silent_until_a_script_gives_it_a_line_that_speaks() -> None:
    drawn = drawn_with([float(n) for n in range(41)])
    html = rendered(drawn)
    assert drawn.is_dense
    assert len(re.findall(r'<a [^>]*tabindex="-1"[^>]*data-at=', html)) == 41
    assert '<g class="others" aria-hidden="true">' in html
    assert 'hidden data-map-line aria-live="polite"' in html


def test_only_regions_of_the_page_are_walked() -> None:
    make_place("Behind", "XB11", latitude=46.0, longitude=6.0)
    place = make_place("Here", "XA11", latitude=45.0, longitude=5.0)
    drawn = europe_map([place])
    assert len(drawn.others) == 1
    assert rendered(drawn).count("data-at=") == 1
    locator = locator_map(place)
    assert locator is not None
    assert "data-map-walk" not in rendered(locator)
