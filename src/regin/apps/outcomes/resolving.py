"""Which place a code of a file means, and in which version of the classification."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

from django.db.models import Exists, OuterRef

from regin.apps.outcomes.models import Breakdown, Observation, Series
from regin.apps.regions.models import PlaceCode
from regin.apps.regions.operations import starter_rows

# Whatever the file: more codes than this in one question and a database may refuse it.
BATCH = 500


@dataclass(frozen=True, slots=True)
class Resolved:
    """Codes of a file, sorted out.

    `version` was chosen, `known_by` says for each version how many codes it knows. `places` maps
    a code to the key of its PlaceCode, `versions` counts codes by the version they got.
    `aggregates` are known codes that stand for no region; `unknown` nobody knows.
    """

    version: str
    known_by: dict[str, int]
    places: dict[str, int]
    versions: dict[str, int]
    aggregates: tuple[str, ...]
    unknown: tuple[str, ...]


@cache
def aggregate_codes() -> frozenset[str]:
    """Codes that stand for no region: EU28, EA19 and the like."""
    return frozenset(row["code"] for row in starter_rows("aggregates.csv"))


def versions() -> list[str]:
    """Versions of NUTS that this installation knows, newest first."""
    rows = PlaceCode.objects.filter(scheme=PlaceCode.NUTS).order_by("-version")
    return list(rows.values_list("version", flat=True).distinct())


def resolve(codes: Iterable[str], version: str | None = None) -> Resolved:
    """Sort out `codes`. The version that knows most of them is taken, unless one is named.

    A code that the version does not know keeps the newest one that does.
    """
    wanted = list(dict.fromkeys(codes))
    found = _known(wanted)
    known_by = Counter(name for places in found.values() for name in places)
    chosen = version or _best(known_by)
    taken = {code: _version_of(places, chosen) for code, places in found.items()}
    left = [code for code in wanted if code not in found]
    return Resolved(
        version=chosen,
        known_by=dict(sorted(known_by.items(), reverse=True)),
        places={code: found[code][name] for code, name in taken.items()},
        versions=dict(sorted(Counter(taken.values()).items(), reverse=True)),
        aggregates=tuple(code for code in left if code in aggregate_codes()),
        unknown=tuple(code for code in left if code not in aggregate_codes()),
    )


def as_held(resolved: Resolved, series: Series) -> Resolved:
    """`resolved`, with the code under which `series` holds a place already, where it is the same.

    A territory that keeps its code in two versions of the classification is one place. Were its
    figures kept under both, an older one could stand beside a newer one.
    """
    codes = list(resolved.places)
    groups = list(Breakdown.objects.filter(series=series).values_list("pk", flat=True))
    wanted = {code.pk: code for code in _place_codes(resolved.places.values())}
    held: dict[tuple[int, str], PlaceCode] = {}
    figures = Observation.objects.filter(
        series=series, breakdown__in=groups, place_code=OuterRef("pk")
    )
    for start in range(0, len(codes) if groups else 0, BATCH):
        rows = PlaceCode.objects.filter(
            scheme=PlaceCode.NUTS, code__in=codes[start : start + BATCH]
        )
        for row in rows.filter(Exists(figures)).order_by("version"):
            held[row.place_id, row.code] = row
    taken = {
        code: held.get((wanted[key].place_id, code), wanted[key])
        for code, key in resolved.places.items()
    }
    counts = Counter(row.version for row in taken.values())
    return replace(
        resolved,
        places={code: row.pk for code, row in taken.items()},
        versions=dict(sorted(counts.items(), reverse=True)),
    )


def _place_codes(keys: Iterable[int]) -> list[PlaceCode]:
    listed, found = list(keys), list[PlaceCode]()
    for start in range(0, len(listed), BATCH):
        found += PlaceCode.objects.filter(pk__in=listed[start : start + BATCH])
    return found


def _known(codes: list[str]) -> dict[str, dict[str, int]]:
    """Code → version → key, for the codes that any version knows."""
    found: dict[str, dict[str, int]] = {}
    for start in range(0, len(codes), BATCH):
        rows = PlaceCode.objects.filter(
            scheme=PlaceCode.NUTS, code__in=codes[start : start + BATCH]
        )
        for code, version, key in rows.order_by("version").values_list("code", "version", "pk"):
            found.setdefault(code, {})[version] = key
    return found


def _best(known_by: Counter[str]) -> str:
    """The version that knows most codes; of two that know as many, the newer."""
    return max(known_by, key=lambda name: (known_by[name], name), default="")


def _version_of(places: dict[str, int], chosen: str) -> str:
    return chosen if chosen in places else max(places)
