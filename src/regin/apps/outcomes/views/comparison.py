"""The page that puts two to five regions side by side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from regin.apps.accounts.middleware import ActorRequest
from regin.apps.common.addresses import ALPHABET, LENGTH, id_in
from regin.apps.outcomes.choosing import Catalogue, Chosen, catalogue
from regin.apps.outcomes.models import Series
from regin.apps.outcomes.region_comparison import FEWEST, MOST, compare, compared_regions
from regin.apps.regions.facts import pages
from regin.apps.regions.finding import LONGEST_QUERY, Found, find
from regin.apps.regions.models import Place

MOST_SERIES: Final = 10
FIRST_SERIES: Final = 4
HITS: Final = 10


@require_safe
def compare_regions(request: ActorRequest) -> HttpResponse:
    """The chosen regions and series, or how to choose them."""
    asked = request.GET
    places, strange_places = places_named(asked.getlist("region"))
    offered = catalogue(request.actor)
    chosen, strange_series = offered.found(asked.getlist("series"))
    periods = periods_of(offered.series)
    period = asked.get("period", "")
    period = period if period in periods else ""
    query = asked.get("find", "")[:LONGEST_QUERY]
    problem = _problem(places)
    shown = chosen[:MOST_SERIES] or _first(offered)
    regions = compared_regions(places)
    context = {
        "regions": regions,
        "problem": problem,
        "rows": [] if problem or not shown else compare(regions, shown, period),
        "chosen": shown,
        "too_many_series": len(chosen) > MOST_SERIES,
        "strange": strange_places + strange_series,
        "offered": offered.grouped(),
        "periods": periods,
        "period": period,
        "query": query,
        "found": _hits(query, places),
        "most": MOST,
        "crumbs": [(_("Outcomes"), reverse("outcomes:list")), (_("Compare regions"), None)],
    }
    return render(request, "outcomes/compare.html", context)


def places_named(tokens: Iterable[str]) -> tuple[list[Place], int]:
    """The places whose address or public id the tokens are, each once, in their order.

    Also how many of them name none.
    """
    ids = list(dict.fromkeys(id_in(token) for token in tokens if token))
    well_formed = [one for one in ids if len(one) == LENGTH and set(one) <= set(ALPHABET)]
    rows = pages().prefetch_related("names").in_bulk(well_formed, field_name="public_id")
    places = [rows[one] for one in ids if one in rows]
    return places, len(ids) - len(places)


def comparison_address(places: Iterable[Place], chosen: Iterable[Chosen]) -> str:
    """The address of the comparison of `places` in the `chosen` series."""
    pairs = [("region", one.public_id) for one in places]
    pairs += [("series", one.token) for one in chosen]
    return f"{reverse('outcomes:compare')}?{urlencode(pairs)}"


def _problem(places: Sequence[Place]) -> str:
    """Why these places cannot be compared, and what to do; empty when they can."""
    if not places:
        return _("Choose the regions that you want to see side by side: two to five.")
    if len(places) < FEWEST:
        return _("Choose at least one more region to compare with.")
    if len(places) > MOST:
        words = _("Up to %(most)s regions fit side by side; you chose %(count)s. Take some off.")
        return words % {"most": MOST, "count": len(places)}
    if len({one.is_fictional for one in places}) > 1:
        return _("A fictional region is not compared with a real one. Take one kind off.")
    return ""


def _first(offered: Catalogue) -> list[Chosen]:
    """What is shown while nobody chose: series that say what they measure, else the first."""
    return list(offered.by_concept().values())[:FIRST_SERIES]


def periods_of(series: Iterable[Series]) -> list[str]:
    """Every period that any of the series has, newest first."""
    return sorted({p for one in series for p in one.coverage.get("periods", [])}, reverse=True)


def _hits(query: str, places: Sequence[Place]) -> Found:
    """Regions that begin like `query` and are not among `places`."""
    found = find(query, HITS) if query else Found([], 0)
    taken = {one.pk for one in places}
    hits = [hit for hit in found.hits if hit.place.pk not in taken]
    return Found(hits, found.total)
