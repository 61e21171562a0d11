"""Single values of an SDMX message: numbers, flags, codes and periods, in XML as in JSON.

Each reader is a dictionary from what is stated to what it means: messages repeat themselves, so
nearly everything was read before. What cannot be read raises CellError and is not kept.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from regin.engine.errors import N_, Message, register
from regin.files.eurostat_cells import CellError, shown
from regin.files.limits import MIB
from regin.files.observations import MOST_FLAGS, parse_period

register(
    {
        "sdmx_bad_number": Message(
            N_("“%(text)s” is not a number."),
            N_(
                "Write a number such as 9.4, or NaN when it is missing; flags have their own place."
            ),
        ),
        "sdmx_not_finite": Message(
            N_("“%(text)s” is not a finite number."), N_("Write NaN for a value that is missing.")
        ),
        "sdmx_unknown_flag": Message(
            N_("“%(flags)s” is not a flag or a set of flags; the flags here are %(known)s."),
            N_("Check it against the source; write each flag once, at most %(limit)s together."),
        ),
        "sdmx_bad_code": Message(
            N_("“%(text)s” is not a code."),
            N_("Write 1 to %(limit)s characters that can be printed."),
        ),
        "sdmx_too_many_codes": Message(
            N_("This dimension has more than %(limit)s different codes."),
            N_("Check whether it is one of the table's dimensions, and download the table again."),
        ),
        "sdmx_bad_period": Message(
            N_("“%(text)s” is not a period that is kept."),
            N_(
                "Years (2013), half-years (2013-S1), quarters (2013-Q1), months (2013-01) and "
                "weeks (2013-W01) are, days are not. Download the table by one of these."
            ),
        ),
    }
)

LONGEST_NUMBER: Final = 64
LONGEST_CODE: Final = 500
MOST_CODES: Final = 200_000
REMEMBERED: Final = 50_000

MISSING: Final = frozenset({"", "nan", "#n/a"})
"""How SDMX writes a missing value: nothing, `NaN`, and in version 3 also `#N/A`."""

_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_NOT_FINITE: Final = re.compile(r"[+-]?inf(?:inity)?", re.IGNORECASE)
_YEAR_OF_SDMX: Final = re.compile(r"([12][0-9]{3})-A1")

CodeList = Mapping[str, str]


def parse_number(stated: object) -> float | None:
    """Read a value as a text or as JSON's number; None where missing, never zero.

    Raises CellError: sdmx_bad_number, sdmx_not_finite.

    >>> parse_number("9.4"), parse_number(9.4), parse_number("NaN"), parse_number(None)
    (9.4, 9.4, None, None)
    """
    if isinstance(stated, str):
        return _number_in(stated)
    if stated is None:
        return None
    if not isinstance(stated, float):
        raise CellError("sdmx_bad_number", text=shown(str(stated)[:LONGEST_NUMBER]))
    return None if math.isnan(stated) else _finite(stated, str(stated))


def _number_in(text: str) -> float | None:
    if len(text) <= LONGEST_NUMBER:
        if _NUMBER.fullmatch(text):
            return _finite(float(text), text)
        content = text.strip()
        if content != text:
            return _number_in(content)
        if content.lower() in MISSING:
            return None
    infinite = _NOT_FINITE.fullmatch(text) is not None
    raise CellError("sdmx_not_finite" if infinite else "sdmx_bad_number", text=shown(text))


def _finite(number: float, text: str) -> float:
    if not math.isfinite(number):
        raise CellError("sdmx_not_finite", text=shown(text))
    return number


class FlagReader(dict[tuple[str, ...], str]):
    """What an observation states under its names of status → letters kept, each once.

    `lists`: the code list of each name. Several flags stand one behind the other (`bu`) or with
    something between (`B P`). Raises CellError: sdmx_unknown_flag.
    """

    def __init__(self, lists: Sequence[CodeList]) -> None:
        super().__init__()
        self._lists = lists

    def __missing__(self, stated: tuple[str, ...]) -> str:
        found = "".join(map(_letters, stated, self._lists))
        letters = "".join(dict.fromkeys(found))
        if len(letters) > MOST_FLAGS:
            raise _unknown_flag(" ".join(stated), self._lists[0])
        if len(self) < REMEMBERED and sum(map(len, stated)) <= LONGEST_NUMBER:
            self[stated] = letters
        return letters


def _letters(stated: str, codes: CodeList) -> str:
    parts: Sequence[str] = re.split(r"[;,|\s]+", stated.strip()) if stated.strip() else ()
    if len(parts) == 1 and parts[0] not in codes and parts[0].islower():
        parts = parts[0]  # Eurostat's letters; capitals together are a code of some other list
    if len(set(parts)) < len(parts) or not codes.keys() >= set(parts):
        raise _unknown_flag(stated, codes)
    return "".join(codes[part] for part in parts)


def _unknown_flag(stated: str, codes: CodeList) -> CellError:
    known = " ".join(sorted(codes, key=str.lower))
    return CellError("sdmx_unknown_flag", flags=shown(stated), known=known, limit=MOST_FLAGS)


@dataclass(slots=True)
class Room:
    """How many characters the codes of all dimensions may still take together."""

    left: int = 64 * MIB


class CodeReader(dict[str, str]):
    """Codes of one dimension as stated → as kept. Nothing but white space becomes "".

    Raises CellError: sdmx_bad_code, sdmx_too_many_codes.
    """

    def __init__(self, room: Room) -> None:
        super().__init__()
        self._room = room

    def __missing__(self, text: str) -> str:
        if len(self) >= MOST_CODES or self._room.left < len(text):
            raise CellError("sdmx_too_many_codes", limit=MOST_CODES)
        code = " ".join(text.split()) if len(text) <= LONGEST_CODE else text
        if len(code) > LONGEST_CODE or not code.isprintable():
            raise CellError("sdmx_bad_code", text=shown(text), limit=LONGEST_CODE)
        self._room.left -= len(text)
        self[text] = code
        return code


class PeriodReader(dict[str, str]):
    """Periods as stated → in their kept spelling. Raises CellError: sdmx_bad_period."""

    def __missing__(self, text: str) -> str:
        period = parse_period(_YEAR_OF_SDMX.sub(r"\1", text.strip()))
        if period is None:
            raise CellError("sdmx_bad_period", text=shown(text.strip()))
        if len(self) < REMEMBERED and len(text) <= LONGEST_NUMBER:
            self[text] = period.text
        return period.text
