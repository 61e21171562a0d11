"""What data.csv is read against: the columns that a structure calls for, as far as it is sound."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from regin.engine.errors import Fault
from regin.engine.framework import Framework, Node

DECIDING = frozenset((None, "code", "parent", "type"))
"""Columns of structure.csv that decide which columns the data has; None: a whole row is lost."""


@dataclass(frozen=True)
class Columns:
    """Columns of data.csv. `nodes`: those with cells, leaves before denominators.

    `wholes` are codes computed from parts; `labels` codes of group columns; cells of a code in
    `unclear` are not checked, since its options are at fault. Unless `certain`, the structure does
    not say which headings belong into the data. `framework` is None when it was refused.
    """

    nodes: tuple[Node, ...]
    wholes: frozenset[str]
    labels: frozenset[str]
    unclear: frozenset[str] = frozenset()
    certain: bool = True
    framework: Framework | None = None


def columns_of(framework: Framework) -> Columns:
    """Return the columns of a sound structure."""
    denominators = (node for node in framework.nodes if node.kind == "denominator")
    nodes = (*framework.leaves, *denominators)
    return Columns(
        nodes, frozenset(framework.children), _labels(framework.nodes), framework=framework
    )


def columns_left(nodes: Sequence[Node], faults: Iterable[Fault], *, read: bool) -> Columns:
    """Return what can be said of the data although structure.csv has `faults`.

    `read` is whether its headings could be used. A node whose own code or type is at fault is
    left out: its cells may be of any kind.
    """
    found = list(faults)
    lost = {fault.row for fault in found if fault.column in ("code", "type")}
    times = Counter(node.code for node in nodes)
    sound = [n for n in nodes if n.row not in lost and times[n.code] == 1]
    wholes = frozenset(node.parent for node in nodes if node.placed and node.parent)
    leaves = [n for n in sound if n.kind == "indicator" and n.code not in wholes]
    unread = {fault.row for fault in found if fault.code == "bad_option"}
    return Columns(
        (*leaves, *(node for node in sound if node.kind == "denominator")),
        wholes,
        _labels(nodes),
        frozenset(node.code for node in leaves if node.row in unread),
        read and all(fault.column not in DECIDING for fault in found),
    )


def _labels(nodes: Iterable[Node]) -> frozenset[str]:
    return frozenset(node.code for node in nodes if node.kind in ("group", "other"))
