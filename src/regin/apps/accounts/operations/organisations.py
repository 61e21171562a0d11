"""Organisations: make one, change what is said about it."""

from __future__ import annotations

from django.db import transaction

from regin.apps.accounts.actor import Actor
from regin.apps.accounts.models import Organisation, Role
from regin.apps.accounts.models.organisation import STARTER_NAME
from regin.apps.accounts.operations.invitations import send_invitation
from regin.apps.accounts.permissions import require
from regin.apps.common.operations import record

EDITABLE = frozenset({"name", "category", "website", "is_fictional"})


@transaction.atomic
def create_organisation(
    actor: Actor,
    *,
    name: str,
    category: str,
    website: str = "",
    is_fictional: bool = False,
    administrator_email: str = "",
) -> Organisation:
    """Make an organisation and invite its first administrator. Raises Http404, IntegrityError."""
    require(actor, "organisations.create")
    organisation = Organisation.objects.create(
        name=name, category=category, website=website, is_fictional=is_fictional
    )
    record(actor.reference, "organisation.created", organisation.public_id)
    if administrator_email:
        send_invitation(actor, organisation, administrator_email, Role.ADMINISTRATOR)
    return organisation


@transaction.atomic
def edit_organisation(actor: Actor, organisation: Organisation, **changes: object) -> None:
    """Change name, kind, website or whether it is fictional. Raises Http404, ValueError."""
    require(actor, "organisations.edit", organisation)
    if unknown := changes.keys() - EDITABLE:
        raise ValueError(f"an organisation has no editable field {', '.join(sorted(unknown))}")
    for name, value in changes.items():
        setattr(organisation, name, value)
    organisation.save(update_fields=sorted(changes))
    record(actor.reference, "organisation.edited", organisation.public_id)


def starter_organisation() -> Organisation:
    """The owner of everything that comes with the platform."""
    organisation, _ = Organisation.objects.get_or_create(
        name=STARTER_NAME, defaults={"category": Organisation.Kind.STARTER}
    )
    return organisation
