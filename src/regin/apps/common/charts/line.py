"""A line over the years for one region, beside its parent or country.

Positions along the time axis are shares of the width, heights are pixels: the chart fits any
width without a script and its words keep their size.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from regin.apps.common.charts.line_drawing import describe_line, draw_line, explained_flags, gaps_of
from regin.apps.common.charts.line_frame import HEIGHT, frame_of, value_ticks, year_ticks
from regin.apps.common.charts.line_parts import DrawnLine, Line, LineChart, Point
from regin.apps.common.charts.line_table import line_table
from regin.apps.common.charts.numbers import coordinate
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

    A missing period breaks the line and is never drawn as zero. The value axis need not begin at
    zero. `flag_words` says what the flag letters mean; `key` makes ids unique on a page.
    Raises ValueError for no line or more than three, for a period twice in one line, or for
    years mixed with parts of years.
    """
    if not 1 <= len(lines) <= len(ROLES):
        raise ValueError(f"a chart has 1 to {len(ROLES)} lines, not {len(lines)}")
    if not any(line.figures() for line in lines):
        return None
    frame = frame_of(lines, decimals, unit, dict(flag_words or {}))
    drawn = [draw_line(role, line, frame) for role, line in zip(ROLES, lines, strict=False)]
    return LineChart(
        key=key,
        title=title,
        unit=unit,
        description=describe_line(lines[0], frame),
        height=coordinate(HEIGHT),
        lines=_labels_apart(drawn),
        gaps=tuple(gaps_of(lines[0], frame)),
        years=year_ticks(frame),
        values=value_ticks(frame),
        flags=explained_flags(lines, frame),
        table=line_table(title, lines, frame),
        source=source,
    )


def _labels_apart(lines: Sequence[DrawnLine]) -> tuple[DrawnLine, ...]:
    """Move the labels at the lines' ends down until none covers another."""
    heights: dict[str, str] = {}
    last = -LABEL_GAP
    labelled = [line for line in lines if line.end_y]
    for line in sorted(labelled, key=lambda one: (float(one.end_y), one.role)):
        last = max(float(line.end_y), last + LABEL_GAP)
        heights[line.role] = coordinate(last)
    return tuple(replace(line, end_y=heights.get(line.role, "")) for line in lines)
