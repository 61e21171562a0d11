"""How much of the variance of an outcome each assumption is answerable for (Sobol' 1993)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regin.engine.table import Bools, Floats

RESAMPLES = 500
LOW, HIGH = 0.05, 0.95


@dataclass(frozen=True, eq=False)
class Indices:
    """First-order and total indices, (assumptions, outputs), with the bounds of their interval.

    `constant` marks outputs, (outputs,), that never change: their indices are 0. An output that
    has no value in some draw has NaN.
    """

    first: Floats
    total: Floats
    first_low: Floats
    first_high: Floats
    total_low: Floats
    total_high: Floats
    constant: Bools


def sensitivity(a: Floats, b: Floats, mixed: Floats, seed: int) -> Indices:
    """Indices from a design of Saltelli (2010): S = mean(y_B (y_AB - y_A)) / V, and Jansen's
    (1999) total ST = Σ (y_A - y_AB)² / (2 N V), with V the variance of the 2 N values of A and B.

    `a`, `b`: (N, outputs). `mixed`: (assumptions, N, outputs), A with the column of one
    assumption from B. The interval is the 5th to 95th percentile of `RESAMPLES` bootstrap
    samples of the N rows (Archer, Saltelli and Sobol' 1997), drawn with `seed`.

    >>> y = np.array([[0.0], [1.0]])
    >>> float(sensitivity(y, y[::-1], y[::-1][None], seed=1).total[0, 0])
    1.5
    """
    rows = len(a)
    once = np.ones((1, rows))
    first, total = _indices(once, a, b, mixed)
    rng = np.random.default_rng((seed, 1))
    picked = rng.integers(0, rows, (RESAMPLES, rows)) + rows * np.arange(RESAMPLES)[:, None]
    counts = np.bincount(picked.reshape(-1), minlength=rows * RESAMPLES).reshape(RESAMPLES, rows)
    firsts, totals = _indices(counts.astype(np.float64), a, b, mixed)
    first_low, first_high = (np.quantile(firsts, at, axis=1) for at in (LOW, HIGH))
    total_low, total_high = (np.quantile(totals, at, axis=1) for at in (LOW, HIGH))
    return Indices(
        first[:, 0],
        total[:, 0],
        first_low,
        first_high,
        total_low,
        total_high,
        constant=np.asarray(np.ptp(np.vstack([a, b]), axis=0) == 0),
    )


def _indices(counts: Floats, a: Floats, b: Floats, mixed: Floats) -> tuple[Floats, Floats]:
    """Indices for each sample, (assumptions, samples, outputs): `counts` (samples, N) says how
    often each row is in it."""
    rows = counts.shape[1]
    # Squares of what is far from 0 lose digits, so the mean is taken off for the variance.
    centre = np.vstack([a, b]).mean(axis=0)
    total = counts @ (a + b - 2 * centre)
    squares = counts @ ((a - centre) ** 2 + (b - centre) ** 2)
    variance = (squares - total * total / (2 * rows)) / (2 * rows - 1)
    shape = (len(mixed), len(counts), a.shape[1])
    # No variance: 0. No value in some draw: nothing is known.
    nothing = np.where(np.isnan(variance), np.nan, 0.0)
    first, whole = (np.broadcast_to(nothing, shape).copy() for _ in range(2))
    for place, one in enumerate(mixed):
        above = counts @ (b * (one - a)) / rows
        apart = counts @ ((a - one) ** 2) / (2 * rows)
        np.divide(above, variance, out=first[place], where=variance > 0)
        np.divide(apart, variance, out=whole[place], where=variance > 0)
    return first, whole
