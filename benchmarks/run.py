"""What is measured, each case beside a plain reference in the same run.

python benchmarks/run.py            all cases
"""

from __future__ import annotations

import platform
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl

from regin.engine.framework import Framework
from regin.engine.nodes import Node
from regin.engine.recipe import recipe_from
from regin.engine.run import run
from regin.engine.table import Table
from regin.files.eurostat_tsv import iter_observations

REPEATS = 5


def median_seconds(work: Callable[[], object]) -> float:
    """The median of five runs after one that does not count."""
    work()
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def index(units: int, indicators: int) -> tuple[Table, Framework]:
    """Random scores with 5 % gaps, in a tree of eight parts under one root."""
    random = np.random.default_rng(7)
    values = random.uniform(0, 100, (units, indicators))
    values[random.random(values.shape) < 0.05] = np.nan
    parts = [f"P{n}" for n in range(8)]
    codes = [f"I{n:03d}" for n in range(indicators)]
    nodes = [
        *(Node(code, code, 1, parts[n % 8], kind="indicator") for n, code in enumerate(codes)),
        *(Node(part, part, 2, "ROOT", kind="aggregate") for part in parts),
        Node("ROOT", "ROOT", 3, "", kind="aggregate"),
    ]
    names = [f"U{n:06d}" for n in range(units)]
    return Table.of(names, codes, values), Framework(tuple(nodes))


def plain_means(values: np.ndarray) -> np.ndarray:
    """The same result with nothing around it: nanmean of parts, nanmean of the parts' means."""
    parts = np.stack([np.nanmean(values[:, n::8], axis=1) for n in range(8)], axis=1)
    means = np.nanmean(parts, axis=1)
    return np.argsort(-means, kind="stable")


def score_case(units: int, indicators: int) -> str:
    table, framework = index(units, indicators)
    recipe = recipe_from({"step": [{"do": "aggregate", "method": "arithmetic"}]})
    ours = median_seconds(lambda: run(table, framework, recipe))
    plain = median_seconds(lambda: plain_means(table.values))
    return row(f"score {units:,} × {indicators}, ranks of every part", ours, "NumPy nanmean", plain)


def tsv_case(cells: int) -> str:
    years, regions = 50, cells // 50
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "big.tsv"
        header = "unit,geo\\time\t" + "\t".join(f"{2020 - n} " for n in range(years))
        lines = (
            f"PC,R{n:06d}\t" + "\t".join(f"{(n * 7 + y) % 400 / 10} b" for y in range(years))
            for n in range(regions)
        )
        path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
        ours = median_seconds(lambda: sum(1 for _ in iter_observations(path)))
        plain = median_seconds(lambda: pl.read_csv(path, separator="\t", infer_schema=False))
    return row(f"read Eurostat TSV, {cells:,} cells, every cell checked", ours, "polars", plain)


def row(case: str, ours: float, reference: str, plain: float) -> str:
    return (
        f"| {case} | {ours * 1000:,.1f} | {reference} {plain * 1000:,.1f} | {ours / plain:,.1f} |"
    )


def main() -> int:
    print(
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, Python {platform.python_version()},"
    )
    print(f"NumPy {np.__version__}, median of {REPEATS} runs, milliseconds\n")
    print("| case | REGIN ms | reference ms | ratio |\n|---|---|---|---|")
    print(score_case(51, 49))
    print(score_case(1_000, 60))
    print(score_case(20_000, 61))
    print(tsv_case(100_000))
    print(tsv_case(1_000_000))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\npeak memory of the whole run: {peak:,.0f} MiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
