"""What people have taught a series about codes and labels of its files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from regin.apps.outcomes.labels import DIMENSIONS, code_words
from regin.apps.outcomes.models import Series
from regin.apps.outcomes.selecting import BREAKDOWNS
from regin.apps.regions.models import PlaceCode

# `place_codes` are of this dimension; `label_codes` name their own.
PLACES = ""
Labels = dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Taught:
    """One thing taught. `said`: what files say in `dimension`; `code`: what is read, empty for a
    place that is left out. `key` names it in a form."""

    dimension: str
    said: str
    code: str

    @property
    def key(self) -> str:
        return hashlib.sha256(f"{self.dimension}\n{self.said}".encode()).hexdigest()[:20]

    @property
    def dimension_words(self) -> str:
        """The dimension as people call it; its own name where nobody gave it words."""
        if self.dimension == PLACES:
            return _("Code of a region")
        known = DIMENSIONS.get(BREAKDOWNS.get(self.dimension, ""))
        return str(known) if known else self.dimension


@dataclass(frozen=True, slots=True)
class TaughtRow:
    """A row of the table: `words` say what the code means, empty when nobody has words for it."""

    taught: Taught
    words: str


def taught_codes(series: Series) -> list[Taught]:
    """Everything that `series` was taught, regions first, each kind by what files say."""
    return sorted(_all(series), key=lambda one: (one.dimension, one.said))


def _all(series: Series) -> Iterator[Taught]:
    for said, code in series.place_codes.items():
        yield Taught(PLACES, said, code)
    for dimension, labels in series.label_codes.items():
        for said, code in labels.items():
            yield Taught(dimension, said, code)


def taught_rows(taught: list[Taught]) -> list[TaughtRow]:
    """`taught` with words for each code, in one question to the database."""
    names = _names({one.code for one in taught if one.dimension in {PLACES, "geo"}})
    return [TaughtRow(one, _words(one, names)) for one in taught]


def _words(taught: Taught, names: Mapping[str, str]) -> str:
    if taught.dimension in {PLACES, "geo"}:
        return names.get(taught.code, "")
    words = code_words(BREAKDOWNS.get(taught.dimension, ""), taught.code)
    return "" if words == taught.code else words


def _names(codes: set[str]) -> dict[str, str]:
    """Code of NUTS → name of its region, of the newest version that knows it."""
    rows = PlaceCode.objects.filter(scheme=PlaceCode.NUTS, code__in=codes).order_by("version")
    named = rows.select_related("place").prefetch_related("place__names")
    return {row.code: row.place.name for row in named}


def without_code(series: Series, key: str) -> tuple[Labels, dict[str, str]] | None:
    """`label_codes` and `place_codes` without what `key` names; None when nothing has that key."""
    kept = [one for one in _all(series) if one.key != key]
    if len(kept) == len(list(_all(series))):
        return None
    labels: Labels = {}
    for one in kept:
        if one.dimension != PLACES:
            labels.setdefault(one.dimension, {})[one.said] = one.code
    return labels, {one.said: one.code for one in kept if one.dimension == PLACES}
