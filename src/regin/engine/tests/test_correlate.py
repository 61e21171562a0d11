import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests.counts import count

from regin.engine import correlate as module
from regin.engine.concordance import surplus, surplus_by_sorting
from regin.engine.correlate import (
    KINDS,
    correlate,
    correlate_table,
    covariance,
    every_two,
    single_valued,
)
from regin.engine.table import Table

NAN = math.nan
GRIDS = arrays(
    np.float64,
    st.tuples(st.integers(0, 9), st.integers(1, 4)),
    elements=st.one_of(st.integers(-3, 3).map(float), st.just(NAN)),
)
REFERENCE = [  # r and p of scipy 1.17; ties in both columns
    ("pearson", 0.8700169064994153, 0.0010644462564340068),
    ("spearman", 0.8987521783604195, 0.00040621310111293757),
    ("kendall", 0.8101914936669333, 0.0025731161579027302),
]
FEW = settings(max_examples=count(100, 10), deadline=None)


def two(x, y, kind="pearson"):
    made = correlate(np.column_stack([x, y]), kind)
    return float(made.r[0, 1]), float(made.p[0, 1]), int(made.n[0, 1])


def test_pearson_is_worked_by_hand():
    # deviations (-2, -1, 0, 1, 2) and (-2, 0, -1, 2, 1): products 4 + 0 + 0 + 2 + 2 = 8 of 10
    r, p, n = two([1, 2, 3, 4, 5], [1, 3, 2, 5, 4])
    assert (r, n) == (pytest.approx(0.8), 5)
    # t = .8·√(3/.36) = 2.3094 with 3 degrees of freedom: .1041 in any table of Student's t
    assert p == pytest.approx(0.104088, abs=1e-6)


def test_spearman_shares_the_mean_rank_among_ties():
    # ranks (1, 2.5, 2.5, 4) and (1, 2, 3, 4): Σdd' = 4.5, sizes 4.5 and 5
    r, _, _ = two([1, 2, 2, 9], [1, 2, 3, 4], "spearman")
    assert r == pytest.approx(4.5 / math.sqrt(4.5 * 5))


def test_kendall_corrects_for_ties():
    # 6 pairs, 5 of them not tied in x, all concordant: 5 / √(5·6)
    r, p, _ = two([1, 2, 2, 9], [1, 2, 3, 4], "kendall")
    assert r == pytest.approx(5 / math.sqrt(30))
    # variance (4·3·13 - 2·1·9) / 18 = 138/18
    assert p == pytest.approx(math.erfc(5 / math.sqrt(138 / 18) / math.sqrt(2)))


@pytest.mark.parametrize(("kind", "r", "p"), REFERENCE)
def test_ties_give_the_numbers_of_another_program(kind, r, p):
    made = two([1, 2, 2, 3, 5, 5, 5, 8, 9, 1], [2, 1, 3, 3, 3, 6, 7, 7, 7, 0], kind)
    assert made == (pytest.approx(r, rel=1e-9), pytest.approx(p, rel=1e-9), 10)


@pytest.mark.parametrize("units", [3, 4, 7, 20, 49])
def test_kendalls_p_is_exact_without_ties_below_fifty_units(units):
    from scipy.stats import kendalltau

    order = np.random.default_rng(units).permutation(units).astype(float)
    x = np.arange(units, dtype=float)
    for y in (order, x, -x):
        expected = kendalltau(x, y, method="exact").pvalue
        assert two(x, y, "kendall")[1] == pytest.approx(expected, rel=1e-9)
    # Gaps do not matter: it is the shared units that count.
    wider = np.append(x, [5.0, NAN]), np.append(order, [NAN, 5.0])
    assert two(*wider, "kendall") == two(x, order, "kendall")


def test_kendalls_p_is_exact_by_hand():
    # of the 24 orders of 4 units, 1 has no inversion and 3 have one: 2·4/24
    assert two([1, 2, 3, 4], [1, 2, 4, 3], "kendall")[1] == pytest.approx(1 / 3)
    # 3 of 6 pairs are in opposite order: every order is at least as far from none
    assert two([1, 2, 3, 4], [2, 4, 1, 3], "kendall")[1] == 1


def test_kendalls_p_is_the_normal_approximation_with_ties_or_from_fifty_units():
    from scipy.stats import kendalltau

    rng = np.random.default_rng(5)
    x = rng.permutation(50).astype(float)
    many, tied = rng.permutation(50).astype(float), np.minimum(x[:20], 15)
    for one, other in ((x, many), (x[:20], tied), (tied, x[:20])):
        expected = kendalltau(one, other, method="asymptotic").pvalue
        assert two(one, other, "kendall")[1] == pytest.approx(expected, rel=1e-9)


def test_a_perfect_relation_has_the_p_value_zero_and_not_an_infinity():
    assert two([1, 2, 3], [2, 4, 6])[:2] == (1.0, 0.0)
    assert two([1, 2, 4], [-1, -10, -11], "spearman")[:2] == (-1.0, 0.0)
    assert two([1, 2, 3], [3, 2, 1], "kendall")[0] == -1.0


def test_a_relation_of_zero_has_the_p_value_one():
    for kind in KINDS:
        assert two([1, 2, 3], [1, 2, 1], kind)[:2] == pytest.approx((0.0, 1.0))


def test_only_units_that_have_both_count_and_are_ranked_anew():
    x = [NAN, 1, 5, 3, 4, 100]
    y = [9, 2, 6, NAN, 5, NAN]
    for kind in KINDS:
        assert two(x, y, kind) == two([1, 5, 4], [2, 6, 5], kind)
        assert two(x, y, kind)[2] == 3


@pytest.mark.parametrize("kind", KINDS)
def test_fewer_than_three_shared_units_say_nothing(kind):
    r, p, n = two([1, 2, NAN], [5, 6, 7], kind)
    assert (math.isnan(r), math.isnan(p), n) == (True, True, 2)


@pytest.mark.parametrize("kind", KINDS)
def test_a_constant_column_correlates_with_nothing_not_even_itself(kind):
    made = correlate(np.column_stack([[0.1] * 10, np.arange(10.0)]), kind)
    assert np.isnan(made.r[0]).all()
    assert np.isnan(made.p[0]).all()
    assert made.r[1, 1] == 1
    # constant only among the shared units
    assert math.isnan(two([1, 1, 1, 2], [1, 2, 3, NAN], kind)[0])


@pytest.mark.parametrize("kind", KINDS)
def test_columns_without_values_and_tables_without_units_are_no_crash(kind):
    assert np.isnan(correlate(np.full((4, 2), NAN), kind).r).all()
    assert correlate(np.empty((0, 2)), kind).n.tolist() == [[0, 0], [0, 0]]
    assert correlate(np.empty((3, 0)), kind).r.shape == (0, 0)


def test_values_at_the_ends_of_the_range_neither_overflow_nor_vanish():
    for scale in (1e75, 1e-200):
        assert two(np.array([1, 2, 3]) * scale, [1, 3, 2])[0] == pytest.approx(0.5)
    assert two([1e75, 2, 3, 4], [NAN, 1, 3, 2])[0] == pytest.approx(0.5)
    assert two(np.array([1, 2, 3]) + 1e9, [1, 3, 2])[0] == pytest.approx(0.5, rel=1e-6)


def test_covariances_are_of_the_shared_units():
    grid = np.array([[1, 2, 3], [3, 6, 3], [5, NAN, 3], [NAN, 1, NAN]])
    expected = [[4, 4, 0], [4, 7, 0], [0, 0, 0]]
    assert covariance(grid) == pytest.approx(np.array(expected))
    assert np.isnan(covariance([[1.0, NAN], [NAN, 1.0]])).all()


def test_a_constant_has_no_variance_whatever_the_rounding():
    assert covariance(np.full((10, 2), 0.1)).tolist() == [[0, 0], [0, 0]]


def test_single_valued_columns_are_found():
    assert single_valued([[1, 1, NAN, NAN], [1, 2, 3, NAN]]).tolist() == [True, False, True, True]


def test_pairs_of_a_table_come_by_period_and_kind():
    values = [[1, 2], [2, 3], [3, 1], [1, 1], [2, 2], [3, 3]]
    table = Table.of("ABCABC", ["x", "y"], values, periods=["1"] * 3 + ["2"] * 3)
    made = list(correlate_table(table, ["x", "y", "z"], ["pearson", "kendall"]))
    assert [(one.period, one.kind, one.a, one.b) for one in made[:4]] == [
        ("1", "pearson", "x", "y"),
        ("1", "pearson", "x", "z"),
        ("1", "pearson", "y", "z"),
        ("1", "kendall", "x", "y"),
    ]
    assert (made[0].r, made[6].r) == (pytest.approx(-0.5), pytest.approx(1))
    assert made[1].n == 0
    [only] = correlate_table(table.keep(np.arange(6) < 3), ["x", "y"], ["pearson"], [("y", "x")])
    assert (only.a, only.b, only.r) == ("y", "x", made[0].r)


def test_every_two_names_each_pair_once():
    assert every_two("abc") == [("a", "b"), ("a", "c"), ("b", "c")]


def test_sorting_and_comparing_count_the_same_pairs(monkeypatch):
    grid = np.random.default_rng(1).integers(0, 6, (40, 4)).astype(float)
    grid[::7, 1] = NAN
    compared = correlate(grid, "kendall")
    monkeypatch.setattr(module, "MANY", 5)
    by_sorting = correlate(grid, "kendall")
    assert by_sorting.r.tolist() == compared.r.tolist()
    assert by_sorting.p.tolist() == compared.p.tolist()


def test_sorting_takes_no_units_at_all(monkeypatch):
    none = np.empty(0, dtype=np.int64)
    assert surplus_by_sorting(none, none) == 0
    monkeypatch.setattr(module, "MANY", 1)
    assert math.isnan(two([1, 2, NAN], [NAN, NAN, 1], "kendall")[0])


@FEW
@given(GRIDS)
def test_blocks_do_not_change_the_count(grid):
    dense = np.nan_to_num(grid).astype(np.int64).T
    there = ~np.isnan(grid)
    count = surplus(dense, there)
    for one in range(len(dense)):
        both = there[:, one] & there[:, 0]
        assert count[one, 0] == surplus_by_sorting(dense[one, both] + 3, dense[0, both] + 3)


def test_many_units_are_compared_block_by_block(monkeypatch):
    dense = np.random.default_rng(2).integers(0, 30, (2, 50))
    there = np.ones((50, 2), dtype=bool)
    whole = surplus(dense, there)
    monkeypatch.setattr("regin.engine.concordance.BLOCK", 300)
    assert surplus(dense, there).tolist() == whole.tolist()


def naive(x, y, kind):
    """The definitions, pair by pair."""
    if kind == "kendall":
        signs = np.sign(np.subtract.outer(x, x)), np.sign(np.subtract.outer(y, y))
        return (signs[0] * signs[1]).sum() / np.sqrt(np.prod([(s * s).sum() for s in signs]))
    if kind == "spearman":
        x, y = ((1.0 * np.less.outer(v, v) + np.less_equal.outer(v, v)).sum(axis=0) for v in (x, y))
    return np.corrcoef(x, y)[0, 1]


@pytest.mark.parametrize("kind", KINDS)
@FEW
@given(grid=GRIDS)
def test_it_is_what_the_definition_says_pair_by_pair(kind, grid):
    made = correlate(grid, kind)
    for a in range(grid.shape[1]):
        both = ~np.isnan(grid[:, 0] + grid[:, a])
        x, y = grid[both, 0], grid[both, a]
        assert made.n[0, a] == len(x)
        if len(x) < 3 or len(set(x)) < 2 or len(set(y)) < 2:
            assert np.isnan(made.r[0, a])
        else:
            assert made.r[0, a] == pytest.approx(naive(x, y, kind), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("kind", KINDS)
@FEW
@given(grid=GRIDS, seed=st.integers(0, 99))
def test_order_and_unit_play_no_role_and_bounds_hold(kind, grid, seed):
    made = correlate(grid, kind)
    rows = np.random.default_rng(seed).permutation(len(grid))
    other = correlate((grid * 4 + 2)[rows][:, ::-1], kind)
    assert other.r[::-1, ::-1] == pytest.approx(made.r, abs=1e-12, nan_ok=True)
    assert (made.r[~np.isnan(made.r)] <= 1).all()
    assert (made.r[~np.isnan(made.r)] >= -1).all()
    turned = correlate(grid * np.where(np.arange(grid.shape[1]) == 0, -1, 1), kind)
    assert turned.r[0, 1:] == pytest.approx(-made.r[0, 1:], abs=1e-12, nan_ok=True)


@FEW
@given(GRIDS)
def test_units_without_values_change_nothing(grid):
    more = np.vstack([grid, np.full((2, grid.shape[1]), NAN)])
    for kind in KINDS:
        assert np.array_equal(correlate(more, kind).r, correlate(grid, kind).r, equal_nan=True)
