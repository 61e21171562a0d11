"""Find a region by the beginning of a name or code, and say why it was found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from regin.apps.common.translating import language_name
from regin.apps.regions.models import Place, PlaceCode, SearchName
from regin.apps.regions.operations.search_names import LONGEST, words_of

# Longer than any name; what comes after it cannot matter.
LONGEST_QUERY = 1000


@dataclass(frozen=True, slots=True)
class Hit:
    """One region and why it matched, in the reader's language."""

    place: Place
    code: PlaceCode | None
    why: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Found:
    """The first hits, and how many regions match in all."""

    hits: list[Hit]
    total: int


def find(query: str, limit: int = 30) -> Found:
    """Regions whose name or code begins with `query`, best first.

    Accents, case and punctuation do not matter. An exact code comes first, then current before
    superseded, then larger regions. A constant number of queries; any text is a safe query.
    """
    text = " ".join(words_of(query[:LONGEST_QUERY]))[:LONGEST]
    if not text:
        return Found([], 0)
    rows = _matching(text)
    best: dict[int, SearchName] = {}
    for row in rows.order_by("rank", "-is_current", "level", "kind", "text", "pk").iterator():
        best.setdefault(row.place_id, row)
        if len(best) == limit:
            break
    return Found(_hits(best), rows.order_by().values("place").distinct().count())


def _matching(text: str) -> QuerySet[Any]:
    """Search rows that begin with `text`. A code has no blanks: `es 51` means ES51."""
    is_code = Q(kind=SearchName.Kind.CODE, text=text.replace(" ", ""))
    rank = Case(When(is_code, then=Value(0)), default=Value(1), output_field=IntegerField())
    return SearchName.objects.filter(Q(text__startswith=text) | is_code).annotate(rank=rank)


def _hits(best: dict[int, SearchName]) -> list[Hit]:
    places = Place.objects.prefetch_related("names", "codes__parent__place__names").in_bulk(best)
    return [
        Hit(places[key], places[key].current_code, why(row), row.is_current)
        for key, row in best.items()
    ]


def why(row: SearchName) -> str:
    """Why `row` matched: “code EL51 of NUTS 2024”, “name in Catalan: Espanya”."""
    if row.kind == SearchName.Kind.CODE:
        return _("code %(code)s of %(classification)s") % {
            "code": row.shown,
            "classification": row.origin,
        }
    if row.origin == "native":
        return _("name there: %(name)s") % {"name": row.shown}
    if row.origin == "latin":
        return _("name in Latin letters: %(name)s") % {"name": row.shown}
    return _named_in(row)


def _named_in(row: SearchName) -> str:
    language = language_name(row.origin, in_sentence=True)
    if language == row.origin:
        # Not a language: the version of a classification that called it so.
        return _("name in %(classification)s: %(name)s") % {
            "classification": row.origin,
            "name": row.shown,
        }
    return _("name in %(language)s: %(name)s") % {"language": language, "name": row.shown}
