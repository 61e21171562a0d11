"""The engine under uncertainty, each case beside a plain NumPy kernel of the same shape.

python benchmarks/engine.py                 the quick cases
python benchmarks/engine.py --large         also 100,000 units x 61 indicators x 10,000 draws

Every case runs in a process of its own, and the memory of that process and its workers is looked
at together, ten times a second: what one holds while another does not is not added. The kernel
does what cannot be left out: products of weights with values and with the mask of observed
values, a division, and a sort of every draw. It knows no levels, no ties, no quantiles, no files.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from regin.engine.assumptions import Assumption, assumptions_from
from regin.engine.framework import Framework, Node
from regin.engine.recipe import Recipe, recipe_from
from regin.engine.robustness import Options, robustness
from regin.engine.table import Table
from regin.engine.workers import Where

CHAIN: list[dict[str, object]] = [
    {"do": "impute", "method": "group_mean", "group": "half"},
    {"do": "outliers"},
    {"do": "normalise", "method": "minmax", "range": [1, 100]},
    {"do": "aggregate", "method": "arithmetic"},
]
SIX: list[dict[str, object]] = [
    {
        "name": "impute",
        "step": "impute",
        "field": "method",
        "values": ["group_mean", "group_median"],
    },
    {"name": "winsorise", "step": "outliers", "field": "max_winsorised", "values": [3, 5, 7]},
    {"name": "range", "step": "normalise", "field": "range", "values": [[1, 100], [10, 100]]},
    {"name": "part weights", "weights": {"levels": [2], "noise": 0.25}},
    {"name": "index weights", "weights": {"levels": [3], "noise": 0.25}},
    {"name": "mean", "step": "aggregate", "field": "method", "values": ["arithmetic", "geometric"]},
]
# name: units, indicators, draws, assumptions, sensitivity, whether it needs --large
CASES: dict[str, tuple[int, int, int, list[dict[str, object]], bool, bool]] = {
    "51 x 49, 1,000 draws, 4 assumptions": (51, 49, 1000, SIX[1:5], False, False),
    "51 x 49, sensitivity, 6 assumptions, N = 4,096": (51, 49, 4096, SIX, True, False),
    "1,000 x 60, 500 draws, 4 assumptions": (1000, 60, 500, SIX[1:5], False, False),
    "100,000 x 61, 10,000 draws, weights of parts": (100_000, 61, 10_000, SIX[3:5], False, True),
}


def index(units: int, indicators: int) -> tuple[Table, Framework]:
    """Random values with 5 % gaps: indicators, eight parts, two halves, one index."""
    random = np.random.default_rng(7)
    values = np.exp(random.normal(0, 0.5, (units, indicators)))
    values[random.random(values.shape) < 0.05] = np.nan
    codes = [f"I{n:03d}" for n in range(indicators)]
    nodes = [Node("ALL", level=4, kind="aggregate")]
    nodes += [Node(h, level=3, parent="ALL", kind="aggregate") for h in ("H0", "H1")]
    nodes += [Node(f"P{n}", level=2, parent=f"H{n % 2}", kind="aggregate") for n in range(8)]
    nodes += [Node(code, level=1, parent=f"P{n % 8}") for n, code in enumerate(codes)]
    names = [f"U{n:06d}" for n in range(units)]
    groups = {"half": ["east" if n % 2 else "west" for n in range(units)]}
    return Table.of(names, codes, values, groups=groups), Framework(tuple(nodes))


def given(
    framework: Framework, written: list[dict[str, object]]
) -> tuple[Recipe, tuple[Assumption, ...]]:
    recipe = recipe_from({"step": CHAIN})
    return recipe, assumptions_from(written, framework, recipe)


def kernel(values: np.ndarray, draws: int) -> None:
    """Scores and orders of `draws` draws of effective weights, in blocks."""
    random = np.random.default_rng(1)
    seen = ~np.isnan(values)
    filled, mask = np.where(seen, values, 0.0), seen.astype(float)
    block = max(1, min(4096, 4_000_000 // len(values)))
    for start in range(0, draws, block):
        weights = random.uniform(0.75, 1.25, (min(block, draws - start), values.shape[1]))
        np.argsort(-(weights @ filled.T) / (weights @ mask.T), axis=1)


def case(name: str, workers: int) -> dict[str, float]:
    """Run one case: seconds of ours and of the kernel, and peak memory in MB."""
    units, indicators, draws, written, with_sensitivity, large = CASES[name]
    table, framework = index(units, indicators)
    recipe, assumptions = given(framework, written)
    options = Options(draws=draws, wants_sensitivity=with_sensitivity, where=Where(workers))
    runs = draws * (len(assumptions) + 2) if with_sensitivity else draws

    def ours() -> float:
        found = robustness(table, framework, recipe, assumptions, options)
        return found.spilled / 1e6

    times, plain = [], []
    spilled = 0.0
    # The first run loads libraries; of the others the fastest is the least disturbed.
    for _ in range(1 if large else 4):
        start = time.perf_counter()
        spilled = ours()
        times.append(time.perf_counter() - start)
        start = time.perf_counter()
        kernel(table.values, runs)
        plain.append(time.perf_counter() - start)
    return {"ours": min(times), "kernel": min(plain), "spilled": spilled}


def resident(process: int) -> float:
    """Resident memory of a process and all its descendants now, in MB. Linux only."""
    total = 0.0
    try:
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                total += int(line.split()[1]) * 1024 / 1e6
        for children in Path(f"/proc/{process}/task").glob("*/children"):
            total += sum(resident(int(child)) for child in children.read_text().split())
    except OSError:
        pass  # it ended while we looked
    return total


def measured(command: list[str]) -> tuple[dict[str, float], float]:
    """Run a case; return what it says and the largest memory that it held at one time, in MB."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    most = 0.0
    while process.poll() is None:
        most = max(most, resident(process.pid))
        time.sleep(0.1)
    if process.returncode:
        raise SystemExit(process.returncode)
    said: dict[str, float] = json.loads(process.stdout.read() if process.stdout else "")
    return said, most


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--case", choices=CASES, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.case:
        print(json.dumps(case(args.case, args.workers)))
        return
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    print(f"{datetime.now(UTC):%Y-%m-%d}, {machine}, {args.workers} worker(s)\n")
    print(
        "| case | seconds | NumPy kernel | ratio | peak MB | spilled MB |\n"
        "|---|---|---|---|---|---|"
    )
    for name, (*_, large) in CASES.items():
        if large and not args.large:
            continue
        command = [sys.executable, __file__, "--case", name, "--workers", str(args.workers)]
        found, memory = measured(command)
        ratio = found["ours"] / found["kernel"]
        print(
            f"| {name} | {found['ours']:.3f} | {found['kernel']:.3f} | {ratio:.1f} |"
            f" {memory:.0f} | {found['spilled']:.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
