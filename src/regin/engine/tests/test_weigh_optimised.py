"""Optimised weights: importances are reached where they can be, and nothing goes below 0."""

import numpy as np
import pytest

from regin.engine import weights_optimised
from regin.engine.errors import FaultsError
from regin.engine.framework import Framework, Node
from regin.engine.recipe import recipe_from
from regin.engine.run import plan_faults
from regin.engine.table import Table
from regin.engine.weigh import weigh_table
from regin.engine.weights_optimised import optimised

GRID = np.random.default_rng(4).normal(size=(30, 4)) + np.arange(30)[:, None] / 15
TREE = Framework(
    (
        Node("T", level=3, kind="aggregate"),
        Node("G", level=2, parent="T", kind="aggregate"),
        Node("x", level=2, parent="T"),
        Node("a", level=1, parent="G"),
        Node("b", level=1, parent="G"),
    )
)


def correlations(grid, weights):
    seen = ~np.isnan(grid)
    whole = np.where(seen, grid * weights, 0).sum(axis=1) / (seen * weights).sum(axis=1)
    return np.array(
        [np.corrcoef(grid[seen[:, q], q], whole[seen[:, q]])[0, 1] for q in range(grid.shape[1])]
    )


def test_two_parts_of_any_spread_reach_equal_importance():
    """Of two parts, equal correlations need equal weights per standard deviation."""
    found = optimised(GRID[:, :2] * [1, 10])
    spread = (GRID[:, :2] * [1, 10]).std(axis=0)
    assert found.weights == pytest.approx((1 / spread) / (1 / spread).sum())
    assert found.objective < 1e-24


def test_uncorrelated_parts_weigh_as_their_importance_per_standard_deviation():
    corners = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]], dtype=float)
    found = optimised(corners * [1, 2, 1], [3, 2, 1])
    assert found.weights == pytest.approx(np.array([3, 1, 1]) / 5)
    assert found.correlations == pytest.approx(np.array([3, 2, 1]) / np.sqrt(14))


@pytest.mark.parametrize("gaps", [False, True])
def test_the_importances_are_reached_gaps_or_not(gaps):
    grid = GRID.copy()
    if gaps:
        grid[np.random.default_rng(1).random(grid.shape) < 0.15] = np.nan
        grid[3] = np.nan
    found = optimised(grid, [3, 3, 4, 4])
    known = correlations(np.delete(grid, 3, axis=0) if gaps else grid, found.weights)
    assert found.correlations == pytest.approx(known)
    assert known / known.sum() == pytest.approx(np.array([3, 3, 4, 4]) / 14)
    assert found.weights.sum() == pytest.approx(1)


def test_what_cannot_be_reached_ends_at_the_lowest_point_with_no_weight_below_0():
    grid = GRID.copy()
    grid[:, 3] = GRID[:, :3].sum(axis=1)
    found = optimised(grid, [10, 1, 1, 1])
    assert (found.weights >= 0).all()
    assert (found.weights == 0).any()
    assert found.objective > 1e-4

    def objective(weights):
        c = correlations(grid, weights)
        return ((np.array([10, 1, 1, 1]) / 13 - c / c.sum()) ** 2).sum()

    assert found.objective == pytest.approx(objective(found.weights))
    for other in np.random.default_rng(0).dirichlet(np.ones(4), 50):
        near = 0.97 * found.weights + 0.03 * other
        assert min(objective(other), objective(near)) >= found.objective - 1e-12


def test_the_slope_is_that_of_the_residuals():
    grid = GRID.copy()
    grid[np.random.default_rng(1).random(grid.shape) < 0.2] = np.nan
    search = weights_optimised._Search(grid, np.array([0.4, 0.3, 0.2, 0.1]))
    place = np.array([0.2, 0.3, 0.4, 0.1])
    steps = np.eye(4) * 1e-6
    moved = [(search.residuals(place + s) - search.residuals(place - s)) / 2e-6 for s in steps]
    assert search.slopes(place) == pytest.approx(np.array(moved).T, abs=1e-7)


def test_rows_without_a_weighed_part_and_wholes_without_spread_do_no_harm():
    grid = np.array([[1, np.nan], [2, 1], [3, 2], [4, 3.5], [np.nan, 5]])
    search = weights_optimised._Search(grid, np.array([0.5, 0.5]))
    assert np.isfinite(search.residuals(np.array([1.0, 0.0]))).all()
    opposite = weights_optimised._Search(np.array([[1, -1], [2, -2.0]]), np.array([0.5, 0.5]))
    assert np.isfinite(opposite.slopes(np.array([0.5, 0.5]))).all()


def test_no_start_below_nought_is_taken(monkeypatch):
    """Where the solution without bounds has no weight above 0, the plain starts do."""
    monkeypatch.setattr(np.linalg, "lstsq", lambda *_args, **_more: (np.array([-1.0] * 4),))
    assert optimised(GRID, [4, 4, 3, 3]).objective < 1e-20


def weighed(importance=None):
    table = Table.of([f"U{n}" for n in range(30)], ["a", "b", "x"], GRID[:, :3])
    weights = {node.code: 1.0 for node in TREE.nodes}
    return weigh_table(table, TREE, weights, "optimised", fields={"importance": importance})


def test_importances_are_those_of_the_step():
    found = weighed({"a": 3, "b": 2})
    expected = optimised(GRID[:, :2], [3, 2])
    assert [found.weights["a"], found.weights["b"]] == pytest.approx(expected.weights.tolist())
    (group, whole) = found.details
    assert list(group["correlations"].values()) == pytest.approx(expected.correlations.tolist())
    assert whole["objective"] == pytest.approx(0, abs=1e-20)
    assert list(whole["correlations"]) == ["G", "x"]
    reached = list(whole["correlations"].values())
    assert reached[0] == pytest.approx(reached[1])


def faults(importance, **fields):
    step = {"do": "weigh", "method": "optimised", "importance": importance, **fields}
    return [f.code for f in plan_faults(TREE, recipe_from({"step": [step]}))]


@pytest.mark.parametrize("value", [1, [1], {}, {"a": -1}, {"a": "1"}, {"a": True}, {"a": 1e300}])
def test_importances_are_numbers_of_0_or_more(value):
    with pytest.raises(FaultsError, match="importance"):
        recipe_from({"step": [{"do": "weigh", "method": "optimised", "importance": value}]})


def test_importances_name_all_parts_of_a_whole_or_none():
    assert faults({"a": 1, "b": 2}) == []
    assert faults({"a": 1, "z": 1}) == ["importance_unknown", "importance_missing"]
    assert faults({"a": 0, "b": 0}) == ["importance_zero"]
    assert faults({"a": 1, "b": 0}, level=2) == ["importance_unknown", "importance_unknown"]


def test_with_gaps_the_search_does_not_stop_in_a_hollow():
    # From the plain starts alone the search ends at 0.0051 here.
    random = np.random.default_rng(12)
    grid = random.normal(size=(40, 1)) * random.uniform(0.6, 1.5, 5)
    grid += random.normal(size=(40, 5)) * 0.7
    grid[random.random(grid.shape) < 0.08] = np.nan
    assert optimised(grid, [1, 2, 1, 1.5, 1]).objective < 0.0047
