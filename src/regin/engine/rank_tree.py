"""`WeightTree`: wholes within wholes, whose weights may be anything between two limits.

Weights of different wholes do not depend on each other, and a mean rises with each of its parts.
So what a whole can reach at most is the largest mean of what its parts can reach at most.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from regin.engine.design import sobol
from regin.engine.rank import SAME
from regin.engine.table import Bools, Floats, Ints

TRIED = 1024
"""Points of the quasi-random sequence whose weights are tried, always the same ones."""
POSITIVE = np.nextafter(0.0, 1.0)
"""The least number above 0."""


@dataclass(frozen=True, eq=False)
class WeightTree:
    """Nodes by number: leaves first, which are columns of scores, then wholes, the root last.

    Parts come before their wholes. `whole_of`, `low` and `high`, (nodes,), are for all nodes but
    the root: the number of the whole, and the limits 0 <= low <= high > 0 of the weight in it.
    A whole is the mean of its observed parts, the root of their logarithms if `logarithms`.
    """

    whole_of: Ints
    low: Floats
    high: Floats
    logarithms: bool = False

    @classmethod
    def flat(cls, low: ArrayLike, high: ArrayLike) -> WeightTree:
        """Return a root with parts alone; `low` and `high` are (parts,).

        >>> WeightTree.flat([0.5, 0.5], [1, 1]).whole_of.tolist()
        [2, 2]
        """
        bottom, top = np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
        return cls(np.full(len(bottom), len(bottom)), bottom, top)

    @property
    def root(self) -> int:
        """Number of the root, which is the number of the other nodes."""
        return len(self.whole_of)

    @cached_property
    def leaves(self) -> int:
        """Number of leaves."""
        return int(min(self.whole_of, default=0))

    @cached_property
    def wholes(self) -> Sequence[tuple[int, Ints]]:
        """Every whole with its parts, lowest first."""
        numbers = range(self.leaves, self.root + 1)
        return [(number, np.flatnonzero(self.whole_of == number)) for number in numbers]

    @cached_property
    def under(self) -> Bools:
        """Which leaves stand under each node or are it, (nodes + root, leaves)."""
        found = np.eye(self.root + 1, self.leaves, dtype=bool)
        for number, parts in self.wholes:
            found[number] = found[parts].any(axis=0)
        return found

    def seen(self, values: Floats) -> Bools:
        """Whether each node has a score, (rows, nodes + root); `values` are (rows, leaves)."""
        return np.asarray(~np.isnan(values) @ self.under.T)

    def without(self, gone: Bools) -> WeightTree:
        """Return the tree without the leaves that are `gone`, (leaves,), and wholes of them alone.

        >>> tree = WeightTree(np.array([2, 3, 4, 4]), np.ones(4), np.ones(4))
        >>> tree.without(np.array([True, False])).whole_of.tolist()
        [1, 2]
        """
        kept = self.under @ ~gone
        number = np.cumsum(kept) - 1
        parts = kept[:-1]
        wholes = number[self.whole_of[parts]]
        return replace(self, whole_of=wholes, low=self.low[parts], high=self.high[parts])

    def filled(self, values: Floats) -> Floats:
        """Fill gaps of a whole whose observed leaves are all alike: its score is theirs anyway."""
        out = values.copy()
        for number, _ in self.wholes:
            below = np.flatnonzero(self.under[number])
            cells = out[:, below]
            least, most = np.fmin.reduce(cells, axis=1), np.fmax.reduce(cells, axis=1)
            gaps = np.isnan(cells) & (least == most)[:, None]
            out[:, below] = np.where(gaps, least[:, None], cells)
        return out

    def most(self, values: Floats) -> Floats:
        """Largest score of each node, (rows, nodes + root), NaN without one; a plain mean each."""
        out = np.full((len(values), self.root + 1), np.nan)
        out[:, : self.leaves] = values
        for number, parts in self.wholes:
            out[:, number] = largest_mean(out[:, parts], self.low[parts], self.high[parts])
        return out

    def suiting(self, values: Floats) -> Floats:
        """Weights, (rows, nodes), that make the root of each row largest; no gaps in `values`."""
        most = self.most(values)
        # What is above the largest mean, or is it but for rounding, lifts it by a high weight.
        border = most[:, self.whole_of] - SAME * np.abs(most[:, self.whole_of])
        return np.where(most[:, :-1] >= border, self.high, self.low)

    def ends(self, values: Floats) -> tuple[Floats, Floats]:
        """Least and largest score of each node, two of (rows, nodes + root), NaN without one."""
        least, most = -self.most(-values), self.most(values)
        if self.logarithms:
            parts = self.wholes[-1][1]
            limits = self.low[parts], self.high[parts]
            # Weights that make a part 0 or less are not admissible, so it is more than that.
            bottom, top = (np.log(np.maximum(end[:, parts], POSITIVE)) for end in (least, most))
            least[:, -1], most[:, -1] = -largest_mean(-bottom, *limits), largest_mean(top, *limits)
        return least, most

    def tried(self, seen: Bools) -> Floats:
        """Weights to try, (weights, nodes): corners of what is admissible, and points within.

        Left out are those that take all weight from the observed parts of a whole in any row of
        `seen`, (rows, nodes + root): they say nothing about its score.
        """
        low, high = self.low, self.high
        uniform, coin = np.split(sobol(TRIED, 2 * len(low), (0, len(low))), 2, axis=1)
        one, near = np.eye(len(low), dtype=bool), self.whole_of[:, None] == self.whole_of
        middle = (low + high) / 2
        made = [np.where(near, np.where(which, high, low), middle) for which in (one, ~one)]
        made += [np.where(coin > 0.5, high, low), low + (high - low) * uniform]
        free = np.bincount(self.whole_of, weights=low, minlength=self.root + 1)[self.whole_of] == 0
        if free.any():
            # Shares of weights without any limit are spread evenly by this.
            made.append(np.where(free, -np.log1p(-uniform) * high, made[-1]))
        tried = np.vstack(made)
        usable = np.ones(len(tried), dtype=bool)
        for number, parts in self.wholes:
            given = tried[:, parts] @ seen[:, parts].T > 0
            usable &= (given | ~seen[:, number]).all(axis=1)
        return np.asarray(tried[usable])

    def effective(self, weights: Floats) -> Floats:
        """Share of each leaf in the root, (weights, leaves); `weights` are (weights, nodes)."""
        out = np.ones((len(weights), self.root + 1))
        for number, parts in reversed(self.wholes):
            own = weights[:, parts]
            out[:, parts] = out[:, [number]] * (own / own.sum(axis=1, keepdims=True))
        return out[:, : self.leaves]

    def scores(self, weights: Floats, values: Floats) -> Floats:
        """Score of the root, (weights, rows), not finite where logarithms are of 0 or less."""
        return self._scores(self.root, weights, values)

    def _scores(self, number: int, weights: Floats, values: Floats) -> Floats:
        parts = self.wholes[number - self.leaves][1]
        leaves = parts[parts < self.leaves]
        logarithms = self.logarithms and number == self.root
        grid = _log(values[:, leaves]) if logarithms else values[:, leaves]
        seen = ~np.isnan(grid)
        above = weights[:, leaves] @ np.where(seen, grid, 0.0).T
        below = weights[:, leaves] @ seen.T
        for part in parts[parts >= self.leaves].tolist():
            own = self._scores(part, weights, values)
            own, there = _log(own) if logarithms else own, ~np.isnan(own)
            above += np.where(there, own, 0.0) * weights[:, [part]]
            below += there * weights[:, [part]]
        out = np.full(above.shape, np.nan)
        return np.asarray(np.divide(above, below, out=out, where=below > 0))


def _log(values: Floats) -> Floats:
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(np.maximum(values, 0.0)))


def largest_mean(values: Floats, low: Floats, high: Floats) -> Floats:
    """Largest weighted mean of each row, (rows,), over its observed parts and low <= w <= high.

    `values` are (rows, parts); NaN where none is observed. At the largest mean the values above it
    have `high` and the others `low`; from any mean, such weights lead to a larger one or stay.

    >>> largest_mean(np.array([[1.0, 3.0]]), np.array([1.0, 1.0]), np.array([3.0, 3.0])).tolist()
    [2.5]
    """
    if not low.any():
        return np.asarray(np.fmax.reduce(values, axis=1, initial=np.nan))
    seen = ~np.isnan(values)
    cells = values if seen.all() else np.where(seen, values, 0.0)
    bottom, top = low * seen, high * seen
    mean = _means(top, cells)
    while True:
        weights = np.where(cells > mean[:, None], top, bottom)
        better = np.fmax(mean, _means(weights, cells))
        if np.array_equal(better, mean, equal_nan=True):
            return mean
        mean = better


def _means(weights: Floats, cells: Floats) -> Floats:
    """Weighted mean of each row, NaN without weight."""
    total = weights.sum(axis=1)
    out = np.full(total.shape, np.nan)
    return np.asarray(np.divide((weights * cells).sum(axis=1), total, out=out, where=total > 0))
