"""Where draws are computed: here, in processes, or on a Dask cluster. The answer is the same.

What is one task does not depend on the number of workers, and each task computes on one thread
of the linear algebra library, so that sums are added in the same order everywhere.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from threadpoolctl import ThreadpoolController

from regin.engine.batch_ranks import Ranks
from regin.engine.errors import N_, Fault, FaultsError, Message, register
from regin.engine.replication import Inputs, Replication
from regin.engine.table import Floats, Ints

register(
    {
        "no_cluster": Message(
            N_("The Dask cluster at %(address)s cannot be used: %(reason)s."),
            N_("Check the address; Dask comes with pip install 'regin[scale]'."),
        ),
    }
)

CELLS = 1_000_000
"""Scores computed together: draws x rows. Fixed, so that a chunk is the same everywhere."""
LARGEST_CHUNK = 4096
TIMEOUT = 10
"""Seconds to wait for a cluster to answer."""


@dataclass(frozen=True, eq=False)
class Task:
    """Draws that share their steps: their numbers and the alternatives they take."""

    draws: Ints
    positions: Ints


@dataclass(frozen=True, eq=False)
class Done:
    """What a task brings back. `scores` is None unless it was asked for."""

    draws: Ints
    ranks: Ranks
    scores: Floats | None


def tasks(replication: Replication, positions: Ints) -> list[Task]:
    """Cut a design into tasks: by the steps taken, then into chunks of a fixed size."""
    rows = max(len(replication.inputs.table.units), 1)
    size = int(np.clip(CELLS // rows, 1, LARGEST_CHUNK))
    keys = positions[:, replication.keys]
    # In the order of the steps taken, so that neighbours share the longest way.
    alike, group = np.unique(keys, axis=0, return_inverse=True)
    order = np.argsort(group.reshape(-1), kind="stable")
    ends = np.cumsum(np.bincount(group.reshape(-1), minlength=len(alike)))
    found = []
    for draws in np.split(order, ends[:-1]):
        for start in range(0, len(draws), size):
            own = draws[start : start + size]
            found.append(Task(own, positions[own]))
    return found


@cache
def _libraries() -> ThreadpoolController:
    """Find the libraries of linear algebra, once: `design` has loaded all of them before."""
    return ThreadpoolController()


def computed(
    replication: Replication, work: Sequence[Task], *, keep_scores: bool, where: Where
) -> Iterator[Done]:
    """Yield the tasks' results in any order."""
    if where.scheduler or where.workers > 1:
        replication.forget()
    if where.scheduler:
        yield from _on_cluster(replication.inputs, work, keep_scores, where.scheduler)
    elif where.workers > 1:
        yield from _in_processes(replication.inputs, work, keep_scores, where.workers)
    else:
        with _libraries().limit(limits=1):
            for task in work:
                yield _compute(replication, task, keep_scores)


@dataclass(frozen=True)
class Where:
    """`workers` processes of this machine, or the Dask cluster at `scheduler`."""

    workers: int = 1
    scheduler: str = ""


HERE = Where()


def _compute(replication: Replication, task: Task, keep_scores: bool) -> Done:
    drawn = replication.draw(task.positions)
    return Done(task.draws, drawn.ranks, drawn.scores if keep_scores else None)


_OWN: dict[str, Replication] = {}


def _begin(inputs: Inputs) -> None:
    """Give a fresh process its own replication, and one thread for linear algebra."""
    _libraries().limit(limits=1)
    _OWN["replication"] = Replication(inputs)


def _own(task: Task, keep_scores: bool) -> Done:
    return _compute(_OWN["replication"], task, keep_scores)


def _in_processes(
    inputs: Inputs, work: Sequence[Task], keep_scores: bool, workers: int
) -> Iterator[Done]:
    with ProcessPoolExecutor(workers, initializer=_begin, initargs=(inputs,)) as pool:
        waiting = iter(work)
        # A few tasks ahead, so that results that nobody has taken yet do not fill the memory.
        running = {pool.submit(_own, task, keep_scores) for task in _some(waiting, 2 * workers)}
        while running:
            ready, running = wait(running, return_when=FIRST_COMPLETED)
            for one in ready:
                yield one.result()
                running |= {pool.submit(_own, task, keep_scores) for task in _some(waiting, 1)}


def _some(tasks_left: Iterator[Task], count: int) -> list[Task]:
    return [task for _, task in zip(range(count), tasks_left, strict=False)]


def _on_cluster(
    inputs: Inputs, work: Sequence[Task], keep_scores: bool, address: str
) -> Iterator[Done]:
    try:
        distributed: Any = importlib.import_module("distributed")
    except ImportError:
        raise _no_cluster(address, "Dask is not installed") from None
    try:
        client = distributed.Client(address, timeout=TIMEOUT)
    except (OSError, ValueError) as error:
        raise _no_cluster(address, str(error) or type(error).__name__) from None
    with client:
        shared = client.scatter(inputs, broadcast=True)
        running = distributed.as_completed(
            [client.submit(_on_worker, shared, task, keep_scores, pure=False) for task in work]
        )
        for one in running:
            yield one.result()
            one.release()


def _on_worker(inputs: Inputs, task: Task, keep_scores: bool) -> Done:
    """Compute on a worker of a cluster, which may be asked by several threads at once."""
    with _libraries().limit(limits=1):
        return _compute(Replication(inputs), task, keep_scores)


def _no_cluster(address: str, reason: str) -> FaultsError:
    return FaultsError([Fault("no_cluster", {"address": address, "reason": reason})])


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
