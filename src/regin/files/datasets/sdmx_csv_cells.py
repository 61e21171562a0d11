"""Cells of SDMX-CSV and of OECD's CSV that say how much: numbers and flags."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from regin.engine.errors import N_, Message, register
from regin.files.datasets.flags import CONFIDENTIALITY, SDMX_STATUS
from regin.files.datasets.sdmx_csv_codes import REMEMBERED, code_and_label
from regin.files.eurostat_cells import CellError, shown
from regin.files.observations import KNOWN_FLAGS

register(
    {
        "sdmx_csv_text_in_number": Message(
            N_("“%(text)s” is not a number."),
            N_("Write a number such as 9.4, or nothing when it is missing; flags have a column."),
        ),
        "sdmx_csv_decimal_comma": Message(
            N_("“%(text)s” is written with a comma."),
            N_("Use a full stop for decimals and nothing between thousands: 1234.5."),
        ),
        "sdmx_csv_thousands": Message(
            N_("“%(text)s” has something between its thousands."),
            N_("Use a full stop for decimals and nothing between thousands: 1234.5."),
        ),
        "sdmx_csv_not_finite": Message(
            N_("“%(text)s” is not a finite number."),
            N_("Leave the cell empty when the value is missing."),
        ),
        "sdmx_csv_unknown_flag": Message(
            N_("“%(flags)s” is not a flag or a set of flags; the flags here are %(known)s."),
            N_("Check the cell against the source; write each flag once."),
        ),
    }
)

LONGEST_NUMBER: Final = 64

MISSING: Final = frozenset({"", ":", "..", "nan", "na", "n/a", "#n/a"})
"""A missing value: empty, `NaN` and `#N/A` are SDMX's, `:` Eurostat's, `..` OECD's, the others
what statistical programs write. A hyphen is not among them: it can also mean zero."""

_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_COMMA: Final = re.compile(r"[+-]?[0-9]*,[0-9]+")
_GROUP: Final = "[ .,'’_\u00a0\u2009\u202f]"
_GROUPED: Final = re.compile(rf"[+-]?[0-9]{{1,3}}(?:{_GROUP}[0-9]{{3}})+(?:[.,][0-9]*)?")
_NOT_FINITE: Final = re.compile(r"[+-]?inf(?:inity)?", re.IGNORECASE)

# Eurostat renamed two of its flags on 27 January 2025, when it began to write CONF_STATUS
# (ec.europa.eu/eurostat, “Flags”): `z` became `m`, “missing value, data cannot exist”, and `s`
# became `i`, “imputed by Eurostat or other receiving agencies”.
EUROSTAT_STATUS: Final[Mapping[str, str]] = MappingProxyType(
    {letter: letter for letter in KNOWN_FLAGS if letter.islower()}
)
"""Letters of OBS_FLAG → the letter kept."""

STATUS: Final[Mapping[str, str]] = MappingProxyType({**EUROSTAT_STATUS, **SDMX_STATUS, "_Z": "z"})
"""Codes of OBS_STATUS → the letter kept: SDMX's are capitals, small letters are Eurostat's."""

# OECD.Stat wrote C for confidential, and I for incomplete data where SDMX says imputed. Its small
# letters (a, m, n, x of education statistics) mean other things than Eurostat's, so none is here.
OECD_STATUS: Final[Mapping[str, str]] = MappingProxyType({**SDMX_STATUS, "C": "c", "I": "i"})
"""Codes of OECD.Stat's “Flag Codes” → the letter kept."""

# The small letter of OBS_FLAG is taken here as well.
CONFIDENTIAL: Final[Mapping[str, str]] = MappingProxyType({**CONFIDENTIALITY, "c": "c"})
"""Codes of CONF_STATUS → the letter kept."""


class NumberReader(dict[str, float | None]):
    """Cells of values → number, None where missing (`MISSING`), never zero.

    Raises CellError: sdmx_csv_decimal_comma, sdmx_csv_thousands, sdmx_csv_not_finite,
    sdmx_csv_text_in_number.
    """

    def __missing__(self, text: str) -> float | None:
        value = _value(text)
        if len(self) < REMEMBERED and len(text) <= LONGEST_NUMBER:
            self[text] = value
        return value


def _value(text: str) -> float | None:
    if len(text) <= LONGEST_NUMBER and _NUMBER.fullmatch(text):
        value = float(text)
        if math.isfinite(value):
            return value
    content = text.strip()
    if content.lower() in MISSING:
        return None
    if content != text:
        return _value(content)
    raise CellError(_why_no_number(content), text=shown(content))


def _why_no_number(content: str) -> str:
    if len(content) > LONGEST_NUMBER:
        return "sdmx_csv_text_in_number"
    if _COMMA.fullmatch(content):
        return "sdmx_csv_decimal_comma"
    if _GROUPED.fullmatch(content):
        return "sdmx_csv_thousands"
    infinite = _NUMBER.fullmatch(content) or _NOT_FINITE.fullmatch(content)
    return "sdmx_csv_not_finite" if infinite else "sdmx_csv_text_in_number"


class FlagReader(dict[str, str]):
    """Cells of one column of flags → letters kept. Raises CellError: sdmx_csv_unknown_flag.

    `codes`: the column's list. `has_labels`: cells are `code: label`. Several flags stand one
    behind the other (`bep`) or with a separator between (`B;P`).
    """

    def __init__(self, codes: Mapping[str, str], has_labels: bool) -> None:
        super().__init__()
        self._codes, self._has_labels = codes, has_labels

    def __missing__(self, text: str) -> str:
        content = code_and_label(text)[0] if self._has_labels else text
        letters = self._letters(content.strip())
        if len(self) < REMEMBERED and len(text) <= LONGEST_NUMBER:
            self[text] = letters
        return letters

    def _letters(self, content: str) -> str:
        parts: Sequence[str] = re.split(r"[;,|\s]+", content) if content else ()
        # Only Eurostat writes several letters as one word, and those are small.
        if len(parts) == 1 and content not in self._codes and content.islower():
            parts = content
        if len(set(parts)) < len(parts) or not self._codes.keys() >= set(parts):
            known = " ".join(sorted(self._codes, key=str.lower))
            raise CellError("sdmx_csv_unknown_flag", flags=shown(content), known=known)
        return "".join(dict.fromkeys(self._codes[part] for part in parts))
