"""The people of an organisation: joining, inviting, roles, leaving."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from regin.apps.accounts import operations
from regin.apps.accounts.forms import InvitationForm, JoinForm, RolesForm
from regin.apps.accounts.middleware import ActorRequest
from regin.apps.accounts.models import JoinRequest, Organisation
from regin.apps.accounts.permissions import require
from regin.apps.accounts.refusals import Refused
from regin.apps.accounts.views.organisations import by_slug, people_of, trail
from regin.apps.identity.models import User


def _managed(request: ActorRequest, slug: str) -> Organisation:
    organisation = by_slug(slug)
    require(request.actor, "organisations.manage_people", organisation)
    return organisation


def _trail(organisation: Organisation, last: str) -> list[tuple[str, str | None]]:
    return trail((organisation.name, organisation.get_absolute_url()), (last, None))


def _people_page(organisation: Organisation) -> HttpResponse:
    return redirect("organisations:people", slug=organisation.slug)


def _tried(request: ActorRequest, act: Callable[[], object], done: str) -> bool:
    """Do `act`; say `done`, or why it was refused."""
    try:
        act()
    except Refused as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, done)
    return True


@login_required
@never_cache
def people(request: ActorRequest, slug: str) -> HttpResponse:
    """People, open invitations, waiting requests; a form to invite."""
    organisation = _managed(request, slug)
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        operations.invite(request.actor, organisation, **form.cleaned_data)
        words = _("The invitation to %(email)s is on its way.") % form.cleaned_data
        messages.success(request, words)
        return _people_page(organisation)
    open_ones = organisation.invitations.filter(accepted_at=None)
    waiting = organisation.join_requests.filter(answer=JoinRequest.Answer.WAITING)
    context = {
        "organisation": organisation,
        "people": people_of(organisation),
        "invitations": open_ones,
        "requests": waiting.select_related("user"),
        "form": form,
        "crumbs": _trail(organisation, _("People")),
    }
    return render(request, "accounts/organisations/people.html", context)


@login_required
@never_cache
def roles(request: ActorRequest, slug: str, reference: str) -> HttpResponse:
    """Change what one person does, or remove them."""
    organisation = _managed(request, slug)
    members = User.objects.filter(memberships__organisation=organisation).distinct()
    person = get_object_or_404(members, reference=reference)
    held = list(organisation.memberships.filter(user=person).values_list("role", flat=True))
    form = RolesForm(request.POST or None, initial={"roles": held})
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data["roles"]
        try:
            operations.set_roles(request.actor, organisation, person, wanted)
            messages.success(request, _("The roles have been changed."))
            return _after_roles(request, organisation)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    context = {
        "organisation": organisation,
        "person": person,
        "form": form,
        "cancel_url": reverse("organisations:people", kwargs={"slug": organisation.slug}),
        "crumbs": _trail(organisation, str(person)),
    }
    return render(request, "accounts/organisations/roles.html", context)


def _after_roles(request: ActorRequest, organisation: Organisation) -> HttpResponse:
    """Who gave up their own administration goes to the public page."""
    roles_now = organisation.memberships.filter(user=request.actor.user, role="administrator")
    if request.actor.is_instance_administrator or roles_now.exists():
        return _people_page(organisation)
    return redirect(organisation)


@login_required
@require_POST
def revoke(request: ActorRequest, slug: str, pk: int) -> HttpResponse:
    """Take back an invitation."""
    organisation = _managed(request, slug)
    found = get_object_or_404(organisation.invitations.filter(accepted_at=None), pk=pk)
    operations.revoke_invitation(request.actor, found)
    messages.success(request, _("The invitation no longer works."))
    return _people_page(organisation)


@login_required
@require_POST
def answer(request: ActorRequest, slug: str, pk: int) -> HttpResponse:
    """Accept or decline a request to join."""
    organisation = _managed(request, slug)
    asked = get_object_or_404(organisation.join_requests, pk=pk)
    accept = request.POST.get("answer") == "accept"
    done = (
        _("The person now belongs to your organisation.")
        if accept
        else _("You have declined the request.")
    )
    _tried(request, lambda: operations.answer_request(request.actor, asked, accept=accept), done)
    return _people_page(organisation)


@login_required
def join(request: ActorRequest, slug: str) -> HttpResponse:
    """Ask to join."""
    organisation = by_slug(slug)
    require(request.actor, "organisations.ask_to_join", organisation)
    form = JoinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        message = form.cleaned_data["message"]
        done = _("You have asked to join. You get a mail when somebody answers.")
        _tried(request, lambda: operations.ask_to_join(request.actor, organisation, message), done)
        return redirect(organisation)
    context = {
        "organisation": organisation,
        "form": form,
        "crumbs": _trail(organisation, _("Ask to join")),
    }
    return render(request, "accounts/organisations/join.html", context)


@login_required
def leave(request: ActorRequest, slug: str) -> HttpResponse:
    """Leave, after saying what that means."""
    organisation = by_slug(slug)
    require(request.actor, "organisations.leave", organisation)
    if request.method == "POST":
        done = _("You have left the organisation.")
        if _tried(request, lambda: operations.leave(request.actor, organisation), done):
            return redirect("accounts:me")
        return redirect(organisation)
    context = {"organisation": organisation, "crumbs": _trail(organisation, _("Leave"))}
    return render(request, "accounts/organisations/leave.html", context)
