"""Mails that lie as files in `mail/` while no mail server is set: found, and removed in time."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

FILE_DAYS = 30
# What the file backend of Django writes between two mails of one file.
BETWEEN = b"\n" + b"-" * 79 + b"\n"


def are_in_use() -> bool:
    """Whether mails become files instead of being sent."""
    return str(settings.EMAIL_BACKEND).endswith("filebased.EmailBackend")


def _files() -> Iterator[Path]:
    """They may be there from before a mail server was set."""
    folder = Path(settings.REGIN_DIR) / "mail"
    if folder.is_dir():
        yield from (path for path in sorted(folder.iterdir()) if path.is_file())


def remove_naming(addresses: Iterable[str]) -> int:
    """Remove every mail in which one of `addresses` stands, with its file when it is alone there.

    Returns how many files changed; raises OSError.
    """
    patterns = [_pattern(address) for address in addresses if address]
    return sum(_remove_from(path, patterns) for path in list(_files()))


def _remove_from(path: Path, patterns: list[re.Pattern[str]]) -> bool:
    mails = path.read_bytes().split(BETWEEN)
    kept = [mail for mail in mails if not _names(mail, patterns)]
    if len(kept) == len(mails):
        return False
    if any(mail.strip() for mail in kept):
        path.write_bytes(BETWEEN.join(kept))
    else:
        path.unlink(missing_ok=True)
    return True


def remove_old() -> int:
    """Remove files older than 30 days. Returns how many; raises OSError."""
    limit = (timezone.now() - timedelta(days=FILE_DAYS)).timestamp()
    old = [path for path in _files() if path.stat().st_mtime < limit]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _pattern(address: str) -> re.Pattern[str]:
    """The whole address: `a@example.org` stands neither in `ba@example.org` nor in its `.uk`."""
    return re.compile(rf"(?<![\w.+-]){re.escape(address)}(?![\w-]|\.\w)", re.IGNORECASE)


def _names(mail: bytes, patterns: list[re.Pattern[str]]) -> bool:
    return any(pattern.search(text) for text in _texts(mail) for pattern in patterns)


def _texts(mail: bytes) -> Iterator[str]:
    """A mail as it stands there, its headers, and its parts decoded."""
    yield mail.decode("utf-8", "replace")
    message = email.message_from_bytes(mail, policy=email.policy.default)
    yield "\n".join(str(value) for value in message.values())
    for part in message.walk():
        body = part.get_payload(decode=True)
        if isinstance(body, bytes):
            yield body.decode("utf-8", "replace")
