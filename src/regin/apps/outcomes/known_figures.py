"""What the database knows for the ten figures of one region, asked once for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from regin.apps.accounts.actor import Actor
from regin.apps.outcomes.concepts import series_with_any
from regin.apps.outcomes.key_figures import Fit, key_figures
from regin.apps.outcomes.lineage import Lineage, lineage_of
from regin.apps.outcomes.models import Breakdown, Observation, Series
from regin.apps.regions.models import Place, PlaceCode

Candidate = tuple[Fit, Series, Breakdown]
NEAR = 100
Rows = Mapping[tuple[int, int], Sequence[Observation]]


@dataclass(frozen=True, slots=True)
class Known:
    """Everything that was asked of the database for one region.

    `beside`: the breakdowns without a row for the region that have figures for others of its level.
    """

    actor: Actor
    lineage: Lineage
    series: Sequence[Series]
    candidates: Mapping[str, Sequence[Candidate]]
    rows: Rows
    beside: frozenset[int]


def known_of(place: Place, actor: Actor) -> Known:
    """Ask for it. The number of queries does not grow with series, groups or years."""
    lineage = lineage_of(place)
    series = series_with_any(actor, {one.concept for one in key_figures()})
    candidates = _candidates(series)
    breakdowns = {one[2].pk for found in candidates.values() for one in found}
    rows = _rows(lineage.places, breakdowns)
    own = {breakdown for breakdown, held in rows if held == place.pk}
    return Known(
        actor=actor,
        lineage=lineage,
        series=series,
        candidates=candidates,
        rows=rows,
        beside=_beside(lineage.code, breakdowns - own),
    )


def _candidates(series: Iterable[Series]) -> dict[str, list[Candidate]]:
    """Key figure → the groups of people that could fill it, in the order of their series."""
    by_key = {one.pk: one for one in series}
    figures = Observation.objects.filter(series=OuterRef("series"), breakdown=OuterRef("pk"))
    breakdowns = Breakdown.objects.filter(Exists(figures), series__in=list(by_key))
    ordered = sorted(breakdowns, key=lambda one: (by_key[one.series_id].code, one.pk))
    found: dict[str, list[Candidate]] = {one.key: [] for one in key_figures()}
    for wanted in key_figures():
        for breakdown in ordered:
            fit = wanted.fit(by_key[breakdown.series_id], breakdown)
            if fit is not None:
                found[wanted.key].append((fit, by_key[breakdown.series_id], breakdown))
    return found


def _rows(places: Iterable[Place], breakdowns: Iterable[int]) -> Rows:
    """(breakdown, place) → its figures, oldest first, old codes before new."""
    wanted = Q(place__in=[one.pk for one in places], breakdown__in=list(breakdowns))
    rows = Observation.objects.filter(wanted).select_related("place_code")
    found: dict[tuple[int, int], list[Observation]] = {}
    for row in rows.order_by("period", "place_code__version", "place_code__code"):
        found.setdefault((row.breakdown_id, row.place_id), []).append(row)
    return found


def _beside(code: PlaceCode | None, breakdowns: Iterable[int]) -> frozenset[int]:
    """Which `breakdowns` have figures for places of the same level, in the same country.

    At most NEAR places are asked: a source that publishes a level does so for most of a country.
    """
    if code is None:
        return frozenset()
    level = PlaceCode.objects.filter(scheme=code.scheme, version=code.version, level=code.level)
    near = level.filter(code__startswith=code.country_code) if code.level else level
    # As a list: a database that guesses how many there are may read every figure instead.
    places = list(near.order_by("code").values_list("place", flat=True)[:NEAR])
    figures = Observation.objects.filter(
        place__in=places, breakdown__in=list(breakdowns), value__isnull=False
    )
    return frozenset(figures.values_list("breakdown", flat=True).distinct())
