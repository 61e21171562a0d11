"""Small multiples: a small line chart a region, all on one scale, so that they can be compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regin.apps.common.charts.line_drawing import (
    describe_line,
    draw_line,
    explained_flags,
    gaps_of,
)
from regin.apps.common.charts.line_frame import Frame, frame_of, value_ends
from regin.apps.common.charts.line_parts import Dot, DrawnLine, Gap, Line, Tick
from regin.apps.common.charts.line_table import point_cell
from regin.apps.common.charts.numbers import coordinate, number, percent
from regin.apps.common.charts.parts import Row, Source, Table, caption_of

PANEL_HEIGHT = 84.0
Position = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Panel:
    """The small chart of one region. `latest` is empty for a region without any figure.

    `runs`: pieces of the line, each a row of positions (share of the width, pixels from the top)
    whose periods follow each other. `dots`: the figures that need a mark, which are those with a
    reserve, those that stand alone, and the last one.
    """

    key: str
    name: str
    short: str
    description: str
    runs: tuple[tuple[Position, ...], ...]
    dots: tuple[Dot, ...]
    gaps: tuple[Gap, ...]
    latest: str
    latest_period: str

    @property
    def path(self) -> str:
        """The runs as an SVG path over a width of 100."""
        drawn = (
            "M" + " L".join(f"{x.removesuffix('%')} {y}" for x, y in run)
            for run in self.runs
            if len(run) > 1
        )
        return " ".join(drawn)


@dataclass(frozen=True, slots=True)
class MultiplesChart:
    """Small multiples ready to print; `years` and `values` are the marks of every panel."""

    template: ClassVar[str] = "common/charts/multiples.html"

    key: str
    title: str
    unit: str
    description: str
    height: str
    panels: tuple[Panel, ...]
    years: tuple[Tick, ...]
    values: tuple[Tick, ...]
    has_gaps: bool
    flags: tuple[tuple[str, str], ...]
    table: Table
    source: Source


def multiples_chart(
    title: str,
    unit: str,
    lines: Sequence[Line],
    source: Source,
    *,
    decimals: int = 1,
    flag_words: Mapping[str, str] | None = None,
    key: str = "multiples",
) -> MultiplesChart | None:
    """Draw a panel for each of `lines` in the order given; None when no figure is there.

    All have one value axis and one time axis. The value axis need not begin at zero. A missing
    period breaks the line and is hatched; a region without any figure keeps its panel. Raises
    ValueError for a period twice in one line, or for years mixed with parts of years.
    """
    if not any(line.figures() for line in lines):
        return None
    frame = frame_of(lines, decimals, unit, dict(flag_words or {}), height=PANEL_HEIGHT)
    panels = [_panel(f"{key}-{count}", line, frame) for count, line in enumerate(lines, 1)]
    return MultiplesChart(
        key=key,
        title=title,
        unit=unit,
        description=_description(lines, frame),
        height=coordinate(PANEL_HEIGHT),
        panels=tuple(panels),
        years=_time_ends(frame),
        values=value_ends(frame),
        has_gaps=any(panel.gaps for panel in panels),
        flags=explained_flags(lines, frame),
        table=_table(title, lines, frame),
        source=source,
    )


def _time_ends(frame: Frame) -> tuple[Tick, ...]:
    ends = sorted({frame.first, frame.last})
    return tuple(Tick(percent(frame.x(end)), frame.words(end)) for end in ends)


def _panel(key: str, line: Line, frame: Frame) -> Panel:
    figures, drawn = line.figures(), draw_line("subject", line, frame)
    runs = _runs([point.number for point, _value in figures], drawn)
    last = figures[-1] if figures else None
    return Panel(
        key=key,
        name=line.name,
        short=line.short,
        description=describe_line(line, frame) if figures else _("No figure."),
        runs=tuple(tuple((dot.x, dot.y) for dot in run) for run in runs),
        dots=tuple(_marked(runs, drawn)),
        gaps=tuple(gaps_of(line, frame)),
        latest=number(last[1], frame.decimals) if last else "",
        latest_period=last[0].period if last else "",
    )


def _runs(periods: Sequence[int], drawn: DrawnLine) -> list[list[Dot]]:
    """The dots in pieces: a piece ends where the next period has no figure."""
    runs = [list(drawn.dots[:1])] if drawn.dots else []
    for (one, two), dot in zip(pairwise(periods), drawn.dots[1:], strict=True):
        if two != one + 1:
            runs.append([])
        runs[-1].append(dot)
    return runs


def _marked(runs: Sequence[Sequence[Dot]], drawn: DrawnLine) -> list[Dot]:
    alone = {run[0] for run in runs if len(run) == 1}
    return [dot for dot in drawn.dots if dot.flags or dot in alone or dot == drawn.dots[-1]]


def _table(title: str, lines: Sequence[Line], frame: Frame) -> Table:
    """A row a region, a column a period: as the panels stand, for reading."""
    periods = range(frame.first, frame.last + 1)
    rows = (_row(line, periods, frame) for line in lines)
    columns = tuple(frame.words(period) for period in periods)
    return Table(caption_of(title, frame.unit), _("Region"), columns, tuple(rows))


def _row(line: Line, periods: range, frame: Frame) -> Row:
    points = line.by_period()
    cells = (point_cell(points.get(period), frame) for period in periods)
    return Row(_("%(name)s (%(code)s)") % {"name": line.name, "code": line.short}, tuple(cells))


def _description(lines: Sequence[Line], frame: Frame) -> str:
    """What all panels have in common, and how many of them are empty."""
    low, high = (tick.text for tick in value_ends(frame))
    said = _(
        "All panels have the same scale, from %(low)s to %(high)s, and run from %(first)s to "
        "%(last)s."
    ) % {
        "low": low,
        "high": high,
        "first": frame.words(frame.first),
        "last": frame.words(frame.last),
    }
    empty = sum(not line.figures() for line in lines)
    if not empty:
        return said
    words = ngettext("%(count)s region has no figure.", "%(count)s regions have no figure.", empty)
    return f"{said} {words % {'count': number(empty, 0)}}"
