import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests.counts import count

from regin.engine.consistency import cronbach, cronbach_table, groups_of
from regin.engine.framework import Framework, Node
from regin.engine.table import Table

NAN = math.nan


def test_alpha_is_worked_by_hand():
    # Variances 1 and 4, covariance 1, so the sum has 7: 2·(1 - 5/7). Standardised: 2·(1 - 2/3).
    made = cronbach([[1, 2], [2, 6], [3, 4]], ["a", "b"], "g")
    assert (made.group, made.n_parts) == ("g", 2)
    assert made.raw == pytest.approx(4 / 7)
    assert made.standardised == pytest.approx(2 / 3)
    assert [one.code for one in made.deleted] == ["a", "b"]
    assert [one.r for one in made.deleted] == pytest.approx([0.5, 0.5])
    assert all(math.isnan(one.raw) for one in made.deleted)


def test_alpha_without_a_part_is_that_of_the_others():
    grid = np.random.default_rng(4).normal(size=(20, 4)) + np.arange(20)[:, None] / 9
    grid[3, 1] = NAN
    made = cronbach(grid)
    for place, one in enumerate(made.deleted):
        rest = cronbach(np.delete(grid, place, axis=1))
        assert (one.raw, one.standardised) == pytest.approx((rest.raw, rest.standardised))
        assert one.code == str(place + 1)


def test_equal_parts_have_the_alpha_one_and_opposite_parts_none():
    column = np.array([1.0, 2, 3, 5])
    assert cronbach(np.column_stack([column] * 3)).raw == pytest.approx(1)
    made = cronbach(np.column_stack([column, 6 - column]))
    assert math.isnan(made.raw)
    assert math.isnan(made.standardised)


def test_three_parts_that_cancel_have_no_total_and_no_alpha():
    made = cronbach([[1, 1, -2], [2, 1, -3], [0, 4, -4.0], [1, 2, -3]])
    assert math.isnan(made.raw)
    assert not math.isnan(made.deleted[2].raw)


def test_a_rest_without_variance_relates_to_nothing():
    made = cronbach([[1, 2, 1.0], [2, 1, 5], [3, 0, 2]])
    assert math.isnan(made.deleted[2].r)


@pytest.mark.parametrize(
    "grid",
    [
        np.empty((0, 3)),
        np.ones((1, 3)),
        np.full((5, 2), NAN),
        np.full((5, 2), 0.1),
        [[1, 2], [2, 4], [NAN, 3]],
        [[1], [2], [3]],
    ],
)
def test_too_little_has_no_alpha(grid):
    made = cronbach(grid)
    assert math.isnan(made.raw)
    assert math.isnan(made.standardised)


def test_a_constant_part_has_no_variance_to_standardise():
    made = cronbach([[1, 2, 7], [2, 6, 7], [3, 4, 7]])
    # variances 1, 4, 0 and 7 of the sum: 3/2·(1 - 5/7)
    assert made.raw == pytest.approx(3 / 7)
    assert math.isnan(made.standardised)
    assert made.deleted[2].standardised == pytest.approx(2 / 3)


def node(code, level, parent, **more):
    return Node(code, level=level, parent=parent, **more)


TREE = Framework(
    (
        node("top", 3, "", kind="aggregate"),
        node("one", 2, "top", kind="aggregate"),
        node("a", 1, "one"),
        node("b", 1, "one"),
        node("c", 1, "top"),
    )
)


def test_every_aggregate_is_a_group_and_so_are_all_indicators():
    assert groups_of(TREE) == {"one": ("a", "b"), "top": ("one", "c"), "all": ("a", "b", "c")}


def test_all_indicators_are_no_group_where_the_root_holds_them():
    flat = Framework(
        (node("all", 2, "", kind="aggregate"), node("a", 1, "all"), node("b", 1, "all"))
    )
    assert groups_of(flat) == {"all": ("a", "b")}
    assert groups_of(Framework((node("a", 1, ""),))) == {}


def test_a_node_called_all_keeps_its_name():
    nodes = (node("all", 3, "", kind="aggregate"), node("one", 2, "all", kind="aggregate"))
    tree = Framework((*nodes, node("a", 1, "one"), node("b", 1, "all")))
    assert list(groups_of(tree)) == ["one", "all", "all indicators"]


def test_groups_of_a_table_are_taken_period_by_period():
    values = [[1, 2, 5], [2, 6, 1], [3, 4, 2], [1, 1, 1], [2, 2, 3], [3, 3, 2]]
    table = Table.of("ABCABC", ["a", "b", "c"], values, periods=["x"] * 3 + ["y"] * 3)
    made = {(one.period, one.group): one for one in cronbach_table(table, TREE)}
    assert made["x", "one"].raw == pytest.approx(4 / 7)
    assert made["y", "one"].raw == pytest.approx(1)
    assert math.isnan(made["x", "top"].raw)  # the table has no column for the aggregate
    assert made["x", "all"].n_parts == 3


@settings(max_examples=count(100, 10), deadline=None)
@given(
    arrays(np.float64, (8, 3), elements=st.integers(-9, 9).map(float)),
    st.permutations(range(8)),
    st.permutations(range(3)),
)
def test_order_and_unit_play_no_role_and_one_is_the_most(grid, rows, columns):
    made = cronbach(grid)
    other = cronbach(grid[rows][:, columns] * 8 + 1)
    assert other.raw == pytest.approx(made.raw, rel=1e-6, abs=1e-6, nan_ok=True)
    assert other.standardised == pytest.approx(made.standardised, rel=1e-6, abs=1e-6, nan_ok=True)
    assert not made.raw > 1 + 1e-12
    assert not made.standardised > 1 + 1e-12
