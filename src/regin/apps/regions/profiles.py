"""What pages show of profiles, and what the reader may do with one."""

from __future__ import annotations

from dataclasses import dataclass

from regin.apps.accounts.actor import Actor
from regin.apps.accounts.models import State
from regin.apps.accounts.permissions import may
from regin.apps.common.models.text import Shown
from regin.apps.regions.models import Authority, Place, Profile


@dataclass(frozen=True, slots=True)
class ProfileShown:
    """One profile with its texts in the reader's language; None is “not known here”."""

    profile: Profile
    texts: list[tuple[str, Shown | None]]
    may_edit: bool
    may_publish: bool

    @property
    def may_translate(self) -> bool:
        return self.may_edit or self.may_publish


@dataclass(frozen=True, slots=True)
class ProfilesOfPlace:
    """The profile that the page tells, other published ones, and drafts the reader may see."""

    first: ProfileShown | None
    others: list[Profile]
    drafts: list[Profile]
    authorities: list[Authority]
    may_add: bool


def shown(profile: Profile, actor: Actor) -> ProfileShown:
    """`profile`, with its texts prefetched, as `actor` sees it."""
    labels = Profile.translated_labels
    return ProfileShown(
        profile=profile,
        texts=[(str(labels[name]), profile.text(name)) for name in Profile.translated_fields],
        may_edit=may(actor, "owned.edit", profile),
        may_publish=may(actor, "owned.publish", profile),
    )


def profiles_of(place: Place, actor: Actor) -> ProfilesOfPlace:
    """What `actor` may see about who governs integration in `place`."""
    rows = Profile.objects.visible_to(actor).filter(place=place)
    related = rows.select_related("organisation", "place").prefetch_related("texts")
    published = [row for row in related if row.is_published]
    authorities = Authority.objects.filter(place=place).select_related("organisation")
    return ProfilesOfPlace(
        first=shown(published[0], actor) if published else None,
        others=published[1:],
        drafts=[row for row in related if not row.is_published],
        authorities=list(authorities),
        may_add=may(actor, "profiles.create"),
    )


def places_with_profile(actor: Actor) -> list[Place]:
    """Regions with a published profile that `actor` may see: maps point at these."""
    told = Profile.objects.visible_to(actor).filter(state=State.PUBLISHED).values("place")
    return list(Place.objects.filter(pk__in=told).prefetch_related("names", "codes"))
