"""Part scores and published reference points on a sheet of their own."""

from __future__ import annotations

from regin.apps.common.charts.bars import BarChart, DrawnBar
from regin.apps.common.charts.lettering import lines_of
from regin.apps.common.charts.points import DrawnReference, PointChart
from regin.apps.common.charts.sheet import HATCH, TEXT, Column, Sheet

LINE = 17.0
ROW = 28.0
WIDTHS = (290.0, 386.0, 220.0)


def draw_bars(sheet: Sheet, chart: BarChart) -> None:
    """The groups one below the other, the axis above them."""
    columns = _columns(sheet)
    _axis(sheet, columns[1], (chart.low, chart.middle, chart.high))
    for group in chart.groups:
        if group.name:
            sheet.y += 6
            sheet.paragraph(group.name, kind="strong")
            sheet.y += 4
        for bar in group.bars:
            _bar(sheet, bar, columns)
    sheet.y += 8


def draw_points(sheet: Sheet, chart: PointChart) -> None:
    """A row a source, which stands beside its figure."""
    columns = _columns(sheet)
    _axis(sheet, columns[1], (chart.low, chart.high))
    for point in chart.points:
        _point(sheet, point, columns)
    sheet.y += 8


def _columns(sheet: Sheet) -> list[Column]:
    """Name, drawing and figure, with room between them."""
    return [Column(column.left, column.width - 16) for column in sheet.columns(WIDTHS)]


def _axis(sheet: Sheet, track: Column, marks: tuple[str, ...]) -> None:
    sheet.y += 24
    for count, words in enumerate(marks):
        anchor = "start" if not count else "end" if count == len(marks) - 1 else "middle"
        x = track.left + track.width * count / (len(marks) - 1)
        sheet.text(x, sheet.y, words, kind="small", anchor=anchor)
    sheet.y += 6


def _bar(sheet: Sheet, bar: DrawnBar, columns: list[Column]) -> None:
    name, track, figure = columns
    middle = _name(sheet, bar.name, name)
    if not bar.step:
        _box(sheet, Column(track.left, track.width), middle, kind="lost")
        sheet.ending(figure, middle + 5, bar.reason, kind="quiet")
        return
    _box(sheet, track, middle, kind="track")
    _box(sheet, Column(track.left, track.wide(bar.width)), middle, kind=f"bar step-{bar.step}")
    sheet.line(track.left, middle - 11, track.left, middle + 11, kind="zero")
    if bar.whisker:
        _whisker(sheet, track.at(bar.whisker[0]), track.at(bar.whisker[1]), middle)
    said = f"{bar.value} ({bar.interval})" if bar.interval else bar.value
    sheet.ending(figure, middle + 5, " · ".join(filter(None, (said, bar.answers))))


def _box(sheet: Sheet, part: Column, middle: float, *, kind: str) -> None:
    rect = sheet.add("rect", kind=kind, x=part.left, y=middle - 8, width=part.width, height=16)
    if kind == "lost":
        rect.set("fill", HATCH)


def _whisker(sheet: Sheet, low: float, high: float, middle: float) -> None:
    for kind in ("whisker-halo", "whisker"):
        sheet.line(low, middle, high, middle, kind=kind)
    for end in (low, high):
        sheet.line(end, middle - 5, end, middle + 5, kind="whisker")


def _point(sheet: Sheet, point: DrawnReference, columns: list[Column]) -> None:
    name, track, figure = columns
    said = "; ".join(filter(None, (point.source.name, point.name, point.note)))
    middle = _name(sheet, said, name)
    sheet.line(track.left, middle, track.right, middle, kind="rule")
    sheet.add("circle", kind="reference", cx=track.at(point.x), cy=middle, r=6)
    sheet.ending(figure, middle + 5, point.as_published)


def _name(sheet: Sheet, words: str, column: Column) -> float:
    """The head of a row in as many lines as it needs; returns the middle of the row."""
    lines = lines_of(words, TEXT, column.width)
    height, top = ROW + LINE * (len(lines) - 1), sheet.y
    for count, line in enumerate(lines):
        sheet.beginning(column, top + ROW / 2 + 5 + LINE * count, line)
    sheet.y = top + height
    return top + height / 2
