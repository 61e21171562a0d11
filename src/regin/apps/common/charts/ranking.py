"""Regions in the order of a figure, a bar each: a table whose cells hold the bars.

Bars start at zero, to either side of it. A missing figure is a hatched mark with its reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regin.apps.common.charts.axis import Axis, zero_axis
from regin.apps.common.charts.line_parts import Tick
from regin.apps.common.charts.numbers import number, percent, rounded
from regin.apps.common.charts.parts import Source, Table, caption_of, explained
from regin.apps.common.charts.ranked import (
    Placed,
    Ranked,
    missing,
    missing_words,
    placed,
    ranked_table,
    words_of,
)

# The share of the axis that a number needs for itself on a narrow screen.
ROOM = 0.25


@dataclass(frozen=True, slots=True)
class DrawnRank:
    """A region ready to print; lengths are shares of the track.

    `value` is empty when the figure is missing, for `reason`; it has no bar then.
    """

    name: str
    code: str
    url: str
    flags: str
    flag_words: str
    is_unreliable: bool
    is_highlighted: bool
    start: str = ""
    place: str = ""
    value: str = ""
    width: str = ""
    is_negative: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A figure beside which the bars are read: that of the country, of the Union.

    `has_room`: its value can stand between the marks of the axis.
    """

    name: str
    value: str
    at: str
    has_room: bool


@dataclass(frozen=True, slots=True)
class RankingChart:
    """A ranking ready to print. `axis`: the low end, zero and the high end, those that differ.

    `note`: how places are counted.
    """

    template: ClassVar[str] = "common/charts/ranking.html"

    key: str
    title: str
    unit: str
    description: str
    note: str
    rows: tuple[DrawnRank, ...]
    missing: tuple[DrawnRank, ...]
    missing_words: str
    axis: tuple[Tick, ...]
    zero: str
    reference: Mark | None
    has_negative: bool
    has_highlighted: bool
    has_unreliable: bool
    flags: tuple[tuple[str, str], ...]
    table: Table
    source: Source


def ranking_chart(
    title: str,
    unit: str,
    rows: Sequence[Ranked],
    source: Source,
    *,
    decimals: int = 1,
    reference: tuple[str, float] | None = None,
    flag_words: Mapping[str, str] | None = None,
    key: str = "ranking",
) -> RankingChart | None:
    """Draw `rows` from the highest figure to the lowest; None when no figure is there.

    Figures that print the same share a place. `reference` is a name with a figure, drawn as a
    line through all bars. `flag_words` says what the flag letters mean; `key` makes ids unique on
    a page.
    """
    held, lost, words = placed(rows, decimals), missing(rows), dict(flag_words or {})
    if not held:
        return None
    axis = zero_axis([one.value for one in held] + ([reference[1]] if reference else []))
    return RankingChart(
        key=key,
        title=title,
        unit=unit,
        description=_description(held, len(lost), decimals, reference),
        note=_note(),
        rows=tuple(_drawn(one, axis, decimals, words) for one in held),
        missing=tuple(_lost(row, words) for row in lost),
        missing_words=missing_words(len(lost)) if lost else "",
        axis=_ends(axis),
        zero=axis.percent(0.0),
        reference=_mark(reference, axis, decimals),
        has_negative=axis.low < 0,
        has_highlighted=any(row.highlighted for row in rows),
        has_unreliable=any(one.row.unreliable for one in held),
        flags=explained([row.letters for row in rows], words),
        table=ranked_table(caption_of(title, unit), rows, decimals, words),
        source=source,
    )


def _note() -> str:
    return _(
        "Place 1 has the highest figure; figures that print the same share a place. "
        "High is not always good."
    )


def _drawn(one: Placed, axis: Axis, decimals: int, words: Mapping[str, str]) -> DrawnRank:
    row, ends = one.row, sorted((axis.share(0.0), axis.share(one.value)))
    return DrawnRank(
        name=row.name,
        code=row.code,
        url=row.url,
        flags=row.letters,
        flag_words=words_of(row.letters, words),
        is_unreliable=row.unreliable,
        is_highlighted=row.highlighted,
        start=percent(ends[0]),
        place=number(one.place, 0),
        value=number(one.value, decimals),
        width=percent(ends[1] - ends[0]),
        is_negative=one.value < 0,
    )


def _lost(row: Ranked, words: Mapping[str, str]) -> DrawnRank:
    return DrawnRank(
        name=row.name,
        code=row.code,
        url=row.url,
        flags=row.letters,
        flag_words=words_of(row.letters, words),
        is_unreliable=False,
        is_highlighted=row.highlighted,
        reason=row.why,
    )


def _ends(axis: Axis) -> tuple[Tick, ...]:
    return tuple(Tick(axis.percent(end), axis.words(end)) for end in _end_values(axis))


def _end_values(axis: Axis) -> list[float]:
    return sorted({axis.low, 0.0, axis.high})


def _mark(reference: tuple[str, float] | None, axis: Axis, decimals: int) -> Mark | None:
    if reference is None:
        return None
    name, value = reference
    at = axis.share(value)
    has_room = all(abs(at - axis.share(end)) >= ROOM for end in _end_values(axis))
    return Mark(name, number(value, decimals), percent(at), has_room)


def _description(
    held: Sequence[Placed], lost: int, decimals: int, reference: tuple[str, float] | None
) -> str:
    """What the bars show, for people who do not see them."""
    first, last = held[0], held[-1]
    ends = {
        "count": number(len(held), 0),
        "high": number(first.value, decimals),
        "first": first.row.name,
        "low": number(last.value, decimals),
        "last": last.row.name,
    }
    if len(held) == 1:
        said = [_("One region has a figure: %(first)s, %(high)s.") % ends]
    else:
        words = _("Regions: %(count)s, from %(high)s in %(first)s down to %(low)s in %(last)s.")
        said = [words % ends]
    if reference is not None:
        said.append(_beside(held, reference, decimals))
    if lost:
        said.append(missing_words(lost))
    return " ".join(said)


def _beside(held: Sequence[Placed], reference: tuple[str, float], decimals: int) -> str:
    """How many lie above the reference, counted by the figures as they are printed."""
    name, value = reference
    above = sum(rounded(one.value, decimals) > rounded(value, decimals) for one in held)
    words = ngettext(
        "%(count)s region lies above %(name)s (%(value)s).",
        "%(count)s regions lie above %(name)s (%(value)s).",
        above,
    )
    return words % {
        "count": number(above, 0),
        "name": name,
        "value": number(value, decimals),
    }
