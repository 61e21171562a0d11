"""A folder that `regin score --out` wrote, read back: run.json, scores.csv, the names of steps/."""

from __future__ import annotations

import math
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from regin.engine.compare import KeptScores, Key
from regin.engine.errors import N_, Message, register
from regin.files.index.cells import number
from regin.files.index.faults import Faults
from regin.files.index.sheets import Sheet, csv_rows, open_sheet
from regin.files.limits import LIMITS, Limits
from regin.files.results import RUN, SCORE_COLUMNS, SCORES, STEPS
from regin.files.run_json import COMMON, Saved, common_of, open_results, read_entries, unreadable

HIGHEST = 2**53
"""Counts and ranks beyond it could not be told apart as numbers."""

register(
    {
        "saved_run_count": Message(
            N_("“%(value)s” is no whole number from %(low)s."),
            N_("Restore the file as it was written, or compute the run again."),
        ),
        "saved_run_twice": Message(
            N_("“%(node)s” of unit “%(unit)s” already has a row for this period."),
            N_("Restore the file as it was written, or compute the run again."),
        ),
    }
)


@dataclass(frozen=True, eq=False)
class SavedRun(Saved):
    """What a folder of `regin score` says; `steps` are the names of the files in steps/, sorted."""

    scores: KeptScores
    steps: tuple[str, ...] = ()

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the tables in the folder."""
        return (SCORES, *(f"{STEPS}/{name}" for name in self.steps))


def read_saved_run(folder: Path, limits: Limits = LIMITS) -> SavedRun:
    """Read the results in `folder`. Raises FaultsError with every fault, with file and row.

    The tables of steps/ are not read, only their names.
    """
    folder, faults = Path(folder), Faults(limits.faults)
    try:
        open_results(folder, (RUN, SCORES, STEPS), faults)
        said = read_entries(folder / RUN, faults, limits, COMMON)
        scores = _read_scores(folder / SCORES, faults, limits)
        steps = tuple(sorted(path.name for path in (folder / STEPS).iterdir()))
    except OSError as error:
        raise unreadable(folder, error) from None
    faults.raise_any()
    common = common_of(folder, said)
    return SavedRun(
        folder,
        common.engine_version,
        common.recipe,
        common.inputs,
        scores,
        steps,
        index=common.index,
    )


@dataclass
class _Draft:
    """Scores being read, row after row."""

    keys: dict[Key, None] = field(default_factory=dict)
    levels: list[int | None] = field(default_factory=list)
    values: array[float] = field(default_factory=lambda: array("d"))
    ranks: array[float] = field(default_factory=lambda: array("d"))
    observed: array[int] = field(default_factory=lambda: array("q"))
    expected: array[int] = field(default_factory=lambda: array("q"))

    def kept(self) -> KeptScores:
        """Return what was read."""
        return KeptScores(
            tuple(self.keys),
            tuple(self.levels),
            np.array(self.values, dtype=np.float64),
            np.array(self.ranks, dtype=np.float64),
            np.array(self.observed, dtype=np.int64),
            np.array(self.expected, dtype=np.int64),
        )


def _read_scores(path: Path, faults: Faults, limits: Limits) -> KeptScores:
    draft = _Draft()
    sheet = open_sheet(path.name, csv_rows(path, limits), faults, SCORE_COLUMNS)
    for row, cells in sheet.records() if sheet is not None else ():
        key = cells["unit"], cells["period"], cells["code"]
        if key in draft.keys:
            params = {"unit": key[0], "node": key[2]}
            faults.add("saved_run_twice", file=path.name, row=row, **params)
            continue
        record = _Record(sheet, row, cells)  # type: ignore[arg-type]  # there are rows, so a sheet
        draft.keys[key] = None
        draft.levels.append(record.count("level", 1, empty=True))
        draft.values.append(record.score())
        rank = record.count("rank", 1, empty=True)
        draft.ranks.append(math.nan if rank is None else rank)
        draft.observed.append(record.count("n_observed", 0) or 0)
        draft.expected.append(record.count("n_expected", 0) or 0)
    return draft.kept()


@dataclass(frozen=True)
class _Record:
    """One row of scores.csv; a cell at fault is noted and reads as nothing."""

    sheet: Sheet
    row: int
    cells: Mapping[str, str]

    def score(self) -> float:
        """The score, NaN where the cell is empty."""
        text = self.cells["score"].strip()
        value = number(text) if text else math.nan
        if value is None or math.isinf(value):
            code = "bad_number" if value is None else "infinite_value"
            self._fault(code, "score", value=text[:40])
            return math.nan
        return value

    def count(self, column: str, low: int, *, empty: bool = False) -> int | None:
        """A whole number from `low`; None for a cell that is and may be `empty`."""
        text = self.cells[column].strip()
        if empty and not text:
            return None
        value = number(text)
        if value is None or not value.is_integer() or not low <= value <= HIGHEST:
            self._fault("saved_run_count", column, value=text[:40], low=low)
            return None
        return int(value)

    def _fault(self, code: str, column: str, **params: str | int) -> None:
        sheet = self.sheet
        sheet.faults.add(code, file=sheet.file, row=self.row, column=column, **params)
