"""How few and how many of some units can stand above another: mixed-integer programmes.

Each unit gets a variable that is 1 when it stands above, and the weights are variables as well:
each node's share in the root, and for each whole what the weights in it are multiplied by.
"""

from __future__ import annotations

import ctypes
import math
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from regin.engine.rank_tree import WeightTree
from regin.engine.table import Floats, Ints

MOST_UNITS = 60
"""Units in doubt up to which a programme is written."""
MARGIN = 1e-5
"""Share of the widest difference from which on a unit counts as above: solvers round more."""
NODES = 200
"""Nodes a programme may look at. A number of nodes, unlike time, is the same everywhere."""
EFFORT = 300_000
"""What all programmes together may take, in (10 + nodes) x units x weights: some ten seconds. Those
without whole units, which are quicker, may take the same again in units x weights."""

Found = tuple[int, bool]
"""A number of units, and whether it is proven; if not, it is a bound from outside."""


class Programmes:
    """Programmes over all weights that a tree admits."""

    def __init__(self, tree: WeightTree, effort: int = EFFORT) -> None:
        self.tree, self.effort, self.quick = tree, effort, effort

    def fewest(self, ahead: Floats, above: Floats, known: int) -> Found:
        """Fewest units that can be above.

        `ahead` are (units, leaves), by how much each unit is ahead in each leaf, and `above`,
        (units,) > 0, at most in the root. `known` is a number that some weights lead to.
        """
        if known == 0:
            return 0, True
        scale = float(np.abs(ahead).max())
        least, most = np.full(len(ahead), -np.inf), np.zeros(len(ahead))
        rows = np.hstack([ahead / scale, -np.diag(above / scale)])
        bound, proven = self._solved(rows, (least, most), (0, known - 1), 1)
        return (known if bound is None else min(bound, known)), proven

    def most(self, ahead: Floats, below: Floats, known: int) -> Found:
        """Most units that can be above; `below`, (units,) <= 0, is how far they can be below."""
        count = len(ahead)
        if known == count:
            return count, True
        scale = float(np.abs(ahead).max())
        least, most = below / scale, np.full(count, np.inf)
        rows = np.hstack([ahead / scale, np.diag(least - MARGIN)])
        bound, proven = self._solved(rows, (least, most), (known + 1, count), -1)
        return (known if bound is None else max(-bound, known)), proven

    def _solved(
        self, rows: Floats, limits: tuple[Floats, Floats], counts: tuple[int, int], sense: int
    ) -> tuple[int | None, bool]:
        """Smallest `sense` x number above, between `counts`; None when there is none."""
        bound, size = counts[0] if sense > 0 else -counts[1], len(rows) * self.tree.root
        if self.quick <= 0:
            return bound, False
        kinds = np.repeat([0, 1], [self.tree.root + len(self.tree.wholes), len(rows)])
        problem = self._problem(rows, limits, counts)
        # Units that may be above in part make a bound that is quick, and often enough.
        found = _solution(sense * kinds, 0 * kinds, problem)
        self.quick -= size
        if found.status == 0:
            bound = _whole(found.fun, bound)
        if found.status == 2 or self.effort <= 0:
            return (None, True) if found.status == 2 else (bound, False)
        found = _solution(sense * kinds, kinds, problem)
        self.effort -= (10 + (found.mip_node_count or 0)) * size
        if found.status in (0, 2):
            return (round(found.fun) if found.status == 0 else None), True
        return _whole(found.mip_dual_bound, bound), False

    def _problem(
        self, rows: Floats, limits: tuple[Floats, Floats], counts: tuple[int, int]
    ) -> dict[str, Any]:
        """Constraints and limits of the variables: nodes, wholes, units."""
        from scipy.optimize import Bounds, LinearConstraint  # takes long to load

        tree, units = self.tree, len(rows)
        others = tree.root + len(tree.wholes)
        unused = np.zeros((units, others - tree.leaves))
        apart = np.hstack([rows[:, : tree.leaves], unused, rows[:, tree.leaves :]])
        most = np.repeat([1.0, np.inf, 1.0], [tree.root, len(tree.wholes), units])
        constraints = [
            LinearConstraint(apart, *limits),
            LinearConstraint(np.repeat([0.0, 1.0], [others, units]), *counts),
            *(LinearConstraint(*one) for one in self._admissible(units)),
        ]
        return {"constraints": constraints, "bounds": Bounds(0, most)}

    def _admissible(self, units: int) -> Iterator[tuple[Floats, float, float]]:
        """Rows over nodes, wholes and units, with their limits: what every share obeys."""
        tree, wholes = self.tree, self.tree.whole_of - self.tree.leaves
        # Solvers take very small numbers for 0, so the highest weight of a whole is written as 1.
        highest = np.array([tree.high[parts].max() for _, parts in tree.wholes])[wholes]
        of = np.eye(len(tree.wholes))[wholes] / highest[:, None]
        nodes, nothing = np.eye(tree.root), np.zeros((tree.root, units))
        yield np.hstack([nodes, -of * tree.high[:, None], nothing]), -np.inf, 0.0
        yield np.hstack([nodes, -of * tree.low[:, None], nothing]), 0.0, np.inf
        # The shares of the parts add up to that of their whole, and the root's is 1.
        whole = np.hstack([np.zeros((len(tree.wholes), tree.leaves)), np.eye(len(tree.wholes))])
        sums = (of.T > 0) - whole[:, : tree.root]
        room = np.zeros((len(sums), len(sums) + units))
        yield np.hstack([sums, room])[:-1], 0.0, 0.0
        yield np.hstack([sums, room])[-1:], 1.0, 1.0


def _whole(least: float | None, bound: int) -> int:
    """Whole number that is at least `bound`, and at least `least` but for rounding, if known."""
    if least is None or not math.isfinite(least):
        return bound
    return max(math.ceil(least - 1e-6), bound)


def _solution(counted: Ints, kinds: Ints, problem: Mapping[str, Any]) -> Any:
    """What the solver finds; `kinds` 1 is a whole number."""
    from scipy.optimize import milp  # takes long to load

    options = {"node_limit": NODES, "mip_rel_gap": 0.0, "presolve": False}
    with _quiet():
        return milp(counted, integrality=kinds, options=options, **problem)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep lines of the solver away from standard output, which it now and then writes to.

    Only in a program of one thread: elsewhere it would take the lines of others as well.
    """
    if threading.active_count() > 1 or os.name != "posix":
        yield
        return
    c_library = ctypes.CDLL(None)
    c_library.fflush(None)
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        c_library.fflush(None)
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)
