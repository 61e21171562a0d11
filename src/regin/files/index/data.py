"""data.csv and units.csv as the engine's table, in one pass and in little memory."""

from __future__ import annotations

import math
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from regin.engine.framework import Framework, Node
from regin.engine.table import NO_CHOICE, STATE_TEXT, State, Table
from regin.files.index.cells import number, unguarded
from regin.files.index.columns import Columns
from regin.files.index.faults import Faults
from regin.files.index.model import Key
from regin.files.index.sheets import Sheet

CELLS = 20_000_000
"""Most cells of one table: 11 bytes each."""

STATES = {text: state for state, text in STATE_TEXT.items()}

Cell = tuple[float, State, int]
EMPTY: Cell = (math.nan, State.UNANSWERED, NO_CHOICE)


@dataclass
class Draft:
    """A table being filled, row after row. `codes` are its columns."""

    codes: tuple[str, ...]
    values: array[float] = field(default_factory=lambda: array("d"))
    states: bytearray = field(default_factory=bytearray)
    choices: array[int] = field(default_factory=lambda: array("h"))
    rows: dict[tuple[str, str], int] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)

    def add_row(self, unit: str, period: str, name: str = "") -> int:
        """Add an empty row and return its number."""
        width = len(self.codes)
        self.values.extend([math.nan] * width)
        self.states.extend(bytes(width))
        self.choices.extend([NO_CHOICE] * width)
        self.names.append(name)
        return self.rows.setdefault((unit, period), len(self.rows))

    def put(self, row: int, column: int, cell: Cell) -> None:
        """Write a cell."""
        place = row * len(self.codes) + column
        self.values[place], self.states[place], self.choices[place] = cell

    def table(self, framework: Framework, groups: Mapping[str, list[str]]) -> Table:
        """Return the finished table; choices only where the framework has options."""
        shape = (len(self.rows), len(self.codes))
        options = any(leaf.options for leaf in framework.leaves)
        return Table.of(
            [unit for unit, _ in self.rows],
            self.codes,
            np.frombuffer(self.values).reshape(shape) if self.values else np.empty(shape),
            states=np.frombuffer(self.states, dtype=np.uint8).reshape(shape),
            choices=np.frombuffer(self.choices, dtype=np.int16).reshape(shape) if options else None,
            periods=[period for _, period in self.rows],
            unit_names=self.names,
            groups=groups,
        )


class CellReader:
    """Reads the cells of one column; remembers what each option text means."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.known: dict[str, Cell] = {
            code: (math.nan, State.ANSWERED, place) for place, (code, _) in enumerate(node.options)
        }
        self.known |= {text: (math.nan, state, NO_CHOICE) for text, state in STATES.items()}
        self.known[""] = EMPTY

    def read(self, cell: str, sheet: Sheet, row: int, column: str) -> Cell:
        """Return the cell; a fault goes to the sheet and reads as unanswered."""
        text = unguarded(cell).strip()
        found = self.known.get(text)
        if found is not None:
            return found
        if self.node.options:
            listed = ", ".join(code for code, _ in self.node.options)
            params = {"value": text[:40], "node": self.node.code, "known": listed}
            sheet.faults.add("unknown_option", file=sheet.file, row=row, column=column, **params)
            return EMPTY
        value = number(text)
        if value is None or math.isinf(value):
            code = "not_a_number" if value is None else "infinite_value"
            sheet.faults.add(code, file=sheet.file, row=row, column=column, value=text[:40])
            return EMPTY
        return value, State.ANSWERED, NO_CHOICE


@dataclass(frozen=True)
class Units:
    """units.csv: names and group labels of each unit."""

    names: Mapping[str, str]
    groups: Mapping[str, Mapping[str, str]]


def read_units(sheet: Sheet) -> Units:
    """Read units.csv; a unit that stands twice is a fault."""
    headings = [name for name in sheet.header if name not in ("unit", "name")]
    names: dict[str, str] = {}
    rows: dict[str, int] = {}
    groups: dict[str, dict[str, str]] = {heading: {} for heading in headings}
    for row, cells in sheet.records():
        unit = cells["unit"].strip()
        if _unit_fault(unit, rows, unit, row, sheet):
            continue
        rows[unit], names[unit] = row, cells.get("name", "")
        for heading in headings:
            groups[heading][unit] = cells[heading]
    return Units(names, groups)


def _unit_fault(unit: str, rows: Mapping[Any, int], key: object, row: int, sheet: Sheet) -> bool:
    if not unit:
        sheet.faults.add("empty_unit", file=sheet.file, row=row, column="unit")
    elif key in rows:
        params: dict[str, str | int] = {"unit": unit, "first": rows[key]}
        sheet.faults.add("duplicate_row", file=sheet.file, row=row, column="unit", **params)
    else:
        return False
    return True


def is_long(sheet: Sheet) -> bool:
    """Whether the table has one row a cell."""
    return {"unit", "indicator", "value"} <= set(sheet.header)


def read_wide(sheet: Sheet, columns: Columns, units: Units | None) -> Table | None:
    """Read a table with one column an indicator. None when anything was wrong."""
    groups = _group_headings(sheet, columns)
    place = {name: number for number, name in enumerate(sheet.header)}
    readers = [
        (place[node.code], at, CellReader(node))
        for at, node in enumerate(columns.nodes)
        if node.code in place and node.code not in columns.unclear
    ]
    draft = Draft(tuple(node.code for node in columns.nodes))
    labels: dict[str, list[str]] = {name: [] for name in groups}
    rows: dict[object, int] = {}
    for row, cells in sheet:
        unit, period = (_text(cells, place, name).strip() for name in ("unit", "period"))
        if _unit_fault(unit, rows, (unit, period), row, sheet) or _full(draft, sheet):
            continue
        rows[unit, period] = row
        number_of_row = draft.add_row(unit, period, _text(cells, place, "name"))
        for name, column in labels.items():
            column.append(_text(cells, place, name))
        for source, target, reader in readers:
            if cells[source]:
                cell = reader.read(cells[source], sheet, row, sheet.header[source])
                draft.put(number_of_row, target, cell)
    return _finished(draft, columns.framework, labels, units, sheet.faults)


def _text(cells: list[str], place: Mapping[str, int], name: str) -> str:
    return unguarded(cells[place[name]]) if name in place else ""


def _full(draft: Draft, sheet: Sheet) -> bool:
    """Whether there is no room for another row, said once."""
    if len(draft.values) + len(draft.codes) <= CELLS:
        return False
    if not any(fault.code == "index_too_many_cells" for fault in sheet.faults.found):
        sheet.faults.add("index_too_many_cells", file=sheet.file, limit=CELLS)
    return True


def _group_headings(sheet: Sheet, columns: Columns) -> list[str]:
    """Headings carried as labels; faults for headings that nobody knows.

    Columns before the first indicator that the structure does not name are group columns.
    """
    if not columns.certain:
        return []
    leaves = {node.code for node in columns.nodes}
    found, indicators_begun = [], False
    for name in sheet.header:
        if name in leaves:
            indicators_begun = True
        elif name in columns.wholes:
            sheet.faults.add("not_a_leaf", file=sheet.file, row=1, column=name, name=name)
        elif name in columns.labels or not (indicators_begun or name in ("unit", "name", "period")):
            found.append(name)
        elif indicators_begun and name not in ("unit", "name", "period"):
            sheet.faults.add("unknown_code", file=sheet.file, row=1, column=name, name=name)
    for leaf in sorted(leaves - set(sheet.header)):
        sheet.faults.add("missing_heading", file=sheet.file, row=1, column=leaf, name=leaf)
    return found


def read_long(
    sheet: Sheet, columns: Columns, units: Units | None
) -> tuple[Table | None, dict[Key, str]]:
    """Read a table with one row a cell, and its notes.

    A unit of units.csv without a row here gets an empty row in every period.
    """
    readers = {node.code: (at, CellReader(node)) for at, node in enumerate(columns.nodes)}
    draft = Draft(tuple(readers))
    notes: dict[Key, str] = {}
    seen: set[tuple[int, int]] = set()
    for row, cells in sheet.records():
        unit, period = cells["unit"].strip(), cells.get("period", "").strip()
        code = cells["indicator"].strip()
        if not unit:
            sheet.faults.add("empty_unit", file=sheet.file, row=row, column="unit")
        elif units is not None and unit not in units.names:
            sheet.faults.add("unknown_unit", file=sheet.file, row=row, column="unit", unit=unit)
        elif code not in readers:
            _no_reader(code, row, sheet, columns)
        elif (unit, period) in draft.rows or not _full(draft, sheet):
            at = draft.rows.get((unit, period))
            at = draft.add_row(unit, period) if at is None else at
            column, reader = readers[code]
            if (at, column) in seen:
                params = {"node": code, "unit": unit}
                sheet.faults.add("duplicate_cell", file=sheet.file, row=row, **params)
            seen.add((at, column))
            if code not in columns.unclear:
                draft.put(at, column, reader.read(cells["value"], sheet, row, "value"))
            if cells.get("note"):
                notes[unit, period, code] = cells["note"]
    return _finished(draft, columns.framework, {}, units, sheet.faults, fill=True), notes


def _no_reader(code: str, row: int, sheet: Sheet, columns: Columns) -> None:
    """Note an indicator without data, unless the structure may be to blame."""
    if columns.certain:
        fault = "not_a_leaf" if code in columns.wholes else "unknown_code"
        sheet.faults.add(fault, file=sheet.file, row=row, column="indicator", name=code)


def _finished(
    draft: Draft,
    framework: Framework | None,
    labels: dict[str, list[str]],
    units: Units | None,
    faults: Faults,
    *,
    fill: bool = False,
) -> Table | None:
    """Return the table with what units.csv adds, None when anything was wrong."""
    if faults.found or framework is None:
        return None
    if units is not None:
        if fill:
            _fill(draft, units)
        for heading, by_unit in units.groups.items():
            labels.setdefault(heading, [by_unit.get(unit, "") for unit, _ in draft.rows])
        for row, (unit, _) in enumerate(draft.rows):
            draft.names[row] = draft.names[row] or units.names.get(unit, "")
    return draft.table(framework, labels)


def _fill(draft: Draft, units: Units) -> None:
    there = {unit for unit, _ in draft.rows}
    for period in dict.fromkeys(period for _, period in list(draft.rows)):
        for unit in units.names:
            if unit not in there:
                draft.add_row(unit, period)
