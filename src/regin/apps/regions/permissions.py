"""Who may do what with places and profiles. Owned rows follow `owned.edit` and `owned.publish`."""

from __future__ import annotations

from regin.apps.accounts.actor import Actor
from regin.apps.accounts.models import Organisation, Role
from regin.apps.accounts.permissions import grant, is_instance_administrator, predicate


@predicate
def edits_in(actor: Actor, organisation: Organisation) -> bool:
    return actor.has_role(organisation, Role.EDITOR, Role.ADMINISTRATOR)


@predicate
def edits_somewhere(actor: Actor) -> bool:
    return bool(actor.organisations_where(Role.EDITOR, Role.ADMINISTRATOR))


grant("places.load", is_instance_administrator)
grant("profiles.create", edits_somewhere)
grant("profiles.create_for", edits_in)
