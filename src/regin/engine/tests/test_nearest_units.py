import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.counts import count

from regin.engine.framework import Framework, Node
from regin.engine.nearest_units import nearest_in_run, nearest_units
from regin.engine.recipe import Recipe
from regin.engine.run import run
from regin.engine.steps import Step
from regin.engine.table import Table

NAN = math.nan
TREE = Framework(
    (
        Node("all", level=2, kind="aggregate"),
        Node("a", level=1, parent="all"),
        Node("b", level=1, parent="all"),
        Node("c", level=1, parent="all"),
    )
)
MEAN = Step("aggregate", {"method": "arithmetic"})


def made(values, steps=(MEAN,), **more):
    units = more.pop("units", [f"U{row}" for row in range(len(values))])
    return run(Table.of(units, ["a", "b", "c"], values, **more), TREE, Recipe(tuple(steps)))


def test_distances_are_in_standard_deviations_by_hand():
    # The standard deviations are 2 and 20.
    distance, common = nearest_units([[0, 10], [2, 30], [4, 50]], 0)
    assert distance[1:] == pytest.approx([1, 2])
    assert math.isnan(distance[0])
    assert common.tolist() == [2, 2, 2]


def test_gaps_count_neither_way_and_constants_tell_nothing():
    distance, common = nearest_units([[0, 5, 1], [2, 5, NAN], [4, 5, NAN], [NAN, 5, 3]], 0)
    assert common.tolist() == [2, 1, 1, 1]
    assert distance[1:3] == pytest.approx([1, 2])
    assert distance[3] == pytest.approx(math.sqrt(2))


def test_nothing_in_common_is_no_distance():
    distance, common = nearest_units([[0, NAN], [NAN, 1], [1, 2]], 0)
    assert math.isnan(distance[1])
    assert common.tolist() == [1, 0, 1]


def test_huge_and_tiny_values_are_no_trouble():
    plain, _ = nearest_units([[0.0], [1.0], [3.0]], 0)
    for size in (1e-300, 1e75, 1e-74):
        assert nearest_units([[0.0], [size], [3 * size]], 0)[0][1:] == pytest.approx(plain[1:])
    assert nearest_units(np.full((3, 2), NAN), 1)[1].tolist() == [0, 0, 0]


@settings(max_examples=count(100, 10), deadline=None)
@given(
    values=st.lists(
        st.lists(st.one_of(st.none(), st.integers(-50, 50)), min_size=3, max_size=3),
        min_size=3,
        max_size=6,
    ),
    scale=st.sampled_from([0.001, 7.0, 1000.0]),
)
def test_a_change_of_unit_or_order_changes_no_distance(values, scale):
    grid = np.array([[NAN if v is None else float(v) for v in row] for row in values])
    distance, common = nearest_units(grid, 0)
    changed, same = nearest_units((grid * scale + 5)[:, ::-1], 0)
    assert common.tolist() == same.tolist()
    assert changed == pytest.approx(distance, rel=1e-6, abs=1e-9, nan_ok=True)


def test_the_most_similar_comes_first_with_its_score():
    done = made([[0, 0, 0], [90, 80, 70], [10, 10, 10]], unit_names=["A", "B", "C"])
    near, far = nearest_in_run(done, "U0")
    assert (near.unit, near.name, near.score, near.rank) == ("U2", "C", 10, 2)
    assert (far.unit, near.n_common, near.well_known) == ("U1", 3, True)


def test_what_shares_little_comes_later_and_what_shares_nothing_last():
    values = [[1, 1, 1], [1, NAN, NAN], [9, 9, 9], [NAN, NAN, NAN]]
    first, second, last = nearest_in_run(made(values), "U0")
    assert (first.unit, second.unit, second.well_known) == ("U2", "U1", False)
    assert (last.unit, last.n_common) == ("U3", 0)
    assert math.isnan(last.distance)


def test_two_units_are_too_few():
    assert nearest_in_run(made([[0, 0, 0], [1, 1, 1]]), "U0") == ()


def test_units_are_compared_after_the_last_normalise_step_and_within_their_period():
    steps = (Step("normalise", {"method": "rank"}), Step("screen", {"drop": ["D"]}), MEAN)
    values = [[0, 0, 0], [1, 1, 1], [100, 100, 100], [0, 0, 0], [5, 5, 5]]
    units, periods = ["A", "B", "C", "D", "A"], ["1", "1", "1", "1", "2"]
    found = nearest_in_run(made(values, steps, units=units, periods=periods), "B", "1")
    # Ranks are 1, 3, 4 (and 1 of the unit that left): C is nearer than A by ranks.
    assert [one.unit for one in found] == ["C", "A"]
    assert nearest_in_run(made(values, steps, units=units, periods=periods), "A", "2") == ()
