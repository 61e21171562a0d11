"""Fictional people for a demonstration."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext as _

from regin.apps.accounts.actor import Actor
from regin.apps.accounts.models import Membership, Organisation, Role
from regin.apps.accounts.permissions import is_instance_administrator
from regin.apps.accounts.refusals import Refused
from regin.apps.common.models import Installation
from regin.apps.common.operations import record
from regin.apps.identity.models import User

NORVALIA = "Region of Norvalia (fictional)"
PEOPLE: dict[str, tuple[str, tuple[Role, ...]]] = {
    "admin": ("Demo administrator", ()),
    "officer": ("Demo officer", (Role.EDITOR, Role.ADMINISTRATOR)),
    "coder": ("Demo coder", (Role.CODER,)),
    "member": ("Demo member", (Role.MEMBER,)),
}


@transaction.atomic
def load_demo_people(actor: Actor, password: str) -> list[User]:
    """Make admin, officer, coder and member `@demo.example`, all with `password`.

    A second time only sets the password. Raises Refused in a production database, and for an actor
    that is no instance administrator.
    """
    installation = Installation.current()
    is_production = installation is not None and not installation.is_demo
    if is_production or not is_instance_administrator(actor):
        raise Refused(_("Demo people live only in a demonstration. Use `regin demo`."))
    region, _made = Organisation.objects.get_or_create(
        name=NORVALIA, defaults={"category": Organisation.Kind.REGION, "is_fictional": True}
    )
    people = [
        _demo_person(key, name, roles, region, password) for key, (name, roles) in PEOPLE.items()
    ]
    record(actor.reference, "demo.people_loaded", region.public_id)
    return people


def _demo_person(
    key: str, name: str, roles: tuple[Role, ...], region: Organisation, password: str
) -> User:
    email = f"{key}@demo.example"
    defaults = {"name": name, "is_superuser": key == "admin"}
    user, _made = User.objects.get_or_create(email=email, defaults=defaults)
    user.set_password(password)
    user.save(update_fields=["password"])
    EmailAddress.objects.update_or_create(
        user=user, email=email, defaults={"verified": True, "primary": True}
    )
    for role in roles:
        Membership.objects.get_or_create(organisation=region, user=user, role=role)
    return user
