"""Name the columns of a plain table, once: the series keeps it for the files to come."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from regin.apps.accounts.middleware import ActorRequest
from regin.apps.common.faults import ShownFault, shown_fault, shown_faults
from regin.apps.outcomes import operations
from regin.apps.outcomes.code_questions import candidates_of, known_codes
from regin.apps.outcomes.column_forms import (
    ColumnsForm,
    MappingTextForm,
    TablePlaceForm,
    faults_or_mapping,
    place_said,
    text_of,
)
from regin.apps.outcomes.forms import UPLOAD
from regin.apps.outcomes.models import Upload
from regin.apps.outcomes.views.imports import UNUSABLE
from regin.apps.outcomes.views.uploads import file_crumbs, own_upload, to_next_step
from regin.engine.errors import FaultsError
from regin.files.datasets.mapping_checks import faults_of
from regin.files.datasets.mapping_proposal import Proposal, propose_mapping

PREVIEW_ROWS = 15
PREVIEW_COLUMNS = 20


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: ActorRequest, key: str) -> HttpResponse:
    """Say what the columns are; what cannot be read that way is said with its rows."""
    upload = own_upload(request, key)
    try:
        proposal = _proposal(upload, request.GET)
    except FaultsError as error:
        context = {"faults": shown_faults(error)}
        return _page(request, upload, None, None, status=UNUSABLE, **context)
    form = _form(request, upload, proposal)
    if request.method != "POST":
        return _page(request, upload, proposal, form, faults=_last_faults(upload))
    if not form.is_valid():
        return _page(request, upload, proposal, form, status=UNUSABLE)
    faults = _named(request, upload, form)
    if faults:
        return _page(request, upload, proposal, form, status=UNUSABLE, faults=faults)
    return to_next_step(request, upload)


def _named(
    request: ActorRequest, upload: Upload, form: ColumnsForm | MappingTextForm
) -> list[ShownFault]:
    """Keep the columns as said, or the faults why not."""
    error, mapping = faults_or_mapping(form)
    if error is not None:
        return shown_faults(error)
    wrong = faults_of(mapping)
    if wrong:
        return shown_faults(wrong)
    try:
        operations.name_columns(request.actor, upload, mapping, UPLOAD)
    except FaultsError as refusal:
        return shown_faults(refusal)
    return []


def _last_faults(upload: Upload) -> list[ShownFault]:
    """Why a mapping that was used before does not fit this file; nothing without one."""
    if not upload.mapping:
        return []
    try:
        operations.dataset_of(upload, UPLOAD)
    except FaultsError as error:
        return shown_faults(error)
    return []


def _form(
    request: ActorRequest, upload: Upload, proposal: Proposal
) -> ColumnsForm | MappingTextForm:
    data = request.POST if request.method == "POST" else None
    if request.GET.get("as") == "text":
        said = upload.mapping or text_of(proposal)
        return MappingTextForm(data, initial={"text": said})
    return ColumnsForm(proposal, data)


def _proposal(upload: Upload, data: Any) -> Proposal:
    said = place_said(data)
    path = operations.stored_path(upload)
    sheet = said.sheet if said else ""
    return propose_mapping(path, known_places(), sheet=sheet, said=said, limits=UPLOAD)


def known_places() -> Any:
    """A test whether a text is a code or a name of a region, which asks once for each text."""

    @cache
    def is_place(text: str) -> bool:
        return bool(known_codes([text])) or bool(candidates_of([text])[text])

    return is_place


def _page(
    request: ActorRequest,
    upload: Upload,
    proposal: Proposal | None,
    form: ColumnsForm | MappingTextForm | None,
    *,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    context |= {
        "upload": upload,
        "form": form,
        "as_text": isinstance(form, MappingTextForm),
        "crumbs": file_crumbs(upload, _("Columns")),
        "query": request.GET.urlencode(),
    }
    if proposal is not None:
        context |= {
            "place_form": TablePlaceForm(proposal),
            "preview": proposal.preview[:PREVIEW_ROWS],
            "width": PREVIEW_COLUMNS,
            "questions": [shown_fault(note.reason) for note in proposal.questions],
            "reasons": [shown_fault(note.reason) for note in proposal.notes if not note.is_open],
        }
    return render(request, "outcomes/columns.html", context, status=status)
