"""Paths of the drawing, as short as they can be written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from regin.apps.regions.map_frame import BY_KEY, frames_of, project_main
from regin.files.geometry import Geometry, Projection, simplify, svg_path

# Insets show a territory larger than the main map does, and so need more of its points.
FINER_IN_INSETS = 20
_NUMBER = re.compile(r"-?[0-9.]+")


@dataclass(frozen=True, slots=True)
class Detail:
    """How finely outlines are drawn: `tolerance` in degrees, decimals of a 1000th of the width."""

    tolerance: float
    decimals: int


@dataclass(frozen=True, slots=True)
class Paths:
    """A path on the main map, which is cut at its frame, and one in the insets."""

    main: str
    insets: str

    @property
    def whole(self) -> str:
        return self.main + self.insets


def paths_of(geometry: Geometry, detail: Detail) -> Paths:
    """Thin and draw a geometry; a path is empty where nothing is to be seen."""
    main, insets = frames_of(geometry)
    fine = Detail(detail.tolerance / FINER_IN_INSETS, detail.decimals)
    drawn = [_drawn(shape, BY_KEY[key].project, fine) for key, shape in sorted(insets.items())]
    return Paths(_drawn(main, project_main, detail), "".join(drawn))


def _drawn(geometry: Geometry, project: Projection, detail: Detail) -> str:
    path = svg_path(simplify(geometry, detail.tolerance), project, detail.decimals)
    return "".join(_relative(ring, detail.decimals) for ring in path.split("Z") if ring)


def _relative(ring: str, decimals: int) -> str:
    """A ring with each point told from the one before: the same line in two thirds of the text.

    Whole units of the last decimal are added up, so that no rounding gathers along the ring.
    """
    unit = 10**decimals
    numbers = [round(float(text) * unit) for text in _NUMBER.findall(ring)]
    points = list(zip(numbers[::2], numbers[1::2], strict=True))
    steps = (
        _pair(x - before_x, y - before_y, unit) for (before_x, before_y), (x, y) in pairwise(points)
    )
    return f"M{_pair(*points[0], unit)}l{' '.join(steps)}z".replace(" -", "-")


def _pair(x: int, y: int, unit: int) -> str:
    across, down = _short(x, unit), _short(y, unit)
    return f"{across}{down}" if down.startswith("-") else f"{across} {down}"


def _short(number: int, unit: int) -> str:
    """`-12` tenths as `-1.2`, `5` as `.5`."""
    text = f"{number / unit:g}"
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text
