"""Fixtures of this app's tests: an instance folder of their own, and the starter content."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.queries import counted_queries

from regin.apps.accounts.actor import Actor, command_actor
from regin.apps.assessments.models import Framework, Run
from regin.apps.assessments.operations import load_illustrative


@pytest.fixture(autouse=True)
def instance(tmp_path: Path, settings) -> Path:
    """Stored inputs of one test never meet those of another."""
    settings.REGIN_DIR = tmp_path / "instance"
    return settings.REGIN_DIR


@pytest.fixture
def administrator() -> Actor:
    return command_actor("tests")


@pytest.fixture
def framework(db, administrator: Actor) -> Framework:
    """The illustrative framework with its run."""
    return load_illustrative(administrator)


@pytest.fixture
def run(framework: Framework) -> Run:
    return framework.runs.get()


@pytest.fixture
def django_count():
    """A context that lists the queries made in it."""
    return counted_queries
