"""Former territories, and the territories that took their place."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db.models import F, Max

from regin.apps.regions.models import PlaceChange, PlaceCode


def former_places(places: Iterable[int]) -> set[int]:
    """Which of `places` the newest classification no longer has; no free region. Two queries."""
    nuts = PlaceCode.objects.filter(scheme=PlaceCode.NUTS).order_by()
    newest = nuts.aggregate(newest=Max("version"))["newest"]
    codes = nuts.filter(place__in=list(places)).values_list("place_id", "version")
    held: dict[int, bool] = {}
    for place, version in codes:
        held[place] = held.get(place, False) or version == newest
    return {place for place, is_current in held.items() if not is_current}


def territory_shown(former: Collection[int], by: Collection[int]) -> set[int]:
    """Which of the `former` places some place of `by` has succeeded, over any number of versions.

    One query, none without `former`.
    """
    if not former:
        return set()
    became: dict[int, set[int]] = {}
    changes = PlaceChange.objects.exclude(before__place=F("after__place"))
    known = changes.filter(before__isnull=False, after__isnull=False)
    for before, after in known.values_list("before__place", "after__place"):
        became.setdefault(before, set()).add(after)
    return {place for place in former if not _heirs(place, became).isdisjoint(by)}


def _heirs(place: int, became: dict[int, set[int]]) -> set[int]:
    """Everything that `place` became, step by step; itself is none of them."""
    found: set[int] = set()
    open_ends = [place]
    while open_ends:
        new = became.get(open_ends.pop(), set()) - found
        found |= new
        open_ends += new
    return found - {place}
