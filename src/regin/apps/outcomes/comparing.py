"""What a staged file would change: its figures beside those that are stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import repeat
from typing import Any, Final

import numpy as np

from regin.apps.outcomes.bulk import chunks
from regin.apps.outcomes.columns import Column, Figures, figures_of
from regin.apps.outcomes.models import Breakdown, Import, Observation, StagedFigure, StagedPart
from regin.apps.outcomes.staging import FILE, StagedFigures, drop, keep
from regin.apps.regions.models import PlaceCode
from regin.files.limits import LIMITS, FaultLog, Limits

Change = StagedPart.Change
EXAMPLES = 10
READ = 50_000
"""Stored figures that are read at a time."""

_COLUMNS: Final = ("pk", "breakdown", "place_code", "period", "value", "flags", "row")
_ABSENT: Final = -1


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
    log = FaultLog(file, limits)
    pairs = _Keys(figures).twice()[: limits.faults + 1]
    words = [("", "")] * len(pairs)
    if len(pairs):
        breakdowns, place_codes, periods, _values, _flags = figures.take(pairs[:, 0]).lists()
        groups = Breakdown.objects.in_bulk(set(breakdowns))
        codes = PlaceCode.objects.in_bulk(set(place_codes))
        words = [
            (codes[code].code, f"{period}, {groups[group]}".strip(", "))
            for group, code, period in zip(breakdowns, place_codes, periods, strict=True)
        ]
    for (at, first), (code, rest) in zip(pairs.tolist(), words, strict=True):
        rows = figures.row
        key, before = f"{code}, {rest}", int(rows[first])
        log.add("dataset_duplicate", int(rows[at]), None, key=key, first=before)
    log.raise_found()


def compare(staged: Import, figures: Figures) -> dict[str, Any]:
    """Keep `figures` as those of `staged`, by what each would change, and what would be gone.

    Returns how many are new, changed, emptied (changed to missing), same and gone; examples.
    Memory grows with the figures of the file, not with those that are stored.
    """
    drop(staged)
    keys = _Keys(figures)
    change = np.zeros(len(figures), dtype=np.int8)
    stored = np.zeros(len(figures), dtype=np.int64)
    emptied = gone = 0
    for rows in _stored(staged):
        found = keys.find(*rows.key)
        there = found != _ABSENT
        cells, held = found[there], rows.value[there]
        same = _same(figures, cells, held, rows.flags[there])
        change[cells] = np.where(same, FILE.index(Change.SAME), FILE.index(Change.CHANGED))
        stored[cells] = rows.pk[there]
        emptied += int((np.isnan(figures.value[cells]) & ~np.isnan(held)).sum())
        missing = rows.left(~there, gone)
        keep(staged, Change.GONE, missing)
        gone += len(missing)
    figures = replace(figures, stored=stored)
    numbers = {}
    for at, name in enumerate(FILE):
        which = np.flatnonzero(change == at)
        numbers[str(name)] = len(which)
        keep(staged, name, figures.take(which))
    numbers |= {str(Change.GONE): gone, "emptied": emptied}
    changed = staged_figures(staged, Change.CHANGED)
    return {**numbers, "examples": [_example(one) for one in changed[:EXAMPLES]]}


@dataclass(frozen=True, slots=True)
class _Stored:
    """Some stored figures in columns. `flags` holds texts."""

    pk: Column
    key: tuple[Sequence[int], Sequence[int], Sequence[str]]
    value: Column
    flags: Column
    rows: Sequence[int]

    def left(self, which: Column, before: int) -> Figures:
        """Those for which `which` is true, `before` others before them."""
        places = np.flatnonzero(which)
        columns = (*self.key, self.value.tolist(), self.flags.tolist(), self.rows)
        found = figures_of(tuple(column[at] for column in columns) for at in places.tolist())
        return replace(found, order=found.order + before, stored=self.pk[places])


def _stored(staged: Import) -> Iterator[_Stored]:
    rows = Observation.objects.filter(series=staged.series_id).order_by().values_list(*_COLUMNS)
    for chunk in chunks(rows.iterator(chunk_size=READ), READ):
        pks, breakdowns, place_codes, periods, values, flags, numbers = zip(*chunk, strict=True)
        yield _Stored(
            pk=np.array(pks, dtype=np.int64),
            key=(breakdowns, place_codes, periods),
            value=np.array(values, dtype=float),
            flags=np.array(flags),
            rows=numbers,
        )


def _same(figures: Figures, cells: Column, values: Column, flags: Column) -> Column:
    """Whether the figures of the file at `cells` say what is stored."""
    own = figures.value[cells]
    letters = np.array(figures.flag_sets)[figures.flags[cells]]
    return ((own == values) | (np.isnan(own) & np.isnan(values))) & (letters == flags)


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
