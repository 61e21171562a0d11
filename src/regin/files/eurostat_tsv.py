"""Eurostat's bulk TSV, in the dialect of today and the one before 2023.

A row is a key (`A,PER_KM2,SE22`) and one cell a column; a cell is a number or `:`, then flags.
`iter_observations` streams; `read_eurostat_tsv` holds the whole table in columns. Both give an
observation for every cell: one without a value says that none is published (any more), so that
an import can see a value go. A missing value is None, never zero.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import getitem
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from regin.files.eurostat_cells import Cell
from regin.files.eurostat_header import Layout
from regin.files.eurostat_rows import Row, TsvReader
from regin.files.limits import LIMITS, Limits
from regin.files.observations import Observation

T = TypeVar("T", bound=np.generic)


@dataclass(frozen=True, slots=True, eq=False)
class TsvTable:
    """A whole file in columns.

    `dimensions`: names of all but place and time, in the order of `Observation.dims`.
    `frequency`: A, S, Q, M or W. `periods`, `places`: distinct, in the order of the file.
    `keys` (rows, key parts): indices into `codes[part]`; row 0 here is row 2 of the file.
    `values` (rows, columns): in the unit of the table, NaN where
    missing. `flags` (rows, columns): indices into `flag_sets`, whose first is empty.
    """

    file: str
    layout: Layout
    frequency: str
    codes: tuple[tuple[str, ...], ...]
    keys: NDArray[np.int32]
    values: NDArray[np.float64]
    flags: NDArray[np.uint16]
    flag_sets: tuple[str, ...]

    def __len__(self) -> int:
        """Return the number of rows, header not counted."""
        return len(self.keys)

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Names of the dimensions that are neither place nor time."""
        return self.layout.dimensions

    @property
    def periods(self) -> tuple[str, ...]:
        """Distinct periods in their kept spelling, in the order of the file."""
        at = self.layout.time_at
        return self.layout.columns if at is None else self.codes[at]

    @property
    def places(self) -> tuple[str, ...]:
        """Distinct codes of places, in the order of the file."""
        at = self.layout.geo_at
        return self.layout.columns if at is None else self.codes[at]

    def observations(self) -> Iterator[Observation]:
        """Yield one observation a cell, row by row, as `iter_observations` does."""
        for at in range(len(self)):
            yield from _observations(self._row(at), self.layout)

    def _row(self, at: int) -> Row:
        key = tuple(self.codes[part][code] for part, code in enumerate(self.keys[at]))
        values, flags = self.values[at].tolist(), self.flags[at].tolist()
        cells: list[Cell] = [
            (None if math.isnan(value) else value, self.flag_sets[flag])
            for value, flag in zip(values, flags, strict=True)
        ]
        return Row(at + 2, key, cells)


def iter_observations(path: Path, limits: Limits = LIMITS) -> Iterator[Observation]:
    """Yield one observation a cell, row by row, in memory that does not grow with the cells.

    Keep nothing before the end: a fault further down ends the iteration with FaultsError, which
    holds all faults of the file (at most `limits.faults`).
    """
    reader = TsvReader(path, limits)
    for row in reader.rows():
        yield from _observations(row, reader.layout)


def read_eurostat_tsv(path: Path, limits: Limits = LIMITS) -> TsvTable:
    """Read a whole file, about 10 bytes a cell.

    Raises FaultsError with all faults of the file (at most `limits.faults`).
    """
    reader = TsvReader(path, limits)
    columns = _Columns(reader.layout)
    for row in reader.rows():
        columns.add(row)
    return columns.table(path.name, reader)


def _observations(row: Row, layout: Layout) -> Iterator[Observation]:
    dims = tuple(row.key[at] for at in layout.dims_at)
    geo = "" if layout.geo_at is None else row.key[layout.geo_at]
    period = "" if layout.time_at is None else row.key[layout.time_at]
    for heading, column, (value, flags) in zip(
        layout.headings, layout.columns, row.cells, strict=True
    ):
        yield Observation(row.number, heading, dims, geo or column, period or column, value, flags)


class _Numbers(dict[str, int]):
    """Text → its place, in the order in which texts are first asked for."""

    def __missing__(self, text: str) -> int:
        self[text] = place = len(self)
        return place


@dataclass(slots=True)
class _Columns:
    """Rows on their way into a `TsvTable`."""

    layout: Layout
    codes: list[_Numbers] = field(init=False)
    keys: array[int] = field(default_factory=lambda: array("i"))
    values: array[float] = field(default_factory=lambda: array("d"))
    flags: array[int] = field(default_factory=lambda: array("H"))
    flag_sets: _Numbers = field(default_factory=lambda: _Numbers({"": 0}))

    def __post_init__(self) -> None:
        self.codes = [_Numbers() for _ in self.layout.names]

    def add(self, row: Row) -> None:
        """Put a row behind the others."""
        missing = float("nan")
        self.keys.extend(map(getitem, self.codes, row.key))
        values, flags = zip(*row.cells, strict=True)
        self.values.extend([missing if value is None else value for value in values])
        self.flags.extend(map(self.flag_sets.__getitem__, flags))

    def table(self, file: str, reader: TsvReader) -> TsvTable:
        """Freeze what was added."""
        width = len(self.layout.headings)
        return TsvTable(
            file=file,
            layout=self.layout,
            frequency=reader.frequency,
            codes=tuple(tuple(known) for known in self.codes),
            keys=_frozen(np.frombuffer(self.keys, np.int32), len(self.codes)),
            values=_frozen(np.frombuffer(self.values, np.float64), width),
            flags=_frozen(np.frombuffer(self.flags, np.uint16), width),
            flag_sets=tuple(self.flag_sets),
        )


def _frozen(flat: NDArray[T], width: int) -> NDArray[T]:
    table = flat.reshape(-1, width)
    table.flags.writeable = False
    return table
