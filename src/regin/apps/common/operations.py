"""Verbs that every app uses: keep a revision, write to the audit log, check its chain."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, Protocol, cast

from django.contrib.contenttypes.models import ContentType
from django.db import connection, models, transaction
from django.utils import timezone

from regin.apps.common.models import AuditEntry, Revision
from regin.apps.common.models.revision import canonical
from regin.apps.identity.models import User

GENESIS = "0" * 64
KEPT = "revision.kept"
# PostgreSQL's advisory lock of the audit log: any number, the same everywhere.
AUDIT_LOCK = 7_246_801


class Publishable(Protocol):
    """An object that can be revised: it says its content and the number of its schema."""

    pk: Any
    revision_schema: int

    def revision_body(self) -> dict[str, Any]: ...


def keep_revision(subject: Publishable, author: User | None, reason: str) -> Revision:
    """Keep what `subject` says now. The same content as the last revision adds none.

    The audit log notes its hash: a revision that is rewritten or removed later no longer fits.
    """
    body = canonical({"schema": subject.revision_schema, **subject.revision_body()})
    digest = hashlib.sha256(body.encode()).hexdigest()
    with transaction.atomic():
        lock_row(subject)
        last = revisions_of(subject).order_by("-number").first()
        if last is not None and last.sha256 == digest:
            return last
        kept: Revision = Revision.objects.create(
            content_type=_content_type(subject),
            object_id=subject.pk,
            number=last.number + 1 if last else 1,
            body=body,
            sha256=digest,
            author=author,
            author_reference=author.reference if author else "",
            reason=reason,
        )
        _note(kept, subject)
    return kept


def _note(kept: Revision, subject: Publishable) -> None:
    record(
        kept.author_reference or "platform",
        KEPT,
        getattr(subject, "public_id", "") or subject_name(kept),
        subject=subject_name(kept),
        number=kept.number,
        sha256=kept.sha256,
    )


def subject_name(revision: Revision) -> str:
    """`app.model/key` of what a revision is of, as the audit log names it."""
    about = ContentType.objects.get_for_id(revision.content_type_id)
    return f"{about.app_label}.{about.model}/{revision.object_id}"


def broken_revisions() -> Iterator[str]:
    """`app.model/key no. N` of revisions that were rewritten, removed, or slipped in.

    Each is compared with its own hash and with the entry the audit log made of it.
    """
    kept: dict[tuple[str, int], str] = {}
    noted = AuditEntry.objects.filter(verb=KEPT).order_by("number")
    for details in noted.values_list("details", flat=True).iterator():
        key = details["subject"], details["number"]
        if kept.setdefault(key, details["sha256"]) != details["sha256"]:
            yield f"{key[0]} no. {key[1]}"  # noted a second time, as something else
    for revision in Revision.objects.order_by("pk").iterator():
        subject = subject_name(revision)
        sha256 = kept.pop((subject, revision.number), None)
        if sha256 != revision.sha256 or not revision.is_intact():
            yield f"{subject} no. {revision.number}"
    yield from (f"{subject} no. {number}" for subject, number in kept)


def revisions_of(subject: Publishable) -> models.QuerySet[Revision]:
    """All revisions of `subject`, oldest first."""
    return Revision.objects.filter(content_type=_content_type(subject), object_id=subject.pk)


def _content_type(subject: Publishable) -> ContentType:
    return ContentType.objects.get_for_model(cast("models.Model", subject))


def lock_row(subject: Publishable) -> None:
    """Hold `subject`'s row until the transaction ends, so that two writers take turns."""
    rows = type(subject)._base_manager  # type: ignore[attr-defined]  # every Publishable is a model
    rows.select_for_update().filter(pk=subject.pk).first()


def changes(before: Any, after: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Where two revision bodies differ: (path, before, after), missing as None."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted(before.keys() | after.keys()):
            yield from changes(before.get(key), after.get(key), f"{path}.{key}".lstrip("."))
    elif before != after:
        yield path, before, after


def record(
    actor: str, verb: str, target: str = "", **details: str | int | bool | None
) -> AuditEntry:
    """Append to the audit log in the caller's transaction: act and entry stand or fall together."""
    with transaction.atomic():
        _lock_audit_log()
        last = AuditEntry.objects.order_by("-number").first()
        entry = AuditEntry(
            number=last.number + 1 if last else 1,
            at=timezone.now(),
            actor=actor,
            verb=verb,
            target=target,
            details=details,
            previous=last.sha256 if last else GENESIS,
        )
        entry.sha256 = entry.seal()
        entry.save()
    return entry


def _lock_audit_log() -> None:
    """Make writers take turns. SQLite's IMMEDIATE transactions already do."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [AUDIT_LOCK])


def audit_head() -> tuple[int, str]:
    """Number and hash of the last entry. Kept elsewhere, it shows that entries were cut off."""
    last = AuditEntry.objects.order_by("-number").first()
    return (last.number, last.sha256) if last else (0, GENESIS)


def broken_links(head: tuple[int, str] | None = None) -> Iterator[int]:
    """Numbers of audit entries that were changed, inserted, removed before, or put out of order.

    `head`: what `audit_head` said earlier; the log must still hold that entry.
    """
    previous, expected = GENESIS, 1
    hashes_at_head: set[str] = set()
    for entry in AuditEntry.objects.order_by("number").iterator():
        intact = (
            entry.number == expected and entry.previous == previous and entry.seal() == entry.sha256
        )
        if not intact:
            yield entry.number
        previous, expected = entry.sha256, entry.number + 1
        if head and entry.number == head[0]:
            hashes_at_head.add(entry.sha256)
    if head and head != (0, GENESIS) and head[1] not in hashes_at_head:
        yield head[0]
