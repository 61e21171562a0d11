import math
import re
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regin.files.geometry import (
    Geometry,
    equal_area,
    europe_projection,
    geometry_from_json,
    geometry_json,
    simplify,
    svg_path,
)
from regin.files.inner_point import inner_point


def shape(*polygons):
    return Geometry(tuple(tuple(np.array(ring, float) for ring in rings) for rings in polygons))


def rings_of(geometry):
    return [ring.tolist() for polygon in geometry.polygons for ring in polygon]


SQUARE = [[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]]
HOLE = [[1, 1], [3, 1], [3, 3], [1, 3], [1, 1]]
HORSESHOE = [[0, 0], [10, 0], [10, 10], [8, 10], [8, 2], [2, 2], [2, 10], [0, 10], [0, 0]]

COORDINATE = st.floats(-80, 80, allow_subnormal=True)
RINGS = st.lists(st.tuples(COORDINATE, COORDINATE), min_size=3, max_size=40).map(
    lambda points: [*points, points[0]]
)


def inside(rings, point):
    """Even-odd rule, written out for the test."""
    x, y = point
    odd = False
    for ring in rings:
        for (x1, y1), (x2, y2) in pairwise(ring):
            if (y1 <= y) != (y2 <= y) and x < x1 + (y - y1) / (y2 - y1) * (x2 - x1):
                odd = not odd
    return odd


def to_segment(point, start, end):
    (x, y), (x1, y1), (x2, y2) = point, start, end
    dx, dy = x2 - x1, y2 - y1
    square = dx * dx + dy * dy
    t = 0.0 if square < 1e-30 else min(1.0, max(0.0, ((x - x1) * dx + (y - y1) * dy) / square))
    return math.hypot(x - x1 - t * dx, y - y1 - t * dy)


def test_points_on_a_line_are_left_out_and_corners_stay():
    ring = [[0, 0], [1, 0.001], [2, 0], [4, 0], [4, 4], [2, 4.001], [0, 4], [0, 0]]
    assert rings_of(simplify(shape([ring]), 0.01)) == [SQUARE]


def test_tolerance_zero_leaves_out_only_what_is_on_the_line():
    ring = [[0, 0], [2, 0], [4, 0], [4, 4], [0, 4], [0, 0]]
    assert rings_of(simplify(shape([ring]), 0)) == [SQUARE]


@given(RINGS, st.floats(0, 50))
def test_a_thinned_ring_is_closed_has_four_points_and_stays_near(ring, tolerance):
    ((thin,),) = simplify(shape([ring]), tolerance).polygons
    kept = [tuple(point) for point in thin.tolist()]
    assert kept[0] == kept[-1]
    assert len(kept) >= 4
    assert set(kept) <= {tuple(map(float, point)) for point in ring}
    segments = list(pairwise(kept))
    for point in ring:
        assert min(to_segment(point, *segment) for segment in segments) <= tolerance + 1e-9


@pytest.mark.parametrize("tolerance", [-1, math.nan])
def test_a_tolerance_below_zero_is_refused(tolerance):
    with pytest.raises(ValueError, match="tolerance must be 0 or more"):
        simplify(shape([SQUARE]), tolerance)


def test_a_path_draws_holes_and_leaves_out_what_falls_together():
    path = svg_path(shape([SQUARE, HOLE]), lambda lon, lat: (10 * lon, -10 * lat), 0)
    assert path == "M0,-0L40,-0L40,-40L0,-40ZM10,-10L30,-10L30,-30L10,-30Z"
    assert svg_path(shape([SQUARE]), lambda lon, lat: (lon / 1000, lat / 1000)) == ""


def test_a_path_holds_numbers_only():
    path = svg_path(shape([HORSESHOE]), europe_projection(200, 100))
    assert re.fullmatch(r"(M-?[\d.]+,-?[\d.]+(L-?[\d.]+,-?[\d.]+)+Z)+", path)


def test_the_centre_of_the_projection_is_its_origin():
    assert equal_area(10, 52) == pytest.approx((0, 0), abs=1e-6)


def test_the_projection_agrees_with_the_published_example():
    # IOGP Guidance Note 7-2, ETRS89-LAEA: 50° N 5° E is 3,962,799.45 E, 2,999,718.85 N;
    # the centre is 4,321,000 E, 3,210,000 N. Ours is on a sphere.
    x, y = equal_area(5, 50)
    expected = (3_962_799.45 - 4_321_000, 2_999_718.85 - 3_210_000)
    assert math.dist((x, y), expected) < 0.006 * math.hypot(*expected)


def test_areas_are_kept_wherever_they_lie():
    def area(lon, lat, d=0.01):
        corners = [equal_area(lon + a, lat + b) for a, b in ((0, 0), (d, 0), (d, d), (0, d))]
        turned = zip(corners, corners[1:] + corners[:1], strict=True)
        return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in turned) / 2

    for lon, lat in ((10, 52), (-20, 65), (33, 35), (25, 70)):
        true = 6_371_007.2**2 * math.radians(0.01)
        true *= math.sin(math.radians(lat + 0.01)) - math.sin(math.radians(lat))
        assert area(lon, lat) == pytest.approx(true, rel=1e-6)


@pytest.mark.parametrize(("width", "height"), [(1000, 1000), (320, 500), (800, 300)])
def test_the_view_holds_the_corners_of_europe_with_north_up(width, height):
    project = europe_projection(width, height)
    for lon, lat in ((-9.5, 37), (-22, 64), (25.8, 71), (34, 34.6), (23.7, 35), (14.5, 35.9)):
        x, y = project(lon, lat)
        assert 0 <= x <= width
        assert 0 <= y <= height
    assert project(10, 60)[1] < project(10, 40)[1]
    assert project(0, 52)[0] < project(20, 52)[0]


def test_a_view_without_size_is_refused():
    with pytest.raises(ValueError, match="must have a size"):
        europe_projection(0, 100)


def test_the_antipode_of_the_centre_has_finite_coordinates():
    assert all(map(math.isfinite, equal_area(-170, -52)))


def test_geometry_goes_through_json_and_back():
    text = geometry_json(shape([SQUARE, HOLE], [HORSESHOE]))
    assert text.startswith('{"type":"MultiPolygon","coordinates":[[[[0.0,0.0],')
    assert rings_of(geometry_from_json(text)) == [SQUARE, HOLE, HORSESHOE]


def test_box_and_points_count_what_is_there():
    both = shape([SQUARE, HOLE], [[[5, -1], [6, -1], [6, 0], [5, -1]]])
    assert both.box == (0, -1, 6, 4)
    assert both.points == 14


def test_the_inner_point_of_a_horseshoe_is_in_its_metal():
    x, y = inner_point(shape([HORSESHOE]))
    assert inside([HORSESHOE], (x, y))
    assert not (2 < x < 8 and y > 2)


def test_the_inner_point_avoids_holes_and_takes_the_largest_polygon():
    small = [[20, 0], [21, 0], [21, 1], [20, 1], [20, 0]]
    point = inner_point(shape([small], [SQUARE, HOLE]))
    assert inside([SQUARE, HOLE], point)


def test_the_inner_point_of_a_line_is_the_middle_of_its_box():
    assert inner_point(shape([[[0, 0], [4, 0], [2, 0], [0, 0]]])) == (2, 0)
    assert inner_point(shape([[[3, 3]] * 4])) == (3, 3)


@given(st.lists(st.floats(0.5, 5), min_size=5, max_size=30), st.floats(-60, 60))
def test_the_inner_point_of_a_star_is_inside(radii, lat):
    turn = 2 * math.pi / len(radii)
    ring = [[r * math.cos(n * turn), lat + r * math.sin(n * turn)] for n, r in enumerate(radii)]
    ring.append(ring[0])
    assert inside([ring], inner_point(shape([ring])))


@given(RINGS)
def test_any_ring_has_an_inner_point_in_its_box(ring):
    geometry = shape([ring])
    lon, lat = inner_point(geometry)
    west, south, east, north = geometry.box
    assert west <= lon <= east
    assert south <= lat <= north
