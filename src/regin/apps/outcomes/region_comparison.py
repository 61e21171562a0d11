"""Two to five regions side by side: figures, what they stand for, and how far they are apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from regin.apps.common.charts import (
    Line,
    LineChart,
    MultiplesChart,
    Point,
    Source,
    line_chart,
    multiples_chart,
)
from regin.apps.common.charts.numbers import number
from regin.apps.common.charts.periods import PARTS
from regin.apps.outcomes.choosing import Chosen
from regin.apps.outcomes.gaps import Gap, gap_of
from regin.apps.outcomes.labels import flag_labels, flag_words
from regin.apps.outcomes.readings import ByPeriod, Reading, Readings, newest, readings, silent
from regin.apps.outcomes.vintage import is_old
from regin.apps.regions.facts import level_label
from regin.apps.regions.models import Place, PlaceCode

FEWEST: Final = 2
MOST: Final = 5
# More lines than these cannot be told apart in one frame: each region gets its own.
MOST_LINES: Final = 3


@dataclass(frozen=True, slots=True)
class ComparedRegion:
    """A region with its newest code and what it lies in, nearest first."""

    place: Place
    code: PlaceCode
    above: tuple[PlaceCode, ...]

    @property
    def level(self) -> str:
        return level_label(self.code)


@dataclass(frozen=True, slots=True)
class ShownReading:
    """A reading as printed. `text` is empty when it is missing."""

    reading: Reading
    place: Place
    text: str
    flag_words: str
    published_for: str

    @property
    def is_country(self) -> bool:
        return bool(self.place.current_code and self.place.current_code.level == 0)


@dataclass(frozen=True, slots=True)
class Cell:
    """What the table says of one region: its own figure, or a missing one with its reason.

    `stand_in`: the figure of the nearest region in which it lies, where it has none itself.
    `gap` to the first region, as text; where there is none it is empty and `why_no_gap` says why,
    unless the own figure is missing and says so itself.
    """

    own: ShownReading
    stand_in: ShownReading | None
    gap: str
    gap_flags: str
    gap_words: str
    gap_unreliable: bool
    why_no_gap: str
    is_other_period: bool


@dataclass(frozen=True, slots=True)
class ComparedSeries:
    """A choice over all regions: a row of the table, and its figures over time.

    `chart` is None where there is nothing to draw: no figure, or figures by week.
    """

    chosen: Chosen
    cells: tuple[Cell, ...]
    chart: LineChart | MultiplesChart | None
    source: Source
    is_old: bool


def compared_regions(places: Sequence[Place]) -> list[ComparedRegion]:
    """The regions in the order given, with what they lie in; a place without a code is left out.

    A constant number of queries.
    """
    chain = "parent__place", "parent__parent__place", "parent__parent__parent__place"
    codes = PlaceCode.objects.filter(place__in=places).select_related("place", *chain)
    newest_code = {code.place_id: code for code in codes.order_by("version", "-level")}
    found = [newest_code[place.pk] for place in places if place.pk in newest_code]
    regions = [ComparedRegion(code.place, code, tuple(_above(code))) for code in found]
    everywhere = [code.place for one in regions for code in (one.code, *one.above)]
    prefetch_related_objects(everywhere, "names", "codes")
    return regions


def _above(code: PlaceCode) -> Iterator[PlaceCode]:
    above = code.parent
    while above is not None:
        yield above
        above = above.parent


def compare(
    regions: Sequence[ComparedRegion], chosen: Sequence[Chosen], period: str
) -> list[ComparedSeries]:
    """Every choice over all `regions`. `period` empty: the newest figure of each region.

    One query, whatever the number of regions and choices.
    """
    places = {code.place_id for one in regions for code in (one.code, *one.above)}
    found = readings(chosen, places)
    return [_series(choice, regions, found, period) for choice in chosen]


def _series(
    chosen: Chosen, regions: Sequence[ComparedRegion], found: Readings, period: str
) -> ComparedSeries:
    own = [_own(chosen, one, found, period) for one in regions]
    cells = tuple(
        _cell(chosen, own[0], mine, _stand_in(chosen, region, found, period, mine))
        for region, mine in zip(regions, own, strict=True)
    )
    lines = _lines(chosen, regions, found)
    shown = (cell.own if cell.own.text else cell.stand_in for cell in cells)
    last = max((one.reading.period for one in shown if one is not None), default="")
    source = _source(chosen, period or last)
    chart = _chart(chosen, lines, _source(chosen, _span(found[chosen.token].values())))
    return ComparedSeries(chosen, cells, chart, source, is_old(last))


def _own(chosen: Chosen, region: ComparedRegion, found: Readings, period: str) -> ShownReading:
    """The region's own figure; a missing one that says why where the source has no row."""
    by_period = found[chosen.token].get(region.place.pk)
    if by_period is None:
        reason = _("The source has no figure for this region itself.")
        return _shown(Reading(period, None, "", reason, ()), region.place, chosen)
    return _shown(_at(by_period, period), region.place, chosen)


def _at(by_period: ByPeriod, period: str) -> Reading:
    if period:
        return by_period.get(period) or silent(period)
    return newest(by_period) or silent(period)


def _stand_in(
    chosen: Chosen, region: ComparedRegion, found: Readings, period: str, own: ShownReading
) -> ShownReading | None:
    """The figure of the nearest region above that has one, where `own` is missing."""
    if own.text:
        return None
    for code in region.above:
        by_period = found[chosen.token].get(code.place_id)
        reading = _at(by_period, period) if by_period else None
        if reading is not None and reading.value is not None:
            return _shown(reading, code.place, chosen)
    return None


def _shown(reading: Reading, place: Place, chosen: Chosen) -> ShownReading:
    codes = dict.fromkeys(f"{one.code} ({one.classification})" for one in reading.origin)
    return ShownReading(
        reading=reading,
        place=place,
        text=_text(reading.value, chosen, signed=chosen.pair is not None),
        flag_words=flag_words(reading.flags),
        published_for=", ".join(codes),
    )


def _text(value: float | None, chosen: Chosen, *, signed: bool) -> str:
    if value is None:
        return ""
    text = number(value, chosen.series.decimals)
    return f"+{text}" if signed and value > 0 else text


def _cell(
    chosen: Chosen, first: ShownReading, own: ShownReading, stand_in: ShownReading | None
) -> Cell:
    is_other = bool(own.text and first.text) and own.reading.period != first.reading.period
    sides = (own.reading.value, own.reading.flags), (first.reading.value, first.reading.flags)
    gap = gap_of(*sides, chosen.series.measure, names=(own.place.name, first.place.name))
    points = None if own is first or is_other else gap.points
    return Cell(
        own=own,
        stand_in=stand_in,
        gap=_text(points, chosen, signed=True),
        gap_flags=gap.flags if points is not None else "",
        gap_words=flag_words(gap.flags) if points is not None else "",
        gap_unreliable=points is not None and gap.unreliable,
        why_no_gap="" if own is first or points is not None else _why_no_gap(own, gap, is_other),
        is_other_period=is_other,
    )


def _why_no_gap(own: ShownReading, gap: Gap, is_other_period: bool) -> str:
    """Why there is no gap to the first region; empty where the own figure says it already."""
    if not own.text:
        return ""
    if is_other_period:
        return _("No gap: the figures are of different periods.")
    return _("No gap: %(reason)s") % {"reason": gap.reason}


def _source(chosen: Chosen, when: str) -> Source:
    series = chosen.series
    return Source(
        series.source.name, series.url, series.licence, attribution=series.attribution, when=when
    )


def _span(readings_of_places: Iterable[ByPeriod]) -> str:
    """First and last period of all readings: what a chart over time is drawn from."""
    periods = sorted({period for by_period in readings_of_places for period in by_period})
    return "–".join(dict.fromkeys([*periods[:1], *periods[-1:]]))


def _lines(chosen: Chosen, regions: Sequence[ComparedRegion], found: Readings) -> list[Line]:
    """A line for each region with figures over time, else for what it lies in; each once."""
    if chosen.series.frequency not in PARTS:
        return []
    by_place = found[chosen.token]
    shown = [
        next((code for code in (one.code, *one.above) if code.place_id in by_place), None)
        for one in regions
    ]
    distinct = {code.place_id: code for code in shown if code is not None}
    return [_line(code, by_place[key]) for key, code in distinct.items()]


def _line(code: PlaceCode, by_period: ByPeriod) -> Line:
    points = [Point.of(one.period, one.value, one.flags, one.reason) for one in by_period.values()]
    return Line(code.place.name, code.code, points)


def _chart(chosen: Chosen, lines: list[Line], source: Source) -> LineChart | MultiplesChart | None:
    """The lines in one frame while they can be told apart, else a small chart a region."""
    if not lines:
        return None
    draw = line_chart if len(lines) <= MOST_LINES else multiples_chart
    return draw(
        chosen.label,
        chosen.unit,
        lines,
        source,
        flag_words=flag_labels(),
        decimals=chosen.series.decimals,
        key=f"compared-{chosen.key}",
    )
