import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from regin.engine.compare_ranks import KeptRanks
from regin.engine.errors import FaultsError
from regin.files.comparison import FILES
from regin.files.rank_comparison import (
    COLUMNS,
    rank_comparison_summary,
    rank_differences,
    refuse_other_kinds,
    write_rank_comparison,
)
from regin.files.run_json import Saved
from regin.files.saved_robustness import Drawing, SavedRobustness

RECIPE = {
    "no_competence": "exclude",
    "overall": {"of": "tree"},
    "step": [{"do": "aggregate", "method": "arithmetic"}],
}
OUT = {"name": "out", "exclude": "one indicator"}
NOISE = {"name": "noise", "weights": {"levels": [1], "noise": 0.25}}
DRAWN = Drawing(1, 64, 256, False, "d" * 64, None)


def saved(ranks, name="one", **more):
    """A run with `ranks` of units: unit -> (nominal, median, low, high)."""
    grid = np.array(list(ranks.values()), dtype=float).reshape(len(ranks), 4)
    kept = KeptRanks(tuple((unit, "") for unit in ranks), *grid.T)
    run = SavedRobustness(
        Path(name),
        "1",
        RECIPE,
        {"data.csv": "a", "recipe.toml": "r"},
        [OUT],
        {"A.toml": "x", "sets.csv": "s"},
        {"A.toml": "assumptions", "sets.csv": "table"},
        DRAWN,
        kept,
        {},
    )
    return replace(run, **more)


ONE = saved({"A": (1, 1, 1, 2), "B": (2, 2.5, 1, 4), "=C": (3, 3, 3, 3), "D": (4, 4, 4, 4)})
TWO = saved({"A": (1, 4, 3, 4), "B": (3, 2, 1, 4), "=C": (2, 3, 3, 3), "E": (4, 4, 4, 4)}, "two")


def said_of(one, two):
    return [
        (each.part, each.found.field, each.found.value_1, each.found.value_2)
        for each in rank_differences(one, two)
    ]


def test_what_went_in_is_compared_and_neither_recipe_nor_assumptions_by_their_files():
    two = saved(
        {},
        engine_version="2",
        inputs={"data.csv": "b", "other.toml": "o"},
        beside={"B.toml": "y", "sets.csv": "t", "D.csv": "z"},
        roles={"B.toml": "assumptions", "sets.csv": "table", "D.csv": "design"},
        recipe={**RECIPE, "no_competence": "zero"},
        assumptions=[OUT, NOISE],
        drawing=Drawing(2, 32, 32, True, "e" * 64, "D.csv"),
    )
    assert said_of(ONE, two) == [
        ("engine", "version", "1", "2"),
        ("input", "data.csv", "a", "b"),
        ("input", "sets.csv", "s", "t"),
        ("recipe", "no_competence", "exclude", "zero"),
        ("assumption", "name", None, NOISE),
        ("draws", "draws", 64, 32),
        ("draws", "seed", 1, 2),
        ("draws", "sensitivity", True, False),
        ("draws", "design", None, "e" * 64),
    ]


def test_draws_of_a_seed_are_compared_by_what_they_depend_on():
    assert said_of(ONE, saved({}, drawing=replace(DRAWN, design="e" * 64))) == []


def test_a_run_is_the_same_as_itself():
    said = rank_comparison_summary(ONE, ONE)
    assert said["same"]
    assert (said["differences"], said["ranks"]["furthest"]) == ([], None)


def test_the_summary_counts_what_moved_and_names_intervals_that_parted():
    said = rank_comparison_summary(ONE, TWO)
    assert json.loads(json.dumps(said, allow_nan=False)) == said
    assert not said["same"]
    ranks = said["ranks"]
    assert ranks["rows"] == 5
    assert (ranks["only_in_1"], ranks["only_in_2"]) == (
        [{"unit": "D", "period": ""}],
        [{"unit": "E", "period": ""}],
    )
    assert (ranks["nominal_changed"], ranks["medians_changed"], ranks["intervals_changed"]) == (
        2, 2, 1,
    )  # fmt: skip
    assert (ranks["furthest"]["unit"], ranks["furthest"]["median_difference"]) == ("A", 3)
    [parted] = ranks["no_longer_overlap"]
    assert (parted["unit"], parted["q95_1"], parted["q05_2"], parted["overlap"]) == (
        "A", 2, 3, False,
    )  # fmt: skip
    assert said["runs"][0] == {
        "name": "one",
        "engine_version": "1",
        "draws": 64,
        "seed": 1,
        "design": None,
    }


def test_the_files_have_every_unit_and_every_difference(tmp_path):
    two = replace(TWO, assumptions=[NOISE])
    write_rank_comparison(ONE, two, tmp_path, rank_comparison_summary(ONE, two))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(FILES)
    with (tmp_path / "comparison.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    assert tuple(rows[0]) == COLUMNS
    assert rows[1] == ["A", "", *"110", *"143", *"132", *"242", "no", "both"]
    assert rows[2][5:8] == ["2.5", "2", "-0.5"]
    assert rows[3][0] == "'=C"
    assert rows[4][2:] == ["4", "", ""] * 4 + ["", "1"]
    found = (tmp_path / "differences.csv").read_text(encoding="utf-8").splitlines()
    assert found[1].startswith("assumption,1,,out,name,")


def test_a_score_run_and_a_robustness_run_are_not_compared():
    plain = Saved(Path("scored"), "1", RECIPE, {})
    refuse_other_kinds(ONE, TWO)
    refuse_other_kinds(plain, plain)
    with pytest.raises(FaultsError, match=r"“one” was written by regin robustness, and “scored”"):
        refuse_other_kinds(ONE, plain)
