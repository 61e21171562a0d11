"""Observations as a statistical office publishes them: one frozen record a cell.

Every reader of statistics gives these records, whatever the format of its file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from regin.engine.errors import N_

KNOWN_FLAGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "b": N_("break in time series"),
        "c": N_("confidential"),
        "d": N_("definition differs"),
        "e": N_("estimated"),
        "f": N_("forecast"),
        "i": N_("imputed by Eurostat; in older files: see the explanatory notes"),
        "m": N_("missing: cannot exist"),
        "n": N_("not significant"),
        "p": N_("provisional"),
        "r": N_("revised"),
        "s": N_("estimated by Eurostat"),
        "u": N_("low reliability"),
        "z": N_("not applicable"),
        "G": N_("experimental"),
        "H": N_("missing: no data in this period"),
        "I": N_("imputed"),
        "J": N_("derogation"),
        "K": N_("included in another category"),
        "L": N_("missing: exists but was not collected"),
        "M": N_("missing: cannot exist"),
        "O": N_("missing"),
        "Q": N_("missing: suppressed"),
        "S": N_("strike or other special event"),
        "V": N_("not validated"),
        "W": N_("includes data of another category"),
    }
)
"""Flags and what they mean, by letter. Small letters are Eurostat's (`i` and `s` are found in
older files only), capitals those of SDMX that Eurostat has no letter for."""

MOST_FLAGS: Final = 4


@dataclass(frozen=True, slots=True)
class Observation:
    """One cell of a published table.

    `row` counts from 1 with the header as row 1; `column` is the heading as published.
    `dims` are the codes in the order of the table's `dimensions` (without place and time).
    `value` is in the unit that the table states; None means that none was published, which is
    never zero. `flags` are letters of `KNOWN_FLAGS` in the order published, or empty.
    """

    row: int
    column: str
    dims: tuple[str, ...]
    geo: str
    period: str
    value: float | None
    flags: str


@dataclass(frozen=True, slots=True)
class Period:
    """A calendar period. `frequency` is A, S, Q, M or W; `text` the one spelling we keep.

    Spellings: `2013`, `2013-S1`, `2013-Q1`, `2013-01`, `2013-W01`.
    """

    frequency: str
    text: str


_YEAR = r"(?P<year>[12][0-9]{3})"
_SPELLINGS: Final = (
    ("A", re.compile(_YEAR)),
    ("S", re.compile(_YEAR + r"-?S(?P<part>[12])")),
    ("Q", re.compile(_YEAR + r"-?Q(?P<part>[1-4])")),
    ("M", re.compile(_YEAR + r"(?:-|M|-M)(?P<part>0[1-9]|1[0-2])")),
    ("W", re.compile(_YEAR + r"-?W(?P<part>0[1-9]|[1-4][0-9]|5[0-3])")),
)


def parse_period(text: str) -> Period | None:
    """Read a period in Eurostat's old or present spelling; None when it is not one.

    >>> parse_period("2013Q1")
    Period(frequency='Q', text='2013-Q1')
    >>> parse_period("2013M07")
    Period(frequency='M', text='2013-07')
    >>> parse_period("13") is None
    True
    """
    for frequency, spelling in _SPELLINGS:
        if found := spelling.fullmatch(text):
            letter = "" if frequency in "AM" else frequency
            part = "" if frequency == "A" else f"-{letter}{found['part']}"
            return Period(frequency, found["year"] + part)
    return None
