"""A line over the years for one region, beside its parent or country.

Positions along the time axis are shares of the width, heights are pixels: the chart fits any
width without a script and its words keep their size.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regin.apps.common.charts.line_frame import HEIGHT, Frame, frame_of, value_ticks, year_ticks
from regin.apps.common.charts.line_parts import (
    Dot,
    DrawnLine,
    Gap,
    Line,
    LineChart,
    Point,
    Stroke,
)
from regin.apps.common.charts.line_table import line_table
from regin.apps.common.charts.numbers import coordinate, number, percent
from regin.apps.common.charts.parts import Source

__all__ = ["Line", "LineChart", "Point", "line_chart"]

LABEL_GAP = 16.0
ROLES = ("subject", "second", "third")


def line_chart(
    title: str,
    unit: str,
    lines: Sequence[Line],
    source: Source,
    *,
    flag_words: Mapping[str, str] | None = None,
    decimals: int = 1,
    key: str = "line",
) -> LineChart | None:
    """Draw up to three `lines`, the first of them the subject; None when no figure is there.

    A missing year breaks the line and is never drawn as zero. The value axis need not begin at
    zero. `flag_words` says what the flag letters mean; `key` makes ids unique on a page.
    Raises ValueError for no line or more than three, or for a year twice in one line.
    """
    if not 1 <= len(lines) <= len(ROLES):
        raise ValueError(f"a chart has 1 to {len(ROLES)} lines, not {len(lines)}")
    if not any(line.figures() for line in lines):
        return None
    frame = frame_of(lines, decimals, unit, dict(flag_words or {}))
    drawn = [_drawn(role, line, frame) for role, line in zip(ROLES, lines, strict=False)]
    return LineChart(
        key=key,
        title=title,
        unit=unit,
        description=_description(lines[0], frame),
        height=coordinate(HEIGHT),
        lines=_labels_apart(drawn),
        gaps=tuple(_gaps(lines[0], frame)),
        years=year_ticks(frame),
        values=value_ticks(frame),
        flags=_flags(lines, frame),
        table=line_table(title, lines, frame),
        source=source,
    )


def _drawn(role: str, line: Line, frame: Frame) -> DrawnLine:
    figures = line.figures()
    years = [point.year for point, _value in figures]
    dots = tuple(_dot(point, value, line, frame) for point, value in figures)
    pairs = pairwise(zip(years, dots, strict=True))
    strokes = (Stroke(a.x, a.y, b.x, b.y) for (one, a), (two, b) in pairs if two == one + 1)
    end = (dots[-1].x, dots[-1].y) if dots else ("", "")
    return DrawnLine(role, line.name, line.short, tuple(strokes), dots, *end)


def _dot(point: Point, value: float, line: Line, frame: Frame) -> Dot:
    parts = {"region": line.name, "year": point.year, "unit": frame.unit}
    parts |= {"value": number(value, frame.decimals)}
    words = [_("%(region)s, %(year)s: %(value)s (%(unit)s)") % parts]
    words += [frame.flag_words.get(flag, flag) for flag in point.letters]
    x, y = percent(frame.x(point.year)), frame.y(value)
    return Dot(x, coordinate(y), "; ".join(words), point.letters, coordinate(y - 9))


def _labels_apart(lines: Sequence[DrawnLine]) -> tuple[DrawnLine, ...]:
    """Move the labels at the lines' ends down until none covers another."""
    heights: dict[str, str] = {}
    last = -LABEL_GAP
    labelled = [line for line in lines if line.end_y]
    for line in sorted(labelled, key=lambda one: (float(one.end_y), one.role)):
        last = max(float(line.end_y), last + LABEL_GAP)
        heights[line.role] = coordinate(last)
    return tuple(replace(line, end_y=heights.get(line.role, "")) for line in lines)


def _gaps(line: Line, frame: Frame) -> Iterator[Gap]:
    points = line.by_year()
    for year in range(frame.first, frame.last + 1):
        point = points.get(year)
        if point is not None and point.value is not None:
            continue
        left, right = max(frame.x(year - 0.5), 0.0), min(frame.x(year + 0.5), 1.0)
        reason = (point.reason if point else "") or _("no figure")
        words = _("%(year)s: %(reason)s") % {"year": year, "reason": reason}
        yield Gap(percent(left), percent(right - left), words)


def _flags(lines: Sequence[Line], frame: Frame) -> tuple[tuple[str, str], ...]:
    """Every flag letter of the chart or its table, with its words."""
    letters = sorted({flag for line in lines for point in line.points for flag in point.letters})
    unknown = _("not explained by the source")
    return tuple((letter, frame.flag_words.get(letter, unknown)) for letter in letters)


def _description(line: Line, frame: Frame) -> str:
    """What the first line shows, for people who do not see it."""
    figures = [(value, point.year) for point, value in line.figures()]
    if not figures:
        words = _("%(region)s has no figure; only the lines beside it are drawn.")
        return words % {"region": line.name}
    (low, low_year), (high, high_year) = min(figures), max(figures)
    said = _(
        "%(region)s, %(first)s to %(last)s: lowest %(low)s in %(low_year)s, "
        "highest %(high)s in %(high_year)s."
    ) % {
        "region": line.name,
        "first": frame.first,
        "last": frame.last,
        "low": number(low, frame.decimals),
        "low_year": low_year,
        "high": number(high, frame.decimals),
        "high_year": high_year,
    }
    missing = frame.last - frame.first + 1 - len(figures)
    return f"{said} {_years_without(missing)}" if missing else said


def _years_without(count: int) -> str:
    words = ngettext("%(count)s year has no figure.", "%(count)s years have no figure.", count)
    return words % {"count": count}
