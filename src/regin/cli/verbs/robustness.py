"""`regin robustness INDEX --assumptions A.toml`: how the ranks hold."""

from __future__ import annotations

import argparse

from regin.cli.terminal import DONE, MISUSED, Meter, complain, print_json, progress, warn_of
from regin.engine.design import BLOCK_A, Design
from regin.engine.robustness import Options
from regin.engine.workers import Where
from regin.files.assumptions import Assumptions, read_assumptions, read_design
from regin.files.index import Index, read_index
from regin.files.outputs import publish, way
from regin.files.robustness import (
    FILES,
    compute_robustness,
    rank_rows,
    robustness_inputs,
    robustness_summary,
    sensitivity_rows,
    write_robustness,
)


def run(args: argparse.Namespace) -> int:
    """Compute the index again and again with other choices, and write what becomes of the ranks."""
    progress(f"Reading {args.index} …")
    index = read_index(args.index, recipe=args.recipe)
    given = read_assumptions(args.assumptions, index)
    design, digest = (None, "")
    if args.design is not None:
        design, digest = read_design(args.design, given.assumptions)
        refused = _why_not(args, design)
        if refused:
            complain(f"regin robustness: error: {refused}")
            return MISUSED
    asked = _asked(args, index, given, digest)
    options = Options(
        draws=Options.draws if args.draws is None else args.draws,
        seed=args.seed,
        wants_sensitivity=args.sensitivity,
        keep_draws=args.keep_draws,
        where=Where(args.workers, args.scheduler or ""),
    )
    with Meter("draws") as meter:
        found, bounds = compute_robustness(
            index, given.assumptions, options, design=design, progress=meter.show
        )
    name = None if design is None else args.design.name
    summary = robustness_summary(found, bounds, asked, name)
    if args.out is not None:
        progress(f"Writing {args.out} …")
        publish(args.out, FILES, lambda out: write_robustness(found, bounds, out, summary))
    warn_of((*found.warnings, *bounds.warnings))
    if args.json:
        tables = {"ranks": rank_rows(found), "sensitivity": sensitivity_rows(found)}
        records = {name: _records(list(rows)) for name, rows in tables.items()}
        print_json({**summary, **records})
    else:
        print(f"{found.draws} draws of {len(index.table.units)} rows, in {args.out}.")
    return DONE


def _why_not(args: argparse.Namespace, design: Design) -> str:
    """What was asked for beside a design that has something else; empty when all of it fits."""
    name = args.design.name
    if not _draws_fit(args.draws, design):
        return (
            f"--draws {args.draws} does not go with --design {name}, which has other draws;"
            " leave --draws out"
        )
    if args.sensitivity and not design.blocks:
        return (
            f"--sensitivity does not go with --design {name}, which has no blocks for it;"
            " leave --sensitivity out, or leave --design out"
        )
    if args.sensitivity is False and design.blocks:
        return (
            f"--no-sensitivity does not go with --design {name}, whose blocks are for it;"
            " leave --no-sensitivity out"
        )
    return ""


def _draws_fit(draws: int | None, design: Design) -> bool:
    """Whether the draws asked for are those of a design: its rows, or those of its block A."""
    own = len(design.positions)
    return draws is None or draws in (own, len(design.blocks.get(BLOCK_A, range(own))))


def _asked(
    args: argparse.Namespace, index: Index, given: Assumptions, digest: str
) -> dict[str, object]:
    """Return what run.json says of what was asked for, enough to compute it again."""
    design = {} if args.design is None else {args.design.name: digest}
    ways = {}
    if args.out is not None:
        folders = {"index": args.index, "assumptions_folder": args.assumptions.parent}
        ways = {name: way(folder, args.out) for name, folder in folders.items()}
    return {
        "recipe": index.needed_recipe.as_dict(),
        "assumptions": list(given.written),
        "seed": args.seed,
        "sensitivity": args.sensitivity,
        "keep_draws": args.keep_draws,
        "inputs": robustness_inputs(index.hashes, given, design),
        **{name: one for name, one in ways.items() if one is not None},
    }


def _records(rows: list[object]) -> list[dict[str, object]]:
    head, *others = [list(row) for row in rows]  # type: ignore[call-overload]  # rows are sequences
    return [dict(zip(map(str, head), row, strict=True)) for row in others]
