"""Best and worst rank of each unit when the weights of the parts may be any of a set.

Two parts: the scores are straight lines over the share of the first, so the ranks change only
where two lines cross, and all crossings are looked at. More parts, or wholes within wholes: what
is sure about each pair of units bounds the ranks from outside, weights that were tried bound them
from inside, and where the two differ a mixed-integer programme decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from regin.engine.batch_ranks import Ranks, batch_ranks
from regin.engine.rank import SAME
from regin.engine.rank_programmes import EFFORT, MOST_UNITS, Programmes
from regin.engine.rank_tree import POSITIVE, WeightTree, largest_mean
from regin.engine.table import Bools, Floats

STARTS, ROUNDS = 32, 6
"""Weights from which on better ones are sought, and how often."""


@dataclass(frozen=True, eq=False)
class Extremes:
    """Ranks of each unit, (units,), 0 without a score. Those not `exact` are bounds: no admissible
    weights lead to a better or worse rank, but perhaps none lead to these either."""

    best: Ranks
    worst: Ranks
    exact: Bools


def rank_extremes(values: ArrayLike, weights: WeightTree, effort: int = EFFORT) -> Extremes:
    """Best and worst rank of each unit by the root of `weights`, with any weights in its limits.

    `values` are (units, leaves), NaN missing. Multiplying all weights of a whole changes nothing,
    so from 0 to 1 means any weights. Means are over the observed parts, which together have some
    weight; one alone is the mean whatever its weight is, 0 included. Ties share the best rank, and
    count as ties within 1e-12 of the values, as everywhere. The ranks are exact for a root with
    one or two parts that are leaves. Else they are bounds (never too narrow) for a unit that lacks
    some leaves, for units it may tie or swap with, with more than 60 units in doubt, when the
    programmes would take more than `effort`, and for a mean of logarithms.

    >>> tree = WeightTree.flat([0, 0], [1, 1])
    >>> found = rank_extremes([[9, 0], [6, 6], [0, 9], [1, 1]], tree)
    >>> found.best.tolist(), found.worst.tolist()
    ([1, 1, 1, 3], [4, 2, 4, 4])
    """
    grid = np.asarray(values, dtype=np.float64)
    there = ~np.isnan(grid)
    ranked = there.any(axis=1)
    nothing = np.zeros(len(grid), dtype=np.int32)
    found = Extremes(nothing, nothing.copy(), np.ones(len(grid), dtype=bool))
    if not ranked.any():
        return found
    gone: Bools = np.asarray(~there.any(axis=0))
    tree = weights.without(gone)
    held = tree.filled(grid[ranked][:, ~gone])
    made = _crossings(held, tree) if is_swept(tree) else _Bounded(held, tree, effort).ranks()
    found.best[ranked] = [one[0] for one in made]
    found.worst[ranked] = [one[1] for one in made]
    found.exact[ranked] = [one[2] for one in made]
    return found


Found = tuple[int, int, bool]
"""Best rank, worst rank, whether they are exact."""


def is_swept(tree: WeightTree) -> bool:
    """Whether the scores are straight lines, all of whose crossings can be looked at."""
    return tree.root == tree.leaves <= 2 and not tree.logarithms


def _crossings(held: Floats, tree: WeightTree) -> list[Found]:
    lines = [held @ _share(np.array(end)) for end in _ends(tree.low, tree.high)]
    size = np.abs(held).max(axis=1)
    return [_swept(unit, lines[0], lines[1], size) for unit in range(len(held))]


def _ends(low: Floats, high: Floats) -> tuple[Sequence[float], Sequence[float]]:
    """Weights at the two ends: the least and the greatest share of the first part."""
    if len(low) == 1:
        return [1.0], [1.0]
    return [low[0], high[1]], [high[0], low[1]]


def _share(weights: Floats) -> Floats:
    return np.asarray(weights / weights.sum())


def _swept(unit: int, start: Floats, stop: Floats, size: Floats) -> Found:
    """Ranks of `unit` while every score goes in a straight line from `start` to `stop`."""
    noise = SAME * np.maximum(size, size[unit])
    first, last = start - start[unit], stop - stop[unit]
    first, last = np.where(abs(first) > noise, first, 0), np.where(abs(last) > noise, last, 0)
    always = int(((first > 0) & (last > 0)).sum())
    falls, rises = (first > 0) & (last <= 0), (first <= 0) & (last > 0)
    crossed = falls | rises
    place = first[crossed] / (first[crossed] - last[crossed])
    points = np.concatenate([[0.0, 1.0], place])
    order = np.argsort(points, kind="stable")
    # Crossings that differ only by rounding are one: there the unit ties with all of them.
    apart = np.concatenate([[False], np.diff(points[order]) > SAME])
    number = np.empty(len(points), dtype=np.int64)
    number[order] = np.cumsum(apart)
    down = np.bincount(number[2:], weights=falls[crossed], minlength=number[1] + 1)
    up = np.bincount(number[2:], weights=rises[crossed], minlength=number[1] + 1)
    after, until = down.sum() - np.cumsum(down), np.cumsum(up)
    # At a crossing the two tie, so neither is above; between crossings every line is passed.
    best, worst = (after + until - up).min(), (after + until)[:-1].max()
    return 1 + always + int(best), 1 + always + int(worst), True


class _Bounded:
    """Ranks with three leaves or more, or with wholes below the root."""

    def __init__(self, grid: Floats, tree: WeightTree, effort: int) -> None:
        self.grid, self.tree = grid, tree
        self.seen = tree.seen(grid)
        # Differences of logarithms are no means of differences of leaves.
        self.loose: Bools = np.asarray(np.isnan(grid).any(axis=1) | tree.logarithms)
        self.size = np.ones(len(grid)) if tree.logarithms else np.nanmax(np.abs(grid), axis=1)
        self.least, self.most = tree.ends(grid)
        self.above = np.stack([self._most_above(unit) for unit in range(len(grid))])
        tried = tree.tried(self.seen)
        self.scores = tree.scores(tried, grid)
        self.shares = tree.effective(tried)
        self.programmes = Programmes(tree, effort)

    def ranks(self) -> list[Found]:
        """Ranks of every unit: inner and outer bounds, and a programme where they differ."""
        scores = self.scores[np.isfinite(self.scores).all(axis=1)]
        seen = batch_ranks(scores, [np.arange(len(self.grid))])
        best, worst = seen.min(axis=0, initial=len(self.grid)), seen.max(axis=0, initial=1)
        inner = zip(best.tolist(), worst.tolist(), strict=True)
        return [self._of(unit, *both) for unit, both in enumerate(inner)]

    def _of(self, unit: int, best: int, worst: int) -> Found:
        # What one can be below the other at most is what the other can be above it.
        below, above = -self.above[:, unit], self.above[unit]
        noise = SAME * np.maximum(self.size, self.size[unit])
        always = below > noise
        contested = (above > noise) & ~always
        contested[unit] = False
        outer = 1 + int(always.sum()), 1 + int(always.sum() + contested.sum())
        if outer == (best, worst):
            return best, worst, True
        sharp, dim = contested & ~self.loose, contested & self.loose
        if self.loose[unit] or sharp.sum() > MOST_UNITS:
            return *outer, False
        ahead = self.grid[sharp] - self.grid[unit]
        known = self._reached(ahead, noise[sharp], 1), self._reached(ahead, noise[sharp], -1)
        few, sure = self.programmes.fewest(ahead, above[sharp], known[0])
        many, certain = self.programmes.most(ahead, below[sharp], known[1])
        exact = sure and certain and not dim.any()
        return outer[0] + few, outer[0] + many + int(dim.sum()), exact

    def _reached(self, ahead: Floats, noise: Floats, sense: int) -> int:
        """Fewest (1) or most (-1) units above that weights were found for.

        From the best of the tried weights on, each round takes those that suit the units near to
        the border best; which are near is told ever more closely.
        """
        gaps = self.shares @ ahead.T
        counts = sense * (gaps > noise).sum(axis=1)
        best, end = int(counts.min()), 0 if sense > 0 else -len(ahead)
        gaps = gaps[np.argsort(counts, kind="stable")[:STARTS]]
        for turn in range(ROUNDS):
            if best == end:
                break
            width = np.abs(gaps).mean(axis=1, keepdims=True) * 0.5**turn
            near = np.exp(-np.abs(gaps) / np.maximum(width, POSITIVE))
            shares = self.tree.effective(self.tree.suiting(-sense * near @ ahead))
            gaps = shares @ ahead.T
            best = min(best, int((sense * (gaps > noise).sum(axis=1)).min()))
        return sense * best

    def _most_above(self, unit: int) -> Floats:
        """By how much each other unit can at most be above `unit`, (units,).

        Whole by whole: where both have the same parts the difference is the mean of the parts'
        differences; where not, each is anywhere between its own ends.
        """
        tree, above = self.tree, self.most - self.least[unit]
        if tree.logarithms:
            return np.array(above[:, -1])
        above[:, : tree.leaves] = self.grid - self.grid[unit]
        for number, parts in tree.wholes:
            alike = (self.seen[:, parts] == self.seen[unit, parts]).all(axis=1)
            most = largest_mean(above[:, parts], tree.low[parts], tree.high[parts])
            above[:, number] = np.where(alike, most, above[:, number])
        return np.array(above[:, -1])
