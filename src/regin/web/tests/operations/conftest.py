"""Instances to work on: made once by `regin init`, copied for every test."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from regin.web.tests.operations.instances import (
    HERE,
    PASSWORD,
    Databases,
    Instance,
    admin,
    copy_of,
)


@pytest.fixture(scope="session")
def password_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("password") / "password"
    path.write_text(PASSWORD + "\n")
    return path


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory, password_file: Path) -> Path:
    """A production instance on SQLite, with some of everything a person can write."""
    made = Instance(tmp_path_factory.mktemp("template") / "instance")
    made.more["REGIN_DIR"] = ""
    made.run("init", str(made.folder), *admin(password_file))
    made.more.clear()
    made.python((HERE / "apps" / "some_content.py").read_text())
    return made.folder


@pytest.fixture
def sqlite_instance(sqlite_template: Path, tmp_path: Path) -> Instance:
    return copy_of(sqlite_template, tmp_path)


@pytest.fixture(scope="session")
def postgresql_databases(postgresql_server: str) -> Iterator[Databases]:
    """Makes databases of this run's own: empty, or as copies of another one."""
    import psycopg

    made: list[str] = []
    base = postgresql_server.rsplit("/", 1)[0]

    def make(template: str = "") -> str:
        name = f"regin_ops_{uuid.uuid4().hex[:12]}"
        source = template.rsplit("/", 1)[-1] or "template1"
        with psycopg.connect(postgresql_server, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
        made.append(name)
        return f"{base}/{name}"

    yield make
    with psycopg.connect(postgresql_server, autocommit=True) as connection:
        for name in made:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def postgresql_template(
    postgresql_databases: Databases, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Instance:
    """The same instance on PostgreSQL, come there by backup and restore."""
    here = tmp_path_factory.mktemp("postgresql")
    backup = copy_of(sqlite_template, here).backup()
    there = Instance(here / "there", postgresql_databases(""))
    there.run("restore", "--without-erasures", str(backup))
    return there


@pytest.fixture
def postgresql_instance(
    postgresql_databases: Databases, postgresql_template: Instance, tmp_path: Path
) -> Instance:
    url = postgresql_databases(postgresql_template.database_url)
    return copy_of(postgresql_template.folder, tmp_path, url)


@pytest.fixture(
    params=["sqlite", "postgresql"],
)
def instance(request: pytest.FixtureRequest) -> Instance:
    """An instance on each kind of database."""
    found: Instance = request.getfixturevalue(f"{request.param}_instance")
    return found
