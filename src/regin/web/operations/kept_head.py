"""The end of the audit log as the newest backup knows it: it shows what was cut off since."""

from __future__ import annotations

import datetime

from django.conf import settings

from regin.apps.common.models import AuditEntry
from regin.web.operations import archive, schema
from regin.web.operations.errors import OperationError
from regin.web.operations.manifest import Manifest

RESTORED = "instance.restored"


def head_in_newest_backup() -> tuple[int, str] | None:
    """What the newest backup of this instance in `backups/` says; None when none says anything.

    A backup made before the last restore is of a log that the restore replaced: it counts no more.
    """
    backups = (settings.REGIN_DIR / "backups").glob("*.tar.gz")
    for path in sorted(backups, key=lambda path: path.stat().st_mtime, reverse=True):
        try:
            manifest = archive.list_of_contents(path)
        except OperationError:
            continue
        if _is_ours(manifest) and manifest.audit:
            return None if _is_replaced(manifest) else manifest.audit
    return None


def _is_ours(manifest: Manifest) -> bool:
    present = schema.installation_row()
    return present is not None and present["reference"] == manifest.installation


def _is_replaced(manifest: Manifest) -> bool:
    restored = AuditEntry.objects.filter(verb=RESTORED).order_by("-number").first()
    if restored is None:
        return False
    # A backup says its time in whole seconds, cut off.
    made_at = datetime.datetime.fromisoformat(manifest.made_at)
    return bool(made_at <= restored.at.replace(microsecond=0))
