"""Who governs integration in the pilot regions, as the project's own descriptions say it."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.db import transaction

from regin.apps.accounts.actor import Actor
from regin.apps.accounts.models import Organisation, State, Visibility
from regin.apps.accounts.operations import starter_organisation
from regin.apps.accounts.permissions import require
from regin.apps.common.addresses import known_id
from regin.apps.common.models.text import TextState, source_hash
from regin.apps.common.operations import keep_revision, record, revisions_of
from regin.apps.regions import permissions  # noqa: F401  # declares the rules that `require` asks
from regin.apps.regions.models import Place, Profile, ProfileText
from regin.apps.regions.operations.places import DATA

REASON = "Starter content"


@transaction.atomic
def load_starter_profiles(actor: Actor) -> list[Profile]:
    """Publish the starter profiles. One that a person changed since is left as they made it.

    Raises Place.DoesNotExist before `load_starter_places`.
    """
    require(actor, "places.load")
    content = json.loads((DATA / "profiles.json").read_text(encoding="utf-8"))
    owner = starter_organisation()
    profiles = [_load(row, content["states"], owner) for row in content["profiles"]]
    record(actor.reference, "profiles.load_starter", profiles=len(profiles))
    return profiles


def _load(row: dict[str, Any], states: dict[str, str], owner: Organisation) -> Profile:
    public_id = known_id(f"profile-{row['place']}-{row['order']}")
    # All rows: the platform looks for its own, whoever asks.
    profile = Profile._base_manager.filter(public_id=public_id).first()
    if profile is not None and _was_edited(profile):
        return profile
    profile = profile or Profile(public_id=public_id)
    for name, value in _columns(row, owner).items():
        setattr(profile, name, value)
    profile.save()
    _store_texts(profile, row["texts"], states)
    keep_revision(profile, None, REASON)
    return profile


def _was_edited(profile: Profile) -> bool:
    return revisions_of(profile).exclude(author_reference="").exists()


def _columns(row: dict[str, Any], owner: Organisation) -> dict[str, Any]:
    return {
        "organisation": owner,
        "state": State.PUBLISHED,
        "visibility": Visibility.PUBLIC,
        "place": Place.objects.get(key=row["place"]),
        "source_language": "en",
        "authority_name": row["authority"],
        "unit_name": row["unit"] or "",
        "parent_body": row["parent_body"] or "",
        "valid_from": _day(row["valid_from"]),
        "valid_to": _day(row["valid_to"]),
        "is_current": row["latest_known"],
        "source": row["source"],
    }


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _store_texts(
    profile: Profile, texts: dict[str, dict[str, str] | None], states: dict[str, str]
) -> None:
    """Each text in one statement; a field that the source does not name has no row."""
    rows = [
        ProfileText(
            parent=profile,
            field=field,
            language=language,
            text=text,
            state=TextState(states[language]),
            source_hash=source_hash(languages[profile.source_language]),
        )
        for field, languages in texts.items()
        if languages
        for language, text in languages.items()
        if text
    ]
    profile.texts.all().delete()
    ProfileText.objects.bulk_create(rows)
