"""`regin check INDEX`: every fault at once."""

from __future__ import annotations

import argparse

from regin.cli.terminal import DONE, FAULTY, print_json, progress
from regin.engine.errors import Fault, FaultsError
from regin.engine.run import run as compute
from regin.files.index import read_index
from regin.files.index.writer import write_rows
from regin.files.outputs import publish
from regin.files.results import fault_record, fault_rows

FAULTS = "faults.csv"


def run(args: argparse.Namespace) -> int:
    """List every fault of an index, without results: nothing of the run is written."""
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
    """Every fault that `regin score` would meet: some show only while the recipe is carried out."""
    progress(f"Reading {args.index} …")
    try:
        index = read_index(args.index, recipe=args.recipe)
        progress("Computing …")
        compute(index.table, index.framework, index.needed_recipe, index.tables)
    except FaultsError as error:
        return error.faults
    return ()
