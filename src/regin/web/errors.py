"""What people and programs get when something does not work. Every answer says what to do."""

from __future__ import annotations

import sys
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

RETRY_AFTER = 30
UNREACHABLE = (OperationalError, InterfaceError)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request makes no sense to us."""
    return render(request, "errors/400.html", status=400)


def too_large(request: HttpRequest, limit: int) -> HttpResponse:
    """413: more was sent than this address takes; `limit` in MiB."""
    with reader_language(request):
        if wants_json(request):
            text = _("Send at most %(limit)s MiB.") % {"limit": limit}
            return problem(413, _("This is too large"), text)
        page = render_to_string("errors/413.html", {"limit": limit})
    return HttpResponse(page, status=413)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: known, and not allowed."""
    return render(request, "errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: not there, or not yours; the two look alike."""
    return render(request, "errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 when what broke is the way to the database. Needs neither database nor person."""
    if isinstance(sys.exc_info()[1], UNREACHABLE):
        return unavailable(request)
    with reader_language(request):
        if wants_json(request):
            text = _("Try once more. If it happens again, tell the administrator of this site.")
            return problem(500, _("Something went wrong on our side"), text)
        return HttpResponse(render_to_string("errors/500.html"), status=500)


def unavailable(request: HttpRequest) -> HttpResponse:
    """503: the data cannot be read or written just now."""
    with reader_language(request):
        if wants_json(request):
            text = _("The site cannot read or write its data just now. Try again in a minute.")
            response: HttpResponse = problem(503, _("Back soon"), text)
        else:
            response = HttpResponse(render_to_string("errors/503.html"), status=503)
    response["Retry-After"] = str(RETRY_AFTER)
    response["Cache-Control"] = "no-store"
    return response


def reader_language(request: HttpRequest) -> Any:
    """The language of address, cookie or browser, found without a session."""
    language = translation.get_language_from_request(request, check_path=True)
    return translation.override(language)


def wants_json(request: HttpRequest) -> bool:
    """Whether a program asks: it reads JSON and did not ask for a page."""
    accepted = request.headers.get("Accept", "")
    return "json" in accepted and "text/html" not in accepted


def problem(status: int, title: str, detail: str) -> JsonResponse:
    """An error for programs (RFC 9457)."""
    body = {"type": "about:blank", "status": status, "title": title, "detail": detail}
    return JsonResponse(body, status=status, content_type="application/problem+json")
