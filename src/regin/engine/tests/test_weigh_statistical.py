"""Principal component and factor weights: by hand, and where correlations say nothing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests.counts import count

from regin.engine.errors import FaultsError
from regin.engine.framework import Framework, Node
from regin.engine.table import LARGEST, Table
from regin.engine.weigh import weigh_table
from regin.engine.weights_statistical import factor, pairwise_correlations, pca

CELLS = st.one_of(st.integers(-20, 20).map(float), st.just(np.nan))
GRIDS = arrays(np.float64, (9, 3), elements=CELLS)
RANDOM = np.random.default_rng(2).normal(size=(20, 3)) + np.arange(20)[:, None] / 4


def weighed(grid, method="pca", periods=None):
    names = [f"p{n}" for n in range(grid.shape[1])]
    nodes = (Node("T", level=2, kind="aggregate"), *(Node(n, level=1, parent="T") for n in names))
    keys = [f"U{n}" for n in range(len(grid))]
    table = Table.of(keys, names, grid, periods=periods)
    found = weigh_table(table, Framework(nodes), dict.fromkeys(["T", *names], 1.0), method)
    return [found.weights[name] for name in names], found


def codes(found):
    return [fault.code for fault in found.warnings]


@settings(max_examples=count(100, 10), deadline=None)
@given(GRIDS)
def test_each_pair_is_correlated_over_the_rows_that_have_both(grid):
    found, counts = pairwise_correlations(grid)
    for one in range(3):
        for other in range(3):
            both = ~np.isnan(grid[:, [one, other]]).any(axis=1)
            x, y = grid[both, one], grid[both, other]
            assert counts[one, other] == both.sum()
            if len(x) < 2 or np.ptp(x) == 0 or np.ptp(y) == 0:
                assert np.isnan(found[one, other])
            else:
                assert found[one, other] == pytest.approx(np.corrcoef(x, y)[0, 1], abs=1e-9)


def test_the_largest_values_have_a_correlation():
    found, _ = pairwise_correlations(np.array([[1, 2], [2, 4], [-3, -6]]) * LARGEST / 10)
    assert found[0, 1] == pytest.approx(1)


def test_one_component_weighs_by_its_vector():
    """Correlations .6 .6 .36 have the vector (x, 1, 1) with x solving x² + .6x = 2."""
    found = pca([[1, 0.6, 0.6], [0.6, 1, 0.36], [0.6, 0.36, 1]])
    x = (-0.6 + np.sqrt(0.36 + 8)) / 2
    assert found.weights == pytest.approx([x / (x + 2), 1 / (x + 2), 1 / (x + 2)])
    assert found.eigenvalue == pytest.approx(1 + 0.6 * 2 / x)
    assert found.share == pytest.approx(found.eigenvalue / 3)


def test_a_part_that_does_not_load_has_no_weight():
    assert pca([[1, 0.5, 0], [0.5, 1, 0], [0, 0, 1]]).weights == pytest.approx([0.5, 0.5, 0])
    assert pca([[1]]).weights.tolist() == [1]


def test_mixed_signs_are_refused_and_the_smaller_side_named():
    matrix = [[1, 0.5, -0.5], [0.5, 1, -0.5], [-0.5, -0.5, 1]]
    with pytest.raises(FaultsError, match="weighs 3 against"):
        pca(matrix)
    with pytest.raises(FaultsError, match="“T” weighs p2 against"):
        weighed(RANDOM * [1, 1, -1])


def test_the_side_of_the_larger_entry_may_be_the_smaller_side():
    """-.6 of the first with each other part: its entry is the largest, yet it stands alone."""
    matrix = np.full((5, 5), 0.3) + np.eye(5) * 0.7
    matrix[0, 1:] = matrix[1:, 0] = -0.4
    with pytest.raises(FaultsError, match="weighs 1 against"):
        pca(matrix)


def test_parts_that_do_not_move_together_weigh_the_same():
    assert pca(np.eye(3)).weights is None
    assert factor(np.eye(3)).weights is None
    squares = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]], dtype=float)
    for method in ("pca", "factor"):
        weights, found = weighed(np.vstack([squares, squares]), method)
        assert weights == pytest.approx([1 / 3] * 3)
        assert codes(found) == ["weigh_no_first"]


def test_a_factor_weighs_by_the_largest_squared_loading():
    matrix = np.eye(4)
    matrix[0, 1] = matrix[1, 0] = 0.6
    matrix[2, 3] = matrix[3, 2] = 0.2
    found = factor(matrix)
    assert found.weights == pytest.approx(np.array([0.8, 0.8, 0.6, 0.6]) / 2.8)
    assert found.shares == pytest.approx([0.4, 0.3])
    assert (found.loadings**2).sum() == pytest.approx(2.8)


def test_components_can_be_chosen():
    found = factor(np.eye(2) + 0.5 * np.fliplr(np.eye(2)), components=2)
    assert found.shares.sum() == pytest.approx(1)
    assert found.weights == pytest.approx([0.5, 0.5])


def test_what_was_kept_is_in_the_details():
    (details,) = weighed(RANDOM, "factor")[1].details
    assert details["components"] == 1
    assert details["factor_of"] == {"p0": 1, "p1": 1, "p2": 1}
    assert sum(details["eigenvalues"]) == pytest.approx(3)
    assert weighed(RANDOM)[1].details[0]["share"] == pytest.approx(details["shares"][0])


@pytest.mark.parametrize("method", ["pca", "factor"])
@settings(max_examples=8, deadline=None)
@given(
    scale=arrays(np.float64, 3, elements=st.floats(0.1, 10)),
    shift=arrays(np.float64, 3, elements=st.floats(-50, 50)),
    order=st.permutations(range(3)),
)
def test_units_of_columns_and_order_do_not_matter(method, scale, shift, order):
    plain, _ = weighed(RANDOM, method)
    turned, _ = weighed((RANDOM * scale + shift)[:, order], method)
    assert turned == pytest.approx([plain[place] for place in order], rel=1e-7)


@pytest.mark.parametrize("method", ["pca", "factor"])
def test_a_row_of_gaps_equals_an_absent_row(method):
    gap = np.vstack([RANDOM, [np.nan] * 3])
    assert weighed(gap, method)[0] == pytest.approx(weighed(RANDOM, method)[0], rel=1e-12)


def test_several_periods_are_taken_together():
    labels = ["2020"] * 10 + ["2021"] * 10
    assert weighed(RANDOM, periods=labels)[0] == weighed(RANDOM)[0]


def with_column(column):
    grid = RANDOM.copy()
    grid[:, 1] = column
    return grid


@pytest.mark.parametrize("method", ["pca", "factor", "optimised"])
@pytest.mark.parametrize(
    ("grid", "code", "node"),
    [
        (with_column(5.0), "weigh_constant", "p1"),
        (with_column(0.1 + 0.2), "weigh_constant", "p1"),
        (with_column(np.nan), "weigh_few_units", "p0"),
        (with_column(np.where(np.arange(20) < 3, RANDOM[:, 1], np.nan)), "weigh_few_units", "p0"),
        (RANDOM[:1], "weigh_few_units", "p0"),
        (RANDOM[:2, :2], "weigh_few_units", "p0"),
        (RANDOM[:3], "weigh_few_units", "p0"),
    ],
)
def test_where_correlations_say_nothing_all_weigh_the_same_with_a_warning(method, grid, code, node):
    weights, found = weighed(grid, method)
    assert weights == pytest.approx([1 / grid.shape[1]] * grid.shape[1])
    assert (codes(found), found.warnings[0].params["node"]) == ([code], node)
    assert "weigh the same" in str(found.warnings[0])
    assert found.details[0]["equal"]


def test_a_part_that_is_constant_where_another_is_known_is_named():
    grid = RANDOM.copy()
    grid[:10, 0], grid[10:, 1] = 4.0, np.nan
    assert codes(weighed(grid)[1]) == ["weigh_constant"]
