"""The page of regions like one."""

from __future__ import annotations

from typing import Final

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from regin.apps.accounts.middleware import ActorRequest
from regin.apps.common.addresses import at_address, to_canonical
from regin.apps.outcomes.choosing import catalogue
from regin.apps.outcomes.peers import FEWEST, YEARS_APART, default_contexts, regions_like
from regin.apps.outcomes.region_comparison import compared_regions
from regin.apps.outcomes.views.comparison import comparison_address
from regin.apps.regions.facts import pages

MOST_CONTEXTS: Final = 8


@require_safe
def like(request: ActorRequest, slug: str) -> HttpResponse:
    """The ten regions of its level whose figures are nearest to those of one region."""
    place = at_address(pages().prefetch_related("names"), slug)
    elsewhere = to_canonical(request, place)
    if elsewhere:
        return elsewhere
    region = next(iter(compared_regions([place])), None)
    if region is None:
        raise Http404
    offered = catalogue(request.actor, for_arithmetic=True)
    chosen, strange = offered.found(request.GET.getlist("context"))
    asked = chosen[:MOST_CONTEXTS] or default_contexts(offered)
    found = regions_like(region.place, region.code, asked, as_far_as_known=not chosen)
    contexts = [one.chosen for one in found.contexts]
    context = {
        "region": region,
        "found": found,
        "rows": [(one, comparison_address([place, one.place], contexts)) for one in found.peers],
        "chosen": contexts,
        "too_many": len(chosen) > MOST_CONTEXTS,
        "strange": strange,
        "offered": offered.grouped(),
        "fewest": FEWEST,
        "years_apart": YEARS_APART,
        "crumbs": [
            (_("Outcomes"), reverse("outcomes:list")),
            (place.name, place.get_absolute_url()),
            (_("Regions like this one"), None),
        ],
    }
    return render(request, "outcomes/like.html", context)
