"""A plain table, CSV or a sheet of a workbook, read as a mapping says.

Rows are numbered as people see them in the file. A missing value is None, never zero; a mark
means zero only where the mapping says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from regin.engine.errors import N_, FaultsError, Message, fail, register
from regin.files.datasets.building import DatasetBuilder
from regin.files.datasets.dataset import Dataset, Head
from regin.files.datasets.mapped_heading import Heading, HeadingReader
from regin.files.datasets.mapped_rows import RowReader
from regin.files.datasets.mapped_values import ValueReader
from regin.files.datasets.mapping_checks import check_mapping
from regin.files.datasets.mapping_model import TableMapping, TablePlace, spaced
from regin.files.datasets.sheet_grid import Grid, GridRow, TextGrid
from regin.files.datasets.sheet_workbook import SheetGrid
from regin.files.index.zip_parts import OLE
from regin.files.limits import LIMITS, FaultLog, Limits, open_bytes

register(
    {
        "mapped_no_workbook": Message(
            N_("The file is no workbook, and the mapping names a sheet."),
            N_("Save it as “Excel workbook (.xlsx)”, or make a mapping for text files."),
        ),
        "mapped_no_text": Message(
            N_("The file is a workbook, and the mapping names a separator."),
            N_("Save the sheet as “CSV UTF-8”, or make a mapping for workbooks."),
        ),
        "mapped_rows_after_end": Message(
            N_("The table ends before row %(end)s, and this row looks as if it went on."),
            N_(
                "If it belongs to the table, do not stop at empty rows, or give another last row; "
                "if not, give the last row of the table."
            ),
        ),
        "mapped_cut_off": Message(
            N_("The last line has no end, so the file may be cut off."),
            N_("Download it again; if nothing is missing, add a line end after the last row."),
        ),
    }
)

FORMAT: Final = "mapped-table"


def read_mapped(path: Path, mapping: TableMapping, limits: Limits = LIMITS) -> Dataset:
    """Read a whole table. Dimensions: columns', the one across, constants, in that order.

    Raises FaultsError with all faults of the mapping, or of the heading, or of the rows (at most
    `limits.faults`); columns of faults have the letters of a spreadsheet and the heading.
    """
    check_mapping(mapping)
    with closing(open_grid(path, mapping.place, limits)) as grid:
        return _Reading(grid, mapping, limits).dataset(path.name)


def open_grid(path: Path, place: TablePlace, limits: Limits = LIMITS) -> Grid:
    """Open the file as the mapping says; what it is, its content says.

    Raises FaultsError: those of `open_bytes` and `Workbook`, mapped_no_workbook, mapped_no_text.
    """
    workbook = is_workbook(path, limits)
    if workbook != bool(place.sheet):
        raise fail("mapped_no_text" if workbook else "mapped_no_workbook", file=path.name)
    if workbook:
        return SheetGrid(path, place.sheet, limits)
    return TextGrid(path, place.separator, place.encoding, limits)


def is_workbook(path: Path, limits: Limits = LIMITS) -> bool:
    """Tell whether a file is, or once was, a workbook. Raises FaultsError as `open_bytes` does."""
    with open_bytes(path, limits) as stream:
        return stream.read(4).startswith((b"PK\x03\x04", b"PK\x05\x06", OLE))


class _Reading:
    """One pass over a table."""

    def __init__(self, grid: Grid, mapping: TableMapping, limits: Limits) -> None:
        self._grid, self._mapping = grid, mapping
        self._log = FaultLog(grid.label, limits)
        self._values = ValueReader(mapping.notation)
        self._last = 0
        self._end: GridRow | None = None

    def dataset(self, file: str) -> Dataset:
        """Read everything. Raises FaultsError."""
        rows = iter(self._grid)
        head = HeadingReader(self._mapping, self._values, self._log)
        try:
            heading = head.find(rows)
            builder = self._builder(file, head.title, heading)
            reader = RowReader(self._mapping, heading, builder, self._values, self._grid)
            for row in self._table(rows, heading):
                reader.read(row)
                self._last = row.number
            self._after(rows, reader)
            self._check(reader, heading)
        except FaultsError as error:
            raise self._log.stop(error) from None
        return builder.built()

    def _builder(self, file: str, title: str, heading: Heading) -> DatasetBuilder:
        about, across = self._mapping, self._mapping.across
        headings = _spelt_otherwise(heading)
        builder = DatasetBuilder(
            head=Head(
                file,
                FORMAT,
                code=about.code,
                title=about.title or title,
                source=about.source,
                language=about.language,
            ),
            dimensions=about.dimensions,
            log=self._log,
            column=about.value or "OBS_VALUE",
            across=None if across is None else len(about.columns),
            headings=headings,
        )
        if across is not None and across.role != "time":
            for code, name in headings.items():
                builder.label(len(about.columns), code, name)
        return builder

    def _table(self, rows: Iterator[GridRow], heading: Heading) -> Iterator[GridRow]:
        """Yield the filled rows of the table, and note where it ends."""
        place = self._mapping.place
        first = place.first_row or heading.row + 1
        for row in rows:
            if row.number < first:
                continue
            is_empty = row.is_empty
            if self._ends(row, is_empty):
                self._end = row
                return
            if not is_empty:
                yield row

    def _ends(self, row: GridRow, is_empty: bool) -> bool:
        place = self._mapping.place
        if place.last_row:
            return row.number > place.last_row
        if is_empty:
            return place.stop_at_empty_row and self._last > 0
        return bool(place.stop_before) and self._is_stop(row)

    def _is_stop(self, row: GridRow) -> bool:
        first = next(filter(None, map(spaced, row.texts)), "")
        return first.startswith(self._mapping.place.stop_before)

    def _after(self, rows: Iterator[GridRow], reader: RowReader) -> None:
        """Read to the end of the file: a table that goes on after its end must not be lost.

        A last row that somebody gave may be followed by another table, but not by its own next
        row. A text to stop before is the end, whatever follows.
        """
        end, last = self._end, self._mapping.place.last_row
        more: GridRow | None = None
        if end is not None and last:
            more = end if end.number == last + 1 and reader.looks_like_data(end) else None
        elif end is not None and end.is_empty:
            more = next((row for row in rows if reader.looks_like_data(row)), None)
        if end is not None and more is not None:
            self._log.add("mapped_rows_after_end", more.number, None, end=end.number)
        for _ in rows:  # damage further down is told as well, and merged cells stand at the end
            pass

    def _check(self, reader: RowReader, heading: Heading) -> None:
        """Note what only the end can tell."""
        reader.finish(self._grid.merged, self._last)
        if self._end is None and not self._grid.is_whole:
            self._log.add("mapped_cut_off", self._last or heading.row, None)


def _spelt_otherwise(heading: Heading) -> dict[str, str]:
    names = {column.code: heading.names[column.at] for column in heading.values}
    return {code: name for code, name in names.items() if code and name != code}
