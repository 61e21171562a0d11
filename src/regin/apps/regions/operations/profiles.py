"""What people do with profiles: write, translate, approve, publish, withdraw.

Each verb has the same shape (docs/howto/add-a-model.md): ask the permission, open a transaction,
lock the row, compare with what the person saw, change, keep a revision, write to the audit log.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from regin.apps.accounts.actor import Actor
from regin.apps.accounts.models import Organisation, State, Visibility
from regin.apps.accounts.permissions import require
from regin.apps.common import translating
from regin.apps.common.locking import Conflict, require_unchanged
from regin.apps.common.operations import keep_revision, lock_row, record
from regin.apps.regions import permissions  # noqa: F401  # declares the rules that `require` asks
from regin.apps.regions.models import Place, Profile


@transaction.atomic
def create_profile(
    actor: Actor, organisation: Organisation, place: Place, language: str, values: Mapping[str, Any]
) -> Profile:
    """A draft about `place`, owned by `organisation`, whose texts are written in `language`."""
    require(actor, "profiles.create_for", organisation)
    columns = {name: values[name] for name in Profile.plain_fields if name in values}
    profile: Profile = Profile.objects.create(
        organisation=organisation, place=place, source_language=language, **columns
    )
    _write_source(profile, values)
    record(actor.reference, "profiles.create", profile.public_id)
    return profile


@transaction.atomic
def edit_profile(actor: Actor, profile: Profile, values: Mapping[str, Any], seen: str) -> None:
    """Change columns and source texts. Raises Conflict when somebody saved since `seen`."""
    require(actor, "owned.edit", profile)
    _lock(profile)
    require_unchanged(seen, profile.editable_values())
    for name in Profile.plain_fields:
        setattr(profile, name, values[name])
    profile.save()
    _write_source(profile, values)
    _leave_trace(actor, profile, "profiles.edit", values.get("reason", ""))


@transaction.atomic
def translate_profile(
    actor: Actor, profile: Profile, language: str, texts: Mapping[str, str], seen: str
) -> list[str]:
    """Write translations and say which changed. Raises Conflict when somebody was faster."""
    require(actor, "owned.edit", profile)
    _lock(profile)
    require_unchanged(seen, translating.texts_and_sources(profile, language))
    changed = translating.write_texts(profile, language, texts)
    if changed:
        _leave_trace(actor, profile, "profiles.translate", _reason(_("Translation"), language))
    return changed


@transaction.atomic
def approve_profile_text(
    actor: Actor, profile: Profile, language: str, field: str, seen: str
) -> None:
    """Approve one translation as it was seen. Raises Conflict when it is another one by now."""
    require(actor, "owned.publish", profile)
    _lock(profile)
    require_unchanged(seen, translating.texts_and_sources(profile, language))
    if not translating.approve_text(profile, field, language, actor.user):
        raise Conflict([field])
    _leave_trace(actor, profile, "profiles.approve_text", _reason(_("Approval"), language, field))


@transaction.atomic
def publish_profile(actor: Actor, profile: Profile, visibility: Visibility, reason: str) -> None:
    """Show the profile to `visibility` and keep what it says as a revision."""
    require(actor, "owned.publish", profile)
    _lock(profile)
    profile.state, profile.visibility = State.PUBLISHED, visibility
    profile.save(update_fields=["state", "visibility"])
    _leave_trace(actor, profile, "profiles.publish", reason)


@transaction.atomic
def withdraw_profile(actor: Actor, profile: Profile, reason: str) -> None:
    """Take a published profile from the pages; the revision says why. Its history stays."""
    require(actor, "owned.publish", profile)
    _lock(profile)
    if not profile.is_published:
        raise Conflict(["state"])
    profile.state = State.RETRACTED
    profile.save(update_fields=["state"])
    keep_revision(profile, actor.user, reason)
    record(actor.reference, "profiles.withdraw", profile.public_id)


def _reason(word: str, language: str, field: str = "") -> str:
    """Why a revision was kept that nobody gave a reason for: “Translation (sv)”."""
    return f"{word} ({', '.join(filter(None, [language, field]))})"


def _lock(profile: Profile) -> None:
    """Wait for whoever is writing, then see what they wrote."""
    lock_row(profile)
    profile.refresh_from_db()


def _write_source(profile: Profile, values: Mapping[str, Any]) -> None:
    texts = {name: values[name] for name in Profile.translated_fields if name in values}
    translating.write_texts(profile, profile.source_language, texts)


def _leave_trace(actor: Actor, profile: Profile, verb: str, reason: str) -> None:
    """A published profile keeps every change; a draft only leaves its line in the audit log."""
    if profile.is_published:
        keep_revision(profile, actor.user, reason)
    record(actor.reference, verb, profile.public_id)
