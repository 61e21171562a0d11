"""Benefit of the doubt: every unit has the weights that put it in its best light.

What the weights are is then no reason to complain. The whole of a unit, by its own weights,
against the best that any unit of its period has by the same weights, is its score by this method.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from regin.engine.errors import N_, Fault, FaultsError, Message, Value, register
from regin.engine.fields import number_between
from regin.engine.steps import Field
from regin.engine.table import Bools, Floats, Ints
from regin.engine.weigh import WEIGHINGS, Group, Request, Weighed, Weighing

RESIDUE = 1e-9
"""Shares of the weight below this are taken for 0."""
ROUNDING = 1e-9
"""Shares and constraints are met to this."""

SLACK = 1e-11
"""Share of the best score that may be lost when one of several best sets is picked."""

AT_ONCE = 16
"""How many programmes are handed to the solver together: its start costs more than a small one."""

MORE_PEERS = 20
"""How many peers are added at a time to those that a programme looks at."""

register(
    {
        "benefit_negative": Message(
            N_("Benefit of the doubt cannot take “%(node)s”; values below 0: %(count)s."),
            N_("Normalise it to a range from 0, such as [0, 100]."),
        ),
        "benefit_shares": Message(
            N_("The %(parts)s parts of “%(whole)s” cannot have shares from %(low)s to %(high)s."),
            N_("Write a min_share of at most, and a max_share of at least, 1 / %(parts)s."),
        ),
        "benefit_alone": Message(
            N_("Rows of “%(whole)s” without another in their period to compare with: %(count)s."),
            N_("All parts weigh the same there."),
        ),
        "benefit_nothing": Message(
            N_("Rows without any value above 0 in the parts of “%(whole)s”: %(count)s."),
            N_("All parts weigh the same there."),
        ),
        "benefit_few_parts": Message(
            N_("Rows with too few parts of “%(whole)s” for shares up to %(high)s: %(count)s."),
            N_("The parts they have weigh the same; fill the gaps, or write a higher max_share."),
        ),
    }
)


@dataclass(frozen=True, eq=False)
class Benefit:
    """`weights` (rows, parts), sum 1 a row, 0 where a part is missing; `scores` (rows,), 0 to 1.

    `few` marks the rows with too few parts for the largest share: what they have weighs the same.
    `empty` marks those without any value above 0.
    """

    weights: Floats
    scores: Floats
    few: Bools
    empty: Bools


def benefit_of_the_doubt(
    values: ArrayLike, min_share: float = 0.0, max_share: float = 1.0
) -> Benefit:
    """Return for each row the weights that maximise Σw·I, while Σw·I <= 1 for all rows.

    `values` I are (rows, parts), >= 0, all on one scale; `min_share` and `max_share` (0 to 1)
    limit each part's share of the total weight of a row. A part that a row lacks (NaN) counts
    neither for it nor in the constraints of its peers; a part that a peer lacks drops from the
    constraint of that peer alone. Shares are of the parts a row has. Of several best sets of
    weights, the one that puts all peers together in the best light is taken, so that the order
    of rows does not decide. `scores` are the maxima, NaN where nothing is known. One linear
    programme or two a row. Raises FaultsError for values below 0 and shares that cannot be.
    Sources: Melyn and Moesen (1991); for the choice among several, Doyle and Green (1994).

    >>> found = benefit_of_the_doubt([[1, 0], [0, 1], [0.25, 0.5]])
    >>> found.scores.round(6).tolist()
    [1.0, 1.0, 0.75]
    """
    grid = np.asarray(values, dtype=np.float64)
    rows, parts = grid.shape
    names = [str(place) for place in range(1, parts + 1)]
    faults = [*_negative_faults(grid, names), *_share_faults("-", parts, min_share, max_share)]
    if faults:
        raise FaultsError(faults)
    weights, scores = np.zeros_like(grid), np.full(rows, np.nan)
    seen = ~np.isnan(grid)
    counts = seen.sum(axis=1)
    few = np.asarray((counts > 0) & (counts * max_share < 1 - ROUNDING))
    for pattern in np.unique(seen, axis=0):
        mine = np.flatnonzero((seen == pattern).all(axis=1))
        if pattern.any():
            # Rows with the same gaps have the same constraints.
            own = np.where(seen, grid, 0.0)[:, pattern]
            limits = (min_share, max(max_share, 1 / int(pattern.sum())))
            programme = _Programme(own, *limits)
            found, scores[mine] = programme.best(mine)
            weights[np.ix_(mine, np.flatnonzero(pattern))] = found
        else:
            weights[mine] = 1 / parts
    empty = np.asarray(~(np.where(seen, grid, 0.0) > 0).any(axis=1))
    return Benefit(weights, scores, few, empty)


class _Programme:
    """The linear programmes of rows with the same gaps.

    Looks at a few peers first and adds those whose constraint is broken: most never bind.
    """

    def __init__(self, grid: Floats, min_share: float, max_share: float) -> None:
        largest = float(grid.max())
        self.grid = grid / largest if largest > 0 else grid
        self.parts = grid.shape[1]
        ones, each = np.ones((self.parts, self.parts)), np.eye(self.parts)
        limits = [min_share * ones - each] if min_share > 0 else []
        limits += [each - max_share * ones] if max_share < 1 else []
        self.limits = np.vstack(limits) if limits else np.empty((0, self.parts))
        self.mean = self.grid.mean(axis=0)
        first = np.argsort(-self.mean @ self.grid.T, kind="stable")[: self.parts + MORE_PEERS]
        self.active = np.zeros(len(grid), dtype=bool)
        self.active[first] = True

    def best(self, rows: Ints) -> tuple[Floats, Floats]:
        """Weights (len(rows), parts), sum 1 a row, and scores of `rows`."""
        weights = np.full((len(rows), self.parts), 1 / self.parts)
        scores = np.zeros(len(rows))
        above = np.flatnonzero(self.grid[rows].any(axis=1))
        for start in range(0, len(above), AT_ONCE):
            places = above[start : start + AT_ONCE]
            weights[places], scores[places] = self._best(self.grid[rows[places]])
        return weights, scores

    def _best(self, own: Floats) -> tuple[Floats, Floats]:
        # With its own constraint a programme of few peers has an end; so it has with their mean.
        first = self._solve(own, own, np.ones(len(own)), np.full(own.shape, 1 / self.parts))
        reached = (own * first).sum(axis=1)
        scores = reached / (first @ self.grid.T).max(axis=1)
        # Who is best is so to the last digit, whatever the order of the sums.
        scores[scores > 1 - SLACK] = 1.0
        mean = np.broadcast_to(self.mean, own.shape)
        weights = self._solve(mean, -own, -reached * (1 - SLACK), first)
        weights = weights / weights.sum(axis=1, keepdims=True)
        # What the solver leaves of a weight that is 0.
        weights[weights < RESIDUE] = 0.0
        return weights / weights.sum(axis=1, keepdims=True), scores

    def _solve(self, wanted: Floats, more: Floats, bounds: Floats, otherwise: Floats) -> Floats:
        """Weights that maximise Σw·wanted within all constraints and Σw·more <= bounds.

        All arrays have one row for each programme; they are solved as one, side by side.
        `otherwise` where the solver finds none, as rounding may leave no room at all.
        """
        from scipy.optimize import linprog
        from scipy.sparse import block_diag

        while True:
            shared = np.vstack([self.grid[self.active], self.mean, self.limits])
            ceiling = np.ones(len(shared))
            ceiling[len(shared) - len(self.limits) :] = 0.0
            done = linprog(
                -wanted.ravel(),
                A_ub=block_diag([np.vstack([shared, row]) for row in more], format="csc"),
                b_ub=np.concatenate([np.append(ceiling, bound) for bound in bounds]),
                method="highs",
                options={
                    "primal_feasibility_tolerance": 1e-10,
                    "dual_feasibility_tolerance": 1e-10,
                },
            )
            if not done.success:
                return otherwise
            weights = np.asarray(np.maximum(done.x, 0.0).reshape(wanted.shape))
            over = np.where(self.active, 0.0, (weights @ self.grid.T).max(axis=0) - 1)
            if over.max() <= ROUNDING:
                return weights
            worst = np.argsort(-over, kind="stable")[:MORE_PEERS]
            self.active[worst] = True


def _negative_faults(grid: Floats, names: Sequence[str]) -> Iterator[Fault]:
    for name, count in zip(names, (grid < 0).sum(axis=0).tolist(), strict=True):
        if count:
            yield Fault("benefit_negative", {"node": name, "count": count}, column=name)


def _share_faults(whole: str, parts: int, low: float, high: float) -> Iterator[Fault]:
    # A part that stands alone has all the weight.
    if parts > 1 and (parts * low > 1 + ROUNDING or parts * high < 1 - ROUNDING):
        params: dict[str, Value] = {"whole": whole, "parts": parts, "low": low, "high": high}
        yield Fault(
            "benefit_shares", params, column="max_share" if parts * low <= 1 else "min_share"
        )


def _limits(fields: Mapping[str, object]) -> tuple[float, float]:
    low, high = fields.get("min_share"), fields.get("max_share")
    return (
        float(low) if isinstance(low, int | float) else 0.0,
        float(high) if isinstance(high, int | float) else 1.0,
    )


def _check(request: Request) -> Iterator[Fault]:
    for whole in request.wholes:
        parts = len(request.parts(whole.code))
        yield from _share_faults(whole.code, parts, *_limits(request.fields))


def _run(group: Group) -> Weighed:
    faults = list(_negative_faults(group.values, group.parts))
    if faults:
        raise FaultsError(faults)
    low, high = _limits(group.fields)
    weights = np.full(group.values.shape, 1 / len(group.parts))
    scores = np.full(len(weights), np.nan)
    alone = few = empty = 0
    for rows in group.periods:
        if len(rows) == 1:
            alone += 1
            continue
        found = benefit_of_the_doubt(group.values[rows], low, high)
        weights[rows], scores[rows] = found.weights, found.scores
        few, empty = few + int(found.few.sum()), empty + int(found.empty.sum())
    counts = {"benefit_alone": alone, "benefit_few_parts": few, "benefit_nothing": empty}
    params: dict[str, Value] = {"whole": group.whole, "high": high}
    warnings = tuple(Fault(code, {**params, "count": n}) for code, n in counts.items() if n)
    return Weighed(weights, {}, warnings, scores)


SHARE = Field(number_between(0, 1))
WEIGHINGS.add(
    "benefit_of_the_doubt",
    Weighing(_run, {"min_share": SHARE, "max_share": SHARE}, _check, needs_values=True),
)
