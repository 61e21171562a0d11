"""Say what unknown codes and labels of a file mean, once: the series keeps the answers."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from regin.apps.accounts.middleware import ActorRequest
from regin.apps.accounts.refusals import Refused
from regin.apps.common.faults import shown_faults
from regin.apps.outcomes import operations
from regin.apps.outcomes.code_forms import CodesForm
from regin.apps.outcomes.code_questions import MOST_QUESTIONS
from regin.apps.outcomes.forms import UPLOAD
from regin.apps.outcomes.models import Upload
from regin.apps.outcomes.views.imports import UNUSABLE
from regin.apps.outcomes.views.uploads import file_crumbs, own_upload, to_next_step
from regin.engine.errors import FaultsError


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def codes(request: ActorRequest, key: str) -> HttpResponse:
    """Ask about each code that nobody knows; without one left, go on."""
    upload = own_upload(request, key)
    try:
        dataset = operations.dataset_of(upload, UPLOAD)
    except FaultsError as error:
        return _page(request, upload, None, status=UNUSABLE, faults=shown_faults(error))
    questions = operations.questions_about(upload, dataset)
    if not questions:
        return to_next_step(request, upload)
    form = CodesForm(questions, request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        status = UNUSABLE if request.method == "POST" else 200
        return _page(request, upload, form, status=status)
    try:
        operations.answer_codes(request.actor, upload, form.answers())
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, upload, form, status=UNUSABLE)
    return to_next_step(request, upload)


def _page(
    request: ActorRequest,
    upload: Upload,
    form: CodesForm | None,
    *,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    context |= {
        "upload": upload,
        "form": form,
        "is_cut": form is not None and len(form.questions) >= MOST_QUESTIONS,
        "most": MOST_QUESTIONS,
        "crumbs": file_crumbs(upload, _("Codes")),
    }
    return render(request, "outcomes/codes.html", context, status=status)
