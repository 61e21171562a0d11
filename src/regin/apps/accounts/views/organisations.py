"""Organisations as everybody sees them, and making and changing them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from regin.apps.accounts import operations
from regin.apps.accounts.forms import FirstOrganisationForm, OrganisationForm
from regin.apps.accounts.middleware import ActorRequest
from regin.apps.accounts.models import JoinRequest, Membership, Organisation
from regin.apps.accounts.permissions import may, require
from regin.apps.common.addresses import id_in
from regin.apps.identity.models import User


def by_slug(slug: str) -> Organisation:
    """The organisation whose address this is. Raises Http404."""
    return get_object_or_404(Organisation, public_id=id_in(slug))


def trail(*steps: tuple[str, str | None]) -> list[tuple[str, str | None]]:
    """The breadcrumb below the list of organisations."""
    return [(_("Organisations"), reverse("organisations:list")), *steps]


def people_of(organisation: Organisation) -> list[tuple[User, list[str]]]:
    """Its people by name, each with the words for their roles."""
    mine = Membership.objects.filter(organisation=organisation).order_by("role")
    people = User.objects.filter(memberships__organisation=organisation, is_active=True).distinct()
    rows = people.order_by("name", "pk").prefetch_related(
        Prefetch("memberships", queryset=mine, to_attr="here")
    )
    return [(user, [row.get_role_display() for row in _here(user)]) for user in rows]


def _here(user: Any) -> list[Membership]:
    rows: list[Membership] = user.here
    return rows


@require_safe
def organisation_list(request: ActorRequest) -> HttpResponse:
    """All organisations, one line each."""
    context = {
        "organisations": Organisation.objects.all(),
        "mine": set(request.actor.organisation_ids),
        "may_create": may(request.actor, "organisations.create"),
        "crumbs": [(_("Organisations"), None)],
    }
    return render(request, "accounts/organisations/list.html", context)


@require_safe
def detail(request: ActorRequest, slug: str) -> HttpResponse:
    """What is public about an organisation; its people for those who belong to it."""
    organisation = by_slug(slug)
    if slug != organisation.slug:
        return redirect(organisation, permanent=True)
    actor = request.actor
    sees_people = may(actor, "organisations.see_people", organisation)
    context = {
        "organisation": organisation,
        "facts": [
            (_("Kind"), organisation.get_category_display()),
            (_("Website"), organisation.website or None, "", organisation.website),
        ],
        "people": people_of(organisation) if sees_people else None,
        "may_manage": may(actor, "organisations.manage_people", organisation),
        "may_edit": may(actor, "organisations.edit", organisation),
        "may_leave": may(actor, "organisations.leave", organisation),
        "may_ask": not actor.is_signed_in or may(actor, "organisations.ask_to_join", organisation),
        "asked": _asked(request, organisation),
        "crumbs": trail((organisation.name, None)),
    }
    return render(request, "accounts/organisations/detail.html", context)


def _asked(request: ActorRequest, organisation: Organisation) -> JoinRequest | None:
    """The person's own request that waits for an answer."""
    if request.actor.user is None:
        return None
    waiting = JoinRequest.Answer.WAITING
    return organisation.join_requests.filter(user=request.actor.user, answer=waiting).first()


@login_required
def create(request: ActorRequest) -> HttpResponse:
    """Make an organisation and invite its first administrator."""
    require(request.actor, "organisations.create")
    form = FirstOrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        organisation = operations.create_organisation(request.actor, **form.cleaned_data)
        messages.success(request, _("The organisation exists and its administrator is invited."))
        return redirect(organisation)
    context = {"form": form, "crumbs": trail((_("New organisation"), None))}
    return render(request, "accounts/organisations/form.html", context)


@login_required
def edit(request: ActorRequest, slug: str) -> HttpResponse:
    """Change what everybody sees."""
    organisation = by_slug(slug)
    require(request.actor, "organisations.edit", organisation)
    before = (organisation.name, organisation.get_absolute_url())
    form = OrganisationForm(request.POST or None, instance=organisation)
    if request.method == "POST" and form.is_valid():
        operations.edit_organisation(request.actor, organisation, **form.cleaned_data)
        messages.success(request, _("The organisation has been changed."))
        return redirect(organisation)
    context = {
        "form": form,
        "organisation_name": before[0],
        "cancel_url": before[1],
        "crumbs": trail(before, (_("Change"), None)),
    }
    return render(request, "accounts/organisations/form.html", context)
