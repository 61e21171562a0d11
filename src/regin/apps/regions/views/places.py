"""Browse and find regions."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from regin.apps.accounts.middleware import ActorRequest
from regin.apps.common.addresses import fold
from regin.apps.regions import facts
from regin.apps.regions.finding import LONGEST_QUERY, find
from regin.apps.regions.map import europe_map
from regin.apps.regions.models import PlaceCode
from regin.apps.regions.profiles import places_with_profile


@require_safe
def region_list(request: ActorRequest) -> HttpResponse:
    """All countries; with `?country=ES` the regions of one of them."""
    countries = sorted(facts.countries(), key=lambda code: fold(code.place.name))
    wanted = request.GET.get("country")
    if wanted is None:
        told = europe_map(
            places_with_profile(request.actor), sign=_("region with a profile"), key="regions"
        )
        return render(request, "regions/list.html", _all(countries) | {"map": told})
    country = next((code for code in countries if code.code == wanted), None)
    if country is None:
        raise Http404
    return render(request, "regions/country.html", _one(country))


def _all(countries: list[PlaceCode]) -> dict[str, Any]:
    counts = facts.region_counts()
    rows = [
        (code, [counts.get((code.code, code.version, level), 0) for level in (1, 2, 3)])
        for code in countries
    ]
    return {"rows": rows, "free": facts.free_regions(), "crumbs": [(_("Regions"), None)]}


def _one(country: PlaceCode) -> dict[str, Any]:
    crumbs = [(_("Regions"), reverse("regions:list")), (country.place.name, None)]
    return {"country": country, "branches": facts.tree_of(country), "crumbs": crumbs}


@require_safe
def region_find(request: ActorRequest) -> HttpResponse:
    """Regions whose name or code begins with `q`."""
    query = request.GET.get("q", "")[:LONGEST_QUERY]
    context = {
        "query": query,
        "found": find(query),
        "crumbs": [(_("Regions"), reverse("regions:list")), (_("Find"), None)],
    }
    return render(request, "regions/find.html", context)
