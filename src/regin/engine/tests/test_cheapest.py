import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regin.engine.cheapest import cheapest


def test_two_small_things_may_be_cheaper_than_a_large_one():
    found = cheapest([5, 4, 3, 3], [5, 3, 2, 2], 6)
    assert found.places == (2, 3)
    assert (found.effort, found.bound, found.exact) == (4.0, 4.0, True)


def test_among_the_cheapest_the_largest_gain_is_chosen():
    assert cheapest([3, 5, 4], [1, 1, 1], 3).places == (1,)


def test_nothing_is_needed_for_nothing():
    assert cheapest([1.0], [1.0], 0.0).places == ()
    assert cheapest([], [], -1.0).places == ()


def test_what_cannot_be_is_none():
    assert cheapest([1, 2], [1, 1], 4) is None
    assert cheapest([], [], 1.0) is None


def test_what_is_free_costs_nothing():
    found = cheapest([1, 2, 0], [0, 3, 0], 1)
    assert found.effort == 0.0
    assert found.exact


SMALL = st.integers(0, 9)


@given(st.lists(st.tuples(SMALL, SMALL), max_size=8), st.integers(1, 30), st.sampled_from([1, 7]))
def test_it_is_the_cheapest_of_all_choices(things, need, parts):
    gains = [float(gain) for gain, _ in things]
    efforts = [effort / parts for _, effort in things]
    every = (
        some
        for n in range(len(things) + 1)
        for some in itertools.combinations(range(len(things)), n)
    )
    fits = [some for some in every if sum(gains[n] for n in some) >= need]
    best = min((sum(efforts[n] for n in some) for some in fits), default=None)
    found = cheapest(gains, efforts, float(need))
    if best is None:
        assert found is None
    else:
        assert found.effort == pytest.approx(best, abs=1e-9)
        assert sum(gains[n] for n in found.places) >= need
        assert found.exact


@pytest.mark.parametrize("most", [1, 3, 20])
def test_a_search_that_is_thinned_out_tells_a_bound(most):
    rng = np.random.default_rng(4)
    efforts = rng.random(25) + 0.5
    gains = efforts + 0.05 * rng.random(25)
    need = float(gains.sum() * 0.43)
    exact, rough = cheapest(gains, efforts, need), cheapest(gains, efforts, need, most_states=most)
    assert exact.exact
    assert rough.bound <= exact.effort <= rough.effort
    assert gains[list(rough.places)].sum() >= need - 1e-9
    assert not rough.exact
