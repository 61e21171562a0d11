import math

import numpy as np
import pytest

from regin.engine import transform as _  # noqa: F401  # registers the step
from regin.engine.errors import FaultsError
from regin.engine.framework import Framework, Node
from regin.engine.recipe import recipe_from
from regin.engine.run import run
from regin.engine.table import State, Table
from regin.engine.transform import FUNCTIONS, transform, transform_table

NAN = math.nan
TREE = Framework(
    (
        Node("ALL", level=2, kind="aggregate"),
        Node("a", level=1, parent="ALL"),
        Node("b", level=1, parent="ALL"),
        Node("POP", kind="denominator"),
    )
)


def table(rows):
    return Table.of([f"U{n}" for n in range(len(rows))], ["a", "b", "POP"], rows)


def recipe(**fields):
    return recipe_from({"step": [{"do": "transform", **fields}]})


def after(rows, **fields):
    return run(table(rows), TREE, recipe(**fields)).steps[0].table


@pytest.mark.parametrize(
    ("function", "expected"),
    [("ln", [0.0, math.log(100)]), ("log10", [0.0, 2.0]), ("sqrt", [1.0, 10.0])],
)
def test_each_function_is_what_its_name_says(function, expected):
    assert transform([1, 100], function).tolist() == pytest.approx(expected, rel=1e-15)


def test_a_gap_stays_a_gap_and_shapes_stay():
    got = transform([[4.0, NAN], [0.0, 9.0]], "sqrt")
    assert np.array_equal(got, [[2.0, NAN], [0.0, 3.0]], equal_nan=True)


def test_only_the_named_columns_change_and_denominators_never():
    assert after([[10.0, 10.0, 10.0]], function="log10", columns=["b"]).values.tolist() == [
        [10.0, 1.0, 10.0]
    ]
    assert after([[10.0, 10.0, 10.0]], function="log10").values.tolist() == [[1.0, 1.0, 10.0]]


def test_the_three_tiers_say_the_same():
    rows = [[1.0, 5.0, 1.0], [2.0, NAN, 1.0]]
    by_step = after(rows, function="ln").values
    by_table = transform_table(table(rows), ["a", "b"], "ln").values
    assert np.array_equal(by_step, by_table, equal_nan=True)
    by_array = transform(np.array(rows)[:, :2], "ln")
    assert np.array_equal(by_array, by_table[:, :2], equal_nan=True)


def test_states_survive():
    states = [[State.ANSWERED, State.NOT_APPLICABLE, State.ANSWERED]]
    data = Table.of(["U"], ["a", "b", "POP"], [[4.0, NAN, 1.0]], states=states)
    done = run(data, TREE, recipe(function="sqrt")).steps[0].table
    assert done.states.tolist() == states


@pytest.mark.parametrize("function", ["ln", "log10"])
def test_a_logarithm_of_zero_names_every_column_and_how_many(function):
    with pytest.raises(FaultsError) as caught:
        after([[0.0, -1.0, 1.0], [-2.0, 1.0, 1.0]], function=function)
    found = [(f.code, f.params["node"], f.params["count"], f.column) for f in caught.value.faults]
    assert found == [
        ("transform_not_positive", "a", 2, "a"),
        ("transform_not_positive", "b", 1, "b"),
    ]
    assert f"{function} cannot take “a”; values of 0 or less: 2" in str(caught.value)


def test_a_root_takes_zero_but_nothing_below():
    assert transform([0.0], "sqrt").tolist() == [0.0]
    with pytest.raises(FaultsError, match="values below 0: 1"):
        transform([0.0, -1e-300], "sqrt")


def test_a_column_without_values_stays_so():
    assert np.isnan(after([[1.0, NAN, 1.0]], function="ln").values[0, 1])


def test_the_function_must_be_written_and_known():
    with pytest.raises(FaultsError, match="lacks the field “function”"):
        recipe()
    with pytest.raises(FaultsError, match=", ".join(FUNCTIONS)):
        recipe(function="exp")


def test_an_unknown_column_is_an_error():
    with pytest.raises(FaultsError, match="POP"):
        after([[1.0, 1.0, 1.0]], function="ln", columns=["POP"])
