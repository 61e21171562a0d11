"""What stands around every request."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from regin.web.errors import UNREACHABLE, unavailable

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
