"""Regions like one: those of its level whose figures are nearest to its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext as _

from regin.apps.common.charts.numbers import number
from regin.apps.outcomes.choosing import Catalogue, Chosen
from regin.apps.outcomes.distances import Distance, distances, standard_deviations
from regin.apps.outcomes.gaps import why_withheld
from regin.apps.outcomes.labels import flag_words
from regin.apps.outcomes.models import Series
from regin.apps.outcomes.readings import ByPeriod, Reading, readings
from regin.apps.outcomes.successors import heirs_of_today, is_former
from regin.apps.regions.facts import pages
from regin.apps.regions.models import Place, PlaceCode
from regin.files.observations import parse_period

FEWEST: Final = 10
"""How many regions must have all figures, the reader's own among them."""
LISTED: Final = 10
YEARS_APART: Final = 3
DECIMALS: Final = 2
DEFAULT_CONCEPTS: Final = (
    Series.Concept.POPULATION,
    Series.Concept.GDP,
    Series.Concept.UNEMPLOYMENT,
)
_PARTS: Final = {"A": 1, "S": 2, "Q": 4, "M": 12, "W": 53}


@dataclass(frozen=True, slots=True)
class Context:
    """A choice that regions are compared by, with the period that is aimed at: the newest for
    which the reader's own region has a figure. `mine` is None when it has none."""

    chosen: Chosen
    mine: Reading | None
    is_constant: bool

    @property
    def period(self) -> str:
        return self.mine.period if self.mine else ""

    @property
    def text(self) -> str:
        """The own figure as printed; empty when missing."""
        value = self.mine.value if self.mine else None
        return "" if value is None else number(value, self.chosen.series.decimals)

    @property
    def flag_words(self) -> str:
        return flag_words(self.mine.flags) if self.mine else ""


@dataclass(frozen=True, slots=True)
class PeerFigure:
    """A peer's figure of one context, and how many standard deviations it lies from mine."""

    reading: Reading
    text: str
    flag_words: str
    apart: str
    is_other_period: bool


@dataclass(frozen=True, slots=True)
class Peer:
    """A region near to the reader's."""

    place: Place
    code: PlaceCode
    rank: int
    distance: str
    figures: tuple[PeerFigure, ...]


@dataclass(frozen=True, slots=True)
class Peers:
    """The nearest regions, or why there are none (`problem`).

    `counted`: regions with all figures, the reader's own among them; `candidates`: all regions
    of its level. `as_far`: how many more are just as far as the last one listed. `is_former`: no
    region of today can be like it; `heirs` took its place, as far as is known.
    """

    contexts: tuple[Context, ...]
    peers: tuple[Peer, ...]
    counted: int
    candidates: int
    as_far: int
    problem: str
    is_former: bool = False
    heirs: tuple[PlaceCode, ...] = ()


def default_contexts(offered: Catalogue) -> list[Chosen]:
    """What regions are compared by while nobody chose: a series each of `DEFAULT_CONCEPTS`."""
    found = offered.by_concept()
    return [found[concept] for concept in DEFAULT_CONCEPTS if concept in found]


def regions_like(
    place: Place, code: PlaceCode, chosen: Sequence[Chosen], *, as_far_as_known: bool = False
) -> Peers:
    """The regions nearest to `place`, whose newest code is `code`, by the `chosen` figures.

    Candidates have a code of the same classification and level as `code`, so that none of them
    overlap; fictional regions stand among themselves. Of each the figure of the same period
    counts, else of the nearest period up to three years away, the newer of two. A region with a
    missing or confidential figure takes no part. `as_far_as_known` leaves out choices of which
    `place` has no figure, unless it has none of any. A former region is like none: its last
    classification is kept in part only. A constant number of queries.
    """
    if is_former(code):
        heirs = tuple(heirs_of_today(code))
        return Peers((), (), 0, 0, 0, _why_former(place, code), is_former=True, heirs=heirs)
    codes = _candidates(place, code)
    contexts = _contexts(place, chosen)
    if as_far_as_known:
        contexts = tuple(one for one in contexts if one.mine is not None) or contexts
    missing = [one.chosen.label for one in contexts if one.mine is None]
    if missing or not contexts:
        return Peers(contexts, (), 0, len(codes), 0, _why_no_own(place, missing))
    rows = _complete(contexts, codes)
    values = {key: [_value(one) for one in row] for key, row in rows.items()}
    if len(rows) < FEWEST:
        return Peers(contexts, (), len(rows), len(codes), 0, _too_few(len(rows)))
    constant = [sd == 0 for sd in standard_deviations(list(values.values()))]
    contexts = tuple(
        Context(one.chosen, one.mine, is_constant)
        for one, is_constant in zip(contexts, constant, strict=True)
    )
    near = distances(values, place.pk)
    peers = tuple(_peer(one, codes[one.key], contexts, rows[one.key]) for one in near[:LISTED])
    as_far = sum(one.rank == near[LISTED - 1].rank for one in near[LISTED:]) if near else 0
    return Peers(contexts, peers, len(rows), len(codes), as_far, "")


def _candidates(place: Place, code: PlaceCode) -> dict[int, PlaceCode]:
    """Key of a place → its code, for every region of the level, by code."""
    rows = PlaceCode.objects.filter(
        scheme=code.scheme,
        version=code.version,
        level=code.level,
        place__is_fictional=place.is_fictional,
        place__in=pages(),
    )
    found: dict[int, PlaceCode] = {}
    for row in rows.select_related("place").prefetch_related("place__names").order_by("code"):
        found.setdefault(row.place_id, row)
    return found


def _contexts(place: Place, chosen: Sequence[Chosen]) -> tuple[Context, ...]:
    """Each choice with the newest figure that `place` has of it."""
    found = readings(chosen, [place.pk])
    own = [found[one.token].get(place.pk, {}) for one in chosen]
    return tuple(
        Context(one, _newest(by_period), False) for one, by_period in zip(chosen, own, strict=True)
    )


def _newest(by_period: ByPeriod) -> Reading | None:
    usable = [one for one in by_period.values() if not why_withheld(one.value, one.flags)]
    return max(usable, key=lambda one: one.period, default=None)


def _complete(contexts: Sequence[Context], codes: Iterable[int]) -> dict[int, tuple[Reading, ...]]:
    """The figures of every region that has all of them, in the order of `codes`."""
    found = readings([one.chosen for one in contexts], codes, _around(contexts))
    rows = {
        key: tuple(_nearest(found[one.chosen.token].get(key, {}), one.period) for one in contexts)
        for key in codes
    }
    return {
        key: tuple(one for one in row if one is not None)
        for key, row in rows.items()
        if None not in row
    }


def _around(contexts: Sequence[Context]) -> Q:
    """The years that any figure can come from."""
    wanted = Q()
    for one in contexts:
        year = int(one.period[:4])
        groups = [group.pk for group in one.chosen.breakdowns]
        first, after = str(year - YEARS_APART), str(year + YEARS_APART + 1)
        wanted |= Q(breakdown__in=groups, period__gte=first, period__lt=after)
    return wanted


def _nearest(by_period: ByPeriod, period: str) -> Reading | None:
    """The usable reading nearest to `period`, the newer of two; None beyond three years."""
    aim = _in_years(period)
    usable = [
        (abs(_in_years(one.period) - aim), -_in_years(one.period), one)
        for one in by_period.values()
        if not why_withheld(one.value, one.flags)
    ]
    apart, _newer, reading = min(usable, key=lambda one: one[:2], default=(0.0, 0.0, None))
    return reading if apart <= YEARS_APART else None


def _in_years(period: str) -> float:
    """When a period begins: `2013-Q3` is 2013.5."""
    found = parse_period(period)
    part = "".join(c for c in period[4:] if c.isdigit())
    parts = _PARTS[found.frequency] if found else 1
    return int(period[:4]) + (int(part) - 1) / parts if part else float(period[:4])


def _value(reading: Reading) -> float:
    if reading.value is None:
        raise ValueError("a missing figure has no distance")
    return reading.value


def _why_former(place: Place, code: PlaceCode) -> str:
    words = _(
        "%(region)s is a region of the past: it was last in %(classification)s. Regions of today"
        " have other boundaries and later figures, so none can be said to be like it."
    )
    return words % {"region": place.name, "classification": code.classification}


def _why_no_own(place: Place, missing: Sequence[str]) -> str:
    if not missing:
        return _("Choose the figures by which regions are compared.")
    words = _(
        "%(region)s has no figure of its own for: %(missing)s. Take it off or choose another."
    )
    return words % {"region": place.name, "missing": "; ".join(missing)}


def _too_few(counted: int) -> str:
    """The refusal where too few regions could be compared."""
    return _(
        "Only %(counted)s regions of this level have all these figures; at least %(fewest)s are"
        " needed to say which are near. Choose fewer or other figures."
    ) % {"counted": counted, "fewest": FEWEST}


def _peer(
    distance: Distance, code: PlaceCode, contexts: Sequence[Context], row: Sequence[Reading]
) -> Peer:
    figures = tuple(
        _figure(context, reading, part)
        for context, reading, part in zip(contexts, row, distance.parts, strict=True)
    )
    return Peer(code.place, code, distance.rank, number(distance.total, DECIMALS), figures)


def _figure(context: Context, reading: Reading, apart: float) -> PeerFigure:
    text = number(apart, DECIMALS)
    return PeerFigure(
        reading=reading,
        text=number(_value(reading), context.chosen.series.decimals),
        flag_words=flag_words(reading.flags),
        apart=f"+{text}" if apart > 0 else text,
        is_other_period=reading.period != context.period,
    )
