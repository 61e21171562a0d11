"""Budget allocation and pairwise comparisons: numbers by hand, and what is said of bad tables."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests.counts import count

from regin.engine import weights_experts  # noqa: F401  # importing it registers the methods
from regin.engine.errors import FaultsError
from regin.engine.framework import Framework, Node
from regin.engine.recipe import recipe_from
from regin.engine.run import plan_faults
from regin.engine.table import Table
from regin.engine.weigh import weigh_table
from regin.engine.weights_experts import RANDOM_INDEX, ahp, budget_allocation

NAN = math.nan
TREE = Framework(
    (
        Node("ALL", level=3, kind="aggregate"),
        Node("G", level=2, parent="ALL", kind="aggregate", weight=3.0),
        Node("H", level=2, parent="ALL", kind="aggregate"),
        Node("a", level=1, parent="G"),
        Node("b", level=1, parent="G"),
        Node("c", level=1, parent="H", weight=4.0),
        Node("d", level=1, parent="H"),
        Node("pop", kind="denominator"),
    )
)
WEIGHTS = {node.code: node.weight for node in TREE.placed}
DATA = Table.of(["A"], list("abcd"), [[1, 2, 3, 4]])
HEAD = ("expert", "code", "points")


def points(*rows):
    return (HEAD, *rows)


def square(codes, *rows):
    return (("", *codes), *((code, *row) for code, row in zip(codes, rows, strict=True)))


def weighed(sheet, method="budget_allocation", **more):
    return weigh_table(DATA, TREE, WEIGHTS, method, sheet=sheet, **more)


def faults(sheet, method="budget_allocation", level=None):
    step = {"do": "weigh", "method": method, "table": "t.csv"}
    step |= {"level": level} if level else {}
    found = list(plan_faults(TREE, recipe_from({"step": [step]}), None, {"t.csv": sheet}))
    assert all(fault.file == "t.csv" and fault.what and fault.advice for fault in found)
    return found


def codes(found):
    return [fault.code for fault in found]


BOTH = points(("E1", "a", "60"), ("E1", "b", "40"), ("E2", "a", "80"), ("E2", "b", "20"))


def test_weights_are_the_mean_points_over_their_sum():
    found = weighed(BOTH, level=1)
    assert (found.weights["a"], found.weights["b"]) == (0.7, 0.3)
    assert found.details == (
        {
            "whole": "G",
            "experts": 2,
            "parts": [
                {"code": "a", "mean": 70.0, "sd": pytest.approx(math.sqrt(200)), "experts": 2},
                {"code": "b", "mean": 30.0, "sd": pytest.approx(math.sqrt(200)), "experts": 2},
            ],
        },
    )


def test_parts_that_the_table_does_not_name_keep_their_weights_and_that_is_said():
    found = weighed(BOTH, level=1)
    assert (found.weights["c"], found.weights["d"]) == (4.0, 1.0)
    assert [(w.code, w.params["whole"]) for w in found.warnings] == [("budget_kept", "H")]


def test_points_of_a_level_that_is_not_weighed_are_said_not_to_be_used():
    sheet = points(*BOTH[1:], ("E1", "G", "5"), ("E1", "H", "5"))
    found = weighed(sheet, level=2)
    assert (found.weights["G"], found.weights["a"]) == (0.5, 1.0)
    assert codes(found.warnings) == ["budget_unused", "budget_unused", "budget_totals"]


def test_a_gap_is_not_0_points():
    sheet = points(("E1", "a", "60"), ("E1", "b", "40"), ("E2", "a", "90"), ("E2", "b", " "))
    found = weighed(sheet, level=1)
    assert found.weights["a"] == pytest.approx(75 / 115)
    assert codes(found.warnings) == ["budget_kept", "budget_totals", "budget_gaps"]
    assert "Experts who give points to “b”: only 1 of 2." in str(found.warnings[2])
    assert [part["sd"] for part in found.details[0]["parts"]] == [pytest.approx(21.2132034), None]


def test_an_expert_for_other_parts_has_left_nothing_out():
    sheet = points(("E1", "a", "1"), ("E1", "b", "1"), ("E2", "c", "1"), ("E2", "d", "1"))
    found = weighed(sheet, level=1)
    assert codes(found.warnings) == []
    assert [one["experts"] for one in found.details] == [1, 1]


def test_nought_points_give_no_weight_and_that_is_said():
    found = weighed(points(("E", "a", "0"), ("E", "b", "3"), ("E", "c", "1"), ("E", "d", "1")))
    assert found.weights["a"] == 0
    assert codes(found.warnings) == ["budget_kept", "weight_zero"]


@settings(max_examples=count(100, 10), deadline=None)
@given(
    arrays(np.float64, (3, 4), elements=st.floats(0.5, 100)),
    st.floats(0.1, 10),
    st.permutations(range(4)),
)
def test_scale_and_order_of_points_do_not_matter(grid, factor, order):
    plain = budget_allocation(grid)
    assert plain.sum() == pytest.approx(1)
    assert budget_allocation(grid * factor) == pytest.approx(plain)
    assert budget_allocation(grid[:, order]) == pytest.approx(plain[order])


def test_points_that_give_no_weights_are_refused():
    with pytest.raises(FaultsError, match="“2”"):
        budget_allocation([[1, NAN], [2, NAN]])
    with pytest.raises(FaultsError, match="are 0"):
        budget_allocation([[0, 0]])


def test_columns_may_stand_anywhere_and_others_are_carried():
    sheet = (("Code", "why", " Points ", "EXPERT"), ("a", "x", "1", "E"), ("b", "", "3", "E"), ())
    assert weighed(sheet, level=1).weights["b"] == 0.75


@pytest.mark.parametrize(
    ("sheet", "expected"),
    [
        ((), [("budget_heading", 1)] * 3),
        ((("expert", "code"),), [("budget_heading", 1)]),
        (points(("E", "a", "1"), (" ", "b", "1")), [("budget_expert", 3)]),
        (points(("E", "nowhere", "1"), ("E", "ALL", "1"), ("E", "pop", "1")), "budget_code"),
        (points(("E", "a", "1"), ("E", "a", "2"), ("E", "b", "1")), [("budget_twice", 3)]),
        (points(("E", "a", "-1"), ("E", "b", "x"), ("E", "a")), "many"),
        (points(("E", "a", "1")), [("budget_missing", None)]),
        (points(("E", "a", "1"), ("E", "b")), [("budget_missing", None)]),
        (points(("E", "a", "0"), ("E", "b", "0")), [("budget_zero", None)]),
    ],
)
def test_faults_of_a_table_of_points_say_the_row(sheet, expected):
    if expected == "budget_code":
        expected = [("budget_code", row) for row in (2, 3, 4)]
    if expected == "many":
        expected = [("budget_points", 2), ("budget_points", 3), ("budget_twice", 4)]
    assert [(fault.code, fault.row) for fault in faults(sheet)] == expected


@pytest.mark.parametrize("cell", ["nan", "inf", "1e999", "1_0", "1/0", "1e80", "½", "1,5"])
def test_what_is_no_number_is_no_points(cell):
    assert codes(faults(points(("E", "a", cell), ("E", "b", "1")))) == ["budget_points"]


def test_a_table_that_names_no_part_weighs_nothing_and_says_so():
    found = weighed(points(), level=1)
    assert (found.weights, found.details) == (WEIGHTS, ())
    assert codes(found.warnings) == ["budget_kept", "budget_kept"]


def test_consistent_comparisons_give_back_the_weights():
    weights = np.array([0.5, 0.3, 0.15, 0.05])
    found = ahp(weights[:, None] / weights)
    assert found.weights == pytest.approx(weights)
    assert (found.eigenvalue, found.index) == (pytest.approx(4), 0.0)
    assert found.ratio == 0.0


def test_three_parts_have_the_numbers_one_can_work_out_by_hand():
    """Of three parts, weights are the geometric means of the rows."""
    found = ahp([[1, 2, 6], [1 / 2, 1, 2], [1 / 6, 1 / 2, 1]])
    roots = np.array([12, 1, 1 / 12]) ** (1 / 3)
    assert found.weights == pytest.approx(roots / roots.sum())
    turn = (6 / (2 * 2)) ** (1 / 3)
    assert found.eigenvalue == pytest.approx(1 + turn + 1 / turn)
    assert found.ratio == pytest.approx((found.eigenvalue - 3) / 2 / 0.58)


@settings(max_examples=count(100, 10), deadline=None)
@given(arrays(np.float64, 5, elements=st.floats(0.2, 5)), st.permutations(range(5)))
def test_the_order_of_compared_parts_does_not_matter(weights, order):
    grid = weights[:, None] / weights
    grid[0, 1], grid[1, 0] = 3.0, 1 / 3
    plain, turned = ahp(grid), ahp(grid[np.ix_(order, order)])
    assert turned.weights == pytest.approx(plain.weights[list(order)], rel=1e-9)
    assert turned.eigenvalue == pytest.approx(plain.eigenvalue)


@pytest.mark.parametrize("count", [1, 2])
def test_up_to_two_parts_are_always_consistent(count):
    found = ahp(np.ones((count, count)))
    assert (found.index, found.ratio) == (0.0, 0.0)


def test_a_matrix_larger_than_the_known_indices_has_no_ratio():
    assert ahp(np.ones((11, 11))).ratio is None
    assert ahp(np.ones((10, 10))).ratio == 0.0
    assert len(RANDOM_INDEX) == 10


@pytest.mark.parametrize("shape", [(2, 3), (0, 0), (4,)])
def test_only_square_matrices_can_be_compared(shape):
    with pytest.raises(ValueError, match="square"):
        ahp(np.ones(shape))


def test_every_pair_that_does_not_fit_is_named():
    with pytest.raises(FaultsError) as error:
        ahp([[1, 3, -2], [3, 2, 1], [0, 1, 1]])
    assert codes(error.value.faults) == ["ahp_pair", "ahp_entry", "ahp_diagonal", "ahp_entry"]
    assert error.value.faults[0].params == {"node": "1", "other": "2", "value": 3.0, "back": 3.0}


def test_two_decimals_are_enough_for_an_inverse():
    assert ahp([[1, 7], [0.14, 1]]).weights[0] == pytest.approx(7 / 8, abs=0.003)


def test_a_matrix_weighs_the_parts_it_names_and_no_others():
    found = weighed(square(["b", "a"], ["1", " 1 / 3 "], ["3", "1"]), "ahp")
    assert found.weights == {**WEIGHTS, "a": 0.75, "b": 0.25}
    assert found.details == ({"whole": "G", "lambda": pytest.approx(2), "CI": 0.0, "CR": 0.0},)
    assert found.warnings == ()


def wide(count):
    names = [f"p{n}" for n in range(count)]
    tree = Framework(
        (Node("T", level=2, kind="aggregate"), *(Node(n, level=1, parent="T") for n in names))
    )
    return tree, names, dict.fromkeys(["T", *names], 1.0)


def test_comparisons_that_contradict_each_other_are_used_with_a_warning():
    tree, names, weights = wide(3)
    sheet = square(names, ["1", "9", "1/9"], ["1/9", "1", "9"], ["9", "1/9", "1"])
    found = weigh_table(Table.of(["A"], names, [[1] * 3]), tree, weights, "ahp", sheet=sheet)
    assert [found.weights[n] for n in names] == pytest.approx([1 / 3] * 3)
    assert codes(found.warnings) == ["ahp_inconsistent"]


def test_a_ratio_that_is_not_known_is_said():
    tree, names, weights = wide(11)
    sheet = square(names, *[["1"] * 11] * 11)
    found = weigh_table(Table.of(["A"], names, [[1] * 11]), tree, weights, "ahp", sheet=sheet)
    assert codes(found.warnings) == ["ahp_no_ratio"]
    assert found.details[0]["CR"] is None


@pytest.mark.parametrize(
    ("sheet", "expected"),
    [
        ((), [("ahp_parts", 1)]),
        (square(["a"], ["1"]), [("ahp_parts", 1)]),
        (square(["a", "a"], ["1", "1"], ["1", "1"]), [("ahp_parts", 1)]),
        (square(["a", "c"], ["1", "1"], ["1", "1"]), [("ahp_parts", 1)]),
        ((("", "a", "b", " "), ("b", "1", "1"), ("a", "1", "1")), [("ahp_row", 2), ("ahp_row", 3)]),
        ((("", "a", "b"), ("a", "1", "1")), [("ahp_row_missing", None)]),
        (
            (*square(["a", "b"], ["1", "1"], ["1", "1"]), (), ("c", "1", "1")),
            [("ahp_row_extra", 5)],
        ),
        (square(["a", "b"], ["1", ""], ["x"]), [("ahp_entry", 2), *[("ahp_entry", 3)] * 2]),
        ((("", "a", "b"), (), ("a", "1", "3"), ("b", "2", "1")), [("ahp_pair", 3)]),
    ],
)
def test_faults_of_a_matrix_say_the_row(sheet, expected):
    assert [(fault.code, fault.row) for fault in faults(sheet, "ahp")] == expected


def test_a_matrix_of_another_level_is_refused():
    sheet = square(["a", "b"], ["1", "1"], ["1", "1"])
    assert codes(faults(sheet, "ahp", level=2)) == ["ahp_level"]
    assert faults(sheet, "ahp", level=1) == []


@pytest.mark.parametrize("method", ["ahp", "budget_allocation"])
def test_a_table_given_by_hand_is_checked_as_well(method):
    with pytest.raises(FaultsError):
        weighed((), method)


@pytest.mark.parametrize("method", ["ahp", "budget_allocation"])
def test_tables_are_not_asked_for_while_only_the_recipe_is_known(method):
    step = {"do": "weigh", "method": method, "table": "t"}
    assert list(plan_faults(TREE, recipe_from({"step": [step]}))) == []
