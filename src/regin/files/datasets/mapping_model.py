"""How a plain table is read: what a person says once about a spreadsheet, and uses again.

A mapping is plain data and may be unfinished or wrong; `mapping_checks.faults_of` tells. Headings
and texts stand in one spelling: no space around, one space between words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from regin.files.datasets.dataset import Dimension, Role

UNNAMED: Final = "@"
"""A column without a heading is named by this sign and its letters: `@A`."""

ENCODINGS: Final = ("utf-8", "cp1252", "latin-1")
DECIMALS: Final = ("", ".", ",")
THOUSANDS: Final = ("", ".", ",", " ", "'")
"""A space stands for every kind of space, `'` for the raised apostrophe too."""

AROUND: Final = "()"
"""The sign of a number within parentheses, as in `(12,3)`."""


@dataclass(frozen=True, slots=True)
class TablePlace:
    """Where the table is in its file.

    Either `sheet` (a workbook, .xlsx) or `separator` (text) is given. Rows count from 1 as people
    see them; what stands above `heading_row` are titles. `first_row` 0 is the one after the
    heading. The table ends after `last_row`, or (where that is 0) before the first row whose first
    filled cell begins with a text of `stop_before`, before the first empty row when
    `stop_at_empty_row`, or with the file. Other empty rows are left out.
    """

    sheet: str = ""
    separator: str = ""
    encoding: str = "utf-8"
    heading_row: int = 1
    first_row: int = 0
    last_row: int = 0
    stop_at_empty_row: bool = True
    stop_before: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Notation:
    """How numbers, missing values and flags are written.

    `decimal` "": there are no decimals. `shift`: how many places the decimal point moves to the
    right (2 makes 12.5 of 0.125, for cells that show per cent). `is_sure`: somebody vouches that
    1.234 is meant as `decimal` and `thousands` say, even if no other number proves it.
    `missing`: mark → flag letters, "" for an empty cell too. `zeros`: marks that mean exactly 0.
    `signs`: what may follow a number → flag letters, "" for a sign that is dropped.
    """

    decimal: str = ""
    thousands: str = ""
    shift: int = 0
    is_sure: bool = False
    missing: Mapping[str, str] = field(default_factory=dict)
    zeros: tuple[str, ...] = ()
    signs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KeyColumn:
    """A column that holds one dimension.

    `codes`: text in the file → code; when given, every text must be one of them. `is_labelled`:
    the column holds names, not codes. `labels`: heading of the column with what each code means.
    `repeats`: an empty cell means the same as the one above.
    """

    heading: str
    dimension: str
    role: Role = ""
    codes: Mapping[str, str] = field(default_factory=dict)
    is_labelled: bool = False
    labels: str = ""
    repeats: bool = False


@dataclass(frozen=True, slots=True)
class Across:
    """The dimension whose codes head the columns of values, as years do.

    `columns`: heading → code. Where the role is time, every other heading that is a period heads a
    column of values too, so that next year's column needs no new mapping.
    """

    dimension: str
    role: Role = "time"
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Constant:
    """A dimension that has one code for the whole file and no column."""

    dimension: str
    code: str
    role: Role = ""


@dataclass(frozen=True, slots=True)
class TableMapping:
    """Everything that is needed to read a plain table.

    Long: `value` heads the one column of values, `flags` a column of flags, if there is one.
    Wide: `across` says what the columns of values are, `value` is "". `frequency` is A, S, Q, M or
    W. `ignored`: columns that are known and not read; any other column is a change of structure.
    `leave_out`: heading of a key column → texts whose rows are not read. `code`, `title`, `source`
    and `language` describe the dataset; an empty `title` is taken from the rows above the heading.
    """

    place: TablePlace = TablePlace()
    notation: Notation = Notation()
    columns: tuple[KeyColumn, ...] = ()
    value: str = ""
    flags: str = ""
    across: Across | None = None
    constants: tuple[Constant, ...] = ()
    frequency: str = "A"
    ignored: tuple[str, ...] = ()
    leave_out: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    code: str = ""
    title: str = ""
    source: str = ""
    language: str = ""

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """Dimensions without their codes: the columns', the one across, the constants."""
        own = [
            Dimension(one.dimension, (), role=one.role, text=text, is_labelled=labelled)
            for one, text, labelled in self._parts()
        ]
        return tuple(own)

    def _parts(self) -> Iterator[tuple[KeyColumn | Across | Constant, str, bool]]:
        for column in self.columns:
            text = "" if column.heading.startswith(UNNAMED) else column.heading
            yield column, text, column.is_labelled and not column.codes
        if self.across is not None:
            yield self.across, "", False
        for constant in self.constants:
            yield constant, "", False

    @property
    def used(self) -> tuple[str, ...]:
        """Headings that the file must have, in the order of the mapping."""
        keys = [column.heading for column in self.columns]
        labels = [column.labels for column in self.columns]
        across = [] if self.across is None else [*self.across.columns]
        return tuple(filter(None, [*keys, *labels, self.value, self.flags, *across]))


def spaced(text: str) -> str:
    """Return `text` in the one spelling of headings and texts.

    >>> spaced("  Västra\\u00a0  Götaland\\n")
    'Västra Götaland'
    """
    return " ".join(text.split())
