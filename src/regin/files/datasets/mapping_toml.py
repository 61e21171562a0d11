"""Entries of a TOML document with their types checked, every fault at once."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

from regin.engine.errors import N_, Fault, Message, fail, register
from regin.files.eurostat_cells import shown
from regin.files.limits import LIMITS, MIB

register(
    {
        "mapping_not_toml": Message(
            N_("The mapping is not valid TOML: %(reason)s."), N_("Correct it at that place.")
        ),
        "mapping_too_large": Message(
            N_("The mapping has more than %(limit)s MiB."),
            N_("Check that this file is a mapping, or shorten its lists of codes."),
        ),
        "mapping_unknown_entry": Message(
            N_("There is no entry of this name in a mapping."),
            N_("Correct its spelling or remove it."),
        ),
        "mapping_not_text": Message(
            N_("The entry must be a text."), N_("Put quotation marks around it.")
        ),
        "mapping_not_whole": Message(
            N_("The entry must be a whole number."), N_("Write digits only, such as 4.")
        ),
        "mapping_not_logical": Message(
            N_("The entry must be true or false."), N_("Write true or false, without quotes.")
        ),
        "mapping_not_table": Message(
            N_("The entry must be a table of entries."), N_("Write its name as [name] on a line.")
        ),
        "mapping_not_list": Message(
            N_("The entry must be a list."), N_("Put square brackets around it, as in [1, 2].")
        ),
        "mapping_version": Message(
            N_("The mapping is of version %(value)s; version %(known)s can be read."),
            N_("Make the mapping again, or use the version of REGIN that wrote it."),
        ),
    }
)

T = TypeVar("T")
MOST_BYTES: Final = 4 * MIB
BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
KINDS: Final = {
    str: "mapping_not_text",
    int: "mapping_not_whole",
    bool: "mapping_not_logical",
    dict: "mapping_not_table",
    list: "mapping_not_list",
}


def parsed(text: str, file: str) -> dict[str, object]:
    """Read a document. Raises FaultsError: mapping_too_large, mapping_not_toml."""
    if len(text) > MOST_BYTES:
        raise fail("mapping_too_large", file=file, limit=MOST_BYTES // MIB)
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise fail("mapping_not_toml", file=file, reason="nested too deeply") from None
    except ValueError as error:
        found = re.search(r"at line ([0-9]+)", str(error))
        row = int(found[1]) if found else None
        raise fail("mapping_not_toml", file=file, row=row, reason=shown(str(error), 120)) from None


@dataclass(slots=True)
class Entries:
    """One table of a document. What is taken is checked; what is left over is a fault."""

    table: Mapping[str, object]
    found: list[Fault]
    path: str = ""
    _taken: set[str] = field(default_factory=set)

    def take(self, name: str, default: T) -> T:
        """Return the entry `name`, `default` when absent or of another type than the default."""
        self._taken.add(name)
        value = self.table.get(name, default)
        if type(value) is type(default):
            return value
        self._wrong(name, type(default))
        return default

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts, empty when absent."""
        listed: list[object] = self.take(name, [])
        if all(isinstance(one, str) for one in listed):
            return tuple(map(str, listed))
        self._wrong(name, str)
        return ()

    def table_of_texts(self, name: str) -> dict[str, str]:
        """Return a table of texts, empty when absent."""
        table: dict[str, object] = self.take(name, {})
        if all(isinstance(one, str) for one in table.values()):
            return {key: str(one) for key, one in table.items()}
        self._wrong(name, str)
        return {}

    def table_of_lists(self, name: str) -> dict[str, tuple[str, ...]]:
        """Return a table of lists of texts, empty when absent."""
        inner = self.inner(name)
        return {key: inner.texts(key) for key in inner.table}

    def inner(self, name: str) -> Entries:
        """Return the table `name`, empty when absent."""
        table: dict[str, object] = self.take(name, {})
        return Entries(table, self.found, self._path(name))

    def each(self, name: str) -> Iterator[Entries]:
        """Yield the tables of the list `name`, `[[name]]`."""
        listed: list[object] = self.take(name, [])
        for place, one in enumerate(listed, start=1):
            path = f"{self._path(name)}[{place}]"
            if isinstance(one, dict):
                yield Entries(one, self.found, path)
            else:
                self._add(KINDS[dict], path)

    def finish(self) -> None:
        """Note what nobody took."""
        for name in self.table:
            if name not in self._taken:
                self._add("mapping_unknown_entry", self._path(name))

    def _wrong(self, name: str, wanted: type) -> None:
        self._add(KINDS[wanted], self._path(name))

    def _add(self, code: str, path: str) -> None:
        fault = Fault(code, column=shown(path, 120))
        if len(self.found) < LIMITS.faults and fault not in self.found:
            self.found.append(fault)

    def _path(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name


def entry(name: str, value: object) -> str:
    """Write one entry as a line."""
    return f"{_key(name)} = {_value(value)}"


def _key(name: str) -> str:
    return name if BARE.fullmatch(name) else _value(name)


def _value(value: object) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return json.dumps(value)
