"""How long a file of statistics takes on its way into the database, and how much memory.

python benchmarks/imports.py [--cells 1000000]

Read, resolved, compared, staged and accepted; each case in a process of its own beside a bare
polars read of the same file, on the same two cores. Processor time stands beside seconds, because
a machine with other work makes everybody wait. DATABASE_URL names an empty PostgreSQL database,
of which the time of the server is in the seconds only.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import platform
import resource
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
from instance import fresh_instance, made_series, write_file

CASES = (
    ("into an empty series", "first", "first.tsv"),
    ("the same file again", "again", "first.tsv"),
    ("with 1 % of its figures changed", "changed", "changed.tsv"),
    ("that change undone", "undone", ""),
)


def measured(work: Callable[[], Any]) -> tuple[float, float]:
    """Seconds, and seconds of the processor in this process."""
    start, used = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - start, time.process_time() - used


def in_own_process(work: Callable[..., tuple[float, float]], *arguments: Any) -> Any:
    """(seconds, processor seconds, peak memory in MiB) of `work` in a process of its own."""
    context = multiprocessing.get_context("fork")
    answers = context.SimpleQueue()

    def run() -> None:
        found = work(*arguments)
        answers.put((*found, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))

    process = context.Process(target=run)
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit(process.exitcode)
    return answers.get()


def plain_read(path: Path) -> tuple[float, float]:
    return measured(lambda: pl.read_csv(path, separator="\t", infer_schema=False))


def brought_in(case: str, path: Path) -> tuple[float, float]:
    """Stage and accept `path`, or undo what came last; the series is that of the case."""
    from regin.apps.accounts.actor import command_actor
    from regin.apps.outcomes.models import Series
    from regin.apps.outcomes.operations import accept_import, stage_import, undo_import

    actor = command_actor("benchmark")
    series = Series._base_manager.get(code="imported")

    def work() -> None:
        if case == "undone":
            undo_import(actor, series.imports.latest("number"))
        else:
            accept_import(actor, stage_import(actor, series, path, path.name))

    return measured(work)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cells", type=int, default=1_000_000)
    cells = parser.parse_args().cells
    with fresh_instance() as folder:
        from django.db import connection

        vendor = connection.vendor
        made_series("imported")
        write_file(folder / "first.tsv", cells)
        write_file(folder / "changed.tsv", cells, changed=0.01)
        connection.close()
        load = os.getloadavg()[0]
        print(f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {os.cpu_count()} cores,")
        print(f"Python {platform.python_version()}, {vendor}, load before the run {load:.1f}\n")
        print(f"| {cells:,} cells | seconds | processor s | polars read s | ratio | peak MiB |")
        print("|---|---|---|---|---|---|")
        for words, case, name in CASES:
            path = folder / (name or "first.tsv")
            plain = in_own_process(plain_read, path)
            wall, used, peak = in_own_process(brought_in, case, path)
            ratio = f"{wall / plain[0]:,.0f}" if name else "–"
            bare = f"{plain[0]:.2f}" if name else "–"
            print(f"| {words} | {wall:.1f} | {used:.1f} | {bare} | {ratio} | {peak:,.0f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
