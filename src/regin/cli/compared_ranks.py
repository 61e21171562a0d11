"""What `regin compare` says of the ranks of two robustness runs."""

from __future__ import annotations

from collections.abc import Iterator

from regin.cli.text_table import rounded, signed, text_table
from regin.engine.compare_ranks import Pair, RankMove, moved
from regin.files.rank_comparison import moves_of
from regin.files.saved_robustness import SavedRobustness

FIRST = 10
"""Most rows of a table on the terminal; the files have all."""


def moves_told(first: SavedRobustness, second: SavedRobustness) -> Iterator[str]:
    """Summarise how ranks moved; differences are second run less first."""
    moves = moves_of(first, second)
    yield (
        f"Units in both runs: {moves.both}; the medians of {moves.medians} differ, the 90 %"
        f" intervals of {moves.intervals}, the ranks by the recipe of {moves.nominal}."
    )
    if moves.only[0] or moves.only[1]:
        counts = len(moves.only[0]), len(moves.only[1])
        yield f"Units in the first run only: {counts[0]}, in the second only: {counts[1]}."
    if moves.furthest is not None:
        far = moves.furthest
        size = signed(moved(far.median), 1)
        from_to = " to ".join(_rank(value) for value in far.median)
        yield f"Largest move of a median: {size} ({_label(far)}, {from_to})."
    if not moves.parted:
        if moves.both:
            yield "The intervals of every unit overlap."
        return
    yield f"Units whose intervals no longer overlap: {len(moves.parted)}"
    rows: list[list[object]] = [["unit", "first run", "second run"]]
    rows += [
        [_label(one), *(_interval(one, run) for run in (0, 1))] for one in moves.parted[:FIRST]
    ]
    yield text_table(rows)
    if len(moves.parted) > FIRST:
        yield f"  … and {len(moves.parted) - FIRST} more"


def _label(one: RankMove) -> str:
    return f"{one.unit}, {one.period}" if one.period else one.unit


def _interval(one: RankMove, run: int) -> str:
    pairs: tuple[Pair, Pair, Pair] = (one.median, one.low, one.high)
    median, low, high = (_rank(pair[run]) for pair in pairs)
    return f"{median} ({low} to {high})"


def _rank(value: float) -> str:
    """A rank for reading: whole where it is."""
    return rounded(value, 0 if value.is_integer() else 1)
