"""Revisions of profiles at their permanent addresses, also after the profile was withdrawn."""

from __future__ import annotations

from django.db.models import QuerySet

from regin.apps.accounts import citing
from regin.apps.accounts.actor import Actor
from regin.apps.accounts.citing import Cited
from regin.apps.regions.models import Profile


def cited(actor: Actor, slug: str, number: int) -> Cited[Profile]:
    """The profile that revision `number` speaks of. Raises Http404: not there, or never public."""
    seen = _with_place(Profile.objects.visible_to(actor))
    # All rows: the revision itself says whether everybody was allowed to read it.
    found = citing.cited(seen, _with_place(Profile._base_manager.all()), slug, number)
    if not found.is_open:
        found.subject.authority_name = found.revision.content["authority_name"]
    return found


def _with_place(rows: QuerySet[Profile]) -> QuerySet[Profile]:
    related = rows.select_related("organisation", "place")
    return related.prefetch_related("texts", "place__names")
