"""Skewness and kurtosis of a sample: how lopsided it is, and how heavy its tails are."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from regin.engine.table import Floats


@dataclass(frozen=True)
class Moments:
    """Shape of a sample of `n` observed values.

    `skewness` (G1) is NaN below 3 values, `kurtosis` (G2) below 4; both are NaN where all values
    are equal. Both have no unit.
    """

    n: int
    skewness: float
    kurtosis: float


def moments(values: ArrayLike) -> Moments:
    """Return G1 and G2 of `values`, (n,), finite or NaN; NaN is missing and left out.

    G1 = √n·S3/S2^1.5·√(n(n-1))/(n-2) and G2 = ((n+1)(n·S4/S2²-3)+6)(n-1)/((n-2)(n-3)) with
    S_k = Σ(x-mean)^k: the adjusted coefficients of Joanes and Gill (1998). Neither the order of
    the values nor a factor that is a power of two changes a bit.

    >>> found = moments([1, 2, 3, 4, float("nan")])
    >>> found.n, found.skewness, round(found.kurtosis, 9)
    (4, 0.0, -1.2)
    """
    column = np.asarray(values, dtype=np.float64).ravel()
    return moments_of_sorted(np.sort(column[~np.isnan(column)]))


def skewness(values: ArrayLike) -> float:
    """G1 of `moments`: 0 for symmetric values, positive where the long end is the high one.

    >>> round(skewness([0, 0, 0, 1]), 12)
    2.0
    """
    return moments(values).skewness


def kurtosis(values: ArrayLike) -> float:
    """G2 of `moments`: 0 for normal values, positive for heavier tails.

    >>> round(kurtosis([0, 0, 0, 1]), 12)
    4.0
    """
    return moments(values).kurtosis


def moments_of_sorted(x: Floats) -> Moments:
    """Return `moments` of values that are in order and not missing, (n,)."""
    return moments_of_rows(np.ascontiguousarray(x)[None, :])[0]


def moments_of_rows(rows: Floats) -> list[Moments]:
    """Return `moments` of each row of (samples, n), in order and not missing.

    Each has the bits that it has alone: sums run along a row that is contiguous in memory.
    """
    n = rows.shape[1]
    if n < 3 or not len(rows):
        return [_no_shape(n)] * len(rows)
    away = rows - (np.add.reduce(rows, axis=1) / n)[:, None]
    # Largest deviation near 1, so that no power over- or underflows; exact, being a power of two.
    largest = np.maximum(-away[:, 0], away[:, -1])
    away = np.ldexp(away, -np.frexp(largest)[1][:, None])
    square = away * away
    sums = [np.add.reduce(part, axis=1) for part in (square, square * away, square * square)]
    flat = rows[:, 0] == rows[:, -1]
    pairs = zip(flat.tolist(), *(one.tolist() for one in sums), strict=True)
    return [_no_shape(n) if same else _shape(n, *powers) for same, *powers in pairs]


def _no_shape(n: int) -> Moments:
    return Moments(n, math.nan, math.nan)


def _shape(n: int, s2: float, s3: float, s4: float) -> Moments:
    """G1 and G2 of sums of powers. In plain numbers: powers of arrays differ by a bit."""
    g1 = math.sqrt(n) * s3 / s2**1.5 * math.sqrt(n * (n - 1)) / (n - 2)
    if n < 4:
        return Moments(n, g1, math.nan)
    g2 = ((n + 1) * (n * s4 / s2**2 - 3) + 6) * (n - 1) / ((n - 2) * (n - 3))
    return Moments(n, g1, g2)
