"""One exchange of database and files, finished after a crash or not begun.

SQLite: the new database is a file beside the old one, and a note on the disk says what to exchange;
from the moment the note is there, the exchange is done, if need be by the next command.
PostgreSQL: everything happens in one transaction; the note counts only when that transaction did.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction

from regin.web.operations import schema
from regin.web.operations.instance import sync_folder

NOTE = "restore.json"
Pair = tuple[Path, Path]


@contextmanager
def exchange(folder: Path, files: Path) -> Iterator[None]:
    """Inside, the default database is an empty one; afterwards it and `files` are in place.

    An error inside leaves everything as it was.
    """
    ContentType.objects.clear_cache()
    pair = (files, folder / "files")
    if connection.vendor == "sqlite":
        yield from _with_new_file(folder, pair)
    else:
        yield from _in_one_transaction(folder, pair)
    ContentType.objects.clear_cache()
    finish(folder)


def _with_new_file(folder: Path, files: Pair) -> Iterator[None]:
    live = Path(connection.settings_dict["NAME"])
    fresh = live.with_name(f"{live.name}.restoring")
    _remove_database(fresh)
    connection.close()
    connection.settings_dict["NAME"] = str(fresh)
    try:
        with schema.built_in_one_go():
            yield
        _note(folder, [(fresh, live), files], witness="")
    except BaseException:
        connection.close()
        _remove_database(fresh)
        raise
    finally:
        connection.settings_dict["NAME"] = str(live)


def _in_one_transaction(folder: Path, files: Pair) -> Iterator[None]:
    witness = secrets.token_hex(16)
    try:
        with transaction.atomic():
            _drop_tables()
            yield
            _testify(witness)
            _note(folder, [files], witness)
    except BaseException:
        (folder / NOTE).unlink(missing_ok=True)
        raise


def _drop_tables() -> None:
    ours = sorted(schema.our_tables() & schema.table_names())
    names = ", ".join(connection.ops.quote_name(name) for name in ours)
    if names:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE {names}")


def _testify(witness: str) -> None:
    """Leave `witness` in the database: it is there exactly if the transaction was."""
    with connection.cursor() as cursor:
        cursor.execute(f"COMMENT ON TABLE common_installation IS '{witness}'")


def _testifies(witness: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT obj_description(to_regclass('common_installation'), 'pg_class')")
        return bool(cursor.fetchone()[0] == witness)


def _note(folder: Path, pairs: list[Pair], witness: str) -> None:
    body = {"pairs": [[str(new), str(old)] for new, old in pairs], "witness": witness}
    draft = folder / f"{NOTE}.partial"
    with draft.open("w", encoding="utf-8") as file:
        json.dump(body, file)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(folder / NOTE)
    sync_folder(folder)


def is_unfinished(folder: Path) -> bool:
    """Whether an exchange was decided and may not be through."""
    return (folder / NOTE).is_file()


def finish(folder: Path) -> None:
    """Do what is left of a decided exchange; drop the note of one that did not come about."""
    if not is_unfinished(folder):
        return
    note: dict[str, Any] = json.loads((folder / NOTE).read_text(encoding="utf-8"))
    if not note["witness"] or _testifies(note["witness"]):
        connection.close()
        for new, old in note["pairs"]:
            _put_in_place(Path(new), Path(old))
    (folder / NOTE).unlink()
    sync_folder(folder)


def _put_in_place(new: Path, old: Path) -> None:
    """Exchange one file or folder. Can be repeated at any point until `new` is gone."""
    previous = old.with_name(f"{old.name}.previous")
    if new.is_file():
        for suffix in ("-wal", "-shm"):
            old.with_name(old.name + suffix).unlink(missing_ok=True)
        new.replace(old)
    elif new.is_dir():
        if old.exists():
            shutil.rmtree(previous, ignore_errors=True)
            old.rename(previous)
        new.rename(old)
    sync_folder(old.parent)
    shutil.rmtree(previous, ignore_errors=True)


def _remove_database(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
