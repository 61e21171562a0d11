"""One's own pages: account, data, deletion."""

from __future__ import annotations

from typing import cast

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, translate_url
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from regin.apps.accounts import operations
from regin.apps.accounts.adapter import remember_language
from regin.apps.accounts.forms import DeleteForm, PersonForm
from regin.apps.accounts.middleware import ActorRequest
from regin.apps.accounts.models import JoinRequest, Organisation
from regin.apps.accounts.operations.people import obstacles
from regin.apps.accounts.personal_data import invitations_for
from regin.apps.accounts.refusals import Refused
from regin.apps.common.personal import held_on
from regin.apps.identity.models import User


def _user(request: ActorRequest) -> User:
    return cast("User", request.user)


def memberships_by_organisation(user: User) -> list[tuple[Organisation, list[str]]]:
    """The person's organisations, each with the words for their roles."""
    found: dict[Organisation, list[str]] = {}
    rows = user.memberships.select_related("organisation").order_by("organisation__name", "role")
    for row in rows:
        found.setdefault(row.organisation, []).append(row.get_role_display())
    return list(found.items())


@login_required
@never_cache
@require_safe
def me(request: ActorRequest) -> HttpResponse:
    """Who one is here, and what waits for an answer."""
    user = _user(request)
    waiting = JoinRequest.objects.filter(user=user, answer=JoinRequest.Answer.WAITING)
    context = {
        "crumbs": [(_("My page"), None)],
        "person": user,
        "memberships": memberships_by_organisation(user),
        "invitations": [row for row in invitations_for(user) if row.is_open],
        "requests": waiting.select_related("organisation"),
        "has_second_step": Authenticator.objects.filter(user=user).exists(),
    }
    return render(request, "accounts/me.html", context)


@login_required
@never_cache
def edit(request: ActorRequest) -> HttpResponse:
    """Correct name and language."""
    user = _user(request)
    start = {"name": user.name, "language": user.language}
    form = PersonForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        operations.correct_person(request.actor, user, **form.cleaned_data)
        messages.success(request, _("Your account has been changed."))
        response = redirect(translate_url(reverse("accounts:me"), form.cleaned_data["language"]))
        remember_language(response, form.cleaned_data["language"])
        return response
    crumbs = [(_("My page"), reverse("accounts:me")), (_("Name and language"), None)]
    return render(request, "accounts/edit.html", {"form": form, "crumbs": crumbs})


@login_required
@never_cache
@require_safe
def data(request: ActorRequest) -> HttpResponse:
    """Everything held on oneself."""
    crumbs = [(_("My page"), reverse("accounts:me")), (_("My data"), None)]
    sections = held_on(_user(request))
    return render(request, "accounts/data.html", {"sections": sections, "crumbs": crumbs})


@login_required
@never_cache
@require_safe
def export(request: ActorRequest) -> HttpResponse:
    """The same as a file."""
    everything = operations.export_person(request.actor, _user(request))
    options = {"ensure_ascii": False, "indent": 2}
    response = JsonResponse(everything, json_dumps_params=options)
    response["Content-Disposition"] = 'attachment; filename="regin-my-data.json"'
    return response


@login_required
@never_cache
def delete(request: ActorRequest) -> HttpResponse:
    """Say what goes and what stays, ask once, erase."""
    user = _user(request)
    form = DeleteForm(request.POST or None)
    found = obstacles(user)
    asked = request.method == "POST" and form.is_valid() and not found
    if asked and _is_password(form, user) and _erased(request, form, user):
        return redirect("accounts:erased")
    crumbs = [
        (_("My page"), reverse("accounts:me")),
        (_("My data"), reverse("accounts:data")),
        (_("Delete my account"), None),
    ]
    context = {"form": form, "obstacles": found, "crumbs": crumbs}
    return render(request, "accounts/delete.html", context)


def _is_password(form: DeleteForm, user: User) -> bool:
    """Check it the way sign-in does, with its limits. Says on the form when it is wrong."""
    try:
        if get_adapter().reauthenticate(user, form.cleaned_data["password"]):
            return True
        form.add_error("password", _("This is not your password."))
    except forms.ValidationError as limit:
        form.add_error(None, limit)
    return False


def _erased(request: ActorRequest, form: DeleteForm, user: User) -> bool:
    try:
        operations.erase_person(request.actor, user)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    logout(request)
    return True


@require_safe
def erased(request: ActorRequest) -> HttpResponse:
    """What a person sees last."""
    crumbs = [(_("Account deleted"), None)]
    return render(request, "accounts/erased.html", {"crumbs": crumbs})


@login_required
@require_POST
def withdraw(request: ActorRequest, pk: int) -> HttpResponse:
    """Take back a wish to join."""
    asked = get_object_or_404(JoinRequest, pk=pk, user=_user(request))
    try:
        operations.withdraw_request(request.actor, asked)
        messages.success(request, _("You have withdrawn your request."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("accounts:me")
