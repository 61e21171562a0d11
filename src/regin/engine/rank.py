"""`rank`: places in a league, 1 = best."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from regin.engine.table import Floats, Table

SAME = 1e-12
"""Neighbours closer than this share of their size are a tie: sums in another order differ so."""


def rank(scores: ArrayLike) -> Floats:
    """Rank of each score, (n,): 1 = highest, ties share the best rank, NaN has no rank (NaN).

    Scores that differ only by the noise of floating-point sums (1e-12 of their size) tie.

    >>> rank([50, 80, 50, float("nan"), 20]).tolist()
    [2.0, 1.0, 2.0, nan, 4.0]
    """
    values = np.asarray(scores, dtype=np.float64)
    out = np.full(values.shape, np.nan)
    order = np.argsort(-values, kind="stable")[: np.count_nonzero(~np.isnan(values))]
    if len(order) == 0:
        return out
    falling = values[order]
    size = np.maximum(np.abs(falling[:-1]), np.abs(falling[1:]))
    fresh = np.concatenate([[True], falling[:-1] - falling[1:] > SAME * size])
    places = np.where(fresh, np.arange(1, len(order) + 1), 0)
    out[order] = np.maximum.accumulate(places)
    return out


def rank_table(table: Table, scores: Floats) -> Floats:
    """Rank every column of `scores` (rows, columns) within the periods of `table`."""
    out = np.full(scores.shape, np.nan)
    for rows in table.period_rows:
        for column in range(scores.shape[1]):
            out[rows, column] = rank(scores[rows, column])
    return out
