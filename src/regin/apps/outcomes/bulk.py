"""Many rows at once: the fastest way each database has. Order and content are the caller's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection, models

# A statement of SQLite takes no more than 999 parameters on every build; one of many rows costs
# half of what one for each row does.
MOST_PARAMETERS = 999


def insert_columns(
    model: type[models.Model], same: Mapping[str, int], columns: Mapping[str, Sequence[Any]]
) -> None:
    """Insert a row for each place in `columns` (name → values, equally many).

    `same`: name → the number that all rows have there. Call it inside a transaction, with as many
    rows as may stand in memory.
    """
    table = connection.ops.quote_name(model._meta.db_table)
    if connection.vendor == "postgresql":
        _copy(table, same, columns)
    else:
        _insert_many(table, same, columns)


def _insert_many(table: str, same: Mapping[str, int], columns: Mapping[str, Sequence[Any]]) -> None:
    width = len(columns)
    flat: list[Any] = [None] * (width * len(next(iter(columns.values()))))
    for at, column in enumerate(columns.values()):
        flat[at::width] = column
    step = MOST_PARAMETERS // width * width
    full = _insert_statement(table, same, columns, MOST_PARAMETERS // width)
    # Django's own cursor would look through the statement for parameters every time.
    execute = connection.connection.execute
    with connection.wrap_database_errors:
        for begin in range(0, len(flat), step):
            piece = flat[begin : begin + step]
            rows = len(piece) // width
            last = len(piece) < step
            execute(_insert_statement(table, same, columns, rows) if last else full, piece)


def _insert_statement(
    table: str, same: Mapping[str, int], columns: Iterable[str], rows: int
) -> str:
    marks = ", ".join([*(str(int(number)) for number in same.values()), *("?" for _ in columns)])
    values = ", ".join([f"({marks})"] * rows)
    return f"INSERT INTO {table} ({_names((*same, *columns))}) VALUES {values}"  # noqa: S608  # names come from the model


def _copy(table: str, same: Mapping[str, int], columns: Mapping[str, Sequence[Any]]) -> None:
    numbers = tuple(same.values())
    statement = f"COPY {table} ({_names((*same, *columns))}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in zip(*columns.values(), strict=True):
            copy.write_row(numbers + row)


def update_by_key(model: type[models.Model], columns: Mapping[str, Sequence[Any]]) -> None:
    """Write `columns` (name → values) into the rows whose keys stand in the column `id`."""
    table = connection.ops.quote_name(model._meta.db_table)
    names = [name for name in columns if name != "id"]
    rows = list(zip(*(columns[name] for name in (*names, "id")), strict=True))
    if connection.vendor == "postgresql":
        _update_from_copy(table, names, rows)
        return
    parts = ", ".join(f"{connection.ops.quote_name(name)} = %s" for name in names)
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {table} SET {parts} WHERE id = %s", rows)  # noqa: S608  # names come from the model


def _update_from_copy(table: str, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    quoted = [connection.ops.quote_name(name) for name in names]
    listed = ", ".join((*quoted, "id"))
    parts = ", ".join(f"{name} = written.{name}" for name in quoted)
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE written ON COMMIT DROP AS SELECT {listed} FROM {table} LIMIT 0"  # noqa: S608  # names come from the model
        )
        with cursor.copy(f"COPY written ({listed}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(f"UPDATE {table} SET {parts} FROM written WHERE {table}.id = written.id")  # noqa: S608  # names come from the model
        cursor.execute("DROP TABLE written")


def _names(names: Iterable[str]) -> str:
    return ", ".join(connection.ops.quote_name(name) for name in names)
