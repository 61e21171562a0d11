"""Roles in the whole installation. It always keeps an administrator."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from regin.apps.accounts.actor import Actor
from regin.apps.accounts.models import InstanceRole
from regin.apps.accounts.permissions import require
from regin.apps.accounts.refusals import Refused
from regin.apps.common.operations import record
from regin.apps.identity.models import User

COORDINATOR = InstanceRole.Name.NETWORK_COORDINATOR


@transaction.atomic
def appoint_administrator(actor: Actor, user: User, *, withdraw: bool = False) -> bool:
    """Make `user` an administrator of the installation, or no longer one.

    Returns whether that changed anything. Raises Http404; Refused for an account that is not
    active, and for the last administrator.
    """
    require(actor, "people.appoint", user)
    lock_administrators()
    user.refresh_from_db()
    if user.is_superuser is not withdraw:
        return False
    if withdraw:
        require_other_instance_administrator(user)
    else:
        _require_active(user)
    user.is_superuser = not withdraw
    user.save(update_fields=["is_superuser"])
    _note(actor, user, "administrator", withdraw)
    return True


@transaction.atomic
def appoint_coordinator(actor: Actor, user: User, *, withdraw: bool = False) -> bool:
    """Make `user` a network coordinator, or no longer one. Returns whether that changed anything.

    Raises Http404, and Refused for an account that is not active.
    """
    require(actor, "people.appoint", user)
    if withdraw:
        changed = bool(user.instance_roles.filter(role=COORDINATOR).delete()[0])
    else:
        _require_active(user)
        _role, changed = user.instance_roles.get_or_create(role=COORDINATOR)
    if changed:
        _note(actor, user, "coordinator", withdraw)
    return changed


def _note(actor: Actor, user: User, role: str, withdraw: bool) -> None:
    verb = "role.withdrawn" if withdraw else "role.given"
    record(actor.reference, verb, user.reference, role=role)


def _require_active(user: User) -> None:
    if not user.is_active:
        raise Refused(_("This account is switched off. Appoint somebody who can sign in."))


def lock_administrators() -> None:
    """Of two administrators who go at once, the second waits and is then the last."""
    list(User.objects.select_for_update().filter(is_superuser=True).order_by("pk"))


def require_other_instance_administrator(user: User) -> None:
    """Refuse to take the last active administrator away from the installation."""
    administrators = User.objects.filter(is_superuser=True, is_active=True)
    if not administrators.filter(pk=user.pk).exists():
        return
    if not administrators.exclude(pk=user.pk).exists():
        raise Refused(
            _(
                "This installation would be without an administrator. First make somebody else"
                " one, on the server: regin appoint EMAIL --administrator"
            )
        )
