import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests.counts import count

from regin.engine import outranking as module
from regin.engine.aggregate import aggregate
from regin.engine.framework import Framework
from regin.engine.nodes import Node
from regin.engine.outranking import outranking
from regin.engine.recipe import recipe_from
from regin.engine.run import run
from regin.engine.table import Table

NAN = math.nan
few = settings(max_examples=count(100, 10), deadline=None)
PARTS = 4
# Few different values: ties and gaps in almost every grid.
CELLS = st.one_of(st.integers(0, 4).map(float), st.just(NAN))
GRIDS = arrays(np.float64, st.tuples(st.integers(1, 6), st.just(PARTS)), elements=CELLS)
WEIGHTS = arrays(np.float64, PARTS, elements=st.floats(0.01, 10))


def same(one, other):
    return np.allclose(one, other, rtol=1e-9, atol=1e-9, equal_nan=True)


def copeland(grid, weights):
    return aggregate(grid, weights, "copeland")


def test_a_tie_counts_half_its_weight_each_way():
    found = outranking(np.array([[1.0, 5.0, 3.0], [1.0, 2.0, 4.0]]), np.array([2.0, 3.0, 5.0]))
    assert same(found, [[0.5, 0.4], [0.6, 0.5]])


def test_shares_are_of_the_parts_both_units_have():
    found = outranking(np.array([[1.0, 5.0, NAN], [2.0, 2.0, 4.0]]), np.array([1.0, 3.0, 9.0]))
    assert same(found[0, 1], 0.75)


def test_no_part_in_common_is_no_information():
    grid = np.array([[1.0, NAN], [NAN, 2.0], [3.0, 3.0]])
    assert np.isnan(outranking(grid, np.ones(2))[0, 1])
    assert copeland(grid, [1, 1]).tolist() == [-1, -1, 2]


def test_copeland_counts_victories_less_defeats():
    grid = np.array([[3.0, 3.0, 1.0], [2.0, 2.0, 2.0], [1.0, 1.0, 3.0], [0.0, 3.0, 0.0]])
    assert copeland(grid, [1, 1, 1]).tolist() == [3, 1, -1, -3]


def test_equal_units_neither_win_nor_lose():
    assert copeland([[5, 5], [5, 5], [5, 5]], [1, 2]).tolist() == [0, 0, 0]


def test_rounding_of_the_weights_decides_no_pair():
    """0.1 + 0.2 is not 0.3 in binary numbers, but half of the weight is half."""
    assert copeland([[1, 1, 0], [0, 0, 1]], [0.1, 0.2, 0.3]).tolist() == [0, 0]


def test_a_unit_with_nothing_observed_has_no_score_and_changes_none():
    grid = [[NAN, NAN], [1, 2], [2, 3]]
    assert same(copeland(grid, [1, 1]), [NAN, -1, 1])


def test_a_weight_of_0_takes_the_part_out():
    assert copeland([[1, 9], [2, 1]], [1, 0]).tolist() == [-1, 1]
    assert same(copeland([[NAN, 9], [2, 1]], [1, 0]), [NAN, 0])


def test_a_single_unit_beats_nobody():
    assert copeland([7, 8], [1, 1]) == 0
    assert math.isnan(copeland([NAN, NAN], [1, 1]))


def test_no_rows_give_no_scores():
    assert copeland(np.empty((0, 2)), [1, 1]).shape == (0,)
    assert np.isnan(copeland(np.empty((2, 0)), np.empty(0))).all()


def test_weights_of_their_own_meet_halfway():
    grid = np.array([[1.0, 0.0], [0.0, 1.0]])
    found = outranking(grid, np.array([[3.0, 1.0], [1.0, 1.0]]))
    assert same(found, [[0.5, 2 / 3], [1 / 3, 0.5]])
    assert copeland(grid, [[3, 1], [1, 1]]).tolist() == [1, -1]


def test_periods_are_compared_apart():
    tree = Framework((Node("all", level=2, kind="aggregate"), Node("a", level=1, parent="all")))
    table = Table.of(
        ["X", "Y", "X", "Y"], ["a"], [[1], [2], [4], [3]], periods=["1", "1", "2", "2"]
    )
    done = run(table, tree, recipe_from({"step": [{"do": "aggregate", "method": "copeland"}]}))
    assert done.steps[0].table.columns(["all"])[:, 0].tolist() == [-1, 1, 1, -1]


def test_units_are_compared_in_blocks_with_the_same_outcome(monkeypatch):
    rng = np.random.default_rng(20)
    grid, weights = rng.integers(0, 9, (40, 7)).astype(float), rng.random(7)
    grid[rng.random(grid.shape) < 0.2] = NAN
    at_once = outranking(grid, weights), copeland(grid, weights)
    monkeypatch.setattr(module, "CELLS", 100)
    assert same(outranking(grid, weights), at_once[0])
    assert np.array_equal(copeland(grid, weights), at_once[1])


def by_hand(grid, weights):
    units = range(len(grid))
    out = np.full((len(grid), len(grid)), NAN)
    for j in units:
        for k in units:
            both = [i for i in range(PARTS) if not math.isnan(grid[j, i] + grid[k, i])]
            won = sum(weights[i] * (grid[j, i] > grid[k, i]) for i in both)
            tied = sum(weights[i] * (grid[j, i] == grid[k, i]) for i in both)
            if both:
                out[j, k] = (won + tied / 2) / sum(weights[i] for i in both)
    return out


@few
@given(GRIDS, WEIGHTS)
def test_the_matrix_is_that_of_the_definition(grid, weights):
    found = outranking(grid, weights)
    assert same(found, by_hand(grid, weights))
    known = ~np.isnan(found)
    assert ((found[known] >= 0) & (found[known] <= 1)).all()


@few
@given(GRIDS, WEIGHTS)
def test_both_ways_of_a_pair_make_a_whole(grid, weights):
    found = outranking(grid, weights)
    assert same((found + found.T)[~np.isnan(found)], 1)
    scores = copeland(grid, weights)
    assert np.nansum(scores) == 0


@few
@given(GRIDS, WEIGHTS, st.floats(0.001, 1000), st.permutations(range(PARTS)))
def test_units_of_measure_sums_of_weights_and_order_do_not_matter(grid, weights, factor, order):
    before = copeland(grid, weights)
    assert same(copeland(np.exp(grid) * factor, weights), before)
    assert same(copeland(grid[:, order], weights[order]), before)
    assert same(copeland(grid[::-1], weights)[::-1], before)
    assert same(outranking(grid, weights * factor), outranking(grid, weights))


@few
@given(GRIDS, WEIGHTS)
def test_a_gap_equals_an_absent_part_and_a_twin_shares_the_weight(grid, weights):
    gaps = grid.copy()
    gaps[:, 1] = NAN
    assert same(
        outranking(gaps, weights), outranking(np.delete(grid, 1, axis=1), np.delete(weights, 1))
    )
    twice = np.column_stack([grid, grid[:, 0]])
    halves = np.append(weights, weights[0] / 2)
    halves[0] /= 2
    assert same(outranking(twice, halves), outranking(grid, weights))


@few
@given(GRIDS, WEIGHTS)
def test_one_weight_for_all_is_the_same_weight_for_each(grid, weights):
    own = np.tile(weights, (len(grid), 1))
    assert same(outranking(grid, own), outranking(grid, weights))


@few
@given(GRIDS, WEIGHTS)
def test_a_better_value_never_lowers_the_score(grid, weights):
    higher = grid.copy()
    higher[0, 2] += 2
    before, after = copeland(grid, weights)[0], copeland(higher, weights)[0]
    assert math.isnan(before) or after >= before


def test_the_largest_values_and_weights_raise_no_warning():
    assert copeland([[1e75, -1e75], [-1e75, 1e75]], [1e75, 1e-75]).tolist() == [1, -1]


def test_a_thousand_units_are_compared_without_the_whole_matrix():
    grid = np.random.default_rng(1).random((1000, 3))
    blocks = [margin.size for _, margin in module.margins(grid, np.arange(1.0, 4.0))]
    assert max(blocks) <= module.CELLS
    assert sum(blocks) < 0.55 * 1000 * 1000
