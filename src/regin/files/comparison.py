"""The files of `regin compare`: comparison.csv, differences.csv, compare.json."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from regin import __version__
from regin.engine.compare import (
    KeptScores,
    RecipeDifference,
    ScoreDifference,
    compare_recipes,
    compare_scores,
    rank_agreements,
)
from regin.files.index.writer import write_rows
from regin.files.records import Record, known, record_rows, whole
from regin.files.run_json import Saved
from regin.files.saved_run import SavedRun

COMPARISON, DIFFERENCES, COMPARE = "comparison.csv", "differences.csv", "compare.json"
FILES = (COMPARISON, DIFFERENCES, COMPARE)

COMPARISON_COLUMNS = (
    *("unit", "period", "code", "level", "score_1", "score_2", "score_difference"),
    *("rank_1", "rank_2", "rank_difference", "found_in"),
)
DIFFERENCE_COLUMNS = ("part", "place_1", "place_2", "do", "field", "value_1", "value_2", "default")


@dataclass(frozen=True)
class Difference:
    """Something that the two runs were not computed alike in.

    `part` is “engine”, “input” or “recipe”; of robustness runs also “assumption” or “draws”. An
    input that only one run has is None in the other.
    """

    part: str
    found: RecipeDifference


def differences(one: SavedRun, two: SavedRun) -> list[Difference]:
    """List what differs in engine version, inputs and recipe."""
    return common_differences(one, two, one.inputs, two.inputs)


def common_differences(
    one: Saved, two: Saved, inputs: Mapping[str, str], others: Mapping[str, str]
) -> list[Difference]:
    """List what differs between runs of any kind; `inputs` and `others` map names to hashes.

    The file of the recipe is no input here: what it says is compared instead.
    """
    found = []
    if one.engine_version != two.engine_version:
        versions = one.engine_version, two.engine_version
        found.append(plain_difference("engine", "version", *versions))
    for name in sorted(inputs.keys() | others.keys()):
        hashes = [
            None if name == run.recipe_file else own.get(name)
            for run, own in ((one, inputs), (two, others))
        ]
        if hashes[0] != hashes[1]:
            found.append(plain_difference("input", name, *hashes))
    return [*found, *(Difference("recipe", d) for d in compare_recipes(one.recipe, two.recipe))]


def plain_difference(part: str, name: str, one: object, two: object) -> Difference:
    """Build the difference of something that is in no step."""
    return Difference(part, RecipeDifference(None, None, "", name, one, two))


@dataclass
class Counts:
    """How many scores differ, and how far. `rows` are all; only_1 and only_2 stand in one run."""

    rows: int = 0
    only_1: int = 0
    only_2: int = 0
    scores_changed: int = 0
    ranks_changed: int = 0
    furthest: ScoreDifference | None = field(default=None)
    units: tuple[set[str], set[str]] = field(default_factory=lambda: (set(), set()))
    codes: tuple[set[str], set[str]] = field(default_factory=lambda: (set(), set()))

    def add(self, one: ScoreDifference) -> None:
        """Count one score."""
        self.rows += 1
        for place, other in enumerate(("2", "1")):
            if one.found_in != other:
                self.units[place].add(one.unit)
                self.codes[place].add(one.code)
        self.only_1 += one.found_in == "1"
        self.only_2 += one.found_in == "2"
        if one.found_in != "both":
            return
        self.scores_changed += not one.same_score
        self.ranks_changed += not one.same_rank
        size = abs(one.score_difference)
        # NaN exceeds no number: a score that one run lacks has no difference.
        if size > (0.0 if self.furthest is None else abs(self.furthest.score_difference)):
            self.furthest = one


def counts_of(one: KeptScores, two: KeptScores) -> Counts:
    """Count the differences of all scores."""
    found = Counts()
    for difference in compare_scores(one, two):
        found.add(difference)
    return found


def comparison_summary(one: SavedRun, two: SavedRun) -> dict[str, object]:
    """Return what compare.json says."""
    counts, found = counts_of(one.scores, two.scores), differences(one, two)
    return {
        "engine_version": __version__,
        "runs": [_run(one), _run(two)],
        "same": not found and not _differ(counts),
        "scores": _counted(counts),
        "overall": [
            {
                "period": period.period,
                "n": period.n,
                "ranks_changed": period.changed,
                "largest_shift": period.largest,
                "largest_shift_units": list(period.units),
                "spearman": None if math.isnan(period.spearman) else period.spearman,
            }
            for period in rank_agreements(one.scores, two.scores)
        ],
        "differences": [difference_record(one) for one in found],
    }


def _run(run: SavedRun) -> dict[str, object]:
    return {
        "name": run.folder.name,
        "engine_version": run.engine_version,
        "overall_code": run.scores.root,
    }


def _differ(counts: Counts) -> bool:
    return bool(counts.only_1 or counts.only_2 or counts.scores_changed or counts.ranks_changed)


def _counted(counts: Counts) -> dict[str, object]:
    largest = counts.furthest
    return {
        "rows": counts.rows,
        "only_in_1": counts.only_1,
        "only_in_2": counts.only_2,
        "units_only_in_1": sorted(counts.units[0] - counts.units[1]),
        "units_only_in_2": sorted(counts.units[1] - counts.units[0]),
        "codes_only_in_1": sorted(counts.codes[0] - counts.codes[1]),
        "codes_only_in_2": sorted(counts.codes[1] - counts.codes[0]),
        "scores_changed": counts.scores_changed,
        "ranks_changed": counts.ranks_changed,
        "largest_score_difference": None
        if largest is None
        else {
            "unit": largest.unit,
            "period": largest.period,
            "code": largest.code,
            "difference": largest.score_difference,
        },
    }


def write_comparison(
    one: SavedRun, two: SavedRun, folder: Path, summary: Mapping[str, object]
) -> None:
    """Write every file into `folder`; `summary` is what `comparison_summary` returned."""
    scores = map(score_record, compare_scores(one.scores, two.scores))
    write_rows(folder / COMPARISON, record_rows(COMPARISON_COLUMNS, scores))
    write_differences(folder, differences(one, two), summary)


def write_differences(
    folder: Path, found: Sequence[Difference], summary: Mapping[str, object]
) -> None:
    """Write the files that comparisons of every kind have: what differs, and the summary."""
    told = [_told(difference_record(one)) for one in found]
    write_rows(folder / DIFFERENCES, record_rows(DIFFERENCE_COLUMNS, told))
    text = json.dumps(summary, ensure_ascii=False, indent=2, allow_nan=False)
    (folder / COMPARE).write_text(text + "\n", encoding="utf-8", newline="\n")


def score_record(one: ScoreDifference) -> Record:
    """Return a score in both runs under the headings of comparison.csv."""
    return {
        "unit": one.unit,
        "period": one.period,
        "code": one.code,
        "level": one.level,
        "score_1": known(one.values[0]),
        "score_2": known(one.values[1]),
        "score_difference": known(one.score_difference),
        "rank_1": whole(one.ranks[0]),
        "rank_2": whole(one.ranks[1]),
        "rank_difference": whole(one.rank_difference),
        "found_in": one.found_in,
    }


def difference_record(one: Difference) -> dict[str, object]:
    """Return a difference under the headings of differences.csv."""
    own = one.found
    values = (own.place_1, own.place_2, own.do, own.field, own.value_1, own.value_2, own.default)
    return dict(zip(DIFFERENCE_COLUMNS, (one.part, *values), strict=True))


def _told(record: dict[str, object]) -> Record:
    """The same record with the fields of recipes as texts."""
    texts = {name: value_text(record[name]) for name in ("value_1", "value_2", "default")}
    return {**record, **texts}


def value_text(value: object) -> str:
    """Write a field of a recipe for reading: texts as they are, the rest as JSON, nothing empty."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
