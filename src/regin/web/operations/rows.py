"""Rows of a table as lines of JSON that mean the same on every database, and back.

A line is a list of values in the order of the columns. Times are UTC in ISO 8601, numbers that
JSON cannot write and binary values are strings; `field.to_python` reads each of them back.
"""

from __future__ import annotations

import base64
import datetime
import json
import math
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from itertools import islice
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models.functions import Collate
from django.utils.duration import duration_string

from regin.web.operations.errors import OperationError

BATCH = 1000
Field = models.Field[Any, Any]
TableModel = type[models.Model]


def fields_of(model: TableModel) -> list[Field]:
    """The fields that are columns of the model's own table."""
    fields = [field for field in model._meta.local_concrete_fields if not field.generated]
    return sorted(fields, key=lambda field: str(field.column))


def column_names(model: TableModel) -> list[str]:
    """The columns a backup keeps of this table, in the order of its lines."""
    return [str(field.column) for field in fields_of(model)]


def plain(value: Any) -> Any:
    """`value` as JSON can write it. Raises TypeError for a kind nobody has decided about."""
    if value is None or isinstance(value, (bool, int, str, dict, list)):
        return value
    for kind, write in _WRITERS.items():
        if isinstance(value, kind):
            return write(value)
    raise TypeError(f"no way to keep a {type(value).__name__} in a backup")


def _moment(value: datetime.datetime) -> str:
    return (value.astimezone(datetime.UTC) if value.tzinfo else value).isoformat()


def _binary(value: bytes | memoryview) -> str:
    return base64.b64encode(bytes(value)).decode("ascii")


# A datetime is a date too, so it comes first.
_WRITERS: dict[type, Callable[[Any], Any]] = {
    float: lambda value: value if math.isfinite(value) else str(value),
    datetime.datetime: _moment,
    datetime.date: datetime.date.isoformat,
    datetime.time: datetime.time.isoformat,
    datetime.timedelta: duration_string,
    UUID: str,
    Decimal: str,
    bytes: _binary,
    memoryview: _binary,
}


def lines_of(model: TableModel) -> Iterator[bytes]:
    """Every row of the table, in the order of its key, whatever the database sorts text by."""
    names = [field.attname for field in fields_of(model)]
    rows = model._base_manager.order_by(_order(model)).values_list(*names)
    for row in rows.iterator(chunk_size=BATCH):
        line = json.dumps(
            [plain(value) for value in row],
            ensure_ascii=False,
            sort_keys=True,
            separators=(",", ":"),
            allow_nan=False,
        )
        yield line.encode() + b"\n"


def _order(model: TableModel) -> Any:
    if not isinstance(model._meta.pk, models.CharField):
        return "pk"
    return Collate("pk", "C" if connection.vendor == "postgresql" else "BINARY")


def load(model: TableModel, lines: Iterable[bytes]) -> int:
    """Insert `lines` as they are; no default and no automatic time is applied. Returns the count.

    Raises OperationError for a line that is not a row of this table.
    """
    fields = fields_of(model)
    insert = _insert_statement(model)
    rows = (_row(model, fields, line) for line in lines)
    count = 0
    with connection.cursor() as cursor:
        while batch := list(islice(rows, BATCH)):
            cursor.executemany(insert, batch)
            count += len(batch)
    return count


def _insert_statement(model: TableModel) -> str:
    quote = connection.ops.quote_name
    names = column_names(model)
    columns = ", ".join(quote(name) for name in names)
    marks = ", ".join(["%s"] * len(names))
    return f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({marks})"  # noqa: S608 - names of our models, never of the backup


def _row(model: TableModel, fields: list[Field], line: bytes) -> list[Any]:
    try:
        # Another number of values is a ValueError of `zip`, no list at all a TypeError.
        return [
            field.get_db_prep_save(_read(field, value), connection)
            for field, value in zip(fields, json.loads(line), strict=True)
        ]
    except (ValueError, TypeError, AttributeError, ArithmeticError, ValidationError):
        raise OperationError(
            f"The backup holds a line that is no row of {model._meta.db_table}. Use another backup."
        ) from None


def _read(field: Field, value: Any) -> Any:
    return value if isinstance(field, models.JSONField) else field.to_python(value)
