"""What the home page takes from the apps: the regions with content, and what is new."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from regin.apps.accounts.actor import Actor
from regin.apps.assessments.models import Framework, PublishedScore
from regin.apps.common.models import Revision
from regin.apps.outcomes.models import Import, Series
from regin.apps.regions.map import EuropeMap, europe_map
from regin.apps.regions.models import Place, Profile

NEWS = 6


@dataclass(frozen=True, slots=True)
class News:
    """One thing that happened: what, where to read it, when."""

    label: str
    url: str
    when: datetime
    text: str


def europe(actor: Actor) -> EuropeMap:
    """The map of Europe with the regions of which more is known than their code."""
    described = Profile.objects.visible_to(actor).values("place")
    reported = PublishedScore.objects.values("place")
    known = Place.objects.filter(is_fictional=False)
    places = known.filter(pk__in=described) | known.filter(pk__in=reported)
    return europe_map(
        places.distinct().prefetch_related("names"),
        sign=_("regions with a description or a published score"),
    )


def news(actor: Actor) -> list[News]:
    """What was published or loaded last, the newest first; one line a thing."""
    found = [*_revised(Profile, actor), *_revised(Framework, actor), *_loaded(actor)]
    return sorted(found, key=attrgetter("when"), reverse=True)[:NEWS]


def _revised(model: type[Any], actor: Actor) -> list[News]:
    """The newest revisions of published rows that everybody may see."""
    rows: QuerySet[Any] = model.objects.visible_to(actor).filter(state="published")
    revisions = Revision.objects.filter(
        content_type=ContentType.objects.get_for_model(model), object_id__in=rows.values("pk")
    ).order_by("-created_at")[: NEWS * 2]
    newest = {revision.object_id: revision for revision in reversed(revisions)}
    return [
        _about(row, newest[row.pk].created_at) for row in _with_names(rows.filter(pk__in=newest))
    ]


def _with_names(rows: QuerySet[Any]) -> QuerySet[Any]:
    if rows.model is Profile:
        return rows.select_related("place").prefetch_related("place__names")
    return rows.prefetch_related("texts")


def _about(row: Any, when: datetime) -> News:
    if isinstance(row, Profile):
        words = _("Who governs integration: %(body)s") % {"body": row.authority_name}
        return News(row.place.name, row.place.get_absolute_url(), when, words)
    return News(str(row.text("title") or row), row.get_absolute_url(), when, "")


def _loaded(actor: Actor) -> list[News]:
    series = Series.objects.visible_to(actor).values("pk")
    accepted = Import.objects.filter(series__in=series, state=Import.State.ACCEPTED)
    # The related manager of an owned model asks who looks; visibility was decided above.
    shown = (
        Series.objects.visible_to(actor)
        .prefetch_related("texts")
        .in_bulk(accepted.order_by("-decided_at").values_list("series", flat=True)[:NEWS])
    )
    return [
        News(
            str(one.text("title") or one.code),
            one.get_absolute_url(),
            row.decided_at,
            _("Figures were loaded."),
        )
        for row in accepted.order_by("-decided_at")[:NEWS]
        if (one := shown.get(row.series_id)) and row.decided_at
    ]
