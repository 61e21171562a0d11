"""How the ranks of two robustness runs compare: where each unit stands, and how firmly."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from regin.engine.compare import FoundIn
from regin.engine.table import Floats

RowKey: TypeAlias = tuple[str, str]
"""Unit, period."""

Pair: TypeAlias = tuple[float, float]
"""A value of the first run and of the second; NaN where it is missing."""

NOWHERE = math.nan


@dataclass(frozen=True, eq=False)
class KeptRanks:
    """Ranks as a robustness run keeps them: one entry a unit and period, each key once.

    All (entries,), in ranks from 1, NaN where missing: `nominal` those of the recipe as written,
    `median` and the ends `low` and `high` of the 90 % interval those of the draws.
    """

    keys: tuple[RowKey, ...]
    nominal: Floats
    median: Floats
    low: Floats
    high: Floats

    def at(self, place: int | None) -> tuple[float, float, float, float]:
        """Nominal rank, median, and both ends of one entry; all NaN for None."""
        if place is None:
            return NOWHERE, NOWHERE, NOWHERE, NOWHERE
        grids = (self.nominal, self.median, self.low, self.high)
        nominal, median, low, high = (float(grid[place]) for grid in grids)
        return nominal, median, low, high


@dataclass(frozen=True)
class RankMove:
    """One unit in both runs; a rank is NaN where it is missing.

    `found_in` is "1" or "2" where only that run has such a unit or period at all.
    """

    unit: str
    period: str
    nominal: Pair
    median: Pair
    low: Pair
    high: Pair
    found_in: FoundIn = "both"

    @property
    def same_nominal(self) -> bool:
        """Whether the rank of the recipe is the same in both, or missing in both."""
        return _alike(self.nominal)

    @property
    def same_median(self) -> bool:
        """Whether the median is the same in both, or missing in both."""
        return _alike(self.median)

    @property
    def same_interval(self) -> bool:
        """Whether the interval is the same in both, or missing in both."""
        return _alike(self.low) and _alike(self.high)

    @property
    def same(self) -> bool:
        """Whether both runs have it, with the same ranks."""
        both = self.found_in == "both"
        return both and self.same_nominal and self.same_median and self.same_interval

    @property
    def overlap(self) -> bool | None:
        """Whether the intervals have a rank in common; None unless both runs have one."""
        if any(map(math.isnan, (*self.low, *self.high))):
            return None
        return max(self.low) <= min(self.high)


def moved(pair: Pair) -> float:
    """How many places further down the second rank is; NaN where either is missing."""
    return pair[1] - pair[0]


def _alike(pair: Pair) -> bool:
    return pair[0] == pair[1] or all(map(math.isnan, pair))


def compare_ranks(one: KeptRanks, two: KeptRanks) -> Iterator[RankMove]:
    """Yield every unit of both runs: in the order of the first, then what only the second has."""
    here = {key: place for place, key in enumerate(one.keys)}
    there = {key: place for place, key in enumerate(two.keys)}
    for key in {**here, **there}:
        first, second = one.at(here.get(key)), two.at(there.get(key))
        found: FoundIn = "both" if key in here and key in there else "1" if key in here else "2"
        nominal, median, low, high = zip(first, second, strict=True)
        yield RankMove(*key, nominal, median, low, high, found)
