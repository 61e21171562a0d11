"""Benefit of the doubt: by hand, against the plain programme, shares, gaps, periods."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import linprog

from regin.engine import weights_benefit
from regin.engine.errors import FaultsError
from regin.engine.framework import Framework, Node
from regin.engine.recipe import recipe_from
from regin.engine.run import plan_faults, run
from regin.engine.table import Table
from regin.engine.weights_benefit import benefit_of_the_doubt

NAN = np.nan
GRIDS = arrays(np.float64, (5, 3), elements=st.integers(0, 20).map(float))
RANDOM = np.random.default_rng(0).random((30, 4))
PAIR = Framework(
    (
        Node("T", level=2, kind="aggregate"),
        Node("a", level=1, parent="T"),
        Node("b", level=1, parent="T"),
    )
)


def weigh(**fields):
    return {"do": "weigh", "method": "benefit_of_the_doubt", **fields}


def done(values, periods=None, **fields):
    units = [f"U{n}" for n in range(len(values))]
    table = Table.of(units, ["a", "b"], values, periods=periods)
    mean = {"do": "aggregate", "method": "arithmetic"}
    return run(table, PAIR, recipe_from({"step": [weigh(**fields), mean]}))


def plain(grid, row, low=0.0, high=1.0):
    """The textbook programme with every constraint written out."""
    count = grid.shape[1]
    ones, each = np.ones((count, count)), np.eye(count)
    limits = np.vstack([grid, low * ones - each, each - high * ones])
    bounds = np.concatenate([np.ones(len(grid)), np.zeros(2 * count)])
    return -linprog(-grid[row], A_ub=limits, b_ub=bounds).fun


def test_a_unit_that_is_best_in_something_has_the_best_score():
    found = benefit_of_the_doubt([[4, 0], [0, 8], [2, 4], [1, 2]])
    assert found.scores == pytest.approx([1, 1, 1, 0.5])
    assert found.weights[0] == pytest.approx([2 / 3, 1 / 3])


def test_shares_of_half_each_leave_no_choice():
    found = benefit_of_the_doubt([[4, 0], [0, 8], [2, 2]], 0.5, 0.5)
    assert found.weights == pytest.approx(np.full((3, 2), 0.5))
    assert found.scores == pytest.approx([0.5, 1, 0.5])


@pytest.mark.parametrize(("low", "high"), [(0, 1), (0.1, 1), (0, 0.4), (0.1, 0.4)])
def test_scores_are_those_of_the_plain_programme(low, high):
    found = benefit_of_the_doubt(RANDOM, low, high)
    assert found.scores.max() == 1
    expected = [plain(RANDOM, row, low, high) for row in range(0, 30, 7)]
    assert found.scores[::7] == pytest.approx(expected, rel=1e-9)
    assert found.weights.min() >= low - 1e-9
    assert found.weights.max() <= high + 1e-9


def test_peers_that_bind_are_found_though_few_are_looked_at(monkeypatch):
    monkeypatch.setattr(weights_benefit, "MORE_PEERS", 1)
    rows = np.vstack([np.full((8, 4), 0.5), np.eye(4)])
    assert benefit_of_the_doubt(rows).scores == pytest.approx([1] * 12)
    narrow = benefit_of_the_doubt(RANDOM[:20]).scores
    monkeypatch.undo()
    assert narrow == pytest.approx(benefit_of_the_doubt(RANDOM[:20]).scores, rel=1e-9)


@settings(max_examples=6, deadline=None)
@given(GRIDS, st.permutations(range(5)), st.floats(0.01, 100))
def test_order_and_scale_do_not_matter(grid, order, factor):
    plain_run, turned = benefit_of_the_doubt(grid, 0.1), benefit_of_the_doubt(grid * factor, 0.1)
    assert turned.scores == pytest.approx(plain_run.scores, abs=1e-8)
    moved = benefit_of_the_doubt(grid[order], 0.1)
    assert moved.scores == pytest.approx(plain_run.scores[list(order)], abs=1e-8)
    assert (plain_run.scores <= 1 + 1e-9).all()
    assert plain_run.weights.sum(axis=1) == pytest.approx(np.ones(5))


def test_of_several_best_sets_of_weights_the_one_that_is_best_for_all_is_taken():
    order = np.random.default_rng(3).permutation(30)
    found, turned = benefit_of_the_doubt(RANDOM), benefit_of_the_doubt(RANDOM[order])
    assert turned.weights == pytest.approx(found.weights[order], abs=1e-7)


def test_a_part_that_a_row_lacks_counts_neither_for_it_nor_for_its_peers():
    found = benefit_of_the_doubt([[3, NAN], [6, 1], [1, 9]])
    assert found.scores[0] == pytest.approx(0.5)
    assert found.weights[0] == pytest.approx([1, 0])


def test_what_a_peer_lacks_drops_from_its_constraint_alone():
    found = benefit_of_the_doubt([[4, NAN], [2, 4], [2, 2]], 0.5, 0.5)
    assert found.scores == pytest.approx([1, 1, 4 / 6])


def test_a_column_of_gaps_equals_an_absent_column():
    gap = np.column_stack([RANDOM[:12], np.full(12, NAN)])
    with_gap, without = benefit_of_the_doubt(gap), benefit_of_the_doubt(RANDOM[:12])
    assert with_gap.scores == pytest.approx(without.scores)
    assert with_gap.weights[:, :4] == pytest.approx(without.weights)


def test_rows_with_too_few_parts_for_the_largest_share_weigh_what_they_have_the_same():
    found = benefit_of_the_doubt([[3, NAN, 1], [6, 1, 1], [1, 9, NAN]], 0, 0.4)
    assert found.few.tolist() == [True, False, True]
    assert found.weights[0] == pytest.approx([0.5, 0, 0.5])


def test_rows_of_gaps_or_noughts_have_equal_weights():
    found = benefit_of_the_doubt([[NAN, NAN], [0, 0], [1, 2]])
    assert found.weights[:2].tolist() == [[0.5, 0.5]] * 2
    assert found.empty.tolist() == [True, True, False]
    assert np.isnan(found.scores[0])
    assert found.scores[1:].tolist() == [0, pytest.approx(1)]


def test_noughts_everywhere_do_no_harm():
    found = benefit_of_the_doubt(np.zeros((3, 2)))
    assert (found.scores.tolist(), found.weights.tolist()) == ([0] * 3, [[0.5, 0.5]] * 3)


def test_where_the_second_programme_finds_nothing_the_first_stands(monkeypatch):
    solve, calls = linprog, []

    def second_fails(*args, **more):
        calls.append(1)
        done = solve(*args, **more)
        done.success = len(calls) == 1
        return done

    monkeypatch.setattr("scipy.optimize.linprog", second_fails)
    found = benefit_of_the_doubt([[4, 1], [1, 4], [2, 2]])
    assert len(calls) == 2
    assert found.scores == pytest.approx([1, 1, 0.8])


def test_values_below_nought_and_shares_that_cannot_be_are_refused_together():
    with pytest.raises(FaultsError) as error:
        benefit_of_the_doubt([[-1, 2], [-3, 1]], 0.6)
    assert [f.code for f in error.value.faults] == ["benefit_negative", "benefit_shares"]
    assert error.value.faults[0].params["count"] == 2


def test_one_column_is_compared_with_the_largest():
    found = benefit_of_the_doubt([[1], [4]], 0, 0.2)
    assert (found.scores.tolist(), found.weights.tolist()) == ([0.25, 1], [[1], [1]])


def own_scores(made, whole="T"):
    return made.steps[0].beside["benefit_of_the_doubt"][whole].tolist()


def test_every_row_has_its_own_weights_and_the_scores_stand_beside_them():
    made = done([[4, 0], [0, 8], [1, 2]])
    step = made.steps[0]
    assert step.weights["a"].shape == (3,)
    assert own_scores(made) == pytest.approx([1, 1, 0.5])
    assert made.steps[1].beside == {}
    # A table of every unit is no detail.
    assert step.details["wholes"] == [{"whole": "T"}]
    scores = [s.score for s in made.scores if s.code == "T"]
    weights = np.column_stack([step.weights["a"], step.weights["b"]])
    assert scores == pytest.approx((weights * [[4, 0], [0, 8], [1, 2]]).sum(axis=1).tolist())


def test_peers_are_those_of_the_period():
    values = [[4, 0], [2, 2], [40, 40], [20, 20]]
    units, periods = ["A", "B", "A", "B"], ["1", "1", "2", "2"]
    table = Table.of(units, ["a", "b"], values, periods=periods)
    made = run(table, PAIR, recipe_from({"step": [weigh()]}))
    assert own_scores(made) == pytest.approx([1, 1, 1, 0.5])


def test_a_row_alone_in_its_period_has_equal_weights_and_that_is_said():
    made = done([[4, 1]])
    assert made.steps[0].weights["a"].tolist() == [0.5]
    assert [w.code for w in made.warnings] == ["unit_single", "benefit_alone"]
    assert np.isnan(own_scores(made)).all()


def test_a_whole_of_a_single_part_has_no_score_by_the_method():
    lone = Framework((Node("T", level=2, kind="aggregate"), Node("a", level=1, parent="T")))
    table = Table.of(["U", "V"], ["a"], [[1], [2]])
    assert run(table, lone, recipe_from({"step": [weigh()]})).steps[0].beside == {}


def test_what_is_done_about_gaps_is_said():
    made = done([[NAN, NAN], [3, NAN], [4, 1], [1, 4]], max_share=0.6)
    said = {w.code: w.params["count"] for w in made.warnings}
    assert said == {"benefit_few_parts": 1, "benefit_nothing": 1}
    assert all(str(warning) for warning in made.warnings)


def test_the_step_refuses_values_below_nought():
    with pytest.raises(FaultsError, match="“b”; values below 0: 1"):
        done([[1, -1], [1, 2]])


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        ({"min_share": 0.6}, ["benefit_shares"]),
        ({"max_share": 0.4}, ["benefit_shares"]),
        ({"min_share": 0.5, "max_share": 0.5}, []),
        ({}, []),
    ],
)
def test_shares_are_checked_beforehand(fields, codes):
    found = list(plan_faults(PAIR, recipe_from({"step": [weigh(**fields)]})))
    assert [fault.code for fault in found] == codes
    assert all("parts of “T”" in fault.what for fault in found)


def test_a_weight_of_nothing_is_0_and_not_what_the_solver_leaves():
    values = np.random.default_rng(3).uniform(1, 100, (60, 6))
    weights = benefit_of_the_doubt(values).weights
    assert (weights == 0).any()
    assert not ((weights > 0) & (weights < 1e-9)).any()
