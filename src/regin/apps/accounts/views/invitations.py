"""The page behind the link of an invitation."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from regin.apps.accounts import operations
from regin.apps.accounts.middleware import ActorRequest
from regin.apps.accounts.models import Invitation
from regin.apps.accounts.refusals import InvitationUnusable


@never_cache
def invitation(request: ActorRequest, token: str) -> HttpResponse:
    """Accept with one click; a visitor is sent to sign in or up, and back.

    Wrong, used, expired and somebody else's invitations get the same page.
    """
    found = operations.usable_invitation(token)
    user = request.actor.user
    if found is None or (user is not None and not operations.is_for(found, user)):
        return _unusable(request)
    if user is None:
        return _for_visitor(request, found)
    if request.method == "POST":
        return _accept(request, found)
    context = {"invitation": found, "crumbs": [(_("Invitation"), None)]}
    return render(request, "accounts/invitation.html", context)


@login_required
@require_POST
def accept(request: ActorRequest, pk: int) -> HttpResponse:
    """Accept from one's own page, where the invitation is known without its token."""
    return _accept(request, Invitation.objects.filter(pk=pk).first())


def _for_visitor(request: ActorRequest, found: Invitation) -> HttpResponse:
    """Who holds the token received the mail: the address needs no second confirmation."""
    get_adapter(request).stash_verified_email(request, found.email)
    context = {
        "invitation": found,
        "next": request.path,
        "crumbs": [(_("Invitation"), None)],
    }
    return render(request, "accounts/invitation_visitor.html", context)


def _accept(request: ActorRequest, found: Invitation | None) -> HttpResponse:
    try:
        membership = operations.accept_invitation(request.actor, found)
    except InvitationUnusable:
        return _unusable(request)
    organisation = membership.organisation
    words = _("You now belong to %(organisation)s.") % {"organisation": organisation.name}
    messages.success(request, words)
    return redirect(organisation)


def _unusable(request: ActorRequest) -> HttpResponse:
    context = {"crumbs": [(_("Invitation"), None)]}
    return render(request, "accounts/invitation_unusable.html", context, status=404)
