"""Charts with invented figures, for the style guide and for tests."""

from __future__ import annotations

from dataclasses import replace

from django.urls import reverse
from django.utils.translation import gettext as _

from regin.apps.common.charts.bars import Bar, BarChart, BarGroup, bar_chart
from regin.apps.common.charts.distribution import DistributionChart, distribution_chart
from regin.apps.common.charts.line import Line, LineChart, Point, line_chart
from regin.apps.common.charts.multiples import MultiplesChart, multiples_chart
from regin.apps.common.charts.parts import Source
from regin.apps.common.charts.points import PointChart, Reference, point_chart
from regin.apps.common.charts.ranked import Ranked
from regin.apps.common.charts.ranking import RankingChart, ranking_chart


def sample_source() -> Source:
    """A source that says that nothing here is true."""
    return Source(name=_("Invented for this page"), licence="CC BY 4.0", when="2024")


def sample_line() -> LineChart | None:
    """Three lines with gaps, flags, and a figure that stands alone."""
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
    return line_chart(
        title, unit, lines, sample_source(), flag_words=_flag_words(), key="sample-line"
    )


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


def sample_rows() -> list[Ranked]:
    """Forty invented regions: ties, a zero, unreliable and missing ones, one highlighted."""
    rows = []
    for count in range(1, 41):
        name = _("Example region %(number)s") % {"number": count}
        value = round(2 + (count * 37 % 41) * 0.35 + (count * 11 % 7) * 0.2, 1)
        rows.append(Ranked(name, f"XA{count:02}", reverse("home"), 0.0 if count == 9 else value))
    rows[4] = replace(rows[4], highlighted=True)
    rows[11] = replace(rows[11], flags="u", unreliable=True)
    rows[22] = replace(rows[22], flags="bu", unreliable=True)
    rows[7] = replace(rows[7], value=rows[30].value)
    rows[16] = replace(rows[16], value=None, reason=_("confidential"), flags="c")
    rows[33] = replace(rows[33], value=None)
    return rows


def sample_ranking() -> RankingChart | None:
    """A long list beside the figure of its country."""
    return ranking_chart(
        _("Unemployment in example regions"),
        _("Share of the labour force, in percent"),
        sample_rows(),
        sample_source(),
        reference=(_("Example country"), 8.3),
        flag_words=_flag_words(),
        key="sample-ranking",
    )


def sample_gaps() -> RankingChart | None:
    """Figures to either side of zero."""
    gaps = [("A", 12.4), ("B", 6.1), ("C", 0.0), ("D", -2.3), ("E", -8.9), ("F", None)]
    rows = [
        Ranked(_("Example region %(number)s") % {"number": letter}, f"X{letter}", "", value)
        for letter, value in gaps
    ]
    rows[1] = replace(rows[1], flags="u", unreliable=True)
    rows[3] = replace(rows[3], highlighted=True)
    title = _("Gap in unemployment between two groups in example regions")
    words = _flag_words()
    unit = _("percentage points")
    return ranking_chart(title, unit, rows, sample_source(), flag_words=words, key="sample-gaps")


def sample_distribution() -> DistributionChart | None:
    """The same regions as the ranking, as dots."""
    return distribution_chart(
        _("How unemployment is spread over example regions"),
        _("Share of the labour force, in percent"),
        sample_rows(),
        sample_source(),
        flag_words=_flag_words(),
        key="sample-distribution",
    )


def sample_multiples() -> MultiplesChart | None:
    """Six regions on one scale: with gaps, with flags, and one without any figure."""
    lines = []
    for count in range(1, 7):
        values = [4 + count + (year * count * 13 % 17) * 0.2 for year in range(12)]
        points = [Point(2012 + year, value) for year, value in enumerate(values)]
        name = _("Example region %(number)s") % {"number": count}
        lines.append(Line(name, f"XA{count:02}", points))
    lines[1] = replace(lines[1], points=[*lines[1].points[:4], *lines[1].points[6:]])
    flagged = Point(2018, 9.0, "b")
    lines[2] = replace(lines[2], points=[*lines[2].points[:6], flagged, *lines[2].points[7:]])
    lines[4] = replace(lines[4], points=[Point(2015, None, "c", _("confidential"))])
    return multiples_chart(
        _("Unemployment in six example regions"),
        _("Share of the labour force, in percent"),
        lines,
        sample_source(),
        flag_words=_flag_words(),
        key="sample-multiples",
    )


def _flag_words() -> dict[str, str]:
    return {
        "b": _("break in time series"),
        "c": _("confidential"),
        "u": _("low reliability"),
    }
