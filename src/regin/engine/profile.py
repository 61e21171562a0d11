"""Where a unit stands among the others, part by part: its strengths and weaknesses."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from regin.engine.contributions import row_of
from regin.engine.rank import SAME
from regin.engine.run import Run
from regin.engine.steps import Plan
from regin.engine.table import Floats

MOST = 5
"""How many strengths, and how many weaknesses, are marked."""

SHOWN = 2
"""Digits after the point of a score as it is read; a smaller difference is none to a reader."""

Mark = Literal["strength", "weakness", ""]
SIGNS: tuple[tuple[int, Mark], ...] = ((1, "strength"), (-1, "weakness"))


@dataclass(frozen=True)
class Standing:
    """A score of a unit beside those of the other units of its period; NaN is missing.

    `mean` and `median` are of the others that have one, `difference` is value - median.
    `distance` is the difference in standard deviations of all units (divisor n - 1), above 0 where
    the unit is better; NaN where they do not differ. `rank` is among the `of` units with a score.
    """

    code: str
    level: int | None
    value: float
    mean: float
    median: float
    difference: float
    distance: float
    rank: float
    of: int
    mark: Mark = ""


def profile(run: Run, unit: str, period: str = "") -> tuple[Standing, ...]:
    """Standing of `unit` in every leaf, aggregate and axis part, in the order of the scores.

    The parts furthest above the median of the others are marked as strengths, those furthest
    below as weaknesses, at most `MOST` each; the overall score is never one of them, and of parts
    made of the same indicators only the furthest is. A part without a value of the unit, or of
    any other, is neither, nor is one whose difference is 0 when rounded to `SHOWN` digits.
    Raises KeyError for a row that has no scores.
    """
    scores = run.scores
    own = row_of(scores.table, unit, period)
    others = np.array([key[1] == period for key in scores.table.keys])
    others[own] = False
    directed = Plan(run.framework, run.recipe.steps).directed
    nodes = run.framework.by_code
    found = []
    for column, (code, level) in enumerate(zip(scores.codes, scores.levels, strict=True)):
        node = nodes.get(code) if level is not None else None
        turned = node is not None and node.direction == -1 and code not in directed
        cells = scores.values[others, column]
        standing = _standing(float(scores.values[own, column]), cells, -1 if turned else 1)
        rank = float(scores.ranks[own, column])
        found.append(replace(standing, code=code, level=level, rank=rank))
    return _marked(found, run.framework.root.code, _leaf_sets(run))


def _standing(value: float, others: Floats, turn: int) -> Standing:
    seen = others[~np.isnan(others)]
    known = not math.isnan(value)
    if not len(seen):
        nan = math.nan
        return Standing("", None, value, nan, nan, nan, nan, nan, int(known))
    middle = float(np.median(seen))
    difference = value - middle
    size = max(abs(value), abs(middle))
    if abs(difference) <= SAME * size:
        difference = 0.0
    spread = _spread(np.append(seen, value)) if known else math.nan
    distance = turn * difference / spread if spread > 0 else math.nan
    mean = float(seen.mean())
    return Standing("", None, value, mean, middle, difference, distance, 0, len(seen) + int(known))


def _spread(values: Floats) -> float:
    if values.max() - values.min() <= SAME * np.abs(values).max():
        return 0.0
    return float(values.std(ddof=1))


def _marked(
    found: Sequence[Standing], root: str, leaves: Sequence[frozenset[int]]
) -> tuple[Standing, ...]:
    """Mark the furthest; `leaves` are those under each part: what is made of the same is one."""
    places = [n for n, one in enumerate(found) if one.code != root and _differs(one)]
    marks: dict[int, Mark] = {}
    for sign, mark in SIGNS:
        ahead = sorted((n for n in places if sign * found[n].distance > 0), key=_furthest(found))
        chosen: dict[frozenset[int], int] = {}
        for place in ahead:
            chosen.setdefault(leaves[place], place)
        marks.update(dict.fromkeys(list(chosen.values())[:MOST], mark))
    return tuple(replace(one, mark=marks.get(n, "")) for n, one in enumerate(found))


def _differs(one: Standing) -> bool:
    return abs(one.distance) > 0 and round(abs(one.difference), SHOWN) > 0


def _furthest(found: Sequence[Standing]) -> Callable[[int], tuple[float, float]]:
    """An order: the furthest first; where that is equal, the larger difference."""

    def key(place: int) -> tuple[float, float]:
        own = found[place]
        # Two units are always the same number of standard deviations apart, but for rounding.
        return -round(abs(own.distance), 9), -abs(own.difference)

    return key


def _leaf_sets(run: Run) -> list[frozenset[int]]:
    """Leaves under each code of the scores."""
    sets = {code: frozenset(own) for code, own in run.framework.leaf_sets.items()}
    for part in run.framework.axis_parts:
        tagged = (sets[node.code] for node in run.framework.tagged(part))
        sets[part.score_code] = frozenset().union(*tagged)
    return [sets[code] for code in run.scores.codes]


def marked(standings: Sequence[Standing], mark: Mark) -> tuple[Standing, ...]:
    """The strengths, or the weaknesses, the furthest from the others first."""
    places = [place for place, one in enumerate(standings) if one.mark == mark]
    return tuple(standings[place] for place in sorted(places, key=_furthest(standings)))
