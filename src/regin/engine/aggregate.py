"""`aggregate`: the score of a whole from the scores of its parts.

Three tiers with one verb: `aggregate` for one unit's parts or a grid of them,
`aggregate_table` for every aggregate of a structure, and the recipe step.
Part scores of the axes and the overall score use the first tier as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike

from regin.engine.errors import N_, Fault, Message, Value, register
from regin.engine.framework import Framework, Node
from regin.engine.registry import Registry
from regin.engine.steps import STEPS, Field, Plan, Step, StepKind, Work, number_between
from regin.engine.table import Bools, Floats, State, Table

register(
    {
        "unknown_method": Message(
            N_("The aggregation method “%(name)s” is not known yet."),
            N_("Known methods: %(known)s."),
        ),
        "bad_methods": Message(
            N_("In step %(place)s (%(do)s) the method is %(value)s."),
            N_("Write one name, or a list of names, one for each level of aggregates."),
        ),
        "methods_by_level": Message(
            N_("Step %(place)s lists %(count)s methods for aggregates at levels %(levels)s."),
            N_("List one method for each of these levels, lowest first, or write one name."),
        ),
        "direction_not_applied": Message(
            N_("“%(node)s” has the direction -1, which no normalise step has applied."),
            N_("Write a normalise step that covers it before the step aggregate."),
        ),
        "options_not_scored": Message(
            N_("“%(node)s” holds options, and the step aggregate comes before their scores."),
            N_("Write the step score_options before it."),
        ),
    }
)


@dataclass(frozen=True)
class AggregateMethod:
    """A way to aggregate: `run(values (rows, parts), weights (parts,), **fields) -> (rows,)`.

    `fields` are those it adds to the step, such as the exponent of a power mean.
    """

    run: Callable[..., Floats]
    fields: Mapping[str, Field] = field(default_factory=dict)


METHODS: Registry[AggregateMethod] = Registry("unknown_method")


def aggregate(
    values: ArrayLike, weights: ArrayLike, method: str = "arithmetic", **fields: object
) -> Floats:
    """Aggregate the parts of one unit, (parts,) -> (), or of many, (rows, parts) -> (rows,).

    NaN is missing: the weights of the observed parts are rescaled. A weight of 0 takes a part
    out; where the observed weights sum to 0 the result is NaN. Raises FaultsError for an
    unknown method.

    >>> float(aggregate([0, 50, float("nan")], [1, 1, 2]))
    25.0
    """
    grid = np.asarray(values, dtype=np.float64)
    rows = METHODS.get(method).run(
        np.atleast_2d(grid), np.asarray(weights, dtype=np.float64), **fields
    )
    return np.asarray(rows.reshape(grid.shape[:-1]))


def aggregate_table(
    table: Table,
    framework: Framework,
    weights: Mapping[str, float],
    methods: Mapping[int, str],
    *,
    min_available: float = 0.0,
    not_expected: Bools | None = None,
    fields: Mapping[str, object] | None = None,
) -> Table:
    """Return `table` with a column for every aggregate, parts before wholes, period by period.

    `methods` maps the level of an aggregate to its method. An aggregate is missing where the
    share of its direct parts that have a score is below `min_available`; parts of weight 0
    count in that share, parts whose leaves are all `not_expected` (rows, leaves) do not.
    """
    if not_expected is None:
        not_expected = np.zeros((len(table.units), len(framework.leaves)), dtype=bool)
    columns = {node.code: table.columns([node.code])[:, 0] for node in framework.leaves}
    for whole in framework.aggregates:
        parts = framework.children[whole.code]
        grid = np.column_stack([columns[part.code] for part in parts])
        method = methods[whole.level or 0]
        scores = _by_period(table, grid, _weights(parts, weights), method, fields or {})
        few = _share(grid, parts, framework, not_expected) < min_available
        columns[whole.code] = np.where(few, np.nan, scores)
    codes = [whole.code for whole in framework.aggregates]
    if not codes:
        return table
    return table.with_columns(codes, np.column_stack([columns[code] for code in codes]))


def _by_period(
    table: Table, grid: Floats, weights: Floats, method: str, fields: Mapping[str, object]
) -> Floats:
    out = np.full(len(grid), np.nan)
    own = {name: fields[name] for name in METHODS.get(method).fields if name in fields}
    for rows in table.period_rows:
        out[rows] = aggregate(grid[rows], weights, method, **own)
    return out


def _share(
    grid: Floats, parts: Sequence[Node], framework: Framework, not_expected: Bools
) -> Floats:
    """Share of the expected direct parts that have a score, (rows,); 0 where none is expected."""
    expected = np.column_stack(
        [~not_expected[:, framework.leaf_sets[part.code]].all(axis=1) for part in parts]
    )
    there = (~np.isnan(grid) & expected).sum(axis=1)
    return np.asarray(there / np.maximum(expected.sum(axis=1), 1))


def _weights(nodes: Sequence[Node], weights: Mapping[str, float]) -> Floats:
    return np.array([weights[node.code] for node in nodes], dtype=np.float64)


def not_expected(work: Work) -> Bools:
    """Leaves that no answer is expected for: `na`, and `nc` unless it counts as 0."""
    columns = [work.table.position[leaf.code] for leaf in work.framework.leaves]
    states = work.table.states[:, columns]
    excused = states == State.NOT_APPLICABLE
    if not work.zero_for_nc:
        excused = excused | (states == State.NO_COMPETENCE)
    return np.asarray(excused)


def mean_of_nodes(work: Work, nodes: Sequence[Node]) -> Floats:
    """Weighted mean of `nodes` by their own weights, (rows,); NaN where none is observed."""
    grid = work.table.columns([node.code for node in nodes])
    return aggregate(grid, _weights(nodes, work.weights))


def _named(methods: object) -> list[str]:
    return [methods] if isinstance(methods, str) else list(methods)  # type: ignore[call-overload]  # checked by _methods


def _methods(value: object) -> Fault | None:
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not names or not all(isinstance(n, str) for n in names):
        return Fault("bad_methods", {"value": repr(value)})
    return next((METHODS.fault(name) for name in names if name not in METHODS), None)


def _method_fields(written: Mapping[str, object]) -> Mapping[str, Field]:
    if "method" not in written or _methods(written["method"]) is not None:
        return {}
    names = _named(written["method"])
    return {k: v for name in names for k, v in METHODS.get(name).fields.items()}


def _check(plan: Plan, step: Step) -> Iterator[Fault]:
    methods, levels = step.get("method"), plan.framework.aggregate_levels
    if isinstance(methods, list) and len(methods) != len(levels):
        listed = ", ".join(map(str, levels))
        params: dict[str, Value] = {"place": step.place, "count": len(methods), "levels": listed}
        yield Fault("methods_by_level", params, column="method")
    scored = any(earlier.do == "score_options" for earlier in plan.before)
    for node in plan.framework.placed:
        if node.direction == -1 and node.parent and node.code not in plan.directed:
            yield Fault("direction_not_applied", {"node": node.code, "place": step.place})
        if node.options and not scored:
            yield Fault("options_not_scored", {"node": node.code, "place": step.place})


def _run(work: Work, step: Step) -> Work:
    methods, levels = step.get("method"), work.framework.aggregate_levels
    names = [methods] * len(levels) if isinstance(methods, str) else _named(methods)
    table = aggregate_table(
        work.table,
        work.framework,
        work.weights,
        {level: str(name) for level, name in zip(levels, names, strict=True)},
        min_available=float(step.get("min_available") or 0.0),  # type: ignore[arg-type]  # checked
        not_expected=not_expected(work),
        fields=step.fields,
    )
    return replace(work, table=table)


STEPS.add(
    "aggregate",
    StepKind(
        run=_run,
        fields={
            "method": Field(_methods, required=True),
            "min_available": Field(number_between(0, 1)),
        },
        more_fields=_method_fields,
        check=_check,
    ),
)
