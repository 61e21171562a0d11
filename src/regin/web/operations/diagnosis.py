"""`regin doctor`: named checks, each with what it found and what to do."""

from __future__ import annotations

import datetime
import shutil
import smtplib
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core import checks
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from regin.apps.accounts.models import Mail
from regin.apps.common.models import AuditEntry, Installation, Revision
from regin.apps.common.operations import broken_links, broken_revisions
from regin.apps.identity.models import User
from regin.apps.regions.models import BoundarySet
from regin.web.environment import SHORTEST_SECRET
from regin.web.operations import schema
from regin.web.operations.errors import sentence
from regin.web.operations.instance import ERASURES, FOLDERS, SECRET, is_held, said_in_lock
from regin.web.operations.kept_head import head_in_newest_backup

OK, WARNING, FAILED = "ok", "warning", "failed"
MIB = 1024 * 1024
LITTLE_ROOM, NO_ROOM = 1024 * MIB, 100 * MIB
BACKUP_DAYS = 7
PATIENCE = datetime.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check: ok, warning or failed, what was found, what to do."""

    name: str
    state: str
    said: str
    advice: str = ""


Result = tuple[str, str, str]
Check = Callable[[], Result]


def fine(said: str) -> Result:
    return OK, said, ""


def examine(names: Iterable[str] | None = None) -> Iterator[Finding]:
    """Run the checks called `names`, or all; one that cannot run has failed."""
    for name in CHECKS if names is None else names:
        try:
            yield Finding(name, *CHECKS[name]())
        except Exception as error:
            yield Finding(name, FAILED, sentence(error), "See the checks before this one.")


def _settings() -> Result:
    serious = [found for found in checks.run_checks() if found.is_serious()]
    if serious:
        return FAILED, serious[0].msg, serious[0].hint or "Set it right and try again."
    installation = Installation.current()
    if installation and not installation.is_demo and not settings.HTTPS:
        return (
            WARNING,
            f"People reach this instance at {settings.REGIN_BASE_URL}, unencrypted.",
            "Put it behind HTTPS and set REGIN_BASE_URL=https://regin.example.org",
        )
    return fine(f"People reach this instance at {settings.REGIN_BASE_URL}.")


def _folder() -> Result:
    for folder in (settings.REGIN_DIR, *(settings.REGIN_DIR / name for name in FOLDERS)):
        if not folder.is_dir():
            return FAILED, f"{folder} is missing.", f"Make it: mkdir -m 700 {folder}"
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".doctor-"):
            pass
    if not (settings.REGIN_DIR / ERASURES).is_file():
        said = f"{settings.REGIN_DIR / ERASURES} is missing, the list of erased people."
        return FAILED, said, "Put the list you kept apart from the backups back there."
    return fine(f"{settings.REGIN_DIR} can be written.")


def _disk() -> Result:
    free = shutil.disk_usage(settings.REGIN_DIR).free
    said = f"{free // MIB:,} MiB are free."
    if free >= LITTLE_ROOM:
        return fine(said)
    state = FAILED if free < NO_ROOM else WARNING
    return state, said, "Make room: a backup needs about twice the database."


def _database() -> Result:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return fine(f"{connection.display_name} answers.")


def _durability() -> Result:
    """Whether an acknowledged write outlives a power cut."""
    names = ("journal_mode", "synchronous", "foreign_keys")
    wanted = ["wal", "2", "1"]
    ask = "PRAGMA"
    if connection.vendor == "postgresql":
        names, wanted, ask = ("fsync", "full_page_writes", "synchronous_commit"), ["on"] * 3, "SHOW"
    found = [_one(f"{ask} {name}") for name in names]
    said = ", ".join(f"{name} {value}" for name, value in zip(names, found, strict=True))
    if found == wanted:
        return fine(said)
    return FAILED, said, f"Wanted: {', '.join(wanted)}. Set it in the database server."


def _one(statement: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return str(cursor.fetchone()[0])


def _intact() -> Result:
    if connection.vendor != "sqlite":
        return fine("Left to the database server.")
    said = _one("PRAGMA quick_check")
    if said == "ok":
        return fine("Every page of the file is sound.")
    return FAILED, said, "Restore the last backup: regin restore FILE"


def _migrations() -> Result:
    schema.refuse_newer(schema.applied_migrations(), "The database")
    pending = schema.pending_migrations()
    if pending:
        return FAILED, f"{len(pending)} migrations are to be applied.", "Type: regin upgrade"
    return fine("The database is of this version.")


def _secret() -> Result:
    if len(settings.SECRET_KEY) < SHORTEST_SECRET:
        return FAILED, "The secret is too short.", f"Put 64 random characters into {SECRET}."
    path = settings.REGIN_DIR / SECRET
    if not path.is_file():
        return fine("REGIN_SECRET_KEY holds it.")
    if path.stat().st_mode & 0o077:
        return FAILED, f"Others can read {path}.", f"Type: chmod 600 {path}"
    return fine("Only its owner reads it.")


def _mail() -> Result:
    if settings.EMAIL_FILE_PATH:
        installation = Installation.current()
        said = f"Mails are written to {settings.EMAIL_FILE_PATH}."
        if installation and installation.is_demo:
            return fine(said)
        example = "smtp+starttls://user:password@mail.example.org:587?from=regin@example.org"
        return WARNING, said, f"To send them, set REGIN_EMAIL_URL={example}"
    server = smtplib.SMTP_SSL if settings.EMAIL_USE_SSL else smtplib.SMTP
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        with server(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=5):
            return fine(f"{where} answers.")
    except OSError as error:
        return FAILED, f"{where} does not answer ({error}).", "Check REGIN_EMAIL_URL."


def _worker() -> Result:
    if not is_held(settings.REGIN_DIR):
        return WARNING, "`regin serve` does not run.", "Type: regin serve"
    parts = said_in_lock(settings.REGIN_DIR).get("parts", {})
    dead = [name for name in ("web server", "task worker") if name not in parts]
    if dead:
        return WARNING, f"Not alive now: {', '.join(dead)}.", "Look at what `regin serve` printed."
    return fine("Web server and task worker are alive.")


def _audit() -> Result:
    head = head_in_newest_backup()
    broken = list(broken_links(head))
    if broken:
        said = f"The chain of the audit log is broken at entry {broken[0]}."
        return FAILED, said, "Somebody changed the database. Compare with your backups."
    fits = f"; the newest backup ends at {head[0]:,} and fits" if head else ""
    return fine(f"{AuditEntry.objects.count():,} entries, unbroken{fits}.")


def _revisions() -> Result:
    broken = list(broken_revisions())
    if broken:
        said = f"{len(broken)} revisions are not what the audit log noted (first: {broken[0]})."
        return FAILED, said, "Somebody changed the database. Compare with your backups."
    return fine(f"{Revision.objects.count():,} revisions, as the audit log noted them.")


def _administrators() -> Result:
    active = User.objects.filter(is_superuser=True, is_active=True).count()
    if not active:
        advice = "Make somebody one: regin appoint EMAIL --administrator"
        return FAILED, "Nobody administers this instance.", advice
    return fine(f"{active:,} administer this instance.")


def _clock() -> Result:
    last = AuditEntry.objects.order_by("-number").first()
    if last and last.at > timezone.now() + datetime.timedelta(minutes=5):
        said = f"The last entry of the audit log is from {last.at:%Y-%m-%d %H:%M}, in the future."
        return FAILED, said, "Set the clock of this machine, best by NTP."
    return fine(f"It is {timezone.now():%Y-%m-%d %H:%M} UTC here.")


def _backups() -> Result:
    folder: Path = settings.REGIN_DIR / "backups"
    newest = max((path.stat().st_mtime for path in folder.glob("*.tar.gz")), default=None)
    installation = Installation.current()
    if installation and installation.is_demo:
        return fine("A demonstration needs none.")
    if newest is None:
        return WARNING, f"There is none in {folder}.", "Type: regin backup"
    age = datetime.datetime.now().timestamp() - newest  # noqa: DTZ005 - a difference of two clocks
    days = int(age // 86400)
    if days > BACKUP_DAYS:
        return WARNING, f"The newest is {days} days old.", "Type: regin backup, every night"
    return fine(f"The newest is {days} days old.")


def _boundaries() -> Result:
    loaded = ", ".join(BoundarySet.objects.order_by("version").values_list("version", flat=True))
    if not loaded:
        return WARNING, "None: maps show symbols.", "Type: regin boundaries load FILE"
    return fine(f"Loaded for NUTS {loaded}.")


def _stuck_mails() -> Result:
    long_ago = timezone.now() - PATIENCE
    waiting = Q(state__in=[Mail.State.WAITING, Mail.State.SENDING], created_at__lt=long_ago)
    stuck = Mail.objects.filter(waiting | Q(state=Mail.State.FAILED)).count()
    if stuck:
        advice = (
            "Check the mail server and that `regin serve` runs; then write to the people again."
        )
        return WARNING, f"{stuck} mails failed or wait for more than an hour.", advice
    return fine("None is stuck.")


CHECKS: dict[str, Check] = {
    "settings": _settings,
    "folder": _folder,
    "disk": _disk,
    "database": _database,
    "durability": _durability,
    "integrity": _intact,
    "migrations": _migrations,
    "secret": _secret,
    "mail": _mail,
    "serving": _worker,
    "audit log": _audit,
    "revisions": _revisions,
    "administrators": _administrators,
    "clock": _clock,
    "backups": _backups,
    "boundaries": _boundaries,
    "outbox": _stuck_mails,
}

# What must be sound in the data itself, whatever stands around it.
ABOUT_DATA = ("database", "integrity", "migrations", "audit log", "revisions")
