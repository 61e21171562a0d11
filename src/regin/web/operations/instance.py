"""The instance folder: what lies in it, how it is found, and who holds it."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import string
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from regin.web.operations.errors import OperationError

FOLDERS = ("files", "backups", "mail", "keys")
SECRET, ERASURES, LOCK = "secret.key", "erasures.log", "serve.lock"
SECRET_LENGTH = 64
HOW_TO_MAKE = "regin init DIR --admin-email you@example.org"


def is_instance(folder: Path) -> bool:
    """Whether `regin init` finished in `folder`: it writes the secret last."""
    return (folder / SECRET).is_file()


def find_instance(named: str | None, environment: Mapping[str, str]) -> Path:
    """The instance of a command: `--dir`, else REGIN_DIR, else the current folder.

    Raises OperationError when none is named, or when the named folder holds none.
    """
    chosen = named or environment.get("REGIN_DIR", "").strip()
    folder = Path(chosen or ".").expanduser().resolve()
    if is_instance(folder) or (chosen and folder.is_dir() and environment.get("REGIN_SECRET_KEY")):
        return folder
    if chosen:
        raise OperationError(
            f"There is no instance in {folder}. Check the path, or make one: {HOW_TO_MAKE}"
        )
    raise OperationError(
        "Say which instance you mean: add --dir DIR, set REGIN_DIR, or type the command in its"
        f" folder. To make one: {HOW_TO_MAKE}"
    )


def lay_out(folder: Path) -> None:
    """Make the folders of an instance and an empty list of erasures; what is there stays."""
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    for name in FOLDERS:
        (folder / name).mkdir(mode=0o700, exist_ok=True)
    (folder / ERASURES).touch(mode=0o600)


def write_secret(folder: Path) -> None:
    """Write 64 random characters into secret.key, readable by its owner only."""
    letters = string.ascii_letters + string.digits
    secret = "".join(secrets.choice(letters) for _ in range(SECRET_LENGTH))
    handle = os.open(folder / SECRET, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secret + "\n")
        file.flush()
        os.fsync(handle)


@contextmanager
def held(folder: Path) -> Iterator[int]:
    """Hold the instance, so that no two of serve, restore and upgrade meet. Yields the lock's file.

    Processes that inherit the file hold the lock too: it is free when the last of them has ended.
    """
    handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise OperationError(
            f"`regin serve` or another command is at work on {folder}. Stop it, then try again."
        ) from None
    try:
        yield handle
    finally:
        os.close(handle)


def is_held(folder: Path) -> bool:
    """Whether a command, normally `regin serve`, holds the instance now."""
    try:
        with held(folder):
            return False
    except OperationError:
        return True


def say_in_lock(handle: int, **said: Any) -> None:
    """Write into the held lock who holds it, for `regin doctor`."""
    os.truncate(handle, 0)
    os.pwrite(handle, json.dumps(said).encode(), 0)


def said_in_lock(folder: Path) -> dict[str, Any]:
    """What the holder of the lock wrote; empty when nothing can be read."""
    try:
        said = json.loads((folder / LOCK).read_text(encoding="utf-8") or "{}")
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def sync_folder(folder: Path) -> None:
    """Have the names in `folder` on the disk, so that a rename outlives a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
