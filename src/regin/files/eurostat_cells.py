"""One cell of Eurostat's bulk TSV: a number or `:`, then flag letters."""

from __future__ import annotations

import math
import re
from typing import Final

from regin.engine.errors import N_, Message, Value, register
from regin.files.observations import KNOWN_FLAGS, MOST_FLAGS

Cell = tuple[float | None, str]

register(
    {
        "tsv_empty_cell": Message(
            N_("The cell is empty."), N_("Write “:” for a value that is missing.")
        ),
        "tsv_text_in_number": Message(
            N_("“%(text)s” is not a number with flags."),
            N_("Write a number such as 9.4, or “:” when it is missing; flags follow a space."),
        ),
        "tsv_decimal_comma": Message(
            N_("“%(text)s” is written with a comma."),
            N_("Use a full stop for decimals and nothing between thousands: 1234.5."),
        ),
        "tsv_not_finite": Message(
            N_("“%(text)s” is not a finite number."), N_("Write “:” for a value that is missing.")
        ),
        "tsv_unknown_flag": Message(
            N_("“%(flags)s” is not a flag or a set of flags; the flags are %(known)s."),
            N_("Check the cell against the source; write each flag once, at most four together."),
        ),
    }
)

LONGEST: Final = 64
REMEMBERED: Final = 50_000
_CELL: Final = re.compile(r"(:|[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?) *([^ 0-9:.,+-]*)")
_COMMA: Final = re.compile(r"[+-]?[0-9][0-9.,]*,[0-9]+ *[a-z]*")
_NOT_FINITE: Final = re.compile(r"[+-]?(nan|inf|infinity) *[a-z]?", re.IGNORECASE)


class CellError(ValueError):
    """A cell that cannot be read: a message code and its parameters."""

    def __init__(self, code: str, **params: Value) -> None:
        self.code, self.params = code, params
        super().__init__(code)


def parse_cell(text: str) -> Cell:
    """Read one cell into (value or None when missing, flag letters as published).

    Raises CellError: tsv_empty_cell, tsv_text_in_number, tsv_decimal_comma, tsv_not_finite,
    tsv_unknown_flag.

    >>> parse_cell("12.0 bu"), parse_cell(": c"), parse_cell(": ")
    ((12.0, 'bu'), (None, 'c'), (None, ''))
    """
    content = text.strip(" ")
    if not content:
        raise CellError("tsv_empty_cell")
    found = _CELL.fullmatch(content) if len(content) <= LONGEST else None
    if found is None:
        raise CellError(_why_no_number(content), text=shown(content))
    number, flags = found.groups()
    _check_flags(flags)
    return _value(number), flags


def _value(number: str) -> float | None:
    value = None if number == ":" else float(number)
    if value is not None and not math.isfinite(value):
        raise CellError("tsv_not_finite", text=number)
    return value


def _check_flags(flags: str) -> None:
    once = len(set(flags)) == len(flags) <= MOST_FLAGS
    if not once or not KNOWN_FLAGS.keys() >= set(flags):
        raise CellError("tsv_unknown_flag", flags=shown(flags), known=" ".join(KNOWN_FLAGS))


def _why_no_number(content: str) -> str:
    if len(content) <= LONGEST and _COMMA.fullmatch(content):
        return "tsv_decimal_comma"
    return "tsv_not_finite" if _NOT_FINITE.fullmatch(content) else "tsv_text_in_number"


def shown(text: str, most: int = 40) -> str:
    """Cut `text` to `most` characters and make the unprintable visible, for a message."""
    cut = text if len(text) <= most else text[:most] + "…"
    return cut if cut.isprintable() else ascii(cut)[1:-1]


class CellReader(dict[str, Cell]):
    """`parse_cell` that remembers what it read: columns of figures repeat themselves."""

    def __missing__(self, text: str) -> Cell:
        cell = parse_cell(text)
        if len(self) < REMEMBERED and len(text) <= LONGEST:
            self[text] = cell
        return cell
