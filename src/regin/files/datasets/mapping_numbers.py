"""Which notation the numbers of a table have, from the numbers themselves; never a coin tossed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from regin.files.datasets.flags import known
from regin.files.datasets.mapped_values import NUMERIC, two_readings
from regin.files.datasets.mapping_model import AROUND, Notation, spaced
from regin.files.datasets.mapping_reasons import Notes
from regin.files.datasets.mapping_words import DASHES, MISSING
from regin.files.eurostat_cells import LONGEST, shown

DECIMAL_AT_END: Final = re.compile(r"[+-]?[0-9.,' ]*?([.,])([0-9]+)")
ONE_SIGN: Final = re.compile(r"[+-]?([0-9]*)([.,])([0-9]+)")
GROUPED: Final = re.compile(
    r"[+-]?[1-9][0-9]{0,2}(?:([.,' ])[0-9]{3})(?:\1[0-9]{3})*(?:[.,][0-9]+)?"
)
SIGNED_NUMBER: Final = re.compile(
    r"([+-]?[0-9.,' ]*?[0-9](?:[eE][+-]?[0-9]+)?)"
    r"(\s+[0-9]\)|\s*(?:[*†‡¹²³⁴⁵⁶%]{1,3}|\([\w*]{1,3}\)|\[\w{1,3}\]|[a-z]{1,2}))?"
)
"""A number and at most one sign; `15 years` and `65+` are none."""

MARKS_SHOWN: Final = 12


@dataclass(slots=True)
class Figures:
    """What stands where values are. `signs` count what follows numbers; `stored` are numbers."""

    numbers: list[str] = field(default_factory=list)
    marks: Counter[str] = field(default_factory=Counter)
    signs: Counter[str] = field(default_factory=Counter)
    stored: list[float] = field(default_factory=list)

    def add(self, text: str) -> None:
        """Take a text for what it is."""
        content = spaced(text)
        number, sign = split_number(content)
        if number:
            self.numbers.append(number)
            if sign:
                self.signs[sign] += 1
        else:
            self.marks[content] += 1

    def add_stored(self, text: str) -> None:
        """Take a cell that is stored as a number."""
        try:
            self.stored.append(float(text))
        except ValueError:
            self.add(text)


def split_number(content: str) -> tuple[str, str]:
    """Return the number that a text begins with, and what follows; "" and "" when none does.

    >>> split_number("12,3 (b)"), split_number("1 234"), split_number("n.d.")
    (('12,3', '(b)'), ('1 234', ''), ('', ''))
    """
    text = content.replace("−", "-").replace("’", "'")
    if len(text) > LONGEST:
        return "", ""
    inner = text[1:-1] if text[:1] == "(" and text[-1:] == ")" else ""
    if NUMERIC.fullmatch(inner):
        return inner, AROUND
    found = SIGNED_NUMBER.fullmatch(text)
    number, sign = found.groups("") if found else ("", "")
    return (number, sign.strip()) if NUMERIC.fullmatch(number) else ("", "")


def notation_of(figures: Figures, notes: Notes) -> Notation:
    """Propose a notation; where two readings give different numbers, none."""
    decimal, thousands = _signs_of_numbers(figures, notes)
    return Notation(
        decimal=decimal,
        thousands=thousands,
        missing=_missing(figures.marks, notes),
        signs=_flag_signs(figures.signs, notes),
    )


@dataclass(slots=True)
class _Evidence:
    """Numbers that prove a sign, the first of each: sign → number."""

    decimals: dict[str, str] = field(default_factory=dict)
    thousands: dict[str, str] = field(default_factory=dict)
    doubtful: dict[str, str] = field(default_factory=dict)

    def take(self, number: str) -> None:
        """Weigh one number."""
        found = [sign for sign in ".,' " if sign in number]
        if not found:
            return
        single = ONE_SIGN.fullmatch(number)
        if single is not None:
            whole, sign, part = single.groups()
            is_group = len(part) == 3 and 1 <= len(whole) <= 3 and whole[0] != "0"
            (self.doubtful if is_group else self.decimals).setdefault(sign, number)
            return
        self._several(number, found)

    def _several(self, number: str, found: list[str]) -> None:
        """Weigh a number with more than one sign: only the last can be the decimal sign."""
        grouped = GROUPED.fullmatch(number)
        last = DECIMAL_AT_END.fullmatch(number)
        if grouped is not None:
            self.thousands.setdefault(grouped[1], number)
        if last is not None and number.count(last[1]) == 1 and len(found) > 1:
            self.decimals.setdefault(last[1], number)


def _signs_of_numbers(figures: Figures, notes: Notes) -> tuple[str, str]:
    evidence = _Evidence()
    for number in figures.numbers:
        evidence.take(number)
    decimals, thousands, doubtful = evidence.decimals, evidence.thousands, evidence.doubtful
    told = decimals.keys() & thousands.keys()
    if len(decimals) > 1 or len(thousands) > 1 or told:
        return _contradiction(evidence, notes)
    if decimals:
        return _with_decimal(next(iter(decimals)), evidence, notes)
    grouping = next(iter(thousands), "")
    if grouping in ("", "'", " ") and doubtful:
        return _ambiguous(next(iter(doubtful.values())), notes)
    if not grouping:
        _no_signs(figures, notes)
        return "", ""
    # The other of point and comma is the only decimal sign that is left; a space leaves both.
    decimal = {".": ",", ",": "."}.get(grouping, "")
    _say(thousands[grouping], decimal, grouping, notes)
    return decimal, grouping


def _with_decimal(decimal: str, evidence: _Evidence, notes: Notes) -> tuple[str, str]:
    """Return the signs where the decimal sign is proven: what is doubtful follows from it."""
    doubtful = next((sign for sign in evidence.doubtful if sign != decimal), "")
    grouping = next(iter(evidence.thousands), doubtful)
    if doubtful and grouping != doubtful:
        return _contradiction(evidence, notes)
    _say(evidence.decimals[decimal], decimal, grouping, notes)
    return decimal, grouping


def _say(number: str, decimal: str, thousands: str, notes: Notes) -> None:
    signs = {"decimal": decimal, "thousands": thousands}
    notes.add("numbers.decimal", "proposal_decimal", text=shown(number), **signs)


def _contradiction(evidence: _Evidence, notes: Notes) -> tuple[str, str]:
    first, other = _written_in_two_ways(evidence)
    notes.ask("numbers.decimal", "proposal_two_notations", text=shown(first), other=shown(other))
    return "", ""


def _written_in_two_ways(evidence: _Evidence) -> tuple[str, str]:
    """Return two numbers that no one notation reads, the clearest pair that there is."""
    decimals, thousands, doubtful = evidence.decimals, evidence.thousands, evidence.doubtful
    for table in (decimals, thousands):
        if len(table) > 1:
            first, other, *_ = table.values()
            return first, other
    for sign in decimals.keys() & thousands.keys():
        return decimals[sign], thousands[sign]
    # One decimal and one thousands sign, and a number with a third sign that is neither of them.
    odd = next(number for sign, number in doubtful.items() if sign not in decimals)
    return next(iter(thousands.values()), next(iter(decimals.values()))), odd


def _ambiguous(number: str, notes: Notes) -> tuple[str, str]:
    one, other = two_readings(number, "")
    notes.ask("numbers.decimal", "proposal_ambiguous", text=shown(number), one=one, other=other)
    return "", ""


def _no_signs(figures: Figures, notes: Notes) -> None:
    stored = figures.stored
    if figures.numbers or not stored:
        notes.add("numbers.decimal", "proposal_whole")
        return
    notes.add("numbers.decimal", "proposal_stored")
    if max(map(abs, stored)) <= 1 and any(value % 1 for value in stored):
        notes.ask("numbers.shift", "proposal_shares")


def _missing(marks: Iterable[str], notes: Notes) -> dict[str, str]:
    """Return the marks that mean missing everywhere; ask about the others."""
    counts = Counter(marks) if not isinstance(marks, Counter) else marks
    found: dict[str, str] = {}
    for mark, count in counts.most_common(MARKS_SHOWN):
        if not mark:
            notes.add("missing", "proposal_empty", count=count)
        elif mark.lower() in MISSING:
            notes.add("missing", "proposal_missing", text=shown(mark), count=count)
        else:
            code = "proposal_dash" if mark in DASHES else "proposal_unknown_mark"
            notes.ask("missing", code, text=shown(mark), count=count)
            continue
        found[mark] = "c" if mark in ("c", "(c)") else ""
    return found


def _flag_signs(signs: Counter[str], notes: Notes) -> dict[str, str]:
    found: dict[str, str] = {}
    for sign, count in signs.most_common(MARKS_SHOWN):
        letters = sign.strip("()[] ")
        if sign == "%":
            notes.add("signs", "proposal_sign_dropped", text=sign)
            found[sign] = ""
        elif letters.isalpha() and letters.islower() and known(letters):
            notes.add("signs", "proposal_sign", text=shown(sign), flags=letters)
            found[sign] = letters
        else:
            notes.ask("signs", "proposal_unknown_sign", text=shown(sign), count=count)
    return found
