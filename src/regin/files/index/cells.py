"""Cells of CSV files as text and numbers, and the guard against formulas."""

from __future__ import annotations

import math
import re

from regin.engine.table import LARGEST

NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
INFINITE = re.compile(r"[+-]?inf(?:inity)?", re.IGNORECASE)

# A spreadsheet takes a cell that starts so for a formula; full-width forms count in some locales.
_FORMULA = r"(?:[\t\n]|\s*[=+\-@＝＋－＠])"
_DANGEROUS = re.compile(rf"'*{_FORMULA}")
_GUARDED = re.compile(rf"'+{_FORMULA}")


def guarded(text: str) -> str:
    """Return `text` so that no spreadsheet runs it; `unguarded` gives the original back.

    Line ends become plain new lines; NUL, which no text file may hold, goes.

    >>> guarded("=1+1"), guarded("plain")
    ("'=1+1", 'plain')
    """
    if text.isalnum():
        return text
    text = text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
    return f"'{text}" if _DANGEROUS.match(text) else text


def unguarded(cell: str) -> str:
    """Return the text that `guarded` was given.

    >>> unguarded("'=1+1"), unguarded("'tis")
    ('=1+1', "'tis")
    """
    return cell[1:] if cell[:1] == "'" and _GUARDED.match(cell) else cell


def number(cell: str) -> float | None:
    """Return the number in `cell`; None when it is none, infinity when it is too large.

    >>> number(" 1e3 "), number("1_000"), number("1e999"), number("")
    (1000.0, None, inf, None)
    """
    text = unguarded(cell).strip()
    if INFINITE.fullmatch(text):
        return math.inf
    if not NUMBER.fullmatch(text):
        return None
    value = float(text)
    return value if abs(value) <= LARGEST else math.inf


def number_text(value: float) -> str:
    """Return the shortest text that reads back as `value`; empty when missing.

    >>> number_text(2.0), number_text(0.1), number_text(float("nan"))
    ('2', '0.1', '')
    """
    if math.isnan(value):
        return ""
    return str(int(value)) if value % 1 == 0 and abs(value) < 1e15 else repr(float(value))
