"""`regin upgrade`: back up, migrate, check; when anything fails, that backup is put back."""

from __future__ import annotations

from collections.abc import Callable

from django.core import checks

from regin.web.operations import diagnosis, schema
from regin.web.operations.backup import make_backup
from regin.web.operations.errors import OperationError, sentence
from regin.web.operations.restore import put_back


def upgrade(say: Callable[[str], None]) -> None:
    """Bring the database to this version. The caller holds the instance.

    Raises OperationError after a failure, with the database as it was before.
    """
    schema.refuse_newer(schema.applied_migrations(), "The database")
    pending = schema.pending_migrations()
    if not pending:
        say("Nothing to migrate.")
        _check({})
        return
    backup = make_backup(label="before-upgrade")
    say(f"Backed up to {backup.path}")
    counts = schema.row_counts()
    try:
        schema.bring_up_to_date()
        _check(counts)
    except Exception as error:
        put_back(backup.path, as_it_was=True)
        raise OperationError(
            f"The upgrade failed: {sentence(error)} The database is again as it was before; the"
            f" backup is {backup.path}. Install the version you had, and report this."
        ) from error
    say(f"Applied {len(pending)} migrations.")


def _check(before: dict[str, int]) -> None:
    """Raise OperationError unless the upgraded instance is sound and no row went missing."""
    serious = [found for found in checks.run_checks() if found.is_serious()]
    if serious:
        raise OperationError(serious[0].msg)
    after = schema.row_counts()
    lost = sorted(name for name, count in before.items() if after.get(name, count) < count)
    if lost:
        raise OperationError(f"Rows went missing in {', '.join(lost)}.")
    found = diagnosis.examine(diagnosis.ABOUT_DATA)
    failed = [finding for finding in found if finding.state == diagnosis.FAILED]
    if failed:
        raise OperationError(f"{failed[0].name}: {failed[0].said} {failed[0].advice}")
