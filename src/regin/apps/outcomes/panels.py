"""What other pages show of statistics, ready to draw."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from regin.apps.accounts.actor import Actor
from regin.apps.accounts.permissions import may
from regin.apps.common.charts import Line, LineChart, Point, Source, line_chart
from regin.apps.common.models.text import Shown
from regin.apps.outcomes import permissions  # noqa: F401  # declares the rules that `may` asks
from regin.apps.outcomes.figures import ShownFigure, first_breakdown, shown_figure
from regin.apps.outcomes.labels import flag_labels, group_words, why_missing
from regin.apps.outcomes.lineage import lineage_of
from regin.apps.outcomes.models import Breakdown, Observation, Series
from regin.apps.outcomes.vintage import is_old
from regin.apps.regions.models import Place

YEARLY = "A"
MOST_DRAWN = 8
Figures = dict[str, Observation]
OfPlace = tuple[Place, list[Observation]]
Found = dict[tuple[int, int], list[Observation]]


@dataclass(frozen=True, slots=True)
class SeriesPanel:
    """One series for one region: template `outcomes/_region_panel.html` draws it.

    `shown_place` is the region itself, or the nearest region in which it lies (`is_parent`) when
    the source has no figure of its own. `latest` is the newest with a value; None when all are
    missing, and `why_empty` says why. `chart`: None for a series that is only listed, and for
    periods other than years. `may_import`: the reader may load a newer file.
    """

    series: Series
    region: Place
    shown_place: Place
    shown_code: str
    group: str
    title: Shown | None
    unit: Shown | None
    latest: ShownFigure | None
    why_empty: str
    codes: tuple[str, ...]
    chart: LineChart | None
    source: Source
    is_old: bool
    may_import: bool

    @property
    def is_parent(self) -> bool:
        return self.shown_place.pk != self.region.pk

    @property
    def key(self) -> str:
        """An id that is unique on the page."""
        return f"series-{self.series.public_id}"

    @property
    def url(self) -> str:
        return self.series.get_absolute_url()


@dataclass(frozen=True, slots=True)
class RegionStatistics:
    """The series that have figures for a region: those `drawn` with a chart, the others `listed`.

    Drawn are at most MOST_DRAWN, the region's own before those of the regions in which it lies.
    Those of its country are listed, so that a page does not seem to tell of the region what it
    tells of the country.
    """

    drawn: tuple[SeriesPanel, ...]
    listed: tuple[SeriesPanel, ...]


def region_statistics(place: Place, actor: Actor) -> RegionStatistics:
    """The series that `actor` may see and that have figures for `place` or for where it lies.

    Those with figures of its own come first. The number of queries does not depend on how many
    series, years or codes there are.
    """
    lineage = list(lineage_of(place).places)
    series = _series(actor)
    breakdowns = _first_breakdowns(series)
    found = _observations(lineage, breakdowns.values())
    held = [
        _Held(one, breakdown, tuple(rows))
        for one in series
        if (breakdown := breakdowns.get(one.pk)) and (rows := _nearest(one, lineage, found))
    ]
    held.sort(key=lambda one: lineage.index(one.place))
    near = [one for one in held if one.place == place or one.place != lineage[-1]][:MOST_DRAWN]
    listed = [one for one in held if one not in near]
    return RegionStatistics(
        drawn=tuple(_panel(one, place, actor, _chart(one)) for one in near),
        listed=tuple(_panel(one, place, actor, None) for one in listed),
    )


@dataclass(frozen=True, slots=True)
class _Held:
    """A series with its figures of the shown group, of each place in the lineage that has any."""

    series: Series
    breakdown: Breakdown
    of_places: tuple[tuple[Place, list[Observation]], ...]

    @property
    def place(self) -> Place:
        return self.of_places[0][0]

    @property
    def rows(self) -> list[Observation]:
        return self.of_places[0][1]


def _nearest(series: Series, lineage: Iterable[Place], found: Found) -> list[OfPlace]:
    lists = ((place, found.get((series.pk, place.pk), [])) for place in lineage)
    return [(place, rows) for place, rows in lists if rows]


def _series(actor: Actor) -> list[Series]:
    rows = Series.objects.visible_to(actor).select_related("source").prefetch_related("texts")
    return list(rows.order_by("code", "pk"))


def _first_breakdowns(series: list[Series]) -> dict[int, Breakdown]:
    """For each series the group of people that is shown: that of its defaults."""
    groups: dict[int, list[Breakdown]] = {one.pk: [] for one in series}
    figures = Observation.objects.filter(series=OuterRef("series"), breakdown=OuterRef("pk"))
    for breakdown in Breakdown.objects.filter(Exists(figures), series__in=list(groups)):
        groups[breakdown.series_id].append(breakdown)
    chosen = {one.pk: first_breakdown(one, groups[one.pk]) for one in series}
    return {key: breakdown for key, breakdown in chosen.items() if breakdown is not None}


def _observations(places: Iterable[Place], breakdowns: Iterable[Breakdown]) -> Found:
    """(series, place) → its figures of the shown group, oldest first, old codes before new."""
    wanted = Q(place__in=list(places), breakdown__in=list(breakdowns))
    # Codes are few: one object each, instead of one a figure.
    rows = Observation.objects.filter(wanted).prefetch_related("place_code")
    found: Found = {}
    for row in rows.order_by("period", "place_code__version", "place_code__code"):
        found.setdefault((row.series_id, row.place_id), []).append(row)
    return found


def _panel(held: _Held, region: Place, actor: Actor, chart: LineChart | None) -> SeriesPanel:
    series, rows = held.series, held.rows
    newest = list(_one_a_period(rows).values())
    with_value = (row for row in reversed(newest) if row.value is not None)
    last = next(with_value, None)
    latest = shown_figure(last, series.decimals) if last else None
    return SeriesPanel(
        series=series,
        region=region,
        shown_place=held.place,
        shown_code=rows[-1].place_code.code,
        group=group_words(held.breakdown),
        title=series.text("title"),
        unit=series.text("unit"),
        latest=latest,
        why_empty=why_missing(newest[-1].flags),
        codes=tuple(dict.fromkeys(str(row.place_code) for row in rows)),
        chart=chart,
        source=source_of(series, latest),
        is_old=is_old(latest.observation.period if latest else None),
        may_import=may(actor, "outcomes.import", series),
    )


def _one_a_period(rows: list[Observation]) -> Figures:
    """Period → its figure. Of two codes of one place the newer version that has a value wins."""
    figures: Figures = {}
    for row in rows:
        if row.value is not None or row.period not in figures:
            figures[row.period] = row
    return figures


def _chart(held: _Held) -> LineChart | None:
    """The region's line beside its country's. Only years have a chart."""
    series = held.series
    if series.frequency != YEARLY:
        return None
    ends = list(held.of_places[:1] + held.of_places[1:][-1:])
    title = _("%(title)s: %(region)s, %(group)s") % {
        "title": series.text("title") or series.code,
        "region": held.place.name,
        "group": group_words(held.breakdown),
    }
    return line_chart(
        title,
        str(series.text("unit") or series.unit_code),
        [_line(place, rows) for place, rows in ends],
        source_of(series, None),
        flag_words=flag_labels(),
        decimals=series.decimals,
        key=f"chart-{series.public_id}",
    )


def _line(place: Place, rows: list[Observation]) -> Line:
    points = [
        Point(
            int(period),
            row.value,
            row.flags,
            why_missing(row.flags) if row.value is None else "",
        )
        for period, row in _one_a_period(rows).items()
    ]
    return Line(place.name, rows[-1].place_code.code, points)


def source_of(series: Series, latest: ShownFigure | None) -> Source:
    """Where the figures are from, with the period of the latest and the file it came in."""
    when = latest.observation.period if latest else "–".join(dict.fromkeys(series.years or ()))
    return Source(
        name=series.source.name,
        url=series.url,
        licence=series.licence,
        attribution=series.attribution,
        when=when,
    )
