"""Who may do what with organisations and owned rows: and/or of one-line predicates.

Other apps build their permissions from these. `may(actor, "…", subject)` asks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from django.http import Http404
from rules.predicates import Predicate
from rules.rulesets import default_rules

from regin.apps.accounts.actor import Actor
from regin.apps.accounts.models import Organisation, Role
from regin.apps.identity.models import User


def predicate(test: Callable[..., bool]) -> Any:
    """Make `test(actor[, subject])` a thing that combines with `&`, `|` and `~`."""
    return Predicate(test)


def grant(permission: str, rule: Any) -> None:
    """Say who has `permission`. A name that is taken raises KeyError."""
    default_rules.add_rule(permission, rule)  # type: ignore[no-untyped-call]  # rules types only some of itself


class HasOrganisation(Protocol):
    """Anything that belongs to an organisation."""

    organisation_id: int


@predicate
def is_signed_in(actor: Actor) -> bool:
    return actor.is_signed_in


@predicate
def is_instance_administrator(actor: Actor) -> bool:
    return actor.is_instance_administrator


@predicate
def is_network_coordinator(actor: Actor) -> bool:
    return actor.is_network_coordinator


@predicate
def belongs_to(actor: Actor, organisation: Organisation) -> bool:
    return organisation.pk in actor.roles


@predicate
def administers(actor: Actor, organisation: Organisation) -> bool:
    return actor.has_role(organisation, Role.ADMINISTRATOR)


@predicate
def edits_in(actor: Actor, organisation: Organisation) -> bool:
    return actor.has_role(organisation, Role.EDITOR, Role.ADMINISTRATOR)


@predicate
def edits_somewhere(actor: Actor) -> bool:
    return bool(actor.organisations_where(Role.EDITOR, Role.ADMINISTRATOR))


@predicate
def edits_for_owner(actor: Actor, row: HasOrganisation) -> bool:
    return actor.has_role(row.organisation_id, Role.EDITOR, Role.ADMINISTRATOR)


@predicate
def reviews_for_owner(actor: Actor, row: HasOrganisation) -> bool:
    return actor.has_role(row.organisation_id, Role.REVIEWER, Role.ADMINISTRATOR)


@predicate
def is_the_person(actor: Actor, person: User) -> bool:
    return actor.user is not None and actor.user.pk == person.pk


grant("people.erase", is_the_person | is_instance_administrator)
grant("people.export", is_the_person)
grant("people.correct", is_the_person)
grant("people.appoint", is_instance_administrator)
grant("organisations.leave", belongs_to)
grant("organisations.create", is_instance_administrator | is_network_coordinator)
grant("organisations.ask_to_join", is_signed_in & ~belongs_to)
grant("organisations.see_people", belongs_to | is_instance_administrator)
grant("organisations.manage_people", administers | is_instance_administrator)
grant("organisations.edit", administers | is_instance_administrator)
grant("owned.edit", edits_for_owner | is_instance_administrator)
grant("owned.publish", reviews_for_owner | is_instance_administrator)


def may(actor: Actor, permission: str, subject: Any = None) -> bool:
    """Whether `actor` has `permission` on `subject`. An unknown permission raises KeyError."""
    if permission not in default_rules:
        raise KeyError(f"no permission is called {permission!r}")
    return bool(default_rules[permission].test(actor, subject))


def require(actor: Actor, permission: str, subject: Any = None) -> None:
    """Raise Http404 unless `actor` has `permission`: “not yours” looks like “not there”."""
    if not may(actor, permission, subject):
        raise Http404
