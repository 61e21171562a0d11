"""Charts with invented figures, for the style guide and for tests."""

from __future__ import annotations

from django.utils.translation import gettext as _

from regin.apps.common.charts.bars import Bar, BarChart, BarGroup, bar_chart
from regin.apps.common.charts.line import Line, LineChart, Point, line_chart
from regin.apps.common.charts.parts import Source
from regin.apps.common.charts.points import PointChart, Reference, point_chart


def sample_source() -> Source:
    """A source that says that nothing here is true."""
    return Source(name=_("Invented for this page"), licence="CC BY 4.0", when="2024")


def sample_line() -> LineChart | None:
    """Three lines with gaps, flags, and a figure that stands alone."""
    flags = {"b": _("break in time series"), "u": _("low reliability")}
    subject = [(2003, 8.9, ""), (2004, 9.4, ""), (2005, None, ""), (2006, 11.2, "b")]
    subject += [(2007, 12.5, ""), (2008, 10.1, "u"), (2010, 7.8, ""), (2012, 6.9, "bu")]
    subject += [(2013, 7.3, "")]
    parent = [(year, 8.0 + (year - 2003) * 0.15, "") for year in range(2003, 2014)]
    country = [(year, 9.8 - (year - 2003) * 0.2, "") for year in range(2005, 2014)]
    lines = [
        Line(_("Example region"), "XA11", [Point(*each) for each in subject]),
        Line(_("Example group of regions"), "XA1", [Point(*each) for each in parent]),
        Line(_("Example country"), "XA", [Point(*each) for each in country]),
    ]
    title, unit = _("Unemployment in an example region"), _("Share of the labour force, in percent")
    return line_chart(title, unit, lines, sample_source(), flag_words=flags, key="sample-line")


def sample_bars() -> BarChart:
    """Every step of the scale, an interval, a zero and a missing score."""
    steps = [Bar(_("Housing"), 8, 4, 15), Bar(_("Education"), 24, 18, 31)]
    steps += [Bar(_("Healthcare"), 41, 35, 52), Bar(_("Language"), 58, 50, 66)]
    steps += [Bar(_("Labour market"), 75, 70, 82), Bar(_("Antidiscrimination"), 100, 92, 100)]
    ends = [Bar(_("Formulation"), 0), Bar(_("Evaluation"), None, reason=_("no answer yet"))]
    groups = [BarGroup(_("Area"), steps), BarGroup(_("Phase"), ends)]
    title, unit = _("Part scores of an example region"), _("points of 100")
    return bar_chart(title, unit, groups, sample_source(), key="sample-bars")


def sample_points() -> PointChart:
    """Two sources that disagree."""
    points = [
        Reference(_("First report"), 54, "54/100", sample_source()),
        Reference(_("Second report"), 57, "57", sample_source(), _("read from a chart")),
    ]
    title, unit = _("Published reference points of an example region"), _("points of 100")
    return point_chart(title, unit, points, key="sample-points")
