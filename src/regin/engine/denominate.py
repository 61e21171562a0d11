"""`denominate`: a quantity becomes a rate, such as seats per inhabitant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from regin.engine.errors import N_, Fault, Message, Value, register
from regin.engine.fields import number, number_between
from regin.engine.framework import Framework
from regin.engine.steps import STEPS, Field, Plan, Step, StepKind, Work
from regin.engine.table import LARGEST, Floats, Table

register(
    {
        "zero_denominator": Message(
            N_("“%(node)s” is divided by “%(denominator)s”, which is 0 (rows: %(count)s)."),
            N_("Correct the denominator; there the result is missing."),
        ),
        "no_denominator_column": Message(
            N_("The data has no column for “%(node)s”, by which others are divided."),
            N_("Add the column; leave the cells empty where nothing is known."),
        ),
    }
)


def denominate(values: ArrayLike, denominator: ArrayLike, scale: float = 1.0) -> Floats:
    """Return x / denominator x scale, any shape. NaN where either is missing or it is 0.

    >>> denominate([10, 10], [4, 0]).tolist()
    [2.5, nan]
    """
    above, below = np.asarray(values, dtype=np.float64), np.asarray(denominator, dtype=np.float64)
    with np.errstate(over="ignore"):
        share = np.divide(above, below, out=np.full(above.shape, np.nan), where=below != 0) * scale
    # Beyond this no later step could count with it.
    return np.where(np.abs(share) <= LARGEST, share, np.nan)


def denominate_table(table: Table, framework: Framework, scale: float = 1.0) -> Table:
    """Divide every indicator that names a denominator by that column."""
    values = table.values.copy()
    for leaf in framework.leaves:
        if leaf.denominator:
            below = table.values[:, table.position[leaf.denominator]]
            column = table.position[leaf.code]
            values[:, column] = denominate(table.values[:, column], below, scale)
    return table.with_values(values, table.choices)


def _check(plan: Plan, _step: Step) -> Iterator[Fault]:
    needed = dict.fromkeys(leaf.denominator for leaf in plan.framework.leaves if leaf.denominator)
    for code in needed if plan.table is not None else ():
        if plan.table is not None and code not in plan.table.position:
            yield Fault("no_denominator_column", {"node": code}, column=code)


def _run(work: Work, step: Step) -> Work:
    before = work.table
    done = replace(work, table=denominate_table(before, work.framework, number(step, "scale")))
    for leaf in work.framework.leaves:
        if leaf.denominator:
            below = before.values[:, before.position[leaf.denominator]]
            count = int((below == 0).sum())
            if count:
                params: dict[str, Value] = {
                    "node": leaf.code,
                    "denominator": leaf.denominator,
                    "count": count,
                }
                done = done.warn(Fault("zero_denominator", params, column=leaf.denominator))
    return done


SMALLEST = 1 / LARGEST
STEPS.add(
    "denominate",
    StepKind(
        run=_run,
        fields={"scale": Field(number_between(SMALLEST, LARGEST), default=1.0)},
        check=_check,
    ),
)
