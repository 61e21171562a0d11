"""Which regions a series has figures for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Exists, OuterRef

from regin.apps.outcomes.models import Breakdown, Observation, Series
from regin.apps.regions.models import PlaceCode

COUNTRY_LEVEL = 0


@dataclass(frozen=True, slots=True)
class Country:
    """A country that has figures, with its name in the active language."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class KnownCode:
    """A code that has figures, in one version of its scheme."""

    code: str
    scheme: str
    version: str
    level: int

    @property
    def classification(self) -> str:
        return f"{self.scheme} {self.version}".strip()


@dataclass(frozen=True)
class Reach:
    """The codes that have any figure of the chosen groups, by code, newest version first."""

    known: tuple[KnownCode, ...]

    @cached_property
    def codes(self) -> frozenset[str]:
        return frozenset(one.code for one in self.known)

    @cached_property
    def levels(self) -> tuple[int, ...]:
        """The levels of the regions, countries first."""
        return tuple(sorted({one.level for one in self.known}))

    @cached_property
    def country_codes(self) -> frozenset[str]:
        """The countries of the regions, also those without a figure of their own."""
        nuts = (one.code[:2] for one in self.known if one.scheme == PlaceCode.NUTS)
        return frozenset(nuts)

    def codes_of(self, level: int | None, country: str) -> list[str]:
        """The codes of one level and country, in their order; None and "" mean all."""
        fitting = (
            one.code
            for one in self.known
            if level in (None, one.level) and one.code.startswith(country)
        )
        return list(dict.fromkeys(fitting))

    def countries(self) -> list[Country]:
        """The countries with their names. Two queries."""
        codes = PlaceCode.objects.filter(scheme=PlaceCode.NUTS, level=COUNTRY_LEVEL)
        named = codes.filter(code__in=self.country_codes).select_related("place")
        rows = named.prefetch_related("place__names").order_by("version")
        return [
            Country(code, place.name) for code, place in {r.code: r.place for r in rows}.items()
        ]


def reach_of(series: Series, groups: Sequence[Breakdown]) -> Reach:
    """Where `series` has figures of any of `groups`. One query."""
    figures = Observation.objects.filter(
        series=series, breakdown__in=groups, place_code=OuterRef("pk")
    )
    rows = PlaceCode.objects.filter(Exists(figures)).order_by("code", "-version", "pk")
    columns = rows.values_list("code", "scheme", "version", "level")
    return Reach(tuple(KnownCode(*row) for row in columns))
