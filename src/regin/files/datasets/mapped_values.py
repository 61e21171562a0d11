"""Cells of values: numbers in the notation of the mapping, marks, and signs of flags."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Final

from regin.engine.errors import N_, Message, register
from regin.files.datasets.mapping_model import AROUND, Notation, spaced
from regin.files.eurostat_cells import LONGEST, REMEMBERED, Cell, CellError, shown
from regin.files.observations import KNOWN_FLAGS, MOST_FLAGS

register(
    {
        "mapped_empty_value": Message(
            N_("The cell is empty."),
            N_("Write a mark for a missing value, or say in the mapping that empty means missing."),
        ),
        "mapped_unknown_mark": Message(
            N_("“%(text)s” is not a number and no mark that the mapping knows."),
            N_("Say in the mapping whether it means missing or zero, or correct the cell."),
        ),
        "mapped_unknown_sign": Message(
            N_("The mapping does not know the sign “%(sign)s” after the number “%(number)s”."),
            N_("Say in the mapping which flag it means, or that it means none."),
        ),
        "mapped_text_in_number": Message(
            N_("“%(text)s” is not a number."),
            N_("Correct the cell; if the row is a note, leave it out or end the table above it."),
        ),
        "mapped_other_notation": Message(
            N_(
                "“%(text)s” is not written as the mapping says: decimal sign “%(decimal)s”, "
                "thousands sign “%(thousands)s”."
            ),
            N_("Correct the number; if all numbers are written so, change the signs."),
        ),
        "mapped_no_signs": Message(
            N_("“%(text)s” has a sign, and the mapping says that all numbers are whole."),
            N_("Choose decimal and thousands sign in the mapping, or correct the number."),
        ),
        "mapped_ambiguous_number": Message(
            N_(
                "“%(text)s” can mean %(one)s or %(other)s, and no number of the table tells "
                "which; the mapping reads %(one)s."
            ),
            N_("Ask what is meant, then mark the signs of numbers in the mapping as sure."),
        ),
        "mapped_not_finite": Message(
            N_("“%(text)s” is not a finite number."), N_("Write a mark for a missing value.")
        ),
        "mapped_date_in_number": Message(
            N_("“%(text)s” is a date, not a number."),
            N_("A spreadsheet may have taken 1.5 for 1 May: type the number again as a number."),
        ),
        "mapped_many_flags": Message(
            N_("“%(text)s” has more than %(limit)s flags."), N_("Check the cell at its source.")
        ),
    }
)

MOST_SIGNS: Final = 8
LONGEST_MARK: Final = 12
PLAIN_DIGITS: Final = 5
"""From so many digits in a row on, a number shows that no thousands sign is used."""

SPELT: Final = str.maketrans({"−": "-", "–": "-", "’": "'", "ʼ": "'"})
DATE: Final = re.compile(r"[0-9]{1,2}([./-])[0-9]{1,2}\1[0-9]{2,4}|[0-9]{4}-[0-9]{2}-[0-9]{2}.*")
MONTH: Final = re.compile(r"[0-9]{1,2}[.-] ?[^\W\d_]{3,9}|[^\W\d_]{3,4}[.-][0-9]{2,4}")
NUMERIC: Final = re.compile(r"[+-]?[0-9.,' ]*[0-9][0-9.,' ]*(?:[eE][+-]?[0-9]+)?")
DOUBTFUL: Final = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}")
NOT_FINITE: Final = re.compile(r"[+-]?(?:nan|inf|infinity)", re.IGNORECASE)
LEADING: Final = re.compile(r"([+-]?[0-9][0-9.,' ]*)(.+)")


class ValueReader(dict[str, Cell]):
    """Text of a cell → (value or None when missing, flag letters); remembers what it read.

    `row` is the row at hand, for `doubt`: the row and text of the first number that can be read in
    two ways; None once another number has shown which is meant.
    """

    def __init__(self, notation: Notation) -> None:
        super().__init__()
        self.row = 0
        self._notation = notation
        self._pattern = number_pattern(notation.decimal, notation.thousands)
        self._zeros = frozenset(notation.zeros)
        self._signs = sorted(notation.signs.items(), key=lambda sign: -len(sign[0]))
        self._doubt: tuple[int, str] | None = None
        self._proven = notation.is_sure
        self._stored: dict[str, Cell] = {}

    @property
    def doubt(self) -> tuple[int, str] | None:
        """Row and text of a number that can be read in two ways, None when there is no doubt."""
        return None if self._proven else self._doubt

    def __missing__(self, text: str) -> Cell:
        cell = self.parse(text)
        if len(self) < REMEMBERED and len(text) <= LONGEST:
            self[text] = cell
        return cell

    def parse(self, text: str) -> Cell:
        """Read a text. Raises CellError with the code of a message of this module."""
        content = spaced(text)
        found = self._mark(content)
        if found is not None:
            return found
        rest, flags = self.without_signs(content)
        marked = self._mark(rest) if rest else None
        if marked is not None:
            return marked[0], joined_flags((marked[1], flags), content)
        return self._number(_respelt(rest), content), flags

    def stored(self, text: str) -> Cell:
        """Read a cell that is stored as a number, whatever notation the texts have."""
        cell = self._stored.get(text)
        if cell is None:
            cell = self._mark(text) or (_finite(text, self._notation.shift), "")
            if len(self._stored) < REMEMBERED:
                self._stored[text] = cell
        return cell

    def is_number(self, text: str) -> bool:
        """Tell whether a text is a number in this notation, without learning from it."""
        return len(text) <= LONGEST and bool(self._pattern.fullmatch(_respelt(spaced(text))))

    def without_signs(self, content: str) -> tuple[str, str]:
        """Split a text into what stands before its signs, and the flags that these mean.

        Raises CellError: mapped_many_flags.
        """
        rest, found = content, list[str]()
        for _ in range(MOST_SIGNS):
            sign = self._last_sign(rest)
            if sign is None:
                break
            rest, letters = sign
            found.insert(0, letters)
        return rest, joined_flags(found, content)

    def _last_sign(self, text: str) -> tuple[str, str] | None:
        for sign, letters in self._signs:
            before = text.removesuffix(sign)
            if before == text or not before.strip():
                continue
            # “12,3 1)” has the sign “1)”; “12,31)” might have it as well, and is left a fault.
            if before.endswith(" ") or not sign[0].isdecimal():
                return before.rstrip(), letters
        if AROUND in self._notation.signs and text[:1] == "(" and text[-1:] == ")":
            return text[1:-1].strip(), self._notation.signs[AROUND]
        return None

    def _mark(self, text: str) -> Cell | None:
        if text in self._zeros:
            return 0.0, ""
        flags = self._notation.missing.get(text)
        return None if flags is None else (None, flags)

    def _number(self, rest: str, content: str) -> float:
        if len(rest) > LONGEST or not self._pattern.fullmatch(rest):
            raise self._refusal(rest, content)
        self._weigh(rest)
        bare = rest.replace(self._notation.thousands, "") if self._notation.thousands else rest
        if self._notation.decimal == ",":
            bare = bare.replace(",", ".")
        return _finite(bare, self._notation.shift)

    def _weigh(self, text: str) -> None:
        """Take a number as proof of the notation, or as one that needs proof."""
        if self._proven:
            return
        if DOUBTFUL.fullmatch(text):
            self._doubt = self._doubt or (self.row, text)
        elif any(sign in text for sign in ".,' "):
            self._proven = True
        elif self._notation.thousands not in (".", ","):
            self._proven = len(text.lstrip("+-")) >= PLAIN_DIGITS

    def _refusal(self, rest: str, content: str) -> CellError:
        """Return the error of a text that is no number, the most helpful one."""
        if not content:
            return CellError("mapped_empty_value")
        text = shown(content)
        if len(rest) > LONGEST:
            return CellError("mapped_text_in_number", text=text)
        if NUMERIC.fullmatch(rest) and not DATE.fullmatch(rest):
            return self._otherwise_written(text)
        return _signed(rest) or CellError(_wordy(rest), text=text)

    def _otherwise_written(self, text: str) -> CellError:
        decimal, thousands = self._notation.decimal, self._notation.thousands
        if not decimal and not thousands:
            return CellError("mapped_no_signs", text=text)
        return CellError("mapped_other_notation", text=text, decimal=decimal, thousands=thousands)


def _signed(rest: str) -> CellError | None:
    found = None if _is_date(rest) else LEADING.fullmatch(rest)
    if found is None:
        return None
    number, sign = found[1].strip(), found[2].strip()
    return CellError("mapped_unknown_sign", number=shown(number), sign=shown(sign))


def _is_date(text: str) -> bool:
    return DATE.fullmatch(text) is not None or MONTH.fullmatch(text) is not None


def _wordy(rest: str) -> str:
    """Return which fault a text is; short words are marks."""
    if _is_date(rest):
        return "mapped_date_in_number"
    if NOT_FINITE.fullmatch(rest):
        return "mapped_not_finite"
    return "mapped_unknown_mark" if len(rest) <= LONGEST_MARK else "mapped_text_in_number"


def _respelt(number: str) -> str:
    """Return a number with the usual signs in place of typographers', none apart from it."""
    plain = number if number.isascii() else number.translate(SPELT)
    return plain[0] + plain[2:] if plain[:2] in ("- ", "+ ") else plain


def number_pattern(decimal: str, thousands: str) -> re.Pattern[str]:
    """Return what a number looks like. Groups of thousands have three digits or are not there.

    >>> bool(number_pattern(",", ".").fullmatch("1.234,5"))
    True
    >>> bool(number_pattern(",", ".").fullmatch("12.34,5"))
    False
    """
    whole = "[0-9]+"
    if thousands:
        whole = rf"(?:[0-9]+|[1-9][0-9]{{0,2}}(?:{re.escape(thousands)}[0-9]{{3}})+)"
    if not decimal:
        return re.compile(rf"[+-]?{whole}")
    sign = re.escape(decimal)
    part = rf"(?:{whole}(?:{sign}[0-9]+)?|{sign}[0-9]+)"
    return re.compile(rf"[+-]?{part}(?:[eE][+-]?[0-9]{{1,3}})?")


def joined_flags(sets: Iterable[str], text: str) -> str:
    """Join flag letters, each once, in the order of `KNOWN_FLAGS`.

    Raises CellError: mapped_many_flags.
    """
    letters = set("".join(sets))
    if len(letters) > MOST_FLAGS:
        raise CellError("mapped_many_flags", text=shown(text), limit=MOST_FLAGS)
    return "".join(letter for letter in KNOWN_FLAGS if letter in letters)


def _finite(text: str, shift: int) -> float:
    """Return a number written with a point, moved by `shift` places without a rounding error."""
    try:
        value = float(Decimal(text).scaleb(shift)) if shift else float(text)
    except (ValueError, InvalidOperation, OverflowError):
        raise CellError("mapped_text_in_number", text=shown(text)) from None
    if not math.isfinite(value):
        raise CellError("mapped_not_finite", text=shown(text))
    return value


def two_readings(text: str, decimal: str) -> tuple[str, str]:
    """Return what a doubtful number means with this decimal sign, and what it means else.

    >>> two_readings("1.234", ","), two_readings("1.234", ".")
    (('1234', '1.234'), ('1.234', '1234'))
    """
    whole = text.replace(".", "").replace(",", "")
    parted = text.replace(",", ".")
    return (parted, whole) if decimal and decimal in text else (whole, parted)
