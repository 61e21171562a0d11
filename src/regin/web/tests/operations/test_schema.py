"""Tables made as they stand are those that all migrations in turn would make, and as empty."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from regin.web.tests.operations.instances import Databases, Instance

pytestmark = pytest.mark.any_database

IN_TURN = """
from django.db.migrations.executor import MigrationExecutor
executor = MigrationExecutor(connection)
executor.migrate(executor.loader.graph.leaf_nodes())
"""
AT_ONCE = "schema.build(schema.known_migrations())"
SAY = """
QUESTIONS = {
    "sqlite": ["SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL"],
    "postgresql": [
        "SELECT table_name, column_name, data_type, character_maximum_length, is_nullable,"
        " column_default, is_identity FROM information_schema.columns"
        " WHERE table_schema = 'public'",
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE connamespace = 'public'::regnamespace",
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    ],
}
def asked(question):
    cursor.execute(question)
    return cursor.fetchall()
with connection.cursor() as cursor:
    made = [list(row) for question in QUESTIONS[connection.vendor] for row in asked(question)]
    rows = {name: asked(f'SELECT count(*) FROM "{name}"')[0][0] for name in schema.table_names()}
print(json.dumps({"made": made, "rows": rows, "applied": schema.applied_migrations()}))
"""
BEGIN = "import json\nfrom django.db import connection\nfrom regin.web.operations import schema\n"


def told(instance: Instance, make: str) -> dict[str, Any]:
    """What a database holds after `make`; the order of columns in a table plays no role."""
    said: dict[str, Any] = json.loads(instance.python(f"{BEGIN}{make}{SAY}"))
    said["made"] = sorted([sorted(parts(str(part))) for part in row] for row in said["made"])
    return said


def parts(text: str) -> list[str]:
    """The parts of a list between parentheses, those of inner lists left together."""
    found, depth = [""], 0
    for letter in text:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 1:
            found.append("")
        else:
            found[-1] += letter
    return [" ".join(part.strip(" ()").split()) for part in found]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, sqlite_instance: Instance, tmp_path: Path) -> Any:
    """Makes instances with an empty database."""

    def make(name: str) -> Instance:
        if request.param == "sqlite":
            return Instance(sqlite_instance.folder, f"sqlite:///{tmp_path}/{name}.sqlite3")
        databases: Databases = request.getfixturevalue("postgresql_databases")
        return Instance(sqlite_instance.folder, databases(""))

    return make


def test_tables_made_at_once_are_those_made_by_each_migration_in_turn(empty: Any) -> None:
    """Rows too: a migration that put some into an empty database would leave new ones without."""
    in_turn, at_once = told(empty("in-turn"), IN_TURN), told(empty("at-once"), AT_ONCE)
    assert at_once == in_turn
    assert len(at_once["made"]) > 100
    assert len(at_once["applied"]) > 50


@pytest.mark.django_db
def test_the_models_say_nothing_that_no_migration_makes() -> None:
    """The databases of the other tests are made from the models."""
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)
