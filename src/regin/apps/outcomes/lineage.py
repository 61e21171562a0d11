"""Whose figures may stand for a region that has none: what it lies in, up to its country."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import prefetch_related_objects

from regin.apps.regions.models import Place, PlaceCode


@dataclass(frozen=True, slots=True)
class Lineage:
    """`places`: the region itself, then what it lies in. `code`: its newest one, if it has any."""

    places: tuple[Place, ...]
    code: PlaceCode | None
    country: Place | None


def lineage_of(place: Place) -> Lineage:
    """`place` and what it lies in by its newest code. Made-up and real places never mix."""
    chain = "parent__place", "parent__parent__place", "parent__parent__parent__place"
    codes = PlaceCode.objects.filter(place=place).select_related(*chain)
    newest = code = codes.order_by("-version").first()
    places, country = [place], None
    while code is not None and code.parent is not None:
        code = code.parent
        if code.place.is_fictional != place.is_fictional:
            break
        places.append(code.place)
        country = code.place if code.level == 0 else None
    prefetch_related_objects(places, "names")
    return Lineage(tuple(places), newest, country)
