"""Small real rows for tests; what a test does not name is filled in."""

from __future__ import annotations

from typing import Any

from regin.apps.accounts.actor import Actor, actor_of
from regin.apps.accounts.models import Membership, Organisation, Role, State, Visibility
from regin.apps.identity.models import User
from regin.apps.regions.models import Place, PlaceCode, Profile

_COUNT = {"n": 0}


def _next() -> int:
    _COUNT["n"] += 1
    return _COUNT["n"]


def make_place(name: str = "Testland", code: str = "", **changes: Any) -> Place:
    """A place with one code: `level`, `version`, `scheme` and `parent` go to the code."""
    number = _next()
    of_code = {
        "scheme": changes.pop("scheme", PlaceCode.NUTS),
        "version": changes.pop("version", "2024"),
        "level": changes.pop("level", 2),
        "parent": changes.pop("parent", None),
    }
    defaults = {"key": f"test-{number}", "category": Place.Category.NUTS, "native_name": name}
    place = Place.objects.create(**defaults | changes)
    PlaceCode.objects.create(place=place, code=code or f"T{number}", name=name, **of_code)
    return place


def make_organisation(**changes: Any) -> Organisation:
    defaults = {"name": f"Organisation {_next()}", "category": Organisation.Kind.REGION}
    return Organisation.objects.create(**defaults | changes)


def make_user(**changes: Any) -> User:
    number = _next()
    defaults = {"email": f"person{number}@example.org", "name": f"Person {number}"}
    # Without a password: tests sign in by force, and hashing one takes a second.
    return User.objects.create_user(**defaults | changes)


def make_actor(organisation: Organisation, *roles: Role, user: User | None = None) -> Actor:
    """Somebody with `roles` in `organisation`."""
    user = user or make_user()
    for role in roles:
        Membership.objects.create(organisation=organisation, user=user, role=role)
    return actor_of(user)


def make_profile(**changes: Any) -> Profile:
    """A published, public profile without texts."""
    defaults = {
        "organisation": changes.pop("organisation", None) or make_organisation(),
        "place": changes.pop("place", None) or make_place(),
        "authority_name": "Regionen",
        "source": "A law",
        "state": State.PUBLISHED,
        "visibility": Visibility.PUBLIC,
    }
    return Profile.objects.create(**defaults | changes)
