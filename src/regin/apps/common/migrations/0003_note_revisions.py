"""Revisions kept before the audit log noted them are noted now, so that all can be compared."""

import hashlib

from django.db import migrations
from django.utils import timezone

from regin.apps.common.models.revision import canonical


def note(apps, editor):
    """Append one entry for each revision, sealed as `AuditEntry.seal` did at this version."""
    entries = apps.get_model("common", "AuditEntry")._base_manager
    revisions = apps.get_model("common", "Revision")._base_manager
    last = entries.order_by("-number").first()
    number, previous = (last.number, last.sha256) if last else (0, "0" * 64)
    for row in revisions.select_related("content_type").order_by("pk").iterator():
        number += 1
        at, actor, verb = timezone.now(), row.author_reference or "platform", "revision.kept"
        about = f"{row.content_type.app_label}.{row.content_type.model}/{row.object_id}"
        details = {"subject": about, "number": row.number, "sha256": row.sha256}
        said = [number, at.isoformat(), actor, verb, about, details, previous]
        sha256 = hashlib.sha256(canonical(said).encode()).hexdigest()
        entries.create(
            number=number,
            at=at,
            actor=actor,
            verb=verb,
            target=about,
            details=details,
            previous=previous,
            sha256=sha256,
        )
        previous = sha256


class Migration(migrations.Migration):
    dependencies = [
        ("common", "0002_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(note, migrations.RunPython.noop)]
