"""Weights under which every part has the importance it is meant to have.

A weight is not an importance: parts that move with the others carry more than their weight says.
The weights are sought under which the correlations of the parts with their whole stand to each
other as the importances do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from regin.engine.errors import N_, Fault, Message, register
from regin.engine.fields import is_number
from regin.engine.steps import Field
from regin.engine.table import LARGEST, Floats
from regin.engine.weigh import WEIGHINGS, Group, Request, Weighed, Weighing, equal_weights
from regin.engine.weights_statistical import unusable

SMALLEST = 1e-9
"""Shares of the weight below this are taken for 0, as the search ends a little inside."""

NEAR = 10.0
"""Weight of the part that a start is close to, beside 1 of the others."""

FLAT = 1e-60
"""Least length of a whole's deviations: a constant whole has correlations of 0, not of 0/0."""

REACHED = 1e-24
"""An objective below this is 0 but for rounding: every importance is reached."""

register(
    {
        "bad_importance": Message(
            N_("In step %(place)s (%(do)s) the field “%(field)s” is %(value)s."),
            N_("Write a number of 0 or more for every part, such as {a = 2, b = 1}."),
        ),
        "importance_unknown": Message(
            N_("“importance” names “%(node)s”, which is no part that gets a weight here."),
            N_("Correct the code, or take it out."),
        ),
        "importance_missing": Message(
            N_("“importance” names some parts of “%(whole)s”, but not “%(node)s”."),
            N_("Write a number for it, or name none of these parts: then all count the same."),
        ),
        "importance_zero": Message(
            N_("The importances of all parts of “%(whole)s” are 0."),
            N_("Write a number above 0 for at least one of them."),
        ),
    }
)


@dataclass(frozen=True, eq=False)
class Optimised:
    """`weights` (parts,), sum 1; the `correlations` (parts,) they lead to; the `objective` left."""

    weights: Floats
    correlations: Floats
    objective: float


def optimised(values: ArrayLike, importance: ArrayLike | None = None) -> Optimised:
    """Return the weights that minimise Σ(t - c/Σc)², w >= 0, for one whole.

    `values` are (rows, parts), NaN missing, no column constant; `importance` (parts,), >= 0, of
    any sum, None for equal ones, is t once it sums to 1. c is the correlation of each part with
    the whole, over the rows that have the part; the whole is the arithmetic mean of the parts a
    row has. The search starts from a fixed set of places, so it ends the same way every time;
    weights below 1e-9 are 0. The objective is 0 where the importances can be reached. Source:
    Becker, Saisana, Paruolo and Vandecasteele (2017).

    >>> grid = [[1, 0, 0], [0, 1, 0], [0, 0, 2], [0, 0, 0.0]]
    >>> optimised(grid, [2, 1, 1]).weights.round(3).tolist()
    [0.444, 0.37, 0.185]
    """
    grid = np.asarray(values, dtype=np.float64)
    grid = grid[~np.isnan(grid).all(axis=1)]
    meant = np.ones(grid.shape[1]) if importance is None else np.asarray(importance, np.float64)
    search = _Search(grid, meant / meant.sum())
    weights = search.best()
    correlations = search.correlations(weights)[0]
    return Optimised(weights, correlations, search.objective(weights))


class _Search:
    """The objective and its slope. Inside, a weight counts per standard deviation of its part."""

    def __init__(self, grid: Floats, meant: Floats) -> None:
        self.meant, self.seen = meant, ~np.isnan(grid)
        means = np.nanmean(grid, axis=0)
        self.spread = np.sqrt(np.nanmean((grid - means) ** 2, axis=0))
        # Any one scale for all columns leaves every correlation as it is.
        scale = self.spread.max()
        self.spread = self.spread / scale
        self.values = np.where(self.seen, grid, 0.0) / scale
        centred = np.where(self.seen, grid - means, 0.0)
        self.parts = centred / np.sqrt((centred**2).sum(axis=0))

    def starts(self) -> Iterator[Floats]:
        """Places to start from: the solution without gaps and bounds, three plain ones, and one
        close to each part alone: with gaps a search may end in a hollow that is not the lowest."""
        correlation = self.parts.T @ self.parts
        solved = np.linalg.lstsq(correlation, self.meant, rcond=None)[0]
        if (solved > 0).any():
            yield np.maximum(solved, 0.0)
        yield np.ones_like(self.meant)
        yield self.spread
        yield self.meant
        for part in range(len(self.meant)):
            near = np.ones_like(self.meant)
            near[part] = NEAR
            yield near

    def correlations(self, weights: Floats) -> tuple[Floats, Floats]:
        """Return c, (parts,), and its slope by each weight, (parts, parts)."""
        total = self.seen @ weights
        # Rows whose every part has no weight have no score: they say nothing.
        scored = (total > 0)[:, None] & self.seen
        total = np.where(total > 0, total, 1.0)[:, None]
        whole = (self.values @ weights)[:, None] / total
        count = np.maximum(scored.sum(axis=0), 1)
        off = np.where(scored, whole - np.where(scored, whole, 0.0).sum(axis=0) / count, 0.0)
        length = np.maximum(np.sqrt((off**2).sum(axis=0)), FLAT)
        found = (self.parts * off).sum(axis=0) / length
        moved = np.where(self.seen, self.values - whole, 0.0) / total
        slope = ((self.parts - off / length * found) / length).T @ moved
        return found, slope

    def residuals(self, place: Floats) -> Floats:
        """t - c/Σc for each part, and what the weights' sum is off 1."""
        found, _ = self.correlations(place / self.spread)
        return np.append(self.meant - found / _away_from_zero(found.sum()), place.sum() - 1)

    def slopes(self, place: Floats) -> Floats:
        """Slopes of the residuals, (parts + 1, parts)."""
        found, slope = self.correlations(place / self.spread)
        slope = slope / self.spread
        total = _away_from_zero(found.sum())
        turned = np.outer(found, slope.sum(axis=0)) / total**2 - slope / total
        return np.vstack([turned, np.ones_like(place)])

    def run(self, start: Floats) -> Floats:
        """Weights (parts,), sum 1, at which the search from `start` ends."""
        from scipy.optimize import least_squares

        done = least_squares(
            self.residuals,
            start / start.sum(),
            self.slopes,
            bounds=(0, np.inf),
            ftol=1e-15,
            xtol=1e-11,
            gtol=1e-14,
        )
        weights = done.x / self.spread
        weights = np.where(weights < SMALLEST * weights.sum(), 0.0, weights)
        return np.asarray(weights / weights.sum())

    def best(self) -> Floats:
        """Weights (parts,) of the start that ends lowest; the first that ends at 0 will do."""
        found = []
        for start in self.starts():
            weights = self.run(start)
            found.append((self.objective(weights), weights))
            if found[-1][0] <= REACHED:
                break
        return min(found, key=lambda one: one[0])[1]

    def objective(self, weights: Floats) -> float:
        """Σ(t - c/Σc)²."""
        return float((self.residuals(weights * self.spread)[:-1] ** 2).sum())


def _away_from_zero(total: float) -> float:
    return total if abs(total) > SMALLEST else SMALLEST


def _importance(value: object) -> Fault | None:
    good = isinstance(value, Mapping) and value and all(map(_is_importance, value.values()))
    return None if good else Fault("bad_importance", {"value": repr(value)})


def _is_importance(value: object) -> bool:
    return is_number(value) and 0 <= value <= LARGEST  # type: ignore[operator]  # `is_number` says so


def _given(fields: Mapping[str, object]) -> Mapping[str, float]:
    written = fields.get("importance")
    return {str(k): float(v) for k, v in written.items()} if isinstance(written, Mapping) else {}


def _check(request: Request) -> Iterator[Fault]:
    given = _given(request.fields)
    groups = {whole.code: request.parts(whole.code) for whole in request.wholes}
    for code in given:
        if not any(code in parts for parts in groups.values()):
            yield Fault("importance_unknown", {"node": code}, column="importance")
    for whole, parts in groups.items():
        named = [code for code in parts if code in given]
        for code in parts if named else ():
            if code not in given:
                params = {"whole": whole, "node": code}
                yield Fault("importance_missing", params, column="importance")
        if named and not any(given[code] for code in named):
            yield Fault("importance_zero", {"whole": whole}, column="importance")


def _run(group: Group) -> Weighed:
    fault = unusable(group.values, group.parts, group.whole)
    if fault is not None:
        return Weighed(equal_weights(len(group.parts)), {"equal": True}, (fault,))
    given = _given(group.fields)
    meant = np.array([given.get(code, 1.0) for code in group.parts])
    found = optimised(group.values, meant)
    reached = found.correlations.tolist()
    details = {
        "objective": found.objective,
        "correlations": dict(zip(group.parts, reached, strict=True)),
    }
    return Weighed(found.weights, details)


WEIGHINGS.add(
    "optimised",
    Weighing(_run, {"importance": Field(_importance)}, _check, needs_values=True),
)
