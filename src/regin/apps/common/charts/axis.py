"""A value axis from left to right with round ends and a few round marks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from regin.apps.common.charts.line_parts import Tick
from regin.apps.common.charts.numbers import number, percent, round_step, ticks


@dataclass(frozen=True, slots=True)
class Axis:
    """From `low` to `high`, both multiples of `step`."""

    low: float
    high: float
    step: float

    def share(self, value: float) -> float:
        """Where `value` lies, 0 to 1."""
        return (value - self.low) / (self.high - self.low)

    def percent(self, value: float) -> str:
        """Where `value` lies, as an SVG length."""
        return percent(self.share(value))

    def marks(self) -> tuple[Tick, ...]:
        """Every multiple of the step, with as many decimals as the step needs."""
        values = ticks(self.low, self.high, self.step)
        return tuple(Tick(self.percent(value), self.words(value)) for value in values)

    def words(self, value: float) -> str:
        """`value` with as many decimals as the step needs."""
        return number(value, max(0, -math.floor(math.log10(self.step) + 1e-9)))


def zero_axis(values: Sequence[float], most: int = 4) -> Axis:
    """The axis of bars: it holds all `values` and zero, in at most `most` + 2 steps."""
    return value_axis([0.0, *values], most)


def value_axis(values: Sequence[float], most: int = 4) -> Axis:
    """An axis that holds all `values`, in at most `most` + 2 steps. One value stands inside."""
    low, high = min(values), max(values)
    step = round_step((high - low) or abs(high) or 1.0, most)
    # The last bit of a division must not cost a whole step.
    floor, top = step * math.floor(low / step + 1e-9), step * math.ceil(high / step - 1e-9)
    return Axis(floor, top if floor < top else floor + step, step)
