"""What an administrator reads when a command cannot go on."""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.db import Error as DatabaseError

from regin.engine.errors import FaultsError
from regin.web.environment import SettingError


class OperationError(Exception):
    """A command that cannot go on: what is wrong and what to do, in one line."""


SAID_ALREADY = (OperationError, SettingError, CommandError, FaultsError)


def sentence(error: Exception) -> str:
    """One clear line for any error; no name of a file of ours, no traceback."""
    if isinstance(error, SAID_ALREADY):
        return str(error)
    first = (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
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
