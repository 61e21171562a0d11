"""What a staged file would change: its figures beside those that are stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import repeat
from typing import Any, Final

import numpy as np
from django.db import connection

from regin.apps.outcomes.columns import Column, Figures, figures_of, joined
from regin.apps.outcomes.models import Breakdown, Import, StagedFigure, StagedPart
from regin.apps.outcomes.staging import FILE, PART, StagedFigures, drop, keep, keep_part
from regin.apps.regions.models import PlaceCode
from regin.files.limits import LIMITS, FaultLog, Limits

Change = StagedPart.Change
EXAMPLES = 10
READ = 2_000
"""Stored figures that are read at a time."""

LEAVES_OUT_MISSING: Final = "json-stat"
"""The format in which a cell without a value need not stand at all."""

_ABSENT: Final = -1
_STORED: Final = """
SELECT id, breakdown_id, place_code_id, period, value, flags, "row"
FROM outcomes_observation WHERE series_id = %s
"""


@dataclass(slots=True)
class _Keys:
    """Breakdown, place code and period of every figure of a file as one number, to be found by."""

    figures: Figures
    words: list[dict[Any, int]] = field(init=False)
    order: Column = field(init=False)
    numbers: Column = field(init=False)

    def __post_init__(self) -> None:
        own = self.figures
        self.words = [_places(own.breakdowns), _places(own.place_codes), _places(own.periods)]
        listed = (
            _first(self.words[0], own.breakdowns)[own.breakdown],
            _first(self.words[1], own.place_codes)[own.place_code],
            own.period,
        )
        numbers = self._number(*listed)
        self.order = np.argsort(numbers, kind="stable")
        self.numbers = numbers[self.order]

    def _number(self, breakdown: Column, place_code: Column, period: Column) -> Column:
        places, periods = len(self.figures.place_codes), len(self.figures.periods)
        whole = (breakdown.astype(np.int64) * places + place_code) * periods + period
        known = (breakdown != _ABSENT) & (place_code != _ABSENT) & (period != _ABSENT)
        return np.where(known, whole, _ABSENT)

    def twice(self) -> Column:
        """Places, (n, 2), of figures that have the key of one before, with the one before."""
        again = np.flatnonzero(self.numbers[1:] == self.numbers[:-1]) + 1
        return np.stack([self.order[again], self.order[again - 1]], axis=1)

    def find(self, breakdowns: Any, place_codes: Any, periods: Any) -> Column:
        """For each stored key the place of the file's figure with it, -1 without one."""
        listed = zip(self.words, (breakdowns, place_codes, periods), strict=True)
        wanted = self._number(*(_looked_up(words, column) for words, column in listed))
        if not len(self.numbers):
            return np.full(len(wanted), _ABSENT)
        at = np.minimum(np.searchsorted(self.numbers, wanted), len(self.numbers) - 1)
        return np.where(self.numbers[at] == wanted, self.order[at], _ABSENT)


def refuse_twice(figures: Figures, file: str, limits: Limits = LIMITS) -> None:
    """Raise FaultsError when a figure stands twice: two labels or codes may mean the same."""
    pairs = _Keys(figures).twice()[: limits.faults + 1]
    if not len(pairs):
        return
    log = FaultLog(file, limits)
    rows = figures.row[pairs].tolist()
    for (row, first), key in zip(rows, _key_words(figures.take(pairs[:, 0])), strict=True):
        log.add("dataset_duplicate", row, None, key=key, first=first)
    log.raise_found()


def _key_words(figures: Figures) -> list[str]:
    """Code, period and group of people of each figure, in words for a message."""
    breakdowns, place_codes, periods, _values, _flags = figures.lists()
    groups = Breakdown.objects.in_bulk(set(breakdowns))
    codes = PlaceCode.objects.in_bulk(set(place_codes))
    return [
        ", ".join(filter(None, (codes[code].code, period, str(groups[group]))))
        for group, code, period in zip(breakdowns, place_codes, periods, strict=True)
    ]


def compare(staged: Import, figures: Figures) -> dict[str, Any]:
    """Keep `figures` as those of `staged`, by what each would change, and what would be gone.

    Returns how many are new, changed, emptied (changed to missing), same and gone; examples.
    Memory grows with the figures of the file, not with those that are stored.
    """
    drop(staged)
    found, gone = _Comparison(figures), _Gone(staged)
    leaves_out_missing = staged.format == LEAVES_OUT_MISSING
    for rows in _stored(staged):
        left = ~found.mark(rows)
        # Its silence says the same of them as is stored.
        gone.add(rows, left & ~np.isnan(rows.value) if leaves_out_missing else left)
    gone.keep()
    numbers = {str(Change.GONE): gone.count, "emptied": found.emptied}
    for change in FILE:
        own = found.of(change)
        numbers[str(change)] = len(own)
        keep(staged, change, own)
    changed = staged_figures(staged, Change.CHANGED)
    return {**numbers, "examples": [_example(one) for one in changed[:EXAMPLES]]}


@dataclass(slots=True)
class _Comparison:
    """Which change each figure of a file would be: new, until it is found among the stored."""

    figures: Figures
    keys: _Keys = field(init=False)
    flag_sets: dict[str, int] = field(init=False)
    change: Column = field(init=False)
    stored: Column = field(init=False)
    emptied: int = 0

    def __post_init__(self) -> None:
        self.keys, self.flag_sets = _Keys(self.figures), _places(self.figures.flag_sets)
        self.change = np.full(len(self.figures), FILE.index(Change.NEW), dtype=np.int8)
        self.stored = np.zeros(len(self.figures), dtype=np.int64)

    def mark(self, rows: _Stored) -> Column:
        """Mark the figures of the file that are stored; return which of `rows` they are."""
        found = self.keys.find(*rows.key)
        there = found != _ABSENT
        cells, before = found[there], rows.value[there]
        after = self.figures.value[cells]
        flags = self.figures.flags[cells] == _looked_up(self.flag_sets, rows.flags)[there]
        same = flags & ((after == before) | (np.isnan(after) & np.isnan(before)))
        self.change[cells] = np.where(same, FILE.index(Change.SAME), FILE.index(Change.CHANGED))
        self.stored[cells] = rows.pk[there]
        self.emptied += int((np.isnan(after) & ~np.isnan(before)).sum())
        return np.asarray(there)

    def of(self, change: str) -> Figures:
        """The figures of the file that are this change, each with what is stored for it."""
        figures = replace(self.figures, stored=self.stored)
        return figures.take(np.flatnonzero(self.change == FILE.index(Change(change))))


@dataclass(slots=True)
class _Gone:
    """Stored figures that the file does not hold, put down whenever a part is full."""

    staged: Import
    waiting: list[Figures] = field(default_factory=list)
    count: int = 0
    parts: int = 0

    def add(self, rows: _Stored, left: Column) -> None:
        if not left.any():
            return
        own = rows.figures(np.flatnonzero(left), self.count)
        self.waiting.append(own)
        self.count += len(own)
        if sum(map(len, self.waiting)) >= PART:
            self.keep()

    def keep(self) -> None:
        whole, self.waiting = joined(self.waiting), []
        if len(whole):
            keep_part(self.staged, Change.GONE, self.parts, whole)
            self.parts += 1


@dataclass(frozen=True, slots=True)
class _Stored:
    """Some stored figures in columns."""

    pk: Column
    key: tuple[Sequence[int], Sequence[int], Sequence[str]]
    value: Column
    flags: Sequence[str]
    row: Sequence[int]

    def figures(self, places: Column, before: int) -> Figures:
        """Those at `places`; `before` others come before them."""
        values = [None if np.isnan(one) else one for one in self.value[places].tolist()]
        columns = [[column[at] for at in places] for column in (*self.key, self.flags, self.row)]
        found = figures_of(zip(*columns[:3], values, *columns[3:], strict=True))
        return replace(found, order=found.order + before, stored=self.pk[places])


def _stored(staged: Import) -> Iterator[_Stored]:
    """What is stored in the series, some at a time; the database holds its place."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(_STORED, [staged.series_id])
        while chunk := cursor.fetchmany(READ):
            pks, breakdowns, place_codes, periods, values, flags, rows = zip(*chunk, strict=True)
            yield _Stored(
                pk=np.array(pks, dtype=np.int64),
                key=(breakdowns, place_codes, periods),
                value=np.array(values, dtype=float),
                flags=flags,
                row=rows,
            )


def _places(words: Sequence[Any]) -> dict[Any, int]:
    """Word → where it stands first."""
    return {word: at for at, word in reversed(list(enumerate(words)))}


def _first(places: Mapping[Any, int], words: Sequence[Any]) -> Column:
    return np.array([places[word] for word in words] or [0], dtype=np.int64)


def _looked_up(places: Mapping[Any, int], column: Sequence[Any]) -> Column:
    return np.fromiter(map(places.get, column, repeat(_ABSENT)), np.int64, len(column))


def staged_figures(staged: Import, change: str) -> StagedFigures:
    """Staged figures of one `change` in the order of the file, with what is stored now."""
    return StagedFigures(staged, change)


def _example(figure: StagedFigure) -> dict[str, Any]:
    return {
        "row": figure.row,
        "code": figure.place_code.code,
        "group": str(figure.breakdown),
        "period": figure.period,
        "before": [figure.before_value, figure.before_flags],
        "after": [figure.value, figure.flags],
    }
