"""Set-up of every test run. Test services are brought by `tests/services.py`."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

# Before Django reads its settings: an instance folder of this run's own.
if "REGIN_DIR" not in os.environ:
    _FOLDER = Path(tempfile.mkdtemp(prefix="regin-test-"))
    for _name in ("files", "backups", "mail", "keys"):
        (_FOLDER / _name).mkdir()
    os.environ["REGIN_DIR"] = str(_FOLDER)
os.environ.setdefault("REGIN_SECRET_KEY", "only-for-tests-" + "x" * 40)
os.environ.setdefault("REGIN_PSEUDO_LANGUAGE", "1")

import uuid
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session")
def postgresql_server() -> str:
    """The address of a PostgreSQL server on which databases can be made."""
    import sys

    sys.path.insert(0, str(Path(__file__).parent))
    from tests import services

    os.environ["REGIN_TEST_POSTGRES_URL"] = services.postgresql()
    return os.environ["REGIN_TEST_POSTGRES_URL"]


@pytest.fixture
def postgresql_url(postgresql_server: str) -> Iterator[str]:
    """The address of an empty PostgreSQL database of this test's own."""
    import psycopg

    name = f"regin_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgresql_server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    yield postgresql_server.rsplit("/", 1)[0] + f"/{name}"
    with psycopg.connect(postgresql_server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
