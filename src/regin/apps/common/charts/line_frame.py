"""Which years and values a line chart spans, and the marks on its axes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from regin.apps.common.charts.line_parts import Line, Tick
from regin.apps.common.charts.numbers import coordinate, number, percent, round_step, ticks

HEIGHT = 240.0
MOST_YEARS_NAMED = 5
MOST_VALUES_NAMED = 5


@dataclass(frozen=True, slots=True)
class Frame:
    """First and last year, lowest and highest value; how its figures are printed."""

    first: int
    last: int
    low: float
    high: float
    decimals: int
    unit: str
    flag_words: Mapping[str, str] = field(default_factory=dict)

    def x(self, year: float) -> float:
        """Share of the width; a single year stands in the middle."""
        return (year - self.first) / (self.last - self.first) if self.last > self.first else 0.5

    def y(self, value: float) -> float:
        """Pixels from the top."""
        return HEIGHT * (1 - (value - self.low) / (self.high - self.low))


def frame_of(
    lines: Sequence[Line], decimals: int, unit: str, flag_words: Mapping[str, str]
) -> Frame:
    """The frame around all `lines`, of which at least one has a figure."""
    years = [point.year for line in lines for point in line.points]
    low, high = value_range([value for line in lines for _, value in line.figures()])
    return Frame(min(years), max(years), low, high, decimals, unit, flag_words)


def value_range(figures: Sequence[float]) -> tuple[float, float]:
    """Round values around `figures`; from zero where the lowest is less than half the highest."""
    low, high = min(figures), max(figures)
    base = 0.0 if 0 <= low <= high * 0.5 else low
    step = round_step((high - base) or abs(high) or 1.0, MOST_VALUES_NAMED - 1)
    # The last bit of a division must not cost a whole step.
    floor, top = step * math.floor(base / step + 1e-9), step * math.ceil(high / step - 1e-9)
    return (floor, top) if floor < top else (floor - step, top + step)


def year_ticks(frame: Frame) -> tuple[Tick, ...]:
    """A few years counted back from the last one, which is the one people look for."""
    span = frame.last - frame.first
    step = max(1, math.ceil(round_step(span, MOST_YEARS_NAMED - 1))) if span else 1
    years = range(frame.last, frame.first - 1, -step)
    return tuple(Tick(percent(frame.x(year)), str(year)) for year in reversed(years))


def value_ticks(frame: Frame) -> tuple[Tick, ...]:
    """A few round values, with as many decimals as their step needs."""
    step = round_step(frame.high - frame.low, MOST_VALUES_NAMED)
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    values = ticks(frame.low, frame.high, step)
    return tuple(Tick(coordinate(frame.y(value)), number(value, decimals)) for value in values)
