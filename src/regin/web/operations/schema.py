"""Which migrations a database has had, and its tables as they were then."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from regin import __version__
from regin.web.operations.errors import OperationError
from regin.web.operations.rows import TableModel

Migration = tuple[str, str]
# Model → why its rows stay out of a backup. Whatever is not named here is kept.
LEFT_OUT = {"sessions.session": "people sign in again; an erased person's session never returns"}
# Tables without a model: Django's own list of migrations, and the cache.
WITHOUT_MODEL = ("django_migrations", "web_cache")


def applied_migrations() -> list[Migration]:
    """The migrations this database has had; none for an empty one."""
    return sorted(MigrationRecorder(connection).applied_migrations())


@cache
def _installed() -> MigrationLoader:
    """The migrations of the installed version; they do not change while a command runs."""
    return MigrationLoader(None)


def known_migrations() -> set[Migration]:
    """The migrations of the installed version."""
    return set(_installed().disk_migrations)


def pending_migrations() -> list[Migration]:
    """What the installed version would still apply to this database."""
    return sorted(known_migrations() - set(applied_migrations()))


def refuse_newer(applied: Iterable[Migration], what: str) -> None:
    """Raise OperationError when `what` has had migrations that this version does not know."""
    unknown = sorted(set(applied) - known_migrations())
    if unknown:
        app, name = unknown[0]
        raise OperationError(
            f"{what} was made by a newer REGIN than {__version__} (it knows {app} {name})."
            " Install that version, then try again."
        )


def leaves(applied: Iterable[Migration]) -> list[Migration]:
    """The last migration of each app among `applied`, which says all the others."""
    nodes = set(applied)
    graph = _installed().graph.node_map
    return sorted(
        node
        for node in nodes & graph.keys()
        if not any(child.key[0] == node[0] and child.key in nodes for child in graph[node].children)
    )


def tables(applied: Iterable[Migration]) -> list[TableModel]:
    """Every table with rows after these migrations, as the models were then, by table name."""
    return _tables_after(tuple(leaves(applied)))


@cache
def _tables_after(last: tuple[Migration, ...]) -> list[TableModel]:
    state = _installed().project_state(list(last))
    found = {
        model._meta.db_table: model
        for model in state.apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    }
    return [found[name] for name in sorted(found)]


def kept_tables(applied: Iterable[Migration]) -> list[TableModel]:
    """The tables a backup keeps."""
    return [model for model in tables(applied) if model._meta.label_lower not in LEFT_OUT]


def build(applied: Iterable[Migration]) -> None:
    """Make the tables of an empty database as they were after exactly these migrations.

    They are made as they stand at the end: to go through all migrations takes ten times as long.
    All of it or nothing.
    """
    applied = sorted(applied)
    recorder = MigrationRecorder(connection)
    models = [model for model in tables(applied) if not model._meta.auto_created]
    with connection.schema_editor() as editor:
        editor.create_model(recorder.Migration)
        for model in models:
            editor.create_model(model)
        for app, name in applied:
            recorder.record_applied(app, name)


def bring_up_to_date() -> None:
    """Make the tables of an empty database, else apply what is pending; and that of the cache.

    No migration of ours puts rows into an empty database, so none has to run there.
    """
    if not table_names():
        build(known_migrations())
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)


def table_names() -> set[str]:
    """The tables this database has."""
    return set(connection.introspection.table_names())


def our_tables() -> set[str]:
    """The tables that belong to REGIN in this database, whichever version made them."""
    known = known_migrations()
    states = (known, known & set(applied_migrations()))
    named = {model._meta.db_table for state in states for model in tables(state)}
    return named | set(WITHOUT_MODEL)


def row_counts() -> dict[str, int]:
    """Rows of each kept table now, by table name."""
    models = kept_tables(applied_migrations())
    return {model._meta.db_table: model._base_manager.count() for model in models}


@contextmanager
def built_in_one_go() -> Iterator[None]:
    """Make a database that nobody uses yet without waiting for the disk at every step.

    At the end everything is on the disk, and the connection is closed.
    """
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=OFF")
    yield
    connection.close()
    path = Path(connection.settings_dict["NAME"])
    with path.open("rb+") as file:
        os.fsync(file.fileno())


@contextmanager
def snapshot() -> Iterator[None]:
    """Everything read inside is of one moment, while others go on writing."""
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
        return
    with connection.cursor() as cursor:
        # Deferred, unlike `atomic()` here: a reader that blocks no writer.
        cursor.execute("BEGIN DEFERRED")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK")


def audit_head() -> tuple[int, str] | None:
    """Number and hash of the last entry of the audit log, read without models as below."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, sha256 FROM common_auditentry ORDER BY number DESC LIMIT 1")
        row = cursor.fetchone()
    return (row[0], row[1]) if row else None


def installation_row() -> dict[str, Any] | None:
    """Reference and mode of this database, read without models so that any version answers."""
    if "common_installation" not in table_names():
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT reference, mode FROM common_installation WHERE id = 1")
        row = cursor.fetchone()
    return {"reference": str(row[0]).replace("-", ""), "mode": row[1]} if row else None
