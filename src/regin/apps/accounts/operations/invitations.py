"""Invitations: mailed, good once, for one address and for two weeks."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db import transaction
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _

from regin.apps.accounts import outbox
from regin.apps.accounts.actor import Actor
from regin.apps.accounts.models import Invitation, Membership, Organisation, Role
from regin.apps.accounts.models.organisation import random_token, token_hash
from regin.apps.accounts.permissions import require
from regin.apps.accounts.refusals import InvitationUnusable
from regin.apps.common.operations import record
from regin.apps.identity.models import User


@transaction.atomic
def invite(actor: Actor, organisation: Organisation, email: str, role: str) -> Invitation:
    """Mail an invitation. An open one to the same address and role is replaced. Raises Http404."""
    require(actor, "organisations.manage_people", organisation)
    return send_invitation(actor, organisation, email, role)


def send_invitation(actor: Actor, organisation: Organisation, email: str, role: str) -> Invitation:
    """Store and mail, for operations that have checked the actor."""
    lock_people(organisation)
    token = random_token()
    same = organisation.invitations.filter(email__iexact=email, role=role, accepted_at=None)
    same.delete()
    invitation = Invitation.objects.create(
        organisation=organisation,
        email=email.lower(),
        role=Role(role),
        token_sha256=token_hash(token),
        invited_by=actor.user,
    )
    context = {
        "organisation": organisation.name,
        "role": Role(role).label,
        "until": invitation.expires_at,
        "link": reverse_lazy("accounts:invitation", kwargs={"token": token}),
    }
    outbox.post(_person_with(email) or email, "invitation", context, address=email)
    record(actor.reference, "invitation.sent", organisation.public_id, role=str(role))
    return invitation


@transaction.atomic
def revoke_invitation(actor: Actor, invitation: Invitation) -> None:
    """Take an invitation back; its link stops working at once. Raises Http404."""
    require(actor, "organisations.manage_people", invitation.organisation)
    invitation.delete()
    record(actor.reference, "invitation.revoked", invitation.organisation.public_id)


def usable_invitation(token: str) -> Invitation | None:
    """The open invitation with this token; None for a wrong, used or expired one."""
    found = Invitation.objects.select_related("organisation").filter(token_sha256=token_hash(token))
    invitation = found.first()
    return invitation if invitation is not None and invitation.is_open else None


def is_for(invitation: Invitation, user: User) -> bool:
    """Whether the invitation went to a confirmed address of `user`."""
    confirmed = EmailAddress.objects.filter(user=user, verified=True)
    return bool(confirmed.filter(email__iexact=invitation.email).exists())


@transaction.atomic
def accept_invitation(actor: Actor, invitation: Invitation | None) -> Membership:
    """Join. Of two at once, one joins and the other is refused. Raises InvitationUnusable."""
    if invitation is None or actor.user is None or not is_for(invitation, actor.user):
        raise InvitationUnusable(_("This invitation cannot be used."))
    now = timezone.now()
    fresh = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, expires_at__gt=now)
    if not fresh.update(accepted_at=now):
        raise InvitationUnusable(_("This invitation cannot be used."))
    membership, _made = Membership.objects.get_or_create(
        organisation=invitation.organisation, user=actor.user, role=invitation.role
    )
    record(
        actor.reference,
        "invitation.accepted",
        invitation.organisation.public_id,
        role=str(invitation.role),
    )
    return membership


def lock_people(organisation: Organisation) -> None:
    """Let changes to the people of one organisation take turns until the transaction ends."""
    Organisation.objects.select_for_update().filter(pk=organisation.pk).first()


def _person_with(email: str) -> User | None:
    known = EmailAddress.objects.filter(email__iexact=email, verified=True).first()
    return known.user if known else None
