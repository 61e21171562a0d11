"""Lines as they are drawn: strokes, dots, hatched gaps, and the words for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regin.apps.common.charts.line_frame import Frame
from regin.apps.common.charts.line_parts import Dot, DrawnLine, Gap, Line, Point, Stroke
from regin.apps.common.charts.numbers import coordinate, number, percent
from regin.apps.common.charts.parts import explained


def draw_line(role: str, line: Line, frame: Frame) -> DrawnLine:
    """Each figure as a dot, and strokes between those whose periods follow each other."""
    figures = line.figures()
    periods = [point.number for point, _value in figures]
    dots = tuple(_dot(point, value, line, frame) for point, value in figures)
    pairs = pairwise(zip(periods, dots, strict=True))
    strokes = (Stroke(a.x, a.y, b.x, b.y) for (one, a), (two, b) in pairs if two == one + 1)
    end = (dots[-1].x, dots[-1].y) if dots else ("", "")
    return DrawnLine(role, line.name, line.short, tuple(strokes), dots, *end)


def _dot(point: Point, value: float, line: Line, frame: Frame) -> Dot:
    parts = {"region": line.name, "year": point.period, "unit": frame.unit}
    parts |= {"value": number(value, frame.decimals)}
    words = [_("%(region)s, %(year)s: %(value)s (%(unit)s)") % parts]
    words += [frame.flag_words.get(flag, flag) for flag in point.letters]
    x, y = percent(frame.x(point.number)), frame.y(value)
    return Dot(x, coordinate(y), "; ".join(words), point.letters, coordinate(y - 9))


def gaps_of(line: Line, frame: Frame) -> Iterator[Gap]:
    """A band for each period of the frame in which `line` has no figure."""
    points = line.by_period()
    for period in range(frame.first, frame.last + 1):
        point = points.get(period)
        if point is not None and point.value is not None:
            continue
        left, right = _band(period, frame)
        reason = (point.reason if point else "") or _("no figure")
        words = _("%(year)s: %(reason)s") % {"year": frame.words(period), "reason": reason}
        yield Gap(percent(left), percent(right - left), words)


def _band(period: int, frame: Frame) -> tuple[float, float]:
    """Half a period to either side; a period that is alone has the whole width."""
    if frame.first == frame.last:
        return 0.0, 1.0
    return max(frame.x(period - 0.5), 0.0), min(frame.x(period + 0.5), 1.0)


def explained_flags(lines: Sequence[Line], frame: Frame) -> tuple[tuple[str, str], ...]:
    """Every flag letter of the chart or its table, with its words."""
    letters = [point.letters for line in lines for point in line.points]
    return explained(letters, frame.flag_words)


def describe_line(line: Line, frame: Frame) -> str:
    """What the line shows, for people who do not see it."""
    figures = [(value, point.period) for point, value in line.figures()]
    if not figures:
        words = _("%(region)s has no figure; only the lines beside it are drawn.")
        return words % {"region": line.name}
    (low, low_year), (high, high_year) = min(figures), max(figures)
    said = _(
        "%(region)s, %(first)s to %(last)s: lowest %(low)s in %(low_year)s, "
        "highest %(high)s in %(high_year)s."
    ) % {
        "region": line.name,
        "first": frame.words(frame.first),
        "last": frame.words(frame.last),
        "low": number(low, frame.decimals),
        "low_year": low_year,
        "high": number(high, frame.decimals),
        "high_year": high_year,
    }
    missing = frame.last - frame.first + 1 - len(figures)
    return f"{said} {_without(missing, frame.per_year)}" if missing else said


def _without(count: int, per_year: int) -> str:
    words = ngettext("%(count)s year has no figure.", "%(count)s years have no figure.", count)
    if per_year > 1:
        words = ngettext(
            "%(count)s period has no figure.", "%(count)s periods have no figure.", count
        )
    return words % {"count": count}
