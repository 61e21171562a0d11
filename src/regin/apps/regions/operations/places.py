"""Load the places that every installation knows: NUTS, names, changes, positions."""

from __future__ import annotations

import csv
from pathlib import Path

from django.db import transaction

from regin.apps.accounts.actor import Actor
from regin.apps.accounts.permissions import require
from regin.apps.common.addresses import known_id
from regin.apps.common.operations import record
from regin.apps.regions import permissions  # noqa: F401  # declares the rules that `require` asks
from regin.apps.regions.models import Place, PlaceChange, PlaceCode, PlaceName
from regin.apps.regions.operations.search_names import rebuild_search_names

DATA = Path(__file__).resolve().parents[1] / "data"
BATCH = 500
LEVELS = 4

Row = dict[str, str]


def starter_rows(name: str) -> list[Row]:
    """Rows of one of the files in `data/`; its README says what the columns mean."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@transaction.atomic
def load_starter_places(actor: Actor) -> dict[str, int]:
    """Load or refresh all starter places and say how many there are. Twice changes nothing.

    A place that the files no longer name stays: something may point to it.
    """
    require(actor, "places.load")
    codes = starter_rows("nuts_codes.csv")
    places = _load_places(codes)
    _load_codes(codes, places)
    _load_names()
    _load_changes()
    rebuild_search_names()
    record(actor.reference, "places.load", places=len(places), codes=len(codes))
    return {"places": len(places), "codes": len(codes)}


def _load_places(codes: list[Row]) -> dict[str, Place]:
    positions = {row["place"]: row for row in starter_rows("city_positions.csv")}
    newest = {row["place"]: row for row in sorted(codes, key=lambda row: row["version"])}
    rows = [_place(key, row, positions.get(key)) for key, row in newest.items()]
    columns = ["category", "native_name", "latin_name", "city", "latitude", "longitude"]
    Place.objects.bulk_create(
        rows,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=columns,
    )
    return Place.objects.in_bulk(list(newest), field_name="key")


def _place(key: str, code: Row, position: Row | None) -> Place:
    """A place as its newest code describes it. Its id is the same in every installation."""
    return Place(
        key=key,
        public_id=known_id(key),
        category=code["kind"],
        native_name=code["name_native"],
        latin_name=code["name_latin"],
        city=position["city"] if position else "",
        latitude=float(position["lat"]) if position else None,
        longitude=float(position["lon"]) if position else None,
    )


def _load_codes(codes: list[Row], places: dict[str, Place]) -> None:
    """Level by level, since a code names its parent of the same version."""
    known: dict[tuple[str, str], int] = {}
    for level in range(LEVELS):
        rows = [row for row in codes if row["level"] == str(level)]
        PlaceCode.objects.bulk_create(
            [_code(row, places, known) for row in rows],
            batch_size=BATCH,
            update_conflicts=True,
            unique_fields=["scheme", "version", "code"],
            update_fields=["place", "level", "parent", "name"],
        )
        stored = PlaceCode.objects.filter(scheme=PlaceCode.NUTS, level=level)
        known |= {(v, c): pk for pk, v, c in stored.values_list("pk", "version", "code")}


def _code(row: Row, places: dict[str, Place], known: dict[tuple[str, str], int]) -> PlaceCode:
    return PlaceCode(
        place=places[row["place"]],
        scheme=PlaceCode.NUTS,
        version=row["version"],
        code=row["code"],
        level=int(row["level"]),
        parent_id=known[row["version"], row["parent"]] if row["parent"] else None,
        name=row["name_native"],
    )


def _load_names() -> None:
    """The names we authored: of every country, and of regions known by other names abroad."""
    countries = PlaceCode.objects.filter(scheme=PlaceCode.NUTS, level=0)
    by_code = dict(countries.values_list("code", "place"))
    by_key = dict(Place.objects.values_list("key", "pk"))
    named = [(by_code[row.pop("code")], row) for row in starter_rows("country_names.csv")]
    named += [(by_key[row.pop("place")], row) for row in starter_rows("region_names.csv")]
    # By place and language: two codes of one country (GR, EL) are one name.
    names = {(place, language): name for place, row in named for language, name in row.items()}
    PlaceName.objects.bulk_create(
        [
            PlaceName(place_id=place, language=language, name=name)
            for (place, language), name in names.items()
            if name
        ],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["place", "language"],
        update_fields=["name"],
    )


def _load_changes() -> None:
    """Add the changes that are not there yet; rows `unchanged` say nothing to people."""
    codes = {
        (code.version, code.code): code.pk
        for code in PlaceCode.objects.filter(scheme=PlaceCode.NUTS).only("version", "code")
    }
    stored = set(PlaceChange.objects.values_list("before", "after", "change"))
    made = []
    for row in starter_rows("nuts_changes.csv"):
        before = codes.get((row["from_version"], row["from_code"]))
        after = codes.get((row["to_version"], row["to_code"]))
        if row["kind"] in PlaceChange.Kind.values and (before, after, row["kind"]) not in stored:
            made.append(_change(row, before, after))
    PlaceChange.objects.bulk_create(made, batch_size=BATCH)


def _change(row: Row, before: int | None, after: int | None) -> PlaceChange:
    return PlaceChange(
        before_id=before,
        after_id=after,
        change=row["kind"],
        share=float(row["share"]) if row["share"] else None,
        source=row["source"],
    )
