"""The files of a run: scores.csv, steps/NN_<do>.csv, steps/NN_<more>.csv, run.json."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from regin import __version__
from regin.engine.errors import N_, Fault, Message, register
from regin.engine.framework import Framework
from regin.engine.run import Run, StepResult
from regin.engine.scores import Score, Scores
from regin.engine.table import Floats, Table
from regin.files.index.cells import guarded
from regin.files.index.writer import wide_rows, write_rows

SCORES, STEPS, RUN = "scores.csv", "steps", "run.json"
RESULTS = (SCORES, STEPS, RUN)

register(
    {
        "overall_beside_tree": Message(
            N_("The column “%(node)s” holds the score of the tree, not the overall score."),
            N_("Take the overall score, made of “%(overall)s”, from scores.csv."),
        ),
    }
)

SCORE_COLUMNS = ("unit", "period", "code", "level", "score", "rank", "n_observed", "n_expected")


def write_run(run: Run, folder: Path, summary: Mapping[str, object]) -> None:
    """Write every file of `run` into `folder`; `summary` is what `run_summary` returned."""
    write_rows(folder / SCORES, score_rows(run.scores))
    (folder / STEPS).mkdir()
    for step in run.steps:
        rows = wide_rows(step.table, run.framework)
        write_rows(folder / _step_file(step), weight_rows(step, run.framework) or rows)
        for name in step.beside:
            write_rows(folder / _step_file(step, name), beside_rows(step, name))
    text = json.dumps(summary, ensure_ascii=False, indent=2, allow_nan=False)
    (folder / RUN).write_text(text + "\n", encoding="utf-8", newline="\n")


def run_summary(run: Run, hashes: Mapping[str, str], wall_s: float) -> dict[str, object]:
    """Return what run.json says. `wall_s`: seconds from tables in memory to results in memory.

    `steps` (what a step says beside its table) and `notes` are there only when they say anything.
    """
    notes = [fault_record(note) for note in _notes(run)]
    details = [{"place": s.place, "do": s.do, **s.details} for s in run.steps if s.details]
    return {
        "engine_version": __version__,
        "recipe": run.recipe.as_dict(),
        "inputs": {name: {"sha256": digest} for name, digest in sorted(hashes.items())},
        "warnings": [fault_record(warning) for warning in run.warnings],
        "wall_s": wall_s,
        **({"steps": details} if details else {}),
        **({"notes": notes} if notes else {}),
    }


def _notes(run: Run) -> Iterator[Fault]:
    """Yield a note for each step's file whose root differs in meaning from that of scores.csv."""
    if run.recipe.overall == "tree":
        return
    root = run.framework.root.code
    params = {"node": root, "overall": run.recipe.overall}
    for step in run.steps:
        if step.do == "aggregate":
            yield Fault("overall_beside_tree", params, file=_step_file(step), column=root)


def _step_file(step: StepResult, name: str = "") -> str:
    """Path of the table of a step, or of its further table `name`."""
    return f"{STEPS}/{step.place:02d}_{name or step.do}.csv"


def weight_rows(step: StepResult, framework: Framework) -> list[list[object]] | None:
    """Return heading and rows of the weights a step has set, None when it sets none.

    `code, level, weight`; where units have their own, `unit, code, weight`, with the period
    after the unit when there are periods.
    """
    if step.weights is None:
        return None
    parts = [node for node in framework.placed if node.parent]
    if not any(isinstance(step.weights[node.code], np.ndarray) for node in parts):
        alike: list[list[object]] = [["code", "level", "weight"]]
        alike += [[guarded(n.code), n.level, repr(step.weights[n.code])] for n in parts]
        return alike
    size = len(step.table.units)
    columns = {node.code: np.broadcast_to(step.weights[node.code], size) for node in parts}
    return list(_long_rows(step.table, columns, "weight"))


def beside_rows(step: StepResult, name: str) -> Iterator[list[object]]:
    """Yield heading and rows of the further table `name` of a step.

    `unit, code, score`, with the period after the unit when there are periods; a missing score is
    empty.
    """
    return _long_rows(step.table, step.beside[name], "score")


def _long_rows(table: Table, columns: Mapping[str, Floats], heading: str) -> Iterator[list[object]]:
    """Yield heading and rows, one for each unit and code of `columns`, (rows,) of `table` each."""
    periods = any(table.periods)
    yield ["unit", *(["period"] if periods else []), "code", heading]
    for row, (unit, period) in enumerate(table.keys):
        labels = [guarded(unit), *([guarded(period)] if periods else [])]
        for code, cells in columns.items():
            number = float(cells[row])
            yield [*labels, guarded(code), "" if math.isnan(number) else repr(number)]


def score_rows(scores: Scores) -> Iterator[Sequence[object]]:
    """Yield heading and rows of scores.csv; a missing score or rank is empty.

    Row by row over the grids: there are as many rows as cells, and they add up.
    """
    yield SCORE_COLUMNS
    levels = ["" if level is None else level for level in scores.levels]
    codes = list(zip(map(guarded, scores.codes), levels, strict=True))
    grids = (scores.values, scores.ranks, scores.n_observed, scores.n_expected)
    for row, key in enumerate(scores.table.keys):
        unit, period = map(guarded, key)
        cells = zip(codes, *(grid[row].tolist() for grid in grids), strict=True)
        for (code, level), value, rank, *counts in cells:
            score = "" if math.isnan(value) else repr(value)
            yield unit, period, code, level, score, "" if math.isnan(rank) else int(rank), *counts


def score_record(score: Score) -> dict[str, object]:
    """Return a score as JSON holds it, under the headings of scores.csv."""
    return {name: getattr(score, name) for name in SCORE_COLUMNS}


FAULT_COLUMNS = ("file", "row", "column", "code", "what", "advice")


def fault_record(fault: Fault) -> dict[str, object]:
    """Return a fault as JSON holds it."""
    return {name: getattr(fault, name) for name in FAULT_COLUMNS}


def fault_rows(faults: Iterable[Fault]) -> Iterator[list[str]]:
    """Yield heading and rows of faults.csv."""
    yield list(FAULT_COLUMNS)
    for fault in faults:
        record = fault_record(fault).values()
        yield ["" if value is None else guarded(str(value)) for value in record]
