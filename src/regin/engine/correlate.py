"""Correlations of columns, pairwise complete: Pearson, Spearman, Kendall's tau-b.

Two tiers: `correlate` on an array, `correlate_table` on the columns of a table. `covariance` is
what Pearson's coefficient is made of, for those who need the variances as well.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from regin.engine.concordance import (
    Order,
    Within,
    chance_of_inversions,
    ordered,
    surplus,
    surplus_by_sorting,
)
from regin.engine.table import Bools, Floats, Ints, Table

Kind = Literal["pearson", "spearman", "kendall"]
KINDS: tuple[Kind, ...] = get_args(Kind)

LEAST = 3
"""Fewest shared units: with two, every correlation is 1 or -1 and says nothing."""

ROUNDING = 4e-15
"""A correlation this close to 1 or -1 is 1 or -1: sums of rounded numbers tell no more."""

FEW = 50
"""Below so many units, and without ties, Kendall's p is exact: the limit of R's cor.test."""

MANY = 4000
"""Beyond so many units, Kendall's pairs are counted by sorting: comparing all takes n squared."""


@dataclass(frozen=True, eq=False)
class Correlations:
    """Coefficients `r`, two-sided p-values `p` and shared units `n`, each (columns, columns)."""

    r: Floats
    p: Floats
    n: Ints


@dataclass(frozen=True)
class Pair:
    """The correlation of two columns over `n` shared units of `period`; NaN where missing."""

    kind: Kind
    a: str
    b: str
    r: float
    p: float
    n: int
    period: str = ""


def correlate(values: ArrayLike, kind: Kind = "pearson") -> Correlations:
    """Correlate every two columns of `values`, (units, columns), over the units that have both.

    NaN is missing. r and p are missing (NaN) for fewer than `LEAST` shared units, and where
    either column holds a single value among these. Spearman is Pearson of the ranks among the
    shared units, ties sharing the mean rank; tau-b corrects for ties (Kendall, 1945).
    p is two-sided for r = 0: Student's t with n - 2 degrees of freedom for Pearson and Spearman.
    For Kendall it is exact where the shared units are fewer than `FEW` and none of them tie in
    either column: the share of all orders that lie at least as far from none (Kendall, 1938).
    Else it is the normal approximation without continuity correction, its variance corrected for
    ties (Kendall and Gibbons, Rank Correlation Methods, 1990).

    >>> made = correlate([[1, 2], [2, 4], [3, 5], [4, float("nan")]], "kendall")
    >>> round(float(made.r[0, 1]), 12), int(made.n[0, 1])
    (1.0, 3)
    """
    grid = np.asarray(values, dtype=np.float64)
    there = ~np.isnan(grid)
    columns = grid.shape[1]
    r, p = np.full((columns, columns), np.nan), np.full((columns, columns), np.nan)
    n = there.astype(np.int64).T @ there.astype(np.int64)
    sample = _Sample(_scaled(grid)[0], there)
    row_of = {"pearson": _pearson, "spearman": _spearman, "kendall": _kendall}[kind]
    for column in range(columns):
        both = there[:, column:] & there[:, [column]]
        r[column, column:], p[column, column:] = row_of(sample, column, both)
    lower = np.tril_indices(columns, -1)
    r[lower], p[lower] = r.T[lower], p.T[lower]
    return Correlations(r, p, n)


def covariance(values: ArrayLike) -> Floats:
    """Covariance of every two columns of `values`, (units, columns), over the units with both.

    NaN is missing; the divisor is n - 1; missing (NaN) for fewer than two shared units.
    Variances stand on the diagonal.

    >>> covariance([[1, 2], [3, 6], [float("nan"), 1]]).tolist()
    [[2.0, 4.0], [4.0, 7.0]]
    """
    grid = np.asarray(values, dtype=np.float64)
    there = ~np.isnan(grid)
    scaled, scale = _scaled(grid)
    out = np.full((grid.shape[1], grid.shape[1]), np.nan)
    for column in range(grid.shape[1]):
        both = there & there[:, [column]]
        count = both.sum(axis=0)
        own, others = _deviations(scaled[:, [column]], both), _deviations(scaled, both)
        # Rounding must not give a constant a variance.
        same = _single(scaled[:, [column]], both) | _single(scaled, both)
        total = np.where(same, 0.0, (own * others).sum(axis=0))
        np.divide(total, count - 1, out=out[column], where=count > 1)
    return np.asarray(out * np.outer(scale, scale))


def correlate_table(
    table: Table,
    codes: Sequence[str],
    kinds: Sequence[Kind] = KINDS,
    pairs: Collection[tuple[str, str]] | None = None,
) -> Iterator[Pair]:
    """Yield the correlations among columns `codes` of `table`, period by period, kind by kind.

    `pairs` are those wanted, in their order; None: every two columns, in the order of `codes`.
    A code without a column is all missing.
    """
    place = {code: number for number, code in enumerate(codes)}
    wanted = pairs if pairs is not None else every_two(codes)
    grid = table.columns(codes)
    for rows in table.period_rows:
        for kind in kinds:
            made = correlate(grid[rows], kind)
            r, p, n = made.r.tolist(), made.p.tolist(), made.n.tolist()
            for a, b in wanted:
                i, j = place[a], place[b]
                yield Pair(kind, a, b, r[i][j], p[i][j], n[i][j], table.periods[rows[0]])


def every_two(codes: Sequence[str]) -> list[tuple[str, str]]:
    """Return every two of `codes`, each pair once, the earlier code first."""
    return [(a, b) for place, a in enumerate(codes) for b in codes[place + 1 :]]


def single_valued(values: ArrayLike) -> Bools:
    """Whether each column of `values`, (units, columns), lacks two different values."""
    grid = np.asarray(values, dtype=np.float64)
    return _single(grid, ~np.isnan(grid))


@dataclass(frozen=True, eq=False)
class _Sample:
    """Columns scaled to at most 1, and which cells hold a value: (units, columns) each."""

    values: Floats
    there: Bools

    @cached_property
    def order(self) -> Order:
        """Ranks and ties; worked out only when a kind needs them."""
        return ordered(self.values)

    @cached_property
    def surplus(self) -> Floats:
        """Pairs in the same order less those in opposite order, (columns, columns)."""
        return surplus(self.order.dense, self.there)


def _scaled(grid: Floats) -> tuple[Floats, Floats]:
    """Columns divided by a power of two, so that no square leaves the range of numbers."""
    size = np.abs(np.where(np.isnan(grid), 0.0, grid)).max(axis=0, initial=0.0)
    scale = np.exp2(np.frexp(size)[1])
    return grid / scale, scale


def _deviations(grid: Floats, there: Bools) -> Floats:
    """Deviations from the column means over `there`; 0 elsewhere."""
    count = np.maximum(there.sum(axis=0), 1)
    mean = np.where(there, grid, 0.0).sum(axis=0) / count
    return np.where(there, grid - mean, 0.0)


def _single(grid: Floats, there: Bools) -> Bools:
    """Columns without two different values. A sum would say so only up to rounding."""
    top = np.where(there, grid, -np.inf).max(axis=0, initial=-np.inf)
    low = np.where(there, grid, np.inf).min(axis=0, initial=np.inf)
    return np.asarray(top <= low)


def _pearson(sample: _Sample, column: int, both: Bools) -> tuple[Floats, Floats]:
    return _linear(sample.values[:, [column]], sample.values[:, column:], both)


def _spearman(sample: _Sample, column: int, both: Bools) -> tuple[Floats, Floats]:
    own, others = sample.order.within(column, both)
    return _linear(own.ranks, others.ranks, both)


def _linear(own: Floats, others: Floats, both: Bools) -> tuple[Floats, Floats]:
    """Pearson's r and its p of one column with others, over the rows of `both`."""
    from scipy.special import stdtr  # loads slowly

    x, y = _deviations(own, both), _deviations(others, both)
    size = np.sqrt((x * x).sum(axis=0)) * np.sqrt((y * y).sum(axis=0))
    count = both.sum(axis=0)
    usable = (count >= LEAST) & (size > 0) & ~_single(own, both) & ~_single(others, both)
    r = np.divide((x * y).sum(axis=0), size, out=np.full(len(count), np.nan), where=usable)
    r = np.where(np.abs(r) > 1 - ROUNDING, np.sign(r), r)
    left = (1 - r) * (1 + r)
    below = np.divide(np.abs(r), np.sqrt(left), out=np.full(len(r), np.inf), where=left > 0)
    df = np.maximum(count - 2, 1)
    return r, np.where(usable, 2 * stdtr(df, -below * np.sqrt(df)), np.nan)


def _kendall(sample: _Sample, column: int, both: Bools) -> tuple[Floats, Floats]:
    from scipy.special import erfc  # loads slowly

    own, others = sample.order.within(column, both)
    n = both.sum(axis=0).astype(np.float64)
    pairs = n * (n - 1) / 2
    size = np.sqrt((pairs - own.tied_pairs) * (pairs - others.tied_pairs))
    usable = (n >= LEAST) & (size > 0)
    above = _surplus(sample, column, both)
    tau = np.divide(above, size, out=np.full(len(n), np.nan), where=usable)
    spread = np.sqrt(np.where(usable, _variance(n, own, others), 1.0))
    tail = erfc(np.abs(above) / spread / np.sqrt(2.0))
    untied = (own.tied_pairs == 0) & (others.tied_pairs == 0)
    for place in np.flatnonzero(usable & untied & (n < FEW)):
        tail[place] = _exact_tail(int(n[place]), float(above[place]))
    return np.clip(tau, -1.0, 1.0), np.where(usable, tail, np.nan)


def _exact_tail(units: int, above: float) -> float:
    """Share of all orders of `units` whose surplus of pairs is at least as far from 0."""
    # The surplus is all pairs less two for every inversion; both tails are alike.
    inversions = (units * (units - 1) // 2 - int(abs(above))) // 2
    return min(1.0, 2 * float(chance_of_inversions(units)[inversions]))


def _surplus(sample: _Sample, column: int, both: Bools) -> Floats:
    if len(both) <= MANY:
        return np.asarray(sample.surplus[column, column:])
    dense = sample.order.dense
    return np.array(
        [
            surplus_by_sorting(dense[column, rows], dense[column + step, rows])
            for step, rows in enumerate(both.T)
        ]
    )


def _variance(n: Floats, own: Within, others: Within) -> Floats:
    """Variance of the surplus of pairs where nothing is related, corrected for ties."""
    free = n * (n - 1) * (2 * n + 5) - own.weighed - others.weighed
    triple = own.triples * others.triples / np.maximum(9 * n * (n - 1) * (n - 2), 1)
    double = 4 * own.tied_pairs * others.tied_pairs / np.maximum(2 * n * (n - 1), 1)
    return np.asarray(free / 18 + triple + double)
