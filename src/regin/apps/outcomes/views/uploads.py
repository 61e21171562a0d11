"""Begin with a file: it is recognised, then a person says which series it is."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from regin.apps.accounts.middleware import ActorRequest
from regin.apps.accounts.permissions import may, require
from regin.apps.common.addresses import fold
from regin.apps.common.faults import shown_faults
from regin.apps.outcomes import operations
from regin.apps.outcomes.forms import UPLOAD, SeriesForm, UploadForm, code_choices
from regin.apps.outcomes.labels import format_words
from regin.apps.outcomes.models import Import, Series, Upload
from regin.apps.outcomes.office_labels import in_codes
from regin.apps.outcomes.selecting import is_group
from regin.apps.outcomes.views.imports import UNUSABLE
from regin.apps.outcomes.views.series import visible
from regin.engine.errors import FaultsError
from regin.files.datasets.dataset import Dataset

SHOWN_CODES = 6


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: ActorRequest) -> HttpResponse:
    """Load a file that has no series yet."""
    require(request.actor, "outcomes.upload")
    posted = request.method == "POST"
    form = UploadForm(request.actor, request.POST or None, request.FILES or None)
    if not posted or not form.is_valid():
        return _begin_page(request, form, status=UNUSABLE if posted else 200)
    try:
        upload = _kept(request, form)
    except FaultsError as error:
        form = UploadForm(request.actor)
        return _begin_page(request, form, status=UNUSABLE, faults=shown_faults(error))
    return to_next_step(request, upload)


def to_next_step(request: ActorRequest, upload: Upload) -> HttpResponse:
    """To what a person has to say next: its columns, its codes, then what it is.

    A file that is meant for a series goes into it as soon as nothing is open.
    """
    try:
        page, _dataset = _open_step(upload)
    except FaultsError:
        return redirect("outcomes:describe", key=upload.key)
    if page:
        return redirect(page, key=upload.key)
    if request.method == "POST" and upload.series is not None:
        return _staged_in(request, upload, upload.series)
    return redirect("outcomes:describe", key=upload.key)


def _open_step(upload: Upload) -> tuple[str, Dataset | None]:
    """The page on which something is to be said before the file can be described, if any.

    Raises FaultsError for a file that cannot be read whatever is said.
    """
    if operations.needs_columns(upload, UPLOAD):
        return "outcomes:columns", None
    try:
        dataset = operations.dataset_of(upload, UPLOAD)
    except FaultsError:
        if not upload.mapping:
            raise
        # The columns of the last file do not fit this one: its page says where.
        return "outcomes:columns", None
    return ("outcomes:codes" if operations.questions_about(upload, dataset) else ""), dataset


def _kept(request: ActorRequest, form: UploadForm) -> Upload:
    file = form.cleaned_data["file"]
    with tempfile.TemporaryDirectory(prefix="regin-upload-") as folder:
        path = Path(folder) / "upload"
        with path.open("wb") as stream:
            stream.writelines(file.chunks())
        organisation = form.cleaned_data["organisation"]
        return operations.keep_upload(request.actor, organisation, path, file.name or "", UPLOAD)


def _begin_page(
    request: ActorRequest, form: UploadForm, status: int, **context: Any
) -> HttpResponse:
    crumbs = [(_("Outcomes"), reverse("outcomes:list")), (_("Load a file"), None)]
    context |= {"form": form, "crumbs": crumbs, "waiting": _own(request)}
    return render(request, "outcomes/begin.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def describe(request: ActorRequest, key: str) -> HttpResponse:
    """Say which series a file is; without a fault it goes to its preview."""
    upload = own_upload(request, key)
    try:
        page, dataset = _open_step(upload)
    except FaultsError as error:
        return _describe_page(request, upload, None, None, error)
    if dataset is None or page:
        return redirect(page, key=upload.key)
    dataset = in_codes(dataset, operations.learnt_by(upload))
    named = {} if dataset.head.code else _named_after(upload.file_name)
    form = SeriesForm(dataset, upload.organisation, request.POST or None, initial=named)
    if request.method != "POST" or not form.is_valid():
        return _describe_page(request, upload, dataset, form)
    language = (get_language() or "en").split("-")[0]
    try:
        said = form.description(language)
        staged = operations.begin_series(request.actor, upload, said, UPLOAD)
    except FaultsError as error:
        return _describe_page(request, upload, dataset, form, error)
    return _to_preview(staged)


def _named_after(file_name: str) -> dict[str, str]:
    """What a table without a code may be called: as its file."""
    name = file_name.split(".", maxsplit=1)[0]
    return {"dataset": name[:60], "code": slugify(fold(name))[:60]}


@require_POST
def into(request: ActorRequest, key: str, slug: str) -> HttpResponse:
    """Take the file as one of a series that is there."""
    upload = own_upload(request, key)
    series = get_object_or_404(visible(request), public_id=slug.rpartition("-")[2])
    return _staged_in(request, upload, series)


def _staged_in(request: ActorRequest, upload: Upload, series: Series) -> HttpResponse:
    try:
        staged = operations.stage_upload(request.actor, upload, series, UPLOAD)
    except FaultsError as error:
        return _describe_page(request, upload, None, None, error)
    return _to_preview(staged)


@require_POST
def forget(request: ActorRequest, key: str) -> HttpResponse:
    """Drop the file."""
    operations.forget_upload(request.actor, own_upload(request, key))
    messages.success(request, _("The file was dropped. Nothing was changed."))
    return redirect("outcomes:list")


def _to_preview(staged: Import) -> HttpResponse:
    return redirect("outcomes:preview", slug=staged.series.slug, number=staged.number)


def _describe_page(
    request: ActorRequest,
    upload: Upload,
    dataset: Dataset | None,
    form: SeriesForm | None,
    error: FaultsError | None = None,
) -> HttpResponse:
    refused = error is not None or (form is not None and form.is_bound)
    context = {
        "upload": upload,
        "form": form,
        "head": dataset.head if dataset else None,
        "format_label": format_words(dataset.head.format) if dataset else "",
        "cells": len(dataset) if dataset else 0,
        "dimensions": _dimension_rows(dataset) if dataset else [],
        "candidates": _candidates(request, upload, dataset) if dataset else [],
        "faults": shown_faults(error) if error else None,
        "answers": _answers(upload),
        "crumbs": file_crumbs(upload),
    }
    return render(request, "outcomes/describe.html", context, status=UNUSABLE if refused else 200)


def _dimension_rows(dataset: Dataset) -> list[dict[str, Any]]:
    """Name, what it is, number of codes, and the first of them with their labels."""
    roles = {"geo": _("place"), "time": _("time"), "unit": _("unit"), "frequency": _("frequency")}
    people = _("Group of people")
    return [
        {
            "name": dimension.text or dimension.name,
            "role": roles.get(dimension.role, "") or (people if is_group(dimension) else ""),
            "count": len(dimension.codes),
            "codes": [words for _code, words in code_choices(dimension)[:SHOWN_CODES]],
            "more": max(len(dimension.codes) - SHOWN_CODES, 0),
        }
        for dimension in dataset.dimensions
    ]


def _candidates(request: ActorRequest, upload: Upload, dataset: Dataset) -> list[Series]:
    """The series it is meant for, and those of the same table the person may import into."""
    wanted = Q(pk=upload.series_id)
    if dataset.head.code:
        wanted |= Q(dataset__iexact=dataset.head.code)
    rows = visible(request).filter(wanted)
    return [one for one in rows if may(request.actor, "outcomes.import", one)]


def _answers(upload: Upload) -> list[tuple[str, str]]:
    """What a person has said of its codes: (text, code, "" when it is left out)."""
    return [pair for codes in upload.codes.values() for pair in codes.items()]


def file_crumbs(upload: Upload, last: str = "") -> list[tuple[str, str | None]]:
    """Outcomes > load a file > the file > this page."""
    above: list[tuple[str, str | None]] = [
        (_("Outcomes"), reverse("outcomes:list")),
        (_("Load a file"), reverse("outcomes:begin")),
    ]
    if not last:
        return [*above, (upload.file_name, None)]
    address = reverse("outcomes:describe", kwargs={"key": upload.key})
    return [*above, (upload.file_name, address), (last, None)]


def _own(request: ActorRequest) -> QuerySet[Upload]:
    return Upload.objects.filter(by=request.actor.user)


def own_upload(request: ActorRequest, key: str) -> Upload:
    """The file that the reader brought, by its key. Raises Http404."""
    rows = Upload.objects.select_related("organisation", "series", "series__organisation")
    upload = get_object_or_404(rows, key=key)
    require(request.actor, "outcomes.describe", upload)
    return upload
