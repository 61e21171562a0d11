import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests.counts import count

from regin.engine.aggregate import Context, aggregate
from regin.engine.errors import FaultsError
from regin.engine.framework import Framework
from regin.engine.nodes import Node
from regin.engine.penalties import ampi, mean_min, mpi
from regin.engine.recipe import recipe_from
from regin.engine.run import run
from regin.engine.table import Table

NAN = math.nan
few = settings(max_examples=count(100, 10), deadline=None)
METHODS = ["mpi", "ampi", "mean_min"]
PARTS = 3
CELLS = st.one_of(st.floats(1, 200), st.just(NAN))
GRIDS = arrays(np.float64, st.tuples(st.integers(1, 5), st.just(PARTS)), elements=CELLS)
WEIGHTS = arrays(np.float64, PARTS, elements=st.floats(0.1, 10))


def same(one, other):
    return np.allclose(one, other, rtol=1e-9, atol=1e-9, equal_nan=True)


def context(rows, periods=None):
    return Context(tuple(map(str, range(rows))), tuple(periods or [""] * rows), "W")


def codes(said):
    return [note.code for note in said.notes]


def test_mpi_takes_the_deviation_times_its_coefficient_off_the_mean():
    """Mean 100, deviation 10, coefficient 0.1."""
    assert aggregate([90, 110], [1, 1], "mpi") == pytest.approx(99)
    assert aggregate([90, 110], [1, 1], "mpi", penalty="plus") == pytest.approx(101)


def test_mpi_weighs_mean_and_deviation():
    """Mean (100 + 3·120) / 4 = 115, variance (15² + 3·5²) / 4 = 75."""
    assert aggregate([100, 120], [1, 3], "mpi") == pytest.approx(115 - 75 / 115)


def test_equal_parts_have_no_penalty():
    assert aggregate([70, 70, NAN], [1, 3, 5], "mpi") == pytest.approx(70)
    assert aggregate([70, 70, NAN], [1, 3, 5], "mean_min") == pytest.approx(70)


def test_a_mean_of_0_has_no_score_and_a_negative_one_is_noted():
    said = context(4)
    grid = np.array([[0.1, 0.2, -0.3], [-1.0, -3.0, NAN], [1.0, 3.0, NAN], [0.0, 0.0, 0.0]])
    found = mpi(grid, np.ones(3), said)
    assert same(found, [NAN, -2 + 1 / 2, 2 - 1 / 2, NAN])
    assert [(note.code, note.params["count"]) for note in said.notes] == [
        ("penalty_of_zero", 2),
        ("penalty_below_zero", 1),
    ]
    assert "“W”" in str(said.notes[0])


def test_ampi_puts_the_reference_at_100_and_the_range_at_60():
    """Column a: mean 4, range 8, so 0, 4, 8 become 70, 100, 130; b the other way round."""
    said = context(3)
    found = ampi(np.array([[0.0, 8.0], [4.0, 4.0], [8.0, 0.0]]), np.ones(2), said)
    assert same(found, [100 - 9, 100, 100 - 9])
    assert said.notes == []


def test_ampi_takes_its_goalposts_over_all_periods_and_its_reference_from_one():
    """Range 20 over both periods; mean of 2020 is 5: 0 becomes 85, 10 115, 20 145."""
    grid, periods = np.array([[0.0], [10.0], [10.0], [20.0]]), ["2020", "2020", "2021", "2021"]
    found = ampi(grid, np.ones(1), context(4, periods), reference="2020")
    assert same(found, [85, 115, 115, 145])
    assert same(ampi(grid, np.ones(1), context(4, periods)), [70, 100, 100, 130])


def test_ampi_works_over_the_panel_in_a_recipe():
    tree = Framework((Node("all", level=2, kind="aggregate"), Node("a", level=1, parent="all")))
    table = Table.of(["X", "X"], ["a"], [[0.0], [10.0]], periods=["2020", "2021"])
    step = {"do": "aggregate", "method": "ampi", "reference": "2020", "penalty": "plus"}
    done = run(table, tree, recipe_from({"step": [step]}))
    assert done.steps[0].table.columns(["all"])[:, 0].tolist() == [100, 160]
    assert [w.code for w in done.warnings] == ["unit_single"]
    with pytest.raises(FaultsError, match=r"period '1999'.*2020, 2021"):
        run(table, tree, recipe_from({"step": [{**step, "reference": "1999"}]}))


def test_ampi_leaves_out_what_it_cannot_scale_and_says_so():
    said = context(4, ["1", "1", "2", "2"])
    grid = np.array(
        [
            [5.0, NAN, NAN, 0.0, 1.0],
            [5.0, NAN, NAN, 10.0, 1.0],
            [5.0, NAN, 1.0, 0.0, 1.0],
            [5.0, NAN, 2.0, 10.0, 1.0],
        ]
    )
    found = ampi(grid, np.array([1.0, 1, 1, 1, 0]), said, reference="1")
    assert same(found, [70, 130, 70, 130])
    assert [(note.code, note.params["parts"]) for note in said.notes] == [
        ("ampi_constant", "1, 2"),
        ("ampi_no_reference", "3"),
    ]
    assert "period 1" in str(said.notes[1])


def test_a_column_that_differs_by_rounding_only_is_constant():
    said = context(2)
    assert np.isnan(ampi(np.array([[0.1 + 0.2], [0.3]]), np.ones(1), said)).all()
    assert codes(said) == ["ampi_constant"]


def test_mean_min_lies_between_the_mean_and_the_lowest_part():
    assert aggregate([4, 10], [1, 1], "mean_min", a=0) == pytest.approx(7)
    assert aggregate([4, 10], [1, 1], "mean_min", a=1, b=0) == pytest.approx(4)
    assert aggregate([4, 10], [1, 1], "mean_min", a=1, b=4) == pytest.approx(6)
    assert aggregate([4, 10], [1, 1], "mean_min", a=0.5, b=4) == pytest.approx(6.5)
    assert aggregate([4, 10], [1, 1], "mean_min") == pytest.approx(7 - (math.sqrt(10) - 1))


def test_the_lowest_part_is_one_that_counts():
    assert aggregate([4, 10, -50], [1, 1, 0], "mean_min", b=0) == pytest.approx(4)


@pytest.mark.parametrize("method", METHODS)
def test_nothing_observed_and_no_weight_have_no_score(method):
    grid = [[NAN, NAN], [NAN, 3.0], [7.0, 3.0], [8.0, 1.0]]
    found = aggregate(grid, [1, 0], method)
    assert np.isnan(found).tolist() == [True, True, False, False]


@pytest.mark.parametrize("method", METHODS)
def test_rows_may_have_weights_of_their_own(method):
    grid = np.array([[60.0, 90.0], [80.0, 70.0], [100.0, 110.0]])
    own = np.array([[1.0, 3.0], [1.0, 1.0], [0.0, 0.0]])
    found = aggregate(grid, own, method)
    for row in range(2):
        assert found[row] == pytest.approx(float(aggregate(grid, own[row], method)[row]))
    assert math.isnan(found[2])


@pytest.mark.parametrize("method", METHODS)
def test_no_rows_give_no_scores(method):
    assert aggregate(np.empty((0, 2)), [1, 1], method).shape == (0,)
    assert np.isnan(aggregate(np.empty((2, 0)), np.empty(0), method)).all()


@pytest.mark.parametrize("method", METHODS)
def test_no_size_of_values_or_weights_raises_a_warning(method):
    grid = [[1e75, 1e75], [1e-310, 1e75], [-1e75, 1e-75]]
    aggregate(grid, [1e75, 1e-75], method)
    aggregate(grid, [1e75, 1e75], method)


def test_a_single_unit_has_no_ampi_but_an_mpi():
    said = context(1)
    assert np.isnan(ampi(np.array([[90.0, 110.0]]), np.ones(2), said)).all()
    assert codes(said) == ["ampi_constant"]
    assert mpi(np.array([[90.0, 110.0]]), np.ones(2), said) == pytest.approx(99)


@pytest.mark.parametrize(
    ("method", "fields", "words"),
    [
        ("mpi", {"penalty": "up"}, "penalty for unbalanced parts is 'up'"),
        ("ampi", {"penalty": 1}, "penalty for unbalanced parts is 1"),
        ("mean_min", {"a": 2}, "number a of the method mean_min is 2"),
        ("mean_min", {"a": 1, "b": -1}, "number b of the method mean_min is -1"),
        ("mean_min", {"a": -1, "b": "x"}, "number a .*\n.*number b"),
    ],
)
def test_fields_out_of_their_range_are_named_errors(method, fields, words):
    with pytest.raises(FaultsError, match=words):
        aggregate([1, 2], [1, 1], method, **fields)
    with pytest.raises(FaultsError, match=words):
        recipe_from({"step": [{"do": "aggregate", "method": method, **fields}]})


@few
@given(GRIDS, WEIGHTS, st.floats(0.01, 100), st.permutations(range(PARTS)))
def test_sums_of_weights_units_and_order_do_not_matter(grid, weights, factor, order):
    for method in METHODS:
        before = aggregate(grid, weights, method)
        assert same(aggregate(grid, weights * factor, method), before)
        assert same(aggregate(grid[:, order], weights[order], method), before)
    assert same(
        mpi(grid * factor, weights, context(len(grid))), aggregate(grid, weights, "mpi") * factor
    )
    scaled = mean_min(grid * factor, weights, 0.7, 2 * factor)
    assert same(scaled, mean_min(grid, weights, 0.7, 2) * factor)


@few
@given(GRIDS, WEIGHTS)
def test_a_gap_equals_an_absent_part_and_a_twin_shares_the_weight(grid, weights):
    gaps = grid.copy()
    gaps[:, 1] = NAN
    twice = np.column_stack([grid, grid[:, 0]])
    halves = np.append(weights, weights[0] / 2)
    halves[0] /= 2
    for method in METHODS:
        absent = aggregate(np.delete(grid, 1, axis=1), np.delete(weights, 1), method)
        assert same(aggregate(gaps, weights, method), absent)
        assert same(aggregate(twice, halves, method), aggregate(grid, weights, method))


@few
@given(GRIDS, WEIGHTS)
def test_a_penalty_never_raises_the_mean_and_plus_mirrors_minus(grid, weights):
    mean = aggregate(grid, weights)
    less = aggregate(grid, weights, "mpi")
    more = aggregate(grid, weights, "mpi", penalty="plus")
    seen = ~np.isnan(mean)
    assert (less[seen] <= mean[seen] * (1 + 1e-12)).all()
    assert same(less + more, 2 * mean)


@few
@given(GRIDS, WEIGHTS, st.floats(0, 1), st.floats(0, 50))
def test_mean_min_stays_between_mean_and_minimum(grid, weights, a, b):
    found, mean = mean_min(grid, weights, a, b), aggregate(grid, weights)
    seen = ~np.isnan(mean)
    lowest = np.where(np.isnan(grid), np.inf, grid).min(axis=1)
    assert (found[seen] <= mean[seen] + 1e-9).all()
    assert (found[seen] >= lowest[seen] - 1e-9).all()


@few
@given(GRIDS, st.floats(0.1, 10), st.floats(-50, 50))
def test_ampi_does_not_depend_on_units_of_measure(grid, factor, shift):
    # Only what differs by more than the rounding of the shift can survive it.
    whole = np.round(grid)
    before = aggregate(whole, np.ones(PARTS), "ampi")
    assert same(aggregate(whole * factor + shift, np.ones(PARTS), "ampi"), before)
