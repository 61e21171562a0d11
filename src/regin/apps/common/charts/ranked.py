"""Figures of many regions at one time, and the places that they take."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regin.apps.common.charts.numbers import number, rounded
from regin.apps.common.charts.parts import Cell, Row, Table


@dataclass(frozen=True, slots=True)
class Ranked:
    """The figure of one region. `value` None is missing, for `reason` where one is known.

    `flags`: letters of the source. `unreliable`: drawn as an outline. `highlighted`: one of those
    that the reader looks for. Raises ValueError for a value that is no finite number.
    """

    name: str
    code: str
    url: str
    value: float | None
    flags: str = ""
    reason: str = ""
    unreliable: bool = False
    highlighted: bool = False

    def __post_init__(self) -> None:
        if self.value is not None and not math.isfinite(self.value):
            raise ValueError(f"the figure of {self.code!r} is {self.value}")

    @property
    def letters(self) -> str:
        """The flags without blanks."""
        return "".join(self.flags.split())

    @property
    def why(self) -> str:
        """Why there is no figure."""
        return self.reason or _("no figure")


@dataclass(frozen=True, slots=True)
class Placed:
    """A figure that is there, with its place among the others."""

    row: Ranked
    value: float
    place: int


def placed(rows: Iterable[Ranked], decimals: int) -> list[Placed]:
    """Those with a figure from the highest to the lowest; place 1 is the highest.

    Figures that print the same share a place, and the places after it stay empty (1, 2, 2, 4).
    """
    known = [(row, row.value) for row in rows if row.value is not None]
    known.sort(key=lambda one: (-rounded(one[1], decimals), *_by_name(one[0])))
    found: list[Placed] = []
    for position, (row, value) in enumerate(known, 1):
        before = found[-1] if found else None
        same = before and rounded(before.value, decimals) == rounded(value, decimals)
        found.append(Placed(row, value, before.place if before and same else position))
    return found


def missing(rows: Iterable[Ranked]) -> list[Ranked]:
    """Those without a figure, by name."""
    return sorted((row for row in rows if row.value is None), key=_by_name)


def _by_name(row: Ranked) -> tuple[str, str]:
    return row.name.casefold(), row.code


def missing_words(count: int) -> str:
    """`3 regions have no figure.`"""
    words = ngettext("%(count)s region has no figure.", "%(count)s regions have no figure.", count)
    return words % {"count": number(count, 0)}


def ranked_table(
    caption: str, rows: Sequence[Ranked], decimals: int, flag_words: Mapping[str, str]
) -> Table:
    """The table twin: place, code and figure, then those without a figure and why."""
    held = [
        Row(
            one.row.name,
            (
                Cell(number(one.place, 0)),
                Cell(one.row.code),
                _cell(one.row, number(one.value, decimals), flag_words),
            ),
            one.row.url,
        )
        for one in placed(rows, decimals)
    ]
    lost = [
        Row(row.name, (Cell("", row.why), Cell(row.code), _cell(row, "", flag_words)), row.url)
        for row in missing(rows)
    ]
    columns = (_("Place"), _("Code"), _("Figure"))
    return Table(caption, _("Region"), columns, (*held, *lost))


def _cell(row: Ranked, text: str, flag_words: Mapping[str, str]) -> Cell:
    return Cell(text, "" if text else row.why, row.letters, words_of(row.letters, flag_words))


def words_of(letters: str, flag_words: Mapping[str, str]) -> str:
    """The words for flag letters; a letter without words stands for itself."""
    return ", ".join(flag_words.get(letter, letter) for letter in letters)
