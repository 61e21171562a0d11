"""What a backup says it holds, and the reading of it without trusting a word."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import Any

from regin.web.operations.errors import OperationError

KIND, FORMAT = "regin-backup", 1
MANIFEST = "manifest.json"
LARGEST_MANIFEST = 256 * 1024 * 1024
_TABLE = re.compile(r"[a-z][a-z0-9_]{0,62}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Content:
    """One run of bytes: how many and their sha256."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Table(Content):
    """The rows of one table. `sha256` does not depend on the kind of database."""

    name: str
    columns: tuple[str, ...]
    rows: int

    @property
    def member(self) -> str:
        return f"tables/{self.name}.jsonl"


@dataclass(frozen=True, slots=True)
class File(Content):
    """A file under `files/`. In the archive it stands under its number in the list."""

    path: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """A whole backup. `installation` is 32 hexadecimal digits.

    `audit`: number and sha256 of the last entry of the audit log; None in older backups.
    """

    version: str
    made_at: str
    installation: str
    mode: str
    database: str
    migrations: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
    files: tuple[File, ...]
    audit: tuple[int, str] | None = None

    @property
    def rows(self) -> int:
        """Rows of all tables together."""
        return sum(table.rows for table in self.tables)

    @property
    def size(self) -> int:
        """Bytes of everything, unpacked."""
        return sum(content.size for content in (*self.tables, *self.files))

    def members(self) -> Iterator[tuple[str, Content]]:
        """Name and content of everything after the manifest, in the order of the archive."""
        yield from ((table.member, table) for table in self.tables)
        yield from ((f"files/{number}", file) for number, file in enumerate(self.files, 1))

    def to_bytes(self) -> bytes:
        """The manifest as it is written."""
        body = {"kind": KIND, "format": FORMAT, **asdict(self)}
        return json.dumps(body, ensure_ascii=False, indent=1).encode()


def read_manifest(data: bytes) -> Manifest:
    """Parse and check. Raises OperationError, whatever `data` is."""
    try:
        body = json.loads(data)
        kind, form = body.pop("kind"), body.pop("format")
        if (kind, form) == (KIND, FORMAT):
            return _checked(body)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        kind = None
    if kind == KIND:
        raise OperationError(
            "This backup has a form that the installed REGIN does not know. Install the newest"
            " version, then try again."
        )
    raise OperationError(
        "The file's list of contents cannot be read: this is no backup of REGIN, or it is damaged."
        " Use another one."
    )


def _checked(body: dict[str, Any]) -> Manifest:
    manifest = Manifest(
        version=_text(body["version"]),
        made_at=_text(body["made_at"]),
        installation=_matching(re.compile(r"[0-9a-f]{32}"), body["installation"]),
        mode=_matching(re.compile("production|demo"), body["mode"]),
        database=_text(body["database"]),
        migrations=tuple((_text(app), _text(name)) for app, name in body["migrations"]),
        tables=tuple(_table(**table) for table in body["tables"]),
        files=tuple(_file(**file) for file in body["files"]),
        audit=_head(body.get("audit")),
    )
    _refuse_twice([table.name for table in manifest.tables])
    _refuse_twice([file.path for file in manifest.files])
    return manifest


def _head(value: Any) -> tuple[int, str] | None:
    if value is None:
        return None
    number, sha256 = value
    return _count(number), _matching(_SHA256, sha256)


def _table(size: Any, sha256: Any, name: Any, columns: Any, rows: Any) -> Table:
    names = tuple(_matching(_TABLE, column) for column in columns)
    return Table(
        _count(size), _matching(_SHA256, sha256), _matching(_TABLE, name), names, _count(rows)
    )


def _file(size: Any, sha256: Any, path: Any) -> File:
    return File(_count(size), _matching(_SHA256, sha256), _inside(_text(path)))


def _inside(path: str) -> str:
    """A path that stays below `files/`: relative, without dots, links or control characters."""
    parts = PurePosixPath(path).parts
    plain = path.isprintable() and "\\" not in path and len(path) < 1000
    if not plain or not parts or path != "/".join(parts) or {"..", ".", "/"} & set(parts):
        raise ValueError("a path that leads elsewhere")
    return path


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _matching(pattern: re.Pattern[str], value: Any) -> str:
    if not pattern.fullmatch(_text(value)):
        raise ValueError("not what it should look like")
    return str(value)


def _count(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError("not a count")
    return value


def _refuse_twice(names: list[str]) -> None:
    if len(set(names)) != len(names):
        raise ValueError("named twice")
