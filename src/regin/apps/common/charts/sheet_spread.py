"""A distribution on a sheet of its own."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from regin.apps.common.charts.distribution import DistributionChart, SpreadDot
from regin.apps.common.charts.sheet import HATCH, Column, Key, Sheet

DIAMOND = "M0 -7 7 0 0 7 -7 0z"


def draw_spread(sheet: Sheet, chart: DistributionChart) -> None:
    """The spread in words and in dots, above the band of the middle half and the axis."""
    sheet.y += 4
    sheet.paragraph(f"{chart.description} {chart.missing_words}", kind="quiet")
    sheet.key(list(_keys(sheet, chart)))
    plot, top = Column(64, 832), sheet.y + 8
    for label in chart.labels:
        x = plot.at(label.x)
        sheet.line(x, top + float(label.y), x, top + float(label.dot_y), kind="axis")
    for dot in chart.dots:
        _dot(sheet, chart, dot, (plot.at(dot.x), top + float(dot.y)))
    for label in chart.labels:
        x, anchor = (-6, "end") if label.is_late else (6, "start")
        y = top + float(label.y) - 4
        sheet.text(plot.at(label.x) + x, y, label.text, kind="strong halo", anchor=anchor)
    _axis(sheet, chart, plot, top + float(chart.floor))


def _keys(sheet: Sheet, chart: DistributionChart) -> Iterator[Key]:
    def dot(x: float, y: float) -> None:
        sheet.add("circle", kind="spread", cx=x + 6, cy=y + 7, r=4.5)

    def chosen(x: float, y: float) -> None:
        sheet.add("path", kind="spread-chosen", d=DIAMOND, transform=f"translate({x + 8} {y + 7})")

    def unreliable(x: float, y: float) -> None:
        sheet.add("circle", kind="spread-unreliable", cx=x + 6, cy=y + 7, r=4.5)

    def middle(x: float, y: float) -> None:
        sheet.line(x + 5, y, x + 5, y + 14, kind="middle")

    def half(x: float, y: float) -> None:
        sheet.add("rect", kind="half", x=x, y=y + 2, width=20, height=10)

    def lost(x: float, y: float) -> None:
        sheet.add("rect", kind="lost", x=x, y=y + 1, width=16, height=12, fill=HATCH)

    yield Key(dot, 14, chart.step_words)
    if chart.labels:
        yield Key(chosen, 18, _("highlighted"))
    if chart.has_unreliable:
        yield Key(unreliable, 14, _("unreliable"))
    yield Key(middle, 12, _("median"))
    if chart.quartiles.low:
        yield Key(half, 22, _("the middle half"))
    if chart.missing_words:
        yield Key(lost, 18, chart.missing_words)


def _dot(sheet: Sheet, chart: DistributionChart, dot: SpreadDot, at: tuple[float, float]) -> None:
    kind = " spread-unreliable" if dot.is_unreliable else ""
    if dot.is_highlighted:
        move = f"translate({at[0]:.2f} {at[1]:.2f})"
        kind = f"spread-chosen{kind}"
        sheet.add("path", kind=kind, words=dot.words, d=DIAMOND, transform=move)
        return
    radius = float(chart.radius) * (1 if chart.is_dense else 1.5)
    sheet.add("circle", kind=f"spread{kind}", words=dot.words, cx=at[0], cy=at[1], r=radius)


def _axis(sheet: Sheet, chart: DistributionChart, plot: Column, floor: float) -> None:
    marks = chart.quartiles
    if marks.low:
        x, width = plot.at(marks.low), plot.wide(marks.width)
        sheet.add("rect", kind="half", x=x, y=floor + 3, width=width, height=9)
    middle = plot.at(marks.median)
    sheet.line(middle, floor - 4, middle, floor + 16, kind="middle")
    sheet.line(plot.left, floor + 20, plot.right, floor + 20, kind="axis")
    for tick in chart.axis:
        x = plot.at(tick.at)
        sheet.line(x, floor + 20, x, floor + 25, kind="axis")
        sheet.text(x, floor + 40, tick.text, kind="quiet", anchor="middle")
    sheet.y = floor + 50
