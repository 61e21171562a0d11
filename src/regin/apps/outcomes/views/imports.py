"""Bring a file in: upload, look at what it would change, decide."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from regin.apps.accounts.middleware import ActorRequest
from regin.apps.accounts.permissions import require
from regin.apps.common.addresses import at_address
from regin.apps.common.faults import shown_faults
from regin.apps.outcomes import operations
from regin.apps.outcomes.comparing import staged_figures
from regin.apps.outcomes.conversion_forms import ConversionForm
from regin.apps.outcomes.figures import shown_change
from regin.apps.outcomes.forms import UPLOAD, AcceptForm, ImportForm, VersionForm
from regin.apps.outcomes.labels import (
    accepted_words,
    computed_words,
    format_words,
    undone_words,
)
from regin.apps.outcomes.models import Import, Series, StagedFigure
from regin.apps.outcomes.structure import note_words
from regin.apps.outcomes.views.series import title_of, visible
from regin.engine.errors import FaultsError

ROWS = 50
UNUSABLE = 422
LISTED = ("new", "changed", "gone")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: ActorRequest, slug: str) -> HttpResponse:
    """Load a file; without a fault it goes to its preview."""
    series = _series(request, slug)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        status = 200 if request.method != "POST" else UNUSABLE
        return _upload_page(request, series, form, status=status)
    try:
        return _stage(request, series, form)
    except FaultsError as error:
        context = {"faults": shown_faults(error)}
        return _upload_page(request, series, ImportForm(), status=UNUSABLE, **context)


def _stage(request: ActorRequest, series: Series, form: ImportForm) -> HttpResponse:
    """To the preview, or to the questions that the file leaves open. Raises FaultsError."""
    file: UploadedFile[Any] = form.cleaned_data["file"]
    version, actor, name = form.cleaned_data["version"] or None, request.actor, file.name or ""
    with tempfile.TemporaryDirectory(prefix="regin-import-") as folder:
        path = Path(folder) / "upload"
        with path.open("wb") as stream:
            stream.writelines(file.chunks())
        try:
            staged = operations.stage_import(actor, series, path, name, version, limits=UPLOAD)
        except FaultsError as error:
            if not operations.can_be_answered(series, path, error):
                raise
            upload = operations.keep_for_series(actor, series, path, name, UPLOAD)
            return redirect("outcomes:describe", key=upload.key)
    return redirect("outcomes:preview", slug=series.slug, number=staged.number)


def _upload_page(
    request: ActorRequest, series: Series, form: ImportForm, status: int, **context: Any
) -> HttpResponse:
    waiting = series.imports.filter(state=Import.State.STAGED)[:ROWS]
    crumbs = _crumbs(series, _("Import"))
    context |= {"series": series, "form": form, "waiting": waiting, "crumbs": crumbs}
    return render(request, "outcomes/import.html", context, status=status)


@never_cache
@require_safe
def preview(request: ActorRequest, slug: str, number: int) -> HttpResponse:
    """What a staged file would change, in pages; of a decided one, what it did."""
    series = _series(request, slug)
    staged = get_object_or_404(
        Import.objects.select_related("series"), series=series, number=number
    )
    return _preview_page(request, series, staged)


def _preview_page(
    request: ActorRequest,
    series: Series,
    staged: Import,
    convert_form: ConversionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    number = staged.number
    asked = request.GET.get("show", "")
    shown = asked if asked in LISTED else _first_list(staged)
    page = Paginator(staged_figures(staged, shown), ROWS).get_page(request.GET.get("page"))
    context = {
        "series": series,
        "title": series.text("title"),
        "staged": staged,
        "summary": staged.summary,
        "lists": _lists(staged, shown),
        "shown": StagedFigure.Change(shown).label,
        "page": page,
        "rows": [shown_change(row, series.decimals) for row in page],
        "query": f"show={shown}&",
        "version_form": VersionForm(initial={"version": staged.version}),
        "accept_form": AcceptForm() if staged.summary.get("gone") else None,
        "convert_form": convert_form or _convert_form(staged),
        "conversions": conversion_rows(staged),
        "format_label": format_words(staged.format),
        "notes": [note_words(one) for one in staged.summary.get("notes", ())],
        "may_undo": operations.can_undo(staged),
        "is_stale": staged.is_staged and staged.compared_with != series.data_number,
        "crumbs": _crumbs(series, _("Import %(number)s") % {"number": number}),
    }
    return render(request, "outcomes/preview.html", context, status=status)


def _convert_form(staged: Import, data: Any = None) -> ConversionForm | None:
    """The form about split and merged regions; None where none can be computed."""
    possible = operations.possible_conversions(staged) if staged.is_staged else []
    agreed = staged.conversions or _agreed_before(staged)
    return ConversionForm(possible, agreed, data) if possible else None


def _agreed_before(staged: Import) -> dict[str, dict[str, float]]:
    """What was agreed at the last file of the series, to begin from."""
    rows = staged.series.imports.filter(state=Import.State.ACCEPTED).exclude(conversions={})
    last = rows.order_by("-number").first()
    return last.conversions if last else {}


def conversion_rows(staged: Import) -> list[tuple[str, str]]:
    """What was computed: the region's code, and from what with which weights."""
    return [(code, computed_words(staged, code)) for code in staged.conversions]


@require_POST
def convert(request: ActorRequest, slug: str, number: int) -> HttpResponse:
    """Compute the figures of split and merged regions to which the reader says yes."""
    series = _series(request, slug)
    staged = get_object_or_404(
        Import.objects.select_related("series"), series=series, number=number
    )
    form = _convert_form(staged, request.POST)
    if form is not None and not form.is_valid():
        return _preview_page(request, series, staged, form, UNUSABLE)
    chosen = form.chosen() if form is not None else {}
    return _decide(
        request,
        slug,
        number,
        lambda found: operations.convert(request.actor, found, chosen),
        back=True,
    )


def _first_list(staged: Import) -> str:
    """What most needs a look: changed figures, else new ones, else those that are gone."""
    order = ("changed", "new", "gone")
    return next((name for name in order if staged.summary.get(name)), "new")


def _lists(staged: Import, shown: str) -> list[tuple[str, str, int, bool]]:
    return [
        (name, str(StagedFigure.Change(name).label), staged.summary.get(name, 0), name == shown)
        for name in LISTED
    ]


@require_POST
def version(request: ActorRequest, slug: str, number: int) -> HttpResponse:
    """Compare again with the codes of another version."""
    wanted = request.POST.get("version", "")
    return _decide(
        request,
        slug,
        number,
        lambda staged: operations.change_version(request.actor, staged, wanted),
        back=True,
    )


@require_POST
def accept(request: ActorRequest, slug: str, number: int) -> HttpResponse:
    """Write what the file changes."""
    form = AcceptForm(request.POST)
    remove = form.is_valid() and bool(form.cleaned_data["remove_gone"])

    def run(staged: Import) -> Import:
        done = operations.accept_import(request.actor, staged, remove_gone=remove)
        summary = done.summary
        messages.success(request, accepted_words(summary["written"], summary["removed"]))
        return done

    return _decide(request, slug, number, run)


@require_POST
def discard(request: ActorRequest, slug: str, number: int) -> HttpResponse:
    """Forget the file."""

    def run(staged: Import) -> Import:
        done = operations.discard_import(request.actor, staged)
        messages.success(request, _("The file was discarded. Nothing was changed."))
        return done

    return _decide(request, slug, number, run)


@require_POST
def undo(request: ActorRequest, slug: str, number: int) -> HttpResponse:
    """Take back everything that the last accepted file changed."""

    def run(done: Import) -> Import:
        found = operations.undo_import(request.actor, done)
        messages.success(request, undone_words(found))
        return found

    return _decide(request, slug, number, run)


def _decide(
    request: ActorRequest,
    slug: str,
    number: int,
    run: Callable[[Import], Import],
    *,
    back: bool = False,
) -> HttpResponse:
    """Run a verb on a staged import; a refusal goes back to the preview with its sentence."""
    series = _series(request, slug)
    staged = get_object_or_404(Import, series=series, number=number)
    try:
        run(staged)
    except operations.ImportRefused as refusal:
        messages.error(request, str(refusal))
        back = True
    if back:
        return redirect("outcomes:preview", slug=series.slug, number=number)
    return redirect(series)


def _series(request: ActorRequest, slug: str) -> Series:
    series = at_address(visible(request), slug)
    require(request.actor, "outcomes.import", series)
    return series


def _crumbs(series: Series, last: str) -> list[tuple[str, str | None]]:
    return [
        (_("Outcomes"), reverse("outcomes:list")),
        (title_of(series), series.get_absolute_url()),
        (last, None),
    ]
