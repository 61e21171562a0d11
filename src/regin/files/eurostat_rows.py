"""The rows of Eurostat's bulk TSV, checked one by one.

Everything wrong is found in one pass. Memory does not grow with the cells: eight bytes a row are
kept, to find a key that stands twice.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from regin.engine.errors import N_, FaultsError, Message, fail, register
from regin.files.eurostat_cells import REMEMBERED, Cell, CellError, CellReader, shown
from regin.files.eurostat_header import PeriodReader, is_code, parse_header
from regin.files.limits import LIMITS, FaultLog, Limits, ends_whole, read_lines, split_cells

register(
    {
        "tsv_no_rows": Message(
            N_("There is a heading but no row of data."),
            N_("Download the table again and check that your selection is not empty."),
        ),
        "tsv_ragged_row": Message(
            N_("The number of cells in the row is %(cells)s; the heading has %(expected)s."),
            N_("Compare the row with the source; the file may be cut off or edited."),
        ),
        "tsv_ragged_key": Message(
            N_("The number of parts of the key is %(parts)s; the heading names %(expected)s."),
            N_("Write one code for each dimension, with commas between."),
        ),
        "tsv_duplicate_key": Message(
            N_("The same key stands in row %(first)s already."),
            N_("Keep the row that is right and remove the other."),
        ),
        "tsv_cut_off": Message(
            N_("The last line has no end, so the file may be cut off."),
            N_("Download it again; if nothing is missing, add a line end after the last row."),
        ),
    }
)

_HASH_MASK = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Row:
    """One data row: its number, the codes of its key, and its cells."""

    number: int
    key: tuple[str, ...]
    cells: list[Cell]


class TsvReader:
    """One pass over a file: the heading on entry, then rows that have no fault.

    After the first fault no more rows come out, but reading goes on to find the others, and
    `rows` ends by raising FaultsError with all of them.
    """

    def __init__(self, path: Path, limits: Limits = LIMITS) -> None:
        self._path, self._limits = path, limits
        self._log = FaultLog(path.name, limits)
        self._periods = PeriodReader(self._log)
        self._lines = read_lines(path, limits)
        self._parse = CellReader()
        self._codes: set[str] = set()
        self._hashes = array("q")
        _, text = next(self._lines)
        cells = split_cells(text, "\t", path.name, 1, limits)
        self.layout = parse_header(cells, self._periods, self._log)

    @property
    def frequency(self) -> str:
        """A, S, Q, M or W, once a period was read."""
        return self._periods.frequency

    def rows(self) -> Iterator[Row]:
        """Yield the rows. Raises FaultsError with every fault, at the latest at the end."""
        try:
            for number, text in self._lines:
                row = self._row(number, text)
                if row is not None and not self._log.found:
                    yield row
            self._check_whole()
        except FaultsError as error:
            raise self._log.stop(error) from None
        self._log.raise_found()

    def _row(self, number: int, text: str) -> Row | None:
        self._check_size(number)
        cells = split_cells(text, "\t", self._path.name, number, self._limits)
        key = self._key(cells[0], number)
        expected = len(self.layout.headings) + 1
        if len(cells) != expected:
            self._log.add("tsv_ragged_row", number, None, cells=len(cells), expected=expected)
            return None
        content = self._cells(cells, number)
        return None if key is None else Row(number, key, content)

    def _check_size(self, number: int) -> None:
        rows, width = number - 1, len(self.layout.headings)
        if rows > self._limits.rows:
            raise fail("too_many_rows", file=self._path.name, limit=self._limits.rows)
        if rows * width > self._limits.cells:
            raise fail("too_many_cells", file=self._path.name, limit=self._limits.cells)

    def _key(self, text: str, number: int) -> tuple[str, ...] | None:
        """Return the codes of the key, the period in its kept spelling; None when faulty."""
        parts = [part.strip(" ") for part in text.split(",", len(self.layout.names))]
        key = self._checked(parts, number) if self._fits(parts, text, number) else None
        self._hashes.append(-number if key is None else hash(key) & _HASH_MASK)
        return key

    def _fits(self, parts: list[str], text: str, number: int) -> bool:
        expected = len(self.layout.names)
        if len(parts) == expected:
            return True
        found = text.count(",") + 1
        self._log.add("tsv_ragged_key", number, self.layout.corner, parts=found, expected=expected)
        return False

    def _checked(self, parts: list[str], number: int) -> tuple[str, ...] | None:
        good = True
        for at, (name, part) in enumerate(zip(self.layout.names, parts, strict=True)):
            if at == self.layout.time_at:
                kept = self._periods.read(part, number, name)
                parts[at], good = kept or part, good and kept is not None
            elif part not in self._codes and not self._is_code(part):
                self._log.add("tsv_bad_code", number, name, text=shown(part))
                good = False
        return tuple(parts) if good else None

    def _is_code(self, part: str) -> bool:
        """Whether `part` is a code; it stands in many rows, so that some are remembered."""
        good = is_code(part)
        if good and len(self._codes) < REMEMBERED:
            self._codes.add(part)
        return good

    def _cells(self, texts: list[str], number: int) -> list[Cell]:
        parse = self._parse
        try:
            return [parse[text] for text in texts[1:]]
        except CellError:
            return self._faulty_cells(texts, number)

    def _faulty_cells(self, texts: list[str], number: int) -> list[Cell]:
        for heading, text in zip(self.layout.headings, texts[1:], strict=True):
            try:
                self._parse[text]
            except CellError as error:
                self._log.add(error.code, number, shown(heading), **error.params)
        return []

    def _check_whole(self) -> None:
        if not self._hashes:
            self._log.add("tsv_no_rows", 1, None)
        if not ends_whole(self._path, self._limits):
            self._log.add("tsv_cut_off", len(self._hashes) + 1, None)
        for number, first in self._same_keys():
            self._log.add("tsv_duplicate_key", number, self.layout.corner, first=first)

    def _same_keys(self) -> list[tuple[int, int]]:
        """(row, row of the first) of keys that stand twice.

        Equal hashes only raise a suspicion: the keys themselves are compared in a second reading.
        """
        hashes = np.array(self._hashes, dtype=np.int64)
        _, group, size = np.unique(hashes, return_inverse=True, return_counts=True)
        suspects = {int(at) + 2 for at in np.flatnonzero(size[group] > 1)}
        first: dict[tuple[str, ...], int] = {}
        same: list[tuple[int, int]] = []
        for number, text in read_lines(self._path, self._limits) if suspects else ():
            if number in suspects and len(same) <= self._limits.faults:
                key = self._plain_key(text)
                if first.setdefault(key, number) != number:
                    same.append((number, first[key]))
        return same

    def _plain_key(self, text: str) -> tuple[str, ...]:
        """Return the key of a row that was found good before."""
        parts = [part.strip(" ") for part in text.partition("\t")[0].split(",")]
        at = self.layout.time_at
        if at is not None:
            parts[at] = self._periods.read(parts[at], 0, self.layout.names[at]) or parts[at]
        return tuple(parts)
