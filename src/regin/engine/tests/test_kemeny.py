import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests.counts import count

from regin.engine import kemeny as module
from regin.engine.aggregate import Context, aggregate
from regin.engine.framework import Framework
from regin.engine.kemeny import best_order, kemeny
from regin.engine.nodes import Node
from regin.engine.recipe import recipe_from
from regin.engine.run import run
from regin.engine.table import Table

NAN = math.nan
few = settings(max_examples=count(100, 10), deadline=None)
CYCLE = np.array([[3.0, 1.0, 2.0], [2.0, 3.0, 1.0], [1.0, 2.0, 3.0]])
"""A beats B, B beats C and C beats A, each by two parts of three."""


def context(count, whole="W"):
    return Context(tuple("ABCDEFGHIJ"[:count]), ("",) * count, whole)


def margins_of(grid, weights):
    return module._all_margins(np.asarray(grid, dtype=float), np.asarray(weights, dtype=float))


def by_trying_all(margin):
    """Every best order, the first by number first."""
    orders = np.array(list(itertools.permutations(range(len(margin)))))
    pairs = itertools.combinations(range(len(margin)), 2)
    earned = sum((margin[orders[:, a], orders[:, b]] for a, b in pairs), np.zeros(len(orders)))
    return [tuple(order) for order in orders[earned > earned.max() - 1e-9].tolist()]


def cyclic_margins(rng, count, parts):
    """Margins of random rankings: many circles, and ties where `parts` is even."""
    return margins_of(rng.random((count, parts)), np.ones(parts))


def test_clear_majorities_make_the_order():
    said = context(3)
    assert kemeny(
        np.array([[1.0, 3.0], [2.0, 4.0], [3.0, 1.0]]), np.array([1.0, 2.0]), said
    ).tolist() == [
        1,
        2,
        0,
    ]
    assert said.notes == []


def test_the_weakest_majority_of_a_circle_gives_way():
    said = context(3)
    assert kemeny(CYCLE, np.array([3.0, 2.5, 2.0]), said).tolist() == [2, 1, 0]
    assert said.notes == []


def test_equally_good_orders_are_noted_and_the_first_by_code_is_taken():
    said = context(3)
    assert kemeny(CYCLE, np.ones(3), said).tolist() == [2, 1, 0]
    assert [note.code for note in said.notes] == ["order_not_unique"]
    assert "“W” (period: -)" in str(said.notes[0])
    turned = Context(("C", "B", "A"), ("2020",) * 3, "W")
    assert kemeny(CYCLE, np.ones(3), turned).tolist() == [1, 0, 2]
    assert "period: 2020" in str(turned.notes[0])


def test_equal_units_stand_in_the_order_of_their_codes():
    said = Context(("B", "C", "A"), ("",) * 3)
    assert kemeny(np.ones((3, 2)), np.ones(2), said).tolist() == [1, 0, 2]
    assert [note.code for note in said.notes] == ["order_not_unique"]


def test_a_pair_without_a_common_part_counts_half_each_way():
    said = context(3)
    grid = np.array([[1.0, NAN], [NAN, 2.0], [3.0, 3.0]])
    assert kemeny(grid, np.ones(2), said).tolist() == [1, 0, 2]
    assert len(said.notes) == 1


def test_a_unit_with_nothing_observed_has_no_score_and_no_place():
    said = context(3)
    found = kemeny(np.array([[1.0, NAN], [NAN, 5.0], [2.0, NAN]]), np.array([1.0, 0.0]), said)
    assert np.array_equal(found, [0, NAN, 1], equal_nan=True)
    assert said.notes == []


def test_one_unit_none_and_nothing_observed_have_an_outcome():
    assert aggregate([3, 4], [1, 1], "kemeny") == 0
    assert math.isnan(aggregate([NAN, NAN], [1, 1], "kemeny"))
    assert aggregate(np.empty((0, 2)), [1, 1], "kemeny").shape == (0,)


def test_weights_may_differ_by_unit():
    grid = [[1.0, 0.0], [0.0, 1.0], [NAN, NAN]]
    found = aggregate(grid, [[3, 1], [1, 1], [1, 1]], "kemeny")
    assert np.array_equal(found, [1, 0, NAN], equal_nan=True)


def test_rounding_of_the_weights_decides_nothing():
    said = context(2)
    kemeny(np.array([[0.0, 0.0, 1.0], [1.0, 1.0, 0.0]]), np.array([0.1, 0.2, 0.3]), said)
    assert [note.code for note in said.notes] == ["order_not_unique"]


def test_each_period_has_its_order_and_its_note():
    tree = Framework(
        (
            Node("all", level=2, kind="aggregate"),
            *(Node(code, level=1, parent="all") for code in "abc"),
        )
    )
    table = Table.of(
        ["A", "B", "C"] * 2,
        ["a", "b", "c"],
        np.vstack([CYCLE, [[1, 1, 1], [2, 2, 2], [3, 3, 3]]]),
        periods=["2020"] * 3 + ["2021"] * 3,
    )
    done = run(table, tree, recipe_from({"step": [{"do": "aggregate", "method": "kemeny"}]}))
    assert done.steps[0].table.columns(["all"])[:, 0].tolist() == [2, 1, 0, 0, 1, 2]
    assert [(w.code, w.params["period"]) for w in done.warnings] == [("order_not_unique", "2020")]


GRIDS = arrays(
    np.float64,
    st.tuples(st.integers(1, 6), st.just(3)),
    elements=st.one_of(st.integers(0, 3).map(float), st.just(NAN)),
)
WHOLE_WEIGHTS = arrays(np.float64, 3, elements=st.integers(1, 4).map(float))


@few
@given(GRIDS, WHOLE_WEIGHTS)
def test_no_order_is_better_and_no_equal_one_comes_first(grid, weights):
    margin = margins_of(grid, weights)
    best, found = by_trying_all(margin), best_order(margin)
    assert found.rows == best[0]
    assert found.unique == (len(best) == 1)
    assert found.unproven == 0
    assert found.bound == found.earned


def test_the_linear_programme_leads_to_the_same_order(monkeypatch):
    rng = np.random.default_rng(7)
    cases = [cyclic_margins(rng, 6, parts) for parts in (3, 4, 5, 5, 6, 7)]
    plain = [best_order(margin) for margin in cases]
    monkeypatch.setattr(module, "SMALL", 2)
    for margin, before in zip(cases, plain, strict=True):
        found = best_order(margin)
        assert (found.rows, found.unique) == (before.rows, before.unique)
        assert found.rows == by_trying_all(margin)[0]


def test_a_poor_search_is_mended_by_the_programme(monkeypatch):
    margin = cyclic_margins(np.random.default_rng(9), 14, 5)
    monkeypatch.setattr(module, "SMALL", 2)
    before = best_order(margin)
    monkeypatch.setattr(module, "_search", lambda own: np.arange(len(own)))
    assert best_order(margin) == before


def test_a_programme_that_was_stopped_early_still_excludes_no_best_order(monkeypatch):
    rng = np.random.default_rng(8)
    cases = [cyclic_margins(rng, 6, parts) for parts in (3, 4, 5, 7)]
    monkeypatch.setattr(module, "SMALL", 2)
    monkeypatch.setattr(module, "ROUNDS", 1)
    for margin in cases:
        assert best_order(margin).rows == by_trying_all(margin)[0]


def test_a_large_group_is_solved_by_the_programme_and_its_sets():
    margin = cyclic_margins(np.random.default_rng(3), 24, 7)
    found = best_order(margin)
    assert found.unproven == 0
    assert found.earned == found.bound
    assert sorted(found.rows) == list(range(24))
    moved = [module._earned(margin, module._improved(margin, np.array(found.rows)))]
    half = 24 * 23 / 4
    assert moved == [pytest.approx(2 * (found.earned - half))]


@pytest.mark.parametrize(("name", "limit"), [("PROGRAMMED", 5), ("SETS", 5)])
def test_an_order_that_was_only_searched_says_how_far_from_the_best_it_may_be(
    monkeypatch, name, limit
):
    monkeypatch.setattr(module, "SMALL", 2)
    monkeypatch.setattr(module, name, limit)
    rng = np.random.default_rng(5)
    grid = rng.random((10, 6))
    margin = margins_of(grid, np.ones(6))
    monkeypatch.setattr(module, "_groups", lambda beats: np.zeros(len(beats), dtype=np.int64))
    found = best_order(margin)
    assert found.unproven == 10
    assert found.earned <= found.bound <= 45
    said = context(10)
    scores = kemeny(grid, np.ones(6), said)
    assert sorted(scores) == list(range(10))
    assert [note.code for note in said.notes] == ["order_not_proven"]
    assert "10 units run in circles" in str(said.notes[0])
    assert said.notes[0].params["bound"] == pytest.approx(found.bound, abs=1e-6)


def test_a_search_reaches_the_best_order_of_small_groups_almost_always():
    rng = np.random.default_rng(11)
    reached = 0
    for _ in range(30):
        margin = cyclic_margins(rng, 6, 5)
        best = module._earned(margin, np.array(by_trying_all(margin)[0]))
        earned = module._earned(margin, module._search(margin))
        assert earned <= best + 1e-9
        reached += earned > best - 1e-9
    assert reached >= 27


def test_the_better_of_both_starts_is_kept():
    found = set()
    rng = np.random.default_rng(2)
    for _ in range(20):
        margin = cyclic_margins(rng, 14, 3)
        order = module._search(margin)
        starts = [margin.sum(axis=1), np.sign(margin).sum(axis=1)]
        earned = [
            module._earned(margin, module._improved(margin, np.argsort(-s, kind="stable")))
            for s in starts
        ]
        assert module._earned(margin, order) == pytest.approx(max(earned))
        found.add(earned[1] > earned[0] + 1e-9)
    assert found == {True, False}


@few
@given(st.permutations(range(5)))
def test_the_order_of_rows_does_not_matter(order):
    grid = np.array([[3, 1, 2, 1], [2, 3, 1, 1], [1, 2, 3, 1], [5, 5, 1, 0], [0, 1, 1, 4.0]])
    codes = np.array(list("ABCDE"))
    before = kemeny(grid, np.ones(4), context(5))
    turned = Context(tuple(codes[list(order)]), ("",) * 5)
    assert np.array_equal(kemeny(grid[list(order)], np.ones(4), turned), before[list(order)])


def test_the_same_input_gives_the_same_order_again():
    margin = cyclic_margins(np.random.default_rng(4), 70, 9)
    assert best_order(margin) == best_order(margin)
    assert best_order(margin).unproven > 60
