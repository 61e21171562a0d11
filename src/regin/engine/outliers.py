"""`outliers`: the few values that would decide a column's scale are pulled in.

Three tiers with one verb: `outliers` for one column, `outliers_table` for columns of a table,
period by period or over the panel, and the recipe step.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from regin.engine.errors import N_, Fault, FaultsError, Message, Value, fail, register
from regin.engine.fields import (
    COLUMNS,
    OVER,
    chosen_columns,
    number,
    number_between,
    one_of,
    scored_column_faults,
    whole_between,
)
from regin.engine.moments import Moments, moments_of_rows, moments_of_sorted
from regin.engine.outlier_transforms import TRANSFORMS, outlier_transform, refused
from regin.engine.steps import STEPS, Field, Step, StepKind, Work
from regin.engine.table import LARGEST, Bools, Floats, Ints, Table

MOST_ROWS = 1_000_000_000

register(
    {
        "outliers_refused": Message(
            N_("%(then)s cannot transform “%(node)s”; values without a result: %(count)s."),
            N_("Choose another one in “then”, such as log_ct, in a step with its own “columns”."),
        ),
        "outliers_remain": Message(
            N_(
                "“%(node)s” fails the test for outliers even after %(then)s: skewness %(skew)s,"
                " kurtosis %(kurtosis)s."
            ),
            N_("Look at its values; treat the column in a step of its own, or leave it out."),
        ),
        "outliers_remain_in_period": Message(
            N_(
                "In %(period)s “%(node)s” fails the test for outliers even after %(then)s:"
                " skewness %(skew)s, kurtosis %(kurtosis)s."
            ),
            N_("Look at its values; treat the column in a step of its own, or leave it out."),
        ),
        "outliers_untested": Message(
            N_("The test for outliers needs 4 values; these columns have fewer: %(nodes)s."),
            N_("Look at their values; they stay as they are."),
        ),
        "outliers_order": Message(
            N_(
                "%(then)s does not keep the order of “%(node)s”, since its largest value is 1"
                " or less."
            ),
            N_("Choose another one in “then”, such as log_ct, in a step with its own “columns”."),
        ),
        "outliers_marks": Message(
            N_(
                "%(then)s transforms “%(node)s”, but a later step compares it with goalposts or"
                " a target in raw units."
            ),
            N_("Leave it out of the “columns” of the step outliers, or normalise it otherwise."),
        ),
        "outliers_by_period": Message(
            N_(
                "%(then)s transforms “%(node)s” in each period by itself, but a later step"
                " normalises all periods together."
            ),
            N_('Write over = "panel" in the step outliers as well.'),
        ),
    }
)


@dataclass(frozen=True)
class OutlierRule:
    """When a column fails, and what is done then; the fields of the step.

    A column passes if |G1| < `skew` or G2 < `kurtosis`. At most `max_winsorised` values are
    moved; `then` names the transformation for the rest, `power` is the λ of boxcox.
    """

    max_winsorised: int = 5
    skew: float = 2.0
    kurtosis: float = 3.5
    then: str = "log_ct"
    power: float = 0.0

    def passes(self, found: Moments) -> bool:
        """Whether there is nothing to treat; so too where the test cannot be made."""
        if math.isnan(found.skewness) or math.isnan(found.kurtosis):
            return True
        return abs(found.skewness) < self.skew or found.kurtosis < self.kurtosis


@dataclass(frozen=True, eq=False)
class Treated:
    """A column after treatment. `treatment`: "none", "winsorised", or the transformation used.

    `moved`, (rows,), marks winsorised values; `in_order` is False where the transformation turned
    the order of the values around or made all of them equal.
    """

    values: Floats
    treatment: str
    moved: Bools
    before: Moments
    after: Moments
    passes: bool = True
    in_order: bool = True

    @property
    def transformed(self) -> bool:
        """Whether winsorising was not enough."""
        return self.treatment in TRANSFORMS


def outliers(values: ArrayLike, rule: OutlierRule | None = None, node: str = "x") -> Treated:
    """Treat one column, (rows,), in raw units; NaN is missing and stays so.

    While the column fails the `rule`, the values at its long end (the highest if G1 >= 0, else
    the lowest) move to the next value, ties together. Where more than `max_winsorised` values
    would differ from the column as it was, or all would be equal, the original is transformed
    instead. Fewer than 4 values or all equal: nothing to treat. Raises FaultsError, naming
    `node`, for values that the transformation cannot take. Method and default
    thresholds: the JRC's statistical audits, after Groeneveld and Meeden (1984).

    >>> outliers([1, 2, 3, 4, 5, 6, 7, 8, 90]).values.tolist()
    [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 8.0]
    """
    rule = rule or OutlierRule()
    column = np.array(values, dtype=np.float64)
    seen = ~np.isnan(column)
    ordered = np.sort(column[seen])
    return _treated(column, ordered, moments_of_sorted(ordered), rule, node)


def _treated(
    column: Floats, ordered: Floats, before: Moments, rule: OutlierRule, node: str
) -> Treated:
    """Treat `column`, which may be written to: `ordered` are its values in order."""
    none = np.zeros(column.shape, dtype=bool)
    if rule.passes(before):
        return Treated(column, "none", none, before, before)
    seen = ~np.isnan(column)
    winsorised = _winsorise(ordered, rule, before)
    if winsorised is not None:
        low, high, after = winsorised
        done = np.clip(column, low, high)
        return Treated(done, "winsorised", seen & (done != column), before, after)
    y = outlier_transform(column[seen], rule.then, before.skewness, rule.power)
    count = int(refused(y).sum())
    if count:
        raise fail("outliers_refused", column=node, then=rule.then, node=node, count=count)
    rising = bool(y[column[seen].argmin()] < y[column[seen].argmax()])
    column[seen] = y
    after = moments_of_sorted(np.sort(y))
    return Treated(column, rule.then, none, before, after, rule.passes(after), rising)


def _winsorise(
    ordered: Floats, rule: OutlierRule, found: Moments
) -> tuple[float, float, Moments] | None:
    """Lowest and highest value it leaves, and their shape; None where it cannot pass the test."""
    distinct = ordered[np.append(True, ordered[1:] != ordered[:-1])]
    first, last = 0, len(distinct) - 1
    while not rule.passes(found):
        if found.skewness >= 0:
            last -= 1
        else:
            first += 1
        low, high = distinct[first], distinct[last]
        kept = np.searchsorted(ordered, high, "right") - np.searchsorted(ordered, low, "left")
        # A single value left would be no treatment but the loss of the column.
        if first == last or len(ordered) - kept > rule.max_winsorised:
            return None
        found = moments_of_sorted(np.clip(ordered, low, high))
    return float(distinct[first]), float(distinct[last]), found


@dataclass(frozen=True, eq=False)
class Finding:
    """What became of the column `code` in the rows `rows` of a table."""

    code: str
    rows: Ints
    treated: Treated


def outliers_table(
    table: Table, codes: Sequence[str], rule: OutlierRule, *, panel: bool = False
) -> tuple[Table, list[Finding]]:
    """Treat the columns `codes` within each period, or all periods together if `panel`.

    Returns the table and a finding for every column (and period), in order. Raises FaultsError
    for every column with values that the transformation cannot take.
    """
    blocks = [np.arange(len(table.units))] if panel else table.period_rows
    values = table.values.copy()
    findings: list[Finding] = []
    faults: list[Fault] = []
    places = [table.position[code] for code in codes]
    sorted_blocks = [_ordered(values[rows][:, places]) for rows in blocks]
    for at, code in enumerate(codes):
        for rows, (ordered, shapes) in zip(blocks, sorted_blocks, strict=True):
            column = values[rows, places[at]]
            before = shapes[at]
            try:
                treated = (
                    outliers(column, rule, code)
                    if before is None
                    else _treated(column, ordered[at], before, rule, code)
                )
            except FaultsError as error:
                faults += error.faults
                continue
            if treated.treatment != "none":
                values[rows, places[at]] = treated.values
            findings.append(Finding(code, rows, treated))
    if faults:
        raise FaultsError(faults)
    return table.with_values(values, table.choices), findings


def _ordered(cells: Floats) -> tuple[Floats, list[Moments | None]]:
    """Columns of `cells`, (rows, columns), as rows in order; their shapes, None with gaps."""
    ordered = np.sort(np.ascontiguousarray(cells.T), axis=1)
    # In order a missing value comes last.
    whole = ~np.isnan(ordered[:, -1]) if ordered.shape[1] else np.zeros(len(ordered), bool)
    shapes = iter(moments_of_rows(ordered[whole]))
    return ordered, [next(shapes) if one else None for one in whole.tolist()]


def _details(table: Table, findings: Sequence[Finding], panel: bool) -> dict[str, object]:
    """What was done, ready for JSON: an entry for every treated column (and period)."""
    entries: list[dict[str, object]] = []
    for finding in findings:
        done = finding.treated
        if done.treatment == "none":
            continue
        moved = [table.keys[row] for row in finding.rows[done.moved]]
        entries.append(
            {
                "code": finding.code,
                "period": None if panel else table.periods[finding.rows[0]],
                "treatment": done.treatment,
                "winsorised": [{"unit": unit, "period": period} for unit, period in moved],
                "skew_before": _number(done.before.skewness),
                "kurtosis_before": _number(done.before.kurtosis),
                "skew_after": _number(done.after.skewness),
                "kurtosis_after": _number(done.after.kurtosis),
                "passes": done.passes,
            }
        )
    return {"treated": entries}


def _number(value: float) -> float | None:
    return None if math.isnan(value) else value


def _warnings(work: Work, findings: Sequence[Finding], panel: bool) -> Iterator[Fault]:
    for code in dict.fromkeys(finding.code for finding in findings if finding.treated.transformed):
        own = [f for f in findings if f.code == code and f.treated.transformed]
        for finding in own:
            if not finding.treated.passes:
                yield _remaining(work.table, finding, panel)
        params: dict[str, Value] = {"node": code, "then": own[0].treated.treatment}
        if not all(finding.treated.in_order for finding in own):
            yield Fault("outliers_order", params, column=code)
        if _marks_follow(work, code):
            yield Fault("outliers_marks", params, column=code)
        periods = len(work.table.period_rows)
        if not panel and periods > 1 and any(s.fields.get("over") for s in _covering(work, code)):
            yield Fault("outliers_by_period", params, column=code)
    few = (f.code for f in findings if _untested(f.treated))
    listed = ", ".join(dict.fromkeys(few))
    if listed:
        yield Fault("outliers_untested", {"nodes": listed})


def _remaining(table: Table, finding: Finding, panel: bool) -> Fault:
    done = finding.treated
    params: dict[str, Value] = {
        "node": finding.code,
        "then": done.treatment,
        "skew": round(done.after.skewness, 2),
        "kurtosis": round(done.after.kurtosis, 2),
    }
    period = "" if panel else table.periods[finding.rows[0]]
    if not period:
        return Fault("outliers_remain", params, column=finding.code)
    return Fault("outliers_remain_in_period", {**params, "period": period}, column=finding.code)


def _untested(done: Treated) -> bool:
    """Whether there were values that differ, but too few of them for the test."""
    if done.before.n >= 4:
        return False
    seen = done.values[~np.isnan(done.values)]
    return len(np.unique(seen)) > 1


def _covering(work: Work, code: str) -> Iterator[Step]:
    """Later steps `normalise` that cover the column `code`."""
    for step in work.after:
        columns = step.fields.get("columns")
        if step.do == "normalise" and (not isinstance(columns, list) or code in columns):
            yield step


def _marks_follow(work: Work, code: str) -> bool:
    """Whether a later step reads goalposts or a target of `code` from the structure."""
    node = work.framework.by_code[code]
    goalposts = node.goalpost_low is not None or node.goalpost_high is not None
    return any(
        (step.fields.get("method") == "goalposts" and goalposts and "low" not in step.fields)
        or (step.fields.get("method") == "distance_to_target" and node.target is not None)
        for step in _covering(work, code)
    )


def _run(work: Work, step: Step) -> Work:
    rule = OutlierRule(
        int(number(step, "max_winsorised")),
        number(step, "skew"),
        number(step, "kurtosis"),
        str(step.get("then")),
        number(step, "lambda"),
    )
    panel = step.get("over") == "panel"
    codes = chosen_columns(work.framework, step)
    table, findings = outliers_table(work.table, codes, rule, panel=panel)
    for warning in _warnings(work, findings, panel):
        work = work.warn(warning)
    return replace(work, table=table, details=_details(table, findings, panel))


STEPS.add(
    "outliers",
    StepKind(
        run=_run,
        fields={
            "max_winsorised": Field(whole_between(0, MOST_ROWS), default=5),
            "skew": Field(number_between(0, LARGEST), default=2.0),
            # No sample has a kurtosis below -6.
            "kurtosis": Field(number_between(-6, LARGEST), default=3.5),
            "then": Field(one_of(tuple(TRANSFORMS)), default="log_ct"),
            "lambda": Field(number_between(-10, 10), default=0.0),
            "columns": COLUMNS,
            "over": OVER,
        },
        check=scored_column_faults,
    ),
)
