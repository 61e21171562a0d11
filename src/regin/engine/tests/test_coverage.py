import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from regin.engine.coverage import coverage
from regin.engine.framework import Framework, Node
from regin.engine.table import State, Table

NAN = math.nan
U, A, K, NA, NC = (
    State.UNANSWERED,
    State.ANSWERED,
    State.UNKNOWN,
    State.NOT_APPLICABLE,
    State.NO_COMPETENCE,
)
TREE = Framework(
    (
        Node("top", level=3, kind="aggregate"),
        Node("one", level=2, parent="top", kind="aggregate"),
        Node("c", level=1, parent="top"),
        Node("a", level=1, parent="one"),
        Node("b", level=1, parent="one"),
        Node("seats", kind="denominator"),
    )
)


def found(values, states=None, **more):
    periods = [str(number) for number in range(len(values))]
    table = Table.of(
        ["X"] * len(values), ["seats", "a", "b", "c"], values, states=states, periods=periods
    )
    return {
        (int(one.period), one.group): (one.n_expected, one.n_observed, one.share, one.n_zero)
        for one in coverage(table, TREE, **more)
    }


def test_values_are_counted_over_the_whole_and_by_group():
    made = found([[NAN, 1, 0, NAN], [5, NAN, NAN, 0]])
    assert made == {
        (0, "top"): (3, 2, 2 / 3, 1),
        (0, "one"): (2, 2, 1.0, 1),
        (1, "top"): (3, 1, 1 / 3, 1),
        (1, "one"): (2, 0, 0.0, 0),
    }


def test_states_say_what_is_expected():
    values = [[1, NAN, NAN, NAN]]
    made = found(values, [[A, NA, K, U]])
    assert made[0, "top"] == (2, 0, 0.0, 0)
    assert found(values, [[A, NC, NC, A]])[0, "top"][:3] == (1, 1, 1.0)


def test_where_nothing_is_expected_there_is_no_share():
    expected, observed, share, _ = found([[1, NAN, NAN, NAN]], [[A, NA, NC, U]])[0, "one"]
    assert (expected, observed) == (0, 0)
    assert math.isnan(share)


def test_without_competence_can_count_as_zero():
    made = found([[1, NAN, NAN, 0]], [[A, NC, NA, A]], zero_for_nc=True)
    assert made[0, "top"] == (2, 2, 1.0, 2)
    # The same once the step has put the zero there.
    made = found([[1, 0, NAN, 0]], [[A, NC, NA, A]], zero_for_nc=True)
    assert made[0, "top"] == (2, 2, 1.0, 2)


def test_an_imputed_value_was_not_observed():
    assert found([[1, 7, 7, 7]], [[A, U, A, K]])[0, "top"] == (3, 1, 1 / 3, 0)


def test_the_whole_comes_first_then_the_groups_of_the_structure():
    table = Table.of(["X", "Y"], ["a", "b", "c"], np.ones((2, 3)))
    order = [(one.unit, one.group) for one in coverage(table, TREE)]
    assert order == [("X", "top"), ("X", "one"), ("Y", "top"), ("Y", "one")]


def test_a_single_indicator_is_the_whole():
    [one] = coverage(Table.of(["X"], ["a"], [[0.0]]), Framework((Node("a", level=1),)))
    assert (one.group, one.n_observed, one.n_zero) == ("a", 1, 1)


@given(
    st.lists(st.lists(st.sampled_from(list(State)), min_size=4, max_size=4), min_size=1, max_size=5)
)
def test_counts_keep_their_order(states):
    values = [[0.0 if state == A else NAN for state in row] for row in states]
    for expected, observed, share, zero in found(values, states).values():
        assert 0 <= zero <= observed <= expected <= 3
        assert math.isnan(share) or share == observed / expected
