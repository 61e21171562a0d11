"""The table twin of a line chart: a row a year, a column a region."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from regin.apps.common.charts.line_frame import Frame
from regin.apps.common.charts.line_parts import Line, Point
from regin.apps.common.charts.numbers import number
from regin.apps.common.charts.parts import Cell, Row, Table


def line_table(title: str, lines: Sequence[Line], frame: Frame) -> Table:
    """Every year of the frame, newest first; a missing figure says why."""
    columns = [line.by_year() for line in lines]
    rows = (
        Row(str(year), tuple(_cell(column.get(year), frame) for column in columns))
        for year in range(frame.last, frame.first - 1, -1)
    )
    caption = _("%(title)s (%(unit)s)") % {"title": title, "unit": frame.unit}
    return Table(caption, _("Year"), tuple(line.name for line in lines), tuple(rows))


def _cell(point: Point | None, frame: Frame) -> Cell:
    silent = _("The source has no figure for this year.")
    if point is None:
        return Cell("", silent)
    words = ", ".join(frame.flag_words.get(flag, flag) for flag in point.letters)
    if point.value is None:
        return Cell("", point.reason or silent, point.letters, words)
    return Cell(number(point.value, frame.decimals), "", point.letters, words)
