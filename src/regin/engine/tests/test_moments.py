import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regin.engine.moments import kurtosis, moments, moments_of_rows, moments_of_sorted, skewness

NAN = math.nan
NUMBERS = st.lists(st.floats(-1e6, 1e6), min_size=4, max_size=30)


def test_worked_by_hand_on_five_values():
    # Mean 4, deviations -3 -2 -1 0 6: S2 = 50, S3 = 180, S4 = 1394.
    g1 = math.sqrt(5) * 180 / 50**1.5 * math.sqrt(20) / 3
    g2 = (6 * (5 * 1394 / 2500 - 3) + 6) * 4 / (3 * 2)
    assert skewness([1, 2, 3, 4, 10]) == pytest.approx(g1, rel=1e-14)
    assert kurtosis([1, 2, 3, 4, 10]) == pytest.approx(g2, rel=1e-14)


def test_a_gap_is_left_out():
    assert moments([1, NAN, 2, 3, 4, NAN, 10]) == moments([1, 2, 3, 4, 10])


@pytest.mark.parametrize(("values", "skew", "kurt"), [([1, 2], 0, 0), ([1, 2, 9], 1, 0)])
def test_too_few_values_have_no_shape(values, skew, kurt):
    found = moments(values)
    assert (not math.isnan(found.skewness), not math.isnan(found.kurtosis)) == (skew, kurt)


@pytest.mark.parametrize("values", [[], [NAN] * 5, [0.1] * 51])
def test_equal_or_missing_values_have_no_shape(values):
    found = moments(values)
    assert math.isnan(found.skewness)
    assert math.isnan(found.kurtosis)


def test_the_largest_and_smallest_numbers_are_counted_with():
    for factor in (2.0**249, 2.0**-1060):
        got = moments(np.array([1, 2, 3, 4, 10]) * factor)
        assert got == moments([1, 2, 3, 4, 10])


@given(NUMBERS, st.randoms())
def test_the_order_of_the_values_changes_no_bit(values, random):
    mixed = list(values)
    random.shuffle(mixed)
    assert repr(moments(mixed)) == repr(moments(values))


@given(NUMBERS)
def test_turning_the_values_around_turns_the_skewness_around(values):
    found, turned = moments(values), moments([-value for value in values])
    assert turned.skewness == pytest.approx(-found.skewness, rel=1e-6, abs=1e-6, nan_ok=True)
    assert turned.kurtosis == pytest.approx(found.kurtosis, rel=1e-6, abs=1e-6, nan_ok=True)


@given(st.lists(NUMBERS.filter(lambda one: len(one) >= 9), min_size=1, max_size=5))
def test_many_samples_at_once_have_the_bits_of_each_alone(samples):
    width = min(map(len, samples))
    rows = np.sort(np.array([one[:width] for one in samples]), axis=1)
    alone = [moments_of_sorted(row) for row in rows]
    assert repr(moments_of_rows(rows)) == repr(alone)


def test_long_samples_have_the_same_bits_too():
    rows = np.sort(np.random.default_rng(3).normal(size=(7, 1301)), axis=1)
    assert moments_of_rows(rows) == [moments_of_sorted(row) for row in rows]
    assert moments_of_rows(rows[:0]) == []
