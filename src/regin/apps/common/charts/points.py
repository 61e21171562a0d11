"""A row of dots for reference points: figures others published, each beside its source.

They are dots and not bars, so that nobody reads them on one scale with a score computed here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from regin.apps.common.charts.numbers import number, percent
from regin.apps.common.charts.parts import Source
from regin.apps.common.charts.scale import SCORES, Scale


@dataclass(frozen=True, slots=True)
class Reference:
    """A published figure. `as_published` is how its source prints it."""

    name: str
    value: float
    as_published: str
    source: Source
    note: str = ""


@dataclass(frozen=True, slots=True)
class DrawnReference:
    """A reference point ready to print."""

    name: str
    x: str
    value: str
    as_published: str
    source: Source
    note: str


@dataclass(frozen=True, slots=True)
class PointChart:
    """A row of dots ready to print."""

    template: ClassVar[str] = "common/charts/points.html"

    key: str
    title: str
    unit: str
    points: tuple[DrawnReference, ...]
    low: str
    high: str


def point_chart(
    title: str,
    unit: str,
    points: Sequence[Reference],
    *,
    scale: Scale = SCORES,
    key: str = "points",
) -> PointChart:
    """Draw each of `points` on a track of its own, in the order given."""
    drawn = tuple(
        DrawnReference(
            point.name,
            percent(scale.share(point.value)),
            number(point.value, scale.decimals),
            point.as_published,
            point.source,
            point.note,
        )
        for point in points
    )
    ends = (number(scale.low, scale.decimals), number(scale.high, scale.decimals))
    return PointChart(key, title, unit, drawn, *ends)
