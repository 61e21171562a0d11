"""Joining, leaving, roles. An organisation that has people keeps an administrator."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from django.db import transaction
from django.db.models import Q
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _

from regin.apps.accounts import outbox
from regin.apps.accounts.actor import Actor
from regin.apps.accounts.models import JoinRequest, Membership, Organisation, Role
from regin.apps.accounts.operations.invitations import lock_people
from regin.apps.accounts.permissions import require
from regin.apps.accounts.refusals import Refused
from regin.apps.common.operations import record
from regin.apps.identity.models import User


@transaction.atomic
def ask_to_join(actor: Actor, organisation: Organisation, message: str = "") -> JoinRequest:
    """Ask the administrators. Raises Http404, and Refused when an answer is still awaited.

    The mail to them names nobody: who asks stands behind its link, and goes when they are erased.
    """
    require(actor, "organisations.ask_to_join", organisation)
    lock_people(organisation)
    waiting = JoinRequest.Answer.WAITING
    request, made = JoinRequest.objects.get_or_create(
        organisation=organisation, user=actor.user, answer=waiting, defaults={"message": message}
    )
    if not made:
        raise Refused(_("You have already asked. You get a mail when somebody answers."))
    for administrator in _who_decides(organisation):
        context = {
            "organisation": organisation.name,
            "link": reverse_lazy("organisations:people", kwargs={"slug": organisation.slug}),
        }
        outbox.post(administrator, "join_request", context)
    record(actor.reference, "join.asked", organisation.public_id)
    return request


def _who_decides(organisation: Organisation) -> Iterable[User]:
    """Its administrators; while it has none, those of the installation."""
    people = User.objects.filter(is_active=True)
    own = people.filter(
        memberships__organisation=organisation, memberships__role=Role.ADMINISTRATOR
    )
    return own if own.exists() else people.filter(is_superuser=True)


@transaction.atomic
def withdraw_request(actor: Actor, request: JoinRequest) -> None:
    """Take back what one asked. Raises Refused when it is answered, Http404 when not one's own."""
    require(actor, "people.correct", request.user)
    _claim(request)
    request.delete()
    record(actor.reference, "join.withdrawn", request.organisation.public_id)


@transaction.atomic
def answer_request(actor: Actor, request: JoinRequest, *, accept: bool) -> None:
    """Let the person in as a member, or not; they get a mail. Raises Http404, Refused."""
    require(actor, "organisations.manage_people", request.organisation)
    _claim(request)
    request.answer = JoinRequest.Answer.ACCEPTED if accept else JoinRequest.Answer.DECLINED
    request.answered_at = timezone.now()
    request.save(update_fields=["answer", "answered_at"])
    if accept:
        Membership.objects.get_or_create(
            organisation=request.organisation, user=request.user, role=Role.MEMBER
        )
    context = {
        "organisation": request.organisation.name,
        "link": reverse_lazy("organisations:detail", kwargs={"slug": request.organisation.slug}),
    }
    outbox.post(request.user, "join_accepted" if accept else "join_declined", context)
    verb = "join.accepted" if accept else "join.declined"
    record(actor.reference, verb, request.organisation.public_id, person=request.user.reference)


def _claim(request: JoinRequest) -> None:
    """Of two who answer at once, the second is told."""
    lock_people(request.organisation)
    waiting = JoinRequest.Answer.WAITING
    if not JoinRequest.objects.filter(pk=request.pk, answer=waiting).exists():
        raise Refused(_("This request has been answered. Reload the page to see how."))


@transaction.atomic
def set_roles(actor: Actor, organisation: Organisation, person: User, roles: Iterable[str]) -> None:
    """Give `person` exactly `roles`; none removes them; a mail tells. Raises Http404, Refused."""
    require(actor, "organisations.manage_people", organisation)
    wanted = {Role(role) for role in roles}
    if not _replace_roles(organisation, person, wanted):
        return
    context = {
        "organisation": organisation.name,
        "roles": [role.label for role in Role if role in wanted],
        "link": reverse_lazy("organisations:detail", kwargs={"slug": organisation.slug}),
    }
    outbox.post(person, "roles_changed" if wanted else "removed", context)
    record(
        actor.reference,
        "roles.changed",
        organisation.public_id,
        person=person.reference,
        roles=",".join(sorted(wanted)),
    )


@transaction.atomic
def leave(actor: Actor, organisation: Organisation) -> None:
    """Give up all one's roles in `organisation`. Raises Http404, Refused."""
    require(actor, "organisations.leave", organisation)
    _replace_roles(organisation, cast("User", actor.user), set())
    record(actor.reference, "organisation.left", organisation.public_id)


def _replace_roles(organisation: Organisation, person: User, wanted: set[Role]) -> bool:
    """Whether anything changed."""
    lock_people(organisation)
    held = organisation.memberships.filter(user=person)
    before = set(held.values_list("role", flat=True))
    if not before:
        raise Refused(_("This person does not belong to the organisation. Invite them first."))
    if Role.ADMINISTRATOR not in wanted:
        require_other_administrator(organisation, person, leaves=not wanted)
    if before == wanted:
        return False
    held.exclude(role__in=wanted).delete()
    for role in wanted - before:
        Membership.objects.create(organisation=organisation, user=person, role=role)
    return True


def require_other_administrator(organisation: Organisation, person: User, *, leaves: bool) -> None:
    """Refuse to take the last administrator away from people who stay.

    The last person of all may leave: nobody is left behind.
    """
    administers = Q(role=Role.ADMINISTRATOR)
    if not organisation.memberships.filter(administers, user=person).exists():
        return
    others = organisation.memberships.exclude(user=person).filter(user__is_active=True)
    if others.filter(administers).exists() or (leaves and not others.exists()):
        return
    raise Refused(
        _(
            "%(organisation)s would be without an administrator."
            " Make another member an administrator first."
        )
        % {"organisation": organisation.name}
    )
