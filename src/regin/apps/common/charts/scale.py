"""Scales: which colour a figure has, the same on bars and on the map, in words and as a class."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from regin.apps.common.charts.classes import classes_of, gap_limit, rounded
from regin.apps.common.charts.numbers import number

STEPS = 6
# Where fewer classes than steps are on the ramp: spread, so that they keep apart.
SPREAD = {1: (3,), 2: (2, 5), 3: (2, 4, 6), 4: (1, 3, 4, 6), 5: (1, 2, 3, 5, 6)}
GAP_SIDE = 3


@dataclass(frozen=True, slots=True)
class Scale:
    """Steps between `edges` (increasing, one more than steps; none when nothing is known).

    `is_open` says that the ends hold all beyond them and that figures are compared as they are
    printed, so that a “5.0” is never in the class “under 5.0”. `unit` is of the figures.
    """

    edges: tuple[float, ...]
    decimals: int = 0
    unit: str = ""
    is_open: bool = False

    @property
    def low(self) -> float:
        return self.edges[0]

    @property
    def high(self) -> float:
        return self.edges[-1]

    @property
    def steps(self) -> int:
        return max(len(self.edges) - 1, 0)

    def step(self, value: float) -> int:
        """The step (1 is the lowest) that holds `value`; an edge belongs to the step above it.

        Values beyond the ends belong to the end steps. Raises ValueError on a scale without steps.
        """
        self._has_steps()
        printed = rounded(value, self.decimals) if self.is_open else value
        return min(max(bisect_right(self.edges, printed), 1), self.steps)

    def share(self, value: float) -> float:
        """Where `value` lies between the ends, 0 to 1; beyond them, at the end.

        The middle where both ends are the same.
        """
        if self.high == self.low:
            return 0.5
        return min(max((value - self.low) / (self.high - self.low), 0.0), 1.0)

    def css(self, step: int) -> str:
        """The class that colours `step`: `step-1` … `step-6`."""
        return f"step-{SPREAD[self.steps][step - 1] if self.steps in SPREAD else step}"

    def label(self, step: int) -> str:
        """`17 to 33` in the active language; `under 17`, `17 to under 33` on an open scale."""
        words = self._ends(step)
        if self.is_open and self.steps > 1:
            if step == 1:
                return _("under %(high)s") % words
            if step == self.steps:
                return _("%(low)s and more") % words
            return _("%(low)s to under %(high)s") % words
        if words["low"] == words["high"]:
            return words["low"]
        return _("%(low)s to %(high)s") % words

    def _has_steps(self) -> None:
        if not self.steps:
            raise ValueError("a scale without figures has no steps")

    def _ends(self, step: int) -> dict[str, str]:
        low, high = self.edges[step - 1], self.edges[step]
        return {"low": number(low, self.decimals), "high": number(high, self.decimals)}


@dataclass(frozen=True, slots=True)
class GapScale(Scale):
    """Seven steps around zero, a mirror of themselves: -x is as far from the middle as x.

    An edge belongs to the step farther from zero.
    """

    def step(self, value: float) -> int:
        """The step that holds `value`: 1 to 3 below zero, 4 about zero, 5 to 7 above.

        Raises ValueError on a scale without steps.
        """
        self._has_steps()
        if value < 0:
            return self.steps + 1 - self.step(-value)
        return min(bisect_right(self.edges, rounded(value, self.decimals)), self.steps)

    def css(self, step: int) -> str:
        """The class that colours `step`: `gap-1` … `gap-7`."""
        return f"gap-{step}"

    def label(self, step: int) -> str:
        """`−3.0 and less`, `between −1.0 and 1.0`, `1.0 to under 2.0` in the active language."""
        words = self._ends(step)
        middle = GAP_SIDE + 1
        if step == middle:
            return _("between %(low)s and %(high)s") % words
        if step == 1:
            return _("%(high)s and less") % words
        if step == self.steps:
            return _("%(low)s and more") % words
        if step < middle:
            return _("over %(low)s to %(high)s") % words
        return _("%(low)s to under %(high)s") % words


SCORES = Scale((0, 17, 33, 50, 67, 83, 100))


def scale_of(values: Iterable[float | None], *, decimals: int, unit: str = "") -> Scale:
    """Up to six classes of about as many `values` each, with round limits.

    Fewer where fewer different figures are printed with `decimals`; none without a figure.
    Missing (None, NaN) is left out. For maps of several periods give the figures of all of them.
    Why so: docs/decisions/0016-classes-of-a-map.md.
    """
    edges = classes_of(values, most=STEPS, decimals=decimals)
    return Scale(edges, decimals, unit, is_open=True)


def gap_scale(values: Iterable[float | None], *, decimals: int, unit: str = "") -> GapScale:
    """Seven steps of one width around zero; the middle one is small gaps of either sign.

    Limits are round. The ends are open and hold at most a fifth of the figures, so that a few far
    ones do not make all others look alike. None without a figure; missing (None, NaN) is left out.
    """
    limit = gap_limit(values, sides=GAP_SIDE, decimals=decimals)
    if limit is None:
        return GapScale((), decimals, unit, is_open=True)
    side = [rounded(limit * (2 * index + 1), decimals) for index in range(GAP_SIDE + 1)]
    return GapScale((*(-edge for edge in reversed(side)), *side), decimals, unit, is_open=True)
