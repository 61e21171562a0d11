"""`regin backup`: everything of an instance at one moment, in one file that is read back.

The keys stay outside (secret.key, keys/, erasures.log): whoever finds a backup cannot pass for the
instance, and a restore cannot forget an erasure.
"""

from __future__ import annotations

import datetime
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from gzip import GzipFile
from pathlib import Path

from django.conf import settings
from django.db import connection

from regin import __version__
from regin.web.operations import archive, rows, schema
from regin.web.operations.errors import OperationError
from regin.web.operations.instance import sync_folder
from regin.web.operations.manifest import MANIFEST, File, Manifest, Table

SUFFIX = ".tar.gz"
PARTIAL = ".partial"


@dataclass(frozen=True, slots=True)
class Backup:
    """A finished backup: where it is, its bytes, and what it holds."""

    path: Path
    size: int
    manifest: Manifest


def make_backup(to: Path | None = None, label: str = "backup") -> Backup:
    """Write a backup and read it back. `to`: a file, a folder, or None for `backups/`.

    Others go on writing meanwhile. Raises OperationError or OSError; no half file is left.
    """
    path = _place(to, label)
    partial = path.with_name(f".{path.name}{PARTIAL}")
    try:
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=path.parent) as work:
            manifest = _write(partial, Path(work))
        _put(partial, path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    return Backup(path, path.stat().st_size, manifest)


def _place(to: Path | None, label: str) -> Path:
    now = datetime.datetime.now(datetime.UTC)
    name = f"regin-{label}-{now:%Y%m%d-%H%M%S-%f}{SUFFIX}"
    path = (to or settings.REGIN_DIR / "backups").expanduser().resolve()
    path = path / name if path.is_dir() else path
    if path.exists():
        raise OperationError(f"{path} is there already. Name another file.")
    if not path.parent.is_dir():
        raise OperationError(f"There is no folder {path.parent}. Make it, or name another one.")
    return path


def _write(partial: Path, work: Path) -> Manifest:
    body = work / "body"
    with body.open("wb") as raw, archive.packed(raw) as out:
        with schema.snapshot():
            manifest = _empty_manifest()
            tables = tuple(_tables(out, work, manifest))
        # After the snapshot: every file a row points to was there before the row was.
        files = tuple(_files(out, settings.REGIN_DIR / "files"))
        out.write(archive.END)
    manifest = replace(manifest, tables=tables, files=files)
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as raw:
        with archive.packed(raw) as out, tempfile.TemporaryFile(dir=work) as text:
            text.write(manifest.to_bytes())
            size = text.tell()
            text.seek(0)
            archive.write_member(out, MANIFEST, size, text)
        with body.open("rb") as rest:
            shutil.copyfileobj(rest, raw)
        raw.flush()
        os.fsync(raw.fileno())
    return manifest


def _put(partial: Path, path: Path) -> None:
    """Read the file back, then give it its name."""
    archive.verify(partial)
    partial.rename(path)
    sync_folder(path.parent)


def _empty_manifest() -> Manifest:
    installation = schema.installation_row()
    if installation is None:
        raise OperationError("This database holds no instance. Prepare it with `regin init`.")
    applied = schema.applied_migrations()
    schema.refuse_newer(applied, "This database")
    return Manifest(
        version=__version__,
        made_at=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        installation=installation["reference"],
        mode=installation["mode"],
        database=connection.vendor,
        migrations=tuple(applied),
        tables=(),
        files=(),
        audit=schema.audit_head(),
    )


def _tables(out: GzipFile, work: Path, manifest: Manifest) -> Iterator[Table]:
    for model in schema.kept_tables(manifest.migrations):
        with tempfile.TemporaryFile(dir=work) as lines:
            count = 0
            for line in rows.lines_of(model):
                lines.write(line)
                count += 1
            size = lines.tell()
            lines.seek(0)
            name = model._meta.db_table
            content = archive.write_member(out, f"tables/{name}.jsonl", size, lines)
        yield Table(content.size, content.sha256, name, tuple(rows.column_names(model)), count)


def table_hash(model: rows.TableModel) -> str:
    """The sha256 that a backup of this table would have now."""
    digest = hashlib.sha256()
    for line in rows.lines_of(model):
        digest.update(line)
    return digest.hexdigest()


def _files(out: GzipFile, folder: Path) -> Iterator[File]:
    number = 0
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_file():
            continue
        # An upload that was cancelled since, or a person's file just erased, is not missed.
        with suppress(FileNotFoundError), path.open("rb") as source:
            number += 1
            size = os.fstat(source.fileno()).st_size
            content = archive.write_member(out, f"files/{number}", size, source)
            yield File(content.size, content.sha256, path.relative_to(folder).as_posix())
