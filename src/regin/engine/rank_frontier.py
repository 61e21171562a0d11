"""Which weights of a structure are admissible, as a `WeightTree`, and the scores at its leaves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from regin.engine.assumptions import WeightNoise
from regin.engine.errors import N_, Fault, Message, register
from regin.engine.framework import Framework, Node
from regin.engine.rank_tree import WeightTree
from regin.engine.steps import Weight
from regin.engine.table import Floats, Ints, Table

register(
    {
        "bounds_method": Message(
            N_("There are no best and worst ranks: the method of “%(node)s” is %(method)s."),
            N_("They are there when it is one of these: %(known)s."),
        ),
        "bounds_unit_weights": Message(
            N_("There are no best and worst ranks: units have weights of their own."),
            N_("Choose weights that are the same for all units, or take their noise out."),
        ),
    }
)

OF_THE_ROOT = ("arithmetic", "geometric")
"""Methods of the root whose ranks are those of a plain mean, of the values or their logarithms."""
BELOW = ("arithmetic",)
"""Methods of the wholes below it that can be followed when their weights differ."""


@dataclass(frozen=True, eq=False)
class Frontier:
    """The part of a structure in which weights differ.

    `codes` are the nodes as `tree` numbers them, without the root; its leaves have the scores
    that the recipe gives them. `noisy`: the limits are those of a noise; else weights are free.
    `forward` says that the scores have to be taken as logarithms.
    """

    codes: tuple[str, ...]
    tree: WeightTree
    noisy: bool
    forward: bool

    def scores(self, table: Table) -> Floats:
        """Scores of the leaves, (rows, leaves), from a `table` after its aggregation.

        A whole may have no score, for a lack of parts, though some leaf under it has one: such
        leaves are missing here too.
        """
        leaves = self.tree.leaves
        scores = table.columns(self.codes[:leaves])
        without = np.isnan(table.columns(self.codes[leaves:]))
        scores = np.where(without @ self.tree.under[leaves:-1], np.nan, scores)
        return np.log(scores) if self.forward else scores


def frontier(
    framework: Framework,
    weights: Mapping[str, Weight],
    methods: Mapping[int, str],
    noise: Sequence[WeightNoise],
) -> Frontier | Fault:
    """Return the part of a structure in which admissible weights differ, or why there is none.

    `weights` are those in force, `methods` go by level. With any `noise`, nodes at its levels have
    their weight times 1 - noise to 1 + noise (several multiply), all others their weight; a whole
    belongs to the part when some node under it is noisy, and the root always. Without, the parts
    of the root have weights from 0. Nodes of weight 0 stay out.
    """
    opened = _opened(framework, weights, noise)
    geometric = methods[framework.root.level or 0] == "geometric"
    for whole in opened[1:]:
        method = methods[whole.level or 0]
        if method not in BELOW:
            params = {"node": whole.code, "method": method, "known": ", ".join(BELOW)}
            return Fault("bounds_method", params)
    nodes = [part for whole in opened for part in _weighed(framework, whole, weights)]
    if noise and any(np.ndim(weights[node.code]) for node in nodes):
        return Fault("bounds_unit_weights")
    # Reversed, parts come before their wholes.
    inner = {whole.code for whole in opened}
    nodes = [node for node in nodes if node.code not in inner] + opened[:0:-1]
    codes = tuple(node.code for node in nodes)
    low, high = np.zeros(len(nodes)), np.ones(len(nodes))
    if noise:
        own = np.array([float(weights[code]) for code in codes])
        low, high = (own * [_factor(n, noise, sign) for n in nodes] for sign in (-1, 1))
    logarithms = geometric and len(opened) > 1
    tree = WeightTree(_whole_of(framework, nodes), low, high, logarithms)
    return Frontier(codes, tree, bool(noise), geometric and not logarithms)


def _opened(
    framework: Framework, weights: Mapping[str, Weight], noise: Sequence[WeightNoise]
) -> list[Node]:
    """Wholes in whose scores weights differ, the root first and parts after their wholes."""

    def differs(whole: Node) -> bool:
        parts = _weighed(framework, whole, weights)
        return any(_is_noisy(part, noise) or differs(part) for part in parts)

    opened = [framework.root]
    for whole in opened:
        opened += [part for part in _weighed(framework, whole, weights) if differs(part)]
    return opened


def _weighed(framework: Framework, whole: Node, weights: Mapping[str, Weight]) -> list[Node]:
    parts = framework.children.get(whole.code, ())
    return [part for part in parts if np.any(weights[part.code])]


def _is_noisy(node: Node, noise: Sequence[WeightNoise]) -> bool:
    return any(node.level in one.levels for one in noise)


def _factor(node: Node, noise: Sequence[WeightNoise], sign: int) -> float:
    """What all noise at the level of `node` at most adds (+1) or takes (-1), as a factor."""
    factor = 1.0
    for one in noise:
        if node.level in one.levels:
            factor *= 1 + sign * one.noise
    return factor


def _whole_of(framework: Framework, nodes: Sequence[Node]) -> Ints:
    """Number of the whole of each node; the root has the number after the last of them."""
    number = {node.code: place for place, node in enumerate(nodes)}
    number[framework.root.code] = len(nodes)
    return np.array([number[node.parent] for node in nodes], dtype=np.int64)
