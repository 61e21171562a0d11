"""How far regions are from one of them: Euclidean distance over standardised figures.

Numbers only: which regions and figures these are is said elsewhere.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

# Distances that differ by less come from the order of additions, not from the figures.
TIE: Final = 9


@dataclass(frozen=True, slots=True)
class Distance:
    """`parts`: difference in standard deviations for each column, in its order, signed;
    `total`: the root of the sum of their squares. `rank`: 1 is nearest, ties share the best."""

    key: int
    parts: tuple[float, ...]
    total: float
    rank: int


def standard_deviations(rows: Sequence[Sequence[float]]) -> tuple[float, ...]:
    """The standard deviation (n - 1) of every column of `rows`; 0.0 for one whose figures are
    all the same. At least two rows.

    >>> standard_deviations([[1.0, 5.0], [3.0, 5.0]])
    (1.4142135623730951, 0.0)
    """
    return tuple(_deviation(column) for column in zip(*rows, strict=True))


def _deviation(column: Sequence[float]) -> float:
    if min(column) == max(column):
        return 0.0
    mean = math.fsum(column) / len(column)
    return math.sqrt(math.fsum((one - mean) ** 2 for one in column) / (len(column) - 1))


def distances(rows: Mapping[int, Sequence[float]], mine: int) -> list[Distance]:
    """The distance of every row but `mine` from it, nearest first, ties in the order of `rows`.

    z = (x - mean) / standard deviation, over all rows; the mean falls out of a difference. A
    column whose figures are all the same tells nothing apart and counts 0. No figure is missing.
    Raises KeyError when `mine` is not among the rows.

    >>> [one.total for one in distances({1: [0.0], 2: [1.0], 3: [2.0]}, 1)]
    [1.0, 2.0]
    """
    own = rows[mine]
    deviations = standard_deviations(list(rows.values()))
    parts = {
        key: tuple(
            (x - y) / sd if sd else 0.0 for x, y, sd in zip(row, own, deviations, strict=True)
        )
        for key, row in rows.items()
        if key != mine
    }
    totals = {key: math.hypot(*one) for key, one in parts.items()}
    ordered = sorted(totals, key=lambda key: round(totals[key], TIE))
    found: list[Distance] = []
    for place, key in enumerate(ordered, start=1):
        tied = found and round(found[-1].total, TIE) == round(totals[key], TIE)
        rank = found[-1].rank if tied else place
        found.append(Distance(key, parts[key], totals[key], rank))
    return found
