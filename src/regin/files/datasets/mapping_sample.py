"""The beginning of a plain table, and how it can be read: sheet, or encoding and separator."""

from __future__ import annotations

import codecs
import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Final

from regin.engine.errors import fail
from regin.files.datasets.mapped import is_workbook, open_grid
from regin.files.datasets.mapped_values import NUMERIC
from regin.files.datasets.mapping_model import TablePlace, spaced
from regin.files.datasets.mapping_reasons import Notes
from regin.files.datasets.sheet_grid import GridRow, text_lines
from regin.files.datasets.sheet_workbook import NUMBER, NumberedWorkbook
from regin.files.eurostat_cells import LONGEST, shown
from regin.files.index.workbook import SheetRow
from regin.files.limits import LIMITS, MIB, Limits, open_bytes

ROWS: Final = 2_000
CHARACTERS: Final = 4_000_000
CELLS: Final = 400_000
"""Bounds of a sample, whichever is reached first."""

LOOKED_AT: Final = 60
SHEETS: Final = 20
LINES: Final = 200
SEPARATORS: Final = (";", "\t", ",", "|")
NAMED: Final = {"\t": "tab"}
CLOSE: Final = 0.8
"""A second choice is named when it scores so much of the first."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Where the table is, as far as the beginning of the file tells, and its first rows."""

    place: TablePlace
    rows: tuple[GridRow, ...]


def sample_of(
    path: Path, sheet: str, notes: Notes, limits: Limits = LIMITS, said: TablePlace | None = None
) -> Sample:
    """Read the beginning of a file; `sheet` is the one to read, "" to have it chosen.

    `said`: the separator and encoding that a person has chosen. Raises FaultsError: those of
    reading, sheet_missing, sheet_empty.
    """
    if is_workbook(path, limits):
        place = TablePlace(sheet=sheet or _sheet(path, notes, limits))
    elif said is not None and said.separator:
        place = TablePlace(separator=said.separator, encoding=said.encoding)
    else:
        place = _text_place(path, notes, limits)
    readable = place if place.sheet or place.separator else replace(place, separator=";")
    with closing(open_grid(path, readable, limits)) as grid:
        rows = tuple(_bounded(grid))
    if not any(not row.is_empty for row in rows):
        raise fail("sheet_empty" if place.sheet else "file_empty", file=path.name)
    return Sample(place, rows)


def sheets_of(path: Path, limits: Limits = LIMITS) -> tuple[str, ...]:
    """Names of the sheets of a workbook, none for a text file. Raises FaultsError of reading."""
    if not is_workbook(path, limits):
        return ()
    with closing(NumberedWorkbook(path, limits)) as book:
        return tuple(name for name in book.sheets if name)


def _bounded(rows: Iterable[GridRow]) -> Iterator[GridRow]:
    characters = cells = 0
    for row in islice(rows, ROWS):
        yield row
        cells += len(row.texts)
        characters += sum(map(len, row.texts))
        if cells > CELLS or characters > CHARACTERS:
            return


def _sheet(path: Path, notes: Notes, limits: Limits) -> str:
    """Choose the sheet with the most rows of numbers among the first rows of each."""
    with closing(NumberedWorkbook(path, limits)) as book:
        names = [name for name in book.sheets[:SHEETS] if name]
        found = {name: _numbers_in(book.open(name)) for name in names}
    if not found:
        raise fail("sheet_empty", file=path.name)
    best = max(found, key=lambda name: found[name])
    others = [name for name in found if name != best and found[name]]
    if others:
        listed = shown(", ".join(others), 200)
        notes.ask("place.sheet", "proposal_sheets", name=shown(best), others=listed)
    else:
        notes.add("place.sheet", "proposal_sheet", name=shown(best))
    return best


def _numbers_in(rows: Iterable[SheetRow]) -> int:
    """Count rows with a number beside something else."""
    first = islice(rows, LOOKED_AT)
    return sum(len(cells) > 1 and any(cell.mark == NUMBER for cell in cells) for _, cells in first)


def _text_place(path: Path, notes: Notes, limits: Limits) -> TablePlace:
    encoding = _encoding(path, notes, limits)
    lines = _first_lines(path, encoding, limits)
    return TablePlace(separator=_separator(lines, notes), encoding=encoding)


def _encoding(path: Path, notes: Notes, limits: Limits) -> str:
    with open_bytes(path, limits) as stream:
        start = stream.read(MIB)
    if start.isascii():
        notes.add("place.encoding", "proposal_encoding_plain")
        return "utf-8"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        encoding = "cp1252" if _is_cp1252(start) else "latin-1"
        notes.ask("place.encoding", "proposal_encoding_other", encoding=encoding)
        return encoding
    notes.add("place.encoding", "proposal_encoding_utf8")
    return "utf-8"


def _is_cp1252(content: bytes) -> bool:
    try:
        content.decode("cp1252")
    except UnicodeDecodeError:
        return False
    return True


def _first_lines(path: Path, encoding: str, limits: Limits) -> list[str]:
    lines, characters = [], 0
    for _, text in islice(text_lines(path, encoding, limits), LINES):
        lines.append(text)
        characters += len(text)
        if characters > CHARACTERS:
            break
    return lines


def _separator(lines: list[str], notes: Notes) -> str:
    said = lines[0].strip().lower().removeprefix("sep=") if lines else ""
    if lines and lines[0].lower().startswith("sep=") and said in SEPARATORS:
        notes.add("place.separator", "proposal_separator_said", sign=_named(said))
        return said
    scores = {sign: _score(lines, sign) for sign in SEPARATORS}
    first, second = sorted(SEPARATORS, key=lambda sign: -scores[sign][0])[:2]
    best, columns, count = scores[first]
    if not best:
        notes.ask("place.separator", "proposal_no_separator")
        return ""
    if scores[second][0] >= CLOSE * best:
        signs = {"sign": _named(first), "other": _named(second)}
        notes.ask("place.separator", "proposal_two_separators", **signs)
    else:
        rows = sum(bool(line.strip()) for line in lines)
        counts = {"count": count, "rows": rows, "columns": columns}
        notes.add("place.separator", "proposal_separator", sign=_named(first), **counts)
    return first


def _named(sign: str) -> str:
    return NAMED.get(sign, sign)


def _score(lines: list[str], sign: str) -> tuple[float, int, int]:
    """Return (score, columns, rows that have so many).

    The score is the share of rows with the same number of columns, times the share of their cells
    that do not look as if another sign were the separator.
    """
    try:
        rows = [row for row in csv.reader(lines, delimiter=sign) if any(row)]
    except csv.Error:
        return 0.0, 0, 0
    widths = Counter(len(row) for row in rows if len(row) > 1)
    if not widths:
        return 0.0, 0, 0
    columns, count = max(widths.items(), key=lambda width: (width[1], width[0]))
    cells = [cell for row in rows if len(row) == columns for cell in row]
    clean = sum(map(_is_clean, cells)) / len(cells)
    return count / len(rows) * clean, columns, count


def _is_clean(cell: str) -> bool:
    text = spaced(cell)
    if not any(sign in text for sign in SEPARATORS):
        return True
    return len(text) <= LONGEST and NUMERIC.fullmatch(text) is not None
