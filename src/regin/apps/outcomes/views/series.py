"""The list of series, and one series in its views."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from regin.apps.accounts.middleware import ActorRequest
from regin.apps.accounts.permissions import may
from regin.apps.accounts.views.withdrawn import says_withdrawn
from regin.apps.common.addresses import at_address, to_canonical
from regin.apps.common.charts.numbers import number
from regin.apps.outcomes import permissions  # noqa: F401  # declares the rules that `may` asks
from regin.apps.outcomes.drawing import drawn
from regin.apps.outcomes.embedding import can_embed, embed_code
from regin.apps.outcomes.fetch_notes import last_note
from regin.apps.outcomes.models import Import, Series
from regin.apps.outcomes.origin import chart_source, citation
from regin.apps.outcomes.seen import (
    seen_title,
    table_page,
    unit_of,
)
from regin.apps.outcomes.sureness import flags_in_use, sureness_of, sureness_of_table
from regin.apps.outcomes.table import heads, part_heads, table_rows
from regin.apps.outcomes.viewing import ABOUT, DRAWN, TABLE, Selection
from regin.apps.outcomes.vintage import is_old
from regin.apps.outcomes.vintages import last_vintage, vintages_of
from regin.apps.outcomes.workflow import workflow

or_withdrawn = says_withdrawn(Series._base_manager.all)

ROWS = 100
VINTAGES = 20
TEMPLATES = {TABLE: "outcomes/_view_table.html", ABOUT: "outcomes/_view_about.html"}


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
@or_withdrawn
def detail(request: ActorRequest, slug: str) -> HttpResponse:
    """What a series is, and its figures in the view that the address names."""
    series = at_address(visible(request), slug)
    elsewhere = to_canonical(request, series)
    if elsewhere:
        return elsewhere
    selection = Selection(series, request.GET)
    newest = last_vintage(series)
    may_import = may(request.actor, "outcomes.import", series)
    context = {
        "series": series,
        "title": series.text("title"),
        "definition": series.text("definition"),
        "facts": fact_rows(series, newest),
        "is_old": is_old(series.coverage.get("last")),
        "may_import": may_import,
        "note": last_note(series) if may_import else None,
        "workflow": workflow(series, request.actor),
        "steps": next_steps(selection),
        "crumbs": [(_("Outcomes"), reverse("outcomes:list")), (title_of(series), None)],
        **seen_context(selection, request.GET.get("page")),
        **_about_context(request, selection),
    }
    return render(request, "outcomes/detail.html", context)


def seen_context(selection: Selection, page: str | None) -> dict[str, Any]:
    """What the chosen view prints, on the page of the series and in a frame elsewhere."""
    context: dict[str, Any] = {
        "selection": selection,
        "seen_title": seen_title(selection),
        "unit": unit_of(selection),
        "source": chart_source(selection),
        "template": TEMPLATES.get(selection.view, "outcomes/_view_drawn.html"),
    }
    if selection.breakdown is None or selection.view == ABOUT:
        return context
    context["countries"] = selection.country_choices(selection.reach.countries())
    if selection.view == TABLE:
        table = table_page(selection, page, ROWS)
        query = selection.address().partition("?")[2]
        return context | {
            "page": table,
            "rows": table_rows(selection, table),
            "query": f"{query}&",
            "heads": heads(selection),
            "part_heads": part_heads(selection),
            "sureness": sureness_of_table(selection),
        }
    seen = drawn(selection)
    return context | {
        "drawn": seen,
        "sureness": sureness_of(seen.figures),
        "table_address": selection.address(view=TABLE),
    }


def _about_context(request: ActorRequest, selection: Selection) -> dict[str, Any]:
    """What only the page of the series prints: how to take it along, or what it is."""
    series = selection.series
    if selection.view != ABOUT:
        return {
            "downloads": download_links(selection),
            "embed_code": embed_code(selection) if can_embed(series) else "",
            "citation": citation(selection),
        }
    rows = Paginator(vintages_of(series), VINTAGES).get_page(request.GET.get("page"))
    return {
        "page": rows,
        "vintages": list(rows),
        "query": f"{selection.address().partition('?')[2]}&",
        "versions": sorted(
            {f"{one.scheme} {one.version}".strip() for one in selection.reach.known}
        ),
        "flags": flags_in_use(series),
        "left_out": left_out_codes(series),
        "series_unit": series.text("unit"),
        "quality": series.text("quality"),
        "updates": series.text("updates"),
        "citation": citation(selection),
    }


def left_out_codes(series: Series) -> list[str]:
    """Codes of the newest file that stand for no region, and those that people left out."""
    newest = last_vintage(series)
    aggregates = newest.summary.get("aggregates", ()) if newest else ()
    dropped = (code for code, meant in series.place_codes.items() if not meant)
    return sorted({*aggregates, *dropped})


def visible(request: ActorRequest) -> QuerySet[Series]:
    """The series the reader may see, with what every page prints of them."""
    rows: QuerySet[Series] = Series.objects.visible_to(request.actor)
    return rows.select_related("source", "organisation").prefetch_related("texts")


def title_of(series: Series) -> str:
    """The title in the active language, else the code."""
    return str(series.text("title") or series.code)


def download_links(selection: Selection) -> list[tuple[str, str]]:
    """The files of what is seen: (name of the format, address)."""
    tables = [("CSV", "download"), ("XLSX", "workbook"), ("JSON", "json")]
    pictures = [("SVG", "svg"), ("PNG", "png")] if selection.view in DRAWN else []
    return [(name, selection.address(route)) for name, route in (*tables, *pictures)]


def fact_rows(series: Series, newest: Import | None) -> list[tuple[str, Any, str, str]]:
    """The facts box: (label, value, note, address)."""
    reach = series.coverage
    years = series.years
    rows = [
        (_("Source"), series.source.name, series.attribution, series.url),
        (_("Dataset"), series.dataset, "", ""),
        (_("Licence"), series.licence, "", ""),
        (_("Unit"), series.text("unit"), "", ""),
        (_("Years"), "–".join(dict.fromkeys(years)) if years else None, "", ""),
        (_("Regions"), number(reach.get("places", 0), 0), _("countries counted as well"), ""),
        (_("Figures"), number(reach.get("figures", 0), 0), _missing(reach.get("missing", 0)), ""),
    ]
    if newest is not None and newest.decided_at is not None:
        words = date_format(newest.decided_at, "DATE_FORMAT")
        rows.append((_("Newest file"), words, newest.file_name, ""))
    return [*rows, (_("Kept by"), series.organisation.name, "", "")]


def _missing(count: int) -> str:
    if not count:
        return ""
    words = ngettext(
        "%(count)s more cell has no figure", "%(count)s more cells have no figure", count
    )
    return words % {"count": number(count, 0)}


def next_steps(selection: Selection) -> list[tuple[str, str, str]]:
    """Where to go on from a series."""
    compare = f"{reverse('outcomes:compare')}?series={selection.series.public_id}"
    about = _("What the figures mean, which files they came from, and what each file changed.")
    return [
        (_("Open a region"), reverse("regions:list"), _("See its figures beside its powers.")),
        (_("Compare regions"), compare, _("Two to five regions side by side.")),
        (
            _("Build an index of outcomes"),
            f"{reverse('outcomes:index')}?series={selection.series.public_id}",
            _("With this and other statistics as its indicators."),
        ),
        (_("Definition, quality and files"), selection.address(view=ABOUT), about),
        (_("All statistics"), reverse("outcomes:list"), ""),
    ]
