"""Rows of a CSV file (RFC 4180), one by one and bounded, with faults where quoting goes wrong."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

from regin.engine.errors import N_, Message, fail, register
from regin.files.limits import MIB, FaultLog, ends_whole, read_lines

register(
    {
        "csv_quoting": Message(
            N_(
                "The quotes of the row do not fit its cells, or a line break stands in a bare cell."
            ),
            N_("Put a whole cell in double quotes, double those inside it, and try again."),
        ),
        "csv_open_quote": Message(
            N_("A quote opens in this row and never closes, so the file may be cut off."),
            N_("Download it again; if nothing is missing, close the quote."),
        ),
        "csv_long_quote": Message(
            N_("A quote opens in this row and has not closed after %(lines)s lines."),
            N_("Close it, or download the file again."),
        ),
        "csv_cell_too_long": Message(
            N_("A cell in this row has more than %(limit)s characters."),
            N_("Check whether a quote was left open in this row, and what the file really is."),
        ),
        "csv_row_too_long": Message(
            N_("The row is longer than %(limit)s MiB."),
            N_("Check whether a quote was left open in this row, and what the file really is."),
        ),
        "csv_cut_off": Message(
            N_("The last line has no end, so its last cell may be cut off."),
            N_("Download it again; if nothing is missing, add a line end after the last row."),
        ),
    }
)


class CsvRows:
    """Rows of a file, read once: `for number, cells in rows`.

    `number` counts rows as a spreadsheet does, from 1; a row may span lines. Blank lines count
    and are left out. `choose` is given the first line and says what separates the cells. Rows
    with broken quoting go to `log`; what makes reading on pointless raises FaultsError: those of
    `read_lines`, too_many_columns, csv_long_quote, csv_row_too_long, csv_cell_too_long.
    """

    def __init__(self, path: Path, log: FaultLog, choose: Callable[[str], str]) -> None:
        self._path, self._log, self._limits = path, log, log.limits
        lines = read_lines(path, log.limits)
        first = next(lines)
        self._separator = choose(first[1])
        self._lines = chain((first,), lines)
        self._last, self._ended = "", False
        self._row = self._taken = self._held = self._parts = 0

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the rows that can be split into cells."""
        rows = csv.reader(self._feed(), delimiter=self._separator, strict=True)
        while True:
            self._row += 1
            self._taken = self._held = self._parts = 0
            try:
                cells = next(rows)
            except StopIteration:
                return
            except csv.Error as error:
                self._broken(str(error))
                # What an odd quote swallowed counts as rows again, or all below were misnumbered.
                self._row += self._taken - 1
                continue
            if cells:
                yield self._row, cells

    def is_cut(self) -> bool:
        """Tell, at the end, whether the last cell may lack something at its end.

        That is so when no line end, no closing quote and no checksum of gzip vouches for it.
        """
        return not (self._last.endswith('"') or ends_whole(self._path, self._limits))

    def _feed(self) -> Iterator[str]:
        """Yield the lines that the csv module asks for, bounded by what one row takes."""
        short = self._limits.columns
        for _, text in self._lines:
            self._last = text
            self._taken += 1
            self._held += len(text)
            if self._held >= short:
                self._check_row(text)
            yield text + "\n"
        self._ended = True

    def _check_row(self, text: str) -> None:
        """Bound the row before its cells are made; a short one cannot have too many."""
        limits, file = self._limits, self._path.name
        self._parts += text.count(self._separator)
        if self._parts >= limits.columns and self._taken > 1:
            raise fail("csv_long_quote", file=file, row=self._row, lines=self._taken)
        if self._parts >= limits.columns:
            columns, most = self._parts + 1, limits.columns
            raise fail("too_many_columns", file=file, row=self._row, columns=columns, limit=most)
        if self._held > limits.line_bytes:
            most = max(1, limits.line_bytes // MIB)
            raise fail("csv_row_too_long", file=file, row=self._row, limit=most)

    def _broken(self, reason: str) -> None:
        """Log broken quoting. Raises FaultsError for a cell beyond the csv module's bound."""
        if "field larger" in reason:
            limit = csv.field_size_limit()
            raise fail("csv_cell_too_long", file=self._path.name, row=self._row, limit=limit)
        self._log.add("csv_open_quote" if self._ended else "csv_quoting", self._row, None)
