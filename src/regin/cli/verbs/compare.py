"""`regin compare RUN1 RUN2`: what differs between two runs."""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator, Sequence

from regin.cli.compared_ranks import moves_told
from regin.cli.terminal import DONE, print_json, progress
from regin.cli.text_table import signed, text_table
from regin.engine.compare import compare_scores, rank_agreements
from regin.engine.compare_ranks import compare_ranks
from regin.files.comparison import (
    FILES,
    Difference,
    comparison_summary,
    counts_of,
    differences,
    score_record,
    value_text,
    write_comparison,
)
from regin.files.outputs import publish
from regin.files.rank_comparison import (
    move_record,
    rank_comparison_summary,
    rank_differences,
    refuse_other_kinds,
    write_rank_comparison,
)
from regin.files.saved_robustness import SavedRobustness, read_saved
from regin.files.saved_run import SavedRun

FIRST = 10
"""Most rows of a table on the terminal; the files have all."""


def run(args: argparse.Namespace) -> int:
    """Compare two folders that the same command wrote."""
    progress(f"Reading {args.run1} and {args.run2} …")
    one, two = read_saved(args.run1), read_saved(args.run2)
    refuse_other_kinds(one, two)
    if isinstance(one, SavedRobustness) and isinstance(two, SavedRobustness):
        return _robustness(args, one, two)
    return _scores(args, one, two)  # type: ignore[arg-type]  # both are of the other kind


def _scores(args: argparse.Namespace, one: SavedRun, two: SavedRun) -> int:
    summary = comparison_summary(one, two)
    if args.out is not None:
        progress(f"Writing {args.out} …")
        publish(args.out, FILES, lambda out: write_comparison(one, two, out, summary))
    if args.json:
        scores = map(score_record, compare_scores(one.scores, two.scores))
        print_json({**summary, "comparison": list(scores)})
    else:
        print("\n".join(_said(one, two)))
        if args.out is not None:
            print(f"Every score of both runs is in {args.out}.")
    return DONE


def _robustness(args: argparse.Namespace, one: SavedRobustness, two: SavedRobustness) -> int:
    summary = rank_comparison_summary(one, two)
    if args.out is not None:
        progress(f"Writing {args.out} …")
        publish(args.out, FILES, lambda out: write_rank_comparison(one, two, out, summary))
    if args.json:
        ranks = map(move_record, compare_ranks(one.ranks, two.ranks))
        print_json({**summary, "comparison": list(ranks)})
    else:
        all_same = "Engine, inputs, recipe, assumptions and draws are the same."
        made = _made(rank_differences(one, two), all_same)
        print("\n".join((*made, *moves_told(one, two))))
        if args.out is not None:
            print(f"Every rank of both runs is in {args.out}.")
    return DONE


def _said(one: SavedRun, two: SavedRun) -> Iterator[str]:
    """Summarise for reading; differences are second run less first."""
    yield from _made(differences(one, two), "Engine, inputs and recipe are the same.")
    counts = counts_of(one.scores, two.scores)
    both = counts.rows - counts.only_1 - counts.only_2
    yield (
        f"Scores in both runs: {both}; {counts.scores_changed} of them differ, and"
        f" {counts.ranks_changed} of their ranks."
    )
    if counts.only_1 or counts.only_2:
        yield f"Scores in the first run only: {counts.only_1}, in the second only: {counts.only_2}."
    if counts.furthest is not None:
        far = counts.furthest
        where = f"{far.unit}, {far.period}" if far.period else far.unit
        size = signed(far.score_difference)
        yield f"Largest difference of a score: {size} ({far.code}, {where})."
    yield from _overall(one, two)


def _made(found: Sequence[Difference], same: str) -> Iterator[str]:
    if not found:
        yield same
        return
    yield f"Not computed alike in {len(found)} respect{'s' if len(found) > 1 else ''}:"
    # An assumption stands where a step does: its place and its name.
    rows: list[list[object]] = [["what", "step", "field", "first run", "second run"]]
    for difference in found[:FIRST]:
        own = difference.found
        places = dict.fromkeys(str(one) for one in (own.place_1, own.place_2) if one)
        told = [value_text(value)[:40] or "-" for value in (own.value_1, own.value_2)]
        step = f"{' / '.join(places)} {own.do}".strip() or "-"
        rows.append([difference.part, step, own.field, *told])
    yield text_table(rows)
    if len(found) > FIRST:
        yield f"  … and {len(found) - FIRST} more"


def _overall(one: SavedRun, two: SavedRun) -> Iterator[str]:
    for period in rank_agreements(one.scores, two.scores):
        start = f"Overall ranks in {period.period}" if period.period else "Overall ranks"
        alike = "-" if math.isnan(period.spearman) else f"{period.spearman:.4f}"
        shift = f"; largest shift {period.largest} ({', '.join(period.units[:5])})"
        yield (
            f"{start}: {period.changed} of {period.n} differ{shift if period.largest else ''};"
            f" Spearman's correlation {alike}."
        )
