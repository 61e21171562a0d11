"""The file of assumptions, the weight sets it names, and explicit designs."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from regin.engine.assumptions import (
    HEADINGS,
    Assumption,
    CodedCell,
    Sources,
    WeightSet,
    assumptions_from,
)
from regin.engine.design import Design, explicit
from regin.engine.errors import N_, Fault, FaultsError, Message, fail, register
from regin.files.answers import Answer, read_answers
from regin.files.index import Index
from regin.files.index.faults import Faults
from regin.files.index.sheets import read_sheet
from regin.files.index.structure import Record
from regin.files.limits import LIMITS, Limits, read_lines

register(
    {
        "given_file_missing": Message(
            N_("There is no file “%(name)s”."), N_("Check the name and the folder.")
        ),
        "bad_assumptions": Message(
            N_("The assumptions are not tables."),
            N_("Start each with a line [[assumption]], and write name = and the rest below it."),
        ),
        "foreign_entry": Message(
            N_("The file has an entry “%(name)s” that is no assumption."),
            N_("Take it out; write every assumption below a line [[assumption]]."),
        ),
        "set_code": Message(
            N_("The structure has no row “%(name)s”."), N_("Correct the code of the weight.")
        ),
    }
)

ANSWERS = "answers.csv"
SET_COLUMNS = ("weight_set", "code", "weight")

Written: TypeAlias = Sequence[Mapping[str, object]]
"""Assumptions as their file writes them."""


@dataclass(frozen=True)
class Assumptions:
    """Assumptions as read, as written, and the sha256 of every file they come from.

    `file` is the name of their own file; the other hashes are of the tables they name.
    """

    assumptions: tuple[Assumption, ...]
    written: Written
    hashes: Mapping[str, str]
    file: str


def read_assumptions(path: Path, index: Index, limits: Limits = LIMITS) -> Assumptions:
    """Read `path` (TOML). Files it names lie beside it. Raises FaultsError with every fault."""
    written = written_assumptions(path, limits)
    beside = {name: path.parent / name for name in tables_named(written)}
    tables = {name: table for name, table in beside.items() if table.is_file()}
    found = assumptions_of(written, tables, index, path.name, limits)
    used = [path, *tables.values()]
    hashes = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in used}
    return Assumptions(found, written, hashes, path.name)


def assumptions_of(
    written: Written, tables: Mapping[str, Path], index: Index, file: str, limits: Limits = LIMITS
) -> tuple[Assumption, ...]:
    """Build assumptions as `file` writes them; `tables` are the files they name.

    Raises FaultsError with every fault.
    """
    faults = Faults(limits.faults)
    named = [name for name in _named_sets(written) if name in tables]
    sets = {
        name: _weight_sets(tables[name], index, faults, limits) for name in dict.fromkeys(named)
    }
    coded = None
    if _about_coders(written) and ANSWERS in tables:
        coded = coded_cells(read_answers(tables[ANSWERS], limits=limits))
    faults.raise_any()
    try:
        return assumptions_from(written, index.framework, index.needed_recipe, Sources(sets, coded))
    except FaultsError as error:
        raise FaultsError([_in_file(fault, file) for fault in error.faults]) from None


def _in_file(fault: Fault, name: str) -> Fault:
    return fault if fault.file else replace(fault, file=name)


def written_assumptions(path: Path, limits: Limits = LIMITS) -> Written:
    """Read the tables [[assumption]] of a file as they stand there. Raises FaultsError."""
    if not path.is_file():
        raise fail("given_file_missing", name=path.name)
    text = "\n".join(line for _, line in read_lines(path, limits))
    try:
        written = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise fail("toml", file=path.name, reason=reason) from None
    entries = written.get("assumption", [])
    others = [name for name in written if name != "assumption"]
    if others:
        raise fail("foreign_entry", file=path.name, name=others[0])
    if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
        raise fail("bad_assumptions", file=path.name)
    return entries


def tables_named(written: Written) -> tuple[str, ...]:
    """Names of the files, without any path, that assumptions need beside their own."""
    named = [*_named_sets(written), *([ANSWERS] if _about_coders(written) else [])]
    return tuple(name for name in dict.fromkeys(named) if Path(name).name == name)


def _about_coders(written: Written) -> bool:
    return any("answers" in one for one in written)


def _named_sets(written: Written) -> list[str]:
    weights = (one.get("weights") for one in written)
    return [
        str(one["sets"])
        for one in weights
        if isinstance(one, Mapping) and isinstance(one.get("sets"), str)
    ]


def _weight_sets(
    path: Path, index: Index, faults: Faults, limits: Limits
) -> Mapping[int, WeightSet]:
    sheet = read_sheet(path, faults, SET_COLUMNS, limits)
    found: dict[int, dict[str, float]] = {}
    for row, cells in sheet.records() if sheet else ():
        record = Record(sheet, row, cells)  # type: ignore[arg-type]  # there are no records without a sheet
        number, weight = record.number("weight_set"), record.number("weight")
        code = record.text("code")
        if number is None or not number.is_integer() or number < 1:
            record.fault("bad_number", "weight_set", value=record.text("weight_set")[:40])
        elif weight is None or weight < 0:
            record.fault("bad_number", "weight", value=record.text("weight")[:40])
        elif code not in index.framework.by_code:
            record.fault("set_code", "code", name=code)
        elif code in found.setdefault(int(number), {}):
            record.fault("duplicate_code", "code", name=code)
        else:
            found[int(number)][code] = weight
    return found


def coded_cells(answers: Sequence[Answer]) -> tuple[CodedCell, ...]:
    """Return the cells that coders answered, in the order of the file.

    Also those on which they agree: what they say may differ from the index.
    """
    cells: dict[tuple[str, str, str], dict[str, str]] = {}
    for answer in answers:
        cell = (answer.unit, answer.period, answer.indicator)
        cells.setdefault(cell, {})[answer.coder] = answer.option
    return tuple(
        CodedCell(*cell, tuple(given.values()), tuple(given)) for cell, given in cells.items()
    )


def read_design(
    path: Path, assumptions: Sequence[Assumption], limits: Limits = LIMITS
) -> tuple[Design, str]:
    """Read a design (CSV: `draw`, a column for each assumption, optionally `matrix`), and its
    sha256. Raises FaultsError with every fault."""
    if not path.is_file():
        raise fail("given_file_missing", name=path.name)
    faults = Faults(limits.faults)
    sheet = read_sheet(path, faults, ("draw",), limits)
    names = [one.name for one in assumptions if sheet and one.name in sheet.header]
    columns: dict[str, list[int]] = {name: [] for name in names}
    matrix: list[str] = []
    labels: list[str] = []
    for row, cells in sheet.records() if sheet else ():
        record = Record(sheet, row, cells)  # type: ignore[arg-type]  # there are no records without a sheet
        for name in names:
            value = record.number(name)
            if value is None or not value.is_integer():
                record.fault("bad_number", name, value=record.text(name)[:40])
            columns[name].append(int(value) if value is not None and value.is_integer() else 0)
        matrix.append(record.text("matrix"))
        labels.append(record.text("draw"))
    faults.raise_any()
    try:
        design = explicit(assumptions, columns, matrix, labels)
    except FaultsError as error:
        raise FaultsError([_in_file(fault, path.name) for fault in error.faults]) from None
    known = {*HEADINGS, *names}
    others = (name for name in (sheet.header if sheet else ()) if name and name not in known)
    design = replace(design, others=tuple(others))
    return design, hashlib.sha256(path.read_bytes()).hexdigest()
