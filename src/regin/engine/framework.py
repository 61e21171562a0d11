"""What is measured: a ragged tree of indicators, axes that cut across it, and bands."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from regin.engine.errors import FaultsError
from regin.engine.framework_checks import framework_faults
from regin.engine.nodes import KINDS, PLACED, Band, Node, Part

__all__ = ["KINDS", "PLACED", "Band", "Framework", "Node", "Part"]


@dataclass(frozen=True)
class Framework:
    """A checked structure: nodes in their order, axes, parts, bands.

    An axis without rows in `parts` gets them from the tags, in order of first appearance.
    Raises FaultsError with every fault of `framework_faults`.
    """

    nodes: tuple[Node, ...]
    axes: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    bands: tuple[Band, ...] = ()

    def __post_init__(self) -> None:
        faults = framework_faults(self.nodes, self.axes, self.parts, self.bands)
        if faults:
            raise FaultsError(faults)

    @cached_property
    def by_code(self) -> Mapping[str, Node]:
        """Every node under its code."""
        return {node.code: node for node in self.nodes}

    @cached_property
    def placed(self) -> tuple[Node, ...]:
        """Indicators and aggregates, in the order of the structure."""
        return tuple(node for node in self.nodes if node.placed)

    @cached_property
    def root(self) -> Node:
        """The one node of the tree without a parent."""
        return next(node for node in self.placed if not node.parent)

    @cached_property
    def children(self) -> Mapping[str, tuple[Node, ...]]:
        """Direct parts of every node that has any."""
        found: dict[str, list[Node]] = {}
        for node in self.placed:
            if node.parent:
                found.setdefault(node.parent, []).append(node)
        return {code: tuple(nodes) for code, nodes in found.items()}

    @cached_property
    def leaves(self) -> tuple[Node, ...]:
        """Nodes of the tree without parts: the columns of the data."""
        return tuple(node for node in self.placed if node.code not in self.children)

    @cached_property
    def aggregates(self) -> tuple[Node, ...]:
        """Nodes with parts, lowest level first: an order in which parts come before wholes."""
        return tuple(sorted((n for n in self.placed if n.code in self.children), key=_level))

    @cached_property
    def aggregate_levels(self) -> tuple[int, ...]:
        """Levels at which aggregates stand, lowest first."""
        return tuple(sorted({_level(node) for node in self.aggregates}))

    @cached_property
    def axis_parts(self) -> tuple[Part, ...]:
        """Parts of every axis, axis by axis, each in its order."""
        return tuple(part for axis in self.axes for part in self._parts_of(axis))

    def _parts_of(self, axis: str) -> tuple[Part, ...]:
        given = sorted((p for p in self.parts if p.axis == axis), key=lambda part: part.order)
        if given:
            return tuple(given)
        tags = dict.fromkeys(tag for node in self.placed for tag in node.tags.get(axis, ()))
        return tuple(Part(axis, tag, order=n) for n, tag in enumerate(tags, start=1))

    def tagged(self, part: Part) -> tuple[Node, ...]:
        """Nodes that carry `part`, in the order of the structure."""
        return tuple(n for n in self.placed if part.code in n.tags.get(part.axis, ()))

    @cached_property
    def topmost_indicators(self) -> tuple[Node, ...]:
        """Nodes of type indicator that stand under no other indicator."""
        questions = {node.code for node in self.placed if node.kind == "indicator"}
        return tuple(
            node
            for node in self.placed
            if node.code in questions and questions.isdisjoint(self.ancestors(node))
        )

    def ancestors(self, node: Node) -> tuple[str, ...]:
        """Codes from the parent of `node` up to the root."""
        found = []
        while node.parent:
            found.append(node.parent)
            node = self.by_code[node.parent]
        return tuple(found)

    @cached_property
    def leaf_sets(self) -> Mapping[str, tuple[int, ...]]:
        """For every node of the tree, the positions in `leaves` of the leaves under it."""
        found: dict[str, list[int]] = {node.code: [] for node in self.placed}
        for position, leaf in enumerate(self.leaves):
            for code in (leaf.code, *self.ancestors(leaf)):
                found[code].append(position)
        return {code: tuple(positions) for code, positions in found.items()}

    def band(self, score: float) -> Band | None:
        """Return the band of `score` rounded half up, None when missing or in no band.

        Noise below 1e-9 does not decide: 59.49999999999999 counts as 59.5.

        >>> node = Node("a", kind="indicator", level=1)
        >>> Framework((node,), bands=(Band(60, 79, "good"),)).band(59.5).name
        'good'
        """
        if math.isnan(score):
            return None
        whole = math.floor(round(score, 9) + 0.5)
        return next((band for band in self.bands if band.low <= whole <= band.high), None)


def _level(node: Node) -> int:
    return node.level or 0
