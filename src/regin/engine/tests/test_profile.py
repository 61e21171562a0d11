import math

import pytest

from regin.engine.framework import Framework, Node
from regin.engine.profile import MOST, marked, profile
from regin.engine.recipe import Recipe
from regin.engine.run import run
from regin.engine.steps import Step
from regin.engine.table import Table

NAN = math.nan
MEAN = Step("aggregate", {"method": "arithmetic"})


def tree(count=3, direction=1):
    leaves = (
        Node(f"i{n}", level=1, parent="all", direction=direction, tags={"x": ("p",)})
        for n in range(count)
    )
    return Framework((Node("all", level=2, kind="aggregate"), *leaves), ("x",))


def made(values, steps=(MEAN,), direction=1, periods=None):
    units = ["A", "B", "C", "D", "E"][: len(values)]
    if periods:
        units = ["A", "B", "A", "B", "C"][: len(values)]
    framework = tree(len(values[0]), direction)
    codes = [leaf.code for leaf in framework.leaves]
    return run(Table.of(units, codes, values, periods=periods), framework, Recipe(tuple(steps)))


def standings(done, unit="A", period=""):
    return {one.code: one for one in profile(done, unit, period)}


def test_a_value_stands_beside_those_of_the_others_by_hand():
    own = standings(made([[10, 0, 5], [0, 2, 5], [2, 4, 5], [7, NAN, 5]]))["i0"]
    assert (own.value, own.mean, own.median) == (10, 3, 2)
    assert (own.difference, own.rank, own.of) == (8, 1, 4)
    # Of 10, 0, 2, 7: mean 4.75, squared deviations 62.75, divided by 3.
    assert own.distance == pytest.approx(8 / math.sqrt(62.75 / 3))


def test_the_furthest_are_strengths_and_weaknesses():
    found = standings(made([[10, 0, 5], [0, 2, 5], [2, 4, 5], [7, NAN, 5]]))
    assert [found[code].mark for code in ("i0", "i1", "i2")] == ["strength", "weakness", ""]
    assert math.isnan(found["i2"].distance)
    assert found["x:p"].level is None
    assert found["all"].mark == ""


def test_no_more_than_a_few_are_marked_the_furthest_first():
    width = MOST + 2
    values = [[n + 1.0 for n in range(width)], [0.0] * width, [2.0] + [100.0] * (width - 1)]
    found = marked(profile(made(values), "A"), "strength")
    below = marked(profile(made(values), "B"), "weakness")
    assert len(below) == MOST
    sizes = [one.distance for one in below]
    assert sizes == sorted(sizes)
    assert all(one.distance > 0 for one in found)


def test_parts_made_of_the_same_indicators_are_marked_once():
    framework = Framework(
        (
            Node("all", level=3, kind="aggregate"),
            Node("G", level=2, kind="aggregate", parent="all"),
            Node("a", level=1, parent="G", tags={"x": ("p",)}),
            Node("b", level=2, parent="all"),
        ),
        ("x",),
    )
    data = Table.of(["A", "B"], ["a", "b"], [[9.0, 3.0], [1.0, 2.0]])
    done = run(data, framework, Recipe((MEAN,)))
    found = profile(done, "A")
    # Both are the square root of 2 standard deviations ahead: the larger difference comes first.
    assert [one.code for one in marked(found, "strength")] == ["G", "b"]
    assert {one.code: one.mark for one in found}["x:p"] == ""


def test_ties_and_gaps_are_neither():
    found = standings(made([[5, NAN], [5, 1], [5 + 1e-13, 2], [6, 3]]))
    assert (found["i0"].difference, found["i0"].mark) == (0, "")
    assert (found["i1"].rank != found["i1"].rank, found["i1"].of) == (True, 3)
    assert math.isnan(found["i1"].distance)
    assert found["i1"].median == 2


def test_a_difference_that_is_rounded_to_nought_is_neither_a_strength_nor_a_weakness():
    found = standings(made([[5.004, 4.996, 5.006, 5.0], [5, 5, 5, 5], [4.9, 5.1, 4.9, 5.0]]))
    # Beside the medians 4.95, 5.05, 4.95: far enough.
    assert [found[f"i{n}"].mark for n in range(4)] == ["strength", "weakness", "strength", ""]
    near = standings(made([[5.004, 4.996, 5.006], [5, 5, 5]]))
    assert near["i0"].difference == pytest.approx(0.004)
    assert near["i0"].distance > 0
    assert [near[f"i{n}"].mark for n in range(3)] == ["", "", "strength"]


def test_alone_there_is_nobody_to_compare_with():
    own = standings(made([[5.0], [NAN]]))["i0"]
    assert (own.value, own.of, own.rank, own.mark) == (5, 1, 1, "")
    assert math.isnan(own.median)
    assert standings(made([[5.0], [NAN]]), "B")["i0"].of == 1


def test_less_is_better_where_the_direction_says_so_and_no_step_turned_it():
    raw = (Step("score_options"),)
    values = [[10.0], [1.0], [2.0]]
    own = standings(made(values, raw, direction=-1))["i0"]
    assert (own.difference, own.mark, own.rank) == (8.5, "weakness", 3)
    turned = (Step("normalise", {"method": "minmax"}), MEAN)
    assert standings(made(values, turned, direction=-1))["i0"].mark == "weakness"


def test_only_the_same_period_counts():
    values = [[1.0], [2.0], [9.0], [8.0], [7.0]]
    done = made(values, periods=["1", "1", "2", "2", "2"])
    assert standings(done, "A", "1")["i0"].median == 2
    assert standings(done, "A", "2")["i0"].median == 7.5
