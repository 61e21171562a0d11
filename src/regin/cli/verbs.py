"""The commands of the base package: read, call the engine, write."""

from __future__ import annotations

import argparse
import time

from regin.cli.terminal import complain, complain_of, print_json, progress
from regin.engine.errors import Fault, FaultsError
from regin.engine.run import Run, run, run_faults
from regin.files.index import Index, read_index
from regin.files.index.writer import write_rows
from regin.files.outputs import publish
from regin.files.results import (
    RESULTS,
    fault_record,
    fault_rows,
    run_summary,
    score_record,
    write_run,
)

FAULTS = "faults.csv"

DONE, FAULTY = 0, 1


def check(args: argparse.Namespace) -> int:
    """List every fault of an index."""
    faults = _faults(args)
    if args.out is not None:
        publish(args.out, {FAULTS}, lambda out: write_rows(out / FAULTS, fault_rows(faults)))
    if args.json:
        print_json({"faults": [fault_record(fault) for fault in faults]})
    elif faults:
        for fault in faults:
            print(fault)
    else:
        print("No faults.")
    return FAULTY if faults else DONE


def _faults(args: argparse.Namespace) -> tuple[Fault, ...]:
    progress(f"Reading {args.index} …")
    try:
        index = read_index(args.index, recipe=args.recipe)
    except FaultsError as error:
        return error.faults
    return tuple(_against(index))


def _against(index: Index) -> list[Fault]:
    if index.recipe is None:  # pragma: no cover  # read_index was asked for the recipe
        return []
    return run_faults(index.table, index.framework, index.recipe)


def score(args: argparse.Namespace) -> int:
    """Compute an index, and write or print the results."""
    try:
        return _score(args)
    except FaultsError as error:
        if args.json:
            print_json({"faults": [fault_record(fault) for fault in error.faults]})
        complain_of(error.faults)
        return FAULTY


def _score(args: argparse.Namespace) -> int:
    progress(f"Reading {args.index} …")
    index = read_index(args.index, recipe=args.recipe)
    if index.recipe is None:  # pragma: no cover  # read_index was asked for the recipe
        raise AssertionError("no recipe and no fault")
    progress("Computing …")
    start = time.perf_counter()
    done = run(index.table, index.framework, index.recipe)
    summary = run_summary(done, index.hashes, time.perf_counter() - start)
    if args.out is not None:
        progress(f"Writing {args.out} …")
        publish(args.out, RESULTS, lambda out: write_run(done, out, summary))
    for warning in done.warnings:
        complain(f"Warning: {warning}")
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
