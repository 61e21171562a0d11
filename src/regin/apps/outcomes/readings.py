"""Figures of many regions at once, each with where it is from: for pages that compare regions.

A reading is one figure of one region and period: as published, or a gap derived from two.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from regin.apps.outcomes.choosing import Chosen
from regin.apps.outcomes.gaps import UNRELIABLE, gap_of
from regin.apps.outcomes.labels import group_words, why_missing
from regin.apps.outcomes.models import Observation
from regin.apps.regions.models import Place

COLUMNS = (
    "breakdown_id",
    "place_id",
    "period",
    "value",
    "flags",
    "row",
    "place_code__code",
    "place_code__scheme",
    "place_code__version",
    "imported_in__number",
    "imported_in__file_name",
)


@dataclass(frozen=True, slots=True)
class Published:
    """A figure as its source published it: code, classification, file and row of the import."""

    value: float | None
    flags: str
    row: int
    code: str
    scheme: str
    version: str
    import_number: int
    file_name: str

    @property
    def classification(self) -> str:
        return f"{self.scheme} {self.version}".strip()


@dataclass(frozen=True, slots=True)
class Reading:
    """A figure of one region and period. `value` None is missing, never zero, for `reason`.

    `origin`: what it was read from; two figures for a gap, of which either may not be there.
    """

    period: str
    value: float | None
    flags: str
    reason: str
    origin: tuple[Published, ...]

    @property
    def unreliable(self) -> bool:
        return UNRELIABLE in self.flags


ByPeriod = dict[str, Reading]
"""Period → reading, oldest first."""

Readings = Mapping[str, Mapping[int, ByPeriod]]
"""Token of a choice → key of a place → its readings."""

_Held = dict[tuple[int, int], dict[str, Published]]


def readings(
    chosen: Sequence[Chosen], places: QuerySet[Place] | Iterable[int], periods: Q | None = None
) -> Readings:
    """The figures of `places` for every choice, in one query; `periods` narrows them down.

    A place is absent where the source has no row for it at all. Of two codes of one place the
    newer version that has a value counts.
    """
    groups = {one.pk for choice in chosen for one in choice.breakdowns}
    rows = Observation.objects.filter(
        periods or Q(),
        series__in={choice.series.pk for choice in chosen},
        breakdown__in=groups,
        place__in=places,
    )
    held = _held(rows.order_by("period", "place_code__version", "place_code__code"))
    keys = {place for _group, place in held}
    return {choice.token: _of_places(choice, held, keys) for choice in chosen}


def _held(rows: QuerySet[Observation]) -> _Held:
    held: _Held = {}
    for group, place, period, *figure in rows.values_list(*COLUMNS).iterator():
        of_place = held.setdefault((group, place), {})
        published = Published(*figure)
        if published.value is not None or period not in of_place:
            of_place[period] = published
    return held


def _of_places(chosen: Chosen, held: _Held, places: set[int]) -> dict[int, ByPeriod]:
    # Words are looked up once, not for every figure.
    names = [group_words(group) for group in chosen.breakdowns]
    of_places = {place: dict(_of_place(chosen, names, held, place)) for place in places}
    return {place: found for place, found in of_places.items() if found}


def _of_place(
    chosen: Chosen, names: Sequence[str], held: _Held, place: int
) -> Iterator[tuple[str, Reading]]:
    """Period and reading. A gap needs rows of both groups for the place, though not for each
    period: a place where the source tells only one group has no gap to explain."""
    sides = [held.get((group.pk, place), {}) for group in chosen.breakdowns]
    if not all(sides):
        return
    for period in sorted({period for side in sides for period in side}):
        found = [side.get(period) for side in sides]
        if chosen.pair:
            yield period, _gap(chosen, names, period, found)
        elif found[0] is not None:
            yield period, _plain(period, found[0])


def _plain(period: str, found: Published) -> Reading:
    reason = why_missing(found.flags) if found.value is None else ""
    return Reading(period, found.value, found.flags, reason, (found,))


def _gap(
    chosen: Chosen, names: Sequence[str], period: str, found: Sequence[Published | None]
) -> Reading:
    first, second = ((one.value, one.flags) if one else (None, "") for one in found)
    gap = gap_of(first, second, chosen.series.measure, names=(names[0], names[-1]))
    origin = tuple(one for one in found if one is not None)
    reason = gap.reason if gap.points is None else ""
    return Reading(period, gap.points, gap.flags, reason, origin)


def newest(found: ByPeriod | None) -> Reading | None:
    """The newest reading with a value, else the newest, which says why it is missing."""
    if not found:
        return None
    ordered = sorted(found.values(), key=lambda one: one.period, reverse=True)
    return next((one for one in ordered if one.value is not None), ordered[0])


def silent(period: str) -> Reading:
    """What stands where the source has nothing for the period."""
    reason = _("The source has no figure here.")
    if period:
        reason = _("The source has no figure for %(period)s.") % {"period": period}
    return Reading(period, None, "", reason, ())
