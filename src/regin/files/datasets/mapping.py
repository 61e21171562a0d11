"""A mapping as TOML text, to keep and to use again for next year's file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Final

from regin.engine.errors import Fault, FaultsError
from regin.files.datasets.dataset import ROLES, Role
from regin.files.datasets.mapping_checks import ROLES as KNOWN_ROLES
from regin.files.datasets.mapping_checks import faults_of
from regin.files.datasets.mapping_model import (
    Across,
    Constant,
    KeyColumn,
    Notation,
    TableMapping,
    TablePlace,
)
from regin.files.datasets.mapping_toml import Entries, entry, parsed

__all__ = [
    "Across",
    "Constant",
    "KeyColumn",
    "Notation",
    "TableMapping",
    "TablePlace",
    "mapping_from",
    "mapping_text",
]

VERSION: Final = 1
ABOUT: Final = ("code", "title", "source", "language", "frequency", "value", "flags", "ignored")


def mapping_text(mapping: TableMapping) -> str:
    """Write a mapping as TOML, all entries written out; `mapping_from` reads it back the same."""
    lines = [entry("version", VERSION)]
    lines += [entry(name, getattr(mapping, name)) for name in ABOUT]
    lines += ["", "[place]", *_entries(mapping.place)]
    lines += ["", "[numbers]", *_entries(mapping.notation, leave=("missing", "signs"))]
    lines += _table("missing", mapping.notation.missing)
    lines += _table("signs", mapping.notation.signs)
    lines += _table("leave_out", mapping.leave_out)
    for column in mapping.columns:
        lines += ["", "[[column]]", *_entries(column, leave=("codes",))]
        lines += _table("column.codes", column.codes)
    if mapping.across is not None:
        lines += ["", "[across]", *_entries(mapping.across, leave=("columns",))]
        lines += _table("across.columns", mapping.across.columns)
    for constant in mapping.constants:
        lines += ["", "[[constant]]", *_entries(constant)]
    return "\n".join([*lines, ""])


def _entries(record: object, leave: tuple[str, ...] = ()) -> Iterator[str]:
    for one in fields(record):  # type: ignore[arg-type]  # only dataclasses come here
        if one.name not in leave:
            yield entry(one.name, getattr(record, one.name))


def _table(name: str, table: Mapping[str, object]) -> list[str]:
    return ["", f"[{name}]", *(entry(key, one) for key, one in table.items())] if table else []


def mapping_from(text: str, file: str = "mapping") -> TableMapping:
    """Read a mapping. A role that is not written follows from the name of its dimension.

    Raises FaultsError with every fault, `file` as their file and the entry as their column.
    """
    found: list[Fault] = []
    mapping = _mapping(Entries(parsed(text, file), found))
    faulty = {fault.column for fault in found}
    found += [fault for fault in faults_of(mapping) if fault.column not in faulty]
    if found:
        raise FaultsError(Fault(one.code, one.params, file, None, one.column) for one in found)
    return mapping


def _mapping(top: Entries) -> TableMapping:
    _version(top)
    mapping = TableMapping(
        place=_place(top.inner("place")),
        notation=_notation(top),
        columns=tuple(_column(one) for one in top.each("column")),
        across=_across(top),
        constants=tuple(_constant(one) for one in top.each("constant")),
        leave_out=top.table_of_lists("leave_out"),
        ignored=top.texts("ignored"),
        frequency=top.take("frequency", "A"),
        **{name: top.take(name, "") for name in ABOUT if name not in ("ignored", "frequency")},
    )
    top.finish()
    return mapping


def _version(top: Entries) -> None:
    version = top.take("version", VERSION)
    if version != VERSION:
        params = {"value": version, "known": VERSION}
        top.found.append(Fault("mapping_version", params, column="version"))


def _place(one: Entries) -> TablePlace:
    usual = TablePlace()
    place = TablePlace(
        sheet=one.take("sheet", ""),
        separator=one.take("separator", ""),
        encoding=one.take("encoding", usual.encoding),
        heading_row=one.take("heading_row", usual.heading_row),
        first_row=one.take("first_row", 0),
        last_row=one.take("last_row", 0),
        stop_at_empty_row=one.take("stop_at_empty_row", usual.stop_at_empty_row),
        stop_before=one.texts("stop_before"),
    )
    one.finish()
    return place


def _notation(top: Entries) -> Notation:
    one = top.inner("numbers")
    notation = Notation(
        decimal=one.take("decimal", ""),
        thousands=one.take("thousands", ""),
        shift=one.take("shift", 0),
        is_sure=one.take("is_sure", False),
        missing=top.table_of_texts("missing"),
        zeros=one.texts("zeros"),
        signs=top.table_of_texts("signs"),
    )
    one.finish()
    return notation


def _column(one: Entries) -> KeyColumn:
    column = KeyColumn(
        heading=one.take("heading", ""),
        dimension=one.take("dimension", ""),
        role=_role(one),
        codes=one.table_of_texts("codes"),
        is_labelled=one.take("is_labelled", False),
        labels=one.take("labels", ""),
        repeats=one.take("repeats", False),
    )
    one.finish()
    return column


def _across(top: Entries) -> Across | None:
    one = top.inner("across")
    if not one.table:
        return None
    across = Across(one.take("dimension", ""), _role(one), one.table_of_texts("columns"))
    one.finish()
    return across


def _constant(one: Entries) -> Constant:
    constant = Constant(one.take("dimension", ""), one.take("code", ""), _role(one))
    one.finish()
    return constant


def _role(one: Entries) -> Role:
    """Return the role as written, else as the name of the dimension says."""
    usual = ROLES.get(one.take("dimension", "").lower(), "")
    written = one.take("role", str(usual))
    known = {str(role): role for role in KNOWN_ROLES}
    if written not in known:
        params = {"value": written, "known": ", ".join(f"“{role}”" for role in known)}
        one.found.append(Fault("mapping_choice", params, column=f"{one.path}.role"))
    return known.get(written, "")
