"""The figures that a view of a series shows: as published, or as gaps between two groups."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import F, OrderBy, QuerySet
from django.utils.translation import gettext as _

from regin.apps.common.charts.numbers import number
from regin.apps.outcomes.gaps import UNRELIABLE, Gap, GapPair, gap_of
from regin.apps.outcomes.labels import computed_words, flag_words, group_words, why_missing
from regin.apps.outcomes.models import Breakdown, Observation, Series
from regin.apps.outcomes.successors import former_places, territory_shown
from regin.apps.outcomes.viewing import CHANGE, RATIO, TABLE, Selection
from regin.apps.regions.models import Place, PlaceCode

Side = tuple[float | None, str]
RATIO_DECIMALS = 2
MOST_LINES = 12


@dataclass(frozen=True, slots=True)
class Part:
    """One published figure that a seen one is made of; None where the source has no row."""

    group: Breakdown
    observation: Observation | None


@dataclass(frozen=True, slots=True)
class SeenFigure:
    """A figure of one region and period with its words.

    `value` None is missing, `text` is empty then and `reason` says why. `made_of`: the published
    figure itself, or the two that a gap is derived from.
    """

    place: Place
    place_code: PlaceCode
    period: str
    value: float | None
    text: str
    flags: str
    reason: str
    unreliable: bool
    made_of: tuple[Part, ...]

    @property
    def flag_words(self) -> str:
        return flag_words(self.flags)

    @property
    def code(self) -> str:
        return self.place_code.code

    @property
    def computed_from(self) -> str:
        """The former regions that a figure of a changed one was computed from, else empty."""
        rows = (part.observation for part in self.made_of)
        said = (computed_words(row.imported_in, self.code) for row in rows if row is not None)
        return next(filter(None, said), "")


def unit_of(selection: Selection) -> str:
    """The unit of what is seen: that of the series, percentage points, or a ratio."""
    series = selection.series
    if selection.pair is not None and selection.show == RATIO:
        return _("ratio of the first group to the second")
    if selection.pair is not None and series.measure == Series.Measure.SHARE:
        return _("percentage points")
    return str(series.text("unit") or series.unit_code)


def decimals_of(selection: Selection) -> int:
    """How many decimals the figures have."""
    if selection.pair is not None and selection.show == RATIO:
        return RATIO_DECIMALS
    return selection.series.decimals


def seen_title(selection: Selection) -> str:
    """What is seen: the series, its period and the people it is about."""
    parts = {
        "title": str(selection.series.text("title") or selection.series.code),
        "group": selection.group_words,
        "period": selection.period,
    }
    if selection.view == CHANGE:
        return _("%(title)s: %(group)s") % parts
    return _("%(title)s, %(period)s: %(group)s") % parts


def of_period(selection: Selection) -> list[SeenFigure]:
    """Every figure of the chosen period, group, level and country by code, as published."""
    rows = rows_of(selection).filter(period=selection.period)
    return _seen(selection, rows.order_by("place_code__code", "-place_code__version"))


def of_country(selection: Selection) -> SeenFigure | None:
    """The figure of the chosen country itself in the chosen period; None without one."""
    if not selection.country:
        return None
    rows = _plain(selection).filter(period=selection.period, place_code__level=0)
    figures = _seen(selection, rows.filter(place_code__code=selection.country))
    return next(iter(one_each(figures)), None)


def over_time(selection: Selection) -> list[SeenFigure]:
    """The figures of every period of the marked regions, then of the first of the chosen ones."""
    codes = lines_of(selection)
    rows = _plain(selection).filter(place_code__code__in=codes)
    rows = rows.order_by("place_code__code", "-place_code__version", "period")
    order = {code: place for place, code in enumerate(codes)}
    return sorted(one_each(_seen(selection, rows)), key=lambda one: order[one.code])


def lines_of(selection: Selection) -> list[str]:
    """The codes whose change is shown: the marked ones, then those of the level and country."""
    others = selection.reach.codes_of(selection.level, selection.country)
    return list(dict.fromkeys([*selection.marked, *others]))[:MOST_LINES]


def figures_of(selection: Selection) -> list[SeenFigure]:
    """Everything that the chosen view shows, the table's pages all at once."""
    if selection.view == CHANGE:
        return over_time(selection)
    if selection.view == TABLE:
        return of_table(selection)
    return list(current(of_period(selection)).figures)


def values_of_all_periods(selection: Selection) -> list[float]:
    """The values of the chosen level and country in all periods, without places. One query."""
    rows = rows_of(selection).select_related(None).prefetch_related(None).order_by()
    if selection.pair is None:
        values = rows.values_list("value", flat=True)
        return [value for value in values.iterator() if value is not None]
    sides: dict[tuple[int, str], dict[int, Side]] = {}
    columns = "place_code_id", "period", "breakdown_id", "value", "flags"
    for code, period, group, value, flags in rows.values_list(*columns).iterator():
        sides.setdefault((code, period), {})[group] = (value, flags)
    first, second = selection.pair.first.pk, selection.pair.second.pk
    nothing = (None, "")
    gaps = (
        _gap_value(selection, held.get(first, nothing), held.get(second, nothing))
        for held in sides.values()
    )
    return [value for value in gaps if value is not None]


def of_table(selection: Selection) -> list[SeenFigure]:
    """All pages of the table, sorted as chosen."""
    if selection.pair is None:
        return _seen(selection, _sorted_rows(selection))
    return _sorted(of_period(selection), selection.sort)


def table_page(selection: Selection, number: str | None, rows: int) -> Page[SeenFigure]:
    """One page of the table, sorted as chosen; of figures as published only those are read."""
    if selection.pair is not None:
        return Paginator(of_table(selection), rows).get_page(number)
    page: Any = Paginator(_sorted_rows(selection), rows).get_page(number)
    page.object_list = _seen(selection, page.object_list)
    found: Page[SeenFigure] = page
    return found


def _sorted_rows(selection: Selection) -> QuerySet[Observation]:
    rows = rows_of(selection).filter(period=selection.period)
    return rows.order_by(*_order(selection.sort))


def _order(sort: str) -> tuple[OrderBy | str, ...]:
    ties = "place_code__code", "-place_code__version"
    if sort == "-code":
        return "-place_code__code", "-place_code__version"
    if sort == "value":
        return F("value").asc(nulls_last=True), *ties
    return (F("value").desc(nulls_last=True), *ties) if sort == "-value" else ties


def _sorted(figures: list[SeenFigure], sort: str) -> list[SeenFigure]:
    """`figures`, which are by code, in the chosen order; missing ones stay last."""
    if sort == "-code":
        return sorted(figures, key=lambda one: one.code, reverse=True)
    if sort == "code":
        return figures
    sign = -1 if sort == "-value" else 1
    return sorted(figures, key=lambda one: (one.value is None, sign * (one.value or 0)))


def _plain(selection: Selection) -> QuerySet[Observation]:
    """The observations of the chosen groups, with what pages and downloads print of them."""
    rows = Observation.objects.filter(series=selection.series, breakdown__in=selection.groups)
    # Imports are few: one object each, instead of one a figure.
    related = rows.select_related("place_code", "place")
    return related.prefetch_related("place__names", "imported_in")


def rows_of(selection: Selection) -> QuerySet[Observation]:
    """The observations of the chosen groups, level and country, of all periods."""
    rows = _plain(selection)
    if selection.level is not None:
        rows = rows.filter(place_code__level=selection.level)
    if selection.country:
        rows = rows.filter(place_code__code__startswith=selection.country)
    return rows


def _seen(selection: Selection, rows: Iterable[Observation]) -> list[SeenFigure]:
    groups = {one.pk: one for one in selection.groups}
    rows = list(rows)
    for row in rows:
        row.breakdown = groups[row.breakdown_id]
    if selection.pair is None:
        decimals = decimals_of(selection)
        return [_published(row, decimals) for row in rows]
    return _gaps(selection, selection.pair, rows)


def _published(row: Observation, decimals: int) -> SeenFigure:
    return SeenFigure(
        place=row.place,
        place_code=row.place_code,
        period=row.period,
        value=row.value,
        text="" if row.value is None else number(row.value, decimals),
        flags=row.flags,
        reason=why_missing(row.flags) if row.value is None else "",
        unreliable=UNRELIABLE in row.flags,
        made_of=(Part(row.breakdown, row),),
    )


def _gaps(selection: Selection, pair: GapPair, rows: Iterable[Observation]) -> list[SeenFigure]:
    """The gap of every code and period that has a row of either group, in the order of `rows`."""
    found: dict[tuple[int, str], dict[int, Observation]] = {}
    for row in rows:
        sides = found.setdefault((row.place_code_id, row.period), {})
        sides[row.breakdown_id] = row
    return [
        _gap(selection, pair, sides.get(pair.first.pk), sides.get(pair.second.pk))
        for sides in found.values()
    ]


def _gap(
    selection: Selection, pair: GapPair, first: Observation | None, second: Observation | None
) -> SeenFigure:
    held = first or second
    if held is None:
        raise ValueError("a gap needs a row of one group at least")
    names = group_words(pair.first), group_words(pair.second)
    gap = gap_of(_side(first), _side(second), selection.series.measure, names=names)
    value = _chosen(selection, gap)
    return SeenFigure(
        place=held.place,
        place_code=held.place_code,
        period=held.period,
        value=value,
        text="" if value is None else number(value, decimals_of(selection)),
        flags=gap.flags,
        reason=gap.reason if value is None else "",
        unreliable=gap.unreliable,
        made_of=(Part(pair.first, first), Part(pair.second, second)),
    )


def _side(row: Observation | None) -> Side:
    return (row.value, row.flags) if row else (None, "")


def _gap_value(selection: Selection, first: Side, second: Side) -> float | None:
    return _chosen(selection, gap_of(first, second, selection.series.measure, names=("", "")))


def _chosen(selection: Selection, gap: Gap) -> float | None:
    return gap.ratio if selection.show == RATIO else gap.points


def one_each(figures: Iterable[SeenFigure]) -> list[SeenFigure]:
    """One figure a place and period: of two codes of one place the newer version with a value."""
    best: dict[tuple[int, str], SeenFigure] = {}
    for one in figures:
        key = (one.place.pk, one.period)
        other = best.get(key)
        if other is None or _rank(one) > _rank(other):
            best[key] = one
    return list(best.values())


def _rank(one: SeenFigure) -> tuple[bool, str]:
    return one.value is not None, one.place_code.version


@dataclass(frozen=True, slots=True)
class Current:
    """Figures whose territories do not lie over each other.

    How many former territories are left out: `silent` ones have no figure, `succeeded` ones have
    one, as have the regions that took their place.
    """

    figures: tuple[SeenFigure, ...]
    silent: int
    succeeded: int


def current(figures: Iterable[SeenFigure]) -> Current:
    """One figure a place, without former territories that would lie over those of today.

    At most three queries.
    """
    single = one_each(figures)
    valued = {one.place.pk for one in single if one.value is not None}
    former = former_places(one.place.pk for one in single)
    succeeded = territory_shown(former & valued, by=valued)
    left_out = (former - valued) | succeeded
    return Current(
        figures=tuple(one for one in single if one.place.pk not in left_out),
        silent=len(former - valued),
        succeeded=len(succeeded),
    )
