"""What a person can do with their own data: correct, export, erase."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from regin.apps.accounts import erasures, mail_files, outbox
from regin.apps.accounts.actor import Actor
from regin.apps.accounts.models import Organisation, Role
from regin.apps.accounts.operations.appointing import (
    lock_administrators,
    require_other_instance_administrator,
)
from regin.apps.accounts.operations.invitations import lock_people
from regin.apps.accounts.operations.membership import require_other_administrator
from regin.apps.accounts.permissions import require
from regin.apps.common import personal
from regin.apps.common.operations import record
from regin.apps.identity.models import User


@transaction.atomic
def correct_person(actor: Actor, user: User, *, name: str, language: str) -> None:
    """Change the name and the language of an account. Raises Http404, ValueError."""
    require(actor, "people.correct", user)
    if language not in dict(settings.LANGUAGES):
        raise ValueError(f"{language!r} is no language of this platform")
    user.name, user.language = name, language
    user.save(update_fields=["name", "language"])
    record(actor.reference, "person.corrected", user.reference)


@transaction.atomic
def export_person(actor: Actor, user: User) -> dict[str, Any]:
    """Everything held on `user`, with where it comes from and for whom. Raises Http404."""
    require(actor, "people.export", user)
    record(actor.reference, "person.exported", user.reference)
    return {
        "what": _("Everything this REGIN installation holds about you as a person."),
        "source": settings.REGIN_BASE_URL,
        "software": f"REGIN {settings.REGIN_VERSION}",
        "made_at": timezone.now(),
        "for": _("You alone. This is personal data and carries no licence for publication."),
        "sections": [_as_data(section) for section in personal.held_on(user)],
    }


def _as_data(section: personal.Section) -> dict[str, Any]:
    return {
        "title": str(section.title),
        "when_you_delete_your_account": str(section.on_erasure),
        "because": str(section.because),
        "labels": {name: str(label) for name, label in section.labels.items()},
        "rows": section.rows,
    }


def obstacles(user: User) -> list[str]:
    """Why `user` cannot be erased yet, one sentence each, with what to do."""
    from regin.apps.accounts.refusals import Refused

    found = []
    for organisation in _administered(user):
        try:
            require_other_administrator(organisation, user, leaves=True)
        except Refused as refusal:
            found.append(str(refusal))
    try:
        require_other_instance_administrator(user)
    except Refused as refusal:
        found.append(str(refusal))
    return found


def _administered(user: User) -> list[Organisation]:
    roles = {"memberships__user": user, "memberships__role": Role.ADMINISTRATOR}
    return list(Organisation.objects.filter(**roles).order_by("pk"))


def erase_person(actor: Actor, user: User) -> None:
    """Delete the account and all that is personal; what was published stays without its author.

    The reference is on the disk before the deletion commits: after a crash in between, a restore
    erases again rather than not at all. Raises Http404, Refused, OSError.
    """
    require(actor, "people.erase", user)
    with transaction.atomic():
        _require_nobody_left_behind(user)
        reference, email, language, name = user.reference, user.email, user.language, user.name
        _erase_everywhere(user)
        if not mail_files.are_in_use():  # a file would be a trace, and nobody would get it
            outbox.post(email, "erased", {"name": name}, language, keep=False)
        record("erased person" if _is_self(actor, reference) else actor.reference, "person.erased")
        erasures.note(reference)


def _require_nobody_left_behind(user: User) -> None:
    for organisation in _administered(user):
        lock_people(organisation)
        require_other_administrator(organisation, user, leaves=True)
    lock_administrators()
    require_other_instance_administrator(user)


def _erase_everywhere(user: User) -> None:
    """From the database, and from mails that lie as files."""
    known = EmailAddress.objects.filter(user=user)
    addresses = {user.email, *known.values_list("email", flat=True)}
    personal.erase(user)
    mail_files.remove_naming(addresses)


def _is_self(actor: Actor, reference: str) -> bool:
    return actor.user is not None and actor.user.reference == reference


@transaction.atomic
def erase_again(reference: str) -> bool:
    """Erase somebody whom a restored backup brought back. False when they are not there."""
    user = User.objects.filter(reference=reference).first()
    if user is None:
        return False
    _erase_everywhere(user)
    record("command:restore", "person.erased")
    return True
