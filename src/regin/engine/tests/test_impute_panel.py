import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests.counts import count

from regin.engine.impute_panel import impute_panel, period_places

NAN = math.nan
FEW = settings(max_examples=count(100, 10), deadline=None)
YEARS = ["2010", "2011", "2013", "2014", "2020"]
CELLS = st.one_of(st.just(NAN), st.integers(-1000, 1000).map(float))
METHODS = st.sampled_from(["latest", "constant", "linear"])


def same(one, other):
    return np.array_equal(one, other, equal_nan=True)


def fill(cells, how, periods=None):
    rows = [[cell] for cell in cells]
    names = periods or YEARS[: len(cells)]
    return impute_panel(rows, ["A"] * len(cells), names, how).ravel().tolist()


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("latest", [NAN, 1, 1, 5, 5]),
        ("constant", [1, 1, 1, 5, 5]),
        # 2013 lies two thirds of the way from 2011 to 2014.
        ("linear", [1, 1, 11 / 3, 5, 5]),
    ],
)
def test_gaps_take_what_the_unit_had(how, expected):
    found = fill([NAN, 1, NAN, 5, NAN], how)
    assert np.allclose(found, expected, rtol=1e-15, atol=0, equal_nan=True)


@pytest.mark.parametrize(("how", "before"), [("latest", NAN), ("constant", 4), ("linear", 4)])
def test_one_value_is_kept(how, before):
    assert same(fill([NAN, 4, NAN], how), [before, 4, 4])


@pytest.mark.parametrize("how", ["latest", "constant", "linear"])
def test_none_stays_missing_and_other_units_lend_nothing(how):
    grid = [[1.0], [NAN], [NAN], [9.0], [NAN]]
    units, years = ["A", "B", "B", "C", "D"], ["1", "1", "2", "1", "2"]
    assert same(impute_panel(grid, units, years, how), grid)


def test_neighbours_may_be_more_than_one_period_away():
    assert fill([0, NAN, NAN, 12], "linear", ["2010", "2012", "2013", "2016"]) == [0, 4, 6, 12]


def test_numbers_are_sorted_as_numbers_and_text_as_text():
    assert fill([1, NAN, NAN], "latest", ["9", "10", "8"])[1:] == pytest.approx(
        [1, NAN], nan_ok=True
    )
    assert fill([1, NAN], "latest", ["Q9", "Q10"])[1] is not None
    assert same(fill([1, NAN], "latest", ["Q9", "Q10"]), [1, NAN])


def test_periods_that_are_no_numbers_stand_one_apart():
    assert fill([1, NAN, 4], "linear", ["2010-Q1", "2010-Q4", "2011-Q1"]) == [1, 2.5, 4]
    # A unit's missing row takes its place on the axis too.
    grid = [[1.0], [NAN], [5.0], [0.0]]
    found = impute_panel(grid, ["A", "A", "A", "B"], ["a", "b", "e", "c"], "linear")
    assert found[1, 0] == pytest.approx(1 + 4 / 3)


@pytest.mark.parametrize("odd", ["nan", "inf", "1e300", "x", ""])
def test_a_period_that_is_no_plain_number_makes_all_of_them_text(odd):
    assert sorted(period_places(["5", "70", odd]).tolist()) == [0, 1, 2]


def test_two_ways_to_write_one_number_are_two_periods():
    assert sorted(period_places(["1", "01"]).tolist()) == [0, 1]


def test_nothing_to_fill_is_nothing_filled():
    assert impute_panel(np.empty((0, 2)), [], []).shape == (0, 2)


@FEW
@given(arrays(np.float64, (6, 2), elements=CELLS), st.permutations(range(6)), METHODS)
def test_the_order_of_rows_does_not_matter(grid, rows, how):
    units, years = np.array(list("AAABBB")), np.array(["1", "2", "4"] * 2)
    turned = impute_panel(grid[rows], units[rows].tolist(), years[rows].tolist(), how)
    assert same(turned, impute_panel(grid, units.tolist(), years.tolist(), how)[rows])


@FEW
@given(arrays(np.float64, (5, 1), elements=CELLS), METHODS)
def test_one_unit_is_filled_as_by_hand(grid, how):
    cells, times = grid[:, 0], np.array([float(year) for year in YEARS])
    seen = np.flatnonzero(~np.isnan(cells))
    found = fill(cells.tolist(), how)
    for place in range(5):
        earlier, later = seen[seen <= place], seen[seen >= place]
        if how == "linear" and len(seen):
            expected = np.interp(times[place], times[seen], cells[seen])
        elif len(earlier):
            expected = cells[earlier[-1]]
        else:
            expected = cells[later[0]] if how == "constant" and len(later) else NAN
        assert found[place] == pytest.approx(expected, rel=1e-12, abs=1e-9, nan_ok=True)
