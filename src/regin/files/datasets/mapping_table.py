"""The table in a sample: its heading, its rows of data, its columns and what they hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from regin.files.datasets.mapped_heading import key_of, names_of
from regin.files.datasets.mapping_model import TablePlace, spaced
from regin.files.datasets.mapping_numbers import split_number
from regin.files.datasets.mapping_reasons import Notes
from regin.files.datasets.mapping_words import DASHES, MISSING, NOTES
from regin.files.datasets.sheet_grid import GridRow
from regin.files.datasets.sheet_workbook import NUMBER
from regin.files.eurostat_cells import shown
from regin.files.index.workbook import DATE
from regin.files.observations import parse_period

LOOKED_AT: Final = 60
BELOW: Final = 15
"""Rows below a heading that must fit it."""

SIGNED: Final = re.compile(r"(\S*[0-9])\s*(?:[*†‡¹²³⁴⁵⁶]{1,3}|\([a-z]\)|[a-z])?")
"""A period, and at most a sign after it: `2013-14` and `2013 men` are none."""

MOST_CELLS: Final = 500_000

IsPlace = Callable[[str], bool]


@dataclass(slots=True)
class Column:
    """One column: its position, heading, the texts of the rows of data, marks of its cells."""

    at: int
    name: str
    texts: list[str]
    stored: list[bool]

    @property
    def key(self) -> str:
        """How a mapping names the column."""
        return key_of(self.name, self.at)

    @property
    def filled(self) -> list[str]:
        """Texts of the cells that are not empty."""
        return [text for text in self.texts if text]

    def share(self, test: Callable[[str], bool]) -> float:
        """Return the share of the filled cells whose text passes, 0 when none is filled."""
        known = {text: test(text) for text in set(self.texts) if text}
        filled = self.filled
        return sum(known[text] for text in filled) / len(filled) if filled else 0.0


@dataclass(slots=True)
class Table:
    """A sample with its heading found. `rows`: those of data, `titles`: texts above."""

    place: TablePlace
    columns: list[Column]
    rows: list[GridRow]
    titles: list[str] = field(default_factory=list)


def is_number(text: str) -> bool:
    """Tell whether a text is a number, with a sign or not."""
    return bool(split_number(text)[0])


def is_value(text: str) -> bool:
    """Tell whether a text is a number, or a mark that stands for one."""
    return is_number(text) or text in DASHES or text.lower() in MISSING


def has_number(row: GridRow) -> bool:
    """Tell whether a number stands anywhere in a row."""
    return NUMBER in row.marks.values() or any(is_number(spaced(one)) for one in row.texts)


def heading_period(name: str) -> str:
    """Return the period of a heading such as 2013 or 2013*, "" when it is none.

    >>> heading_period("2013 (p)"), heading_period("2013*"), heading_period("Men")
    ('2013', '2013', '')
    """
    found = SIGNED.fullmatch(name)
    period = parse_period(found[1]) if found else None
    return period.text if period else ""


def heading_sign(name: str) -> str:
    """Return the sign after the period of a heading, "" when there is none."""
    found = SIGNED.fullmatch(name)
    return name[found.end(1) :].strip() if found and heading_period(name) else ""


def table_of(
    place: TablePlace, rows: Sequence[GridRow], notes: Notes, heading_row: int = 0
) -> Table:
    """Find heading and rows of data among the first rows of a file, one of which is filled.

    `heading_row`: the one that a person has chosen, if it is filled.
    """
    filled = [row for row in rows if not row.is_empty]
    chosen = next((row for row in filled if row.number == heading_row), None)
    heading = chosen or _heading(filled[:LOOKED_AT], notes)
    below = [row for row in rows if row.number > heading.number]
    first = _first(heading, [row for row in below if not row.is_empty], notes)
    place = replace(place, heading_row=heading.number, first_row=first)
    place, data = _ended(place, [row for row in below if row.number >= first], notes)
    titles = [name for row in filled if row.number < heading.number for name in names_of(row)]
    return Table(place, _columns(heading, data, notes), data, list(filter(None, titles)))


def _heading(rows: list[GridRow], notes: Notes) -> GridRow:
    """Return the first row that can be the heading, else the one with the most cells."""
    for at, row in enumerate(rows):
        if _heads(row, rows[at + 1 : at + 1 + BELOW]):
            notes.add("place.heading_row", "proposal_heading", row=row.number)
            return row
    best = max(rows, key=lambda row: len(_filled(row)))
    notes.ask("place.heading_row", "proposal_no_heading", row=best.number)
    return best


def _filled(row: GridRow) -> set[int]:
    return {at for at, text in enumerate(row.texts) if text.strip() or at in row.marks}


def _heads(row: GridRow, below: list[GridRow]) -> bool:
    """Tell whether a row has words or periods above everything that is filled below it."""
    filled = _filled(row)
    if len(filled) < 2 or not below or any(_is_figure(row, at) for at in filled):
        return False
    fitting = [one for one in below if _fits(filled, _filled(one)) and has_number(one)]
    return len(fitting) * 2 >= len(below)


def _fits(heading: set[int], row: set[int]) -> bool:
    """Tell whether a row is filled under the heading only; the first column may have none."""
    return len(row) > 1 and row - heading <= {min(row)}


def _is_figure(row: GridRow, at: int) -> bool:
    text = spaced(row.text(at))
    if heading_period(text) or row.marks.get(at) == DATE:
        return False
    return row.marks.get(at) == NUMBER or is_number(text)


def _first(heading: GridRow, below: list[GridRow], notes: Notes) -> int:
    """Return the first row of data, 0 when it is the one after the heading.

    Only rows that are filled with words throughout are passed over, such as units or notes: a row
    of marks may be data.
    """
    width = len(_filled(heading))
    passed = 0
    for row in below[:3]:
        texts = [spaced(row.text(at)) for at in sorted(_filled(row))]
        if has_number(row) or any(map(is_value, texts)) or len(texts) < max(2, width - 1):
            break
        passed += 1
    if not passed or passed >= len(below) or not has_number(below[passed]):
        return 0
    notes.ask("place.first_row", "proposal_first_row", row=below[passed].number)
    return below[passed].number


def _ended(
    place: TablePlace, rows: list[GridRow], notes: Notes
) -> tuple[TablePlace, list[GridRow]]:
    """Find where the table ends: at a note, at an empty row, or with the file."""
    note = next((row for row in rows if _is_note(row)), None)
    if note is not None:
        text = next(filter(None, names_of(note)))
        word = next(word for word in NOTES if text.lower().startswith(word))
        rows = [row for row in rows if row.number < note.number]
        if not rows or not rows[-1].is_empty:
            start = text[: len(word)]
            place = replace(place, stop_before=(start,))
            notes.add("place.stop_before", "proposal_end_note", row=note.number, text=shown(start))
    return _at_empty_row(place, rows, notes)


def _is_note(row: GridRow) -> bool:
    filled = [text for text in names_of(row) if text]
    return 0 < len(filled) <= 2 and filled[0].lower().startswith(NOTES) and not has_number(row)


def _at_empty_row(
    place: TablePlace, rows: list[GridRow], notes: Notes
) -> tuple[TablePlace, list[GridRow]]:
    start = next((at for at, row in enumerate(rows) if not row.is_empty), 0)
    empty = next((at for at in range(start, len(rows)) if rows[at].is_empty), None)
    if empty is None:
        return place, [row for row in rows if not row.is_empty]
    after = [row for row in rows[empty:] if len(_filled(row)) > 1 and has_number(row)]
    number = rows[empty].number
    if not after:
        notes.add("place.stop_at_empty_row", "proposal_end_empty", row=number)
        return place, [row for row in rows[:empty] if not row.is_empty]
    notes.ask("place.stop_at_empty_row", "proposal_end_gaps", row=number)
    place = replace(place, stop_at_empty_row=False)
    return place, [row for row in rows if not row.is_empty]


def _columns(heading: GridRow, rows: list[GridRow], notes: Notes) -> list[Column]:
    """Return the columns that have a heading, or are filled without one."""
    names = names_of(heading)
    width = max([len(names), *(len(row.texts) for row in rows)])
    names += [""] * (width - len(names))
    rows = rows[: max(MOST_CELLS // max(width, 1), LOOKED_AT)]
    columns = [_column(at, name, rows) for at, name in enumerate(names)]
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        listed = shown(", ".join(twice), 120)
        notes.ask("place.heading_row", "proposal_heading_twice", names=listed)
    return [column for column in columns if column.name or column.filled]


def _column(at: int, name: str, rows: list[GridRow]) -> Column:
    texts = [spaced(row.text(at)) for row in rows]
    return Column(at, name, texts, [row.marks.get(at) == NUMBER for row in rows])
