"""Many draws at once give what one run after another gives."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regin.engine.batch import DrawWeights, batch_overall, wholes_of
from regin.engine.batch_ranks import batch_ranks
from regin.engine.errors import FaultsError
from regin.engine.framework import Framework, Node
from regin.engine.rank import rank
from regin.engine.recipe import Recipe
from regin.engine.run import run
from regin.engine.steps import Step, Work
from regin.engine.table import Table

NODES = (
    Node("ALL", level=3, kind="aggregate"),
    Node("P", level=2, parent="ALL", kind="aggregate"),
    Node("Q", level=2, parent="ALL", kind="aggregate"),
    Node("a", level=1, parent="P", tags={"area": ("x",)}),
    Node("b", level=1, parent="P", tags={"area": ("x", "y")}),
    Node("c", level=1, parent="Q", tags={"area": ("y",)}),
    Node("d", level=1, parent="Q"),
    Node("e", level=2, parent="ALL", weight=2.0),
)
CODES = ("a", "b", "c", "d", "e")
UNCERTAIN = ("P", "Q", "a", "c")


def tree(factors=None):
    """The tree with some weights multiplied."""
    times = factors or {}
    return Framework(
        tuple(
            Node(n.code, level=n.level, parent=n.parent, kind=n.kind, tags=n.tags,
                 weight=n.weight * times.get(n.code, 1.0))
            for n in NODES
        ),
        ("area",),
    )  # fmt: skip


def table(values, periods=None):
    units = [f"U{row}" for row in range(len(values))]
    return Table.of(units, CODES, values, periods=periods)


def batched(data, step, factors, overall="tree", weights=None):
    framework = tree()
    own = {node.code: node.weight for node in framework.placed} | (weights or {})
    work = Work(data, framework, "exclude", own)
    draws = len(next(iter(factors.values()))) if factors else 1
    drawn = DrawWeights(draws, {code: np.array(f) for code, f in factors.items()})
    return batch_overall(wholes_of(work, step), drawn, overall)


def alone(data, step, factors, overall="tree"):
    done = run(data, tree(factors), Recipe((step,), overall=overall))
    return done.scores.values[:, done.scores.codes.index("ALL")]


cells = st.one_of(st.just(math.nan), st.floats(1, 100))
grids = st.lists(st.lists(cells, min_size=5, max_size=5), min_size=1, max_size=6)
times = st.fixed_dictionaries(
    {code: st.lists(st.sampled_from([0.0, 0.5, 1.0, 1.7]), min_size=3, max_size=3)
     for code in UNCERTAIN}
)  # fmt: skip
METHODS = ("arithmetic", "geometric", "harmonic", "power", "mean_min", "copeland")


@given(
    grids,
    times,
    st.tuples(st.sampled_from(METHODS), st.sampled_from(METHODS)),
    st.sampled_from([0.0, 0.6]),
    st.sampled_from(["tree", "indicators", "axis:area"]),
)
def test_a_batch_is_one_run_after_another(values, factors, methods, share, overall):
    lower, upper = methods
    if lower == "copeland":
        upper = "arithmetic"  # scores of a comparison may be negative
    fields = {"method": [lower, upper], "min_available": share}
    fields |= {"p": 2.0} if "power" in (lower, upper) else {}
    data, step = table(values), Step("aggregate", fields)
    found = batched(data, step, factors, overall)
    for draw in range(3):
        one = {code: factor[draw] for code, factor in factors.items()}
        expected = alone(data, step, one, overall)
        assert np.allclose(found[draw], expected, rtol=1e-12, atol=1e-12, equal_nan=True)


def test_units_with_weights_of_their_own_keep_them_in_every_draw():
    data = table([[10.0, 30.0, 1.0, 1.0, 1.0], [10.0, 30.0, 1.0, 1.0, 1.0]])
    own = {"a": np.array([1.0, 3.0]), "Q": 0.0, "e": 0.0}
    found = batched(
        data, Step("aggregate", {"method": "arithmetic"}), {"a": [1.0, 0.0]}, weights=own
    )
    # (1·10 + 1·30) / 2 and (3·10 + 1·30) / 4; without a: 30.
    assert found.tolist() == [[20.0, 15.0], [30.0, 30.0]]


def test_nothing_uncertain_is_computed_once_and_the_same_in_every_draw():
    data = table([[10.0, 30.0, 1.0, 1.0, 1.0]])
    found = batched(data, Step("aggregate", {"method": "kemeny"}), {})
    assert found.shape == (1, 1)


def test_every_column_that_a_method_cannot_take_is_named():
    data = table([[0.0, -1.0, 1.0, 1.0, 1.0]])
    with pytest.raises(FaultsError) as caught:
        batched(data, Step("aggregate", {"method": "geometric"}), {"a": [1.0, 0.5]})
    assert [fault.column for fault in caught.value.faults] == ["a", "b"]


@given(
    st.lists(
        st.lists(st.sampled_from([math.nan, 0.0, 1.0, 2.0, 3.5, -1.0]), min_size=7, max_size=7),
        min_size=1,
        max_size=4,
    )
)
def test_ranks_of_a_batch_are_ranks(scores):
    grid = np.array(scores)
    found = batch_ranks(grid, [np.arange(7)])
    for row in range(len(grid)):
        assert found[row].tolist() == np.nan_to_num(rank(grid[row])).tolist()


def test_ranks_stay_within_periods_and_ties_within_noise():
    grid = np.array([[0.3, 0.1 + 0.2, 9.0, 1.0]])
    found = batch_ranks(grid, [np.array([0, 1, 3]), np.array([2])])
    assert found.tolist() == [[2, 2, 1, 1]]


def test_no_units_have_no_ranks():
    assert batch_ranks(np.zeros((2, 0)), [np.arange(0)]).shape == (2, 0)


def test_many_units_are_ranked_as_few():
    rng = np.random.default_rng(1)
    grid = rng.random((2, 5000))
    grid[1, 17] = np.nan
    found = batch_ranks(grid, [np.arange(5000)])
    for row in range(2):
        assert found[row].tolist() == np.nan_to_num(rank(grid[row])).tolist()
