"""From the nested lists of a GeoJSON geometry to compact, checked rings."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from regin.engine.errors import N_, Message, Value, register
from regin.files.geometry import Geometry, Ring

register(
    {
        "geojson_geometry": Message(
            N_("The outline of %(place)s is not a Polygon or MultiPolygon."),
            N_("Export regions as areas, not as points, lines or empty shapes."),
        ),
        "geojson_ring": Message(
            N_("A ring of %(place)s is not a closed line of at least four points."),
            N_("Repair the outline: its last point repeats its first."),
        ),
        "geojson_point": Message(
            N_("A point of %(place)s is not a pair of finite numbers."),
            N_("Repair the outline: a point is longitude, then latitude, and perhaps a height."),
        ),
        "geojson_range": Message(
            N_("A point of %(place)s is at %(x)s, %(y)s, which is not longitude and latitude."),
            N_("Choose EPSG:4326 (degrees) where you download the file."),
        ),
    }
)

MOST_POINTS: Final = 5_000_000
NUMBERS: Final = frozenset({int, float})
SHAPES: Final = ("Polygon", "MultiPolygon")


@dataclass(frozen=True, slots=True)
class BadShape:
    """Why a geometry cannot be used: a message code and its parameters but the place's code."""

    code: str
    params: Mapping[str, Value] = field(default_factory=dict)


class _ShapeError(ValueError):
    def __init__(self, code: str, **params: Value) -> None:
        self.bad = BadShape(code, params)
        super().__init__(code)


def read_shape(content: dict[str, Any]) -> dict[str, Any] | Geometry | BadShape:
    """Turn a parsed object into a Geometry (or what is wrong with it) when it is a geometry.

    Called for each object as the parser closes it, so that the lists of one region are gone
    before those of the next are made.
    """
    kind, coordinates = content.get("type"), content.get("coordinates")
    if kind not in SHAPES or "coordinates" not in content:
        return content
    try:
        polygons = _items([coordinates] if kind == "Polygon" else coordinates)
        return Geometry(tuple(_polygon(rings) for rings in polygons))
    except _ShapeError as error:
        return error.bad


def _items(value: Any) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise _ShapeError("geojson_geometry")
    return value


def _polygon(rings: Any) -> tuple[Ring, ...]:
    return tuple(_ring(points) for points in _items(rings))


def _ring(points: Any) -> Ring:
    if not isinstance(points, list) or len(points) < 4:
        raise _ShapeError("geojson_ring")
    ring = np.fromiter(_numbers(points), np.float64, 2 * len(points)).reshape(-1, 2)
    if not (ring[0] == ring[-1]).all():
        raise _ShapeError("geojson_ring")
    ring.flags.writeable = False
    return ring


def _numbers(points: list[Any]) -> Iterator[float]:
    """Yield longitude and latitude of each point in turn, without a list of them."""
    for point in points:
        if type(point) is not list or not 2 <= len(point) <= 3:
            raise _ShapeError("geojson_point")
        x, y = point[0], point[1]
        if type(x) not in NUMBERS or type(y) not in NUMBERS:
            raise _ShapeError("geojson_point")
        if not (-180 <= x <= 180 and -90 <= y <= 90):
            raise _out_of_range(x, y)
        yield x
        yield y


def _out_of_range(x: float, y: float) -> _ShapeError:
    """Show both numbers, if they are numbers that can be shown."""
    if not all(abs(value) < 1e12 and math.isfinite(value) for value in (x, y)):
        return _ShapeError("geojson_point")
    return _ShapeError("geojson_range", x=x, y=y)
