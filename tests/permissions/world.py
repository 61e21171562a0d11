"""A small world for the permission matrix: two organisations, a person a role, things of both."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.test import Client

from regin.apps.accounts.models import InstanceRole, Membership, Organisation, Role
from regin.apps.identity.models import User

# Who asks. `stranger` is signed in and belongs nowhere; API tokens come with the API (part 11).
ROLES = (
    "visitor",
    "stranger",
    "member",
    "editor",
    "coder",
    "reviewer",
    "administrator",
    "network_coordinator",
    "instance_administrator",
)
EVERYONE = frozenset(ROLES)
SIGNED_IN = EVERYONE - {"visitor"}
INSTANCE = frozenset({"instance_administrator"})
NOBODY: frozenset[str] = frozenset()

# Whose the thing is, seen from the person who asks.
NONE, OWN, SAME, OTHER = "none", "own", "same organisation", "other organisation"


@dataclass
class World:
    """`ours`: the organisation all roles belong to; `theirs`: another one with its own things."""

    ours: Organisation
    theirs: Organisation
    people: dict[str, User]
    foreigner: User
    things: dict[str, Any] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)

    def organisation(self, relation: str) -> Organisation:
        return self.theirs if relation == OTHER else self.ours

    def thing(self, name: str, relation: str) -> Any:
        """The thing `name` of the organisation that `relation` is about, made when first asked."""
        from tests.permissions.things import MAKERS

        key = f"{name} / {relation}"
        if key not in self.things:
            self.things[key] = MAKERS[name](self.organisation(relation), self)
        return self.things[key]


def person(name: str, **fields: Any) -> User:
    """A person with a confirmed address, a password and a second factor."""
    user = User.objects.create_user(
        f"{name}@world.example", "a long password 1", name=name, **fields
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    TOTP.activate(user, "JBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(user)
    return user


def build_world() -> World:
    ours = Organisation.objects.create(name="Ours", category="region")
    theirs = Organisation.objects.create(name="Theirs", category="region")
    people = {
        role: person(role, is_superuser=role == "instance_administrator")
        for role in ROLES
        if role != "visitor"
    }
    for role in ("member", "editor", "coder", "reviewer", "administrator"):
        Membership.objects.create(organisation=ours, user=people[role], role=Role(role))
    InstanceRole.objects.create(user=people["network_coordinator"], role="network_coordinator")
    foreigner = person("foreigner")
    Membership.objects.create(organisation=theirs, user=foreigner, role=Role.ADMINISTRATOR)
    return World(ours, theirs, people, foreigner)


def client_of(world: World, role: str) -> Client:
    """A browser of its own in which `role` is signed in."""
    client = Client()
    if role != "visitor":
        client.cookies[settings.SESSION_COOKIE_NAME] = _session_of(world, role)
    return client


def _session_of(world: World, role: str) -> str:
    """The key of the session that began when `role` signed in: once in a world."""
    if role not in world.sessions:
        client = Client()
        client.force_login(
            world.people[role], backend="allauth.account.auth_backends.AuthenticationBackend"
        )
        world.sessions[role] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return world.sessions[role]
