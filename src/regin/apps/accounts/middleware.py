"""Gives every request its actor, once and only if somebody asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from regin.apps.accounts.actor import Actor, actor_of


class ActorRequest(HttpRequest):
    """A request as views see it."""

    actor: Actor


class ActorMiddleware:
    """Sets `request.actor`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = cast("ActorRequest", request)
        asked.actor = cast("Actor", SimpleLazyObject(lambda: actor_of(request.user)))
        return self.get_response(request)
