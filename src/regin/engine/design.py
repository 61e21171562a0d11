"""Which alternative each draw takes: quasi-random designs, and explicit ones replayed."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from regin.engine.assumptions import (
    Assumption,
    CoderChoice,
    WeightNoise,
    WeightSets,
)
from regin.engine.errors import N_, Fault, FaultsError, Message, Value, register
from regin.engine.table import Floats, Ints

register(
    {
        "design_columns": Message(
            N_("The design has no column for the assumption “%(name)s”."),
            N_("Add the column, or take the assumption out."),
        ),
        "design_draw": Message(
            N_("The draw “%(value)s” has no name, or one that another draw of its block has."),
            N_("Number the draws of each block, 1, 2, 3 and so on."),
        ),
        "design_unknown": Message(
            N_(
                "The column “%(name)s” of the design is no assumption, so nothing was done with it."
            ),
            N_("If it should be one, write the assumption, or correct the name."),
        ),
        "design_position": Message(
            N_("The design names alternative %(value)s of “%(name)s”, which does not exist."),
            N_("Write the place of an alternative, counted from 1, or the number of a weight set."),
        ),
        "design_blocks": Message(
            N_("The blocks of the design do not fit: %(blocks)s."),
            N_("Write A, B and AB: with each assumption's name, all of the same length."),
        ),
        "design_draws": Message(
            N_("The number of draws is %(value)s."), N_("Write a whole number from 1 to %(most)s.")
        ),
    }
)

MOST_DRAWS = 1_000_000
BLOCK_A, BLOCK_B, MIXED = "A", "B", "AB:"


@dataclass(frozen=True, eq=False)
class Design:
    """`positions[draw, assumption]`: the alternative taken, from 1, or the number of a set.

    `blocks` maps A, B and `AB:<assumption>` to the draws of that block, in order; empty when the
    design is no design for sensitivity.
    """

    names: tuple[str, ...]
    positions: Ints
    blocks: Mapping[str, Ints] = field(default_factory=dict)
    labels: tuple[str, ...] = ()
    """How a written design calls its draws; empty: they are numbered from 1."""
    others: tuple[str, ...] = ()
    """Columns of a written design that are no assumption: nothing was done with them."""

    @property
    def draws(self) -> tuple[str, ...]:
        """What each draw is called."""
        return self.labels or tuple(map(str, range(1, len(self.positions) + 1)))

    @property
    def matrix(self) -> tuple[str, ...]:
        """The block of each draw, empty text where there are no blocks."""
        labels = [""] * len(self.positions)
        for block, draws in self.blocks.items():
            for draw in draws.tolist():
                labels[draw] = block
        return tuple(labels)


def quasi_random(
    assumptions: Sequence[Assumption], draws: int, seed: int, *, sensitivity: bool = True
) -> Design:
    """Design of `draws` draws from a scrambled Sobol' sequence (Owen 1998; Saltelli 2010).

    With `sensitivity`, draws x (assumptions + 2) rows: A, B, and for each assumption A with that
    assumption's column from B. Without, only A. Raises FaultsError for a number of draws below 1
    or above `MOST_DRAWS`.
    """
    if not 1 <= draws <= MOST_DRAWS:
        raise FaultsError([Fault("design_draws", {"value": draws, "most": MOST_DRAWS})])
    names = tuple(one.name for one in assumptions)
    width = len(assumptions)
    uniform = sobol(draws, 2 * width, (seed, 0))
    a = _positions(assumptions, uniform[:, :width], first_set=1)
    if not sensitivity:
        return Design(names, a)
    b = _positions(assumptions, uniform[:, width:], first_set=draws + 1)
    parts, blocks = [a, b], {BLOCK_A: np.arange(draws), BLOCK_B: np.arange(draws, 2 * draws)}
    for column, name in enumerate(names):
        mixed = a.copy()
        mixed[:, column] = b[:, column]
        blocks[MIXED + name] = np.arange(draws) + draws * len(parts)
        parts.append(mixed)
    return Design(names, np.vstack(parts), blocks)


def sobol(points: int, width: int, seed: tuple[int, ...]) -> Floats:
    """First `points` of a scrambled Sobol' sequence in `width` dimensions, in [0, 1)."""
    from scipy.stats import qmc  # loads slowly

    width = max(width, 1)
    rng = np.random.default_rng(seed)
    if width > qmc.Sobol.MAXDIM:
        return rng.random((points, width))
    sequence = qmc.Sobol(width, scramble=True, rng=rng)
    # A power of 2 is what the sequence is balanced for; the rest is cut off.
    return np.asarray(sequence.random_base2(max(points - 1, 1).bit_length())[:points])


def _positions(assumptions: Sequence[Assumption], uniform: Floats, *, first_set: int) -> Ints:
    """Alternatives for numbers in [0, 1); noise and coders get a set of their own each draw."""
    out = np.empty(uniform.shape, dtype=np.int64)
    for column, one in enumerate(assumptions):
        if isinstance(one, WeightNoise | CoderChoice):
            # The numbers up to the last coder are the coders themselves.
            first = first_set + (len(one.coders) if isinstance(one, CoderChoice) else 0)
            out[:, column] = np.arange(first, first + len(uniform))
            continue
        place = np.minimum((uniform[:, column] * one.count).astype(np.int64), one.count - 1)
        known = np.array(sorted(one.sets)) if isinstance(one, WeightSets) else None
        out[:, column] = place + 1 if known is None else known[place]
    return out


def explicit(
    assumptions: Sequence[Assumption],
    columns: Mapping[str, Sequence[int]],
    matrix: Sequence[str] = (),
    labels: Sequence[str] = (),
) -> Design:
    """Design as written: for each assumption the position in each draw, the blocks, and what the
    draws are called.

    Raises FaultsError with every column that is absent, every position that does not exist, every
    draw that stands twice in its block, and blocks that do not fit.
    """
    faults: list[Fault] = list(_twice(labels, matrix))
    for one in assumptions:
        if one.name not in columns:
            faults.append(Fault("design_columns", {"name": one.name}, column=one.name))
            continue
        known = _known(one)
        for draw, value in enumerate(columns[one.name]):
            if value not in known:
                params: dict[str, Value] = {"name": one.name, "value": value}
                faults.append(Fault("design_position", params, row=draw + 2, column=one.name))
    names = tuple(one.name for one in assumptions)
    blocks = _blocks(names, matrix)
    if blocks is None:
        found = ", ".join(f"{b} {list(matrix).count(b)}" for b in dict.fromkeys(matrix))
        faults.append(Fault("design_blocks", {"blocks": found}, column="matrix"))
    if faults or blocks is None:
        raise FaultsError(faults)
    positions = np.array([columns[name] for name in names], dtype=np.int64).T
    return Design(names, positions, blocks, tuple(labels))


def _twice(labels: Sequence[str], matrix: Sequence[str]) -> Iterator[Fault]:
    """Yield a fault for every draw without a name, or with one that stands in its block already."""
    seen: set[tuple[str, str]] = set()
    for draw, label in enumerate(labels):
        key = (matrix[draw] if matrix else "", label)
        if not label or key in seen:
            yield Fault("design_draw", {"value": label}, row=draw + 2, column="draw")
        seen.add(key)


def _known(one: Assumption) -> Container[int]:
    if isinstance(one, WeightNoise | CoderChoice):
        # As many as the largest design has; all up to the highest of a noise are made.
        return range(1, 2 * MOST_DRAWS + 1)
    if isinstance(one, WeightSets):
        return frozenset(one.sets)
    return range(1, one.count + 1)


def _blocks(names: Sequence[str], matrix: Sequence[str]) -> dict[str, Ints] | None:
    """Draws of each block; empty without blocks, None when they do not fit."""
    if not any(matrix):
        return {}
    labels = np.array(matrix, dtype=object)
    wanted = [BLOCK_A, BLOCK_B, *(MIXED + name for name in names)]
    blocks = {block: np.flatnonzero(labels == block) for block in wanted}
    lengths = {len(draws) for draws in blocks.values()}
    if len(lengths) != 1 or sum(map(len, blocks.values())) != len(labels):
        return None
    return blocks
