"""Reading a number back: to the file and row that brought it, and to what it was before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import QuerySet, Subquery
from django.http import Http404
from django.urls import reverse

from regin.apps.outcomes.figures import figure_text
from regin.apps.outcomes.gaps import UNRELIABLE
from regin.apps.outcomes.labels import computed_words, flag_words, group_words, why_missing
from regin.apps.outcomes.models import Breakdown, FormerFigure, Import, Observation, Series
from regin.apps.regions.models import PlaceCode

LONGEST_CODE = 12
LONGEST_PERIOD = 8


@dataclass(frozen=True, slots=True)
class Version:
    """What a figure was from one import to another.

    `brought` wrote it; `replaced` took its place, None for the one that holds today. `text` is
    empty when the value is missing, and `reason` says why. `computed_from`: the former regions
    of a figure that the source did not publish itself, as a person agreed.
    """

    value: float | None
    flags: str
    text: str
    reason: str
    row: int
    brought: Import
    replaced: Import | None
    decimals: int
    computed_from: str

    @property
    def flag_words(self) -> str:
        return flag_words(self.flags)

    @property
    def unreliable(self) -> bool:
        return UNRELIABLE in self.flags

    @property
    def printed(self) -> str:
        """Value and flags as an office prints them: `9.4 b`, `: u`."""
        return figure_text(self.value, self.flags, self.decimals)


@dataclass(frozen=True, slots=True)
class Reading:
    """One figure with all that is known of it, newest version first.

    `current` is None when an import removed it. `undone`: imports of the series that were taken
    back; what they brought is not kept. `elsewhere`: the same code and period as published for
    other classifications.
    """

    series: Series
    breakdown: Breakdown
    place_code: PlaceCode
    period: str
    current: Version | None
    former: tuple[Version, ...]
    undone: tuple[Import, ...]
    elsewhere: tuple[PlaceCode, ...]

    @property
    def group(self) -> str:
        return group_words(self.breakdown)

    def address_of(self, place_code: PlaceCode) -> str:
        """The address of the same figure as published for `place_code`."""
        return figure_address(self.series, place_code, self.period, self.breakdown)

    @property
    def latest(self) -> Version:
        """The version that holds, else the last that did."""
        return self.current or self.former[0]


def figure_address(series: Series, place_code: PlaceCode, period: str, breakdown: Breakdown) -> str:
    """The address of a figure as it may be cited: it names everything that makes it the one."""
    query = {
        "code": place_code.code,
        "classification": place_code.classification,
        "period": period,
        "group": breakdown.key,
    }
    path = reverse("outcomes:figure", kwargs={"slug": series.slug})
    return f"{path}?{urlencode(query)}"


def read_back(series: Series, asked: Mapping[str, str]) -> Reading:
    """The figure that `code`, `period`, `group` and `classification` name.

    Without a classification the newest that has the figure. A constant number of queries. Raises
    Http404 for a figure that never was.
    """
    breakdown = _breakdown(series, asked.get("group", ""))
    period = asked.get("period", "")
    codes = _codes(series, breakdown, asked.get("code", ""), period)
    wanted = asked.get("classification", "")
    named = [one for one in codes if one.classification == wanted] if wanted else codes
    if not named:
        raise Http404
    place_code = named[0]
    keys = {"series": series, "breakdown": breakdown, "place_code": place_code, "period": period}
    now = Observation.objects.filter(**keys).select_related("imported_in__by", "place_code").first()
    return Reading(
        series=series,
        breakdown=breakdown,
        place_code=place_code,
        period=period,
        current=_version(now, None, series.decimals) if now else None,
        former=_former(series, keys),
        undone=tuple(series.imports.filter(state=Import.State.UNDONE)),
        elsewhere=tuple(one for one in codes if one != place_code),
    )


def _breakdown(series: Series, key: str) -> Breakdown:
    parts = key.split(".")
    if len(parts) != len(Breakdown.DIMENSIONS) or "\x00" in key:
        raise Http404
    found = Breakdown.objects.filter(
        series=series, **dict(zip(Breakdown.DIMENSIONS, parts, strict=True))
    ).first()
    if found is None:
        raise Http404
    return found


def _codes(series: Series, breakdown: Breakdown, code: str, period: str) -> list[PlaceCode]:
    """The codes spelled `code` for which the figure is or was, newest classification first."""
    if "\x00" in code + period or len(code) > LONGEST_CODE or len(period) > LONGEST_PERIOD:
        raise Http404
    keys = {"series": series, "breakdown": breakdown, "period": period}
    spelled = PlaceCode.objects.filter(code=code)
    rows: list[QuerySet[Observation] | QuerySet[FormerFigure]] = [
        model.objects.filter(**keys, place_code__in=spelled).order_by()
        for model in (Observation, FormerFigure)
    ]
    held = [Subquery(one.values("place_code")) for one in rows]
    known = spelled.filter(pk__in=held[0]) | spelled.filter(pk__in=held[1])
    related = known.select_related("place").prefetch_related("place__names")
    return list(related.order_by("-version", "scheme"))


def _former(series: Series, keys: Mapping[str, object]) -> tuple[Version, ...]:
    rows = FormerFigure.objects.filter(**keys).order_by("-replaced_in__decided_at", "-pk")
    related = rows.select_related("imported_in__by", "replaced_in", "place_code")
    return tuple(_version(row, row.replaced_in, series.decimals) for row in related)


def _version(row: Observation | FormerFigure, replaced: Import | None, decimals: int) -> Version:
    missing = row.value is None
    return Version(
        value=row.value,
        flags=row.flags,
        text="" if row.value is None else figure_text(row.value, "", decimals),
        reason=why_missing(row.flags) if missing else "",
        row=row.row,
        brought=row.imported_in,
        replaced=replaced,
        decimals=decimals,
        computed_from=computed_words(row.imported_in, row.place_code.code),
    )
