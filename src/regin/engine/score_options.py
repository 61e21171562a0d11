"""`score_options`: the option chosen in a cell becomes its score."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from regin.engine.framework import Framework
from regin.engine.steps import STEPS, Step, StepKind, Work
from regin.engine.table import Floats, State, Table


def score_options(choices: ArrayLike, scores: ArrayLike) -> Floats:
    """Score of each choice: `scores[choice]`, NaN where the choice is negative (none made).

    `choices`: positions of options, any shape. `scores`: one number an option.

    >>> score_options([2, -1, 0], [0, 50, 100]).tolist()
    [100.0, nan, 0.0]
    """
    picked: NDArray[np.int64] = np.asarray(choices, dtype=np.int64)
    worth = np.append(np.asarray(scores, dtype=np.float64), np.nan)
    return np.asarray(worth[np.where(picked < 0, len(worth) - 1, picked)])


def score_options_table(table: Table, framework: Framework) -> Table:
    """Score every column whose node has options; the other columns stay as they are."""
    if table.choices is None:
        return table
    values = table.values.copy()
    for leaf in framework.leaves:
        if leaf.options:
            column = table.position[leaf.code]
            worth = [score for _, score in leaf.options]
            values[:, column] = score_options(table.choices[:, column], worth)
    return table.with_values(values, None)


def zero_no_competence(table: Table, framework: Framework) -> Table:
    """Set the cells of indicators where the unit has no competence to 0; their state stays."""
    values = table.values.copy()
    columns = [table.position[leaf.code] for leaf in framework.leaves]
    grid = values[:, columns]
    grid[table.states[:, columns] == State.NO_COMPETENCE] = 0.0
    values[:, columns] = grid
    return table.with_values(values, table.choices)


def _run(work: Work, _step: Step) -> Work:
    table = score_options_table(work.table, work.framework)
    if work.no_competence != "zero":
        return replace(work, table=table)
    return replace(work, table=zero_no_competence(table, work.framework), zero_for_nc=True)


STEPS.add("score_options", StepKind(run=_run))
