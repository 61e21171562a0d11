"""What is wrong with a mapping, before any file is read with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, get_args

from regin.engine.errors import Fault, FaultsError, Value
from regin.files.datasets import mapping_faults  # noqa: F401  # importing it registers its messages
from regin.files.datasets.dataset import Role
from regin.files.datasets.flags import known
from regin.files.datasets.mapping_model import (
    AROUND,
    DECIMALS,
    ENCODINGS,
    THOUSANDS,
    Across,
    Constant,
    KeyColumn,
    Notation,
    TableMapping,
    spaced,
)
from regin.files.eurostat_cells import shown
from regin.files.eurostat_header import is_code
from regin.files.limits import LIMITS
from regin.files.observations import KNOWN_FLAGS, MOST_FLAGS, parse_period

ROLES: Final[tuple[Role, ...]] = get_args(Role)
SINGLE: Final = ("geo", "time", "frequency", "unit")
FREQUENCIES: Final = ("A", "S", "Q", "M", "W")
LONGEST: Final = 300
MOST_ENTRIES: Final = 100_000
DEEPEST_HEADING: Final = 1_000
MOST_SHIFT: Final = 9
NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
NUMBER_SIGNS: Final = frozenset("0123456789.,' +-")


def faults_of(mapping: TableMapping) -> list[Fault]:
    """Return everything that is wrong with a mapping; `Fault.column` is the field's path."""
    checks = (_place, _numbers, _columns, _layout, _names, _headings, _rest)
    return [fault for check in checks for fault in check(mapping)]


def check_mapping(mapping: TableMapping, file: str = "mapping") -> None:
    """Raise FaultsError with every fault of a mapping."""
    found = faults_of(mapping)
    if found:
        raise FaultsError(
            Fault(one.code, one.params, file, one.row, one.column) for one in found[: LIMITS.faults]
        )


def _fault(code: str, path: str, value: object = "", /, **params: Value) -> Fault:
    return Fault(code, {"value": shown(str(value)), **params}, column=path)


def _place(mapping: TableMapping) -> Iterator[Fault]:
    place = mapping.place
    if bool(place.sheet) == bool(place.separator):
        yield _fault("mapping_file_kind", "place")
    if place.separator and not _separates(place.separator):
        yield _fault("mapping_separator", "place.separator", place.separator)
    yield from _choice("place.encoding", place.encoding, ENCODINGS)
    yield from _range("place.heading_row", place.heading_row, 1, DEEPEST_HEADING)
    first = place.first_row or place.heading_row + 1
    if place.first_row:
        low = place.heading_row + 1
        yield from _range("place.first_row", place.first_row, low, low + DEEPEST_HEADING)
    if place.last_row and place.last_row < first:
        yield _fault("mapping_last_row", "place.last_row")
    yield from _texts("place.stop_before", place.stop_before)
    yield from _long("place.sheet", place.sheet)


def _separates(sign: str) -> bool:
    return sign == "\t" or (len(sign) == 1 and sign.isprintable() and not _is_word(sign))


def _is_word(sign: str) -> bool:
    return sign.isalnum() or sign in "\"' +-."


def _choice(path: str, value: str, known_values: Iterable[str]) -> Iterator[Fault]:
    if value not in known_values:
        listed = ", ".join(f"“{one}”" for one in known_values)
        yield _fault("mapping_choice", path, value, known=listed)


def _range(path: str, value: int, low: int, high: int) -> Iterator[Fault]:
    if not low <= value <= high:
        yield _fault("mapping_range", path, value, low=low, high=high)


def _texts(path: str, texts: Iterable[str], *, may_be_empty: bool = False) -> Iterator[Fault]:
    """Faults of texts that are compared with what stands in cells."""
    listed = list(texts)
    if len(listed) > MOST_ENTRIES:
        yield _fault("mapping_too_many", path, limit=MOST_ENTRIES)
    for text in listed[:MOST_ENTRIES]:
        yield from _long(path, text)
        if spaced(text) != text or not (text or may_be_empty):
            yield _fault("mapping_spaces", path, text)


def _long(path: str, text: str) -> Iterator[Fault]:
    if len(text) > LONGEST:
        yield _fault("mapping_text_long", path, text, limit=LONGEST)


def _numbers(mapping: TableMapping) -> Iterator[Fault]:
    notation = mapping.notation
    yield from _choice("numbers.decimal", notation.decimal, DECIMALS)
    yield from _choice("numbers.thousands", notation.thousands, THOUSANDS)
    if notation.decimal and notation.decimal == notation.thousands:
        yield _fault("mapping_same_sign", "numbers.thousands", notation.decimal)
    yield from _range("numbers.shift", notation.shift, -MOST_SHIFT, MOST_SHIFT)
    yield from _texts("missing", notation.missing, may_be_empty=True)
    yield from _texts("numbers.zeros", notation.zeros)
    yield from _texts("signs", notation.signs)
    yield from _marks(notation)


def _marks(notation: Notation) -> Iterator[Fault]:
    for mark in notation.zeros:
        if mark in notation.missing:
            yield _fault("mapping_mark_twice", "numbers.zeros", mark)
    for sign in notation.signs:
        if sign != AROUND and set(sign) <= NUMBER_SIGNS:
            yield _fault("mapping_sign", "signs", sign)
    for path, table in (("missing", notation.missing), ("signs", notation.signs)):
        for letters in table.values():
            if len(letters) > MOST_FLAGS or not known(letters):
                listed = " ".join(KNOWN_FLAGS)
                yield _fault("mapping_flags", path, letters, known=listed)


def _columns(mapping: TableMapping) -> Iterator[Fault]:
    for place, column in enumerate(mapping.columns, start=1):
        path = f"column[{place}]"
        yield from _heading(f"{path}.heading", column.heading)
        yield from _column(path, column, mapping.frequency)


def _column(path: str, column: KeyColumn, frequency: str) -> Iterator[Fault]:
    if column.labels:
        yield from _heading(f"{path}.labels", column.labels)
    yield from _texts(f"{path}.codes", column.codes)
    for code in column.codes.values():
        yield from _code(f"{path}.codes", code, column.role, frequency)


def _heading(path: str, heading: str) -> Iterator[Fault]:
    if not heading:
        yield _fault("mapping_heading_empty", path)
    else:
        yield from _texts(path, [heading])


def _code(path: str, code: str, role: str, frequency: str) -> Iterator[Fault]:
    if role == "time":
        period = parse_period(code)
        if period is None or (period.frequency, period.text) != (frequency, code):
            yield _fault("mapping_period", path, code, frequency=shown(frequency))
    elif not is_code(code):
        yield _fault("mapping_code", path, code)


def _layout(mapping: TableMapping) -> Iterator[Fault]:
    across = mapping.across
    if (across is None) == (not mapping.value):
        yield _fault("mapping_layout", "value")
    if mapping.value:
        yield from _heading("value", mapping.value)
    if mapping.flags:
        yield from _heading("flags", mapping.flags)
    if across is not None:
        yield from _across(across, mapping.frequency)
        if mapping.flags:
            yield _fault("mapping_flags_wide", "flags")


def _across(across: Across, frequency: str) -> Iterator[Fault]:
    if not across.columns and across.role != "time":
        yield _fault("mapping_no_across", "across.columns")
    yield from _texts("across.columns", across.columns)
    for code in across.columns.values():
        yield from _code("across.columns", code, across.role, frequency)
    for code in sorted(_repeated(across.columns.values())):
        yield _fault("mapping_code_twice", "across.columns", code)


def _repeated(texts: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    twice: set[str] = set()
    for text in texts:
        (twice if text in seen else seen).add(text)
    return twice


def _names(mapping: TableMapping) -> Iterator[Fault]:
    """Faults of the names and roles of dimensions, of all kinds together."""
    names: set[str] = set()
    roles: set[str] = set()
    for path, one in _dimensions(mapping):
        if not NAME.fullmatch(one.dimension):
            yield _fault("mapping_name", f"{path}.dimension", one.dimension)
        elif one.dimension.lower() in names:
            yield _fault("mapping_name_twice", f"{path}.dimension", one.dimension)
        yield from _choice(f"{path}.role", one.role, ROLES)
        if one.role in roles and one.role in SINGLE:
            yield _fault("mapping_role_twice", f"{path}.role", one.role)
        names.add(one.dimension.lower())
        roles.add(one.role)
    for role in ("geo", "time"):
        if role not in roles:
            yield _fault("mapping_no_role", "column", role)


def _dimensions(mapping: TableMapping) -> Iterator[tuple[str, KeyColumn | Across | Constant]]:
    """Yield what holds a dimension, with its path."""
    for at, column in enumerate(mapping.columns, start=1):
        yield f"column[{at}]", column
    if mapping.across is not None:
        yield "across", mapping.across
    for at, constant in enumerate(mapping.constants, start=1):
        yield f"constant[{at}]", constant


def _headings(mapping: TableMapping) -> Iterator[Fault]:
    yield from _texts("ignored", mapping.ignored)
    for heading in sorted(_repeated([*mapping.used, *dict.fromkeys(mapping.ignored)])):
        yield _fault("mapping_heading_twice", "ignored", heading)


def _rest(mapping: TableMapping) -> Iterator[Fault]:
    yield from _choice("frequency", mapping.frequency, FREQUENCIES)
    headings = {column.heading for column in mapping.columns}
    for heading, texts in mapping.leave_out.items():
        if heading not in headings:
            yield _fault("mapping_leave_out", "leave_out", heading)
        yield from _texts("leave_out", texts, may_be_empty=True)
    for place, constant in enumerate(mapping.constants, start=1):
        path = f"constant[{place}].code"
        yield from _code(path, constant.code, constant.role, mapping.frequency)
    for name in ("code", "title", "source"):
        yield from _long(name, getattr(mapping, name))
    if mapping.language and not re.fullmatch("[a-z]{2}", mapping.language):
        yield _fault("mapping_language", "language", mapping.language)
