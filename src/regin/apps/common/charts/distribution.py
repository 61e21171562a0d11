"""How the figures of many regions are spread: a dot a region on one axis, stacked.

Dots are stacked in round steps, so that a stack can be named; the figures themselves are exact
in the table twin. The axis need not begin at zero, since dots have no length.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regin.apps.common.charts.axis import Axis, value_axis
from regin.apps.common.charts.line_parts import Tick
from regin.apps.common.charts.numbers import coordinate, number, round_step
from regin.apps.common.charts.parts import Source, Table, caption_of, explained
from regin.apps.common.charts.ranked import (
    Placed,
    Ranked,
    missing,
    missing_words,
    placed,
    ranked_table,
)

MOST_STACKS = 40
TALLEST = 260.0
PITCH = 10.0
RADIUS = 3.0
LABEL_HEIGHT = 18.0
LONGEST_LABEL = 18
FEWEST_FOR_QUARTILES = 4


@dataclass(frozen=True, slots=True)
class SpreadDot:
    """One region: share of the width, pixels from the top of the drawing."""

    x: str
    y: str
    words: str
    is_unreliable: bool
    is_highlighted: bool


@dataclass(frozen=True, slots=True)
class SpreadLabel:
    """The name of a highlighted region with a line down to its dot."""

    x: str
    y: str
    dot_y: str
    text: str
    is_late: bool


@dataclass(frozen=True, slots=True)
class Quartiles:
    """Where half of the figures lie, and its middle half; the latter empty for few figures."""

    median: str
    low: str
    width: str


@dataclass(frozen=True, slots=True)
class DistributionChart:
    """A distribution ready to print. Below `floor` stand the band of the quartiles and the axis.

    `radius` of a dot in pixels; `is_dense`: the stacks leave no room for larger ones.
    """

    template: ClassVar[str] = "common/charts/distribution.html"

    key: str
    title: str
    unit: str
    description: str
    step_words: str
    missing_words: str
    dots: tuple[SpreadDot, ...]
    labels: tuple[SpreadLabel, ...]
    quartiles: Quartiles
    floor: str
    radius: str
    is_dense: bool
    axis: tuple[Tick, ...]
    has_unreliable: bool
    flags: tuple[tuple[str, str], ...]
    table: Table
    source: Source


def distribution_chart(
    title: str,
    unit: str,
    rows: Sequence[Ranked],
    source: Source,
    *,
    decimals: int = 1,
    flag_words: Mapping[str, str] | None = None,
    key: str = "distribution",
) -> DistributionChart | None:
    """Draw a dot for each of `rows` that has a figure; None when none has.

    Quartiles interpolate between neighbours (Hyndman and Fan's type 7) and are left out below
    four figures. Missing figures are counted in words and listed in the table, never drawn.
    """
    held, lost, words = placed(rows, decimals), missing(rows), dict(flag_words or {})
    if not held:
        return None
    values = [one.value for one in held]
    strip = _strip(held, decimals)
    return DistributionChart(
        key=key,
        title=title,
        unit=unit,
        description=_description(values, decimals),
        step_words=_step_words(strip),
        missing_words=missing_words(len(lost)) if lost else "",
        dots=strip.dots(),
        labels=strip.labels(),
        quartiles=_quartiles(values, strip.axis),
        floor=coordinate(strip.floor),
        radius=coordinate(min(RADIUS, strip.pitch / 2)),
        is_dense=strip.pitch < PITCH,
        axis=strip.axis.marks(),
        has_unreliable=any(one.row.unreliable for one in held),
        flags=explained([row.letters for row in rows], words),
        table=ranked_table(caption_of(title, unit), rows, decimals, words),
        source=source,
    )


@dataclass(frozen=True, slots=True)
class Strip:
    """Stacks of figures along an axis: number of the step of the axis → figures in it."""

    axis: Axis
    step: float
    stacks: Mapping[int, Sequence[Placed]]
    decimals: int

    @property
    def pitch(self) -> float:
        """Pixels from one dot of a stack to the next."""
        return min(PITCH, TALLEST / max(len(stack) for stack in self.stacks.values()))

    @property
    def head(self) -> float:
        """Pixels that the labels need above the dots."""
        return LABEL_HEIGHT * len(self.highlighted())

    @property
    def floor(self) -> float:
        """Pixels from the top to what the stacks stand on."""
        highest = max(len(stack) for stack in self.stacks.values())
        return self.head + highest * self.pitch + RADIUS

    def x(self, number: int) -> float:
        """The middle of a step, where its stack stands."""
        return self.axis.low + (number + 0.5) * self.step

    def y(self, height: int) -> float:
        """Pixels from the top to the dot at this height of a stack, from 0."""
        return self.floor - (height + 0.5) * self.pitch

    def dots(self) -> tuple[SpreadDot, ...]:
        """Every figure, the stacks from left to right, each from the floor up."""
        return tuple(
            SpreadDot(
                self.axis.percent(self.x(number_)),
                coordinate(self.y(height)),
                self.words(one),
                one.row.unreliable,
                one.row.highlighted,
            )
            for number_, stack in sorted(self.stacks.items())
            for height, one in enumerate(stack)
        )

    def highlighted(self) -> list[tuple[int, int, Placed]]:
        """Step, height and figure of those with a label, from left to right."""
        return [
            (number_, height, one)
            for number_, stack in sorted(self.stacks.items())
            for height, one in enumerate(stack)
            if one.row.highlighted
        ]

    def labels(self) -> tuple[SpreadLabel, ...]:
        """A line of text for each highlighted region, so that no label covers another."""
        return tuple(
            SpreadLabel(
                x=self.axis.percent(self.x(number_)),
                y=coordinate(LABEL_HEIGHT * line),
                dot_y=coordinate(self.y(height)),
                text=self.words(one, short=True),
                is_late=self.axis.share(self.x(number_)) > 0.5,
            )
            for line, (number_, height, one) in enumerate(self.highlighted(), 1)
        )

    def words(self, one: Placed, *, short: bool = False) -> str:
        """`Region: 9.4`; a name too long for a label gives way to the code."""
        name = one.row.name
        if short and len(name) > LONGEST_LABEL:
            name = one.row.code or name
        parts = {"name": name, "value": number(one.value, self.decimals)}
        return _("%(name)s: %(value)s") % parts


def _strip(held: Sequence[Placed], decimals: int) -> Strip:
    """Figures in steps of the axis; the highlighted ones on top, where their labels are."""
    values = [one.value for one in held]
    axis = value_axis(values)
    step = round_step(axis.high - axis.low, MOST_STACKS)
    last = round((axis.high - axis.low) / step) - 1
    stacks: dict[int, list[Placed]] = {}
    for one in sorted(held, key=lambda each: (each.row.highlighted, each.value, each.row.code)):
        number_ = math.floor((one.value - axis.low) / step + 1e-9)
        stacks.setdefault(min(max(number_, 0), last), []).append(one)
    return Strip(axis, step, stacks, decimals)


def _quartiles(values: Sequence[float], axis: Axis) -> Quartiles:
    middle = axis.percent(median(values))
    if len(values) < FEWEST_FOR_QUARTILES:
        return Quartiles(middle, "", "")
    low, _middle, high = quantiles(values, n=4, method="inclusive")
    width = Axis(0.0, axis.high - axis.low, axis.step).percent(high - low)
    return Quartiles(middle, axis.percent(low), width)


def _step_words(strip: Strip) -> str:
    decimals = max(0, -math.floor(math.log10(strip.step) + 1e-9))
    words = _("One dot a region, stacked in steps of %(step)s.")
    return words % {"step": number(strip.step, decimals)}


def _description(values: Sequence[float], decimals: int) -> str:
    """The spread in words, for everybody: it stands above the drawing."""
    parts = {"count": number(len(values), 0), "median": number(median(values), decimals)}
    parts |= {"low": number(min(values), decimals), "high": number(max(values), decimals)}
    if len(values) == 1:
        return _("One region has a figure: %(median)s.") % parts
    said = ngettext(
        "%(count)s region from %(low)s to %(high)s; the median is %(median)s.",
        "%(count)s regions from %(low)s to %(high)s; the median is %(median)s.",
        len(values),
    )
    if len(values) < FEWEST_FOR_QUARTILES:
        return said % parts
    first, _middle, third = quantiles(values, n=4, method="inclusive")
    parts |= {"first": number(first, decimals), "third": number(third, decimals)}
    half = _("The middle half lies between %(first)s and %(third)s.")
    return f"{said % parts} {half % parts}"
