"""The picture of a view of a series: a map, a ranking, lines over time, a distribution."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regin.apps.common.charts import (
    DistributionChart,
    Line,
    MultiplesChart,
    Point,
    Ranked,
    RankingChart,
    distribution_chart,
    multiples_chart,
    ranking_chart,
    standalone_svg,
)
from regin.apps.common.charts.scale import Scale, gap_scale, scale_of
from regin.apps.outcomes.labels import flag_labels
from regin.apps.outcomes.models import Series
from regin.apps.outcomes.origin import chart_source, picture_source, source_line
from regin.apps.outcomes.seen import (
    Current,
    SeenFigure,
    current,
    decimals_of,
    of_country,
    of_period,
    over_time,
    seen_title,
    unit_of,
    values_of_all_periods,
)
from regin.apps.outcomes.viewing import CHANGE, MAP, POINTS, RANKING, SPREAD, Selection
from regin.apps.regions.map import EuropeMap, Value, value_map
from regin.apps.regions.map_standalone import standalone_map

KEY = "seen"
WEEKLY = "W"


Picture = EuropeMap | RankingChart | MultiplesChart | DistributionChart


@dataclass(frozen=True, slots=True)
class Drawn:
    """A view ready to print, and the figures it was drawn from.

    `picture` is a map or a chart: its `template` prints it; None when there is nothing to draw.
    `notes` say what it does not show.
    """

    figures: tuple[SeenFigure, ...]
    picture: Picture | None
    notes: tuple[str, ...] = ()

    @property
    def is_map(self) -> bool:
        return isinstance(self.picture, EuropeMap)


def drawn(selection: Selection) -> Drawn:
    """Draw the chosen view, in a constant number of queries. Raises KeyError for one of words."""
    return _DRAWERS[selection.view](selection)


def picture_svg(selection: Selection) -> str | None:
    """The picture of the view as an SVG document with title, source, licence and date.

    None when there is nothing to draw. Raises KeyError for a view without a picture.
    """
    picture = drawn(selection).picture
    if picture is None:
        return None
    source = picture_source(selection)
    if isinstance(picture, EuropeMap):
        return standalone_map(picture, source=source_line(source))
    return standalone_svg(replace(picture, source=source))


def _map(selection: Selection) -> Drawn:
    found = current(of_period(selection))
    figures = found.figures
    values = {one.place.pk: _value(one) for one in figures}
    if not any(one.value is not None for one in figures):
        return Drawn(figures, None)
    picture = value_map(
        [one.place for one in figures],
        values,
        title=seen_title(selection),
        unit=unit_of(selection),
        scale=_scale(selection),
        key=KEY,
    )
    return Drawn(figures, picture, _notes(selection, found))


def _value(one: SeenFigure) -> Value:
    return Value(
        one.value,
        one.reason,
        one.unreliable,
        flags=one.flags,
        flag_words=one.flag_words,
        code=one.code,
        classification=one.place_code.classification,
    )


def _scale(selection: Selection) -> Scale:
    """The same in every period, so that colours can be compared from year to year."""
    is_gap = selection.pair is not None and selection.show == POINTS
    scale = gap_scale if is_gap else scale_of
    values = values_of_all_periods(selection)
    return scale(values, decimals=decimals_of(selection), unit=unit_of(selection))


def _notes(selection: Selection, found: Current) -> tuple[str, ...]:
    """What the picture does not show, and what would be read into it."""
    return (*_interval_note(selection), *_count_note(selection), *_former_notes(found))


def _interval_note(selection: Selection) -> tuple[str, ...]:
    """Series hold no margins of error, so a place in a ranking has no interval."""
    if selection.view != RANKING:
        return ()
    return (
        _(
            "The source gives no margin of error, so places have no interval: regions with close "
            "figures may well change places."
        ),
    )


def _count_note(selection: Selection) -> tuple[str, ...]:
    """Numbers of people lie far apart where many people live: that is no gap between groups."""
    is_count = selection.series.measure == Series.Measure.COUNT
    if selection.pair is None or selection.show != POINTS or not is_count:
        return ()
    return (
        _(
            "These are differences between numbers of people: they are large where many people "
            "live. To compare regions, choose the gap as a ratio."
        ),
    )


def _former_notes(found: Current) -> tuple[str, ...]:
    silent = ngettext(
        "%(count)s region without a figure, which the newest classification does not list, is left "
        "out; the table has it.",
        "%(count)s regions without a figure, which the newest classification does not list, are "
        "left out; the table has them.",
        found.silent,
    )
    succeeded = ngettext(
        "%(count)s former region is left out because the regions that took its place have figures; "
        "the table has it.",
        "%(count)s former regions are left out because the regions that took their place have "
        "figures; the table has them.",
        found.succeeded,
    )
    counted = ((silent, found.silent), (succeeded, found.succeeded))
    return tuple(words % {"count": count} for words, count in counted if count)


def _ranking(selection: Selection) -> Drawn:
    found = current(of_period(selection))
    figures = found.figures
    country = of_country(selection) if selection.level else None
    reference = None
    if country is not None and country.value is not None:
        reference = (country.place.name, country.value)
    picture = ranking_chart(
        seen_title(selection),
        unit_of(selection),
        _ranked(selection, figures),
        chart_source(selection),
        decimals=decimals_of(selection),
        reference=reference,
        flag_words=flag_labels(),
        key=KEY,
    )
    return Drawn(figures, picture, _notes(selection, found))


def _spread(selection: Selection) -> Drawn:
    found = current(of_period(selection))
    figures = found.figures
    picture = distribution_chart(
        seen_title(selection),
        unit_of(selection),
        _ranked(selection, figures),
        chart_source(selection),
        decimals=decimals_of(selection),
        flag_words=flag_labels(),
        key=KEY,
    )
    return Drawn(figures, picture, _notes(selection, found))


def _ranked(selection: Selection, figures: Iterable[SeenFigure]) -> list[Ranked]:
    return [
        Ranked(
            name=one.place.name,
            code=one.code,
            url=one.place.get_absolute_url(),
            value=one.value,
            flags=one.flags,
            reason=one.reason,
            unreliable=one.unreliable,
            highlighted=one.code in selection.marked,
        )
        for one in figures
    ]


def _change(selection: Selection) -> Drawn:
    figures = over_time(selection)
    # A week has no fixed number in its year: there is no axis for it, but there is the table.
    if not figures or selection.series.frequency == WEEKLY:
        return Drawn(tuple(figures), None)
    lines = _lines(figures)
    picture = multiples_chart(
        seen_title(selection),
        unit_of(selection),
        lines,
        chart_source(selection),
        decimals=decimals_of(selection),
        flag_words=flag_labels(),
        key=KEY,
    )
    held = len(selection.reach.codes_of(selection.level, selection.country))
    note = _("These are the first regions by code: %(count)s of %(all)s.")
    notes = (
        (note % {"count": len(lines), "all": held},)
        if len(lines) < held and not selection.marked
        else ()
    )
    return Drawn(tuple(figures), picture, notes)


def _lines(figures: Sequence[SeenFigure]) -> list[Line]:
    """A line a region, in the order of `figures`."""
    of_place: dict[int, list[SeenFigure]] = {}
    for one in figures:
        of_place.setdefault(one.place.pk, []).append(one)
    return [
        Line(held[0].place.name, held[-1].code, [_point(one) for one in held])
        for held in of_place.values()
    ]


def _point(one: SeenFigure) -> Point:
    return Point.of(one.period, one.value, one.flags, one.reason)


_DRAWERS: dict[str, Callable[[Selection], Drawn]] = {
    MAP: _map,
    RANKING: _ranking,
    CHANGE: _change,
    SPREAD: _spread,
}
