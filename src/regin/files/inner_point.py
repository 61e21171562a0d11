"""A point well inside an outline: where a symbol or a label stands."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from regin.files.geometry import Geometry, Point, Ring

LINES = 15


def inner_point(geometry: Geometry) -> Point:
    """Return (longitude, latitude) of a point inside the largest polygon, far from its edges.

    Candidates lie in the middle of what level lines cut out of the polygon; the one farthest
    from any edge is taken, degrees of longitude shortened by the cosine of the latitude. An
    outline without area gives the middle of its box.
    """
    polygon = max(geometry.polygons, key=_area)
    south, north = polygon[0][:, 1].min(), polygon[0][:, 1].max()
    best, away = _best(polygon, np.linspace(south, north, LINES + 2)[1:-1])
    if away <= 0:
        west, low, east, high = Geometry((polygon,)).box
        return (west + east) / 2, (low + high) / 2
    step = (north - south) / (LINES + 1)
    finer, finer_away = _best(polygon, np.linspace(best[1] - step, best[1] + step, LINES))
    return finer if finer_away > away else best


def _best(polygon: tuple[Ring, ...], latitudes: NDArray[np.float64]) -> tuple[Point, float]:
    """Return the candidate on these level lines that is farthest from an edge, and how far."""
    edges = np.concatenate([np.hstack([ring[:-1], ring[1:]]) for ring in polygon])
    best: tuple[Point, float] = (0.0, 0.0), 0.0
    for lat in latitudes.tolist():
        for lon in _middles(edges, lat):
            away = _from_edges(edges, lon, lat)
            if away > best[1]:
                best = (lon, lat), away
    return best


def _middles(edges: NDArray[np.float64], lat: float) -> list[float]:
    """Middles of the stretches inside the polygon on one latitude, widest five."""
    x1, y1, x2, y2 = edges[(edges[:, 1] <= lat) != (edges[:, 3] <= lat)].T
    cuts = np.sort(x1 + (lat - y1) / (y2 - y1) * (x2 - x1))
    left, right = cuts[0::2], cuts[1::2]
    widest = np.argsort(left - right)[:5]
    middles: list[float] = ((left + right) / 2)[widest].tolist()
    return middles


def _from_edges(edges: NDArray[np.float64], lon: float, lat: float) -> float:
    """Distance to the nearest edge in degrees of latitude."""
    narrow = float(np.cos(np.radians(lat)))
    start = (edges[:, :2] - (lon, lat)) * (narrow, 1.0)
    along = (edges[:, 2:] - edges[:, :2]) * (narrow, 1.0)
    square = np.maximum((along**2).sum(axis=1), 1e-30)
    share = np.clip(-(start * along).sum(axis=1) / square, 0, 1)
    return float(np.hypot(*(start + share[:, None] * along).T).min())


def _area(polygon: tuple[Ring, ...]) -> float:
    """Area in square degrees at the equator's scale, holes taken out."""
    outside, *holes = (_ring_area(ring) for ring in polygon)
    return outside - sum(holes)


def _ring_area(ring: Ring) -> float:
    middle = ring - ring[0]
    (x, y), (x2, y2) = middle[:-1].T, middle[1:].T
    narrow = float(np.cos(np.radians(ring[:, 1].mean())))
    return narrow * abs(float((x * y2 - x2 * y).sum())) / 2
