"""People and organisations for tests."""

from __future__ import annotations

import itertools
import re
from typing import Any

from allauth.account.models import EmailAddress

from regin.apps.accounts.actor import Actor, actor_of
from regin.apps.accounts.models import Invitation, Mail, Membership, Organisation, Role
from regin.apps.accounts.operations import invite
from regin.apps.identity.models import User

PASSWORD = "correct horse battery staple"
_numbers = itertools.count(1)


def make_user(**changes: Any) -> User:
    """A person with a confirmed address and `PASSWORD`."""
    number = next(_numbers)
    fields = {"email": f"person{number}@example.org", "name": f"Person {number}", **changes}
    user = User.objects.create_user(fields.pop("email"), PASSWORD, **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def make_organisation(**changes: Any) -> Organisation:
    fields = {"name": f"Organisation {next(_numbers)}", "category": "region", **changes}
    return Organisation.objects.create(**fields)


def make_member(organisation: Organisation, *roles: str, **changes: Any) -> User:
    """A person with `roles` (member when none is named)."""
    user = make_user(**changes)
    for role in roles or (Role.MEMBER,):
        Membership.objects.create(organisation=organisation, user=user, role=role)
    return user


def make_administrator(**changes: Any) -> Actor:
    """An administrator of the installation."""
    return actor_of(make_user(is_superuser=True, **changes))


def make_invitation(
    organisation: Organisation, email: str, role: str = Role.MEMBER
) -> tuple[Invitation, str]:
    """An invitation and the token from its mail."""
    actor = actor_of(make_user(is_superuser=True))
    invitation = invite(actor, organisation, email, role)
    mail = Mail.objects.get(recipient=email, body__contains="/invitations/")
    found = re.search(r"/invitations/([\w-]+)/", mail.body)
    assert found
    mail.delete()
    return invitation, found[1]
