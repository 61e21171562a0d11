"""Folders for an instance that is about to be: made before Django starts, undone on an error."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from regin.web.operations.errors import LostSecretError, OperationError
from regin.web.operations.instance import (
    ERASURES,
    LOCK,
    SECRET,
    has_lost_secret,
    is_instance,
    lay_out,
    write_secret,
)

# What an administrator may put into an empty folder before restoring into it.
BROUGHT_ALONG = {SECRET, ERASURES, "keys"}


@contextmanager
def in_empty_folder(folder: Path) -> Iterator[Path]:
    """A folder to build an instance in; at the end it moves into `folder`, its secret last.

    `folder` may be absent or empty. After an error nothing is left of it.
    """
    if is_instance(folder):
        raise OperationError(
            f"There is an instance in {folder} already. Name another folder. (A demonstration"
            " never becomes production.)"
        )
    if has_lost_secret(folder):
        raise LostSecretError(folder)
    made = not folder.exists()
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    for left_over in folder.glob(".init-*"):
        shutil.rmtree(left_over)
    if any(folder.iterdir()):
        raise OperationError(f"{folder} is not empty. Name an empty folder, or one to be made.")
    work = Path(tempfile.mkdtemp(prefix=".init-", dir=folder))
    try:
        lay_out(work)
        write_secret(work)
        yield work
        _let_go()
        for path in sorted(work.iterdir(), key=lambda path: path.name == SECRET):
            path.rename(folder / path.name)
    finally:
        shutil.rmtree(work)
        if made and not any(folder.iterdir()):
            folder.rmdir()


@contextmanager
def to_restore_into(folder: Path) -> Iterator[Path]:
    """An instance, or an absent or empty folder that becomes one unless an error comes.

    A folder that holds only what is kept outside backups counts as empty; it stays as it is.
    """
    made = not folder.exists()
    before = set() if made else {path.name for path in folder.iterdir()}
    prepared = not before - BROUGHT_ALONG - {LOCK}
    if not prepared and has_lost_secret(folder):
        raise LostSecretError(folder)
    if not prepared and not is_instance(folder):
        raise OperationError(
            f"{folder} holds other things and no instance. Name an instance or an empty folder."
        )
    lay_out(folder, with_erasures=False)
    if not is_instance(folder):
        write_secret(folder)
    try:
        yield folder
    except BaseException:
        if prepared:
            _let_go()
            _remove_all_but(folder, before)
        raise


def _let_go() -> None:
    """Close the database, if Django got as far as opening one."""
    if settings.configured:
        connection.close()


def _remove_all_but(folder: Path, names: set[str]) -> None:
    for path in folder.iterdir():
        if path.name in names:
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    if not names:
        folder.rmdir()
