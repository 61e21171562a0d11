"""The files of `regin compare` for two robustness runs: how the ranks and their intervals moved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from regin import __version__
from regin.engine.compare_assumptions import compare_assumptions
from regin.engine.compare_ranks import RankMove, compare_ranks, moved
from regin.engine.errors import N_, Message, fail, register
from regin.files.comparison import (
    COMPARISON,
    Difference,
    common_differences,
    difference_record,
    plain_difference,
    write_differences,
)
from regin.files.index.writer import write_rows
from regin.files.records import Record, known, record_rows
from regin.files.run_json import Saved
from regin.files.saved_robustness import SavedRobustness

register(
    {
        "compare_kinds": Message(
            N_("“%(one)s” was written by regin %(verb_1)s, and “%(two)s” by regin %(verb_2)s."),
            N_("Compare runs of the same command: compute one of the two again with the other."),
        ),
    }
)

VALUES = ("nominal", "median", "q05", "q95")
COLUMNS = (
    *("unit", "period"),
    *(f"{name}_{end}" for name in VALUES for end in ("1", "2", "difference")),
    *("overlap", "found_in"),
)


def refuse_other_kinds(one: Saved, two: Saved) -> None:
    """Raise FaultsError when one run is of `regin score` and the other of `regin robustness`."""
    verbs = ["robustness" if isinstance(run, SavedRobustness) else "score" for run in (one, two)]
    if verbs[0] != verbs[1]:
        names = one.folder.name, two.folder.name
        raise fail("compare_kinds", one=names[0], two=names[1], verb_1=verbs[0], verb_2=verbs[1])


def rank_differences(one: SavedRobustness, two: SavedRobustness) -> list[Difference]:
    """List what differs in engine version, inputs, recipe, assumptions and draws."""
    found = common_differences(one, two, _tables(one), _tables(two))
    both = compare_assumptions(one.assumptions, two.assumptions)
    found += [Difference("assumption", each) for each in both]
    for name, *values in _drawn(one, two):
        if values[0] != values[1]:
            found.append(plain_difference("draws", name, *values))
    return found


def _tables(run: SavedRobustness) -> Mapping[str, str]:
    """Files to compare: neither assumptions nor draws, which are compared for what they say."""
    told = {run.assumptions_file, run.drawing.given}
    return {name: digest for name, digest in run.every_input.items() if name not in told}


def _drawn(one: SavedRobustness, two: SavedRobustness) -> Iterator[tuple[str, object, object]]:
    """Yield what draws depend on: name, and what it is in each run."""
    first, second = one.drawing, two.drawing
    yield "draws", first.draws, second.draws
    yield "seed", first.seed, second.seed
    yield "sensitivity", first.sensitivity, second.sensitivity
    # Draws that the seed gave differ for the reasons named above.
    given = [None if each.given is None else each.design for each in (first, second)]
    yield "design", given[0], given[1]


@dataclass
class Moves:
    """How many ranks moved, and how far. `rows` are all; only_1 and only_2 stand in one run.

    `furthest` has the largest difference of medians, `parted` are the units whose intervals no
    longer overlap.
    """

    rows: int = 0
    only: tuple[list[RankMove], list[RankMove]] = field(default_factory=lambda: ([], []))
    nominal: int = 0
    medians: int = 0
    intervals: int = 0
    furthest: RankMove | None = None
    parted: list[RankMove] = field(default_factory=list)

    def add(self, one: RankMove) -> None:
        """Count one unit."""
        self.rows += 1
        if one.found_in != "both":
            self.only[int(one.found_in) - 1].append(one)
            return
        self.nominal += not one.same_nominal
        self.medians += not one.same_median
        self.intervals += not one.same_interval
        if one.overlap is False:
            self.parted.append(one)
        size = abs(moved(one.median))
        # NaN exceeds no number: a median that one run lacks has not moved.
        if size > (0.0 if self.furthest is None else abs(moved(self.furthest.median))):
            self.furthest = one

    @property
    def both(self) -> int:
        """Units that both runs have."""
        return self.rows - len(self.only[0]) - len(self.only[1])

    @property
    def any(self) -> bool:
        """Whether anything differs."""
        found = self.only[0] or self.only[1] or self.nominal or self.medians or self.intervals
        return bool(found)


def moves_of(one: SavedRobustness, two: SavedRobustness) -> Moves:
    """Count how all ranks moved."""
    found = Moves()
    for each in compare_ranks(one.ranks, two.ranks):
        found.add(each)
    return found


def rank_comparison_summary(one: SavedRobustness, two: SavedRobustness) -> dict[str, object]:
    """Return what compare.json says."""
    found, moves = rank_differences(one, two), moves_of(one, two)
    only = [[{"unit": each.unit, "period": each.period} for each in part] for part in moves.only]
    return {
        "engine_version": __version__,
        "runs": [_run(one), _run(two)],
        "same": not found and not moves.any,
        "ranks": {
            "rows": moves.rows,
            "only_in_1": only[0],
            "only_in_2": only[1],
            "nominal_changed": moves.nominal,
            "medians_changed": moves.medians,
            "intervals_changed": moves.intervals,
            "furthest": None if moves.furthest is None else move_record(moves.furthest),
            "no_longer_overlap": [move_record(each) for each in moves.parted],
        },
        "differences": [difference_record(each) for each in found],
    }


def _run(run: SavedRobustness) -> dict[str, object]:
    own = run.drawing
    return {
        "name": run.folder.name,
        "engine_version": run.engine_version,
        "draws": own.draws,
        "seed": own.seed,
        "design": own.given,
    }


def write_rank_comparison(
    one: SavedRobustness, two: SavedRobustness, folder: Path, summary: Mapping[str, object]
) -> None:
    """Write every file into `folder`; `summary` is what `rank_comparison_summary` returned."""
    told = {True: "yes", False: "no", None: None}
    moves = compare_ranks(one.ranks, two.ranks)
    rows = ({**move_record(each), "overlap": told[each.overlap]} for each in moves)
    write_rows(folder / COMPARISON, record_rows(COLUMNS, rows))
    write_differences(folder, rank_differences(one, two), summary)


def move_record(one: RankMove) -> Record:
    """Return a unit in both runs under the headings of comparison.csv; differences are 2 less 1."""
    record: dict[str, object] = {"unit": one.unit, "period": one.period}
    for name, pair in zip(VALUES, (one.nominal, one.median, one.low, one.high), strict=True):
        record |= {f"{name}_1": _rank(pair[0]), f"{name}_2": _rank(pair[1])}
        record[f"{name}_difference"] = _rank(moved(pair))
    return {**record, "overlap": one.overlap, "found_in": one.found_in}


def _rank(value: float) -> float | int | None:
    """A rank as ranks.csv writes it: without a point where it is whole."""
    return int(value) if value.is_integer() else known(value)
