"""`aggregate`: the score of a whole from the scores of its parts.

Three tiers with one verb: `aggregate` for one unit's parts or a grid of them,
`aggregate_table` for every aggregate of a structure, and the recipe step.
Part scores of the axes and the overall score use the first tier as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from regin.engine.errors import N_, Fault, FaultsError, Message, register
from regin.engine.framework import Framework, Node
from regin.engine.registry import Registry
from regin.engine.steps import Field, Weight, Work
from regin.engine.table import Bools, Floats, Ints, State, Table

register(
    {
        "unknown_method": Message(
            N_("“%(name)s” is not a method of aggregation."),
            N_("Known methods: %(known)s."),
        ),
        "values_not_positive": Message(
            N_("The method %(method)s cannot take “%(node)s”; values of 0 or less: %(count)s."),
            N_("Normalise it to a range above 0, such as [1, 100], or choose another method."),
        ),
        "values_negative": Message(
            N_("The method %(method)s cannot take “%(node)s”; values below 0: %(count)s."),
            N_("Normalise it to a range from 0, such as [0, 100], or choose another method."),
        ),
    }
)


Domain = Literal["any", "not_negative", "positive"]


def _any_value(_fields: Mapping[str, object]) -> Domain:
    return "any"


@dataclass(frozen=True)
class Context:
    """The rows a method compares. What it has to say about them goes into `notes`.

    `parts` are the codes of the columns, empty when they are not known.
    """

    units: tuple[str, ...]
    periods: tuple[str, ...]
    whole: str = ""
    notes: list[Fault] = field(default_factory=list)
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class AggregateMethod:
    """A way to aggregate: `run(values (rows, parts), weights, **fields) -> (rows,)`.

    `weights` are (parts,), or (rows, parts) where units have their own. `fields` are those the
    method adds to the step, such as the exponent of a power mean. `domain` says what values it
    can take. A method that `compares` rows gets a `Context` as its third argument, and the rows
    of one period at a time unless it works over the whole `panel`.
    """

    run: Callable[..., Floats]
    fields: Mapping[str, Field] = field(default_factory=dict)
    domain: Callable[[Mapping[str, object]], Domain] = _any_value
    compares: bool = False
    panel: bool = False


METHODS: Registry[AggregateMethod] = Registry("unknown_method")


def aggregate(
    values: ArrayLike,
    weights: ArrayLike,
    method: str = "arithmetic",
    context: Context | None = None,
    **fields: object,
) -> Floats:
    """Aggregate the parts of one unit, (parts,) -> (), or of many, (rows, parts) -> (rows,).

    NaN is missing: the weights of the observed parts are rescaled. `weights` are (parts,), or
    (rows, parts). A weight of 0 takes a part out; where the observed weights sum to 0 the result
    is NaN. Methods that compare units name them by `context`, else by their place. Raises
    FaultsError for an unknown method, and for values that the method cannot take.

    >>> float(aggregate([0, 50, float("nan")], [1, 1, 2]))
    25.0
    """
    kind, cells = METHODS.get(method), np.asarray(values, dtype=np.float64)
    grid, weighed = np.atleast_2d(cells), np.asarray(weights, dtype=np.float64)
    names = [str(place) for place in range(1, grid.shape[1] + 1)]
    faults = list(domain_faults(grid, weighed, names, method, fields))
    if faults:
        raise FaultsError(faults)
    if not kind.compares:
        return np.asarray(kind.run(grid, weighed, **fields).reshape(cells.shape[:-1]))
    if context is None:
        width = len(str(len(grid)))
        units = tuple(str(row).zfill(width) for row in range(1, len(grid) + 1))
        context = Context(units, ("",) * len(grid))
    return np.asarray(kind.run(grid, weighed, context, **fields).reshape(cells.shape[:-1]))


def domain_faults(
    grid: Floats,
    weights: Floats,
    names: Sequence[str],
    method: str,
    fields: Mapping[str, object],
) -> Iterator[Fault]:
    """Yield a fault for every part, named by `names`, with values that `method` cannot take."""
    domain = METHODS.get(method).domain(fields)
    if domain == "any":
        return
    bad = (grid < 0) if domain == "not_negative" else (grid <= 0)
    counts = (bad & (weights > 0)).sum(axis=0)
    code = "values_negative" if domain == "not_negative" else "values_not_positive"
    for name, count in zip(names, counts.tolist(), strict=True):
        if count:
            yield Fault(code, {"node": name, "count": count, "method": method}, column=name)


def aggregate_table(
    table: Table,
    framework: Framework,
    weights: Mapping[str, Weight],
    methods: Mapping[int, str],
    *,
    min_available: float = 0.0,
    not_expected: Bools | None = None,
    fields: Mapping[str, object] | None = None,
    notes: list[Fault] | None = None,
) -> Table:
    """Return `table` with a column for every aggregate, parts before wholes.

    `methods` maps the level of an aggregate to its method. An aggregate is missing where the
    share of its direct parts that have a score is below `min_available`; parts of weight 0
    count in that share, parts whose leaves are all `not_expected` (rows, leaves) do not. What
    the methods have to say is added to `notes`. Raises FaultsError for every column with values
    that its method cannot take.
    """
    if not_expected is None:
        not_expected = np.zeros((len(table.units), len(framework.leaves)), dtype=bool)
    columns = {node.code: table.columns([node.code])[:, 0] for node in framework.leaves}
    faults: list[Fault] = []
    for whole in framework.aggregates:
        parts = framework.children[whole.code]
        grid = np.column_stack([columns[part.code] for part in parts])
        method, weighed = methods[whole.level or 0], weights_of(parts, weights)
        found = domain_faults(grid, weighed, [part.code for part in parts], method, fields or {})
        own = list(found)
        faults += own
        said = notes if notes is not None else []
        codes_of = tuple(part.code for part in parts)
        context = Context(table.units, table.periods, whole.code, said, codes_of)
        made = Composition(grid, weighed, method, fields or {}, context)
        few = _share(grid, parts, framework, not_expected) < min_available
        scores = np.full(len(grid), np.nan) if own else made.scores(table.period_rows)
        columns[whole.code] = np.where(few, np.nan, scores)
    if faults:
        raise FaultsError(faults)
    codes = [whole.code for whole in framework.aggregates]
    if not codes:
        return table
    return table.with_columns(codes, np.column_stack([columns[code] for code in codes]))


@dataclass(frozen=True)
class Composition:
    """The parts of one whole, (rows, parts), and how its score is made of them."""

    grid: Floats
    weights: Floats
    method: str
    fields: Mapping[str, object]
    context: Context

    def scores(self, period_rows: Sequence[Ints]) -> Floats:
        """Scores of all rows: at once, or period by period where rows are compared."""
        kind = METHODS.get(self.method)
        own = {name: self.fields[name] for name in kind.fields if name in self.fields}
        if not kind.compares or kind.panel:
            return aggregate(self.grid, self.weights, self.method, self.context, **own)
        out = np.full(len(self.grid), np.nan)
        for rows in period_rows:
            weights = self.weights if self.weights.ndim == 1 else self.weights[rows]
            out[rows] = aggregate(self.grid[rows], weights, self.method, self._of(rows), **own)
        return out

    def _of(self, rows: Ints) -> Context:
        units = tuple(self.context.units[row] for row in rows)
        periods = tuple(self.context.periods[row] for row in rows)
        return replace(self.context, units=units, periods=periods)


def _share(
    grid: Floats, parts: Sequence[Node], framework: Framework, not_expected: Bools
) -> Floats:
    """Share of the expected direct parts that have a score, (rows,); 0 where none is expected."""
    expected = expected_parts(parts, framework, not_expected)
    there = (~np.isnan(grid) & expected).sum(axis=1)
    return np.asarray(there / np.maximum(expected.sum(axis=1), 1))


def expected_parts(parts: Sequence[Node], framework: Framework, not_expected: Bools) -> Bools:
    """Parts of which at least one leaf is expected, (rows, parts)."""
    return np.column_stack(
        [~not_expected[:, framework.leaf_sets[part.code]].all(axis=1) for part in parts]
    )


def weights_of(nodes: Sequence[Node], weights: Mapping[str, Weight]) -> Floats:
    """Weights of `nodes`: (nodes,), or (rows, nodes) where any of them differs by unit."""
    listed = [weights[node.code] for node in nodes]
    if all(isinstance(one, float) for one in listed):
        return np.array(listed)
    own = [np.asarray(one, dtype=np.float64) for one in listed]
    return np.stack(np.broadcast_arrays(*own), axis=-1)


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
    return aggregate(grid, weights_of(nodes, work.weights))
