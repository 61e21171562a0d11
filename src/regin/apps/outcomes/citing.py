"""Revisions of series at their permanent addresses, also after the series was withdrawn."""

from __future__ import annotations

from django.db.models import QuerySet

from regin.apps.accounts import citing
from regin.apps.accounts.actor import Actor
from regin.apps.accounts.citing import Cited
from regin.apps.outcomes.models import Series


def cited(actor: Actor, slug: str, number: int) -> Cited[Series]:
    """The series that revision `number` speaks of. Raises Http404: not there, or never public.

    Its address is made of its short name, which nobody changes; the title is the revision's.
    """
    # All rows: the revision itself says whether everybody was allowed to read it.
    every = Series._base_manager.all()
    return citing.cited(_told(Series.objects.visible_to(actor)), _told(every), slug, number)


def _told(rows: QuerySet[Series]) -> QuerySet[Series]:
    return rows.select_related("organisation", "source").prefetch_related("texts")
