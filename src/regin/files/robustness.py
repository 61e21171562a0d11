"""The files of `regin robustness`."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np

from regin import __version__
from regin.engine.assumptions import Assumption
from regin.engine.design import BLOCK_A, Design
from regin.engine.errors import N_, Fault, Message, fail, register
from regin.engine.rank_bounds import RankBounds, rank_bounds
from regin.engine.robustness import Options, Progress, Robustness, robustness, unit_labels
from regin.engine.table import Floats
from regin.files.assumptions import Assumptions
from regin.files.index import Index
from regin.files.index.cells import guarded
from regin.files.index.writer import write_rows
from regin.files.results import RUN, fault_record
from regin.files.run_json import ROLE

RANKS, DESIGN, SENSITIVITY = "ranks.csv", "design.csv", "sensitivity.csv"
PAIRS, BOUNDS = "pairs.csv", "bounds.csv"
DRAW_RANKS, DRAW_SCORES = "draw_ranks.csv", "draw_scores.csv"
TABLES = (RANKS, DESIGN, SENSITIVITY, PAIRS, BOUNDS, DRAW_RANKS, DRAW_SCORES)
FILES = (*TABLES, RUN)

register(
    {
        "input_twice": Message(
            N_("Two different inputs are called “%(name)s”."),
            N_("Rename one of them: run.json keeps the inputs by their names."),
        ),
    }
)

Row = Sequence[object]


class Role(StrEnum):
    """What an input that is no file of the index is for."""

    ASSUMPTIONS = "assumptions"
    TABLE = "table"
    DESIGN = "design"


def compute_robustness(
    index: Index,
    assumptions: Sequence[Assumption],
    options: Options,
    *,
    design: Design | None = None,
    progress: Progress | None = None,
) -> tuple[Robustness, RankBounds]:
    """Compute all that `regin robustness` tells of an index. Raises FaultsError."""
    recipe, tables = index.needed_recipe, index.tables
    found = robustness(
        index.table,
        index.framework,
        recipe,
        assumptions,
        options,
        design=design,
        tables=tables,
        progress=progress,
    )
    return found, rank_bounds(index.table, index.framework, recipe, assumptions, tables=tables)


def robustness_inputs(
    index: Mapping[str, str], given: Assumptions, design: Mapping[str, str]
) -> dict[str, dict[str, str]]:
    """Return every input by its name, with its sha256 and, unless it is the index's, its role.

    `index` and `design` map names to hashes. Raises FaultsError when two that differ have one name.
    """
    known = {name: {"sha256": digest} for name, digest in index.items()}
    roles = dict.fromkeys(given.hashes, Role.TABLE) | {given.file: Role.ASSUMPTIONS}
    others = [(name, digest, roles[name]) for name, digest in given.hashes.items()]
    for name, digest, role in (*others, *((*one, Role.DESIGN) for one in design.items())):
        entry = known.setdefault(name, {"sha256": digest, ROLE: role.value})
        if entry["sha256"] != digest:
            raise fail("input_twice", name=name)
    return dict(sorted(known.items()))


def write_robustness(
    found: Robustness, bounds: RankBounds, folder: Path, summary: Mapping[str, Any]
) -> None:
    """Write every file into `folder`; `summary` is what `robustness_summary` returned.

    What run.json says of the design is completed by the sha256 of design.csv.
    """
    write_rows(folder / RANKS, rank_rows(found))
    digest = write_design(found.design, folder / DESIGN)
    write_rows(folder / PAIRS, pair_rows(found))
    write_rows(folder / BOUNDS, bound_rows(found, bounds))
    if found.sensitivity is not None:
        write_rows(folder / SENSITIVITY, sensitivity_rows(found))
    if found.draw_ranks is not None and found.draw_scores is not None:
        missing = np.where(found.draw_ranks > 0, found.draw_ranks.astype(np.float64), np.nan)
        write_rows(folder / DRAW_RANKS, _draws(found, missing, whole=True))
        write_rows(folder / DRAW_SCORES, _draws(found, found.draw_scores, whole=False))
    said = {**summary, "design": {**summary["design"], "sha256": digest}}
    text = json.dumps(said, ensure_ascii=False, indent=2, allow_nan=False)
    (folder / RUN).write_text(text + "\n", encoding="utf-8", newline="\n")


def write_design(design: Design, path: Path) -> str:
    """Write a design as design.csv and return its sha256."""
    write_rows(path, design_rows(design))
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def robustness_summary(
    found: Robustness, bounds: RankBounds, given: Mapping[str, object], design: str | None = None
) -> dict[str, object]:
    """Return what run.json says. `given` is what the run was asked for, and its inputs.

    `design` is the name of the design that was given, None where the seed gave it.
    `ranks_of_block` names the block of the design whose draws ranks.csv, pairs.csv, draws and
    convergence are of, None where they are of all; `mean_rank_shift` is of all in every case.
    `wall_s`: seconds from tables in memory to the statistics of the ranks; `sensitivity_wall_s`:
    the further seconds of the draws of sensitivity.
    """
    warnings: list[Fault] = [*found.warnings, *bounds.warnings]
    return {
        "engine_version": __version__,
        **given,
        "draws": found.draws,
        "runs": len(found.design.positions),
        "ranks_of_block": BLOCK_A if found.design.blocks else None,
        "design": {"file": design},
        "mean_rank_shift": _mean(found.shift),
        "convergence": list(found.convergence),
        "bounds": bounds.says,
        "warnings": [fault_record(warning) for warning in warnings],
        "wall_s": found.seconds["ranks"],
        "sensitivity_wall_s": found.seconds["all"] - found.seconds["ranks"],
        "spilled_bytes": found.spilled,
    }


def _mean(values: Floats) -> float | None:
    there = values[~np.isnan(values)]
    return float(there.mean()) if len(there) else None


def _text(value: float) -> str:
    """Shortest text of a number; empty when missing, without a point when whole."""
    if math.isnan(value):
        return ""
    return str(int(value)) if value == int(value) else repr(float(value))


def rank_rows(found: Robustness) -> Iterator[Row]:
    """Yield heading and rows of ranks.csv; a missing value is empty."""
    held = found.statistics
    groups = {f"p_top{k}": share for k, share in held.top.items()}
    groups |= {f"p_bottom{k}": share for k, share in held.bottom.items()}
    yield (
        "unit",
        "period",
        "nominal",
        "mean",
        "median",
        "q05",
        "q95",
        "min",
        "max",
        *groups,
        "p_ranked",
    )
    columns = [
        np.where(found.nominal > 0, found.nominal.astype(np.float64), np.nan),
        held.mean,
        held.quantiles["median"],
        held.quantiles["q05"],
        held.quantiles["q95"],
        held.low,
        held.high,
        *groups.values(),
        held.drawn / found.draws,
    ]
    for row, (unit, period) in enumerate(found.table.keys):
        yield guarded(unit), guarded(period), *(_text(float(column[row])) for column in columns)


def design_rows(design: Design) -> Iterator[Row]:
    """Yield heading and rows of design.csv, which `--design` reads again."""
    blocks = bool(design.blocks)
    yield "draw", *map(guarded, design.names), *(["matrix"] if blocks else [])
    labels = design.matrix
    for draw, positions in enumerate(design.positions.tolist()):
        own = [guarded(labels[draw])] if blocks else []
        yield guarded(design.draws[draw]), *positions, *own


def sensitivity_rows(found: Robustness) -> Iterator[Row]:
    """Yield heading and rows of sensitivity.csv."""
    yield "output", "assumption", "Si", "STi", "Si_q05", "Si_q95", "STi_q05", "STi_q95"
    if found.sensitivity is None:
        return
    held = found.sensitivity.indices
    grids = (
        held.first,
        held.total,
        held.first_low,
        held.first_high,
        held.total_low,
        held.total_high,
    )
    for output, name in enumerate(found.sensitivity.names):
        for place, assumption in enumerate(found.sensitivity.assumptions):
            values = (_number(float(grid[place, output]), whole=False) for grid in grids)
            yield guarded(name), guarded(assumption), *values


def pair_rows(found: Robustness) -> Iterator[Row]:
    """Yield heading and rows of pairs.csv: pairs of units that cannot be told apart."""
    yield "unit_a", "unit_b", "period", "p_a_better", "p_b_better", "p_tied"
    if found.pairs is None:
        return
    held, table = found.pairs, found.table
    shares = zip(held.a_better.tolist(), held.b_better.tolist(), held.tied.tolist(), strict=True)
    for a, b, three in zip(held.a.tolist(), held.b.tolist(), shares, strict=True):
        names = (table.units[a], table.units[b], table.periods[a])
        yield *map(guarded, names), *map(repr, three)


def bound_rows(found: Robustness, bounds: RankBounds) -> Iterator[Row]:
    """Yield heading and rows of bounds.csv; a missing rank is empty."""
    yield "unit", "period", "nominal", "best", "worst"
    columns = (found.nominal, bounds.best, bounds.worst)
    for row, (unit, period) in enumerate(found.table.keys):
        ranks = (int(column[row]) if column[row] > 0 else "" for column in columns)
        yield guarded(unit), guarded(period), *ranks


def _draws(found: Robustness, values: Floats, *, whole: bool) -> Iterator[Row]:
    yield "draw", *map(guarded, unit_labels(found.table))
    for draw, row in zip(found.design.draws, values.tolist(), strict=True):
        cells = (_number(value, whole=whole) for value in row)
        yield guarded(draw), *cells


def _number(value: float, *, whole: bool) -> object:
    if math.isnan(value):
        return ""
    return int(value) if whole else repr(value)
