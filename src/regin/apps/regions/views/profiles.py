"""Pages of profiles: read, write, translate, publish, withdraw, look back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regin.apps.accounts.citing import status_of
from regin.apps.accounts.middleware import ActorRequest
from regin.apps.accounts.models import Role, State, Visibility
from regin.apps.accounts.owned_forms import PublishForm, WithdrawForm
from regin.apps.accounts.permissions import may, require
from regin.apps.accounts.views.withdrawn import says_withdrawn
from regin.apps.common import history
from regin.apps.common.addresses import at_address, to_canonical
from regin.apps.common.conflicts import compared
from regin.apps.common.locking import Conflict
from regin.apps.common.text_editor import TextEditor, edit_texts
from regin.apps.regions import operations
from regin.apps.regions.citing import cited
from regin.apps.regions.facts import pages
from regin.apps.regions.forms import ChooseOwnerForm, ProfileForm
from regin.apps.regions.models import Place, Profile
from regin.apps.regions.profiles import shown

Crumbs = list[tuple[str, str | None]]


@says_withdrawn(Profile._base_manager.all)
def detail(request: ActorRequest, slug: str) -> HttpResponse:
    """One profile, with what the reader may do."""
    profile = _profile(request, slug)
    return to_canonical(request, profile) or _detail_page(request, profile)


def _detail_page(request: ActorRequest, profile: Profile, **context: Any) -> HttpResponse:
    seen = shown(profile, request.actor)
    if seen.may_publish:
        context.setdefault("publish_form", PublishForm())
        context.setdefault("withdraw_form", WithdrawForm())
    context |= {"shown": seen, "profile": profile, "crumbs": _crumbs(profile)}
    context["facts"] = [
        (_("Region"), profile.place.name, "", profile.place.get_absolute_url()),
        (_("Written by"), profile.organisation, "", profile.organisation.get_absolute_url()),
        (_("Visible to"), profile.seen_by, _what_stays(profile), ""),
    ]
    return render(request, "regions/profile.html", context)


def _what_stays(profile: Profile) -> str:
    if profile.state != State.RETRACTED:
        return ""
    return _("Revisions that were published to everyone stay at their addresses.")


def create(request: ActorRequest, slug: str) -> HttpResponse:
    """A form for a profile of the place that `slug` names."""
    require(request.actor, "profiles.create")
    place = at_address(pages(), slug)
    keys = request.actor.organisations_where(Role.EDITOR, Role.ADMINISTRATOR)
    data = request.POST if request.method == "POST" else None
    owner = ChooseOwnerForm(data, keys=keys, initial=_first_choice(keys))
    form = ProfileForm(data)
    if data is not None and owner.is_valid() and form.is_valid():
        chosen = owner.cleaned_data
        profile = operations.create_profile(
            request.actor, chosen["organisation"], place, chosen["language"], form.cleaned_data
        )
        messages.success(request, _("The draft is saved. Only your organisation sees it."))
        return redirect(profile)
    return _form_page(request, form, place, _("Write a profile"), owner=owner)


def _first_choice(keys: list[int]) -> dict[str, Any]:
    language = (get_language() or "en").split("-")[0]
    return {"organisation": keys[0] if len(keys) == 1 else None, "language": language}


def edit(request: ActorRequest, slug: str) -> HttpResponse:
    """The form of an existing profile; 409 with both versions when somebody was faster."""
    profile = _profile(request, slug)
    require(request.actor, "owned.edit", profile)
    if request.method != "POST":
        form = ProfileForm(instance=profile)
        return to_canonical(request, profile) or _form_page(
            request, form, profile.place, _("Edit the profile"), profile=profile
        )
    form = ProfileForm(request.POST, instance=profile)
    if form.is_valid():
        values = form.cleaned_data
        try:
            operations.edit_profile(request.actor, profile, values, values["seen"])
        except Conflict as conflict:
            return _conflict_page(request, form, profile, conflict)
        messages.success(request, _("Your changes are saved."))
        return redirect(profile)
    return _form_page(
        request, form, profile.place, _("Edit the profile"), profile=profile, status=422
    )


def _conflict_page(
    request: ActorRequest, form: ProfileForm, profile: Profile, conflict: Conflict
) -> HttpResponse:
    """What stands now beside what was typed. Saving this page again is a decision about both."""
    rows = compared(form, profile.editable_values(), conflict)
    return _form_page(
        request,
        form,
        profile.place,
        _("Edit the profile"),
        profile=profile,
        conflict_rows=rows,
        status=409,
    )


def _form_page(
    request: ActorRequest,
    form: ProfileForm,
    place: Place,
    title: str,
    *,
    profile: Profile | None = None,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    context |= {
        "form": form,
        "place": place,
        "title": title,
        "cancel_url": (profile or place).get_absolute_url(),
        "crumbs": _crumbs(profile, title) if profile else _place_crumbs(place, title),
    }
    return render(request, "regions/profile_form.html", context, status=status)


@require_POST
def publish(request: ActorRequest, slug: str) -> HttpResponse:
    """Publish, and keep the revision."""
    profile = _profile(request, slug)
    require(request.actor, "owned.publish", profile)
    form = PublishForm(request.POST)
    if not form.is_valid():
        return _detail_page(request, profile, publish_form=form)
    values = form.cleaned_data
    operations.publish_profile(
        request.actor, profile, Visibility(values["visibility"]), values["reason"]
    )
    messages.success(request, _("It is published, and this revision can be cited."))
    return redirect(profile)


@require_POST
def withdraw(request: ActorRequest, slug: str) -> HttpResponse:
    """Take it from the pages, with a reason."""
    profile = _profile(request, slug)
    require(request.actor, "owned.publish", profile)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return _detail_page(request, profile, withdraw_form=form)
    try:
        operations.withdraw_profile(request.actor, profile, form.cleaned_data["reason"])
    except Conflict:
        messages.warning(request, _("It is not published any more. Nothing was changed."))
    else:
        messages.success(
            request,
            _("It is withdrawn. Revisions that everyone could see stay at their addresses."),
        )
    return redirect(profile)


def texts(request: ActorRequest, slug: str) -> HttpResponse:
    """The shared translation editor, with this app's operations."""
    profile, actor = _profile(request, slug), request.actor
    editor = TextEditor(
        subject=profile,
        may_edit=may(actor, "owned.edit", profile),
        may_approve=may(actor, "owned.publish", profile),
        save=lambda language, new, seen: operations.translate_profile(
            actor, profile, language, new, seen
        ),
        approve=lambda language, field, seen: operations.approve_profile_text(
            actor, profile, language, field, seen
        ),
        title=str(profile),
        crumbs=_crumbs(profile, _("Translations")),
    )
    return edit_texts(request, editor)


def past(request: ActorRequest, slug: str) -> HttpResponse:
    """All revisions, and what changed between two."""
    profile = _profile(request, slug)
    crumbs = _crumbs(profile, _("History"))
    return to_canonical(request, profile) or history.show_history(
        request,
        profile,
        crumbs=crumbs,
        status=status_of(profile),
        may_see_authors=_is_colleague(request, profile),
    )


def revision(request: ActorRequest, slug: str, number: int) -> HttpResponse:
    """The permanent address of one revision."""
    found = cited(request.actor, slug, number)
    title = _("Revision %(number)d") % {"number": number}
    crumbs = _crumbs(found.subject, title, is_open=found.is_open)
    return to_canonical(request, found.subject) or history.show_revision(
        request,
        found.subject,
        number,
        crumbs=crumbs,
        status=found.status,
        may_see_history=found.is_open,
    )


def revision_json(request: ActorRequest, slug: str, number: int) -> HttpResponse:
    """One revision to take away."""
    found = cited(request.actor, slug, number)
    return history.download_revision(request, found.subject, number, status=found.status)


def _profile(request: ActorRequest, slug: str) -> Profile:
    rows = Profile.objects.visible_to(request.actor).select_related("organisation", "place")
    profile: Profile = at_address(rows.prefetch_related("texts", "place__names"), slug)
    return profile


def _is_colleague(request: ActorRequest, profile: Profile) -> bool:
    return may(request.actor, "organisations.see_people", profile.organisation)


def _place_crumbs(place: Place, last: str) -> Crumbs:
    regions = (_("Regions"), reverse("regions:list"))
    return [regions, (place.name, place.get_absolute_url()), (last, None)]


def _crumbs(profile: Profile, last: str | None = None, *, is_open: bool = True) -> Crumbs:
    """Regions > the place > the profile > this page. No link to a profile that is not open."""
    crumbs = _place_crumbs(profile.place, str(profile))
    if last is None:
        return crumbs
    address = profile.get_absolute_url() if is_open else None
    return [*crumbs[:-1], (str(profile), address), (last, None)]
