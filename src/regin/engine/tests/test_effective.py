import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regin.engine.effective import effective_weights, shares
from regin.engine.framework import Framework, Node


def tree(one=1.0, c=3.0, a=2.0, b=2.0):
    return Framework(
        (
            Node("top", level=3, kind="aggregate"),
            Node("one", level=2, parent="top", kind="aggregate", weight=one),
            Node("c", level=1, parent="top", weight=c),
            Node("a", level=1, parent="one", weight=a),
            Node("b", level=1, parent="one", weight=b),
        )
    )


def by_code(*args, **more):
    return {one.code: one for one in effective_weights(*args, **more)}


def test_shares_go_down_the_path_of_a_ragged_tree():
    found = by_code(tree())
    # one has 1 of 4, and its parts half of it each
    expected = {"top": 1, "one": 0.25, "c": 0.75, "a": 0.125, "b": 0.125}
    assert {code: one.effective for code, one in found.items()} == expected
    assert [one.code for one in effective_weights(tree())] == ["top", "one", "c", "a", "b"]
    assert (found["one"].level, found["one"].weight, found["one"].by_unit) == (2, 1.0, False)


def test_weights_in_force_replace_those_of_the_structure():
    force = {"top": 1.0, "one": 1.0, "c": 1.0, "a": 1.0, "b": 3.0}
    found = by_code(tree(), force)
    assert found["b"].effective == pytest.approx(3 / 8)
    assert found["b"].weight == 3


def test_a_weight_of_zero_takes_the_part_out():
    found = by_code(tree(c=0))
    assert found["c"].effective == 0
    assert found["a"].effective == 0.5


def test_below_weights_that_sum_to_zero_nothing_is_effective():
    found = by_code(tree(a=0, b=0))
    assert math.isnan(found["a"].effective)
    assert found["one"].effective == 0.25


def test_units_with_their_own_weights_are_averaged_after_the_product():
    force = {
        "top": 1.0,
        "one": np.array([1.0, 3.0, math.nan]),
        "c": np.array([1.0, 1.0, math.nan]),
        "a": 1.0,
        "b": np.array([1.0, 0.0, 1.0]),
    }
    found = by_code(tree(), force)
    # one: 1/2 and 3/4; a: half of the first, all of the second; the third unit has none
    assert found["one"].effective == pytest.approx(0.625)
    assert found["a"].effective == pytest.approx((0.25 + 0.75) / 2)
    assert found["one"].weight == 2
    assert {code for code, one in found.items() if one.by_unit} == {"one", "c", "a", "b"}


def test_no_unit_left_has_no_mean():
    none = np.empty(0)
    found = by_code(tree(), {"top": 1.0, "one": none, "c": none, "a": 1.0, "b": 1.0})
    assert math.isnan(found["one"].weight)


def test_a_single_indicator_is_the_whole():
    [only] = effective_weights(Framework((Node("a", level=1),)))
    assert only.effective == 1


def test_tiny_and_huge_weights_have_shares():
    assert shares([1e-300, 3e-300]) == pytest.approx([0.25, 0.75])
    assert shares([1e75, 1e75]).tolist() == [0.5, 0.5]


WEIGHTS = st.floats(0.01, 100)


@given(WEIGHTS, WEIGHTS, WEIGHTS, WEIGHTS, st.floats(0.1, 10))
def test_leaves_sum_to_one_and_the_sum_of_weights_plays_no_role(one, c, a, b, factor):
    found = by_code(tree(one, c, a, b))
    assert sum(found[code].effective for code in "abc") == pytest.approx(1)
    scaled = by_code(tree(one * factor, c * factor, a, b))
    for code, weight in found.items():
        assert scaled[code].effective == pytest.approx(weight.effective)
