"""Revisions of profiles at their permanent addresses, also after the profile was withdrawn."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from regin.apps.accounts.actor import Actor
from regin.apps.accounts.models import State, Visibility
from regin.apps.common.addresses import at_address
from regin.apps.common.history import one_revision
from regin.apps.common.models import Revision
from regin.apps.common.operations import revisions_of
from regin.apps.regions.models import Profile


@dataclass(frozen=True, slots=True)
class Cited:
    """A profile as the reader of one revision may see it.

    `is_open`: the reader may see the profile itself; else it goes by what the revision says.
    `status`: what has become of it since, empty while it is published.
    """

    profile: Profile
    is_open: bool
    status: str


def cited(actor: Actor, slug: str, number: int) -> Cited:
    """The profile that revision `number` speaks of. Raises Http404: not there, or never public."""
    rows = Profile.objects.visible_to(actor).select_related("organisation", "place")
    seen = rows.prefetch_related("texts", "place__names")
    try:
        profile: Profile = at_address(seen, slug)
    except Http404:
        return _closed(slug, number)
    return Cited(profile, is_open=True, status=status_of(profile))


def _closed(slug: str, number: int) -> Cited:
    """What was published to everybody stays citable; nothing newer than the revision shows."""
    # All rows: the revision itself says below whether everybody was allowed to read it.
    rows = Profile._base_manager.select_related("place").prefetch_related("place__names")
    profile: Profile = at_address(rows, slug)
    revision = one_revision(profile, number)
    if profile.state == State.DRAFT or not was_public(revision):
        raise Http404
    profile.authority_name = revision.content["authority_name"]
    status = status_of(profile) or _(
        "The profile is no longer shown to everyone. This revision stays at its address."
    )
    return Cited(profile, is_open=False, status=status)


def was_public(revision: Revision) -> bool:
    """Whether everybody could read `revision` when it was kept."""
    said = revision.content
    is_published = said.get("state") == State.PUBLISHED
    return is_published and said.get("visibility") == Visibility.PUBLIC


def status_of(profile: Profile) -> str:
    """When and why `profile` was withdrawn, as a sentence; empty when it is not."""
    last = revisions_of(profile).order_by("-number").first()
    is_withdrawn = profile.state == State.RETRACTED
    if not is_withdrawn or last is None or last.content.get("state") != State.RETRACTED:
        return ""
    return _("Withdrawn on %(date)s: %(reason)s") % {
        "date": date_format(last.created_at, "DATE_FORMAT"),
        "reason": last.reason,
    }
