"""Lines and small multiples on a sheet of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from regin.apps.common.charts.lettering import lines_of
from regin.apps.common.charts.line_parts import DrawnLine, Gap, LineChart, Tick
from regin.apps.common.charts.multiples import MultiplesChart, Panel
from regin.apps.common.charts.sheet import HATCH, TEXT, Column, Key, Sheet

ZOOM = 1.4
LINE = 17.0
FEW_PANELS = 9


def draw_lines(sheet: Sheet, chart: LineChart) -> None:
    """The key, the grid, then the lines with their codes at the ends."""
    sheet.key(list(_keys(sheet, chart)))
    plot, top, height = Column(88, 780), sheet.y + 12, ZOOM * float(chart.height)
    _gaps(sheet, chart.gaps, plot, (top, height))
    _grid(sheet, chart.values, plot, top)
    for tick in chart.years:
        sheet.text(plot.at(tick.at), top + height + 22, tick.text, kind="quiet", anchor="middle")
    for line in reversed(chart.lines):
        _line(sheet, line, plot, top)
    sheet.y = top + height + 36


def _keys(sheet: Sheet, chart: LineChart) -> Iterator[Key]:
    for line in chart.lines:

        def stroke(x: float, y: float, role: str = line.role) -> None:
            sheet.line(x, y + 7, x + 28, y + 7, kind=f"stroke {role}-line")

        yield Key(stroke, 30, f"{line.short} {line.name}")
    yield from _shared_keys(sheet, has_gaps=bool(chart.gaps), has_flags=bool(chart.flags))


def _shared_keys(sheet: Sheet, *, has_gaps: bool, has_flags: bool) -> Iterator[Key]:
    def gap(x: float, y: float) -> None:
        sheet.add("rect", kind="lost", x=x, y=y + 1, width=16, height=12, fill=HATCH)

    def flagged(x: float, y: float) -> None:
        sheet.add("circle", kind="subject-dot flagged", cx=x + 6, cy=y + 7, r=4)

    if has_gaps:
        yield Key(gap, 18, _("no figure"))
    if has_flags:
        yield Key(flagged, 14, _("figure with a reserve"))


def _gaps(sheet: Sheet, gaps: Sequence[Gap], plot: Column, ends: tuple[float, float]) -> None:
    top, height = ends
    for gap in gaps:
        band = {"x": plot.at(gap.x), "width": plot.wide(gap.width), "y": top, "height": height}
        sheet.add("rect", kind="gap", words=gap.words, fill=HATCH, **band)


def _grid(
    sheet: Sheet, values: Sequence[Tick], plot: Column, top: float, zoom: float = ZOOM
) -> None:
    for tick in values:
        y = top + zoom * float(tick.at)
        sheet.line(plot.left, y, plot.right, y, kind="rule")
        sheet.text(plot.left - 8, y + 4, tick.text, kind="small", anchor="end")


def _line(sheet: Sheet, line: DrawnLine, plot: Column, top: float) -> None:
    for stroke in line.strokes:
        one = plot.at(stroke.x1), top + ZOOM * float(stroke.y1)
        two = plot.at(stroke.x2), top + ZOOM * float(stroke.y2)
        sheet.line(*one, *two, kind=f"stroke {line.role}-line")
    for dot in line.dots:
        x, y = plot.at(dot.x), top + ZOOM * float(dot.y)
        flagged, radius = (" flagged", 4.5) if dot.flags else ("", 3)
        if dot.flags or line.role == "subject" or len(line.dots) == 1:
            kind = f"{line.role}-dot{flagged}"
            sheet.add("circle", kind=kind, words=dot.words, cx=x, cy=y, r=radius)
        if dot.flags:
            sheet.text(x, y - 10, dot.flags, kind="strong halo", anchor="middle")
    if line.end_x:
        y = top + ZOOM * float(line.end_y) + 4
        label = lines_of(line.short, TEXT, 80, most=1)[0]
        sheet.text(plot.at(line.end_x) + 10, y, label, kind=f"{line.role}-text halo")


def draw_multiples(sheet: Sheet, chart: MultiplesChart) -> None:
    """What the panels have in common, then the panels, three or four beside each other."""
    sheet.y += 4
    sheet.paragraph(chart.description, kind="quiet")
    keys = _shared_keys(sheet, has_gaps=chart.has_gaps, has_flags=bool(chart.flags))
    sheet.key(list(keys))
    beside = 3 if len(chart.panels) <= FEW_PANELS else 4
    columns = sheet.columns([sheet.whole.width / beside] * beside)
    for first in range(0, len(chart.panels), beside):
        _panel_row(sheet, chart, columns, chart.panels[first : first + beside])


def _panel_row(
    sheet: Sheet, chart: MultiplesChart, columns: Sequence[Column], panels: Sequence[Panel]
) -> None:
    cells = [Column(column.left, column.width - 20) for column in columns]
    names = [lines_of(panel.name, TEXT, cells[0].width * 0.95, most=3) for panel in panels]
    top = sheet.y + 13 + LINE * (max(len(lines) for lines in names) + 1)
    for cell, panel, lines in zip(cells, panels, names, strict=False):
        for count, line in enumerate(lines):
            sheet.beginning(cell, sheet.y + LINE * (count + 1), line, kind="strong")
        _panel(sheet, chart, cell, panel, top)
    sheet.y = top + float(chart.height) + 34


def _panel(sheet: Sheet, chart: MultiplesChart, cell: Column, panel: Panel, top: float) -> None:
    code = lines_of(panel.short, TEXT, cell.width / 2, most=1)[0]
    sheet.beginning(cell, top - 12, code, kind="quiet")
    latest = f"{panel.latest} ({panel.latest_period})" if panel.latest else _("no figure")
    sheet.ending(cell, top - 12, latest, kind="" if panel.latest else "quiet")
    plot, height = Column(cell.left + 44, cell.width - 54), float(chart.height)
    _gaps(sheet, panel.gaps, plot, (top, height))
    _grid(sheet, chart.values, plot, top, 1)
    for count, tick in enumerate(chart.years, 1):
        anchor = "middle" if len(chart.years) == 1 else "start" if count == 1 else "end"
        sheet.text(plot.at(tick.at), top + height + 17, tick.text, kind="small", anchor=anchor)
    for run in panel.runs:
        points = " ".join(f"{plot.at(x):.2f},{top + float(y):.2f}" for x, y in run)
        sheet.add("polyline", kind="stroke subject-line", points=points)
    for dot in panel.dots:
        kind = f"subject-dot{' flagged' if dot.flags else ''}"
        y = top + float(dot.y)
        sheet.add("circle", kind=kind, words=dot.words, cx=plot.at(dot.x), cy=y, r=3.5)
