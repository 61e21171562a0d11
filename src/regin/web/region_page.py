"""A region's page: what several apps know of one place, put together here."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from regin.apps.accounts.middleware import ActorRequest
from regin.apps.assessments.panels import region_panel
from regin.apps.common.addresses import at_address, permanent, to_canonical
from regin.apps.outcomes.panels import region_statistics
from regin.apps.outcomes.region_figures import region_figures
from regin.apps.regions import urls
from regin.apps.regions.facts import PlaceFacts, pages, place_facts
from regin.apps.regions.map import locator_map
from regin.apps.regions.profiles import ProfilesOfPlace, profiles_of

Fact = tuple[str, object, str, str]
Step = tuple[str, str, str]


@require_safe
def region_page(request: ActorRequest, slug: str) -> HttpResponse:
    """Names, codes, who governs integration, statistics, scores, and what next."""
    place = at_address(pages().prefetch_related("names"), slug)
    elsewhere = to_canonical(request, place)
    if elsewhere:
        return elsewhere
    facts = place_facts(place)
    if facts is None:
        raise Http404
    profiles = profiles_of(place, request.actor)
    context = {
        "place": place,
        "facts": facts,
        "fact_rows": fact_rows(facts),
        "map": locator_map(place),
        "profiles": profiles,
        "key_figures": region_figures(place, request.actor),
        "statistics": region_statistics(place, request.actor),
        "score_panel": region_panel(place, request.actor),
        "steps": next_steps(facts, profiles),
        "citation": citation(request, facts),
        "crumbs": crumbs(facts),
    }
    return render(request, "regions/detail.html", context)


def crumbs(facts: PlaceFacts) -> list[tuple[str, str | None]]:
    """Regions > country > parents > this region."""
    above = [(code.place.name, code.place.get_absolute_url()) for code in facts.parents]
    return [(_("Regions"), reverse("regions:list")), *above, (facts.place.name, None)]


def fact_rows(facts: PlaceFacts) -> list[Fact]:
    """The facts box: (label, value, note, address)."""
    place = facts.place
    rows: list[Fact] = [(_("Name there"), place.native_name, "", "")]
    if place.latin_name and place.latin_name != place.native_name:
        rows.append((_("In Latin letters"), place.latin_name, "", ""))
    rows += [(_("Code"), row.code, ", ".join(row.classifications), "") for row in facts.codes]
    rows.append((_("Level"), facts.level_label, "", ""))
    if facts.parents:
        parent = facts.parents[-1].place
        rows.append((_("Lies in"), parent.name, "", parent.get_absolute_url()))
    if place.city:
        rows.append((_("Main city"), place.city, _("Its symbol on maps stands here."), ""))
    return rows


def next_steps(facts: PlaceFacts, profiles: ProfilesOfPlace) -> list[Step]:
    """Where to go on from this region."""
    steps: list[Step] = []
    if profiles.may_add:
        address = reverse("profiles:create", kwargs={"slug": facts.place.slug})
        steps.append((_("Write a profile"), address, _("Say who governs integration here.")))
    compare = f"{reverse('outcomes:compare')}?region={facts.place.public_id}"
    like = reverse("outcomes:like", kwargs={"slug": facts.place.slug})
    steps.append((_("Compare with other regions"), compare, _("Two to five regions side by side.")))
    steps.append((_("Regions like this one"), like, _("By the statistics that you choose.")))
    country = facts.parents[0] if facts.parents else facts.code
    if country.country_code:
        address = f"{reverse('regions:list')}?country={country.code}"
        words = _("All regions of %(country)s") % {"country": country.place.name}
        steps.append((words, address, _("Find a neighbour to compare with.")))
    steps.append((_("Find another region"), reverse("regions:find"), ""))
    return steps


def citation(request: ActorRequest, facts: PlaceFacts) -> str:
    """How to cite the page as it is today."""
    code = ", ".join(filter(None, [facts.code.code, facts.code.classification]))
    return _("%(name)s (%(code)s). REGIN. %(address)s. Seen on %(date)s.") % {
        "name": facts.place.name,
        "code": code,
        "address": permanent(facts.place.get_absolute_url()),
        "date": date_format(timezone.now(), "DATE_FORMAT"),
    }


region_urls: list[Any] = [
    *urls.place_urls,
    path("<slug:slug>/", region_page, name="detail"),
]
