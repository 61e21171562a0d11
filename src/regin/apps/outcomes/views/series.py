"""The list of series, one series, and its download."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from regin.apps.accounts.middleware import ActorRequest
from regin.apps.accounts.permissions import may
from regin.apps.common.addresses import at_address, permanent, to_canonical
from regin.apps.outcomes import permissions  # noqa: F401  # declares the rules that `may` asks
from regin.apps.outcomes.downloads import csv_lines, file_name
from regin.apps.outcomes.fetch_notes import last_note
from regin.apps.outcomes.figures import Selection, shown_figures
from regin.apps.outcomes.models import Import, Series
from regin.apps.outcomes.vintage import is_old

ROWS = 100
VINTAGES = 20


@require_safe
def series_list(request: ActorRequest) -> HttpResponse:
    """Every series the reader may see, and how far it reaches."""
    page = Paginator(visible(request), ROWS).get_page(request.GET.get("page"))
    entries = [
        {"series": one, "title": one.text("title"), "definition": one.text("definition")}
        for one in page
    ]
    context = {
        "entries": entries,
        "page": page,
        "may_upload": may(request.actor, "outcomes.upload"),
        "crumbs": [(_("Outcomes"), None)],
    }
    return render(request, "outcomes/list.html", context)


@require_safe
def detail(request: ActorRequest, slug: str) -> HttpResponse:
    """What a series is, and its figures for one year and group of people."""
    series = at_address(visible(request), slug)
    elsewhere = to_canonical(request, series)
    if elsewhere:
        return elsewhere
    selection = Selection(series, request.GET)
    page = Paginator(selection.observations(), ROWS).get_page(request.GET.get("page"))
    context = {
        "series": series,
        "title": series.text("title"),
        "definition": series.text("definition"),
        "unit": series.text("unit"),
        "facts": fact_rows(series),
        "selection": selection,
        "page": page,
        "figures": list(shown_figures(page, series.decimals)),
        "query": f"{urlencode(selection.query())}&",
        "download": download_address(selection),
        "vintages": series.imports.filter(state=Import.State.ACCEPTED)[:VINTAGES],
        "is_old": is_old(series.coverage.get("last")),
        "may_import": may(request.actor, "outcomes.import", series),
        "note": last_note(series) if may(request.actor, "outcomes.import", series) else None,
        "steps": next_steps(),
        "crumbs": [(_("Outcomes"), reverse("outcomes:list")), (title_of(series), None)],
    }
    return render(request, "outcomes/detail.html", context)


@require_safe
def download(request: ActorRequest, slug: str) -> HttpResponseBase:
    """What the page shows, all rows of it, as CSV."""
    series = at_address(visible(request), slug)
    elsewhere = to_canonical(request, series)
    if elsewhere:
        return elsewhere
    selection = Selection(series, request.GET)
    shown_at = f"{series.get_absolute_url()}?{urlencode(selection.query())}"
    # A mark at the beginning makes spreadsheets read UTF-8.
    lines = "\ufeff" + "".join(csv_lines(selection, permanent(shown_at)))
    response = StreamingHttpResponse([lines.encode()], content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{file_name(selection)}"'
    return response


def visible(request: ActorRequest) -> QuerySet[Series]:
    """The series the reader may see, with what every page prints of them."""
    rows: QuerySet[Series] = Series.objects.visible_to(request.actor)
    return rows.select_related("source", "organisation").prefetch_related("texts")


def title_of(series: Series) -> str:
    """The title in the active language, else the code."""
    return str(series.text("title") or series.code)


def download_address(selection: Selection) -> str:
    """The address of the download of what is seen."""
    address = reverse("outcomes:download", kwargs={"slug": selection.series.slug})
    return f"{address}?{urlencode(selection.query())}"


def fact_rows(series: Series) -> list[tuple[str, Any, str, str]]:
    """The facts box: (label, value, note, address)."""
    reach = series.coverage
    years = series.years
    return [
        (_("Source"), series.source.name, series.attribution, series.url),
        (_("Dataset"), series.dataset, "", ""),
        (_("Licence"), series.licence, "", ""),
        (_("Unit"), series.text("unit"), "", ""),
        (_("Years"), "–".join(dict.fromkeys(years)) if years else None, "", ""),
        (_("Regions"), reach.get("places"), _("countries counted as well"), ""),
        (_("Figures"), reach.get("figures"), _missing(reach.get("missing", 0)), ""),
        (_("Kept by"), series.organisation.name, "", ""),
    ]


def _missing(count: int) -> str:
    if not count:
        return ""
    words = ngettext(
        "%(count)s more cell has no figure", "%(count)s more cells have no figure", count
    )
    return words % {"count": count}


def next_steps() -> list[tuple[str, str, str]]:
    """Where to go on from a series."""
    return [
        (_("Open a region"), reverse("regions:list"), _("See its figures beside its powers.")),
        (_("All statistics"), reverse("outcomes:list"), ""),
    ]
