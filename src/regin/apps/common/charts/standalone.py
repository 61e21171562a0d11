"""A chart as a picture of its own: a complete SVG document to put into a report or send on."""

from __future__ import annotations

from regin.apps.common.charts.bars import BarChart
from regin.apps.common.charts.distribution import DistributionChart
from regin.apps.common.charts.line_parts import LineChart
from regin.apps.common.charts.multiples import MultiplesChart
from regin.apps.common.charts.points import PointChart
from regin.apps.common.charts.ranking import RankingChart
from regin.apps.common.charts.sheet import TITLE, Sheet
from regin.apps.common.charts.sheet_lines import draw_lines, draw_multiples
from regin.apps.common.charts.sheet_ranking import draw_ranking
from regin.apps.common.charts.sheet_scores import draw_bars, draw_points
from regin.apps.common.charts.sheet_spread import draw_spread

Chart = BarChart | DistributionChart | LineChart | MultiplesChart | PointChart | RankingChart


def standalone_svg(chart: Chart) -> str:
    """`chart` as an SVG document in the active language, 960 pixels wide, as tall as it needs.

    It holds its own styles in the colours of the light page, title, unit, key, flags, source and
    licence, and refers to nothing outside it. Names are text whatever they hold; characters that
    XML refuses or that change the direction of writing are left out.
    """
    description = "" if isinstance(chart, PointChart) else chart.description
    sheet = Sheet(chart.title, description or chart.title)
    sheet.paragraph(chart.title, kind="title", size=TITLE)
    sheet.paragraph(chart.unit, kind="quiet")
    _draw(sheet, chart)
    if not isinstance(chart, BarChart | PointChart):
        sheet.flags(chart.flags)
    if not isinstance(chart, PointChart):
        sheet.source(chart.source)
    return sheet.document()


def _draw(sheet: Sheet, chart: Chart) -> None:
    match chart:
        case RankingChart():
            draw_ranking(sheet, chart)
        case LineChart():
            draw_lines(sheet, chart)
        case MultiplesChart():
            draw_multiples(sheet, chart)
        case DistributionChart():
            draw_spread(sheet, chart)
        case BarChart():
            draw_bars(sheet, chart)
        case PointChart():
            draw_points(sheet, chart)
