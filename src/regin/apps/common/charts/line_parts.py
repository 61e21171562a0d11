"""What a line chart is made from, and what it is made of once drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from regin.apps.common.charts.parts import Source, Table
from regin.apps.common.charts.periods import period_parts, period_words


@dataclass(frozen=True, slots=True)
class Point:
    """A figure of one period. `value` None is missing, for `reason` where one is known.

    A period is a year, or the `part` (from 1) of a year that has `per_year` of them.
    """

    year: int
    value: float | None
    flags: str = ""
    reason: str = ""
    part: int = 1
    per_year: int = 1

    @classmethod
    def of(cls, period: str, value: float | None, flags: str = "", reason: str = "") -> Point:
        """The figure of `2013`, `2013-S1`, `2013-Q1` or `2013-01`; ValueError for a week."""
        year, part, per_year = period_parts(period)
        return cls(year, value, flags, reason, part, per_year)

    @property
    def number(self) -> int:
        """Its place on the time axis; a year is its own number."""
        return self.year * self.per_year + self.part - 1

    @property
    def period(self) -> str:
        """The period as figures spell it: `2013`, `2013-Q1`, `2013-01`."""
        return period_words(self.number, self.per_year)

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

    def by_period(self) -> dict[int, Point]:
        """The points by the number of their period, in its order.

        Raises ValueError for a period twice.
        """
        points = {point.number: point for point in self.points}
        if len(points) != len(self.points):
            raise ValueError(f"the line {self.short!r} has a period twice")
        return dict(sorted(points.items()))

    def figures(self) -> list[tuple[Point, float]]:
        """The points that have a value, with it, in the order of their periods."""
        known = ((point, point.value) for point in self.by_period().values())
        return [(point, value) for point, value in known if value is not None]


@dataclass(frozen=True, slots=True)
class Stroke:
    """A straight piece between two periods that follow each other and both have a figure."""

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
    """A period without a figure, as a hatched band."""

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
