import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests.counts import count

from regin.engine.aggregate import aggregate
from regin.engine.errors import FaultsError
from regin.engine.framework import Framework
from regin.engine.means import arithmetic, geometric, harmonic, power
from regin.engine.nodes import Node
from regin.engine.recipe import recipe_from
from regin.engine.run import run
from regin.engine.table import Table

NAN = math.nan
METHODS = [
    ("arithmetic", {}),
    ("geometric", {}),
    ("harmonic", {}),
    ("power", {"p": 2}),
    ("power", {"p": 3}),
    ("power", {"p": 0.5}),
    ("power", {"p": -1.5}),
]
ALL = pytest.mark.parametrize(("method", "fields"), METHODS)
PARTS = 4
EACH = st.sampled_from(METHODS)
few = settings(max_examples=count(100, 10), deadline=None)
CELLS = st.one_of(st.floats(0.01, 1e4), st.just(NAN))
GRIDS = arrays(np.float64, st.tuples(st.integers(1, 4), st.just(PARTS)), elements=CELLS)
WEIGHTS = arrays(np.float64, PARTS, elements=st.floats(0.01, 10))


def same(one, other):
    return np.allclose(one, other, rtol=1e-9, atol=0, equal_nan=True)


def test_the_geometric_mean_is_the_root_of_the_product():
    assert aggregate([2, 8], [1, 1], "geometric") == pytest.approx(4)
    assert aggregate([2, 16], [2, 1], "geometric") == pytest.approx(4)


def test_the_harmonic_mean_is_the_mean_speed():
    assert aggregate([30, 60], [1, 1], "harmonic") == pytest.approx(40)
    assert aggregate([30, 60], [1, 3], "harmonic") == pytest.approx(48)


def test_the_power_mean_of_exponent_2_is_the_quadratic_mean():
    assert aggregate([1, 7], [1, 1], "power", p=2) == pytest.approx(5)
    assert aggregate([1, 3], [7, 1], "power", p=2) == pytest.approx(math.sqrt(2))


def test_the_power_mean_of_a_half_squares_the_mean_of_roots():
    assert aggregate([4, 16, 0], [1, 1, 1], "power", p=0.5) == pytest.approx(4)
    assert aggregate([0, 0], [1, 1], "power", p=0.5) == 0


def test_a_whole_exponent_takes_negative_values():
    assert aggregate([-3, 3], [1, 1], "power", p=2) == pytest.approx(3)
    assert aggregate([-3, -3], [1, 1], "power", p=3) == pytest.approx(-3)
    assert aggregate([-10, 30], [1, 1], "power", p=1) == pytest.approx(10)


@ALL
def test_weights_are_rescaled_over_what_is_observed(method, fields):
    with_gap = aggregate([10, NAN, 40], [1, 5, 2], method, **fields)
    assert with_gap == pytest.approx(float(aggregate([10, 40], [1, 2], method, **fields)))


@ALL
def test_nothing_observed_and_no_weight_have_no_score(method, fields):
    cells = [[NAN, NAN], [NAN, 3.0]]
    assert np.isnan(aggregate(cells, [1, 0], method, **fields)).all()


@ALL
def test_a_part_of_weight_0_may_hold_any_value(method, fields):
    assert aggregate([10, -90, 0], [1, 0, 0], method, **fields) == pytest.approx(10)


@ALL
def test_rows_may_have_weights_of_their_own(method, fields):
    cells, weights = np.array([[1.0, 4.0], [2.0, NAN]]), np.array([[1.0, 3.0], [0.0, 5.0]])
    found = aggregate(cells, weights, method, **fields)
    assert found[0] == aggregate(cells[0], weights[0], method, **fields)
    assert math.isnan(found[1])


@ALL
def test_no_size_of_values_or_weights_breaks_it(method, fields):
    cells = [[1e-310, 1e75], [1e75, 1e75], [1e-75, 1e-75]]
    found = aggregate(cells, [1e75, 1e75], method, **fields)
    assert np.isfinite(found).all()
    assert same(found[1:], [1e75, 1e-75])


@ALL
def test_no_rows_give_no_scores(method, fields):
    assert aggregate(np.empty((0, 2)), [1, 1], method, **fields).shape == (0,)
    assert np.isnan(aggregate(np.empty((2, 0)), np.empty(0), method, **fields)).all()


@pytest.mark.parametrize("p", [1e-12, -1e-12, 1e-3, -1e-3, 400, 400.5, -400, 1e6, -1e6])
def test_the_power_mean_keeps_its_digits_at_every_exponent(p):
    found = float(aggregate([3.0, 5.0, 5.0], [1, 1, 1], "power", p=p))
    middle = 75 ** (1 / 3)
    if abs(p) <= 1e-12:
        assert found == pytest.approx(middle, rel=1e-11)
    elif abs(p) >= 400:
        assert found == pytest.approx(5 if p > 0 else 3, rel=3e-3)
    else:
        assert found == pytest.approx(((3**p + 2 * 5**p) / 3) ** (1 / p), rel=1e-11)
        assert found != pytest.approx(middle, rel=1e-6)


@pytest.mark.parametrize(
    ("method", "fields", "bad", "words"),
    [
        ("geometric", {}, [0, 1], "0 or less"),
        ("harmonic", {}, [-1, 1], "0 or less"),
        ("power", {"p": -1}, [0, 1], "0 or less"),
        ("power", {"p": 0.5}, [-1, 1], "below 0"),
        ("power", {"p": 0}, [1, 1], "exponent p of the power mean is 0"),
        ("power", {"p": True}, [1, 1], "is True"),
        ("power", {"p": 1e80}, [1, 1], "1e\\+80"),
        ("power", {}, [1, 1], "is None"),
    ],
)
def test_what_a_mean_cannot_take_is_a_named_error(method, fields, bad, words):
    with pytest.raises(FaultsError, match=words):
        aggregate(bad, [1, 1], method, **fields)


def test_the_functions_give_no_number_where_values_are_outside_their_domain():
    cells, weights = np.array([[-1.0, 4.0], [0.0, 4.0], [4.0, 4.0]]), np.ones(2)
    for mean in (geometric, harmonic, lambda x, w: power(x, w, -2)):
        assert np.isnan(mean(cells, weights)).tolist() == [True, True, False]
    assert np.isnan(power(cells, weights, 0.5)).tolist() == [True, False, False]


def test_a_recipe_without_an_exponent_or_with_0_is_refused():
    for fields in ({}, {"p": 0}, {"p": "2"}):
        with pytest.raises(FaultsError, match=r"“p”|exponent p"):
            recipe_from({"step": [{"do": "aggregate", "method": "power", **fields}]})


def test_a_recipe_carries_the_exponent_to_its_level():
    tree = Framework(
        (
            Node("all", level=3, kind="aggregate"),
            Node("g", level=2, parent="all", kind="aggregate"),
            Node("a", level=1, parent="g"),
            Node("b", level=1, parent="g"),
        )
    )
    step = {"do": "aggregate", "method": ["power", "geometric"], "p": 2}
    made = run(Table.of(["X"], ["a", "b"], [[1.0, 7.0]]), tree, recipe_from({"step": [step]}))
    assert {s.code: s.score for s in made.scores}["all"] == pytest.approx(5)


def test_a_recipe_names_the_part_that_is_not_positive():
    tree = Framework((Node("all", level=2, kind="aggregate"), Node("a", level=1, parent="all")))
    step = {"do": "aggregate", "method": "geometric"}
    with pytest.raises(FaultsError, match="cannot take “a”; values of 0 or less: 1"):
        run(Table.of(["X"], ["a"], [[0.0]]), tree, recipe_from({"step": [step]}))


@few
@given(GRIDS, WEIGHTS)
def test_a_higher_exponent_never_gives_less(grid, weights):
    scores = [
        harmonic(grid, weights),
        power(grid, weights, -0.5),
        geometric(grid, weights),
        power(grid, weights, 0.5),
        arithmetic(grid, weights),
        power(grid, weights, 2.5),
    ]
    for less, more in itertools.pairwise(scores):
        seen = ~np.isnan(less)
        assert (less[seen] <= more[seen] * (1 + 1e-9)).all()


@few
@given(GRIDS, WEIGHTS)
def test_the_named_means_are_power_means(grid, weights):
    assert same(power(grid, weights, 1), arithmetic(grid, weights))
    assert same(power(grid, weights, -1), harmonic(grid, weights))
    assert same(power(grid, weights, 1e-11), geometric(grid, weights))


@few
@given(kind=EACH, grid=GRIDS, weights=WEIGHTS, factor=st.floats(0.001, 1000))
def test_units_and_sums_of_weights_do_not_matter(kind, grid, weights, factor):
    method, fields = kind
    before = aggregate(grid, weights, method, **fields)
    assert same(aggregate(grid, weights * factor, method, **fields), before)
    assert same(aggregate(grid * factor, weights, method, **fields), before * factor)


@few
@given(kind=EACH, grid=GRIDS, weights=WEIGHTS, order=st.permutations(range(PARTS)))
def test_order_gaps_and_twins_do_not_matter(kind, grid, weights, order):
    method, fields = kind
    before = aggregate(grid, weights, method, **fields)
    assert same(aggregate(grid[:, order], weights[order], method, **fields), before)
    twice = np.column_stack([grid, grid[:, 0]])
    halves = np.append(weights, weights[0] / 2)
    halves[0] /= 2
    assert same(aggregate(twice, halves, method, **fields), before)
    gaps = grid.copy()
    gaps[:, 1] = NAN
    absent = np.delete(grid, 1, axis=1), np.delete(weights, 1)
    assert same(aggregate(gaps, weights, method, **fields), aggregate(*absent, method, **fields))


@few
@given(kind=EACH, grid=GRIDS, weights=WEIGHTS, more=st.floats(0, 100))
def test_more_of_a_part_never_lowers_the_whole(kind, grid, weights, more):
    method, fields = kind
    higher = grid.copy()
    higher[:, 2] += more
    before = aggregate(grid, weights, method, **fields)
    seen = ~np.isnan(before)
    after = aggregate(higher, weights, method, **fields)
    assert (after[seen] >= before[seen] * (1 - 1e-9)).all()
