"""The instance folder: what lies in it, how it is found, and who holds it."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import string
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from regin.web.operations.errors import LostSecretError, OperationError, WrongUseError

FOLDERS = ("files", "backups", "mail", "keys")
SECRET, ERASURES, LOCK = "secret.key", "erasures.log", "serve.lock"
DATABASE = "regin.sqlite3"
SECRET_LENGTH = 64
PROCESSES = Path("/proc")
HOW_TO_MAKE = "regin init DIR --admin-email you@example.org"


def is_instance(folder: Path) -> bool:
    """Whether `regin init` finished in `folder`: it writes the secret last."""
    return (folder / SECRET).is_file()


def has_lost_secret(folder: Path) -> bool:
    """Whether `folder` holds an instance without its secret: the database, or every folder."""
    rest = (folder / DATABASE).is_file() or all((folder / name).is_dir() for name in FOLDERS)
    return rest and not is_instance(folder)


def find_instance(
    named: str | None, environment: Mapping[str, str], *, with_secret: bool = True
) -> Path:
    """The instance of a command: `--dir`, else REGIN_DIR, else the current folder.

    Raises LostSecretError, unless it is not needed `with_secret`; WrongUseError when none is named;
    OperationError when the named folder holds none.
    """
    chosen = named or environment.get("REGIN_DIR", "").strip()
    folder = Path(chosen or ".").expanduser().resolve()
    lost = has_lost_secret(folder)
    elsewhere = environment.get("REGIN_SECRET_KEY") and (lost or (chosen and folder.is_dir()))
    if is_instance(folder) or elsewhere or (lost and not with_secret):
        return folder
    if lost:
        raise LostSecretError(folder)
    if chosen:
        raise OperationError(
            f"There is no instance in {folder}. Check the path, or make one: {HOW_TO_MAKE}"
        )
    raise WrongUseError(
        "Say which instance you mean: add --dir DIR, set REGIN_DIR, or type the command in its"
        f" folder. To make one: {HOW_TO_MAKE}"
    )


def lay_out(folder: Path, *, with_erasures: bool = True) -> None:
    """Make the folders of an instance and an empty list of erasures; what is there stays.

    `with_erasures` False: no list, so that a restore sees that none was kept.
    """
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    for name in FOLDERS:
        (folder / name).mkdir(mode=0o700, exist_ok=True)
    if with_erasures:
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
            f"`regin serve` or another command is at work on {folder}{_by_whom(folder)}."
            " Stop it, then try again."
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


def holders(folder: Path) -> list[int]:
    """The processes that have the lock's file open, as far as this user may see them.

    Read from /proc; where there is none, those that `regin serve` wrote down.
    """
    lock = (folder / LOCK).stat()
    if not PROCESSES.is_dir():
        said = said_in_lock(folder)
        return [number for number in (said.get("pid"), *said.get("parts", {}).values()) if number]
    numbers = sorted(int(path.name) for path in PROCESSES.iterdir() if path.name.isdigit())
    return [number for number in numbers if _has_open(number, lock)]


def _has_open(number: int, wanted: os.stat_result) -> bool:
    with suppress(OSError):
        for path in (PROCESSES / str(number) / "fd").iterdir():
            with suppress(OSError):
                if os.path.samestat(path.stat(), wanted):
                    return True
    return False


def _by_whom(folder: Path) -> str:
    numbers = ", ".join(map(str, holders(folder)))
    return f" (processes: {numbers})" if numbers else ""


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
