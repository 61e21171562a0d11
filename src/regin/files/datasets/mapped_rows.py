"""The rows of a plain table into the cells of a dataset, every fault with its row and column."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from regin.engine.errors import N_, Message, register
from regin.files.datasets.building import DatasetBuilder
from regin.files.datasets.flags import known
from regin.files.datasets.mapped_heading import Heading, ValueColumn, key_of
from regin.files.datasets.mapped_keys import KeyReader
from regin.files.datasets.mapped_values import ValueReader, joined_flags, two_readings
from regin.files.datasets.mapping_model import KeyColumn, TableMapping, spaced
from regin.files.datasets.sheet_grid import Grid, GridRow
from regin.files.datasets.sheet_workbook import NUMBER
from regin.files.eurostat_cells import Cell, CellError, shown
from regin.files.index.workbook import ERROR, first_cell
from regin.files.observations import KNOWN_FLAGS

register(
    {
        "mapped_short_row": Message(
            N_("The row has %(cells)s cells; the heading has %(expected)s."),
            N_("Compare the row with its source; the file may be cut off or edited."),
        ),
        "mapped_outside": Message(
            N_("“%(text)s” stands in a column without a heading."),
            N_("Name the column in the mapping, or delete the cell."),
        ),
        "mapped_row_without_values": Message(
            N_("The row has no value, only “%(text)s”."),
            N_(
                "If it is a title or a note, leave it out or end the table above it; if its values "
                "are missing, write a mark for it."
            ),
        ),
        "mapped_unknown_flag": Message(
            N_("“%(text)s” is not a flag or a set of flags; the flags are %(known)s."),
            N_("Say in the mapping which flag this sign means, or correct the cell."),
        ),
    }
)

Area = tuple[int, int, int, int]
"""First row and column, last row and column, counted from 1."""

FLAG_LETTERS: Final = " ".join(KNOWN_FLAGS)


class RowReader:
    """Reads row after row into `builder`; after the first fault only to find the others."""

    def __init__(
        self,
        mapping: TableMapping,
        heading: Heading,
        builder: DatasetBuilder,
        values: ValueReader,
        grid: Grid,
    ) -> None:
        self._heading, self._builder, self._values = heading, builder, values
        self._log, self._grid = builder.log, grid
        self._notation, self._is_wide = mapping.notation, mapping.across is not None
        self._keys = [self._key_reader(one, mapping.frequency) for one in mapping.columns]
        self._labelled: list[set[str]] = [set() for _ in self._keys]
        self._flags_at = heading.places.get(mapping.flags)
        self._constants = [constant.code for constant in mapping.constants]
        self._left_out = [
            (key, frozenset(texts))
            for key in self._keys
            if (texts := mapping.leave_out.get(key.column.heading))
        ]
        self._read_at = sorted({*heading.places.values(), *(one.at for one in heading.values)})
        known_names = {*mapping.ignored, *heading.places}
        self._nameless = [
            at
            for at, name in enumerate(heading.names)
            if not name and key_of(name, at) not in known_names
        ]
        self._empty_keys: list[tuple[int, int, CellError]] = []
        self._skipped: set[int] = set()
        """Rows of a sheet that are left out, where merged cells do no harm."""
        self._doubt_at: int | None = None

    def _key_reader(self, column: KeyColumn, frequency: str) -> KeyReader:
        places = self._heading.places
        at, labels_at = places[column.heading], places.get(column.labels)
        return KeyReader(column, frequency, self._values, at, labels_at)

    def read(self, row: GridRow) -> None:
        """Read a filled row. Raises FaultsError when there are too many faults or cells."""
        if self._left_out and self._is_left_out(row):
            return
        if (self._is_wide and self._is_bare(row)) or not self._fits(row):
            return
        self._values.row = row.number
        keys, row_flags = self._keys_of(row)
        if self._flags_at is not None:
            row_flags += self._flags_of(row, self._flags_at)
        for column in self._heading.values:
            cell = self._cell(row, column, row_flags)
            if cell is not None and keys is not None and not self._log.found:
                across = [column.code] if self._is_wide else []
                self._builder.add([*keys, *across, *self._constants], *cell, row.number)

    def _is_left_out(self, row: GridRow) -> bool:
        if not any(spaced(key.text(row)) in texts for key, texts in self._left_out):
            return False
        if self._grid.is_trimmed:
            self._skipped.add(row.number)
        return True

    def _is_bare(self, row: GridRow) -> bool:
        """Note a row of a wide table that has no value: nobody would miss a note or a title."""
        if any(row.text(one.at).strip() or one.at in row.marks for one in self._heading.values):
            return False
        text = next(filter(None, map(spaced, row.texts)), "")
        self._log.add("mapped_row_without_values", row.number, None, text=shown(text))
        return True

    def _fits(self, row: GridRow) -> bool:
        """Compare the width of a row with the heading's."""
        width, found = len(self._heading.names), len(row.texts)
        if not self._grid.is_trimmed and found <= self._read_at[-1]:
            self._log.add("mapped_short_row", row.number, None, cells=found, expected=width)
            return False
        beyond = range(width, found) if found > width and any(row.texts[width:]) else ()
        for at in (*self._nameless, *beyond):
            text = spaced(row.text(at))
            if text:
                column = self._heading.column(at)
                self._log.add("mapped_outside", row.number, column, text=shown(text))
        return True

    def _keys_of(self, row: GridRow) -> tuple[list[str] | None, str]:
        """Return the codes of a row and the flags of signs in them; None when one is faulty."""
        codes, all_flags, good = [], "", True
        for place, key in enumerate(self._keys):
            try:
                code, flags = key.read(row)
            except CellError as error:
                self._faulty_key(error, row.number, key.at)
                good = False
                continue
            codes.append(code)
            all_flags += flags
            if code not in self._labelled[place]:
                self._labelled[place].add(code)
                self._builder.label(place, code, key.label(row))
        return (codes if good else None), all_flags

    def _faulty_key(self, error: CellError, row: int, at: int) -> None:
        """Note a fault; an empty cell of a sheet waits, since it may be part of a merged one."""
        if error.code != "mapped_empty_key" or not self._grid.is_trimmed:
            self._fault(error, row, at)
        elif len(self._empty_keys) <= self._log.limits.faults:
            self._empty_keys.append((row, at, error))

    def _fault(self, error: CellError, row: int, at: int) -> None:
        self._log.add(error.code, row, self._heading.column(at), **error.params)

    def _flags_of(self, row: GridRow, at: int) -> str:
        """Return the letters of the column of flags."""
        text = spaced(row.text(at))
        letters = self._notation.signs.get(text, text)
        if not known(letters):
            params = {"text": shown(text), "known": FLAG_LETTERS}
            self._fault(CellError("mapped_unknown_flag", **params), row.number, at)
        return letters

    def _cell(self, row: GridRow, column: ValueColumn, row_flags: str) -> Cell | None:
        """Return value and flags; None with a fault in the log."""
        try:
            value, flags = self._value(row, column.at)
            more = row_flags + column.flags
            if more:
                flags = joined_flags((flags, more), row.text(column.at))
        except CellError as error:
            self._fault(error, row.number, column.at)
            return None
        if self._doubt_at is None and self._values.doubt is not None:
            self._doubt_at = column.at
        return value, flags

    def _value(self, row: GridRow, at: int) -> Cell:
        text = row.texts[at] if at < len(row.texts) else ""
        mark = row.marks.get(at, "") if row.marks else ""
        if not mark or (mark == ERROR and text in self._notation.missing):
            return self._values[text]
        if mark == NUMBER:
            return self._values.stored(text)
        raise CellError(mark, value=shown(text))

    def looks_like_data(self, row: GridRow) -> bool:
        """Tell whether a row below the end could be one of the table: good keys and a number."""
        try:
            for key in self._keys:
                key.read(row)
        except CellError:
            return False
        return any(
            row.marks.get(one.at) == NUMBER or self._values.is_number(row.text(one.at))
            for one in self._heading.values
        )

    def finish(self, merged: Iterable[str], last: int) -> None:
        """Note merged cells, empty ones that are not merged, and a number that stays in doubt."""
        areas = [(text, area) for text in merged if (area := self._area(text, last)) is not None]
        for text, (row, column, _, _) in areas:
            place = max(row, self._heading.row + 1)
            self._log.add("merged_cells", place, self._heading.column(column - 1), range=text)
        for number, at, error in self._empty_keys:
            if not any(_holds(area, number, at + 1) for _, area in areas):
                self._fault(error, number, at)
        self._doubt()

    def _area(self, text: str, last: int) -> Area | None:
        """Return a merged area that touches what is read, unless it says what empty cells say."""
        first, _, second = text.partition(":")
        area = (*first_cell(first), *first_cell(second or first))
        if area[2] <= self._heading.row or area[0] > last:
            return None
        if self._skipped.issuperset(range(area[0], area[2] + 1)):
            return None
        touched = [at for at in self._read_at if area[1] <= at + 1 <= area[3]]
        repeating = {key.at for key in self._keys if key.column.repeats}
        if not touched or (area[1] == area[3] and touched[0] in repeating):
            return None
        return area

    def _doubt(self) -> None:
        doubt = self._values.doubt
        if doubt is None:
            return
        row, text = doubt
        one, other = two_readings(text, self._notation.decimal)
        column = None if self._doubt_at is None else self._heading.column(self._doubt_at)
        self._log.add(
            "mapped_ambiguous_number", row, column, text=shown(text), one=one, other=other
        )


def _holds(area: Area, row: int, column: int) -> bool:
    return area[0] <= row <= area[2] and area[1] <= column <= area[3]
