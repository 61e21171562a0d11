"""A statistical office's file made ready for one series: read, resolved, checked, not stored."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from regin.apps.outcomes import faults as _faults  # noqa: F401  # registers the messages used here
from regin.apps.outcomes.models import Breakdown, Series
from regin.apps.outcomes.resolving import Resolved, resolve, versions
from regin.engine.errors import FaultsError
from regin.files.eurostat_cells import shown
from regin.files.eurostat_tsv import TsvTable, read_eurostat_tsv
from regin.files.limits import LIMITS, FaultLog, Limits, open_bytes

# Eurostat's names of the dimensions a Breakdown keeps.
BREAKDOWNS: Mapping[str, str] = {
    "sex": "sex",
    "age": "age",
    "citizen": "citizenship",
    "c_birth": "birth",
}
LONGEST_CODE = 24
LISTED = 8

Cell = tuple[int, int, str, float | None, str, int]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file that has no fault. `groups`: codes of its dimensions → their breakdown's parts."""

    table: TsvTable
    resolved: Resolved
    sha256: str
    groups: dict[tuple[str, ...], dict[str, str]]
    rows_left_out: int

    def cells(self, breakdowns: Mapping[tuple[str, ...], int]) -> Iterator[Cell]:
        """(breakdown, place code, period, value or None, flags, row) of every cell of a region.

        `breakdowns`: the key of each of the `groups`.
        """
        layout = self.table.layout
        places = self.resolved.places
        for at, key in enumerate(_keys(self.table)):
            breakdown = breakdowns[tuple(key[part] for part in layout.dims_at)]
            values, flags = self.table.values[at].tolist(), self.table.flags[at].tolist()
            for column, value, flag in zip(layout.columns, values, flags, strict=True):
                geo = column if layout.geo_at is None else key[layout.geo_at]
                period = column if layout.time_at is None else key[layout.time_at]
                if geo in places:
                    missing = value != value  # noqa: PLR0124  # NaN, the one value unlike itself
                    number = None if missing else value
                    letters = self.table.flag_sets[flag]
                    yield breakdown, places[geo], period, number, letters, at + 2


def prepare(
    series: Series,
    path: Path,
    file_name: str,
    version: str | None = None,
    limits: Limits = LIMITS,
) -> Prepared:
    """Read and check `path`. Raises FaultsError with every fault, under the name `file_name`."""
    try:
        table = read_eurostat_tsv(path, limits)
        digest = sha256_of(path, limits)
    except FaultsError as error:
        raise named(error, file_name) from None
    log = FaultLog(file_name, limits)
    _check_version(version, log)
    groups = _groups(table, series, log)
    _check_frequency(table, series, log)
    resolved = resolve(table.places, version)
    left_out = _check_codes(table, resolved, log)
    _check_bounds(table, series, log)
    log.raise_found()
    return Prepared(table, resolved, digest, groups, left_out)


def named(error: FaultsError, file_name: str) -> FaultsError:
    """The same faults under the name the person knows: an upload lies under another one."""
    return FaultsError(replace(fault, file=file_name) for fault in error.faults)


def sha256_of(path: Path, limits: Limits = LIMITS) -> str:
    """The hash of the content, unpacked. Raises FaultsError of `open_bytes`."""
    digest = hashlib.sha256()
    with open_bytes(path, limits) as stream:
        while piece := stream.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def _keys(table: TsvTable) -> Iterator[tuple[str, ...]]:
    for numbers in table.keys.tolist():
        yield tuple(codes[n] for codes, n in zip(table.codes, numbers, strict=True))


def _check_version(version: str | None, log: FaultLog) -> None:
    known = versions()
    if version is not None and version not in known:
        log.add("outcomes_unknown_version", None, None, version=version, known=", ".join(known))


def _check_frequency(table: TsvTable, series: Series, log: FaultLog) -> None:
    if table.frequency != series.frequency:
        found, expected = table.frequency, series.frequency
        log.add("outcomes_other_frequency", 1, None, found=found, expected=expected)


def _check_bounds(table: TsvTable, series: Series, log: FaultLog) -> None:
    """Log every value that the series cannot have, of aggregates as well."""
    lowest = -math.inf if series.lowest is None else series.lowest
    highest = math.inf if series.highest is None else series.highest
    impossible = (table.values < lowest) | (table.values > highest)
    # The log stops at its limit: a file of another statistic may be wrong in every cell.
    for at, column in np.argwhere(impossible)[: log.limits.faults + 1].tolist():
        log.add(
            "value_out_of_bounds",
            at + 2,
            shown(table.layout.headings[column]),
            value=f"{table.values[at, column]:.15g}",
            lowest="−∞" if series.lowest is None else f"{lowest:.15g}",
            highest="∞" if series.highest is None else f"{highest:.15g}",
        )


def _groups(
    table: TsvTable, series: Series, log: FaultLog
) -> dict[tuple[str, ...], dict[str, str]]:
    """The groups of people in the file. What no Breakdown keeps may have one code only."""
    layout = table.layout
    names = [name.lower() for name in layout.dimensions]
    for part in layout.dims_at:
        _check_dimension(layout.names[part], table.codes[part], series, log)
    parts = table.keys[:, list(layout.dims_at)]
    found: dict[tuple[str, ...], dict[str, str]] = {}
    for numbers in np.unique(parts, axis=0).tolist() if layout.dims_at else [[]]:
        at = zip(layout.dims_at, numbers, strict=True)
        codes = tuple(table.codes[part][number] for part, number in at)
        found[codes] = dict.fromkeys(Breakdown.DIMENSIONS, "") | {
            BREAKDOWNS[name]: code
            for name, code in zip(names, codes, strict=True)
            if name in BREAKDOWNS
        }
    return found


def _check_dimension(name: str, codes: tuple[str, ...], series: Series, log: FaultLog) -> None:
    folded = name.lower()
    if folded in BREAKDOWNS:
        for code in codes:
            if len(code) > LONGEST_CODE:
                log.add("outcomes_code_too_long", None, name, code=code, limit=LONGEST_CODE)
    elif folded == "unit" and series.unit_code and set(codes) != {series.unit_code}:
        found = _listed(code for code in codes if code != series.unit_code)
        log.add("outcomes_other_unit", None, name, found=found, expected=series.unit_code)
    elif len(codes) > 1:
        log.add("outcomes_several", None, name, name=name, found=_listed(codes))


def _listed(codes: Iterable[str]) -> str:
    listed = list(codes)
    return ", ".join(listed[:LISTED]) + (" …" if len(listed) > LISTED else "")


def _check_codes(table: TsvTable, resolved: Resolved, log: FaultLog) -> int:
    """Log every code that nobody knows with its first row; return how many rows are left out."""
    part = table.layout.geo_at
    if part is None:
        for code in resolved.unknown:
            log.add("outcomes_unknown_code", 1, code, code=code, rows=len(table))
        count = 0
    else:
        count = _check_key_codes(table, part, resolved, log)
    if not resolved.places and not resolved.unknown:
        log.add("outcomes_nothing_left", None, None)
    return count


def _check_key_codes(table: TsvTable, part: int, resolved: Resolved, log: FaultLog) -> int:
    numbers, first, counts = np.unique(table.keys[:, part], return_index=True, return_counts=True)
    codes = [table.codes[part][number] for number in numbers]
    rows: dict[str, int] = dict(zip(codes, counts.tolist(), strict=True))
    starts = dict(zip(codes, first.tolist(), strict=True))
    for code in resolved.unknown:
        name, row = table.layout.names[part], starts[code] + 2
        log.add("outcomes_unknown_code", row, name, code=code, rows=rows[code])
    return sum(rows[code] for code in resolved.aggregates)


def breakdown_keys(
    series: Series, groups: Mapping[tuple[str, ...], dict[str, Any]]
) -> dict[tuple[str, ...], int]:
    """The key of each group's Breakdown, made where it is not there yet."""
    return {
        codes: Breakdown.objects.get_or_create(series=series, **parts)[0].pk
        for codes, parts in groups.items()
    }
