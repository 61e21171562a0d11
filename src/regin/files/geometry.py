"""Outlines of places: their shape as data, thinned, and drawn as an SVG path.

A ring is an array (points, 2) of longitude and latitude in degrees (EPSG:4326), first point =
last point. Everything is plain geometry in the plane of its coordinates; outlines across the
180th meridian are not joined.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ring = NDArray[np.float64]
Point = tuple[float, float]
Projection = Callable[[float, float], Point]
TINY = 1e-30


@dataclass(frozen=True, slots=True, eq=False)
class Geometry:
    """Polygons of one place; of each, the first ring is its outside and the others are holes."""

    polygons: tuple[tuple[Ring, ...], ...]

    @property
    def points(self) -> int:
        """Number of points in all rings, closing points included."""
        return sum(len(ring) for polygon in self.polygons for ring in polygon)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """(west, south, east, north) in degrees."""
        outside = np.concatenate([polygon[0] for polygon in self.polygons])
        west, south = outside.min(axis=0)
        east, north = outside.max(axis=0)
        return float(west), float(south), float(east), float(north)


def geometry_json(geometry: Geometry, decimals: int = 5) -> str:
    """Write a GeoJSON MultiPolygon without spaces; 5 decimals are about one metre."""
    coordinates = [
        [np.round(ring, decimals).tolist() for ring in polygon] for polygon in geometry.polygons
    ]
    shape = {"type": "MultiPolygon", "coordinates": coordinates}
    return json.dumps(shape, separators=(",", ":"), allow_nan=False)


def geometry_from_json(text: str) -> Geometry:
    """Read what `geometry_json` wrote. For files of others use `read_boundaries`."""
    polygons = json.loads(text)["coordinates"]
    return Geometry(tuple(tuple(np.array(ring, float) for ring in rings) for rings in polygons))


def simplify(geometry: Geometry, tolerance: float) -> Geometry:
    """Leave out points that lie within `tolerance` degrees of the line without them.

    Douglas-Peucker on each ring: kept points are points of the original, rings stay closed and
    keep at least four points. Two neighbours are thinned each for itself, so that gaps up to
    twice the tolerance may open between them. Raises ValueError for a negative tolerance.
    Source: Douglas and Peucker, 1973, The Canadian Cartographer 10(2).
    """
    if not tolerance >= 0:
        raise ValueError(f"tolerance must be 0 or more, not {tolerance}")
    return Geometry(
        tuple(
            tuple(_thin_ring(ring, tolerance) for ring in polygon) for polygon in geometry.polygons
        )
    )


def _thin_ring(ring: Ring, tolerance: float) -> Ring:
    """Thin a ring between its first point and the one farthest from it, both kept."""
    if len(ring) <= 4:
        return ring
    far = int(np.argmax(np.hypot(*(ring - ring[0]).T)))
    keep = np.zeros(len(ring), dtype=bool)
    keep[[0, far, -1]] = True
    _mark(ring, keep, [(0, far), (far, len(ring) - 1)], tolerance)
    while keep.sum() < 4:
        keep[_farthest_left_out(ring, keep, far)] = True
    return ring[keep]


def _mark(ring: Ring, keep: NDArray[np.bool_], spans: list[tuple[int, int]], limit: float) -> None:
    """Mark the points to keep; a list of spans instead of recursion, for rings of any length."""
    while spans:
        start, end = spans.pop()
        if end - start < 2:
            continue
        away = _distances(ring[start + 1 : end], ring[start], ring[end])
        middle = start + 1 + int(np.argmax(away))
        if away[middle - start - 1] > limit:
            keep[middle] = True
            spans += [(start, middle), (middle, end)]


def _farthest_left_out(ring: Ring, keep: NDArray[np.bool_], far: int) -> int:
    away = _distances(ring, ring[0], ring[far])
    return int(np.argmax(np.where(keep, -1.0, away)))


def _distances(points: Ring, start: Ring, end: Ring) -> NDArray[np.float64]:
    """Distance of each point (points,) from the segment start-end."""
    along = end - start
    square = float(along @ along)
    share = (
        np.clip((points - start) @ along / square, 0, 1) if square > 0 else np.zeros(len(points))
    )
    return _lengths(points - start - share[:, None] * along)


def _lengths(vectors: Ring) -> NDArray[np.float64]:
    lengths: NDArray[np.float64] = np.hypot(vectors[:, 0], vectors[:, 1])
    return lengths


def svg_path(geometry: Geometry, project: Projection, decimals: int = 1) -> str:
    """Write the `d` of an SVG path; `project` turns longitude and latitude into x and y.

    Points that fall on the one before are left out, and so are rings of fewer than three points
    after that. Empty when nothing is left. Fill it with `fill-rule="evenodd"`.
    """
    rings = (ring for polygon in geometry.polygons for ring in polygon)
    return "".join(_ring_path(ring, project, decimals) for ring in rings)


def _ring_path(ring: Ring, project: Projection, decimals: int) -> str:
    drawn: list[str] = []
    for lon, lat in ring[:-1].tolist():
        x, y = project(lon, lat)
        point = f"{x:.{decimals}f},{y:.{decimals}f}"
        if not drawn or drawn[-1] != point:
            drawn.append(point)
    return f"M{'L'.join(drawn)}Z" if len(set(drawn)) > 2 else ""


EARTH_RADIUS = 6_371_007.2
CENTRE_LON, CENTRE_LAT = 10.0, 52.0
EAST_OF_CENTRE = (-1_800_000.0, 2_700_000.0)
NORTH_OF_CENTRE = (-1_900_000.0, 2_300_000.0)


def europe_projection(width: float = 1000.0, height: float = 1000.0) -> Projection:
    """Lambert's equal-area view of Europe around 52° N 10° E, fitted into `width` x `height`.

    The view runs from Iceland's middle to Cyprus and from Crete to the North Cape, centred, at
    one scale in both directions, y downwards; places beyond it fall outside the box. Areas on
    the map are in proportion. On a sphere of equal area (radius 6,371,007.2 m), within 0.6 % of
    ETRS89-LAEA (EPSG:3035). Raises ValueError when the box is empty.
    Source: Snyder, 1987, Map Projections, US Geological Survey Professional Paper 1395, p. 185.
    """
    if not (width > 0 and height > 0):
        raise ValueError(f"the box must have a size, not {width} x {height}")
    (west, east), (south, north) = EAST_OF_CENTRE, NORTH_OF_CENTRE
    scale = min(width / (east - west), height / (north - south))
    left, top = (width - scale * (west + east)) / 2, (height + scale * (south + north)) / 2

    def project(lon: float, lat: float) -> Point:
        x, y = equal_area(lon, lat)
        return left + scale * x, top - scale * y

    return project


def equal_area(lon: float, lat: float) -> Point:
    """Metres east and north of 52° N 10° E in Lambert's azimuthal equal-area projection.

    The point opposite the centre has no place on the map and is drawn at its rim.
    """
    phi, centre = math.radians(lat), math.radians(CENTRE_LAT)
    turn = math.radians(lon - CENTRE_LON)
    cosine = math.cos(phi) * math.cos(turn)
    nearness = 1 + math.sin(centre) * math.sin(phi) + math.cos(centre) * cosine
    k = EARTH_RADIUS * math.sqrt(2 / max(nearness, 1e-12))
    north = math.cos(centre) * math.sin(phi) - math.sin(centre) * cosine
    return k * math.cos(phi) * math.sin(turn), k * north
