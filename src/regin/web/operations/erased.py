"""People erased after a backup was made: a restore needs the list of them, or a clear word."""

from __future__ import annotations

import json
import os
from pathlib import Path

from django.conf import settings

from regin.apps.accounts import erasures
from regin.web.operations.errors import OperationError
from regin.web.operations.instance import ERASURES, sync_folder


def refuse_without_list(mode: str, kept: Path | None, without: bool) -> None:
    """Raise OperationError when a production backup would bring erased people back unseen."""
    if kept:
        _lines(kept)
    elif mode != "demo" and not without and not erasures.path().is_file():
        raise OperationError(
            f"There is no {ERASURES} in {settings.REGIN_DIR}: people who were erased after this"
            " backup would come back. Name the list you kept: --erasures FILE. If you have none,"
            " --without-erasures restores all the same, and you must erase those people again."
        )


def _lines(kept: Path) -> list[str]:
    """The lines of a list. Raises OperationError when it is none; a last line may be cut."""
    try:
        lines = kept.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        raise OperationError(f"{kept} cannot be read as a list of erased people.") from None
    if lines and not any(_is_entry(line) for line in lines):
        raise OperationError(f"{kept} is no list of erased people. Name the {ERASURES} you kept.")
    return [line for line in lines if _is_entry(line)]


def _is_entry(line: str) -> bool:
    try:
        return isinstance(json.loads(line)["reference"], str)
    except (ValueError, KeyError, TypeError):
        return False


def bring(kept: Path) -> None:
    """Add what the list `kept` says to this instance's list, and have it on the disk."""
    begin_list()
    lines = _lines(kept)
    present = erasures.path().read_text(encoding="ascii")
    more = [line for line in lines if line not in present.splitlines()]
    start = "" if present.endswith("\n") or not present else "\n"
    with erasures.path().open("a", encoding="ascii") as log:
        log.write(start + "".join(f"{line}\n" for line in more))
        log.flush()
        os.fsync(log.fileno())


def begin_list() -> None:
    """Make an empty list where there is none."""
    erasures.path().touch(mode=0o600)
    sync_folder(Path(settings.REGIN_DIR))


def erase_again() -> int:
    """Erase people whose erasure is younger than the backup. Returns how many there were."""
    from regin.apps.accounts.operations import erase_again as again

    return sum(again(reference) for reference in erasures.references())
