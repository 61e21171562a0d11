import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as nps

from regin.engine import screen as _  # noqa: F401  # registers the step
from regin.engine.errors import FaultsError
from regin.engine.framework import Framework, Node
from regin.engine.recipe import recipe_from
from regin.engine.run import run, run_faults
from regin.engine.screen import screen, shares, shares_table
from regin.engine.steps import STEPS, Step, Work
from regin.engine.table import NO_CHOICE, State, Table

NAN = math.nan
CODES = ["a", "b", "c", "d"]
TREE = Framework(
    (
        Node("ALL", level=2, kind="aggregate"),
        *(Node(code, level=1, parent="ALL") for code in CODES),
        Node("POP", kind="denominator"),
    )
)
NA, NC = State.NOT_APPLICABLE, State.NO_COMPETENCE
YES, OPEN = State.ANSWERED, State.UNANSWERED


def table(rows, **more):
    cells = [[*row, 1.0] for row in rows]
    return Table.of([f"U{n}" for n in range(1, len(rows) + 1)], [*CODES, "POP"], cells, **more)


def screened(data, no_competence="exclude", **fields):
    step = {"do": "screen", **fields}
    return run(data, TREE, recipe_from({"step": [step], "no_competence": no_competence})).steps[0]


ROWS = [
    [1.0, 2.0, 3.0, 4.0],
    [1.0, NAN, 0.0, 0.0],
    [NAN, NAN, NAN, 0.0],
]


def test_shares_worked_by_hand():
    found = shares(ROWS)
    assert found.available.tolist() == [1.0, 0.75, 0.25]
    assert found.nonzero.tolist() == [1.0, 1 / 3, 0.0]


def test_units_with_too_little_leave_and_the_step_says_why():
    done = screened(table(ROWS), min_available=0.75)
    assert done.table.units == ("U1", "U2")
    assert done.details["dropped"] == [
        {"unit": "U3", "period": "", "available": 0.25, "nonzero": 0.0, "by_name": False}
    ]
    assert done.details["kept_by_name"] == []


def test_units_with_too_many_zeros_leave():
    assert screened(table(ROWS), min_nonzero=0.5).table.units == ("U1",)


def test_both_thresholds_count():
    rows = [[1.0, NAN, NAN, NAN], [0.0, 0.0, 0.0, 1.0], [1.0, 1.0, 1.0, NAN]]
    assert screened(table(rows), min_available=0.5, min_nonzero=0.5).table.units == ("U3",)


def test_without_thresholds_nobody_leaves():
    assert screened(table(ROWS)).table.units == ("U1", "U2", "U3")


def test_exact_fractions_do_not_fail_by_rounding():
    for part, whole in ((k, n) for n in range(1, 61) for k in range(n + 1)):
        there = np.full((1, whole), NAN)
        there[0, :part] = 1.0
        assert screen(shares(there), min_available=part / whole).all()
        zeros = np.nan_to_num(there)
        assert screen(shares(zeros), min_nonzero=part / whole).all()


def test_a_unit_is_kept_or_dropped_by_name():
    done = screened(table(ROWS), min_available=0.75, keep=["U3"], drop=["U1"])
    assert done.table.units == ("U2", "U3")
    assert [(d["unit"], d["by_name"]) for d in done.details["dropped"]] == [("U1", True)]
    assert [d["unit"] for d in done.details["kept_by_name"]] == ["U3"]


def test_a_name_that_makes_no_difference_is_not_listed():
    assert screened(table(ROWS), min_available=0.75, keep=["U1"]).details["kept_by_name"] == []


def test_cells_that_are_not_expected_count_nowhere():
    states = [[YES, NA, NA, NC, YES], [NA, NA, NC, NC, YES], [YES, OPEN, OPEN, OPEN, YES]]
    rows = [[1.0, NAN, NAN, NAN], [NAN] * 4, [1.0, NAN, NAN, NAN]]
    done = screened(table(rows, states=states), min_available=1.0, min_nonzero=1.0)
    assert done.table.units == ("U1", "U2")
    assert done.table.states.tolist() == states[:2]


def test_a_unit_without_anything_expected_has_no_share():
    states = [[YES] * 5, [NA] * 4 + [YES]]
    done = screened(table([[1.0] * 4, [NAN] * 4], states=states), drop=["U2"])
    assert done.details["dropped"] == [
        {"unit": "U2", "period": "", "available": None, "nonzero": None, "by_name": True}
    ]


def test_no_competence_that_counts_as_zero_is_expected_there_and_zero():
    states = [[YES, YES, NC, NC, YES], [YES] * 5]
    rows = [[1.0, 1.0, NAN, NAN], [1.0] * 4]
    steps = [{"do": "score_options"}, {"do": "screen", "min_available": 1.0, "min_nonzero": 0.6}]
    recipe = recipe_from({"step": steps, "no_competence": "zero"})
    done = run(table(rows, states=states), TREE, recipe).steps[1]
    assert done.table.units == ("U2",)
    assert (done.details["dropped"][0]["available"], done.details["dropped"][0]["nonzero"]) == (
        1.0,
        0.5,
    )


def test_an_imputed_value_counts_as_there():
    states = [[OPEN] * 5]
    assert screened(table([[1.0] * 4], states=states), min_available=1.0).table.units == ("U1",)


def test_an_option_counts_as_its_score_before_options_are_scored():
    tree = Framework((Node("Q", level=1, options=(("no", 0.0), ("yes", 1.0))),))
    data = Table.of(["A", "B", "C"], ["Q"], [[NAN]] * 3, choices=[[0], [1], [NO_CHOICE]])
    found = shares_table(data, tree, np.zeros((3, 1), dtype=bool))
    assert found.available.tolist() == [1.0, 1.0, 0.0]
    assert found.nonzero.tolist()[:2] == [0.0, 1.0]
    assert math.isnan(found.nonzero[2])


def test_denominators_do_not_count():
    data = Table.of(["A"], [*CODES, "POP"], [[1.0, 1.0, 1.0, 1.0, NAN]])
    assert screened(data, min_available=1.0).table.units == ("A",)


def test_a_unit_may_leave_in_one_period_only():
    data = Table.of(
        ["A", "A", "B", "B"],
        [*CODES, "POP"],
        [[1.0] * 5, [NAN] * 4 + [1.0], [1.0] * 5, [1.0] * 5],
        periods=["1", "2", "1", "2"],
    )
    done = screened(data, min_available=0.5)
    assert done.table.keys == (("A", "1"), ("B", "1"), ("B", "2"))
    assert [(d["unit"], d["period"]) for d in done.details["dropped"]] == [("A", "2")]
    assert screened(data, drop=["A"]).table.keys == (("B", "1"), ("B", "2"))


def test_weights_of_their_own_leave_with_their_rows():
    work = Work(table(ROWS), TREE, "exclude", {"a": np.array([1.0, 2.0, 3.0]), "b": 1.0})
    done = STEPS.get("screen").run(work, Step("screen", {"min_available": 1.0}))
    assert done.weights["a"].tolist() == [1.0]
    assert done.weights["b"] == 1.0


def test_if_nobody_is_left_that_is_an_error():
    with pytest.raises(FaultsError, match=r"Step 1 \(screen\) leaves no unit"):
        screened(table(ROWS), drop=["U1", "U2", "U3"])


def test_every_unit_that_is_unknown_or_named_twice_is_a_fault():
    fields = {"keep": ["U1", "X"], "drop": ["U1", "Y"]}
    recipe = recipe_from({"step": [{"do": "screen", **fields}]})
    found = [(f.code, f.params["unit"], f.column) for f in run_faults(table(ROWS), TREE, recipe)]
    assert found == [
        ("screen_kept_and_dropped", "U1", "drop"),
        ("screen_unknown_unit", "X", "keep"),
        ("screen_unknown_unit", "Y", "drop"),
    ]


def test_without_data_only_what_is_named_twice_is_a_fault():
    data = Table.of(["A"], ["a"], [[1.0]])  # lacks columns, so that steps are not shown it
    recipe = recipe_from({"step": [{"do": "screen", "keep": ["X", "Y"], "drop": ["X"]}]})
    codes = [f.code for f in run_faults(data, TREE, recipe) if f.code != "no_column"]
    assert codes == ["screen_kept_and_dropped"]


@pytest.mark.parametrize(
    ("field", "value"), [("min_available", 1.1), ("min_nonzero", "all"), ("keep", "U1")]
)
def test_fields_that_make_no_sense_are_errors(field, value):
    with pytest.raises(FaultsError, match=field):
        screened(table(ROWS), **{field: value})


GRIDS = nps.arrays(np.float64, (6, 4), elements=st.sampled_from([NAN, 0.0, 1.0, -2.0]))


@given(GRIDS, st.floats(0, 1), st.floats(0, 1), st.permutations(range(4)), st.integers(0, 3))
def test_columns_in_any_order_and_any_unit_give_the_same(grid, low, zero, order, column):
    stays = screen(shares(grid), low, zero)
    grid[:, column] *= 1000
    assert np.array_equal(screen(shares(grid[:, order]), low, zero), stays)


@given(GRIDS, st.floats(0, 1))
def test_a_column_that_nobody_is_expected_to_fill_changes_nothing(grid, low):
    wider = np.column_stack([grid, np.zeros(6)])
    expected = np.column_stack([np.ones((6, 4), dtype=bool), np.zeros(6, dtype=bool)])
    got = screen(shares(wider, expected), low, low)
    assert np.array_equal(got, screen(shares(grid), low, low))
