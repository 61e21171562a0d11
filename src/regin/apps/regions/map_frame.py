"""Where a point of the earth stands on the drawn map: Europe, and insets for the far islands."""

from __future__ import annotations

import math
from dataclasses import dataclass

from regin.files.geometry import (
    EAST_OF_CENTRE,
    NORTH_OF_CENTRE,
    Geometry,
    Point,
    Ring,
    europe_projection,
)

WIDTH = 1000.0
HEIGHT = float(
    round(
        WIDTH * (NORTH_OF_CENTRE[1] - NORTH_OF_CENTRE[0]) / (EAST_OF_CENTRE[1] - EAST_OF_CENTRE[0])
    )
)
INSET_WIDTH, INSET_HEIGHT, INSET_GAP = 115.0, 92.0, 11.4
INSET_TOP = HEIGHT + INSET_GAP

MAIN = "main"

project_main = europe_projection(WIDTH, HEIGHT)


@dataclass(frozen=True, slots=True)
class Inset:
    """A far territory in a box of its own, at its own scale, under its own name.

    `box` is (west, south, east, north) in degrees; `order` its place in the row under the map;
    `code` that of NUTS since 2013.
    """

    key: str
    name: str
    code: str
    box: tuple[float, float, float, float]
    order: int

    @property
    def left(self) -> float:
        return self.order * (INSET_WIDTH + INSET_GAP)

    def holds(self, lon: float, lat: float) -> bool:
        """Whether a point lies in the box."""
        west, south, east, north = self.box
        return west <= lon <= east and south <= lat <= north

    def project(self, lon: float, lat: float) -> Point:
        """Degrees at true proportions in the middle of the box, which is small enough for that."""
        west, south, east, north = self.box
        narrow = math.cos(math.radians((south + north) / 2))
        scale = min(INSET_WIDTH / ((east - west) * narrow), INSET_HEIGHT / (north - south))
        x = self.left + INSET_WIDTH / 2 + scale * (lon - (west + east) / 2) * narrow
        return x, INSET_TOP + INSET_HEIGHT / 2 - scale * (lat - (south + north) / 2)


# Names as the territories write them. Boxes hold all their land with a margin.
INSETS = tuple(
    Inset(key, name, code, box, order)
    for order, (key, name, code, box) in enumerate(
        [
            ("acores", "Açores", "PT20", (-32.0, 36.3, -24.4, 40.3)),
            ("madeira", "Madeira", "PT30", (-17.6, 32.2, -16.0, 33.4)),
            ("canarias", "Canarias", "ES70", (-18.6, 27.2, -13.0, 29.8)),
            ("guadeloupe", "Guadeloupe", "FRY1", (-62.0, 15.7, -60.9, 16.7)),
            ("martinique", "Martinique", "FRY2", (-61.4, 14.25, -60.6, 15.0)),
            ("guyane", "Guyane", "FRY3", (-55.0, 1.8, -51.2, 6.2)),
            ("reunion", "La Réunion", "FRY4", (55.0, -21.6, 56.1, -20.6)),
            ("mayotte", "Mayotte", "FRY5", (44.8, -13.2, 45.5, -12.5)),
        ]
    )
)


BY_KEY = {inset.key: inset for inset in INSETS}


def inset_of(lon: float, lat: float) -> Inset | None:
    """The inset that holds a point; None on the main map and beyond."""
    return next((inset for inset in INSETS if inset.holds(lon, lat)), None)


def position(lon: float, lat: float) -> Point | None:
    """x and y on the drawing, y downwards; None for a point that no part of the map shows."""
    inset = inset_of(lon, lat)
    if inset is not None:
        return inset.project(lon, lat)
    x, y = project_main(lon, lat)
    return (x, y) if 0 <= x <= WIDTH and 0 <= y <= HEIGHT else None


def frames_of(geometry: Geometry) -> tuple[Geometry, dict[str, Geometry]]:
    """The polygons of the main map, and those of each inset by its key; the rest is left out."""
    by_frame: dict[str, list[tuple[Ring, ...]]] = {}
    for polygon in geometry.polygons:
        frame = _frame(Geometry((polygon,)))
        if frame is not None:
            by_frame.setdefault(frame, []).append(polygon)
    main = Geometry(tuple(by_frame.pop(MAIN, ())))
    return main, {key: Geometry(tuple(polygons)) for key, polygons in by_frame.items()}


def _frame(polygon: Geometry) -> str | None:
    """Key of the frame that a polygon is drawn in; None when no part of the map shows it."""
    west, south, east, north = polygon.box
    inset = inset_of((west + east) / 2, (south + north) / 2)
    if inset is not None:
        return inset.key
    corners = [project_main(lon, lat) for lon in (west, east) for lat in (south, north)]
    across, down = [x for x, _y in corners], [y for _x, y in corners]
    seen = min(across) < WIDTH and max(across) > 0 and min(down) < HEIGHT and max(down) > 0
    return MAIN if seen else None
