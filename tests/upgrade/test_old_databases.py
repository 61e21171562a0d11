"""M1: the database of every release so far, upgraded by this version with all it held."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from regin.web.operations import archive
from regin.web.operations.instance import lay_out, write_secret
from regin.web.tests.operations.instances import Instance

pytestmark = pytest.mark.any_database

HERE = Path(__file__).parent
RELEASES = sorted(path.stem for path in HERE.glob("*.sql"))


def old_instance(release: str, folder: Path) -> Instance:
    """An instance as that release left it."""
    lay_out(folder)
    write_secret(folder)
    with sqlite3.connect(folder / "regin.sqlite3") as connection:
        connection.executescript((HERE / f"{release}.sql").read_text(encoding="utf-8"))
    connection.close()
    return Instance(folder)


def counts(path: Path) -> dict[str, int]:
    return {table.name: table.rows for table in archive.verify(path).tables}


def test_there_is_a_database_of_a_release() -> None:
    assert RELEASES


@pytest.mark.parametrize("release", RELEASES)
def test_an_old_database_keeps_every_row_through_an_upgrade(release: str, tmp_path: Path) -> None:
    old = old_instance(release, tmp_path / "old")
    before = counts(old.backup("before.tar.gz"))
    old.run("upgrade")
    after = counts(old.backup("after.tar.gz"))
    assert sum(before.values()) > 1000
    assert {name: rows for name, rows in before.items() if after.get(name, rows) < rows} == {}
    assert "failed " not in old.run("doctor")


@pytest.mark.parametrize("release", RELEASES)
def test_an_old_backup_comes_back_on_postgresql_at_this_version(
    release: str, tmp_path: Path, postgresql_url: str
) -> None:
    backup = old_instance(release, tmp_path / "old").backup()
    there = Instance(tmp_path / "there", postgresql_url)
    there.run("restore", "--without-erasures", str(backup))
    after = counts(there.backup("after.tar.gz"))
    assert {name: n for name, n in counts(backup).items() if after.get(name, n) < n} == {}
    assert "Nothing to migrate" in there.run("upgrade")


def test_the_fixtures_hold_no_password() -> None:
    for release in RELEASES:
        assert "pbkdf2_" not in (HERE / f"{release}.sql").read_text(encoding="utf-8")
