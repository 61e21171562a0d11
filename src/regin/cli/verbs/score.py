"""`regin score INDEX`: scores, ranks, the table after each step."""

from __future__ import annotations

import argparse
import time

from regin.cli.terminal import DONE, print_json, progress, warn_of
from regin.engine.run import Run
from regin.engine.run import run as compute
from regin.files.index import read_index
from regin.files.outputs import publish, way
from regin.files.results import RESULTS, run_summary, score_record, write_run


def run(args: argparse.Namespace) -> int:
    """Compute an index, and write or print the results."""
    progress(f"Reading {args.index} …")
    index = read_index(args.index, recipe=args.recipe)
    progress("Computing …")
    start = time.perf_counter()
    done = compute(index.table, index.framework, index.needed_recipe, index.tables)
    summary = run_summary(done, index.hashes, time.perf_counter() - start)
    if args.out is not None:
        beside = way(args.index, args.out)
        summary |= {} if beside is None else {"index": beside}
        progress(f"Writing {args.out} …")
        publish(args.out, RESULTS, lambda out: write_run(done, out, summary))
    warn_of(done.warnings)
    if args.json:
        print_json({**summary, "scores": [score_record(one) for one in done.scores]})
    else:
        print(_said(done, str(args.out)))
    return DONE


def _said(done: Run, out: str) -> str:
    """Summarise a run: the switches and where to look."""
    return (
        f"{len(done.table.units)} rows, {len(done.scores.codes)} scores each, in {out}.\n"
        f"Cells without competence: {done.recipe.no_competence}."
        f" Overall score: {done.recipe.overall}."
    )
