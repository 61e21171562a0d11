"""`normalise`: columns of any unit become comparable, and more means better in all of them.

Three tiers with one verb: `normalise` for arrays, `normalise_table` for the columns of a table,
and the recipe step. `normalise_methods` is the catalogue of methods; their formulae stand in
`normalise_scales`, `normalise_ranks` and `normalise_distances`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from regin.engine.errors import N_, Fault, FaultsError, Message, Value, register
from regin.engine.fields import COLUMNS, OVER, chosen_columns, column_faults, is_number
from regin.engine.framework import Framework, Node
from regin.engine.normalise_methods import NORMALISATIONS, Normalisation
from regin.engine.normalise_scales import highest, larger, lowest
from regin.engine.rank import SAME
from regin.engine.steps import STEPS, Field, Plan, Step, StepKind, Work
from regin.engine.table import LARGEST, Bools, Floats, Ints, Table

__all__ = ["NORMALISATIONS", "Normalisation", "normalise", "normalise_table"]

register(
    {
        "normalise_no_goalposts": Message(
            N_("“%(node)s” has no goalposts."),
            N_("Write goalpost_low and goalpost_high in the structure, or low and high here."),
        ),
        "normalise_no_target": Message(
            N_("“%(node)s” has no target."),
            N_("Write its target in the structure, or leave it out of “columns”."),
        ),
        "normalise_no_such_unit": Message(
            N_("The data has no unit “%(unit)s”, which the others are to be compared with."),
            N_("Write the code of a unit as “reference”."),
        ),
        "normalise_options": Message(
            N_("“%(node)s” holds options, and the step normalise comes before their scores."),
            N_("Write the step score_options before it."),
        ),
        "normalise_nothing": Message(
            N_("“%(node)s” has no value to normalise (rows: %(count)s)."),
            N_("It stays missing there. Take it out, or find values for it."),
        ),
        "normalise_one_value": Message(
            N_("“%(node)s” has only one value (rows: %(count)s), so nothing tells them apart."),
            N_("The result is missing there. Take the indicator out, or use fixed goalposts."),
        ),
        "normalise_largest_zero": Message(
            N_("The largest value of “%(node)s”, the divisor, is 0 (rows: %(count)s)."),
            N_("The result is missing there. Choose another method for this indicator."),
        ),
        "normalise_reference_missing": Message(
            N_("The reference unit has no value of “%(node)s” to compare with (rows: %(count)s)."),
            N_("The result is missing there. Choose a unit that has one, or another method."),
        ),
        "normalise_reference_worst": Message(
            N_("The reference unit has the worst value of “%(node)s” (rows: %(count)s)."),
            N_("The result is missing there. Choose another unit, or another method."),
        ),
        "normalise_target_worst": Message(
            N_("The target of “%(node)s” equals its worst value (rows: %(count)s)."),
            N_("The result is missing there. Correct the target, or choose another method."),
        ),
        "normalise_target_outside": Message(
            N_("The target of “%(node)s” is %(target)s; its values go from %(low)s to %(high)s."),
            N_("Make sure that the target is in the unit that the values have at this step."),
        ),
        "normalise_raw_units": Message(
            N_("“%(node)s” was normalised before, but %(what)s in the structure is in raw units."),
            N_("Make sure that this is meant, or normalise the indicator once."),
        ),
        "normalise_too_large": Message(
            N_("Normalising “%(node)s” gives values too large to count with (rows: %(count)s)."),
            N_("The result is missing there. Correct the ends or the scale of the step."),
        ),
    }
)


def normalise(values: ArrayLike, method: str, direction: ArrayLike = 1, **fields: object) -> Floats:
    """Normalise one column, (units,), or many, (units, columns); the shape stays.

    `values` are raw, NaN missing; `direction` is 1 or -1, one for all or one a column. `fields`
    are those of the method: `target`, `low`, `high` and the values of the `reference` unit may be
    one number or one a column. Where a denominator is 0 the column is NaN. Raises FaultsError for
    an unknown method.

    >>> normalise([2, 3, 6], "minmax", -1).tolist()
    [100.0, 75.0, 0.0]
    """
    kind, turn = NORMALISATIONS.get(method), np.asarray(direction, dtype=np.float64)
    cells = np.asarray(values, dtype=np.float64)
    if kind.turns:
        return kind.run(cells, direction=turn, **fields)
    # Adding 0 turns -0.0 into 0.0.
    return kind.run(cells * turn + 0.0, **fields)


def normalise_table(
    table: Table,
    framework: Framework,
    method: str,
    columns: Sequence[str] | None = None,
    *,
    over: Literal["panel"] | None = None,
    directed: Collection[str] = frozenset(),
    notes: list[Fault] | None = None,
    **fields: object,
) -> Table:
    """Normalise `columns` of `table` (all indicators with values, when None); states stay.

    Smallest and largest value, mean and so on are those of a period, or of all periods together
    with `over` = "panel". The direction of a column in `directed` was applied before and counts
    as 1. `fields` are those of the method as a recipe writes them: `reference` is a unit, whose
    value of the same period is taken; goalposts and targets that are not written are those of the
    structure. What cannot be computed is missing and said in `notes`. Raises FaultsError with
    every indicator that lacks a goalpost or a target.
    """
    kind = NORMALISATIONS.get(method)
    codes = [leaf.code for leaf in framework.leaves] if columns is None else list(columns)
    nodes = [framework.by_code[code] for code in codes]
    faults = list(_own_faults(kind, nodes, fields))
    if faults:
        raise FaultsError(faults)
    places = [table.position[code] for code in codes]
    before = table.values[:, places]
    turn = [1 if node.code in directed else node.direction for node in nodes]
    given = {**fields, **_own_values(kind, nodes, fields)}
    if "reference" in kind.fields:
        given["reference"] = _values_of(table, str(fields["reference"]), before)
    job = _Job(method, nodes, np.array(turn, dtype=np.float64), given, {})
    after = before.copy()
    scopes = [np.arange(len(before))] if over == "panel" else table.period_rows
    for rows in scopes:
        after[rows] = job.normalised(before[rows], rows)
    if notes is not None:
        notes += [*_raw_units(kind, nodes, directed, fields), *job.notes.values()]
    values = table.values.copy()
    values[:, places] = after
    return table.with_values(values, table.choices)


def _values_of(table: Table, unit: str, cells: Floats) -> Floats:
    """For each row, the row of `cells` of `unit` in the same period; NaN where it has none."""
    found = np.full(cells.shape, np.nan)
    own = {period: row for row, (name, period) in enumerate(table.keys) if name == unit}
    for rows in table.period_rows:
        row = own.get(table.periods[rows[0]])
        if row is not None:
            found[rows] = cells[row]
    return found


def _own_values(
    kind: Normalisation, nodes: Sequence[Node], written: Mapping[str, object]
) -> dict[str, object]:
    """Arguments that the structure supplies, (columns,) each."""
    return {
        name: np.array([getattr(node, attribute) for node in nodes], dtype=np.float64)
        for name, attribute in kind.own.items()
        if name not in written
    }


def _own_faults(
    kind: Normalisation, nodes: Sequence[Node], written: Mapping[str, object]
) -> Iterator[Fault]:
    wrong = list(kind.check(written))
    if wrong:
        yield from wrong
        return
    needed = [attribute for name, attribute in kind.own.items() if name not in written]
    for node in nodes:
        numbers = [getattr(node, attribute) for attribute in needed]
        if not all(is_number(one) and abs(one) <= LARGEST for one in numbers):
            yield Fault(kind.lacking, {"node": node.code})


def _raw_units(
    kind: Normalisation,
    nodes: Sequence[Node],
    directed: Collection[str],
    written: Mapping[str, object],
) -> Iterator[Fault]:
    what = ", ".join(attribute for name, attribute in kind.own.items() if name not in written)
    for node in nodes:
        if what and node.code in directed:
            params = {"node": node.code, "what": what}
            yield Fault("normalise_raw_units", params, column=node.code)


@dataclass(frozen=True)
class _Job:
    """What is done to the chosen columns, and what there is to say of each: one note a reason."""

    method: str
    nodes: Sequence[Node]
    turn: Floats
    given: Mapping[str, object]
    notes: dict[tuple[str, str], Fault]

    def normalised(self, cells: Floats, rows: Ints) -> Floats:
        """Normalise the `cells` of `rows`, which are compared with each other."""
        given, seen = dict(self.given), ~np.isnan(cells)
        lacking = np.zeros(cells.shape, dtype=bool)
        if "reference" in given:
            reference = np.asarray(given["reference"], dtype=np.float64)[rows]
            given["reference"], lacking = reference, np.isnan(reference)
        made = normalise(cells, self.method, self.turn, **given)
        large = np.abs(made) > LARGEST
        gone = seen & np.isnan(made)
        empty = np.broadcast_to(~seen.any(axis=0), cells.shape)
        self._count("normalise_nothing", empty)
        self._count("normalise_reference_missing", gone & lacking)
        self._count(NORMALISATIONS.get(self.method).zero, gone & ~lacking)
        self._count("normalise_too_large", large)
        self._targets(cells)
        return np.where(large, np.nan, made)

    def _count(self, code: str, where: Bools) -> None:
        for column in np.flatnonzero(where.any(axis=0)).tolist():
            node = self.nodes[column].code
            before = self.notes.get((node, code))
            count = int(before.params["count"]) if before else 0
            params: dict[str, Value] = {"node": node, "count": count + int(where[:, column].sum())}
            self.notes[node, code] = Fault(code, params, column=node)

    def _targets(self, cells: Floats) -> None:
        """Note the first period in which a target lies outside the values of its column."""
        if "target" not in self.given:
            return
        target = np.asarray(self.given["target"], dtype=np.float64)
        low, high = lowest(cells), highest(cells)
        slack = SAME * larger(low, high)
        for column in np.flatnonzero((target < low - slack) | (target > high + slack)).tolist():
            node = self.nodes[column].code
            ends: dict[str, Value] = {"low": float(low[column]), "high": float(high[column])}
            params = {"node": node, "target": float(target[column]), **ends}
            fault = Fault("normalise_target_outside", params, column=node)
            self.notes.setdefault((node, fault.code), fault)


def _method(value: object) -> Fault | None:
    known = isinstance(value, str) and value in NORMALISATIONS
    return None if known else NORMALISATIONS.fault(value)


def _method_fields(written: Mapping[str, object]) -> Mapping[str, Field]:
    method = written.get("method")
    if not isinstance(method, str) or method not in NORMALISATIONS:
        return {}
    return NORMALISATIONS.get(method).fields


def _written(step: Step) -> dict[str, object]:
    """Fields of the method, with defaults, without those that are absent."""
    fields = {name: step.get(name) for name in _method_fields(step.fields)}
    return {name: value for name, value in fields.items() if value is not None}


def _check(plan: Plan, step: Step) -> Iterator[Fault]:
    yield from column_faults(plan, step)
    chosen = set(chosen_columns(plan.framework, step))
    nodes = [leaf for leaf in plan.framework.leaves if leaf.code in chosen]
    written, kind = _written(step), NORMALISATIONS.get(str(step.get("method")))
    found = list(_own_faults(kind, nodes, written))
    unit = written.get("reference")
    if plan.table is not None and unit is not None and unit not in plan.table.units:
        found.append(Fault("normalise_no_such_unit", {"unit": str(unit)}))
    if not any(earlier.do == "score_options" for earlier in plan.before):
        found += [Fault("normalise_options", {"node": n.code}) for n in nodes if n.options]
    for fault in found:
        yield replace(fault, params={"place": step.place, "do": step.do, **fault.params})


def _directs(framework: Framework, step: Step) -> frozenset[str]:
    return frozenset(chosen_columns(framework, step))


def _run(work: Work, step: Step) -> Work:
    notes: list[Fault] = []
    table = normalise_table(
        work.table,
        work.framework,
        str(step.get("method")),
        chosen_columns(work.framework, step),
        over="panel" if step.get("over") else None,
        directed=work.directed,
        notes=notes,
        **_written(step),
    )
    return replace(work, table=table, warnings=(*work.warnings, *notes))


STEPS.add(
    "normalise",
    StepKind(
        run=_run,
        fields={"method": Field(_method, required=True), "columns": COLUMNS, "over": OVER},
        more_fields=_method_fields,
        check=_check,
        directs=_directs,
    ),
)
