import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests.counts import count

from regin.engine.components import components, components_table, kmo
from regin.engine.correlate import correlate
from regin.engine.framework import Framework, Node
from regin.engine.table import Table

NAN = math.nan
THREE = np.array([[1.0, 3, 2], [2, 1, 4], [3, 4, 1], [4, 6, 3], [5, 5, 6], [6, 2, 5]])


def test_two_parts_have_the_components_sum_and_difference():
    # r = .8: eigenvalues 1 ± .8, loadings √(1.8/2) and √(.2/2)
    made = components([[1, 1], [2, 3], [3, 2], [4, 4]], ["a", "b"])
    assert made.eigenvalues == pytest.approx([1.8, 0.2])
    assert made.shares == pytest.approx([0.9, 0.1])
    assert made.loadings == pytest.approx(np.sqrt([[0.9, 0.1], [0.9, 0.1]]) * [[1, 1], [1, -1]])
    assert made.rotated == pytest.approx(np.sqrt([[0.9], [0.9]]))
    assert (made.n, made.n_units, made.n_parts) == (4, 4, 2)


def test_loadings_are_the_correlations_of_parts_and_components():
    made = components(THREE)
    scaled = (THREE - THREE.mean(axis=0)) / THREE.std(axis=0)
    scores = scaled @ made.loadings
    for part in range(3):
        for component in range(3):
            r = np.corrcoef(scaled[:, part], scores[:, component])[0, 1]
            assert made.loadings[part, component] == pytest.approx(r)
    assert made.loadings @ made.loadings.T == pytest.approx(correlate(THREE).r)


def test_rotation_keeps_what_the_retained_components_say_of_each_part():
    grid = np.random.default_rng(5).normal(size=(30, 2)).repeat(3, axis=1)
    grid += np.random.default_rng(6).normal(size=(30, 6)) / 3
    made = components(grid)
    assert made.rotated.shape == (6, 2)
    said = (made.loadings[:, :2] ** 2).sum(axis=1)
    assert (made.rotated**2).sum(axis=1) == pytest.approx(said)
    # Each part belongs to one of the two sources.
    assert np.abs(made.rotated).max(axis=1).min() > 0.9
    assert np.abs(made.rotated).min(axis=1).max() < 0.3


def test_unrelated_parts_keep_one_component():
    grid = [[1, 1], [1, -1], [-1, 1], [-1, -1]]
    made = components(grid)
    assert made.eigenvalues == pytest.approx([1, 1])
    assert made.rotated.shape == (2, 1)
    assert math.isnan(made.kmo)


def test_kmo_is_worked_by_hand():
    # r = .5 throughout: partial correlations (.5 - .25) / .75 = 1/3; .25 / (.25 + 1/9) = 9/13
    whole, each = kmo([[1, 0.5, 0.5], [0.5, 1, 0.5], [0.5, 0.5, 1]])
    assert whole == pytest.approx(9 / 13)
    assert each == pytest.approx([9 / 13] * 3)
    assert kmo([[1, -0.3], [-0.3, 1]])[0] == pytest.approx(0.5)


def test_kmo_takes_partial_correlations_of_regressions():
    r = correlate(THREE).r
    whole, each = kmo(r)
    scaled = (THREE - THREE.mean(axis=0)) / THREE.std(axis=0)
    partial = np.zeros((3, 3))
    for a, b, c in ((0, 1, 2), (0, 2, 1), (1, 2, 0)):
        left = [scaled[:, x] - r[x, c] * scaled[:, c] for x in (a, b)]
        partial[a, b] = partial[b, a] = np.corrcoef(*left)[0, 1]
    simple = (r - np.eye(3)) ** 2
    assert whole == pytest.approx(simple.sum() / (simple + partial**2).sum())
    assert each == pytest.approx(simple.sum(axis=0) / (simple + partial**2).sum(axis=0))


@pytest.mark.parametrize("r", [[[1.0]], [[1, 1], [1, 1]], [[1, 0], [0, 1]]])
def test_kmo_is_missing_where_it_is_not_defined(r):
    whole, each = kmo(r)
    assert math.isnan(whole)
    assert np.isnan(each).all()


def test_a_part_related_to_nothing_has_no_kmo_of_its_own():
    whole, each = kmo([[1, 0.5, 0], [0.5, 1, 0], [0, 0, 1]])
    assert whole == pytest.approx(0.5)
    assert np.isnan(each).tolist() == [False, False, True]


def test_repeated_parts_are_singular():
    made = components(THREE[:, [0, 1, 0]])
    assert math.isnan(made.kmo)
    assert made.eigenvalues[-1] == pytest.approx(0, abs=1e-12)
    assert made.shares.sum() == pytest.approx(1)


def test_only_units_with_all_parts_count():
    gaps = np.vstack([THREE, [[9, NAN, 9], [NAN, 9, 9], [NAN, NAN, NAN]]])
    made = components(gaps)
    assert (made.n, made.n_units) == (6, 8)
    assert made.eigenvalues.tolist() == components(THREE).eigenvalues.tolist()


def test_parts_without_two_values_are_left_out():
    grid = np.column_stack([THREE, np.full(6, 0.1), np.full(6, NAN)])
    made = components(grid, list("abcde"))
    assert (made.codes, made.left_out) == (("a", "b", "c"), ("d", "e"))
    assert made.n_parts == 5
    assert made.eigenvalues.tolist() == components(THREE).eigenvalues.tolist()


def test_a_part_that_is_constant_among_complete_units_is_left_out_too():
    # Without the last two units, which lack another part, the third has one value.
    grid = [[1, 1, 5], [2, 3, 5], [3, 2, 5], [4, 4, 5], [NAN, 1, 6], [NAN, 2, 7]]
    made = components(grid, list("abc"))
    assert made.left_out == ("c",)
    assert made.n == 4


@pytest.mark.parametrize(
    ("grid", "n", "kept"),
    [
        (np.empty((0, 2)), 0, 0),
        ([[1, 2]], 0, 0),
        ([[1, 2], [2, 3]], 2, 2),
        ([[1, NAN], [2, NAN], [NAN, 1], [NAN, 3]], 0, 2),
        (np.full((5, 2), 7.0), 0, 0),
    ],
)
def test_too_few_units_have_no_components(grid, n, kept):
    made = components(grid)
    assert (made.n, len(made.codes)) == (n, kept)
    assert made.eigenvalues.size == made.shares.size == made.loadings.size == made.rotated.size == 0
    assert math.isnan(made.kmo)
    assert made.kmo_parts.shape == (kept,)


def test_one_part_is_its_own_component():
    made = components([[1], [2], [4]])
    assert made.eigenvalues.tolist() == [1]
    assert made.rotated.tolist() == [[1]]
    assert math.isnan(made.kmo)


def test_every_aggregate_of_a_table_has_its_own_by_period():
    tree = Framework(
        (
            Node("top", level=2, kind="aggregate"),
            *(Node(code, level=1, parent="top") for code in "abc"),
        )
    )
    units, periods = list("UVWXYZ") * 2, ["1"] * 6 + ["2"] * 6
    table = Table.of(units, "abc", np.vstack([THREE, THREE[:, ::-1]]), periods=periods)
    first, second = components_table(table, tree)
    assert (first.group, first.period, second.period) == ("top", "1", "2")
    assert first.codes == ("a", "b", "c")
    assert second.eigenvalues == pytest.approx(first.eigenvalues)


@settings(max_examples=count(100, 10), deadline=None)
@given(
    arrays(np.float64, (7, 3), elements=st.integers(-9, 9).map(float)), st.permutations(range(7))
)
def test_order_and_unit_play_no_role_and_bounds_hold(grid, rows):
    made, other = components(grid), components(grid[rows] * 2 + 3)
    assert other.eigenvalues == pytest.approx(made.eigenvalues, abs=1e-9)
    assert (made.eigenvalues >= 0).all()
    assert (np.diff(made.eigenvalues) <= 0).all()
    assert math.isnan(made.kmo) or 0 <= made.kmo <= 1
