"""What stands at the address of an owned object that was public and has been withdrawn."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from regin.apps.accounts.citing import withdrawn


def withdrawn_page(
    request: HttpRequest,
    every: QuerySet[Any],
    slug: str,
    template: str = "accounts/withdrawn.html",
) -> HttpResponse:
    """When and why it was withdrawn, and where its last public revision stays.

    Raises Http404 for all that was never open to everybody: it looks like what is not there.
    """
    context = {"withdrawn": withdrawn(every, slug)}
    return render(request, template, context, status=HTTPStatus.GONE)
