"""Pages that put several apps together."""

from __future__ import annotations

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from regin.apps.accounts.middleware import ActorRequest
from regin.web import home_page
from regin.web.context import address


@require_safe
def home(request: ActorRequest) -> HttpResponse:
    """What REGIN is, in ten seconds."""
    context = {
        "map": home_page.europe(request.actor),
        "loop": loop_steps(),
        "doors": doors(),
        "news": home_page.news(request.actor),
    }
    return render(request, "home.html", context)


def loop_steps() -> list[dict[str, str | None]]:
    """The five steps of the loop; a step is a link once its part exists."""
    steps = [
        (_("Measure"), "frameworks:list", _("See where a region stands: policies and outcomes.")),
        (_("Learn"), "practices:list", _("Find what other regions tried, and what became of it.")),
        (_("Act"), "measures:list", _("Design a measure from the gap that you found.")),
        (_("Evaluate"), "evaluation:list", _("Judge it on seven aspects, with evidence.")),
        (_("Share"), "publications:list", _("Tell it, so that others can use it.")),
    ]
    return [{"label": label, "url": address(name), "text": text} for label, name, text in steps]


def doors() -> list[dict[str, str | None]]:
    """Where the three kinds of visitor go in; a door is there once its part exists."""
    known = [
        (
            _("I work in a region"),
            "regions:list",
            _("Find your region: who governs integration there, and its figures."),
        ),
        (
            _("I want the data"),
            "outcomes:list",
            _("Regional statistics, each with its source and year."),
        ),
        (
            _("I did something worth telling"),
            "practices:submit",
            _("Tell what you did, also when it failed."),
        ),
    ]
    found = [{"title": title, "url": address(name), "text": text} for title, name, text in known]
    return [door for door in found if door["url"]]


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that came too late or from elsewhere."""
    return render(request, "errors/403_csrf.html", status=403)


@require_safe
def about_page(request: HttpRequest, page: str) -> HttpResponse:
    """One of the pages about the site itself: `pages/<page>.html`."""
    return render(request, f"pages/{page}.html")


@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """Whether this process can answer and reach its database: 200, else 503."""
    works = database_answers()
    body = {
        "status": "ok" if works else "unavailable",
        "database": "ok" if works else "unreachable",
        "version": settings.REGIN_VERSION,
    }
    return JsonResponse(body, status=200 if works else 503)


def database_answers() -> bool:
    """Ask the database the smallest question."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone())
    except DatabaseError:
        return False


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Everything public may be indexed; pages of a person may not."""
    private = [
        f"Disallow: /{code}/{part}/"
        for code, _name in settings.LANGUAGES
        for part in ("accounts", "me")
    ]
    lines = ["User-agent: *", *private]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
