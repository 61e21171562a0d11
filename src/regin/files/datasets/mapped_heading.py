"""The heading of a plain table against its mapping: where each column is, what has changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Final

from regin.engine.errors import N_, Fault, FaultsError, Message, fail, register
from regin.files.datasets.mapped_keys import FIRST_OF_MONTH, read_period
from regin.files.datasets.mapped_values import ValueReader
from regin.files.datasets.mapping_model import UNNAMED, Across, TableMapping, spaced
from regin.files.datasets.sheet_grid import GridRow
from regin.files.eurostat_cells import CellError, shown
from regin.files.index.workbook import DATE, column_letters, first_cell
from regin.files.limits import FaultLog

register(
    {
        "mapped_no_heading": Message(
            N_("There is no heading in this row."),
            N_("Give the row of the heading in the mapping."),
        ),
        "mapped_heading_moved": Message(
            N_("The heading stands in row %(found)s, not in row %(expected)s."),
            N_("Change the row of the heading in the mapping, once you have looked at the file."),
        ),
        "mapped_column_gone": Message(
            N_("The column “%(name)s” is gone, so the structure has changed since the mapping."),
            N_("If it has a new name, change the mapping; else ask for the table as it was."),
        ),
        "mapped_column_new": Message(
            N_("The column is new, so the structure has changed since the mapping."),
            N_("Say in the mapping what it holds, or that it is ignored."),
        ),
        "mapped_column_twice": Message(
            N_("The column stands twice."), N_("Keep one of the two, or give them other headings.")
        ),
        "mapped_no_values": Message(
            N_("No column has a period as its heading."),
            N_("Check the row of the heading; write headings such as 2013 or 2013-Q1."),
        ),
    }
)

LONGEST_TITLE: Final = 300
LOOKED_AT: Final = 60
"""Rows below its place in which a heading that has moved is looked for."""


@dataclass(frozen=True, slots=True)
class ValueColumn:
    """A column of values: its position, the code of the dimension across, flags of its heading."""

    at: int
    code: str = ""
    flags: str = ""


@dataclass(slots=True)
class Heading:
    """The columns of a table. `places`: heading → position; `names`: as published."""

    row: int
    names: list[str]
    places: dict[str, int] = field(default_factory=dict)
    values: list[ValueColumn] = field(default_factory=list)

    def column(self, at: int) -> str:
        """Return how faults name a column: its letters and its heading."""
        name = self.names[at] if at < len(self.names) else ""
        return place_name(at, name)


def place_name(at: int, name: str) -> str:
    """Return letters and heading of a column.

    >>> place_name(2, "2013"), place_name(0, "")
    ('C (2013)', 'A')
    """
    letters = column_letters(at + 1)
    return f"{letters} ({shown(name)})" if name else letters


def names_of(row: GridRow) -> list[str]:
    """Return the headings of a row in one spelling, "" where there is none."""
    return [spaced(text) for text in row.texts]


def key_of(name: str, at: int) -> str:
    """Return how a mapping names a column."""
    return name or f"{UNNAMED}{column_letters(at + 1)}"


class HeadingReader:
    """Compares a heading with a mapping, noting every difference."""

    def __init__(self, mapping: TableMapping, values: ValueReader, log: FaultLog) -> None:
        self.title = ""
        self._mapping, self._values, self._log = mapping, values, log
        self._used = set(mapping.used)
        self._known = self._used | set(mapping.ignored)
        self._above: int | None = None

    def find(self, rows: Iterator[GridRow]) -> Heading:
        """Read up to the heading and return the columns. The first text above it is the `title`.

        Raises FaultsError with all that is wrong: mapped_no_heading, mapped_heading_moved,
        mapped_column_gone, mapped_column_new, mapped_column_twice, mapped_no_values, and those of
        periods.
        """
        expected = self._mapping.place.heading_row
        row = next((row for row in rows if self._is_reached(row, expected)), None)
        if row is not None and row.number == expected and self._is_whole(row):
            return self._compared(row)
        moved = self._above or self._found_in(([] if row is None else [row], rows))
        if moved is not None:
            places = {"expected": expected, "found": moved}
            raise FaultsError([Fault("mapped_heading_moved", places, self._log.file, expected)])
        if row is None or row.number != expected or row.is_empty:
            raise fail("mapped_no_heading", file=self._log.file, row=expected)
        return self._compared(row)

    def _is_reached(self, row: GridRow, expected: int) -> bool:
        """Tell whether a row is not above the heading; look at it if it is."""
        if row.number >= expected:
            return True
        self.title = self.title or next(filter(None, names_of(row)), "")[:LONGEST_TITLE]
        if self._above is None and self._fits(row):
            self._above = row.number
        return False

    def _is_whole(self, row: GridRow) -> bool:
        """Tell whether a row has every column of the mapping."""
        return self._used <= {key_of(name, at) for at, name in enumerate(self._names(row))}

    def _fits(self, row: GridRow) -> bool:
        """Tell whether a row holds every heading of the mapping, and any."""
        named = {name for name in self._used if not name.startswith(UNNAMED)}
        return bool(named) and named <= set(names_of(row))

    def _names(self, row: GridRow) -> list[str]:
        """Return the headings, empty ones too as far as the mapping names columns by letters."""
        names = names_of(row)
        letters = (name.removeprefix(UNNAMED) for name in self._used if name.startswith(UNNAMED))
        width = max([0, *(first_cell(f"{one}1")[1] for one in letters)])
        return names + [""] * (width - len(names))

    def _found_in(self, parts: Iterable[Iterable[GridRow]]) -> int | None:
        rows = islice(chain.from_iterable(parts), LOOKED_AT)
        return next((row.number for row in rows if self._fits(row)), None)

    def _compared(self, row: GridRow) -> Heading:
        heading = Heading(row.number, self._names(row))
        for at, name in enumerate(heading.names):
            key = key_of(name, at)
            if key in self._used:
                self._place(heading, key, at)
            elif key not in self._known and name:
                self._other(heading, row, at)
        for name in self._mapping.used:
            if name not in heading.places:
                self._log.add("mapped_column_gone", row.number, None, name=shown(name))
        self._across(heading)
        self._log.raise_found()
        return heading

    def _place(self, heading: Heading, key: str, at: int) -> None:
        if key in heading.places:
            self._log.add("mapped_column_twice", heading.row, heading.column(at))
        heading.places[key] = at

    def _other(self, heading: Heading, row: GridRow, at: int) -> None:
        """Take a column that the mapping does not name for a period, where it can be one."""
        across = self._mapping.across
        if across is None or across.role != "time":
            self._log.add("mapped_column_new", row.number, heading.column(at))
            return
        try:
            found = self._period(heading.names[at], row.marks.get(at, ""))
        except CellError as error:
            code = "mapped_column_new" if error.code == "mapped_bad_period" else error.code
            self._log.add(code, row.number, heading.column(at), **error.params)
            return
        heading.values.append(ValueColumn(at, *found))

    def _period(self, name: str, mark: str) -> tuple[str, str]:
        frequency = self._mapping.frequency
        month = FIRST_OF_MONTH.fullmatch(name) if mark == DATE and frequency == "M" else None
        if month:
            return month[1], ""
        rest, flags = self._values.without_signs(name)
        return read_period(rest, frequency), flags

    def _across(self, heading: Heading) -> None:
        """Add the columns of values that the mapping names, and look for two of one code."""
        across = self._mapping.across
        if across is None:
            places = [heading.places[self._mapping.value]] if self._has_value(heading) else []
            heading.values += [ValueColumn(at) for at in places]
            return
        heading.values += _named(across, heading)
        heading.values.sort(key=lambda column: column.at)
        seen: set[str] = set()
        for column in heading.values:
            if column.code in seen:
                self._log.add("mapped_column_twice", heading.row, heading.column(column.at))
            seen.add(column.code)
        if not heading.values and not self._log.found:
            self._log.add("mapped_no_values", heading.row, None)

    def _has_value(self, heading: Heading) -> bool:
        return self._mapping.value in heading.places


def _named(across: Across, heading: Heading) -> Iterator[ValueColumn]:
    for name, code in across.columns.items():
        if name in heading.places:
            yield ValueColumn(heading.places[name], code)
