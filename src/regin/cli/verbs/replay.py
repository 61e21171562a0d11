"""`regin replay RUN`: compute a run again and say whether the same numbers come out.

RUN is a folder that `regin score` or `regin robustness` wrote.
The inputs are found by --index; else where run.json says they were, in the folder `index` beside
RUN, or in the folder that RUN stands in. In the unpacked ZIP of a run of the platform:
`regin score index --out results`, later
`regin replay results --index index`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path

from regin import __version__
from regin.cli.terminal import DONE, FAULTY, Meter, complain_of, print_json, progress, warn_of
from regin.files.outputs import publish
from regin.files.replay import replay
from regin.files.replay_tables import TOLERANCE, CellDifference, Replayed
from regin.files.results import fault_record
from regin.files.run_json import Saved
from regin.files.saved_robustness import read_saved

REPLAY = "replay.json"


def run(args: argparse.Namespace) -> int:
    """Compute a run again from its inputs and compare every cell."""
    progress(f"Reading {args.run} …")
    saved = read_saved(args.run)
    progress("Computing …")
    with Meter("draws") as meter:
        done = replay(saved, args.index, meter.show)
    warn_of(done.notes)
    complain_of(done.faults)
    record = _record(saved, done)
    if args.out is not None:
        publish(args.out, {REPLAY}, lambda out: _write(record, out / REPLAY))
    if args.json:
        print_json(record)
    else:
        print(_said(done))
    return FAULTY if done.faults else DONE


def _write(record: Mapping[str, object], path: Path) -> None:
    text = json.dumps(record, ensure_ascii=False, indent=2, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def _record(saved: Saved, done: Replayed) -> dict[str, object]:
    largest = done.largest
    return {
        "same": not done.faults,
        "identical": done.exact,
        "tolerance": TOLERANCE,
        "engine_version": {"recorded": saved.engine_version, "now": __version__},
        "index": done.index.name,
        "inputs": {name: {"sha256": digest} for name, digest in saved.every_input.items()},
        "files": {"compared": done.files, "identical": done.identical},
        "numbers_that_differ": done.numbers,
        "largest_relative_difference": 0.0 if largest is None else largest.relative,
        "where": None
        if largest is None
        else {
            "file": largest.file,
            "row": largest.row,
            "column": largest.column,
            "recorded": largest.recorded,
            "now": largest.now,
        },
        "notes": [fault_record(note) for note in done.notes],
        "faults": [fault_record(fault) for fault in done.faults],
    }


def _said(done: Replayed) -> str:
    """Say in a few lines how the numbers compare."""
    tables = f"{done.identical} of {done.files} tables came out identical"
    if done.largest is None:
        told = f"{tables}."
    else:
        far = done.largest
        told = (
            f"{tables}; {done.numbers} numbers differ, by at most"
            f" {far.relative:.1e} of their size ({_where(far)})."
        )
    if done.faults:
        return f"{told}\nThe run was not reproduced."
    return f"{told}\nThe run was reproduced{' exactly' if done.exact else ' within 1e-9'}."


def _where(cell: CellDifference) -> str:
    row = "" if cell.row is None else f"row {cell.row}, "
    return f"{cell.file}, {row}column {cell.column}"
