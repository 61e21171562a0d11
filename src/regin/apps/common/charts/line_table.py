"""The table twin of a line chart: a row a period, a column a region."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from regin.apps.common.charts.line_frame import Frame
from regin.apps.common.charts.line_parts import Line, Point
from regin.apps.common.charts.numbers import number
from regin.apps.common.charts.parts import Cell, Row, Table, caption_of


def line_table(title: str, lines: Sequence[Line], frame: Frame) -> Table:
    """Every period of the frame, newest first; a missing figure says why."""
    columns = [line.by_period() for line in lines]
    rows = (
        Row(frame.words(period), tuple(point_cell(column.get(period), frame) for column in columns))
        for period in range(frame.last, frame.first - 1, -1)
    )
    head = _("Year") if frame.per_year == 1 else _("Period")
    return Table(
        caption_of(title, frame.unit), head, tuple(line.name for line in lines), tuple(rows)
    )


def point_cell(point: Point | None, frame: Frame) -> Cell:
    """One figure of a table, with its flags; a missing one has its reason."""
    silent = _("The source has no figure for this year.")
    if frame.per_year > 1:
        silent = _("The source has no figure for this period.")
    if point is None:
        return Cell("", silent)
    words = ", ".join(frame.flag_words.get(flag, flag) for flag in point.letters)
    if point.value is None:
        return Cell("", point.reason or silent, point.letters, words)
    return Cell(number(point.value, frame.decimals), "", point.letters, words)
