import math

import numpy as np
import pytest

from regin.engine.compare_ranks import KeptRanks, compare_ranks, moved

NAN = math.nan


def kept(**units):
    """Ranks of units: unit -> (nominal, median, low, high)."""
    grid = np.array(list(units.values()), dtype=float).reshape(len(units), 4)
    return KeptRanks(tuple((unit, "2020") for unit in units), *grid.T)


def one_move(first, second):
    [found] = compare_ranks(kept(U=first), kept(U=second))
    return found


def test_units_come_in_the_order_of_the_first_run_then_those_of_the_second_alone():
    one, two = kept(B=(1, 1, 1, 1), A=(2, 2, 2, 2)), kept(C=(1, 1, 1, 1), A=(3, 2, 2, 2))
    found = list(compare_ranks(one, two))
    assert [(move.unit, move.period, move.found_in) for move in found] == [
        ("B", "2020", "1"), ("A", "2020", "both"), ("C", "2020", "2"),
    ]  # fmt: skip
    assert found[1].nominal == (2, 3)
    assert math.isnan(found[0].median[1])
    assert math.isnan(found[2].median[0])
    assert [move.same for move in found] == [False, False, False]
    assert found[0].overlap is None


def test_the_same_ranks_are_the_same_and_so_are_two_missing_ones():
    assert one_move((1, 2, 1, 3), (1, 2, 1, 3)).same
    assert one_move((NAN,) * 4, (NAN,) * 4).same
    assert not one_move((1, 2, 1, 3), (1, NAN, NAN, NAN)).same_median


@pytest.mark.parametrize(
    ("second", "same"),
    [
        ((2, 2, 1, 3), (False, True, True)),
        ((1, 3, 1, 3), (True, False, True)),
        ((1, 2, 2, 3), (True, True, False)),
        ((1, 2, 1, 4), (True, True, False)),
    ],
)
def test_rank_median_and_interval_are_told_apart(second, same):
    found = one_move((1, 2, 1, 3), second)
    assert (found.same_nominal, found.same_median, found.same_interval) == same
    assert not found.same


@pytest.mark.parametrize(
    ("first", "second", "overlap"),
    [
        ((1, 3), (2, 4), True),
        ((1, 3), (3, 5), True),
        ((1, 3), (4, 5), False),
        ((4, 5), (1, 3), False),
        ((1, 3), (NAN, NAN), None),
    ],
)
def test_intervals_overlap_when_they_have_a_rank_in_common(first, second, overlap):
    assert one_move((1, 2, *first), (1, 2, *second)).overlap is overlap


def test_a_move_counts_places_further_down():
    assert moved((2, 5)) == 3
    assert math.isnan(moved((2, NAN)))
