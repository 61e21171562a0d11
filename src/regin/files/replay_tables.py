"""Compare the tables of a saved run with the same tables computed again, cell by cell."""

from __future__ import annotations

import filecmp
import json
import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from pathlib import Path

from regin.engine.errors import N_, Fault, FaultsError, Message, Value, register
from regin.files.index.cells import number
from regin.files.index.sheets import csv_rows

TOLERANCE = 1e-9
"""Largest relative difference of two numbers that count as the same."""

LONGEST = 60
"""Characters of a cell that are shown."""

register(
    {
        "replay_step_missing": Message(
            N_("The run has no such file, but computing it again writes one."),
            N_("Restore the folder of the run as it was written."),
        ),
        "replay_step_added": Message(
            N_("The run has this file, but computing it again writes no such one."),
            N_("Take it out, or restore the folder of the run as it was written."),
        ),
        "replay_rows_differ": Message(
            N_("The table has %(recorded)s rows, and computed again %(now)s."),
            N_("Restore the folder of the run as it was written."),
        ),
        "replay_texts_differ": Message(
            N_("“%(recorded)s” was recorded, and “%(now)s” came out; such cells: %(count)s."),
            N_("The same inputs do not give this result; restore the folder of the run."),
        ),
        "replay_numbers_differ": Message(
            N_(
                "%(recorded)s was recorded, and %(now)s came out; relative difference %(relative)s,"
                " the largest one. Numbers that differ: %(count)s."
            ),
            N_("The same inputs do not give this result; restore the folder of the run."),
        ),
    }
)


@dataclass(frozen=True)
class CellDifference:
    """Two cells that are not written alike. `row` counts from 1 with the heading as row 1.

    An entry of run.json has no row; its column is the way to it.
    """

    file: str
    row: int | None
    column: str
    recorded: str
    now: str
    relative: float
    """Infinite where one of the cells holds no number."""


@dataclass
class Replayed:
    """How a saved run and the same run computed again compare.

    `identical` of `files` tables are the same byte for byte. `numbers` counts numbers that are
    written differently in the others, `largest` is the one furthest apart. `faults` is empty when
    the same numbers came out of the same inputs; `notes` are worth knowing all the same.
    """

    index: Path
    files: int = 0
    identical: int = 0
    numbers: int = 0
    largest: CellDifference | None = None
    faults: list[Fault] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)

    @property
    def exact(self) -> bool:
        """Whether the same came out to the last digit."""
        return not self.faults and not self.numbers and self.identical == self.files


def compare_folders(
    recorded: Path, names: Collection[str], now: Path, apart: Collection[str], done: Replayed
) -> None:
    """Compare the tables `names` of the folder `recorded` with all in `now` but those `apart`."""
    paths = [path for path in now.rglob("*") if path.is_file()]
    written = {path.relative_to(now).as_posix() for path in paths} - {*apart}
    for name in sorted({*written, *names}):
        if name not in names:
            done.faults.append(Fault("replay_step_missing", {}, file=name))
        elif name not in written:
            done.faults.append(Fault("replay_step_added", {}, file=name))
    for name in sorted(written.intersection(names)):
        done.files += 1
        pair = recorded / name, now / name
        if pair[0].is_file() and filecmp.cmp(*pair, shallow=False):
            done.identical += 1
        else:
            _Differences(name, done).of_tables(*pair)


def compare_entries(
    file: str, recorded: Mapping[str, object], now: Mapping[str, object], done: Replayed
) -> None:
    """Compare entries of two JSON files; the way to an entry stands for its column."""
    before, after = (dict(_leaves(said)) for said in (recorded, now))
    _Differences(file, done).of_entries(before, after)


def _leaves(value: object, way: str = "") -> Iterator[tuple[str, str]]:
    """Yield every value in a JSON value with the way to it, places counted from 1."""
    if not isinstance(value, dict | list):
        yield way, value if isinstance(value, str) else json.dumps(value)
        return
    inner = value.items() if isinstance(value, dict) else enumerate(value, start=1)
    for name, one in inner:
        yield from _leaves(one, f"{way}.{name}" if way else str(name))


@dataclass(eq=False)
class _Differences:
    """What differs between a file and the same computed again; it goes to `done`.

    `texts` and `numbers` count cells that differ, `first` is the first of the texts, `furthest` the
    numbers furthest apart.
    """

    file: str
    done: Replayed
    texts: int = 0
    numbers: int = 0
    first: CellDifference | None = None
    furthest: CellDifference | None = None

    def of_tables(self, recorded: Path, now: Path) -> None:
        """Compare two tables cell by cell."""
        try:
            self._compare_rows(recorded, now)
        except FaultsError as error:
            self.done.faults += [replace(fault, file=self.file) for fault in error.faults]
        self._tell()

    def of_entries(self, recorded: Mapping[str, str], now: Mapping[str, str]) -> None:
        """Compare values by the ways to them; one that is not there is an empty text."""
        for name in {**recorded, **now}:
            self._compare(None, name, recorded.get(name, ""), now.get(name, ""))
        self._tell()

    def _tell(self) -> None:
        """Put it down: one fault for texts, one for numbers that are too far apart."""
        if self.first is not None:
            params: dict[str, Value] = {"recorded": self.first.recorded, "now": self.first.now}
            self._fault("replay_texts_differ", self.first, {**params, "count": self.texts})
        self.done.numbers += self.numbers
        if self.furthest is None:
            return
        worst = self.done.largest
        if worst is None or self.furthest.relative > worst.relative:
            self.done.largest = self.furthest
        if self.furthest.relative > TOLERANCE:
            params = {"recorded": self.furthest.recorded, "now": self.furthest.now}
            params |= {"relative": f"{self.furthest.relative:.1e}", "count": self.numbers}
            self._fault("replay_numbers_differ", self.furthest, params)

    def _fault(self, code: str, cell: CellDifference, params: dict[str, Value]) -> None:
        self.done.faults.append(Fault(code, params, cell.file, cell.row, cell.column))

    def _compare_rows(self, recorded: Path, now: Path) -> None:
        heading: list[str] = []
        tables = csv_rows(recorded), csv_rows(now)
        for count, pair in enumerate(zip_longest(*tables)):
            if pair[0] is None or pair[1] is None:
                rest = 1 + sum(1 for table in tables for _ in table)
                sizes = (count, count + rest) if pair[0] is None else (count + rest, count)
                params: dict[str, Value] = {"recorded": sizes[0] - 1, "now": sizes[1] - 1}
                self.done.faults.append(Fault("replay_rows_differ", params, self.file))
                return
            (row, before), (_, after) = pair
            heading = heading or after
            for place, cells in enumerate(zip_longest(before, after, fillvalue="")):
                column = heading[place] if place < len(heading) else str(place + 1)
                self._compare(row, column, *cells)

    def _compare(self, row: int | None, column: str, recorded: str, now: str) -> None:
        if recorded == now:
            return
        shown = recorded[:LONGEST], now[:LONGEST]
        cell = CellDifference(self.file, row, column, *shown, _apart(recorded, now))
        if cell.relative == math.inf:
            self.texts += 1
            self.first = self.first or cell
            return
        self.numbers += 1
        if self.furthest is None or cell.relative > self.furthest.relative:
            self.furthest = cell


def _apart(one: str, two: str) -> float:
    """Relative difference of two numbers; infinite where either cell holds none."""
    values = number(one), number(two)
    if values[0] is None or values[1] is None or math.inf in values:
        return math.inf
    size = max(abs(values[0]), abs(values[1]))
    return abs(values[0] - values[1]) / size if size else 0.0
