"""Periods as offices spell them in JSON-stat, in the spelling that is kept."""

from __future__ import annotations

import re
from typing import Final

from regin.files.observations import parse_period

_WORDS: Final = {
    "Q": "quarter quarters quartal kvartal trimestre trimestres trimestri trimestral",
    "S": "semester semestre semestres semestri semestral halvår halbjahr",
    "M": "month months monat månad mes meses mois mese mês",
}
LETTERS: Final = {word: letter for letter, words in _WORDS.items() for word in words.split()}
_SPELLING: Final = re.compile(
    r"(?P<year>[0-9]{4})(?: ?- ?| )?(?P<letter>[KQHSM]?)(?P<part>[0-9]{1,2}|I{1,3}|IV)"
)
_OWN_LETTERS: Final = {"K": "Q", "H": "S"}
_ROMAN: Final = {"I": "1", "II": "2", "III": "3", "IV": "4"}


def read_periods(codes: tuple[str, ...], labels: tuple[str, ...], words: str) -> list[str | None]:
    """Return the kept spelling of each code, None where it is not a period.

    `labels` are taken where every one of them is a period and not every code is: some offices
    count their periods. `words`: name and label of the dimension, which say what a bare number
    behind the year counts (“Trimestre”).
    """
    letter = _letter(words)
    read = [_read(code, letter) for code in codes]
    if None in read and labels:
        named = [_read(label, letter) for label in labels]
        return read if None in named else named
    return read


def _letter(words: str) -> str:
    """Q, S or M when the words name that frequency, else empty."""
    found = {LETTERS[word] for word in re.findall(r"\w+", words.casefold()) if word in LETTERS}
    return found.pop() if len(found) == 1 else ""


def _read(text: str, letter: str) -> str | None:
    """Eurostat's spellings; `2010K1` and `2010H1` (Sweden); `2012 - 1`, `2012 - I` (Spain).

    The Spanish ones need `letter`. `2012-01` in a table of quarters could be the first quarter
    or its first month, so it is neither.
    """
    period = parse_period(text)
    if period is not None:
        unclear = letter in ("Q", "S") and period.frequency == "M" and "M" not in text
        return None if unclear else period.text
    found = _SPELLING.fullmatch(text)
    stated = found["letter"] or letter if found else ""
    if found is None or not stated:
        return None
    part = _ROMAN.get(found["part"], found["part"])
    kept = parse_period(_spelt(found["year"], _OWN_LETTERS.get(stated, stated), part))
    return kept.text if kept else None


def _spelt(year: str, letter: str, part: str) -> str:
    return f"{year}{letter}{part.zfill(2) if letter == 'M' else part}"
