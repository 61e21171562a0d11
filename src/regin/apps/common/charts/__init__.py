"""Charts drawn on the server: builders turn figures into frozen parts, templates print them.

A page writes `{% include chart.template with chart=chart %}`. Geometry is computed here and
handed over as text, because a template would write 12.5 as 12,5 in half of Europe.
"""

from regin.apps.common.charts.bars import Bar, BarChart, BarGroup, bar_chart
from regin.apps.common.charts.distribution import DistributionChart, distribution_chart
from regin.apps.common.charts.line import Line, LineChart, Point, line_chart
from regin.apps.common.charts.multiples import MultiplesChart, multiples_chart
from regin.apps.common.charts.parts import Source
from regin.apps.common.charts.points import PointChart, Reference, point_chart
from regin.apps.common.charts.ranked import Ranked
from regin.apps.common.charts.ranking import RankingChart, ranking_chart
from regin.apps.common.charts.scale import SCORES, Scale
from regin.apps.common.charts.standalone import standalone_svg

__all__ = [
    "SCORES",
    "Bar",
    "BarChart",
    "BarGroup",
    "DistributionChart",
    "Line",
    "LineChart",
    "MultiplesChart",
    "Point",
    "PointChart",
    "Ranked",
    "RankingChart",
    "Reference",
    "Scale",
    "Source",
    "bar_chart",
    "distribution_chart",
    "line_chart",
    "multiples_chart",
    "point_chart",
    "ranking_chart",
    "standalone_svg",
]
