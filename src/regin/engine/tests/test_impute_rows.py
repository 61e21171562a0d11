import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests.counts import count

from regin.engine.impute_rows import impute_rows

NAN = math.nan
FEW = settings(max_examples=count(100, 10), deadline=None)
CELLS = st.one_of(st.just(NAN), st.integers(-1000, 1000).map(float))
GRIDS = arrays(np.float64, (5, 4), elements=CELLS)
UP = [1, 1, 1, 1]


def same(one, other):
    return np.array_equal(one, other, equal_nan=True)


def test_a_gap_takes_the_mean_place_of_the_unit():
    # Places of the last row: 0.5 of 0-10, 0.25 of 0-100; their mean 0.375 of 1000-2000.
    grid = [[0, 0, 1000], [10, 100, 2000], [5, 25, NAN]]
    assert impute_rows(grid, [1, 1, 1])[2, 2] == 1375


def test_a_gap_takes_the_median_place_of_the_unit():
    grid = [[0, 0, 0, 0], [10, 10, 10, 10], [1, 2, 9, NAN]]
    assert impute_rows(grid, UP, "median")[2, 3] == pytest.approx(2)


def test_the_direction_turns_the_place():
    # 0.2 of the good direction of the first; of the second 30 is the worst and 10 the best.
    grid = [[0, 10], [10, 30], [2, NAN]]
    assert impute_rows(grid, [1, -1])[2, 1] == 26
    assert impute_rows(grid, [1, 1])[2, 1] == 14


def test_a_constant_column_does_not_count_and_its_gaps_take_its_value():
    grid = [[0, 7, 0], [10, 7, 10], [2, 7, NAN], [NAN, NAN, NAN]]
    filled = impute_rows(grid, [1, -1, 1])
    assert filled[2, 2] == 2
    assert same(filled[3], [NAN, 7, NAN])


def test_a_column_without_a_value_stays_missing():
    assert same(impute_rows([[1, NAN], [2, NAN]], [1, 1]), [[1, NAN], [2, NAN]])


@FEW
@given(GRIDS)
def test_observed_values_stay_to_the_last_bit(grid):
    seen = ~np.isnan(grid)
    assert same(impute_rows(grid, UP)[seen], grid[seen])


@FEW
@given(GRIDS, st.permutations(range(5)), st.permutations(range(4)))
def test_the_order_of_rows_and_columns_does_not_matter(grid, rows, columns):
    turn = np.array([1, -1, 1, -1])
    turned = impute_rows(grid[np.ix_(rows, columns)], turn[columns])
    assert np.allclose(turned, impute_rows(grid, turn)[np.ix_(rows, columns)], equal_nan=True)


@FEW
@given(GRIDS, st.sampled_from(["mean", "median"]))
def test_turning_values_and_direction_of_a_column_together_changes_nothing(grid, how):
    turned = grid * [1, -1, 1, 1]
    expected = impute_rows(grid, UP, how) * [1, -1, 1, 1]
    assert np.allclose(impute_rows(turned, [1, -1, 1, 1], how), expected, equal_nan=True)


@FEW
@given(GRIDS, st.floats(0.1, 100))
def test_the_unit_of_another_column_does_not_matter(grid, scale):
    changed = impute_rows(grid * [scale, 1, 1, 1], UP)
    assert np.allclose(changed[:, 1:], impute_rows(grid, UP)[:, 1:], equal_nan=True)
