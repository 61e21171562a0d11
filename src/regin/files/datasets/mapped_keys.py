"""Cells of dimensions: codes, names, and periods of one frequency."""

from __future__ import annotations

import re
from typing import Final

from regin.engine.errors import N_, Message, register
from regin.files.datasets.mapped_values import ValueReader
from regin.files.datasets.mapping_model import KeyColumn, spaced
from regin.files.datasets.sheet_grid import GridRow
from regin.files.datasets.sheet_workbook import NUMBER
from regin.files.eurostat_cells import LONGEST, REMEMBERED, CellError, shown
from regin.files.eurostat_header import is_code
from regin.files.index.workbook import DATE
from regin.files.observations import parse_period

register(
    {
        "mapped_empty_key": Message(
            N_("The cell is empty; it must say the %(dimension)s of the row."),
            N_(
                "Fill it in; if an empty cell means the same as above, say so in the mapping; if "
                "the row is no data, leave it out or end the table above it."
            ),
        ),
        "mapped_unknown_text": Message(
            N_("The mapping has no code for “%(text)s”."),
            N_("Add it to the codes of this column, or leave rows with this text out."),
        ),
        "mapped_no_code": Message(
            N_("“%(text)s” is not a code."),
            N_("If the column holds names, say so in the mapping; else correct the cell."),
        ),
        "mapped_bad_name": Message(
            N_("“%(text)s” is too long for a name, or has characters that cannot be shown."),
            N_("Correct the cell; names have at most %(limit)s characters."),
        ),
        "mapped_bad_period": Message(
            N_("“%(text)s” is not a period."),
            N_(
                "Write a year (2013), half-year (2013-S1), quarter (2013-Q1), month (2013-01) or "
                "week (2013-W01), or give its code in the mapping."
            ),
        ),
        "mapped_other_frequency": Message(
            N_("“%(text)s” is of frequency %(found)s; the mapping says %(wanted)s."),
            N_("Leave it out, or make one mapping for each frequency."),
        ),
        "mapped_date_for_period": Message(
            N_("The cell holds the date %(text)s where a period is wanted."),
            N_("Format the cells as text or number and write the period, such as 2013."),
        ),
    }
)

LONGEST_NAME: Final = 200
DAY: Final = re.compile(r"[0-9]{1,2}([./-])[0-9]{1,2}\1[0-9]{2,4}|[0-9]{4}-[0-9]{2}-[0-9]{2}.*")
FIRST_OF_MONTH: Final = re.compile(r"([0-9]{4}-[0-9]{2})-01")


def read_period(text: str, frequency: str) -> str:
    """Return the kept spelling. Raises CellError when it is no period of this frequency."""
    period = parse_period(text)
    if period is None:
        date = DAY.fullmatch(text) is not None
        raise CellError("mapped_date_for_period" if date else "mapped_bad_period", text=shown(text))
    if period.frequency != frequency:
        params = {"found": period.frequency, "wanted": frequency}
        raise CellError("mapped_other_frequency", text=shown(text), **params)
    return period.text


class KeyReader(dict[str, tuple[str, str]]):
    """Text of a cell → (code, flags of signs after a period); remembers what it read.

    `at`: position of the column, `labels_at`: of the column with labels, if any.
    """

    def __init__(
        self, column: KeyColumn, frequency: str, values: ValueReader, at: int, labels_at: int | None
    ) -> None:
        super().__init__()
        self.column, self.at, self.labels_at = column, at, labels_at
        self._frequency, self._values = frequency, values
        self._codes = frozenset(column.codes.values())
        self._above = ""

    def text(self, row: GridRow) -> str:
        """Return the text of a row, that of the row above where an empty cell repeats it."""
        text = row.texts[self.at] if self.at < len(row.texts) else ""
        if self.column.repeats:
            text = self._above = text if text.strip() else self._above
        return text

    def read(self, row: GridRow) -> tuple[str, str]:
        """Return code and flags of a row. Raises CellError, also with a mark as its code."""
        if not row.marks and not self.column.repeats and self.at < len(row.texts):
            return self[row.texts[self.at]]  # nearly every cell of a long file
        text = self.text(row)
        if row.marks:
            mark = row.marks.get(self.at, NUMBER)
            text = text if mark == NUMBER else self._marked(text, mark)
        return self[text]

    def label(self, row: GridRow) -> str:
        """Return what the code of a row means, "" when the file does not say."""
        if self.labels_at is not None:
            return spaced(row.text(self.labels_at))[:LONGEST_NAME]
        return spaced(self.text(row))[:LONGEST_NAME] if self.column.codes else ""

    def _marked(self, text: str, mark: str) -> str:
        """Return the text of a date that stands for a month; other marks are faults."""
        if mark == DATE and self.column.role == "time":
            month = FIRST_OF_MONTH.fullmatch(text)
            if month and self._frequency == "M":
                return month[1]
            raise CellError("mapped_date_for_period", text=shown(text))
        raise CellError(mark, value=shown(text))

    def __missing__(self, text: str) -> tuple[str, str]:
        found = self._parse(spaced(text))
        if len(self) < REMEMBERED and len(text) <= LONGEST:
            self[text] = found
        return found

    def _parse(self, text: str) -> tuple[str, str]:
        if not text:
            raise CellError("mapped_empty_key", dimension=self.column.dimension)
        code = self.column.codes.get(text)
        if code is not None:
            return code, ""
        if self.column.role == "time":
            rest, flags = self._values.without_signs(text)
            return read_period(self.column.codes.get(rest, rest), self._frequency), flags
        self._check(text)
        return text, ""

    def _check(self, text: str) -> None:
        if self.column.codes and text not in self._codes:
            raise CellError("mapped_unknown_text", text=shown(text))
        if self.column.is_labelled and (len(text) > LONGEST_NAME or not text.isprintable()):
            raise CellError("mapped_bad_name", text=shown(text), limit=LONGEST_NAME)
        if not self.column.is_labelled and not is_code(text):
            raise CellError("mapped_no_code", text=shown(text))
