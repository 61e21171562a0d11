"""One table of an index, read row by row with its faults."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from regin.engine.errors import FaultsError, fail
from regin.files.index.cells import unguarded
from regin.files.index.faults import Faults
from regin.files.limits import LIMITS, Limits, read_lines

Row = tuple[int, list[str]]


@dataclass(frozen=True)
class Sheet:
    """A table under its headings. Iterate once for (row number, cells)."""

    file: str
    header: tuple[str, ...]
    rows: Iterator[Row]
    faults: Faults

    def __iter__(self) -> Iterator[Row]:
        for row, cells in self._filled():
            if len(cells) == len(self.header):
                yield row, cells
            else:
                counts: dict[str, Any] = {"cells": len(cells), "columns": len(self.header)}
                self.faults.add("ragged_row", file=self.file, row=row, **counts)

    def _filled(self) -> Iterator[Row]:
        """Rows that hold anything, up to where the file breaks off, which is one more fault.

        Whether a broken file has rows cannot be known.
        """
        empty = True
        try:
            for row, cells in self.rows:
                if any(cells):
                    empty = False
                    yield row, cells
        except FaultsError as error:
            self.faults.extend(error.faults)
            return
        if empty:
            self.faults.add("no_rows", file=self.file)

    def records(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield (row number, heading -> text) with the guard against formulas taken off."""
        for row, cells in self:
            texts = map(unguarded, cells)
            yield row, dict(zip(self.header, texts, strict=True))


def open_sheet(
    file: str,
    rows: Iterator[Row],
    faults: Faults,
    required: Sequence[str] = (),
    *,
    corner: bool = False,
) -> Sheet | None:
    """Open the table of these `rows`. None when its headings cannot be used; the faults say why.

    With `corner` the first heading may be empty, as in a matrix.
    """
    try:
        row, header = next(rows, (1, []))
    except FaultsError as error:
        faults.extend(error.faults)
        return None
    names = tuple(unguarded(cell).strip() for cell in header)
    before = len(faults.found)
    checked = (names[0] or "-", *names[1:]) if corner and len(names) > 1 else names
    _check(file, row, checked, required, faults)
    return Sheet(file, names, rows, faults) if len(faults.found) == before else None


def read_sheet(
    path: Path, faults: Faults, required: Sequence[str], limits: Limits = LIMITS
) -> Sheet | None:
    """Open the CSV file at `path`. None when its headings cannot be used; the faults say why."""
    return open_sheet(path.name, csv_rows(path, limits), faults, required)


def csv_rows(path: Path, limits: Limits = LIMITS) -> Iterator[Row]:
    """Yield (row number, cells) of a CSV file, its heading first; blank lines are left out."""
    lines = (f"{text}\n" for _, text in read_lines(path, limits))
    reader = csv.reader(lines, strict=True)
    start = count = 1
    try:
        for cells in reader:
            if len(cells) > limits.columns:
                counts: dict[str, Any] = {"columns": len(cells), "limit": limits.columns}
                raise fail("too_many_columns", file=path.name, row=start, **counts)
            if count > limits.rows:
                raise fail("too_many_rows", file=path.name, limit=limits.rows)
            if cells:
                yield start, cells
            start, count = reader.line_num + 1, count + 1
    except csv.Error as error:
        raise _broken(path.name, start, str(error)) from None


def _broken(file: str, row: int, reason: str) -> FaultsError:
    """Return the fault of a row that is no CSV; a carriage return within it ended a line once."""
    if reason.startswith("new-line character"):
        return fail("old_line_ends", file=file, row=row)
    return fail("csv", file=file, row=row, reason=reason)


def _check(
    file: str, row: int, names: tuple[str, ...], required: Sequence[str], faults: Faults
) -> None:
    if len(names) == 1 and any(sign in names[0] for sign in ";\t"):
        faults.add("csv_separator", file=file, row=row)
        return
    for number, name in enumerate(names, start=1):
        if not name:
            faults.add("empty_heading", file=file, number=number)
        elif name in names[: number - 1]:
            faults.add("duplicate_heading", file=file, row=row, column=name, name=name)
    for name in required:
        if name not in names:
            faults.add("missing_heading", file=file, row=row, column=name, name=name)
