"""Horizontal bars for part scores: a table whose cells hold the bars, so it is its own twin.

Bars start at zero. A missing score is a hatched track with its reason, never an empty bar.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regin.apps.common.charts.numbers import number, percent
from regin.apps.common.charts.parts import Source
from regin.apps.common.charts.scale import SCORES, Scale


@dataclass(frozen=True, slots=True)
class Bar:
    """A score with the 5 % and 95 % ends of its interval where they are known.

    `value` None is missing, for `reason`. `n_observed` of `n_expected` answers were there.
    """

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    reason: str = ""
    url: str = ""
    n_observed: int | None = None
    n_expected: int | None = None


@dataclass(frozen=True, slots=True)
class BarGroup:
    """Bars under one heading: the parts of an axis."""

    name: str
    bars: Sequence[Bar]


@dataclass(frozen=True, slots=True)
class DrawnBar:
    """A bar ready to print; lengths are shares of the track. `step` is empty when missing."""

    name: str
    url: str
    value: str
    reason: str
    step: str
    width: str
    whisker: tuple[str, str] | None
    interval: str
    answers: str


@dataclass(frozen=True, slots=True)
class DrawnGroup:
    """A group ready to print."""

    name: str
    bars: tuple[DrawnBar, ...]


@dataclass(frozen=True, slots=True)
class BarChart:
    """A bar chart ready to print."""

    template: ClassVar[str] = "common/charts/bars.html"

    key: str
    title: str
    unit: str
    description: str
    groups: tuple[DrawnGroup, ...]
    has_intervals: bool
    has_answers: bool
    low: str
    high: str
    middle: str
    source: Source


def bar_chart(
    title: str,
    unit: str,
    groups: Sequence[BarGroup],
    source: Source,
    *,
    scale: Scale = SCORES,
    key: str = "bars",
) -> BarChart:
    """Draw `groups` of bars on `scale`, which must begin at zero (else ValueError).

    Raises ValueError for an interval whose ends are the wrong way round.
    """
    if scale.low != 0:
        raise ValueError("bars start at zero")
    drawn = tuple(
        DrawnGroup(group.name, tuple(_drawn(bar, scale) for bar in group.bars)) for group in groups
    )
    bars = [bar for group in drawn for bar in group.bars]
    has_intervals = any(bar.interval for bar in bars)
    has_answers = any(bar.answers for bar in bars)
    return BarChart(
        key=key,
        title=title,
        unit=unit,
        description=_description(bars, scale),
        groups=drawn,
        has_intervals=has_intervals,
        has_answers=has_answers,
        low=number(scale.low, scale.decimals),
        high=number(scale.high, scale.decimals),
        middle=number(scale.high / 2, scale.decimals),
        source=source,
    )


def _drawn(bar: Bar, scale: Scale) -> DrawnBar:
    if bar.value is None:
        reason = bar.reason or _("not known")
        return DrawnBar(bar.name, bar.url, "", reason, "", "", None, "", _answers(bar))
    whisker, interval = _interval(bar, scale)
    return DrawnBar(
        name=bar.name,
        url=bar.url,
        value=number(bar.value, scale.decimals),
        reason="",
        step=str(scale.step(bar.value)),
        width=percent(scale.share(bar.value)),
        whisker=whisker,
        interval=interval,
        answers=_answers(bar),
    )


def _interval(bar: Bar, scale: Scale) -> tuple[tuple[str, str] | None, str]:
    if bar.low is None or bar.high is None:
        return None, ""
    if bar.low > bar.high:
        raise ValueError(f"the interval of {bar.name!r} runs from {bar.low} down to {bar.high}")
    ends = (number(bar.low, scale.decimals), number(bar.high, scale.decimals))
    words = _("%(low)s to %(high)s") % {"low": ends[0], "high": ends[1]}
    return (percent(scale.share(bar.low)), percent(scale.share(bar.high))), words


def _answers(bar: Bar) -> str:
    if bar.n_observed is None or bar.n_expected is None:
        return ""
    counts = {"observed": number(bar.n_observed, 0), "expected": number(bar.n_expected, 0)}
    return _("%(observed)s of %(expected)s") % counts


def _description(bars: Iterable[DrawnBar], scale: Scale) -> str:
    bars = list(bars)
    missing = sum(not bar.step for bar in bars)
    ends = {
        "count": number(len(bars), 0),
        "low": number(scale.low, scale.decimals),
        "high": number(scale.high, scale.decimals),
    }
    said = ngettext(
        "%(count)s score from %(low)s to %(high)s.",
        "%(count)s scores from %(low)s to %(high)s.",
        len(bars),
    )
    if not missing:
        return said % ends
    lost = ngettext("%(count)s is missing.", "%(count)s are missing.", missing)
    return f"{said % ends} {lost % {'count': number(missing, 0)}}"
