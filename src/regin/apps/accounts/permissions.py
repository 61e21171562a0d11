"""Who may do what with organisations and owned rows: and/or of one-line predicates.

Other apps build their permissions from these. `may(actor, "…", subject)` asks.
"""

from __future__ import annotations

from typing import Any, Protocol

import rules
from django.http import Http404

from regin.apps.accounts.actor import Actor
from regin.apps.accounts.models import Organisation, Role


class HasOrganisation(Protocol):
    """Anything that belongs to an organisation."""

    organisation_id: int


@rules.predicate  # type: ignore[untyped-decorator]  # rules ships no types
def is_signed_in(actor: Actor) -> bool:
    return actor.is_signed_in


@rules.predicate  # type: ignore[untyped-decorator]  # rules ships no types
def is_instance_administrator(actor: Actor) -> bool:
    return actor.is_instance_administrator


@rules.predicate  # type: ignore[untyped-decorator]  # rules ships no types
def is_network_coordinator(actor: Actor) -> bool:
    return actor.is_network_coordinator


@rules.predicate  # type: ignore[untyped-decorator]  # rules ships no types
def belongs_to(actor: Actor, organisation: Organisation) -> bool:
    return organisation.pk in actor.roles


@rules.predicate  # type: ignore[untyped-decorator]  # rules ships no types
def administers(actor: Actor, organisation: Organisation) -> bool:
    return actor.has_role(organisation, Role.ADMINISTRATOR)


@rules.predicate  # type: ignore[untyped-decorator]  # rules ships no types
def edits_for_owner(actor: Actor, row: HasOrganisation) -> bool:
    return actor.has_role(row.organisation_id, Role.EDITOR, Role.ADMINISTRATOR)


@rules.predicate  # type: ignore[untyped-decorator]  # rules ships no types
def reviews_for_owner(actor: Actor, row: HasOrganisation) -> bool:
    return actor.has_role(row.organisation_id, Role.REVIEWER, Role.ADMINISTRATOR)


rules.add_rule("organisations.create", is_instance_administrator | is_network_coordinator)
rules.add_rule("organisations.ask_to_join", is_signed_in & ~belongs_to)
rules.add_rule("organisations.see_people", belongs_to | is_instance_administrator)
rules.add_rule("organisations.manage_people", administers | is_instance_administrator)
rules.add_rule("organisations.edit", administers | is_instance_administrator)
rules.add_rule("owned.edit", edits_for_owner | is_instance_administrator)
rules.add_rule("owned.publish", reviews_for_owner | is_instance_administrator)


def may(actor: Actor, permission: str, subject: Any = None) -> bool:
    """Whether `actor` has `permission` on `subject`. An unknown permission raises KeyError."""
    if not rules.rule_exists(permission):
        raise KeyError(f"no permission is called {permission!r}")
    return bool(rules.test_rule(permission, actor, subject))


def require(actor: Actor, permission: str, subject: Any = None) -> None:
    """Raise Http404 unless `actor` has `permission`: “not yours” looks like “not there”."""
    if not may(actor, permission, subject):
        raise Http404
