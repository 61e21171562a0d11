"""What stands around every request."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

from regin.web.errors import UNREACHABLE, too_large, unavailable

MIB = 1024 * 1024
# A page of an import takes a file of 32 MiB; whatever else is posted is a form.
LARGEST_FILE, LARGEST_FORM = 33 * MIB, 5 * MIB

log = logging.getLogger(__name__)


class FriendlyErrors:
    """Turns an unreachable database into a page that says so and when to come back.

    It meets what views raise; `errors.server_error` meets what the other layers raise.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer 503 for a database that is away; leave every other error alone."""
        if not isinstance(error, UNREACHABLE):
            return None
        log.error("database unreachable: %s", error)
        return unavailable(request)


class BodyLimit:
    """Refuses what is too large before a byte of it is stored.

    A request without a length has no body for Django, so the header is all there is to look at.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        limit = LARGEST_FILE if request.path.endswith("/import/") else LARGEST_FORM
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) > limit:
            return too_large(request, limit // MIB)
        return self.get_response(request)


class PersonalPagesStayPrivate:
    """Who is signed in gets pages that no cache on the way keeps."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            patch_cache_control(response, private=True, no_store=True)
        return response
