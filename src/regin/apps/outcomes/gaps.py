"""Gaps between two groups of people of one series, in one region and period.

A gap is derived whenever it is shown and never stored. `docs/decisions/0019-gaps.md` says why the
rules are what they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regin.apps.outcomes.labels import code_words, why_missing
from regin.apps.outcomes.models import Breakdown, Series
from regin.files.observations import KNOWN_FLAGS

Figure = tuple[float | None, str]
"""A value, None when missing, and its flags."""

UNRELIABLE: Final = "u"
# Confidential, and SDMX's suppressed: what an office withholds is not taken from a difference.
WITHHELD: Final = frozenset("cQ")
SEPARATOR: Final = "~"


@dataclass(frozen=True, slots=True)
class Gap:
    """How far the first group is from the second.

    `points`: first minus second, in percentage points for a share, else in the unit of the series.
    `ratio`: first divided by second. Either is None when it cannot be told, never 0 for that, and
    `reason` says why. `flags`: those of both sides, each once. `unreliable`: one side is.
    """

    points: float | None
    ratio: float | None
    flags: str
    reason: str
    unreliable: bool


def gap_of(
    first: Figure, second: Figure, measure: str, *, names: tuple[str, str] | None = None
) -> Gap:
    """The gap from `second`, the group compared with, to `first`.

    `measure` is one of `Series.Measure`. `names` of the groups go into the reason. A side that is
    missing or confidential leaves no gap; a class written as a number has none.
    """
    flags = united_flags(first[1], second[1])
    unreliable = UNRELIABLE in flags
    named = zip(names or (_("First group"), _("Second group")), (first, second), strict=True)
    whys = ((name, why_withheld(*side)) for name, side in named)
    reason = "; ".join(f"{name}: {why.rstrip('.')}" for name, why in whys if why)
    if measure == Series.Measure.TYPE:
        reason = reason or _("Types are classes: they have no difference.")
    if reason or first[0] is None or second[0] is None:
        return Gap(None, None, flags, reason, unreliable)
    why_not = _why_no_ratio(first[0], second)
    ratio = None if why_not else plain(first[0] / second[0])
    return Gap(plain(first[0] - second[0]), ratio, flags, why_not, unreliable)


def plain(value: float) -> float:
    """`value` without what the computer's arithmetic adds: 12 digits are more than any figure has.

    >>> plain(18.4 - 18.0)
    0.4
    """
    return float(f"{value:.12g}")


def why_withheld(value: float | None, flags: str) -> str:
    """Why a figure takes no part in arithmetic: it is missing or confidential. Else empty."""
    if value is None or WITHHELD.intersection(flags):
        return why_missing(flags)
    return ""


def united_flags(*flags: str) -> str:
    """Every flag of several figures once, in the order of `KNOWN_FLAGS`, unknown ones last."""
    order = {letter: place for place, letter in enumerate(KNOWN_FLAGS)}
    letters = {letter for one in flags for letter in one if not letter.isspace()}
    return "".join(sorted(letters, key=lambda letter: (order.get(letter, len(order)), letter)))


def _why_no_ratio(first: float, second: Figure) -> str:
    value, flags = second
    if value == 0:
        return _("No ratio: the figure compared with is zero.")
    if first < 0 or (value or 0) < 0:
        return _("No ratio: a figure is below zero.")
    if UNRELIABLE in flags:
        return _("No ratio: the figure compared with has low reliability.")
    return ""


@dataclass(frozen=True, slots=True)
class GapPair:
    """Two groups that differ in one dimension: `first` is compared with `second`."""

    key: str
    words: str
    first: Breakdown
    second: Breakdown


@dataclass(frozen=True, slots=True)
class _Kind:
    """A pair that is offered: patterns of the codes of both groups, and its words."""

    dimension: str
    first: re.Pattern[str]
    second: re.Pattern[str]
    words: object


# The code of “outside the EU” carries the EU's make-up of the time: NEU27_2020_FOR, NEU28_FOR.
_OUTSIDE: Final = re.compile(r"NEU[0-9]{2}(_[0-9]{4})?_FOR")
_NATIONALS: Final = re.compile("NAT")
KINDS: Final = (
    _Kind(
        "citizenship",
        _OUTSIDE,
        _NATIONALS,
        gettext_lazy("Citizens of a country outside the EU compared with nationals"),
    ),
    _Kind(
        "citizenship",
        re.compile("FOR"),
        _NATIONALS,
        gettext_lazy("Foreigners compared with nationals"),
    ),
    _Kind(
        "birth",
        _OUTSIDE,
        _NATIONALS,
        gettext_lazy("People born outside the EU compared with people born in the country"),
    ),
    _Kind("sex", re.compile("F"), re.compile("M"), gettext_lazy("Women compared with men")),
)


def gap_pairs(series: Series, breakdowns: Sequence[Breakdown]) -> list[GapPair]:
    """The gaps among `breakdowns` of `series`: kind by kind, those near to its defaults first.

    Both groups of a pair differ in exactly one dimension. A series of types has none.
    """
    if series.measure == Series.Measure.TYPE:
        return []
    return [
        _pair(kind, first, second)
        for kind in KINDS
        for first, second in sorted(
            _groups(kind, breakdowns),
            key=lambda groups: (-groups[0].matches(series.defaults), groups[0].key),
        )
    ]


def _groups(kind: _Kind, breakdowns: Iterable[Breakdown]) -> Iterator[tuple[Breakdown, Breakdown]]:
    firsts, seconds = [], {}
    # Two rows with the same codes are one group of people; the pattern of `second` is one code.
    for one in {tuple(one.parts.values()): one for one in breakdowns}.values():
        code = one.parts[kind.dimension]
        if kind.first.fullmatch(code):
            firsts.append(one)
        elif kind.second.fullmatch(code):
            seconds[tuple(_others(one, kind.dimension).values())] = one
    for first in firsts:
        second = seconds.get(tuple(_others(first, kind.dimension).values()))
        if second is not None:
            yield first, second


def _others(breakdown: Breakdown, dimension: str) -> dict[str, str]:
    return {name: code for name, code in breakdown.parts.items() if name != dimension}


def _pair(kind: _Kind, first: Breakdown, second: Breakdown) -> GapPair:
    key = f"{first.key}{SEPARATOR}{second.key}"
    rest = [code_words(*part) for part in _others(first, kind.dimension).items() if part[1]]
    words = str(kind.words)
    if rest:
        words = _("%(gap)s: %(group)s") % {"gap": words, "group": ", ".join(rest)}
    return GapPair(key, words, first, second)
