"""Instances the tests work on, from outside, as an administrator does."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from regin.web.operations import archive
from regin.web.operations.manifest import Manifest

HERE = Path(__file__).parent
RUN = "import sys; from regin.web.entry import run; sys.exit(run(sys.argv[1], sys.argv[2:]))"
SETUP = "import django; django.setup()\n"
PASSWORD = "correct horse battery staple"
OURS = ("REGIN_", "DATABASE_URL", "DJANGO_", "PORT")


def clean_environment() -> dict[str, str]:
    """This process's environment without anything that REGIN reads."""
    return {name: value for name, value in os.environ.items() if not name.startswith(OURS)}


@dataclass
class Instance:
    """An instance folder, the database that goes with it, and how to work on both."""

    folder: Path
    database_url: str = ""
    more: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        extra = {"DATABASE_URL": self.database_url} if self.database_url else {}
        return {**clean_environment(), "REGIN_DIR": str(self.folder), **extra, **self.more}

    def start(self, *argv: str, **options: object) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", RUN, *argv],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **options,  # type: ignore[call-overload]  # only cwd is ever given
        )

    def run(self, *argv: str, code: int = 0, cwd: Path | None = None) -> str:
        """Run a verb, expect its exit code and never a traceback; everything it printed."""
        process = self.start(*argv, cwd=cwd)
        out, err = process.communicate(timeout=120)
        assert "Traceback" not in out + err, out + err
        assert process.returncode == code, (argv, out, err)
        return out + err

    def start_python(self, code: str) -> subprocess.Popen[str]:
        """Run `code` with Django set up on this instance, and do not wait for it."""
        return subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", SETUP + code],
            env={"DJANGO_SETTINGS_MODULE": "regin.web.settings", **self.environment},
            stdout=subprocess.PIPE,
            text=True,
        )

    def python(self, code: str, *argv: str) -> str:
        """Run `code` with Django set up on this instance; what it printed."""
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", SETUP + code, *argv],
            env={"DJANGO_SETTINGS_MODULE": "regin.web.settings", **self.environment},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def backup(self, name: str = "backup.tar.gz") -> Path:
        path = self.folder.parent / f"{self.folder.name}-{name}"
        self.run("backup", "--to", str(path))
        return path


def lines_in(path: Path, table: str) -> list[bytes]:
    """The rows of a table in a backup."""
    found: list[bytes] = []

    def receive(name: str, chunks: Iterator[bytes]) -> None:
        if name == f"tables/{table}.jsonl":
            found.extend(b"".join(chunks).splitlines())

    archive.read_backup(path, receive, lambda _: None)
    return found


def contents(path: Path) -> dict[str, object]:
    """Everything a backup says about rows and files, the audit log apart."""
    manifest: Manifest = archive.verify(path)
    said: dict[str, object] = {table.name: table for table in manifest.tables}
    del said["common_auditentry"]
    return {**said, **{f"file {file.path}": file for file in manifest.files}}


def picture(folder: Path) -> dict[str, bytes]:
    """Every file below `folder`, to see that nothing was touched."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in {"serve.lock", "regin.sqlite3-shm"}
    }


def admin(password_file: Path) -> list[str]:
    return ["--admin-email", "first@example.org", "--password-file", str(password_file)]


def copy_of(template: Path, tmp_path: Path, database_url: str = "") -> Instance:
    folder = tmp_path / ("on-postgresql" if database_url else "on-sqlite")
    shutil.copytree(template, folder)
    return Instance(folder, database_url)


Databases = Callable[[str], str]
