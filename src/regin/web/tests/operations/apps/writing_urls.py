"""A write that is whole or not there, and a request that takes as long as a test wants."""

import select
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from regin.apps.accounts.models import Mail
from regin.apps.common.operations import record


@csrf_exempt
@transaction.atomic
def write(request: HttpRequest, token: str) -> HttpResponse:
    """Two rows in two tables, one of them in the audit chain."""
    Mail.objects.create(recipient="k@example.org", subject=token, body="", language="en")
    record("tests", "written", token)
    return HttpResponse(token)


def wait(request: HttpRequest) -> HttpResponse:
    """Answer when the file `go` lies in the instance; say in `here` that the request is there."""
    folder = Path(settings.REGIN_DIR)
    (folder / "here").touch()
    while not (folder / "go").exists():
        select.select([], [], [], 0.02)
    return HttpResponse("done")


urlpatterns = [path("write/<str:token>/", write), path("wait/", wait)]
