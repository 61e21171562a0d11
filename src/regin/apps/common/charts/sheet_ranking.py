"""A ranking on a sheet of its own: a row a region, however many there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from regin.apps.common.charts.lettering import lines_of, text_width
from regin.apps.common.charts.ranking import DrawnRank, RankingChart
from regin.apps.common.charts.sheet import HATCH, TEXT, Column, Key, Sheet

LINE = 17.0
ROW = 23.0
PLACE = 42.0
WIDEST_NAME, WIDEST_CODE, WIDEST_FIGURE = 300.0, 90.0, 170.0


class RankingColumns:
    """Place, name, code, bar and figure, as wide as the rows need."""

    def __init__(self, sheet: Sheet, chart: RankingChart) -> None:
        rows = [*chart.rows, *chart.missing]
        # Bold letters of highlighted rows are wider.
        name = _widest((row.name for row in rows), WIDEST_NAME) * 1.08 + 22
        code = _widest((row.code for row in rows), WIDEST_CODE) + 20
        figure = _widest((_figure(row) for row in chart.rows), WIDEST_FIGURE) + 16
        bar = sheet.whole.width - PLACE - name - code - figure
        parts = sheet.columns([PLACE, name, code, bar, figure])
        self.place, self.name, self.code, self.bar, self.figure = parts


def _widest(texts: Iterable[str], most: float) -> float:
    return min(max((text_width(text, TEXT) for text in texts), default=0.0), most)


def _figure(row: DrawnRank) -> str:
    return f"{row.value} {row.flags}".strip()


def draw_ranking(sheet: Sheet, chart: RankingChart) -> None:
    """The key, the axis, the bars, then those without a figure with the reason."""
    sheet.key(list(_keys(sheet, chart)))
    columns = RankingColumns(sheet, chart)
    top = _axis(sheet, chart, columns)
    for row in chart.rows:
        _row(sheet, chart, columns, row)
    zero = columns.bar.at(chart.zero)
    sheet.line(zero, top, zero, sheet.y, kind="zero")
    if chart.reference:
        at = columns.bar.at(chart.reference.at)
        sheet.line(at, top, at, sheet.y, kind="mark-line")
    if chart.missing:
        sheet.y += 8
        sheet.paragraph(chart.missing_words, kind="strong")
        sheet.y += 6
    for row in chart.missing:
        _lost(sheet, columns, row)
    sheet.y += 6
    sheet.paragraph(chart.note, kind="quiet")


def _keys(sheet: Sheet, chart: RankingChart) -> Iterator[Key]:
    def chosen(x: float, y: float) -> None:
        _pointer(sheet, x, y + 7)
        kind = "positive" if chart.has_negative else "chosen"
        sheet.add("rect", kind=f"rank {kind} outlined", x=x + 10, y=y + 2, width=14, height=10)

    def unreliable(x: float, y: float) -> None:
        sheet.add("rect", kind="rank unreliable", x=x + 1, y=y + 2, width=20, height=10)

    def lost(x: float, y: float) -> None:
        sheet.add("rect", kind="lost", x=x + 1, y=y + 2, width=20, height=10, fill=HATCH)

    if chart.has_highlighted:
        yield Key(chosen, 26, _("highlighted"))
    if chart.has_unreliable:
        yield Key(unreliable, 24, _("unreliable"))
    if chart.missing:
        yield Key(lost, 24, chart.missing_words)


def _pointer(sheet: Sheet, x: float, y: float) -> None:
    """A triangle that points to where reading goes on."""
    shape = "M6 -5 0 0 6 5z" if sheet.is_rtl else "M0 -5 6 0 0 5z"
    sheet.add("path", kind="pointer", d=shape, transform=f"translate({x:.2f} {y:.2f})")


def _axis(sheet: Sheet, chart: RankingChart, columns: RankingColumns) -> float:
    """The marks above the bars, with the name of the reference; returns where bars begin."""
    if chart.reference:
        sheet.y += LINE
        at = columns.bar.at(chart.reference.at)
        name = lines_of(chart.reference.name, TEXT, columns.bar.width * 0.4, most=1)[0]
        label = f"{name} {chart.reference.value}"
        anchor = "start" if at < columns.bar.left + columns.bar.width / 2 else "end"
        sheet.text(at, sheet.y, label, kind="caution", anchor=anchor)
    sheet.y += LINE
    for count, tick in enumerate(chart.axis, 1):
        anchor = "start" if count == 1 else "end" if count == len(chart.axis) else "middle"
        sheet.text(columns.bar.at(tick.at), sheet.y, tick.text, kind="small", anchor=anchor)
    sheet.y += 6
    sheet.line(sheet.whole.left, sheet.y, sheet.whole.right, sheet.y, kind="axis")
    return sheet.y


def _row(sheet: Sheet, chart: RankingChart, columns: RankingColumns, row: DrawnRank) -> None:
    middle = _name(sheet, columns, row)
    place = Column(columns.place.left + (12 if sheet.is_rtl else 0), PLACE - 12)
    sheet.ending(place, middle + 5, row.place, kind="quiet")
    x, width = columns.bar.at(row.start), columns.bar.wide(row.width)
    words = f"{row.name}: {row.value}"
    kind = _kind(row, has_negative=chart.has_negative)
    sheet.add("rect", kind=kind, words=words, x=x, y=middle - 7, width=width, height=14)
    strong = "strong" if row.is_highlighted else ""
    sheet.ending(columns.figure, middle + 5, _figure(row), kind=strong)


def _kind(row: DrawnRank, *, has_negative: bool) -> str:
    """The classes of a bar, as the page has them: later rules of the sheet win."""
    kinds = ["rank"]
    if has_negative:
        kinds.append("negative" if row.is_negative else "positive")
    elif row.is_highlighted:
        kinds.append("chosen")
    if row.is_highlighted:
        kinds.append("outlined")
    if row.is_unreliable:
        kinds.append("unreliable")
    return " ".join(kinds)


def _lost(sheet: Sheet, columns: RankingColumns, row: DrawnRank) -> None:
    beside = Column(columns.bar.left + (0 if sheet.is_rtl else 30), columns.bar.width - 30)
    reason = lines_of(f"{row.reason} {row.flags}".strip(), TEXT, beside.width)
    middle = _name(sheet, columns, row, least=len(reason))
    mark = columns.bar.right - 22 if sheet.is_rtl else columns.bar.left
    sheet.add("rect", kind="lost", x=mark, y=middle - 7, width=22, height=14, fill=HATCH)
    for count, line in enumerate(reason):
        baseline = middle + 5 + LINE * (count - (len(reason) - 1) / 2)
        sheet.beginning(beside, baseline, line, kind="quiet")


def _name(sheet: Sheet, columns: RankingColumns, row: DrawnRank, *, least: int = 1) -> float:
    """The head of a row, in as many lines as the name needs; returns the middle of the row.

    `least`: lines that something else in the row needs.
    """
    lines = lines_of(row.name, TEXT, columns.name.width - 20)
    height, top = ROW + LINE * (max(len(lines), least) - 1), sheet.y
    kind, space = "", 0.0
    if row.is_highlighted:
        kind, space = "strong", 12.0
        whole = sheet.whole
        sheet.add("rect", kind="band", x=whole.left, y=top, width=whole.width, height=height)
        start = columns.name.right - 6 if sheet.is_rtl else columns.name.left
        _pointer(sheet, start, top + height / 2)
    left = columns.name.left if sheet.is_rtl else columns.name.left + space
    for count, line in enumerate(lines):
        baseline = top + ROW / 2 + 5 + LINE * count
        sheet.beginning(Column(left, columns.name.width - space), baseline, line, kind=kind)
    code = lines_of(row.code, TEXT, columns.code.width - 12, most=1)[0]
    sheet.beginning(columns.code, top + height / 2 + 5, code, kind="quiet")
    sheet.y = top + height
    sheet.line(sheet.whole.left, sheet.y, sheet.whole.right, sheet.y, kind="rule")
    return top + height / 2
