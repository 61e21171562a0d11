"""A folder that `regin robustness --out` wrote, read back: run.json, ranks.csv, other names."""

from __future__ import annotations

import math
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from regin.engine.compare_ranks import KeptRanks, RowKey
from regin.engine.errors import N_, Message, register
from regin.files.index.cells import number
from regin.files.index.faults import Faults
from regin.files.index.sheets import csv_rows, open_sheet
from regin.files.index.structure import Record
from regin.files.limits import LIMITS, Limits
from regin.files.results import RUN, SCORES
from regin.files.robustness import DESIGN, RANKS, TABLES, Role
from regin.files.run_json import (
    COMMON,
    ROLE,
    Checks,
    Saved,
    common_of,
    is_hash,
    is_name,
    open_results,
    read_entries,
    unreadable,
    way_of,
)
from regin.files.saved_run import SavedRun, read_saved_run

register(
    {
        "saved_rank": Message(
            N_("“%(value)s” is no rank."),
            N_("Restore the file as it was written, or compute the run again."),
        ),
    }
)

RANK_COLUMNS = ("nominal", "median", "q05", "q95")
"""What is read of ranks.csv beside unit and period."""


@dataclass(frozen=True)
class Drawing:
    """How draws were made: `runs` of them, which is more than `draws` with sensitivity.

    `design` is the sha256 of design.csv, `given` the name of the design that was asked for, None
    where the seed gave it.
    """

    seed: int
    draws: int
    runs: int
    keep_draws: bool
    design: str
    given: str | None

    @property
    def sensitivity(self) -> bool:
        """Whether there are draws for sensitivity beside those the ranks are of."""
        return self.runs > self.draws


@dataclass(frozen=True, eq=False)
class SavedRobustness(Saved):
    """What a folder of `regin robustness` says; `inputs` are those of the index alone.

    `assumptions` are as their file wrote them, `beside` maps the other files that were read (that
    file, the tables it names, a design) to their sha256, `roles` to what they are for. `home` is
    the way from the folder to that of the assumptions, empty where it is not told. `says` is
    run.json, `present` the names of the tables in the folder.
    """

    assumptions: Sequence[Mapping[str, object]]
    beside: Mapping[str, str]
    roles: Mapping[str, str]
    drawing: Drawing
    ranks: KeptRanks
    says: Mapping[str, Any]
    home: str = ""
    present: tuple[str, ...] = ()

    @property
    def every_input(self) -> Mapping[str, str]:
        """Name and sha256 of every file that was read, those beside the index included."""
        return {**self.inputs, **self.beside}

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the tables in the folder."""
        return self.present

    @property
    def assumptions_file(self) -> str | None:
        """Name of the file of the assumptions."""
        own = (name for name, role in self.roles.items() if role == Role.ASSUMPTIONS)
        return next(own, None)


def read_saved(folder: Path, limits: Limits = LIMITS) -> SavedRun | SavedRobustness:
    """Read the results in `folder`, whichever command wrote them. Raises FaultsError."""
    folder = Path(folder)
    ranks = any((folder / name).exists() for name in (RANKS, DESIGN))
    if ranks and not (folder / SCORES).exists():
        return read_saved_robustness(folder, limits)
    return read_saved_run(folder, limits)


def read_saved_robustness(folder: Path, limits: Limits = LIMITS) -> SavedRobustness:
    """Read the results in `folder`. Raises FaultsError with every fault, with file and row.

    Of the tables only ranks.csv is read.
    """
    folder, faults = Path(folder), Faults(limits.faults)
    try:
        open_results(folder, (RUN, RANKS, DESIGN), faults)
        said = read_entries(folder / RUN, faults, limits, {**COMMON, **CHECKS})
        ranks = _read_ranks(folder / RANKS, faults, limits)
        present = tuple(sorted(name for name in TABLES if (folder / name).exists()))
    except OSError as error:
        raise unreadable(folder, error) from None
    faults.raise_any()
    common = common_of(folder, said)
    others = {name: one for name, one in said["inputs"].items() if ROLE in one}
    return SavedRobustness(
        folder,
        common.engine_version,
        common.recipe,
        common.inputs,
        said["assumptions"],
        {name: one["sha256"] for name, one in others.items()},
        {name: one[ROLE] for name, one in others.items()},
        _drawing(said),
        ranks,
        said,
        way_of(said, "assumptions_folder"),
        present,
        index=common.index,
    )


def _drawing(said: Mapping[str, Any]) -> Drawing:
    counts = said["seed"], said["draws"], said["runs"]
    design = said["design"]
    return Drawing(*counts, said["keep_draws"], design["sha256"], design["file"])


def _is_count(value: object) -> bool:
    # In Python true is a number too.
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_some(value: object) -> bool:
    return _is_count(value) and value != 0


def _are_assumptions(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)


def _is_design(value: object) -> bool:
    if not isinstance(value, dict) or not is_hash(value.get("sha256")) or "file" not in value:
        return False
    return value["file"] is None or is_name(value["file"])


CHECKS: Checks = {
    "assumptions": _are_assumptions,
    "seed": _is_count,
    "draws": _is_some,
    "runs": _is_some,
    "keep_draws": lambda value: isinstance(value, bool),
    "design": _is_design,
}
"""Entries of a robustness run beside those of every run."""


@dataclass
class _Draft:
    """Ranks being read, row after row."""

    rows: dict[RowKey, int] = field(default_factory=dict)
    values: array[float] = field(default_factory=lambda: array("d"))

    def kept(self) -> KeptRanks:
        """Return what was read."""
        grid = np.array(self.values, dtype=np.float64).reshape(-1, len(RANK_COLUMNS))
        return KeptRanks(tuple(self.rows), *grid.T)


def _read_ranks(path: Path, faults: Faults, limits: Limits) -> KeptRanks:
    draft = _Draft()
    needed = ("unit", "period", *RANK_COLUMNS)
    sheet = open_sheet(path.name, csv_rows(path, limits), faults, needed)
    for row, cells in sheet.records() if sheet is not None else ():
        key = cells["unit"], cells["period"]
        if key in draft.rows:
            params: dict[str, Any] = {"unit": key[0], "first": draft.rows[key]}
            faults.add("duplicate_row", file=path.name, row=row, column="unit", **params)
            continue
        draft.rows[key] = row
        record = Record(sheet, row, cells)  # type: ignore[arg-type]  # there are rows, so a sheet
        draft.values.extend(_rank(record, column) for column in RANK_COLUMNS)
    return draft.kept()


def _rank(record: Record, column: str) -> float:
    """A rank from 1, NaN where the cell is empty or at fault."""
    text = record.text(column)
    value = number(text) if text else math.nan
    if value is None or value < 1 or math.isinf(value):
        record.fault("saved_rank", column, value=text[:40])
        return math.nan
    return value
