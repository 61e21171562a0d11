"""Begin with a file: it is recognised, then a person says which series it is."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from regin.apps.accounts.middleware import ActorRequest
from regin.apps.accounts.permissions import may, require
from regin.apps.common.faults import shown_faults
from regin.apps.outcomes import operations
from regin.apps.outcomes.forms import UPLOAD, SeriesForm, UploadForm, code_choices
from regin.apps.outcomes.labels import format_words
from regin.apps.outcomes.models import Import, Series, Upload
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
    return redirect("outcomes:describe", key=upload.key)


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
    upload = _upload(request, key)
    try:
        dataset = operations.dataset_of(upload, UPLOAD)
    except FaultsError as error:
        return _describe_page(request, upload, None, None, error)
    form = SeriesForm(dataset, upload.organisation, request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _describe_page(request, upload, dataset, form)
    language = (get_language() or "en").split("-")[0]
    try:
        said = form.description(language)
        staged = operations.begin_series(request.actor, upload, said, UPLOAD)
    except FaultsError as error:
        return _describe_page(request, upload, dataset, form, error)
    return _to_preview(staged)


@require_POST
def into(request: ActorRequest, key: str, slug: str) -> HttpResponse:
    """Take the file as one of a series that is there."""
    upload = _upload(request, key)
    series = get_object_or_404(visible(request), public_id=slug.rpartition("-")[2])
    try:
        staged = operations.stage_upload(request.actor, upload, series, UPLOAD)
    except FaultsError as error:
        return _describe_page(request, upload, None, None, error)
    return _to_preview(staged)


@require_POST
def forget(request: ActorRequest, key: str) -> HttpResponse:
    """Drop the file."""
    operations.forget_upload(request.actor, _upload(request, key))
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
    crumbs = [
        (_("Outcomes"), reverse("outcomes:list")),
        (_("Load a file"), reverse("outcomes:begin")),
        (upload.file_name, None),
    ]
    refused = error is not None or (form is not None and form.is_bound)
    context = {
        "upload": upload,
        "form": form,
        "head": dataset.head if dataset else None,
        "format_label": format_words(dataset.head.format) if dataset else "",
        "cells": len(dataset) if dataset else 0,
        "dimensions": _dimension_rows(dataset) if dataset else [],
        "candidates": _candidates(request, dataset) if dataset else [],
        "faults": shown_faults(error) if error else None,
        "crumbs": crumbs,
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


def _candidates(request: ActorRequest, dataset: Dataset) -> list[Series]:
    """Series of the same table that the person may import into."""
    if not dataset.head.code:
        return []
    rows = visible(request).filter(dataset__iexact=dataset.head.code)
    return [one for one in rows if may(request.actor, "outcomes.import", one)]


def _own(request: ActorRequest) -> QuerySet[Upload]:
    return Upload.objects.filter(by=request.actor.user)


def _upload(request: ActorRequest, key: str) -> Upload:
    upload = get_object_or_404(Upload.objects.select_related("organisation"), key=key)
    require(request.actor, "outcomes.describe", upload)
    return upload
