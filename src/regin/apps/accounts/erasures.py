"""The list of erased people, kept outside the database and its backups.

A restored backup may be older than an erasure; the restore reads this list and erases again.
It holds random references and times, nothing else.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils import timezone


def path() -> Path:
    """Where the list of this instance lies."""
    return Path(settings.REGIN_DIR) / "erasures.log"


def note(reference: str) -> None:
    """Add a line, and return only once it is on the disk. Raises OSError."""
    line = json.dumps({"at": timezone.now().isoformat(), "reference": reference}) + "\n"
    with open(path(), "a+b", opener=_private) as log:
        start = b"" if _is_whole(log) else b"\n"
        log.write(start + line.encode("ascii"))
        log.flush()
        os.fsync(log.fileno())


def _private(name: str, flags: int) -> int:
    return os.open(name, flags, 0o600)


def _is_whole(log: BinaryIO) -> bool:
    """Whether the last line ends; a crash may have cut it."""
    if log.seek(0, os.SEEK_END) == 0:
        return True
    log.seek(-1, os.SEEK_END)
    return log.read(1) == b"\n"


def references() -> Iterator[str]:
    """References of all erased people, oldest first. A line cut by a crash is left out."""
    if not path().is_file():
        return
    for line in path().read_text(encoding="ascii").splitlines():
        try:
            yield str(json.loads(line)["reference"])
        except (ValueError, KeyError, TypeError):
            continue
