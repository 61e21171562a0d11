"""The score scale: six steps from low to high, the same on bars and on the map."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from django.utils.translation import gettext as _

from regin.apps.common.charts.numbers import number


@dataclass(frozen=True, slots=True)
class Scale:
    """Steps between `edges` (increasing, one more than steps). Styled by `step-1` … `step-n`."""

    edges: tuple[float, ...]
    decimals: int = 0

    @property
    def low(self) -> float:
        return self.edges[0]

    @property
    def high(self) -> float:
        return self.edges[-1]

    @property
    def steps(self) -> int:
        return len(self.edges) - 1

    def step(self, value: float) -> int:
        """The step (1 is the lowest) that holds `value`; an edge belongs to the step above it.

        Values beyond the ends belong to the end steps.
        """
        return min(max(bisect_right(self.edges, value), 1), self.steps)

    def share(self, value: float) -> float:
        """Where `value` lies between the ends, 0 to 1; beyond them, at the end."""
        return min(max((value - self.low) / (self.high - self.low), 0.0), 1.0)

    def label(self, step: int) -> str:
        """`17 to 33` in the active language."""
        low, high = self.edges[step - 1], self.edges[step]
        words = {"low": number(low, self.decimals), "high": number(high, self.decimals)}
        return _("%(low)s to %(high)s") % words


SCORES = Scale((0, 17, 33, 50, 67, 83, 100))
