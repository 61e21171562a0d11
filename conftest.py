"""Set-up of every test run. Settings are in `tests/settings.py`, services in `services.py`."""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings
from tests import counts, services

# Rules are tried on few examples every day and on many before a release.
settings.register_profile("daily", max_examples=10, deadline=None)
settings.register_profile("release", max_examples=1000, deadline=None)
settings.load_profile("release" if counts.FULL else "daily")


@pytest.fixture(scope="session")
def postgresql_server() -> str:
    """The address of a PostgreSQL server on which databases can be made."""
    if "postgresql" in services.left_out():
        pytest.skip("REGIN_TEST_WITHOUT names postgresql")
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


@pytest.fixture(scope="module")
def starter_places(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The places that every installation knows, loaded once for a module and gone after it.

    What a test changes of them is undone with the test.
    """
    from django.db import transaction

    from regin.apps.accounts.actor import command_actor
    from regin.apps.regions.operations import load_starter_places

    with django_db_blocker.unblock(), transaction.atomic():
        load_starter_places(command_actor("test"))
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _in_english() -> None:
    """A request leaves its language active in the thread; no test depends on the one before it."""
    from django.utils import translation

    translation.activate("en")


GOAL = re.compile(r"^([A-Z]\d): ")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say the counts of the trust goals that ran: lines that tests print as `A3: 1200 requests`."""
    said = {
        line
        for report in terminalreporter.stats.get("passed", [])
        for line in report.capstdout.splitlines()
        if GOAL.match(line)
    }
    cells = [
        value
        for report in terminalreporter.stats.get("passed", [])
        for name, value in report.user_properties
        if name == "cells"
    ]
    if cells:
        said.add(f"A1: {sum(cells)} cells of the permission matrix in {len(cells)} rows")
    for line in sorted(said):
        terminalreporter.write_line(line)
