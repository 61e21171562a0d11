"""The actor: who asks, and as what. Every question of permission and visibility takes one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from regin.apps.accounts.models.organisation import InstanceRole, Organisation, Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from regin.apps.identity.models import User


@dataclass(frozen=True, slots=True)
class Actor:
    """A visitor (no user), a person, or the platform itself acting for a command.

    `roles` maps an organisation's key to what the person is there.
    """

    user: User | None = None
    roles: dict[int, frozenset[str]] = field(default_factory=dict)
    is_network_coordinator: bool = False
    is_instance_administrator: bool = False
    command: str = ""

    @property
    def is_signed_in(self) -> bool:
        return self.user is not None

    @property
    def reference(self) -> str:
        """What the audit log calls this actor."""
        return self.user.reference if self.user else self.command or "visitor"

    @property
    def organisation_ids(self) -> list[int]:
        """Keys of the organisations the person belongs to."""
        return sorted(self.roles)

    def has_role(self, organisation: Organisation | int, *roles: Role) -> bool:
        """Whether the person is one of `roles` in `organisation`."""
        key = organisation if isinstance(organisation, int) else organisation.pk
        return not self.roles.get(key, frozenset()).isdisjoint(roles)

    def organisations_where(self, *roles: Role) -> list[int]:
        """Keys of the organisations in which the person is one of `roles`."""
        return [key for key in self.organisation_ids if self.has_role(key, *roles)]


VISITOR = Actor()


def actor_of(user: User | AnonymousUser | None) -> Actor:
    """Read what `user` is, in two queries. Roles are read anew with every request."""
    if user is None or not user.is_authenticated or not user.is_active:
        return VISITOR
    roles: dict[int, set[str]] = {}
    for organisation, role in user.memberships.values_list("organisation_id", "role"):
        roles.setdefault(organisation, set()).add(role)
    coordinator = user.instance_roles.filter(role=InstanceRole.Name.NETWORK_COORDINATOR).exists()
    return Actor(
        user=user,
        roles={key: frozenset(names) for key, names in roles.items()},
        is_network_coordinator=coordinator,
        is_instance_administrator=user.is_superuser,
    )


def command_actor(name: str) -> Actor:
    """The platform acting for a command that an administrator typed on the server."""
    return Actor(is_instance_administrator=True, command=f"command:{name}"[:40])
