"""A sheet of a workbook as a grid, with its numbers told from texts that look like numbers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from regin.engine.errors import N_, FaultsError, Message, fail, register
from regin.files.datasets.sheet_grid import Grid, GridRow
from regin.files.index import faults  # noqa: F401  # importing it registers its messages
from regin.files.index.workbook import SheetCells, SheetRow, Workbook, _SheetPart
from regin.files.limits import LIMITS, Limits

register(
    {
        "table_no_workbook": Message(
            N_("The file is no workbook that can be read."),
            N_(
                "Save the table as “Excel workbook (.xlsx)” or as CSV; if the file is an archive,"
                " unpack it and load the table that is in it."
            ),
        ),
        "table_workbook_texts": Message(
            N_("The workbook holds too many or too long texts; %(limit)s of them are the most."),
            N_("Save the sheet that holds the table as a CSV file and load that."),
        ),
    }
)

OWN_WORDS: Final = {
    "not_a_workbook": "table_no_workbook",
    "workbook_texts": "table_workbook_texts",
}
"""Faults whose advice is for an index, which may be a folder of CSV files; a table may not."""

NUMBER: Final = "number"
"""Mark of a cell that is stored as a number: its text has a point, whatever the sheet shows."""


class _NumberedPart(_SheetPart):
    """Marks numbers, which `_SheetPart` gives as plain text: a text 1.234 may be 1234."""

    def _number(self, value: str) -> tuple[str, str]:
        text, mark = super()._number(value)
        return text, mark or (NUMBER if text else "")


class NumberedWorkbook(Workbook):
    """A workbook whose sheets mark their numbers. Raises FaultsError as `Workbook` does."""

    def __init__(self, path: Path, limits: Limits = LIMITS) -> None:
        with _damage_told(path.name):
            super().__init__(path, limits)

    def open(self, sheet: str) -> SheetCells:
        """Open a sheet by its own spelling."""
        label = f"{self.file}, sheet {sheet}"
        with _damage_told(self.file):
            shared = self._read_shared()
        part = _NumberedPart(label, *shared, from_1904=self._contents.from_1904)
        return SheetCells(part, self._pieces(sheet))

    def _pieces(self, sheet: str) -> Iterator[bytes]:
        with _damage_told(self.file):
            yield from self._parts.read(self._contents.sheets[sheet])


@contextmanager
def _damage_told(file: str) -> Iterator[None]:
    """Tell damage in the words for a table.

    A list of parts with wrong places is damage too: it makes `zipfile` seek below zero.
    """
    try:
        yield
    except FaultsError as error:
        raise FaultsError(
            replace(fault, code=OWN_WORDS.get(fault.code, fault.code)) for fault in error.faults
        ) from None
    except OSError:
        reason = "a part is not where its list of parts says"
        raise fail("workbook_damaged", file=file, reason=reason) from None


class SheetGrid(Grid):
    """One sheet. Raises FaultsError: those of `Workbook`, sheet_missing."""

    is_trimmed = True

    def __init__(self, path: Path, sheet: str, limits: Limits = LIMITS) -> None:
        super().__init__(path, limits)
        self._book = NumberedWorkbook(path, limits)
        try:
            self._cells = self._opened(sheet)
        except FaultsError:
            self._book.close()
            raise

    def _opened(self, sheet: str) -> SheetCells:
        found = self._book.find(sheet)
        if found is None:
            listed = ", ".join(self._book.sheets[:20]) or "-"
            raise fail("sheet_missing", file=self._path.name, name=sheet, known=listed[:400])
        self.label = f"{self._path.name}, sheet {found}"
        return self._book.open(found)

    def rows(self) -> Iterator[GridRow]:
        """Yield the rows; where rows are left empty, one empty row for all of them."""
        before = 0
        for number, cells in self._cells:
            if number > before + 1:
                yield GridRow(before + 1, [], {})
            yield self._filled((number, cells))
            before = number

    def _filled(self, row: SheetRow) -> GridRow:
        number, cells = row
        width = cells[-1].column
        self.check_width(width, number)
        texts = [""] * width
        for column, text, _mark in cells:
            texts[column - 1] = text
        return GridRow(number, texts, {column - 1: mark for column, _, mark in cells if mark})

    @property
    def merged(self) -> list[str]:
        """Ranges of merged cells, complete once the rows are read."""
        return self._cells.merged

    def close(self) -> None:
        """Close the file."""
        self._book.close()
