"""Pages that change what a series says of itself and who sees it, and that look back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from regin.apps.accounts.citing import status_of
from regin.apps.accounts.middleware import ActorRequest
from regin.apps.accounts.models import Visibility
from regin.apps.accounts.owned_forms import PublishForm, WithdrawForm
from regin.apps.accounts.permissions import may, require
from regin.apps.common import history
from regin.apps.common.addresses import at_address, to_canonical
from regin.apps.common.conflicts import compared
from regin.apps.common.locking import Conflict
from regin.apps.common.text_editor import TextEditor, edit_texts
from regin.apps.common.translating import language_name
from regin.apps.outcomes import operations
from regin.apps.outcomes.citing import cited
from regin.apps.outcomes.description_forms import DescriptionForm
from regin.apps.outcomes.labels import frequency_words
from regin.apps.outcomes.models import Series
from regin.apps.outcomes.taught import taught_codes, taught_rows
from regin.apps.outcomes.views.series import title_of, visible

UNUSABLE = 422
CONFLICT = 409
ROWS = 100
Crumbs = list[tuple[str, str | None]]
form_page = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@form_page
def edit(request: ActorRequest, slug: str) -> HttpResponse:
    """The description as a form; 409 with both versions when somebody was faster."""
    series = _series(request, slug, "owned.edit")
    if request.method != "POST":
        form = DescriptionForm(series)
        return to_canonical(request, series) or _form_page(request, series, form)
    form = DescriptionForm(series, request.POST)
    if not form.is_valid():
        return _form_page(request, series, form, status=UNUSABLE)
    values = form.cleaned_data
    try:
        operations.edit_series(request.actor, series, values, values["seen"])
    except Conflict as conflict:
        rows = compared(form, series.editable_values(), conflict)
        return _form_page(request, series, form, status=CONFLICT, conflict_rows=rows)
    except operations.DescriptionRefused as refusal:
        form.add_error(refusal.field, str(refusal))
        return _form_page(request, series, form, status=UNUSABLE)
    messages.success(request, _("Your changes are saved."))
    return redirect(series)


def _form_page(
    request: ActorRequest,
    series: Series,
    form: DescriptionForm,
    *,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    context |= _about(series, _("Edit the description")) | {
        "form": form,
        "fixed": _fixed(series),
        "language_words": language_name(series.source_language, in_sentence=True),
    }
    return render(request, "outcomes/series_form.html", context, status=status)


def _fixed(series: Series) -> list[tuple[str, str]]:
    """What is shown and not changed: (label, value)."""
    rows = [
        (_("Short name"), series.code),
        (_("Code of the unit"), series.unit_code or _("any")),
        (_("Frequency"), frequency_words(series.frequency)),
    ]
    taken = (
        (_("Code taken in “%(dimension)s”") % {"dimension": name}, code)
        for name, code in series.selection.items()
    )
    return [*rows, *taken]


@never_cache
@form_page
def publish(request: ActorRequest, slug: str) -> HttpResponse:
    """Choose who sees it, and keep the revision; or read what is missing for that."""
    series = _series(request, slug, "owned.publish")
    if request.method != "POST":
        form = PublishForm(initial=_circle(series))
        return to_canonical(request, series) or _publish_page(request, series, form)
    form = PublishForm(request.POST)
    if not form.is_valid():
        return _publish_page(request, series, form, status=UNUSABLE)
    values = form.cleaned_data
    try:
        operations.publish_series(
            request.actor, series, Visibility(values["visibility"]), values["reason"]
        )
    except operations.NotReady:
        # The page says what is missing.
        return _publish_page(request, series, form, status=UNUSABLE)
    messages.success(request, _("It is published, and this revision can be cited."))
    return redirect(series)


def _circle(series: Series) -> dict[str, str]:
    """Who sees a published series now; for a draft the form proposes everyone."""
    return {"visibility": series.visibility} if series.is_published else {}


def _publish_page(
    request: ActorRequest, series: Series, form: PublishForm, status: int = 200
) -> HttpResponse:
    title = _("Change who sees it") if series.is_published else _("Publish")
    context = _about(series, title) | {
        "form": form,
        "missing": operations.missing_for_publishing(series),
        "may_edit": may(request.actor, "owned.edit", series),
    }
    return render(request, "outcomes/series_publish.html", context, status=status)


@never_cache
@form_page
def withdraw(request: ActorRequest, slug: str) -> HttpResponse:
    """Take it from the pages, with a reason."""
    series = _series(request, slug, "owned.publish")
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _withdraw_page(request, series, form)
    try:
        operations.withdraw_series(request.actor, series, form.cleaned_data["reason"])
    except Conflict:
        messages.warning(request, _("It is not published any more. Nothing was changed."))
    else:
        messages.success(
            request,
            _("It is withdrawn. Revisions that everyone could see stay at their addresses."),
        )
    return redirect(series)


def _withdraw_page(request: ActorRequest, series: Series, form: WithdrawForm) -> HttpResponse:
    context = _about(series, _("Withdraw")) | {"form": form}
    status = UNUSABLE if form.is_bound else 200
    elsewhere = to_canonical(request, series)
    return elsewhere or render(request, "outcomes/series_withdraw.html", context, status=status)


def texts(request: ActorRequest, slug: str) -> HttpResponse:
    """The shared translation editor, with this app's operations."""
    series, actor = _series(request, slug), request.actor
    editor = TextEditor(
        subject=series,
        may_edit=may(actor, "owned.edit", series),
        may_approve=may(actor, "owned.publish", series),
        save=lambda language, new, seen: operations.translate_series(
            actor, series, language, new, seen
        ),
        approve=lambda language, field, seen: operations.approve_series_text(
            actor, series, language, field, seen
        ),
        title=title_of(series),
        crumbs=_crumbs(series, _("Translations")),
    )
    return edit_texts(request, editor)


@never_cache
@form_page
def codes(request: ActorRequest, slug: str) -> HttpResponse:
    """What people taught the series about codes, and a way to forget each."""
    series = _series(request, slug, "owned.edit")
    if request.method == "POST":
        if operations.forget_code(request.actor, series, request.POST.get("key", "")):
            messages.success(request, _("It is forgotten. The next file with it asks again."))
        else:
            messages.warning(request, _("It was forgotten already. Nothing was changed."))
        return redirect("outcomes:learnt_codes", slug=series.slug)
    page = Paginator(taught_codes(series), ROWS).get_page(request.GET.get("page"))
    context = _about(series, _("Codes it has learnt")) | {
        "page": page,
        "rows": taught_rows(list(page)),
    }
    return to_canonical(request, series) or render(request, "outcomes/learnt_codes.html", context)


@require_safe
def past(request: ActorRequest, slug: str) -> HttpResponse:
    """All revisions, and what changed between two."""
    series = _series(request, slug)
    return to_canonical(request, series) or history.show_history(
        request,
        series,
        crumbs=_crumbs(series, _("History")),
        status=status_of(series),
        may_see_authors=may(request.actor, "organisations.see_people", series.organisation),
    )


@require_safe
def revision(request: ActorRequest, slug: str, number: int) -> HttpResponse:
    """The permanent address of one revision."""
    found = cited(request.actor, slug, number)
    series = found.subject
    name = str(history.title_at(series, found.revision))
    address = series.get_absolute_url() if found.is_open else None
    last = _("Revision %(number)d") % {"number": number}
    return to_canonical(request, series) or history.show_revision(
        request,
        series,
        number,
        crumbs=[(_("Outcomes"), reverse("outcomes:list")), (name, address), (last, None)],
        status=found.status,
        may_see_history=found.is_open,
    )


@require_safe
def revision_json(request: ActorRequest, slug: str, number: int) -> HttpResponse:
    """One revision to take away."""
    found = cited(request.actor, slug, number)
    return history.download_revision(request, found.subject, number, status=found.status)


def _series(request: ActorRequest, slug: str, permission: str = "") -> Series:
    """The series for who may see it, and may do what `permission` names. Raises Http404."""
    series = at_address(visible(request), slug)
    if permission:
        require(request.actor, permission, series)
    return series


def _about(series: Series, title: str) -> dict[str, Any]:
    """What every page here shows: the act as `title`, the series as `lead`."""
    return {
        "series": series,
        "title": title,
        "lead": series.title or series.code,
        "crumbs": _crumbs(series, title),
    }


def _crumbs(series: Series, last: str) -> Crumbs:
    return [
        (_("Outcomes"), reverse("outcomes:list")),
        (title_of(series), series.get_absolute_url()),
        (last, None),
    ]
