"""structure.csv, parts.csv and bands.csv as rows of the engine's framework."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from regin.engine.nodes import KINDS, Band, Node, Part
from regin.files.index.cells import number
from regin.files.index.model import AXIS_PREFIX, BASE_COLUMNS, OPTIONAL_COLUMNS, RESERVED
from regin.files.index.sheets import Sheet

PART_COLUMNS = ("axis", "code", "name", "order")
BAND_COLUMNS = ("low", "high", "name")


@dataclass
class Record:
    """One row under its headings; reading a number notes the fault and goes on."""

    sheet: Sheet
    row: int
    cells: dict[str, str]

    def text(self, column: str) -> str:
        """Text of a cell without spaces around it."""
        return self.cells.get(column, "").strip()

    def number(self, column: str) -> float | None:
        """Number in a cell, None when empty or at fault."""
        cell = self.text(column)
        value = number(cell)
        if cell and (value is None or math.isinf(value)):
            code = "bad_number" if value is None else "infinite_value"
            self.fault(code, column, value=cell[:40])
            return None
        return value

    def fault(self, code: str, column: str, **params: str) -> None:
        """Note a fault of a cell."""
        self.sheet.faults.add(code, file=self.sheet.file, row=self.row, column=column, **params)

    def carried(self, known: Iterable[str]) -> dict[str, str]:
        """Cells under the headings that are not `known`."""
        return {name: cell for name, cell in self.cells.items() if name not in known}


def read_nodes(sheet: Sheet) -> tuple[Node, ...]:
    """Read the rows of structure.csv; what is wrong goes to the sheet's faults."""
    axes = [name for name in sheet.header if name.startswith(AXIS_PREFIX)]
    known = (*BASE_COLUMNS, *OPTIONAL_COLUMNS, *axes)
    return tuple(_node(Record(sheet, row, cells), axes, known) for row, cells in sheet.records())


def axes_of(sheet: Sheet) -> tuple[str, ...]:
    """Names of the axes, in the order of their columns."""
    return tuple(n.removeprefix(AXIS_PREFIX) for n in sheet.header if n.startswith(AXIS_PREFIX))


def _node(record: Record, axes: list[str], known: tuple[str, ...]) -> Node:
    code, kind = record.text("code"), _kind(record.text("type"))
    if code in RESERVED:
        record.fault("reserved_code", "code", name=code)
    tags = {axis.removeprefix(AXIS_PREFIX): _tags(record.text(axis)) for axis in axes}
    return Node(
        code=code,
        name=record.cells["name"],
        level=_level(record),
        parent=record.text("parent"),
        direction=_direction(record, kind),
        weight=_weight(record, kind),
        unit=record.cells["unit"],
        kind=kind,
        target=record.number("target"),
        denominator=record.text("denominator"),
        goalpost_low=record.number("goalpost_low"),
        goalpost_high=record.number("goalpost_high"),
        options=_options(record),
        tags={axis: parts for axis, parts in tags.items() if parts},
        extra=record.carried(known),
        row=record.row,
    )


def _kind(written: str) -> str:
    """Type in lower case; one that is not known stays as written, to be shown so."""
    kind = written.casefold()
    return kind if kind in KINDS else written


def _level(record: Record) -> int | None:
    level = record.number("level")
    if level is not None and not level.is_integer():
        record.fault("bad_number", "level", value=record.text("level"))
        return None
    return None if level is None else int(level)


def _direction(record: Record, kind: str) -> int:
    """Direction, 0 where it is no direction; only an indicator must have one."""
    if not record.text("direction") and kind != "indicator":
        return 1
    value = record.number("direction")
    return int(value) if value in (1, -1) else 0


def _weight(record: Record, kind: str) -> float:
    """Weight, NaN where it must be written and is not; the top and denominators need none."""
    value = record.number("weight")
    if value is not None:
        return value
    needed = kind in ("indicator", "aggregate") and record.text("parent")
    return math.nan if needed else 1.0


def _tags(cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tag.strip() for tag in cell.split("|") if tag.strip()))


def _options(record: Record) -> tuple[tuple[str, float], ...]:
    cell = record.text("options")
    if not cell:
        return ()
    pairs = (pair.rpartition(":") for pair in cell.split("|"))
    return tuple((code.strip(), _score(text)) for code, _, text in pairs)


def _score(text: str) -> float:
    value = number(text)
    return math.nan if value is None else value


def read_parts(sheet: Sheet) -> tuple[Part, ...]:
    """Read the rows of parts.csv; an empty order keeps the order of the rows."""
    parts = []
    for place, (row, cells) in enumerate(sheet.records(), start=1):
        record = Record(sheet, row, cells)
        order = record.number("order")
        parts.append(
            Part(
                record.text("axis"),
                record.text("code"),
                cells["name"],
                place if order is None else order,
                record.carried(PART_COLUMNS),
                row,
            )
        )
    return tuple(parts)


def read_bands(sheet: Sheet) -> tuple[Band, ...]:
    """Read the rows of bands.csv."""
    bands = []
    for row, cells in sheet.records():
        record = Record(sheet, row, cells)
        low, high = record.number("low"), record.number("high")
        for column, value in (("low", low), ("high", high)):
            if value is None and not record.text(column):
                record.fault("bad_number", column, value="")
        if low is not None and high is not None:
            bands.append(Band(low, high, cells["name"], record.carried(BAND_COLUMNS), row))
    return tuple(bands)
