import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests.counts import count

from regin.engine.impute_columns import impute_columns, middle_of_columns, range_of_columns

NAN = math.nan
FEW = settings(max_examples=count(100, 10), deadline=None)
CELLS = st.one_of(st.just(NAN), st.floats(-1e6, 1e6))
GRIDS = arrays(np.float64, (6, 3), elements=CELLS)


def same(one, other):
    return np.array_equal(one, other, equal_nan=True)


def test_a_gap_takes_the_mean_of_its_column():
    assert same(impute_columns([[1, 10], [3, NAN], [NAN, 30]]), [[1, 10], [3, 20], [2, 30]])


def test_a_gap_takes_the_median_of_its_column():
    odd = impute_columns([[1], [2], [9], [NAN]], "median")
    even = impute_columns([[1], [2], [4], [9], [NAN]], "median")
    assert (odd[-1, 0], even[-1, 0]) == (2, 3)


def test_a_gap_takes_the_mean_of_its_group():
    filled = impute_columns([[1], [3], [NAN], [8], [NAN]], groups=["a", "a", "a", "b", "b"])
    assert filled.ravel().tolist() == [1, 3, 2, 8, 8]


def test_a_group_or_column_without_a_value_and_a_row_without_a_group_stay():
    filled = impute_columns([[1, NAN], [NAN, NAN], [NAN, NAN]], groups=["a", "b", ""])
    assert same(filled, [[1, NAN], [NAN, NAN], [NAN, NAN]])


def test_the_mean_of_a_constant_column_is_its_value_to_the_last_bit():
    filled = impute_columns([[0.1], [0.1], [0.1], [NAN]])
    assert filled.ravel().tolist() == [0.1] * 4


def test_no_rows_have_no_middle_and_no_range():
    none = np.empty((0, 2))
    assert same(middle_of_columns(none, "mean"), [NAN, NAN])
    assert same(range_of_columns(none)[0], [NAN, NAN])
    assert impute_columns(none).shape == (0, 2)


@FEW
@given(GRIDS, st.sampled_from(["mean", "median"]))
def test_observed_values_stay_and_fills_lie_within_their_range(grid, how):
    filled = impute_columns(grid, how)
    seen = ~np.isnan(grid)
    assert same(filled[seen], grid[seen])
    low, high = range_of_columns(grid)
    assert (np.isnan(filled) | ((filled >= low) & (filled <= high))).all()
    assert same(np.isnan(filled).any(axis=0), ~seen.any(axis=0))


@FEW
@given(GRIDS, st.permutations(range(6)), st.permutations(range(3)))
def test_the_order_of_rows_and_columns_does_not_matter(grid, rows, columns):
    turned = impute_columns(grid[np.ix_(rows, columns)])
    assert same(turned, impute_columns(grid)[np.ix_(rows, columns)])


@FEW
@given(GRIDS, st.floats(0.01, 100), st.floats(-100, 100), st.sampled_from(["mean", "median"]))
def test_a_change_of_unit_passes_through(grid, scale, shift, how):
    changed = impute_columns(grid * scale + shift, how)
    expected = impute_columns(grid, how) * scale + shift
    assert np.allclose(changed, expected, rtol=1e-9, atol=1e-5, equal_nan=True)


@FEW
@given(GRIDS)
def test_one_group_of_all_is_no_group(grid):
    assert same(impute_columns(grid, groups=["all"] * 6), impute_columns(grid))
