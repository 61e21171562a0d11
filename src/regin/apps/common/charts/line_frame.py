"""Which periods and values a line chart spans, and the marks on its axes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from regin.apps.common.charts.line_parts import Line, Tick
from regin.apps.common.charts.numbers import coordinate, number, percent, round_step, ticks
from regin.apps.common.charts.periods import period_words

HEIGHT = 240.0
MOST_YEARS_NAMED = 5
MOST_PARTS_NAMED = 3
MOST_VALUES_NAMED = 5


@dataclass(frozen=True, slots=True)
class Frame:
    """First and last period by number, lowest and highest value; how its figures are printed."""

    first: int
    last: int
    low: float
    high: float
    decimals: int
    unit: str
    flag_words: Mapping[str, str] = field(default_factory=dict)
    per_year: int = 1
    height: float = HEIGHT

    def x(self, period: float) -> float:
        """Share of the width; a single period stands in the middle."""
        return (period - self.first) / (self.last - self.first) if self.last > self.first else 0.5

    def y(self, value: float) -> float:
        """Pixels from the top."""
        return self.height * (1 - (value - self.low) / (self.high - self.low))

    def words(self, period: int) -> str:
        """The period with this number as figures spell it."""
        return period_words(period, self.per_year)


def frame_of(
    lines: Sequence[Line],
    decimals: int,
    unit: str,
    flag_words: Mapping[str, str],
    *,
    height: float = HEIGHT,
) -> Frame:
    """The frame around all `lines`, of which at least one has a figure.

    Raises ValueError when years and parts of years are mixed.
    """
    points = [point for line in lines for point in line.points]
    if len(frequencies := {point.per_year for point in points}) > 1:
        raise ValueError(f"the lines mix periods: {sorted(frequencies)} a year")
    periods = [point.number for point in points]
    low, high = value_range([value for line in lines for _, value in line.figures()])
    ends = (min(periods), max(periods), low, high)
    return Frame(*ends, decimals, unit, flag_words, frequencies.pop(), height)


def value_range(figures: Sequence[float]) -> tuple[float, float]:
    """Round values around `figures`; from zero where the lowest is less than half the highest."""
    low, high = min(figures), max(figures)
    base = 0.0 if 0 <= low <= high * 0.5 else low
    step = round_step((high - base) or abs(high) or 1.0, MOST_VALUES_NAMED - 1)
    # The last bit of a division must not cost a whole step.
    floor, top = step * math.floor(base / step + 1e-9), step * math.ceil(high / step - 1e-9)
    return (floor, top) if floor < top else (floor - step, top + step)


def year_ticks(frame: Frame) -> tuple[Tick, ...]:
    """A few years counted back from the last one, which is the one people look for.

    Parts of years are named where the axis holds fewer than two beginnings of a year.
    """
    per_year = frame.per_year
    first, last = math.ceil(frame.first / per_year), frame.last // per_year
    if per_year > 1 and last <= first:
        step = max(1, math.ceil((frame.last - frame.first) / (MOST_PARTS_NAMED - 1)))
        periods = range(frame.last, frame.first - 1, -step)
        return tuple(Tick(percent(frame.x(one)), frame.words(one)) for one in reversed(periods))
    span = last - first
    step = max(1, math.ceil(round_step(span, MOST_YEARS_NAMED - 1))) if span else 1
    years = range(last, first - 1, -step)
    return tuple(Tick(percent(frame.x(year * per_year)), str(year)) for year in reversed(years))


def value_ends(frame: Frame) -> tuple[Tick, Tick]:
    """The lowest and the highest value there is room for: all figures lie between them."""
    low, high = (_value_tick(frame, value) for value in (frame.low, frame.high))
    return low, high


def value_ticks(frame: Frame) -> tuple[Tick, ...]:
    """A few round values, with as many decimals as their step needs."""
    values = ticks(frame.low, frame.high, _value_step(frame))
    return tuple(_value_tick(frame, value) for value in values)


def _value_step(frame: Frame) -> float:
    """The step between round values; the ends of the frame need no more decimals than it."""
    return round_step(frame.high - frame.low, MOST_VALUES_NAMED)


def _value_tick(frame: Frame, value: float) -> Tick:
    decimals = max(0, -math.floor(math.log10(_value_step(frame)) + 1e-9))
    return Tick(coordinate(frame.y(value)), number(value, decimals))
