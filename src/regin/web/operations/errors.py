"""What an administrator reads when a command cannot go on."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.db import Error as DatabaseError

from regin.engine.errors import FaultsError
from regin.web.environment import SettingError

# 64 characters from the system's source of randomness, in any POSIX shell.
RANDOM_TEXT: Final = "head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \\n'"
FAILURE: Final = 1
USAGE: Final = 2


class OperationError(Exception):
    """A command that cannot go on: what is wrong and what to do, in one line."""

    exit_code = FAILURE


class WrongUseError(OperationError):
    """A command that was typed wrongly."""

    exit_code = USAGE


class LostSecretError(OperationError):
    """An instance without its secret.key. Its data is all there, and sessions cannot be signed."""

    def __init__(self, folder: Path) -> None:
        path = folder / "secret.key"
        super().__init__(
            f"{path} is missing. Put the old one back from where you keep it, apart from the"
            " backups. If it is lost, write a new one; people then sign in again, and"
            f" their second factors stay: (umask 077 && {RANDOM_TEXT} > {shlex.quote(str(path))})"
        )


SAID_ALREADY = (OperationError, SettingError, CommandError, FaultsError)


def sentence(error: Exception) -> str:
    """One clear line for any error; no name of a file of ours, no traceback."""
    if isinstance(error, SAID_ALREADY):
        return str(error)
    first = (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
    if isinstance(error, ImproperlyConfigured) and "SECRET_KEY" in first:
        return str(LostSecretError(settings.REGIN_DIR))
    if isinstance(error, ImproperlyConfigured):
        return f"A setting is wrong: {first}. Type `regin doctor` to see all of them."
    if isinstance(error, DatabaseError):
        return (
            f"The database does not do what it is asked ({first}). Check DATABASE_URL, that the"
            " database runs, and that its disk has room and can be written."
        )
    if isinstance(error, OSError):
        return _about_disk(error, first)
    return (
        f"REGIN met something it did not foresee ({type(error).__name__}: {first})."
        " Type the command again with REGIN_LOG_LEVEL=DEBUG to see where, and report it."
    )


def _about_disk(error: OSError, first: str) -> str:
    where = f"{error.filename}: " if error.filename else ""
    what = error.strerror or first
    return (
        f"{where}{what}. Check that the path is right, can be written, and that the disk has room."
    )
