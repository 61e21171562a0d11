"""What rows of SDMX-CSV and of OECD's CSV must agree on: table, action, frequency."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import getitem
from typing import Final

from regin.engine.errors import N_, Message, register
from regin.files.datasets.sdmx_csv_codes import LONGEST_CELL, REMEMBERED, code_and_label
from regin.files.datasets.sdmx_csv_columns import Layout
from regin.files.eurostat_cells import CellError, shown

register(
    {
        "sdmx_csv_other_dataset": Message(
            N_("The row belongs to “%(found)s”, the rows before it to “%(first)s”."),
            N_("Download one file for each table and version."),
        ),
        "sdmx_csv_action": Message(
            N_("“%(text)s” in this row does not say that the figure is published."),
            N_("Download the table itself, not a message about what to delete from it."),
        ),
        "sdmx_csv_mixed_frequency": Message(
            N_("The period %(period)s is of another frequency than %(first)s."),
            N_("Download one table for each frequency, or with a column for the frequency."),
        ),
        "sdmx_csv_other_frequency": Message(
            N_(
                "The period %(period)s is not of the frequency “%(frequency)s”, which its row says."
            ),
            N_("Compare the row with the source and correct the period or the frequency."),
        ),
    }
)

# Code of a frequency in SDMX → the letter of its periods; of others the first period decides.
_FREQUENCIES: Final = {"A": "A", "S": "S", "H": "S", "Q": "Q", "M": "M", "W": "W"}
# Information, append, replace, merge: each states a figure. Without the column: information.
_ACTIONS: Final = ("", "I", "A", "R", "M")


class TableReader(dict[str, str]):
    """Holds all rows to the table of the first. Raises CellError: sdmx_csv_other_dataset."""

    def __missing__(self, text: str) -> str:
        if self:
            first = next(iter(self))
            raise CellError("sdmx_csv_other_dataset", found=shown(text), first=shown(first))
        self[text] = text
        return text


class ActionReader(dict[str, str]):
    """Holds all rows to stating figures. Raises CellError: sdmx_csv_action."""

    def __missing__(self, text: str) -> str:
        action = code_and_label(text)[0].strip().upper()
        if action not in _ACTIONS:
            raise CellError("sdmx_csv_action", text=shown(text))
        if len(text) <= LONGEST_CELL:
            self[text] = action
        return action


class FrequencyCheck:
    """Holds the periods of one frequency (or, where none is said, of the file) to one kind.

    Raises CellError: sdmx_csv_other_frequency, sdmx_csv_mixed_frequency.
    """

    def __init__(self, layout: Layout, frequency_of: Mapping[str, str]) -> None:
        self._time_at, self._frequency_at = layout.time_at, layout.frequency_at
        self._of = frequency_of
        self._first: dict[str, str] = {}
        self._letters: dict[str, str] = {}

    def check(self, codes: Sequence[str]) -> None:
        """Check the codes of one row, in the order of the dimensions."""
        at = self._frequency_at
        frequency, period = "" if at is None else codes[at], codes[self._time_at]
        if self._letters.get(frequency) != self._of[period]:
            self._learn(frequency, period)

    def _learn(self, frequency: str, period: str) -> None:
        """Look closer at what did not fit: it is new or wrong."""
        found = self._of[period]
        if _FREQUENCIES.get(frequency, found) != found:
            raise CellError("sdmx_csv_other_frequency", period=period, frequency=frequency)
        first = self._first.setdefault(frequency, period)
        if self._letters.setdefault(frequency, found) != found:
            raise CellError("sdmx_csv_mixed_frequency", period=period, first=first)


class MarkReader(dict[tuple[str, ...], str]):
    """Cells about the file and of flags, which mostly say the same → all flags of the row.

    `about`: what reads the first cells; `flags`: the others. Raises CellError of theirs.
    """

    def __init__(self, about: Sequence[dict[str, str]], flags: Sequence[dict[str, str]]) -> None:
        super().__init__()
        self._readers, self._flags_from = (*about, *flags), len(about)

    def __missing__(self, cells: tuple[str, ...]) -> str:
        said = list(map(getitem, self._readers, cells))
        flags = "".join(dict.fromkeys("".join(said[self._flags_from :])))
        if len(self) < REMEMBERED and sum(map(len, cells)) <= LONGEST_CELL:
            self[cells] = flags
        return flags
