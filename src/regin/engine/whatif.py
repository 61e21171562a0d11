"""`whatif`: what scores and ranks would be if some cells held something else."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from regin.engine.changes import Change, cell_text, changed_table, row_of
from regin.engine.effort import efforts
from regin.engine.errors import N_, Fault, Message, register
from regin.engine.framework import Framework
from regin.engine.rank import SAME
from regin.engine.recipe import Recipe
from regin.engine.run import Run, run
from regin.engine.steps import Sheet
from regin.engine.table import Table

register(
    {
        "whatif_others": Message(
            N_("The overall scores of others change as well (rows: %(count)s)."),
            N_("Their data is the same: steps such as normalise compare units with each other."),
        ),
        "whatif_left_out": Message(
            N_("“%(unit)s” has no overall score any more."),
            N_("Look at the steps that leave units out, and at the answers it has left."),
        ),
    }
)

Key = tuple[str, str]
"""Unit and period of a row."""


@dataclass(frozen=True)
class Made:
    """A change as made: the cell before and after, its effort (None for a column that is no
    indicator), and `gain`: what it alone adds to the overall score, None where there is none."""

    unit: str
    period: str
    code: str
    before: str
    after: str
    effort: float | None
    gain: float | None


@dataclass(frozen=True)
class ScoreChange:
    """A score and its rank before and after; None where there is none."""

    code: str
    level: int | None
    before: float | None
    after: float | None
    rank_before: int | None
    rank_after: int | None


@dataclass(frozen=True)
class UnitChange:
    """What becomes of a unit: the overall, the aggregates, parts, and indicators that changed.

    `overtaken` were not below it by the overall score, and are; `ahead` were not above it, and
    are.
    """

    unit: str
    period: str
    scores: tuple[ScoreChange, ...]
    overtaken: tuple[str, ...]
    ahead: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class WhatIf:
    """The calculation before and after, and what it means for the units that were changed.

    `others` are rows that were not changed and have another overall score nevertheless.
    """

    before: Run
    after: Run
    made: tuple[Made, ...]
    units: tuple[UnitChange, ...]
    others: tuple[Key, ...]
    warnings: tuple[Fault, ...]


def whatif(
    table: Table,
    framework: Framework,
    recipe: Recipe,
    changes: Sequence[Change],
    *,
    tables: Mapping[str, Sheet] | None = None,
) -> WhatIf:
    """Compute `recipe` on `table` as it is and with `changes`, and compare.

    Ranks are within a period. Steps that compare units, such as a min-max normalisation, may
    give other units other scores as well; they are named in `others`, with a warning. Raises
    FaultsError with every change that cannot be made, and as `run` does.

    >>> from regin.engine.framework import Node
    >>> from regin.engine.steps import Step
    >>> tree = Framework((Node("all", level=2, kind="aggregate"),
    ...                   Node("a", level=1, parent="all"), Node("b", level=1, parent="all")))
    >>> data = Table.of(["X", "Y"], ["a", "b"], [[0.0, 50.0], [40.0, 40.0]])
    >>> recipe = Recipe((Step("aggregate", {"method": "arithmetic"}),))
    >>> found = whatif(data, tree, recipe, [Change("X", "a", "60")]).units[0]
    >>> found.scores[0].before, found.scores[0].after, found.overtaken
    (25.0, 55.0, ('Y',))
    """
    other = changed_table(table, framework, changes)
    known = efforts(framework)
    before = run(table, framework, recipe, tables)
    after = run(other, framework, recipe, tables)
    made = []
    for change in changes:
        key = _key(table, change)
        alone = after
        if len(changes) > 1:
            alone = run(changed_table(table, framework, [change]), framework, recipe, tables)
        gain = _difference(overall(before, key), overall(alone, key))
        row = table.keys.index(key)
        old, new = (cell_text(one, framework, row, change.code) for one in (table, other))
        made.append(Made(*key, change.code, old, new, known.get(change.code), gain))
    return compared(before, after, made, [(one.unit, one.period) for one in made])


def compared(before: Run, after: Run, made: Sequence[Made], told: Sequence[Key]) -> WhatIf:
    """Compare two runs that differ by the changes `made`; `told` are the rows to tell of."""
    keys = list(dict.fromkeys(told))
    units = tuple(_unit(before, after, key, {one.code for one in made}) for key in keys)
    others = tuple(_others(before, after, frozenset(keys)))
    warnings = [
        Fault("whatif_left_out", {"unit": unit})
        for unit, period in keys
        if overall(before, (unit, period)) is not None and overall(after, (unit, period)) is None
    ]
    if others:
        warnings.append(Fault("whatif_others", {"count": len(others)}))
    return WhatIf(before, after, tuple(made), units, others, tuple(warnings))


def _key(table: Table, change: Change) -> Key:
    row = row_of(table, change.unit, change.period)
    return table.keys[row]  # type: ignore[index]  # a fault would have been raised before


def _difference(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else other - one


def overall(done: Run, key: Key) -> float | None:
    """Overall score of a row, None where it has none or a step left it out."""
    return _known(placed(done, key, done.framework.root.code)[0])


Placed = tuple[float, float]
"""A score and its rank, NaN where there is none."""


def placed(done: Run, key: Key, code: str) -> Placed:
    """Return the score `code` of a row and its rank."""
    row, column = _place(done, key), done.scores.codes.index(code)
    if row is None:
        return math.nan, math.nan
    return float(done.scores.values[row, column]), float(done.scores.ranks[row, column])


def _root(done: Run) -> int:
    return done.scores.codes.index(done.framework.root.code)


def _place(done: Run, key: Key) -> int | None:
    keys = done.scores.table.keys
    return keys.index(key) if key in keys else None


def _known(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def _unit(before: Run, after: Run, key: Key, changed: Collection[str]) -> UnitChange:
    rows = _place(before, key), _place(after, key)
    left = {leaf.code for leaf in before.framework.leaves} - set(changed)
    scores = [
        ScoreChange(code, level, *_both(before, after, rows, column))
        for column, (code, level) in enumerate(
            zip(before.scores.codes, before.scores.levels, strict=True)
        )
        if code not in left
    ]
    root = before.framework.root.code
    scores.sort(key=lambda one: one.code != root)
    was, now = _ranks(before, key[1]), _ranks(after, key[1])
    both = [unit for unit in now if unit in was] if {key[0]} <= was.keys() & now.keys() else []
    overtaken = [u for u in both if was[u] <= was[key[0]] and now[u] > now[key[0]]]
    ahead = [u for u in both if was[u] >= was[key[0]] and now[u] < now[key[0]]]
    order = now.__getitem__
    return UnitChange(
        *key, tuple(scores), tuple(sorted(overtaken, key=order)), tuple(sorted(ahead, key=order))
    )


def _both(
    before: Run, after: Run, rows: tuple[int | None, int | None], column: int
) -> tuple[float | None, float | None, int | None, int | None]:
    """Score before and after, rank before and after."""
    values, ranks = [], []
    for done, row in zip((before, after), rows, strict=True):
        values.append(None if row is None else _known(done.scores.values[row, column]))
        rank = None if row is None else _known(done.scores.ranks[row, column])
        ranks.append(None if rank is None else int(rank))
    return values[0], values[1], ranks[0], ranks[1]


def _ranks(done: Run, period: str) -> dict[str, float]:
    """Overall rank of every unit that has one in `period`."""
    column = done.scores.ranks[:, _root(done)].tolist()
    keys = done.scores.table.keys
    return {
        unit: rank
        for (unit, of), rank in zip(keys, column, strict=True)
        if of == period and not math.isnan(rank)
    }


def _others(before: Run, after: Run, changed: frozenset[Key]) -> Iterator[Key]:
    """Rows that were not changed and whose overall score did."""
    now = dict(zip(after.scores.table.keys, after.scores.values[:, _root(after)], strict=True))
    was = zip(before.scores.table.keys, before.scores.values[:, _root(before)], strict=True)
    for key, score in was:
        other = now.get(key, math.nan)
        if key in changed or (math.isnan(score) and math.isnan(other)):
            continue
        if not abs(other - score) <= SAME * max(abs(other), abs(score)):
            yield key
