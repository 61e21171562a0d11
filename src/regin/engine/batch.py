"""Scores of many draws at once: what differs between them is only weights.

Everything before the first uncertain weight is done once. A whole whose method is a mean of a
function of its parts (arithmetic, geometric, harmonic, power) is then a matrix product of weights
with values, and one with the mask of observed values. Other methods go draw by draw.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from regin.engine.aggregate import (
    METHODS,
    Composition,
    Context,
    aggregate,
    domain_faults,
    expected_parts,
    not_expected,
    weights_of,
)
from regin.engine.aggregate_step import least_available, methods_by_level
from regin.engine.errors import Fault, FaultsError
from regin.engine.framework import Framework, Node
from regin.engine.steps import Step, Weight, Work
from regin.engine.table import Bools, Floats, Table

Function = Callable[[Floats], Floats]


@dataclass(frozen=True)
class QuasiMean:
    """A mean that is plain after `forward`: back(Σ w forward(x) / Σ w)."""

    forward: Function
    back: Function


def quasi_mean(method: str, fields: Mapping[str, object]) -> QuasiMean | None:
    """Return the functions of a method that is such a mean, None for the others."""
    if method == "arithmetic":
        return QuasiMean(_same, _same)
    if method == "geometric":
        return QuasiMean(np.log, np.exp)
    if method == "harmonic":
        return QuasiMean(np.reciprocal, np.reciprocal)
    if method == "power":
        p = float(fields["p"])  # type: ignore[arg-type]  # the field's check says so
        return QuasiMean(lambda x: np.power(x, p), lambda m: np.power(m, 1 / p))
    return None


def _same(values: Floats) -> Floats:
    return values


@dataclass(frozen=True)
class DrawWeights:
    """Weights that differ by draw: code -> (draws,). `replaced` codes lose their own weight."""

    draws: int
    factors: Mapping[str, Floats] = field(default_factory=dict)
    replaced: frozenset[str] = frozenset()

    def of(self, code: str, weights: Mapping[str, Weight]) -> tuple[Floats, Floats]:
        """Weight of `code` as a part by unit, () or (rows,), and a part by draw, () or (draws,)."""
        own = np.asarray(1.0 if code in self.replaced else weights[code], dtype=np.float64)
        return own, np.asarray(self.factors.get(code, 1.0), dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Wholes:
    """What a batch is made of: the table before aggregation, and how to aggregate it."""

    table: Table
    framework: Framework
    weights: Mapping[str, Weight]
    methods: Mapping[int, str]
    fields: Mapping[str, object]
    min_available: float
    excused: Bools


def wholes_of(work: Work, step: Step) -> Wholes:
    """Return what a batch needs of the work before an `aggregate` step, and of that step."""
    return Wholes(
        work.table,
        work.framework,
        work.weights,
        methods_by_level(work.framework, step),
        step.fields,
        least_available(step),
        not_expected(work),
    )


Values = dict[str, Floats]
"""Column of each node: (rows,) where every draw has the same, else (draws, rows)."""


def batch_values(wholes: Wholes, drawn: DrawWeights) -> Values:
    """Values of every node for every draw, parts before wholes.

    Raises FaultsError for every column with values that its method cannot take.
    """
    framework, table = wholes.framework, wholes.table
    codes = [leaf.code for leaf in framework.leaves]
    values: Values = dict(zip(codes, np.ascontiguousarray(table.columns(codes).T), strict=True))
    faults: list[Fault] = []
    for whole in framework.aggregates:
        parts = framework.children[whole.code]
        found = list(_faults(wholes, whole, parts, values))
        faults += found
        if found:
            values[whole.code] = np.full(len(table.units), np.nan)
        else:
            values[whole.code] = _whole(wholes, drawn, whole, values)
    if faults:
        raise FaultsError(faults)
    return values


def _faults(wholes: Wholes, whole: Node, parts: Sequence[Node], values: Values) -> Sequence[Fault]:
    """Faults of the parts, taken over all draws."""
    method = wholes.methods[whole.level or 0]
    if METHODS.get(method).domain(wholes.fields) == "any":
        return ()
    found: list[Fault] = []
    for part in parts:
        column = np.atleast_2d(values[part.code]).reshape(-1, 1)
        found += domain_faults(column, np.ones(1), [part.code], method, wholes.fields)
    return found


def _whole(wholes: Wholes, drawn: DrawWeights, whole: Node, values: Values) -> Floats:
    parts = wholes.framework.children[whole.code]
    method = wholes.methods[whole.level or 0]
    varies = any(part.code in drawn.factors or values[part.code].ndim == 2 for part in parts)
    mean = quasi_mean(method, wholes.fields)
    if mean is not None and varies:
        scores = _means(mean, parts, values, wholes.weights, drawn)
    else:
        scores = _each(wholes, drawn, whole, values, varies=varies)
    if wholes.min_available > 0:
        share = _share(wholes, parts, values)
        scores = np.where(share < wholes.min_available, np.nan, scores)
    return scores


def _means(
    mean: QuasiMean,
    parts: Sequence[Node],
    values: Values,
    weights: Mapping[str, Weight],
    drawn: DrawWeights,
) -> Floats:
    """(draws, rows): matrix products for the parts that no draw changes, sums for the others."""
    fixed = [part for part in parts if values[part.code].ndim == 1]
    above, below = _products(mean, fixed, values, weights, drawn)
    for part in parts:
        column = values[part.code]
        if column.ndim == 2:
            own, factor = drawn.of(part.code, weights)
            weight = np.outer(np.broadcast_to(factor, drawn.draws), own.reshape(-1))
            seen = ~np.isnan(column)
            above = above + np.where(seen, mean.forward(np.where(seen, column, 1.0)), 0.0) * weight
            below = below + seen * weight
    out = np.full(np.broadcast_shapes(above.shape, below.shape), np.nan)
    np.divide(above, below, out=out, where=below > 0)
    return mean.back(out)


def _products(
    mean: QuasiMean,
    parts: Sequence[Node],
    values: Values,
    weights: Mapping[str, Weight],
    drawn: DrawWeights,
) -> tuple[Floats, Floats]:
    """Sums of weighted values, (draws, rows), and of weights, (draws, rows) or (draws, 1)."""
    if not parts:
        return np.zeros((drawn.draws, 1)), np.zeros((drawn.draws, 1))
    grid = np.column_stack([values[part.code] for part in parts])
    pairs = [drawn.of(part.code, weights) for part in parts]
    own = np.stack(np.broadcast_arrays(*(unit for unit, _ in pairs)), axis=-1)
    by_draw = np.column_stack([np.broadcast_to(draw, drawn.draws) for _, draw in pairs])
    seen = ~np.isnan(grid)
    if seen.all() and own.ndim == 1:
        return by_draw @ (mean.forward(grid) * own).T, (by_draw @ own)[:, None]
    weighed = np.where(seen, mean.forward(np.where(seen, grid, 1.0)), 0.0) * own
    return by_draw @ weighed.T, by_draw @ (seen * own).T


def _each(
    wholes: Wholes, drawn: DrawWeights, whole: Node, values: Values, *, varies: bool
) -> Floats:
    """Scores by the method itself: once when nothing varies, else draw by draw."""
    parts = wholes.framework.children[whole.code]
    if not varies:
        weights = weights_of(parts, wholes.weights)
        return _one(wholes, whole, [values[part.code] for part in parts], weights)
    draws = []
    for draw in range(drawn.draws):
        columns = [
            values[part.code] if values[part.code].ndim == 1 else values[part.code][draw]
            for part in parts
        ]
        draws.append(_one(wholes, whole, columns, _drawn_weights(wholes, drawn, parts, draw)))
    return np.stack(draws)


def _drawn_weights(wholes: Wholes, drawn: DrawWeights, parts: Sequence[Node], draw: int) -> Floats:
    """Weights of `parts` in one draw, (parts,) or (rows, parts)."""
    weighed = []
    for part in parts:
        own, factor = drawn.of(part.code, wholes.weights)
        weighed.append(own * (factor if factor.ndim == 0 else factor[draw]))
    return np.stack(np.broadcast_arrays(*weighed), axis=-1)


def _one(wholes: Wholes, whole: Node, columns: Sequence[Floats], weights: Floats) -> Floats:
    """Scores of one whole by its method, (rows,)."""
    table = wholes.table
    context = Context(table.units, table.periods, whole.code)
    method = wholes.methods[whole.level or 0]
    made = Composition(np.column_stack(columns), weights, method, wholes.fields, context)
    return made.scores(table.period_rows)


def _share(wholes: Wholes, parts: Sequence[Node], values: Values) -> Floats:
    """Share of the expected direct parts that have a score, (rows,) or (draws, rows)."""
    expected = expected_parts(parts, wholes.framework, wholes.excused)
    there: Floats = np.zeros(len(expected))
    for place, part in enumerate(parts):
        there = there + (~np.isnan(values[part.code]) & expected[:, place])
    return np.asarray(there / np.maximum(expected.sum(axis=1), 1))


def batch_overall(wholes: Wholes, drawn: DrawWeights, of: str) -> Floats:
    """Overall score of each row in each draw, (draws, rows); see `overall_scores`."""
    values, framework = batch_values(wholes, drawn), wholes.framework
    if of == "tree":
        root = values[framework.root.code]
    elif of == "indicators":
        root = _mean_of(framework.topmost_indicators, wholes, values, drawn)
    else:
        parts = [part for part in framework.axis_parts if f"axis:{part.axis}" == of]
        means = [_mean_of(framework.tagged(part), wholes, values, drawn) for part in parts]
        root = aggregate(np.stack(means, axis=-1).reshape(-1, len(means)), np.ones(len(means)))
        root = root.reshape(means[0].shape)
    return np.ascontiguousarray(np.broadcast_to(root, (drawn.draws, len(wholes.table.units))))


def _mean_of(nodes: Sequence[Node], wholes: Wholes, values: Values, drawn: DrawWeights) -> Floats:
    return _means(QuasiMean(_same, _same), nodes, values, wholes.weights, drawn)
