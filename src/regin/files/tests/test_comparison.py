import csv
import json
from pathlib import Path

import numpy as np
import pytest

from regin.engine.compare import KeptScores
from regin.files.comparison import (
    FILES,
    comparison_summary,
    differences,
    value_text,
    write_comparison,
)
from regin.files.saved_run import SavedRun

MEAN = {"do": "aggregate", "method": "arithmetic"}
RECIPE = {"no_competence": "exclude", "overall": {"of": "tree"}, "step": [MEAN]}


def saved(scores, name="one", **more):
    """A run with `scores` of units: unit -> (score, rank)."""
    keys = tuple((unit, "", "ALL") for unit in scores)
    numbers = np.array(list(scores.values()), dtype=float).reshape(len(scores), 2)
    counts = np.ones(len(scores), dtype=np.int64)
    kept = KeptScores(keys, (1,) * len(scores), numbers[:, 0], numbers[:, 1], counts, counts)
    given = {"engine_version": "1", "recipe": RECIPE, "inputs": {"data.csv": "a"}, **more}
    return SavedRun(Path(name), given["engine_version"], given["recipe"], given["inputs"], kept)


ONE = saved({"A": (10, 3), "B": (20, 2), "C": (30, 1), "=D": (5, 4)})
OTHER = {"engine_version": "2", "inputs": {"data.csv": "b", "units.csv": "c"}}
TWO = saved({"A": (25, 2), "B": (20, 3), "C": (30, 1), "E": (1, 4)}, "two", **OTHER)


def table(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def test_engine_inputs_and_recipe_are_compared():
    recipe = {**RECIPE, "step": [{**MEAN, "method": ["arithmetic"]}]}
    two = saved({}, **OTHER, recipe=recipe)
    assert [(one.part, one.found.field, one.found.value_1) for one in differences(ONE, two)] == [
        ("engine", "version", "1"),
        ("input", "data.csv", "a"),
        ("input", "units.csv", None),
        ("recipe", "method", "arithmetic"),
    ]


def test_the_file_of_the_recipe_is_no_input_as_the_recipe_itself_is_compared():
    one = saved({}, inputs={"data.csv": "a", "recipe.toml": "r"})
    two = saved({}, inputs={"data.csv": "a", "other.toml": "s"})
    assert differences(one, two) == []


def test_the_summary_counts_what_differs():
    said = comparison_summary(ONE, TWO)
    assert json.loads(json.dumps(said, allow_nan=False)) == said
    assert not said["same"]
    assert said["scores"] == {
        "rows": 5,
        "only_in_1": 1,
        "only_in_2": 1,
        "units_only_in_1": ["=D"],
        "units_only_in_2": ["E"],
        "codes_only_in_1": [],
        "codes_only_in_2": [],
        "scores_changed": 1,
        "ranks_changed": 2,
        "largest_score_difference": {"unit": "A", "period": "", "code": "ALL", "difference": 15},
    }
    [overall] = said["overall"]
    assert (overall["ranks_changed"], overall["largest_shift"]) == (2, 1)
    assert overall["largest_shift_units"] == ["A", "B"]
    assert overall["spearman"] == pytest.approx(0.5)


def test_a_run_is_the_same_as_itself():
    said = comparison_summary(ONE, ONE)
    assert said["same"]
    assert (said["differences"], said["scores"]["largest_score_difference"]) == ([], None)


def test_few_units_have_no_correlation():
    few = saved({"A": (10, 1)})
    assert comparison_summary(few, few)["overall"][0]["spearman"] is None


def test_the_files_have_every_score_and_every_difference(tmp_path):
    recipe = {**RECIPE, "step": [{"do": "score_options"}, MEAN]}
    two = saved({"A": (25, 2), "B": (20, 3)}, recipe=recipe)
    write_comparison(ONE, two, tmp_path, comparison_summary(ONE, two))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(FILES)
    rows = table(tmp_path / "comparison.csv")
    assert rows[1] == ["A", "", "ALL", "1", "10.0", "25.0", "15.0", "3", "2", "-1", "both"]
    assert rows[4] == ["'=D", "", "ALL", "1", "5.0", "", "", "4", "", "", "1"]
    found = table(tmp_path / "differences.csv")
    assert found[0] == [
        "part", "place_1", "place_2", "do", "field", "value_1", "value_2", "default",
    ]  # fmt: skip
    assert found[1] == ["recipe", "", "1", "score_options", "do", "", '{"do": "score_options"}', ""]


def test_fields_are_written_for_reading():
    texts = [value_text(value) for value in (None, "x", [1, 2.5], True)]
    assert texts == ["", "x", "[1, 2.5]", "true"]
