"""Order of units in two columns: ranks and ties among shared units, pairs in the same order.

What the rank correlations of `correlate` are made of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from regin.engine.table import Bools, Floats, Ints

BLOCK = 1 << 22
"""Comparisons held at a time. Below 2^24, so that their sums are exact in single precision."""


@dataclass(frozen=True, eq=False)
class Within:
    """Ranks among the units that count: 1 = lowest, ties share the mean; and sizes of ties.

    Both (units, columns), 0 for units that do not count.
    """

    ranks: Floats
    ties: Floats

    @property
    def tied_pairs(self) -> Floats:
        """Number of pairs with equal values, (columns,)."""
        return np.asarray(self._over(self.ties - 1) / 2)

    @property
    def triples(self) -> Floats:
        """Sum of t(t-1)(t-2) over the groups of t equal values, (columns,)."""
        return self._over((self.ties - 1) * (self.ties - 2))

    @property
    def weighed(self) -> Floats:
        """Sum of t(t-1)(2t+5) over the groups of t equal values, (columns,)."""
        return self._over((self.ties - 1) * (2 * self.ties + 5))

    def _over(self, per_unit: Floats) -> Floats:
        # Each of the t members of a group brings one t-th of its sum.
        return np.asarray(np.where(self.ties > 0, per_unit, 0.0).sum(axis=0))


@dataclass(frozen=True, eq=False)
class Order:
    """Columns in rising order, missing values last: all (columns, units).

    `order` holds the unit at each place; `start` and `end` bound the places of equal values;
    `dense` numbers the different values of each column from 0, by unit.
    """

    order: Ints
    start: Ints
    end: Ints
    dense: Ints

    def within(self, column: int, both: Bools) -> tuple[Within, Within]:
        """Rank `column`, and every column from it on, among the units of `both` each.

        `both` is (units, columns from `column` on), as are the ranks in both answers.
        """
        if both.all():
            ranks, ties = self._complete.ranks, self._complete.ties
            first = Within(ranks[:, [column]], ties[:, [column]])
            return first, Within(ranks[:, column:], ties[:, column:])
        there = np.ascontiguousarray(both.T)
        grids = (self.order, self.start, self.end)
        own = [np.broadcast_to(grid[column], there.shape) for grid in grids]
        others = [grid[column:] for grid in grids]
        return _ranked(own, there), _ranked(others, there)

    @cached_property
    def _complete(self) -> Within:
        """Ranks and ties among all units: those of columns without a gap."""
        grids = (self.order, self.start, self.end)
        return _ranked(grids, np.ones(self.order.shape, dtype=bool))


def ordered(values: Floats) -> Order:
    """Sort every column of `values`, (units, columns); NaN is missing and comes last."""
    rows = np.ascontiguousarray(values.T)
    units = rows.shape[1]
    order = np.argsort(rows, axis=1, kind="stable")
    rising = np.take_along_axis(rows, order, axis=1)
    fresh = np.ones((len(rows), units + 1), dtype=bool)
    fresh[:, 1:-1] = rising[:, 1:] != rising[:, :-1]
    place = np.arange(units + 1)
    start = np.maximum.accumulate(np.where(fresh, place, 0), axis=1)[:, :-1]
    end = np.minimum.accumulate(np.where(fresh, place, units)[:, ::-1], axis=1)[:, ::-1][:, 1:]
    dense = np.empty_like(order)
    np.put_along_axis(dense, order, np.cumsum(fresh[:, :-1], axis=1) - 1, axis=1)
    return Order(order, start, np.ascontiguousarray(end), dense)


def _ranked(places: Sequence[Ints], there: Bools) -> Within:
    """Rank among the units of `there`; `places` are order, start, end. All (columns, units)."""
    order, start, end = places
    counted = np.zeros((len(there), there.shape[1] + 1), dtype=np.int64)
    np.cumsum(np.take_along_axis(there, order, axis=1), axis=1, out=counted[:, 1:])
    below = np.take_along_axis(counted, start, axis=1)
    up_to = np.take_along_axis(counted, end, axis=1)
    ranks, ties = np.empty(there.shape), np.empty(there.shape)
    np.put_along_axis(ranks, order, (below + up_to + 1) / 2, axis=1)
    np.put_along_axis(ties, order, up_to - below, axis=1)
    return Within(np.where(there, ranks, 0.0).T, np.where(there, ties, 0.0).T)


def surplus(dense: Ints, there: Bools) -> Floats:
    """Pairs of units in the same order less those in opposite order, (columns, columns).

    `dense`: (columns, units), `there`: (units, columns). Exact. Compares every two units as
    matrix products, so the effort grows with their number squared.
    """
    columns, units = dense.shape
    values, mask = dense.T.astype(np.float32, order="C"), there.astype(np.float32)
    total = np.zeros((columns, columns))
    height = max(1, BLOCK // max(1, units * columns))
    for top in range(0, units, height):
        low = min(top + height, units)
        total += _compared(values[top:low], values[low:], mask[top:low], mask[low:])
        # Within the block every two units meet twice.
        total += _compared(*[values[top:low]] * 2, *[mask[top:low]] * 2) / 2
    return total


def _compared(
    some: NDArray[np.float32],
    others: NDArray[np.float32],
    there: NDArray[np.float32],
    there_others: NDArray[np.float32],
) -> Floats:
    signs = np.sign(some[:, None, :] - others[None, :, :])
    signs *= there[:, None, :]
    signs *= there_others[None, :, :]
    flat = signs.reshape(-1, some.shape[1])
    return np.asarray((flat.T @ flat).astype(np.float64))


def surplus_by_sorting(own: Ints, other: Ints) -> float:
    """Return the `surplus` of two columns without gaps, (units,) each, as n log n."""
    first = np.lexsort((other, own))
    x, y = own[first], other[first]
    pairs = len(x) * (len(x) - 1) / 2
    tied_x, tied_y = _tied(x), _tied(np.sort(y))
    both = _tied(x * (int(y.max(initial=0)) + 1) + y)
    return pairs - tied_x - tied_y + both - 2 * _inversions(y)


def _tied(rising: Ints) -> float:
    """Number of pairs of equal values."""
    _, counts = np.unique(rising, return_counts=True)
    return float((counts * (counts - 1) // 2).sum())


def _inversions(values: Ints) -> float:
    """Number of pairs in which the earlier value is larger, bit by bit from the highest.

    Values that share the higher bits stand together in their first order; there, a 1 before a 0
    is an inversion.
    """
    found = 0
    for bit in reversed(range(int(values.max(initial=0)).bit_length())):
        prefix, ones = values >> (bit + 1), (values >> bit) & 1
        before = np.concatenate([[0], np.cumsum(ones)])
        begins = np.searchsorted(prefix, prefix, side="left")
        found += int(((before[:-1] - before[begins]) * (1 - ones)).sum())
        values = values[np.argsort(values >> bit, kind="stable")]
    return float(found)


@cache
def chance_of_inversions(units: int) -> Floats:
    """Chance of at most k inversions, k = 0, 1, …, in a random order of `units`; read only.

    An order of n is one of n - 1 into which one more unit is put before 0 to n - 1 others, each
    with the same chance. Only positive numbers are added, so that the smallest chance is as exact
    as the largest.

    >>> chance_of_inversions(3).round(6).tolist()
    [0.166667, 0.5, 0.833333, 1.0]
    """
    shares = np.ones(1)
    for size in range(2, units + 1):
        shares = np.convolve(shares, np.full(size, 1 / size))
    chances = np.cumsum(shares)
    chances.flags.writeable = False
    return chances
