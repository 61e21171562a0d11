"""The rows of a structure: nodes of the tree, parts of the axes, bands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

PLACED = ("indicator", "aggregate")
"""Kinds of node that have a place in the tree."""

KINDS = (*PLACED, "denominator", "group", "other")


@dataclass(frozen=True)
class Node:
    """One row of the structure. `weight` >= 0 is relative to the other parts of `parent`.

    `tags` maps an axis to the parts it carries; `options` pairs an option code with its score;
    `extra` holds columns that are carried and never read by a step; `row` is where it stood.
    """

    code: str
    name: str = ""
    level: int | None = None
    parent: str = ""
    direction: int = 1
    weight: float = 1.0
    unit: str = ""
    kind: str = "indicator"
    target: float | None = None
    denominator: str = ""
    goalpost_low: float | None = None
    goalpost_high: float | None = None
    options: tuple[tuple[str, float], ...] = ()
    tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    extra: Mapping[str, str] = field(default_factory=dict)
    row: int | None = field(default=None, compare=False)

    @property
    def placed(self) -> bool:
        """Whether the node belongs to the tree."""
        return self.kind in PLACED


@dataclass(frozen=True)
class Part:
    """A part of an axis, such as `phase:evaluation`. `order` sorts the parts of one axis."""

    axis: str
    code: str
    name: str = ""
    order: float = 0
    extra: Mapping[str, str] = field(default_factory=dict)
    row: int | None = field(default=None, compare=False)

    @property
    def score_code(self) -> str:
        """`axis:part`, the code of its score."""
        return f"{self.axis}:{self.code}"


@dataclass(frozen=True)
class Band:
    """A named range of scores, both ends included, read from the rounded score."""

    low: float
    high: float
    name: str
    extra: Mapping[str, str] = field(default_factory=dict)
    row: int | None = field(default=None, compare=False)
