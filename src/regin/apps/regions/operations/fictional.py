"""Two regions that do not exist: a demonstration shows made-up scores of these only."""

from __future__ import annotations

from django.db import transaction

from regin.apps.accounts.actor import Actor
from regin.apps.accounts.permissions import require
from regin.apps.common.addresses import known_id
from regin.apps.common.operations import record
from regin.apps.regions import permissions  # noqa: F401  # declares the rules that `require` asks
from regin.apps.regions.models import Place, PlaceCode
from regin.apps.regions.operations.search_names import rebuild_search_names

FICTIONAL = {"X-NOR": "Norvalia", "X-EST": "Estmark"}


@transaction.atomic
def load_fictional_places(actor: Actor) -> list[Place]:
    """The fictional regions, made if they are not there. They have no position on the real map."""
    require(actor, "places.load")
    places = [_place(code, name) for code, name in FICTIONAL.items()]
    rebuild_search_names(places)
    record(actor.reference, "places.load_fictional", places=len(places))
    return places


def _place(code: str, name: str) -> Place:
    key = f"free-{code}"
    place, _made = Place.objects.update_or_create(
        key=key,
        defaults={
            "category": Place.Category.FREE,
            "native_name": name,
            "latin_name": name,
            "is_fictional": True,
        },
        create_defaults={
            "public_id": known_id(key),
            "category": Place.Category.FREE,
            "native_name": name,
            "latin_name": name,
            "is_fictional": True,
        },
    )
    PlaceCode.objects.get_or_create(
        scheme=PlaceCode.FREE,
        version="",
        code=code,
        defaults={"place": place, "level": 0, "name": name},
    )
    return place
