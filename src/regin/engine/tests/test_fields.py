import pytest

from regin.engine.errors import FaultsError
from regin.engine.fields import (
    column_faults,
    flag,
    is_number,
    names,
    number_range,
    one_of,
    text,
    whole_between,
)
from regin.engine.framework import Framework, Node
from regin.engine.recipe import recipe_from
from regin.engine.run import plan_faults
from regin.engine.steps import Plan, Step


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (whole_between(1, 5), [1, 5], [0, 6, 1.0, True, "1"]),
        (one_of(("a", "b")), ["a"], ["c", 1, ["a"]]),
        (names, [["a"], ["a", "b"]], [[], "a", [1], None]),
        (text, ["a"], ["", 1]),
        (flag, [True, False], [0, "true"]),
        (number_range, [[0, 1], [-1.5, 2]], [[1, 0], [0], [0, "1"], 3, [0, float("inf")]]),
    ],
)
def test_a_field_takes_what_it_says_and_nothing_else(check, good, bad):
    assert [check(value) for value in good] == [None] * len(good)
    assert all(check(value) is not None for value in bad)


def test_a_number_is_finite_and_fits_a_float():
    assert is_number(3)
    assert is_number(-0.5)
    assert not any(map(is_number, (True, "3", float("nan"), float("inf"), 10**400)))


def test_columns_that_are_no_indicators_are_named_with_their_step():
    tree = Framework((Node("ALL", level=2, kind="aggregate"), Node("a", level=1, parent="ALL")))
    written = {"do": "normalise", "method": "minmax", "columns": ["a", "ALL", "b"]}
    recipe = recipe_from({"step": [written]})
    found = [f.params["node"] for f in plan_faults(tree, recipe) if f.code == "unknown_column"]
    assert found == ["ALL", "b"]
    assert list(column_faults(Plan(tree, ()), Step("normalise", {"method": "none"}))) == []
    with pytest.raises(FaultsError, match="columns"):
        recipe_from({"step": [{**written, "columns": "a"}]})


OPTIONS = Framework(
    (
        Node("ALL", level=2, kind="aggregate"),
        Node("a", level=1, parent="ALL"),
        Node("q", level=1, parent="ALL", options=(("yes", 100.0), ("no", 0.0))),
    )
)
SCORE = {"do": "score_options"}


@pytest.mark.parametrize(
    ("step", "code"),
    [
        ({"do": "transform", "function": "sqrt"}, "column_not_scored"),
        ({"do": "outliers"}, "column_not_scored"),
        ({"do": "normalise", "method": "minmax"}, "normalise_options"),
    ],
)
def test_a_named_column_of_options_is_a_fault_before_its_scores_and_none_after(step, code):
    named = {**step, "columns": ["a", "q"]}
    (found,) = plan_faults(OPTIONS, recipe_from({"step": [named, SCORE]}))
    assert (found.code, found.params["node"], found.params["place"]) == (code, "q", 1)
    assert "Write the step score_options before it" in found.advice
    assert list(plan_faults(OPTIONS, recipe_from({"step": [SCORE, named]}))) == []
    others = recipe_from({"step": [{**step, "columns": ["a"]}, SCORE]})
    assert list(plan_faults(OPTIONS, others)) == []


@pytest.mark.parametrize("step", [{"do": "transform", "function": "sqrt"}, {"do": "outliers"}])
def test_without_columns_options_have_no_values_that_a_step_could_take(step):
    assert list(plan_faults(OPTIONS, recipe_from({"step": [step, SCORE]}))) == []


def test_a_range_from_high_to_low_is_refused_and_the_direction_is_named_instead():
    written = {"do": "normalise", "method": "minmax", "range": [100, 0]}
    with pytest.raises(FaultsError) as error:
        recipe_from({"step": [written]})
    (fault,) = error.value.faults
    assert (fault.code, fault.column) == ("field_range", "range")
    assert fault.what == "In step 1 (normalise) the field “range” is [100, 0]."
    assert "lower number first" in fault.advice
    assert "direction -1 in structure.csv" in fault.advice
