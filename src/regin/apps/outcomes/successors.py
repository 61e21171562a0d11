"""Former territories, and the territories that took their place."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db.models import F, Max

from regin.apps.regions.facts import pages
from regin.apps.regions.models import PlaceChange, PlaceCode


def former_places(places: Iterable[int]) -> set[int]:
    """Which of `places` their country's newest classification lacks, see `is_former`.

    No free region is. Two queries.
    """
    nuts = PlaceCode.objects.filter(scheme=PlaceCode.NUTS).order_by()
    newest = _newest_by_country(nuts.filter(level=0).values_list("code", "place_id", "version"))
    codes = nuts.filter(place__in=list(places)).values_list("place_id", "code", "version")
    held: dict[int, bool] = {}
    for place, code, version in codes:
        is_current = version == newest.get(code[:2], version)
        held[place] = held.get(place, False) or is_current
    return {place for place, is_current in held.items() if not is_current}


def _newest_by_country(codes: Iterable[tuple[str, int, str]]) -> dict[str, str]:
    """Code of a country → the newest version with its territory: Greece was GR and is EL."""
    rows = list(codes)
    newest: dict[int, str] = {}
    for _code, place, version in rows:
        newest[place] = max(version, newest.get(place, ""))
    return {code: newest[place] for code, place, _version in rows}


def territory_shown(former: Collection[int], by: Collection[int]) -> set[int]:
    """Which of the `former` places some place of `by` has succeeded, over any number of versions.

    One query, none without `former`.
    """
    if not former:
        return set()
    became = _became()
    return {place for place in former if not _heirs(place, became).isdisjoint(by)}


def is_former(code: PlaceCode) -> bool:
    """Whether its country's newest classification lacks the place whose newest code is `code`.

    A country that left is measured by the last classification it had: its regions have neighbours
    there. One query.
    """
    newest = _newest_of_country(code)
    return newest is not None and code.version != newest


def heirs_of_today(code: PlaceCode) -> list[PlaceCode]:
    """The regions of today that took the place of the former one, as far as is known, by code.

    `code`: its newest one. Over any number of versions, in a constant number of queries.
    """
    rows = PlaceCode.objects.filter(
        scheme=code.scheme,
        version=_newest_of_country(code),
        place__in=_heirs(code.place_id, _became()),
    )
    known = rows.filter(place__in=pages()).select_related("place")
    return list(known.prefetch_related("place__names").order_by("code"))


def _newest_of_country(code: PlaceCode) -> str | None:
    """The newest classification with the country of `code`; None where there is no country.

    By its territory: Greece was GR and is EL.
    """
    countries = PlaceCode.objects.filter(scheme=PlaceCode.NUTS, level=0)
    known = countries.filter(place__in=countries.filter(code=code.country_code).values("place"))
    newest: str | None = known.order_by().aggregate(newest=Max("version"))["newest"]
    return newest


def _became() -> dict[int, set[int]]:
    """Place → the other places that it became in the next version. One query."""
    became: dict[int, set[int]] = {}
    changes = PlaceChange.objects.exclude(before__place=F("after__place"))
    known = changes.filter(before__isnull=False, after__isnull=False)
    for before, after in known.values_list("before__place", "after__place"):
        became.setdefault(before, set()).add(after)
    return became


def _heirs(place: int, became: dict[int, set[int]]) -> set[int]:
    """Everything that `place` became, step by step; itself is none of them."""
    found: set[int] = set()
    open_ends = [place]
    while open_ends:
        new = became.get(open_ends.pop(), set()) - found
        found |= new
        open_ends += new
    return found - {place}
