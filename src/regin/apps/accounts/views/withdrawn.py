"""What stands at the address of an owned object that was public and has been withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, ParamSpec

from django.db.models import QuerySet
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import render

from regin.apps.accounts.citing import withdrawn

P = ParamSpec("P")


def says_withdrawn(
    rows: Callable[[], QuerySet[Any]], template: str = "accounts/withdrawn.html"
) -> Callable[[Callable[P, HttpResponseBase]], Callable[P, HttpResponseBase]]:
    """Decorate a view of one of `rows`, named by the keyword `slug`, to answer 410 (gone)
    with when and why it was withdrawn, and where its last public revision stays.

    All that was never open to everybody stays 404: it looks like what is not there.
    """

    def decorated(view: Callable[P, HttpResponseBase]) -> Callable[P, HttpResponseBase]:
        @wraps(view)
        def inner(*args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            try:
                return view(*args, **kwargs)
            except Http404:
                request: Any = args[0]
                context = {"withdrawn": withdrawn(rows(), str(kwargs["slug"]))}
                return render(request, template, context, status=HTTPStatus.GONE)

        return inner

    return decorated
