"""What a line chart is made from, and what it is made of once drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from regin.apps.common.charts.parts import Source, Table


@dataclass(frozen=True, slots=True)
class Point:
    """A figure of one year. `value` None is missing, for `reason` where one is known."""

    year: int
    value: float | None
    flags: str = ""
    reason: str = ""

    @property
    def letters(self) -> str:
        """The flags without blanks."""
        return "".join(self.flags.split())


@dataclass(frozen=True, slots=True)
class Line:
    """Figures of one region. `short` (a code) stands beside the line, `name` in the key."""

    name: str
    short: str
    points: Sequence[Point]

    def by_year(self) -> dict[int, Point]:
        """The points in the order of their years. Raises ValueError for a year twice."""
        points = {point.year: point for point in self.points}
        if len(points) != len(self.points):
            raise ValueError(f"the line {self.short!r} has a year twice")
        return dict(sorted(points.items()))

    def figures(self) -> list[tuple[Point, float]]:
        """The points that have a value, with it, in the order of their years."""
        known = ((point, point.value) for point in self.by_year().values())
        return [(point, value) for point, value in known if value is not None]


@dataclass(frozen=True, slots=True)
class Stroke:
    """A straight piece between two years that follow each other and both have a figure."""

    x1: str
    y1: str
    x2: str
    y2: str


@dataclass(frozen=True, slots=True)
class Dot:
    """One figure. `flags` is empty for one without reserve; others are drawn hollow."""

    x: str
    y: str
    words: str
    flags: str
    above: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark of an axis, at a share of the width or at a height."""

    at: str
    text: str


@dataclass(frozen=True, slots=True)
class Gap:
    """A year without a figure of the first line, as a hatched band."""

    x: str
    width: str
    words: str


@dataclass(frozen=True, slots=True)
class DrawnLine:
    """A line ready to print. `end_x` is empty for a line without any figure."""

    role: str
    name: str
    short: str
    strokes: tuple[Stroke, ...]
    dots: tuple[Dot, ...]
    end_x: str = ""
    end_y: str = ""


@dataclass(frozen=True, slots=True)
class LineChart:
    """A line chart ready to print."""

    template: ClassVar[str] = "common/charts/line.html"

    key: str
    title: str
    unit: str
    description: str
    height: str
    lines: tuple[DrawnLine, ...]
    gaps: tuple[Gap, ...]
    years: tuple[Tick, ...]
    values: tuple[Tick, ...]
    flags: tuple[tuple[str, str], ...]
    table: Table
    source: Source
