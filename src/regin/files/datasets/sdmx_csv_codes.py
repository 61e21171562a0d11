"""Cells of SDMX-CSV and of OECD's CSV that make a key: codes, labels and periods.

Each reader is a dictionary from the text of a cell to what it means: columns repeat themselves,
so nearly every cell was read before. One that cannot be read raises CellError and is not kept.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from regin.engine.errors import N_, Message, register
from regin.files.eurostat_cells import CellError, shown
from regin.files.observations import parse_period

register(
    {
        "sdmx_csv_empty_code": Message(
            N_("The cell is empty, but others in this column are not."),
            N_("Compare the row with the source and write the code that belongs here."),
        ),
        "sdmx_csv_bad_code": Message(
            N_("“%(text)s” is neither a code nor a label."),
            N_("Write 1 to %(limit)s characters that can be printed."),
        ),
        "sdmx_csv_too_many_codes": Message(
            N_("The column has more than %(limit)s different codes."),
            N_("Check whether the column is one of the table's dimensions; if not, remove it."),
        ),
        "sdmx_csv_bad_period": Message(
            N_("“%(text)s” is not a period."),
            N_(
                "Write a year (2013), half-year (2013-S1), quarter (2013-Q1), month (2013-01) "
                "or week (2013-W01)."
            ),
        ),
        "sdmx_csv_daily": Message(
            N_("“%(text)s” is a day; figures by day are not kept."),
            N_(
                "Download the table by year, half-year, quarter, month or week; where the days "
                "stand for such periods, choose the original time format."
            ),
        ),
    }
)

LONGEST_CODE: Final = 500
LONGEST_CELL: Final = 4 * LONGEST_CODE
MOST_CODES: Final = 200_000
REMEMBERED: Final = 50_000

_DAY: Final = re.compile(r"[12][0-9]{3}-?(?:[01][0-9]-?[0-3][0-9]|D[0-9]{3})(?:T.*)?")
_YEAR_OF_SDMX: Final = re.compile(r"([12][0-9]{3})-A1")

Learnt = list[tuple[int, str, str]]
"""Codes that were just seen for the first time: (dimension, code, label in its cell)."""


class CodeReader(dict[str, str]):
    """Cells of a dimension → codes (or labels in their place).

    A column may be empty from top to bottom, which says nothing; one that `may_lack` (a unit)
    may be empty here and there. `is_late`: codes came after cells that had been empty so far.
    Raises CellError: sdmx_csv_empty_code, sdmx_csv_bad_code, sdmx_csv_too_many_codes.
    """

    def __init__(self, place: int, has_labels: bool, may_lack: bool, learnt: Learnt) -> None:
        super().__init__()
        self._place, self._has_labels, self._may_lack = place, has_labels, may_lack
        self._learnt = learnt
        self.is_late = False

    def __missing__(self, text: str) -> str:
        cut = text[: LONGEST_CELL + 1]
        code, label = code_and_label(cut) if self._has_labels else (cut, "")
        kept = tidy(code)
        self._check(kept, cut)
        self[text] = kept
        self._learnt.append((self._place, kept, label))
        return kept

    def lacks(self, text: str) -> bool:
        """Tell whether the cell is empty although it must not be."""
        return not text and not self._may_lack and text not in self

    def _check(self, code: str, cell: str) -> None:
        if len(self) >= MOST_CODES:
            raise CellError("sdmx_csv_too_many_codes", limit=MOST_CODES)
        too_long = len(code) > LONGEST_CODE or len(cell) > LONGEST_CELL
        if too_long or not code.isprintable():
            raise CellError("sdmx_csv_bad_code", text=shown(code), limit=LONGEST_CODE)
        if self._may_lack or not self:
            return
        if not code:
            raise CellError("sdmx_csv_empty_code")
        self.is_late = self.is_late or self.pop("", None) is not None


class PeriodReader(dict[str, str]):
    """Cells of the time column → periods in their kept spelling.

    `frequency`: letter of each kept period. Raises CellError: sdmx_csv_daily,
    sdmx_csv_bad_period.
    """

    def __init__(self) -> None:
        super().__init__()
        self.frequency: dict[str, str] = {}

    def __missing__(self, text: str) -> str:
        content = code_and_label(text)[0].strip()
        period = parse_period(_YEAR_OF_SDMX.sub(r"\1", content))
        if period is None:
            daily = _DAY.fullmatch(content) is not None
            code = "sdmx_csv_daily" if daily else "sdmx_csv_bad_period"
            raise CellError(code, text=shown(content))
        self.frequency[period.text] = period.frequency
        if len(self) < REMEMBERED and len(text) <= LONGEST_CELL:
            self[text] = period.text
        return period.text


def tidy(text: str) -> str:
    """Make every run of white space one space and drop characters that only steer display."""
    plain = " ".join(text.split())
    if plain.isprintable():
        return plain
    return "".join(one for one in plain if unicodedata.category(one) != "Cf")


def code_and_label(text: str) -> tuple[str, str]:
    """Split `code: label`, as the option `labels=both` writes; a label may hold `: ` itself.

    >>> code_and_label("Y15-64: From 15 to 64 years"), code_and_label("2014")
    (('Y15-64', 'From 15 to 64 years'), ('2014', ''))
    """
    code, _, label = text.partition(": ")
    return code, label
