"""Typed readers of the environment. A value that cannot be right stops the start and says so."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
SHORTEST_SECRET = 32
EUROSTAT = "https://ec.europa.eu/eurostat/api/dissemination"
GISCO = "https://gisco-services.ec.europa.eu/distribution/v2"


class SettingError(ValueError):
    """A setting that stops the start: its name, what is wrong with it, and a valid example."""

    def __init__(self, name: str, problem: str, example: str) -> None:
        self.name, self.problem, self.example = name, problem, example
        super().__init__(f"{name}: {problem} A valid example: {name}={example}")


@dataclass(frozen=True, slots=True)
class Environment:
    """Reads one mapping, normally `os.environ`. Empty values count as absent."""

    values: Mapping[str, str] = field(repr=False)

    def get(self, name: str) -> str | None:
        """The raw value, or None when it is absent or empty."""
        return self.values.get(name, "").strip() or None

    def directory(self) -> Path:
        """REGIN_DIR: the instance folder; the current folder when absent."""
        return Path(self.get("REGIN_DIR") or ".").expanduser().resolve()

    def base_url(self) -> str | None:
        """REGIN_BASE_URL without a trailing slash: where people reach the instance."""
        value = self.get("REGIN_BASE_URL")
        if value is None:
            return None
        parts = _split("REGIN_BASE_URL", value, "https://regin.example.org")
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise SettingError(
                "REGIN_BASE_URL",
                "It is not an http or https address.",
                "https://regin.example.org",
            )
        if parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc:
            raise SettingError(
                "REGIN_BASE_URL",
                "It holds more than scheme, host and port.",
                "https://regin.example.org",
            )
        return f"{parts.scheme}://{parts.netloc}"

    def eurostat_url(self) -> str:
        """REGIN_EUROSTAT_URL without a trailing slash: where `regin outcomes fetch` asks."""
        return service("REGIN_EUROSTAT_URL", self.get("REGIN_EUROSTAT_URL") or EUROSTAT, EUROSTAT)

    def gisco_url(self) -> str:
        """REGIN_GISCO_URL without a trailing slash: where `regin boundaries fetch` asks."""
        return service("REGIN_GISCO_URL", self.get("REGIN_GISCO_URL") or GISCO, GISCO)

    def hosts(self) -> list[str]:
        """The host names under which the instance answers."""
        host = urlsplit(self.base_url() or "http://localhost").hostname or "localhost"
        return [f"[{host}]" if ":" in host else host, "127.0.0.1", "localhost", "[::1]"]

    def bind(self) -> tuple[str, int]:
        """REGIN_BIND as (host, port); 127.0.0.1:8000 when absent."""
        value = self.get("REGIN_BIND") or "127.0.0.1:8000"
        match = re.fullmatch(r"(\[[0-9a-fA-F:]+\]|[^:\s/]+):(\d{1,5})", value)
        if not match or not 0 < int(match[2]) < 65536:
            raise SettingError("REGIN_BIND", "It is not host:port.", "127.0.0.1:8000")
        return match[1], int(match[2])

    def log_level(self) -> str:
        """REGIN_LOG_LEVEL; INFO when absent."""
        value = (self.get("REGIN_LOG_LEVEL") or "INFO").upper()
        if value not in LOG_LEVELS:
            raise SettingError("REGIN_LOG_LEVEL", f"It is none of {', '.join(LOG_LEVELS)}.", "INFO")
        return value

    def secret_key(self) -> str:
        """REGIN_SECRET_KEY, else the file secret.key of the instance, else empty.

        Django refuses an empty key at its first use, so that tools that only read settings work.
        """
        value, name = self.get("REGIN_SECRET_KEY"), "REGIN_SECRET_KEY"
        example = "(64 random characters, as in the file secret.key that `regin init` writes)"
        if value is None:
            path = self.directory() / "secret.key"
            name = f"REGIN_SECRET_KEY (the file {path})"
            if not path.is_file():
                return ""
            try:
                value = path.read_text(encoding="ascii").strip()
            except (UnicodeDecodeError, OSError):
                raise SettingError(name, "It cannot be read as text.", example) from None
        if len(value) < SHORTEST_SECRET:
            problem = f"It is shorter than {SHORTEST_SECRET} characters."
            raise SettingError(name, problem, example)
        return value

    def switch(self, name: str) -> bool:
        """A setting that is 1 or absent."""
        value = self.get(name)
        if value not in {None, "0", "1"}:
            raise SettingError(name, "It is neither 0 nor 1.", "1")
        return value == "1"

    def database(self) -> dict[str, Any]:
        """DATABASE_URL as Django's settings; SQLite in the instance folder when absent."""
        value = self.get("DATABASE_URL")
        if value is None:
            return sqlite(self.directory() / "regin.sqlite3")
        example = "postgresql://regin:password@localhost:5432/regin"
        parts = _split("DATABASE_URL", value, example)
        if parts.scheme == "sqlite":
            return sqlite(Path(unquote(parts.path)))
        if parts.scheme not in {"postgres", "postgresql"} or len(parts.path) < 2:
            raise SettingError(
                "DATABASE_URL", "It names neither a SQLite nor a PostgreSQL database.", example
            )
        return postgresql(parts)

    def email(self) -> dict[str, Any]:
        """REGIN_EMAIL_URL as Django's e-mail settings; files in `mail/` when absent."""
        value = self.get("REGIN_EMAIL_URL")
        if value is None:
            return {
                "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
                "EMAIL_FILE_PATH": str(self.directory() / "mail"),
                "DEFAULT_FROM_EMAIL": "regin@localhost",
            }
        example = "smtp+starttls://user:password@mail.example.org:587?from=regin@example.org"
        parts = _split("REGIN_EMAIL_URL", value, example)
        sender = parse_qs(parts.query).get("from", [""])[0]
        known = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
        if parts.scheme not in known or not parts.hostname or "@" not in sender:
            raise SettingError(
                "REGIN_EMAIL_URL",
                f"It needs one of {', '.join(known)}, a host, and from=address.",
                example,
            )
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": parts.hostname,
            "EMAIL_PORT": parts.port or known[parts.scheme],
            "EMAIL_HOST_USER": unquote(parts.username or ""),
            "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
            "EMAIL_USE_SSL": parts.scheme == "smtps",
            "EMAIL_USE_TLS": parts.scheme == "smtp+starttls",
            "EMAIL_TIMEOUT": 20,
            "DEFAULT_FROM_EMAIL": sender,
        }


def service(name: str, value: str, example: str) -> str:
    """The address of a service to ask, which may have a path. Raises SettingError."""
    parts = _split(name, value, example)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise SettingError(name, "It is not an http or https address.", example)
    if parts.query or parts.fragment or "@" in parts.netloc or not value.isprintable():
        raise SettingError(name, "It holds more than scheme, host, port and path.", example)
    if " " in value:
        raise SettingError(name, "It has a blank in it.", example)
    return value.rstrip("/")


def sqlite(path: Path) -> dict[str, Any]:
    """Settings of a SQLite database that loses no acknowledged write (WAL, synchronous FULL).

    Transactions begin IMMEDIATE: two writers wait for each other instead of failing midway.
    """
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
            " PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-20000;",
        },
    }


def postgresql(parts: SplitResult) -> dict[str, Any]:
    """Settings of a PostgreSQL database from the parts of its address."""
    if find_spec("psycopg") is None:
        raise SettingError(
            "DATABASE_URL",
            "PostgreSQL needs its driver; type: pip install 'regin[web,postgres]'.",
            "postgresql://regin:password@localhost:5432/regin",
        )
    options = {name: values[0] for name, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", None) or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def _split(name: str, value: str, example: str) -> SplitResult:
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError as error:
        raise SettingError(name, f"It is not an address ({error}).", example) from None
    return parts
