"""From places in the database to spots on the map, in a number of queries that stays the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Max, Q, Subquery, prefetch_related_objects

from regin.apps.regions.map_frame import position
from regin.apps.regions.map_outlines import Outline, outlines_of
from regin.apps.regions.map_parts import Spot
from regin.apps.regions.models import BoundarySet, Place, PlaceCode
from regin.files.geometry import Point


@dataclass(frozen=True, slots=True)
class Gathered:
    """Spots by key of their place, and what the set of boundaries asks to print if it was used."""

    spots: dict[int, Spot]
    background: tuple[int, ...]
    attribution: str


@dataclass(frozen=True, slots=True)
class _Code:
    """A code of a place, and where the main city of what it lies in is: longitude, latitude."""

    pk: int
    code: str
    place: int
    parent: tuple[float | None, float | None]


def gather(places: Iterable[Place], *, background_level: int | None = None) -> Gathered:
    """Spots of `places`, and of all of `background_level` in the newest NUTS version.

    The codes, the boundaries, and names that were not read before: three queries; two more for a
    background, one more the first time that a boundary is drawn.
    """
    chosen = {place.pk: place for place in places}
    behind = _newest(background_level) if background_level is not None else Q(pk__in=[])
    codes = _codes(Q(place__in=list(chosen)) | behind)
    by_place: dict[int, list[_Code]] = {key: [] for key in chosen}
    for code in codes:
        by_place.setdefault(code.place, []).append(code)
    others = tuple(key for key in by_place if key not in chosen)
    known = chosen | (Place.objects.in_bulk(others) if others else {})
    prefetch_related_objects(list(known.values()), "names")
    drawn_from = BoundarySet.objects.order_by("-version").first()
    outlines = outlines_of((code.pk for code in codes), drawn_from) if drawn_from else {}
    spots = {key: _spot(known[key], of_place, outlines) for key, of_place in by_place.items()}
    used = drawn_from is not None and any(spot.path for spot in spots.values())
    return Gathered(spots, others, drawn_from.attribution if drawn_from and used else "")


def _newest(level: int) -> Q:
    versions = PlaceCode.objects.filter(scheme=PlaceCode.NUTS).order_by().values("scheme")
    newest = versions.annotate(newest=Max("version")).values("newest")
    return Q(scheme=PlaceCode.NUTS, level=level, version=Subquery(newest))


def _codes(wanted: Q) -> list[_Code]:
    """The codes, newest first. As plain values: a map may have thousands of them."""
    rows = PlaceCode.objects.filter(wanted).order_by("-version", "code")
    city = "parent__place__longitude", "parent__place__latitude"
    return [
        _Code(pk, code, place, (longitude, latitude))
        for pk, code, place, longitude, latitude in rows.values_list("pk", "code", "place", *city)
    ]


def _spot(place: Place, codes: Sequence[_Code], outlines: dict[int, Outline]) -> Spot:
    """`codes` newest first; the outline may be of an older one."""
    outline = next((outlines[code.pk] for code in codes if code.pk in outlines), None)
    return Spot(
        key=place.pk,
        name=place.name,
        code=codes[0].code if codes else "",
        url=place.get_absolute_url(),
        at=_at(place, codes, outline),
        path=outline.path if outline else "",
        in_insets=outline is not None and outline.in_insets,
    )


def _at(place: Place, codes: Sequence[_Code], outline: Outline | None) -> Point | None:
    """The main city, else inside the outline, else the parent's main city."""
    own = _city(place.longitude, place.latitude) or (outline.inside if outline else None)
    if own is not None:
        return own
    parents = (_city(*code.parent) for code in codes)
    return next((at for at in parents if at is not None), None)


def _city(longitude: float | None, latitude: float | None) -> Point | None:
    if latitude is None or longitude is None:
        return None
    return position(longitude, latitude)
