"""The page that other sites may frame: one view of a public series, and nothing else."""

from __future__ import annotations

from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from regin.apps.accounts.actor import VISITOR
from regin.apps.accounts.views.withdrawn import says_withdrawn
from regin.apps.common.addresses import at_address, permanent, to_canonical
from regin.apps.outcomes.models import Series
from regin.apps.outcomes.viewing import ABOUT, MAP, Selection
from regin.apps.outcomes.views.series import seen_context, title_of
from regin.apps.outcomes.vintage import is_old

SECONDS = 15 * 60
POLICY = {"frame-ancestors": ["*"], "script-src": ["'none'"], "form-action": ["'none'"]}


@require_safe
@xframe_options_exempt
@csp_replace(POLICY)  # type: ignore[arg-type]  # its types know no view with arguments
@cache_control(public=True, max_age=SECONDS)
@says_withdrawn(Series._base_manager.all, "outcomes/embed_withdrawn.html")
def embed(request: HttpRequest, slug: str) -> HttpResponse:
    """What the address chooses, as a visitor sees it, whoever asks: a frame knows no reader."""
    rows = Series.objects.visible_to(VISITOR).select_related("source", "organisation")
    series = at_address(rows.prefetch_related("texts"), slug)
    elsewhere = to_canonical(request, series)
    if elsewhere:
        return elsewhere
    asked = request.GET.dict()
    if asked.get("view") == ABOUT:
        asked["view"] = MAP
    selection = Selection(series, asked)
    if selection.breakdown is None:
        raise Http404
    context = {
        "series": series,
        "title": title_of(series),
        "is_old": is_old(series.coverage.get("last")),
        "is_embedded": True,
        "address": permanent(selection.address()),
        **seen_context(selection, asked.get("page")),
    }
    return render(request, "outcomes/embed.html", context)
