"""`regin restore`: a backup becomes the instance, whole or not at all.

The file is read and checked completely first. Then everything is built beside what is there, the
rows are hashed again in their new database, people erased since are erased again, and only then
does one exchange put it in place (see `swap`).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management.color import no_style
from django.db import connection, transaction

from regin.apps.common.operations import record
from regin.web.operations import archive, erased, rows, schema, swap
from regin.web.operations.backup import Backup, make_backup, table_hash
from regin.web.operations.errors import OperationError
from regin.web.operations.kept_head import RESTORED
from regin.web.operations.manifest import Manifest, Table

WORK = ".restoring"


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did. `before`: the backup of what was there, if anything was."""

    manifest: Manifest
    before: Backup | None
    erased_again: int


def restore(
    path: Path,
    *,
    keep_present: bool = True,
    erasures: Path | None = None,
    without_erasures: bool = False,
) -> Restored:
    """Make the instance of `settings.REGIN_DIR` what the backup `path` says.

    `keep_present`: back up what is there beforehand. `erasures`: the list of erased people that
    was kept apart; `without_erasures`: go on where there is none. The caller holds the instance.
    Raises OperationError, with nothing changed.
    """

    def agree(manifest: Manifest) -> None:
        _refuse(manifest)
        erased.refuse_without_list(manifest.mode, erasures, without_erasures)

    archive.verify(path, agree)
    present = schema.installation_row()
    before = make_backup(label="before-restore") if present and keep_present else None
    if erasures:
        erased.bring(erasures)
    manifest, again = put_back(path)
    erased.begin_list()
    return Restored(manifest, before, again)


def put_back(path: Path, *, as_it_was: bool = False) -> tuple[Manifest, int]:
    """Build what `path` holds and exchange it with what is there: (manifest, people erased again).

    `as_it_was`: leave the schema as old as the backup, for an upgrade that failed.
    """
    work = settings.REGIN_DIR / WORK
    shutil.rmtree(work, ignore_errors=True)
    (work / "files").mkdir(parents=True, mode=0o700)
    try:
        manifest = archive.read_backup(path, _Unpack(path, work), _refuse)
        again = _build(manifest, work, as_it_was)
    finally:
        if not swap.is_unfinished(settings.REGIN_DIR):
            shutil.rmtree(work, ignore_errors=True)
    return manifest, again


def _refuse(manifest: Manifest) -> None:
    """Raise OperationError when this backup does not belong here or does not fit."""
    schema.refuse_newer(manifest.migrations, "This backup")
    present = schema.installation_row()
    if present and present["mode"] != manifest.mode:
        raise OperationError(
            f"The backup is of a {_word(manifest.mode)}, this instance is a"
            f" {_word(present['mode'])}: one never becomes the other. Restore into an empty"
            " folder: regin restore FILE --dir DIR"
        )
    if present and present["reference"] != manifest.installation:
        raise OperationError(
            "The backup is of another installation. Restore into an empty folder (and an empty"
            " database, when DATABASE_URL is set): regin restore FILE --dir DIR"
        )
    _refuse_foreign_tables(present is None)
    _refuse_unknown_tables(manifest)
    free = shutil.disk_usage(settings.REGIN_DIR).free
    if 2 * manifest.size > free:
        raise OperationError(
            f"The backup needs {2 * manifest.size:,} bytes to unpack, {free:,} are free. Make room."
        )


def _word(mode: str) -> str:
    return "demonstration" if mode == "demo" else "production instance"


def _refuse_foreign_tables(is_empty: bool) -> None:
    """A database without an installation may hold our tables, empty; nobody else's."""
    foreign = schema.table_names() - schema.our_tables()
    if is_empty and foreign:
        raise OperationError(
            f"The database holds tables that are not REGIN's ({min(foreign)}). Name an empty one"
            " in DATABASE_URL."
        )


def _refuse_unknown_tables(manifest: Manifest) -> None:
    expected = {
        model._meta.db_table: tuple(rows.column_names(model))
        for model in schema.kept_tables(manifest.migrations)
    }
    if expected != {table.name: table.columns for table in manifest.tables}:
        raise OperationError(
            "The tables in the backup are not those of its version. Use another backup."
        )


class _Unpack:
    """Writes the members of a backup into the work folder, files under their own paths."""

    def __init__(self, path: Path, work: Path) -> None:
        self._path, self._work = path, work

    def __call__(self, name: str, chunks: Iterator[bytes]) -> None:
        target = self._work / "members" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as out:
            for chunk in chunks:
                out.write(chunk)


def _build(manifest: Manifest, work: Path, as_it_was: bool) -> int:
    for number, file in enumerate(manifest.files, 1):
        target = work / "files" / file.path
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        (work / "members" / "files" / str(number)).rename(target)
        target.chmod(0o600)
    with swap.exchange(settings.REGIN_DIR, work / "files"):
        _load(manifest, work / "members")
        if as_it_was:
            return 0
        schema.bring_up_to_date()
        again = erased.erase_again()
        with transaction.atomic():
            record(
                "command:restore",
                RESTORED,
                manifest.installation,
                made_at=manifest.made_at,
                erased=again,
            )
        return again


def _load(manifest: Manifest, members: Path) -> None:
    """Make the tables as old as the backup, fill them, and hash them again."""
    schema.build(manifest.migrations)
    models = {model._meta.db_table: model for model in schema.tables(manifest.migrations)}
    with transaction.atomic():
        _check_references_last()
        for model in models.values():
            _empty(model)
        for table in manifest.tables:
            with (members / table.member).open("rb") as lines:
                rows.load(models[table.name], lines)
        connection.check_constraints()
        _reset_sequences(list(models.values()))
    for table in manifest.tables:
        _compare(table, models[table.name])


def _check_references_last() -> None:
    """Rows may come before those they point to. Migrations of this transaction changed that."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _empty(model: rows.TableModel) -> None:
    """Remove what migrations themselves put in."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")  # noqa: S608 - a name of our models


def _reset_sequences(models: list[rows.TableModel]) -> None:
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


def _compare(table: Table, model: rows.TableModel) -> None:
    if table_hash(model) != table.sha256:
        raise OperationError(
            f"The rows of {table.name} did not come back as they were; nothing was changed."
            " Use another backup, and report this one."
        )
