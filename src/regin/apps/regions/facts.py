"""What is known of a place: its codes, what it lies in, what lies in it, how it changed."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects
from django.utils.translation import gettext as _

from regin.apps.regions.change_words import ChangeWords, in_words
from regin.apps.regions.models import Place, PlaceChange, PlaceCode
from regin.apps.regions.operations.search_names import newest_versions

LEVELS = 4


@dataclass(frozen=True, slots=True)
class CodeRow:
    """One code with the versions that have it, newest first."""

    code: str
    level: int
    classifications: list[str]


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """Everything of a place that does not depend on who asks."""

    place: Place
    code: PlaceCode
    is_current: bool
    codes: list[CodeRow]
    parents: list[PlaceCode]
    children: list[PlaceCode]
    changes: list[ChangeWords]

    @property
    def level_label(self) -> str:
        return level_label(self.code)


def pages() -> QuerySet[Place]:
    """Places that have a page: all but territories outside the regions, where nobody governs."""
    return Place.objects.exclude(category=Place.Category.EXTRA)


def level_label(code: PlaceCode) -> str:
    """“country”, “region, level 2” of a statistical code; “free region” of any other."""
    if code.scheme != PlaceCode.NUTS:
        return _("free region")
    if code.level == 0:
        return _("country")
    return _("region, level %(level)d") % {"level": code.level}


def place_facts(place: Place) -> PlaceFacts | None:
    """The facts of `place` in a constant number of queries; None when it has no code at all."""
    codes = list(_codes_with_parents(place))
    if not codes:
        return None
    code = max(codes, key=lambda row: row.version)
    parents, children = _parents(code), list(_children(code))
    _with_names([row.place for row in [*parents, *children]])
    return PlaceFacts(
        place=place,
        code=code,
        is_current=code.version == newest_versions()[code.scheme],
        codes=_code_rows(codes),
        parents=parents,
        children=children,
        changes=[in_words(change, place) for change in _changes(place)],
    )


def _codes_with_parents(place: Place) -> QuerySet[PlaceCode]:
    chain = "__".join(["parent"] * (LEVELS - 1))
    related = ["parent__place", "parent__parent__place", f"{chain}__place"]
    return PlaceCode.objects.filter(place=place).select_related(*related)


def _parents(code: PlaceCode) -> list[PlaceCode]:
    """From the country down to the direct parent."""
    chain: list[PlaceCode] = []
    above = code.parent
    while above is not None:
        chain.insert(0, above)
        above = above.parent
    return chain


def _children(code: PlaceCode) -> QuerySet[PlaceCode]:
    rows = PlaceCode.objects.filter(parent=code).exclude(place__category=Place.Category.EXTRA)
    return rows.select_related("place").order_by("code")


def _with_names(places: list[Place]) -> None:
    """Load the authored names of all `places` at once, whoever made the objects."""
    if places:
        prefetch_related_objects(places, "names")


def _code_rows(codes: list[PlaceCode]) -> list[CodeRow]:
    made: dict[tuple[str, int], CodeRow] = {}
    for code in sorted(codes, key=lambda row: row.version, reverse=True):
        row = made.setdefault((code.code, code.level), CodeRow(code.code, code.level, []))
        row.classifications.append(code.classification)
    return list(made.values())


def _changes(place: Place) -> list[PlaceChange]:
    rows = PlaceChange.objects.filter(Q(before__place=place) | Q(after__place=place))
    related = rows.select_related("before__place", "after__place").prefetch_related(
        "before__place__names", "after__place__names"
    )
    return sorted(related, key=_when, reverse=True)


def _when(change: PlaceChange) -> tuple[str, str]:
    after, before = change.after, change.before
    return (after.version if after else "", before.version if before else "")


@dataclass(slots=True)
class Branch:
    """A region with the regions in it."""

    code: PlaceCode
    children: list[Branch]


def countries() -> list[PlaceCode]:
    """Each country's newest code, with its place and names."""
    rows = PlaceCode.objects.filter(scheme=PlaceCode.NUTS, level=0).order_by("version")
    newest = {row.code: row for row in rows.select_related("place")}
    found: dict[int, PlaceCode] = {row.place_id: row for row in newest.values()}
    _with_names([row.place for row in found.values()])
    return list(found.values())


def region_counts() -> dict[tuple[str, str, int], int]:
    """How many regions each country has: (country code, version, level) → count."""
    rows = PlaceCode.objects.filter(scheme=PlaceCode.NUTS, level__gt=0)
    counts: dict[tuple[str, str, int], int] = {}
    plain = rows.exclude(place__category=Place.Category.EXTRA).order_by()
    for code, version, level in plain.values_list("code", "version", "level"):
        key = (code[:2], version, level)
        counts[key] = counts.get(key, 0) + 1
    return counts


def tree_of(country: PlaceCode) -> list[Branch]:
    """The regions of `country`, in the version of its newest code, as a tree."""
    rows = PlaceCode.objects.filter(
        scheme=country.scheme, version=country.version, code__startswith=country.code, level__gt=0
    )
    names = Prefetch("place", queryset=Place.objects.prefetch_related("names"))
    plain = rows.exclude(place__category=Place.Category.EXTRA).prefetch_related(names)
    branches = {row.pk: Branch(row, []) for row in plain.order_by("level", "code")}
    for branch in branches.values():
        if branch.code.parent_id in branches:
            branches[branch.code.parent_id].children.append(branch)
    return [branch for branch in branches.values() if branch.code.parent_id == country.pk]


def free_regions() -> QuerySet[Place]:
    """Regions of no statistical classification."""
    return Place.objects.filter(category=Place.Category.FREE).prefetch_related("names", "codes")
