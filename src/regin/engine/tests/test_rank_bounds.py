import itertools
import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.counts import count

from regin.engine import (
    rank_programmes,
    weights_benefit,  # noqa: F401  # registers the method
)
from regin.engine.assumptions import (
    CoderChoice,
    Exclusion,
    StepChoice,
    WeightNoise,
    WeightSets,
)
from regin.engine.batch_ranks import batch_ranks
from regin.engine.errors import FaultsError
from regin.engine.framework import Framework, Node
from regin.engine.rank_bounds import MOST_PAIRS, rank_bounds
from regin.engine.rank_extremes import rank_extremes
from regin.engine.rank_programmes import Programmes
from regin.engine.rank_tree import WeightTree, largest_mean
from regin.engine.recipe import recipe_from
from regin.engine.table import State, Table

NAN = math.nan
ANY = [0.0, 0.0], [1.0, 1.0]


def tree(weights, level=1):
    parts = [Node(f"p{n}", level=level, parent="all", weight=w) for n, w in enumerate(weights)]
    return Framework((Node("all", level=3, kind="aggregate"), *parts))


def table(rows, **more):
    codes = [f"p{n}" for n in range(len(rows[0]))]
    return Table.of([f"U{n}" for n in range(len(rows))], codes, rows, **more)


def recipe(method="arithmetic", *before, of="tree", **fields):
    steps = [*before, {"do": "aggregate", "method": method, **fields}]
    return recipe_from({"step": steps, "overall": {"of": of}})


def bounds(rows, weights=None, assumptions=(), made_by=None, **more):
    framework = tree(weights or [1.0] * len(rows[0]))
    return rank_bounds(table(rows, **more), framework, made_by or recipe(), assumptions)


def ranks(found):
    return list(zip(found.best.tolist(), found.worst.tolist(), strict=True))


def noise(share, *levels):
    return WeightNoise("noise", levels or (1,), share)


def extremes(rows, low, high):
    return rank_extremes(rows, WeightTree.flat(low, high))


def codes_of(found):
    return [warning.code for warning in found.warnings]


def means(rows, weights):
    """Scores, (weights, units), over the parts that are there."""
    values, seen = np.asarray(rows, float), ~np.isnan(rows)
    below = np.asarray(weights) @ seen.T
    above = np.asarray(weights) @ np.where(seen, values, 0.0).T
    return np.divide(above, below, out=np.full(below.shape, NAN), where=below > 0)


# Worked by hand


def test_any_weights_of_two_parts_worked_by_hand():
    # A is first by the first part, C by the second; B wins in between, D never passes all three.
    found = bounds([[9.0, 0.0], [6.0, 6.0], [0.0, 9.0], [1.0, 1.0]])
    assert ranks(found) == [(1, 4), (1, 2), (1, 4), (3, 4)]
    assert found.warnings == ()
    assert found.says == {
        "weights": "any",
        "parts": [{"code": code, "low": 0.0, "high": 1.0} for code in ("p0", "p1")],
        "method": "crossings",
        "tolerance": 1e-12,
        "exact": True,
        "ranked": 4,
        "bounds_only": [],
        "not_included": [],
    }


def test_noise_on_two_parts_worked_by_hand():
    # Weights 1 ± 0.25: the first has a share of 0.375 to 0.625. A leads B when it has over 0.6.
    # It leads C when it has over 5/9.
    rows = [[10.0, 0.0], [6.0, 6.0], [8.0, 2.5]]
    assert ranks(bounds(rows, assumptions=[noise(0.25)])) == [(1, 3), (1, 2), (2, 3)]
    # Weights 1 ± 0.1: a share of 0.45 to 0.55, so A stays behind B.
    assert ranks(bounds(rows, assumptions=[noise(0.1)])) == [(3, 3), (1, 1), (2, 2)]


def test_a_tie_at_a_crossing_shares_the_best_rank():
    # Both others cross A at the same share, 0.5: there all three are first.
    found = extremes([[2.0, 2.0], [4.0, 0.0], [0.0, 4.0]], *ANY)
    assert found.best.tolist() == [1, 1, 1]
    assert found.worst.tolist() == [2, 3, 3]


def test_a_tie_at_the_end_of_the_weights_shares_the_best_rank():
    # By the first part alone they tie; with any weight on the second B is ahead.
    found = extremes([[5.0, 1.0], [5.0, 2.0]], *ANY)
    assert found.best.tolist() == [1, 1]
    assert found.worst.tolist() == [2, 1]


def test_units_alike_tie_whatever_the_weights_are():
    found = extremes([[1.0, 2.0, 3.0]] * 3 + [[0.0, 0.0, 0.0]], [0] * 3, [1] * 3)
    assert found.best.tolist() == [1, 1, 1, 4]
    assert found.worst.tolist() == [1, 1, 1, 4]
    assert found.exact.all()


def test_three_parts_worked_by_hand():
    # Each of the first three leads by one part; the mean of D, 4, is above theirs, 3 each.
    rows = [[9.0, 0.0, 0.0], [0.0, 9.0, 0.0], [0.0, 0.0, 9.0], [4.0, 4.0, 4.0]]
    found = bounds(rows)
    # A is last when the others' parts count; D is passed by one, or by two of 4.5 each.
    assert ranks(found) == [(1, 4), (1, 4), (1, 4), (1, 3)]
    assert found.says["exact"] is True
    assert found.says["method"] == "pairs and programmes"
    # 1 ± 0.1: a part has a share of at most 1.1 / 2.9, which makes 3.41 of 9.
    assert ranks(bounds(rows, assumptions=[noise(0.1)])) == [(2, 4)] * 3 + [(1, 1)]


def test_one_part_leaves_no_choice():
    assert ranks(bounds([[3.0], [5.0], [3.0]])) == [(2, 2), (1, 1), (2, 2)]
    assert ranks(bounds([[3.0], [5.0]], assumptions=[noise(0.5)])) == [(2, 2), (1, 1)]


def test_a_geometric_mean_is_ranked_through_its_logarithms():
    # 1 x 100 against 9 x 9: the plain means say A, the geometric ones B at equal weights.
    rows = [[1.0, 100.0], [9.0, 9.0]]
    little = [noise(0.01)]
    assert ranks(bounds(rows, assumptions=little)) == [(1, 1), (2, 2)]
    geometric = bounds(rows, assumptions=little, made_by=recipe("geometric"))
    assert ranks(geometric) == [(1, 1), (2, 2)]
    rows = [[1.0, 64.0], [9.0, 9.0]]
    assert ranks(bounds(rows, assumptions=little, made_by=recipe("geometric"))) == [
        (2, 2),
        (1, 1),
    ]


# What is admissible


def test_weights_in_force_and_not_those_of_the_structure_get_the_noise():
    rows = [[10.0, 0.0], [6.0, 6.0]]
    own = bounds(rows, weights=[9.0, 1.0], assumptions=[noise(0.1)])
    assert ranks(own) == [(1, 1), (2, 2)]
    weigh = {"do": "weigh", "method": "equal"}
    equal = bounds(
        rows, weights=[9.0, 1.0], assumptions=[noise(0.1)], made_by=recipe("arithmetic", weigh)
    )
    assert ranks(equal) == [(2, 2), (1, 1)]
    assert [part["low"] for part in equal.says["parts"]] == pytest.approx([0.45, 0.45])


def test_noises_of_the_same_level_multiply():
    found = bounds(
        [[1.0, 2.0]], assumptions=[noise(0.5), replace(noise(0.2), name="more"), noise(0.9, 2)]
    )
    assert [part["low"] for part in found.says["parts"]] == pytest.approx([0.4, 0.4])
    assert [part["high"] for part in found.says["parts"]] == pytest.approx([1.8, 1.8])
    assert found.says["weights"] == "noise"


def test_a_part_at_another_level_keeps_its_weight():
    framework = Framework(
        (
            Node("all", level=3, kind="aggregate"),
            Node("p0", level=2, parent="all"),
            Node("p1", level=1, parent="all", weight=2.0),
        )
    )
    found = rank_bounds(table([[1.0, 2.0]]), framework, recipe(), [noise(0.5, 2)])
    assert [(p["low"], p["high"]) for p in found.says["parts"]] == [(0.5, 1.5), (2.0, 2.0)]


def test_noise_at_a_level_of_no_part_leaves_no_choice():
    found = bounds([[1.0, 2.0], [2.0, 1.5]], assumptions=[noise(0.5, 2)])
    assert found.says["weights"] == "noise"
    assert [(part["low"], part["high"]) for part in found.says["parts"]] == [(1.0, 1.0)] * 2
    assert ranks(found) == [(2, 2), (1, 1)]


OTHERS = (
    Exclusion("one out", ("p0", "p1")),
    WeightSets("sets", {1: {"p0": 2.0}}),
    CoderChoice("coders", ()),
    StepChoice("scale", 0, ()),
)


def test_assumptions_about_anything_but_noise_are_named():
    rows = [[1.0, 2.0], [2.0, 1.0]]
    found = bounds(rows, assumptions=OTHERS)
    assert found.says["weights"] == "any"
    assert found.says["not_included"] == ["one out", "sets", "coders", "scale"]
    assert codes_of(found) == ["bounds_beyond"]
    assert "one out, sets, coders, scale" in str(found.warnings[0])
    assert codes_of(bounds(rows, assumptions=[noise(0.5)])) == []
    rows = [[9.0, 9.0, 9.0], [5.0, 6.0, NAN], [5.1, 6.1, 6.1]]
    assert codes_of(bounds(rows, assumptions=OTHERS)) == ["bounds_beyond", "bounds_not_exact"]


def test_a_part_of_weight_zero_stays_out():
    rows = [[1.0, 5.0, 1.0], [2.0, NAN, 2.0]]
    found = bounds(rows, weights=[1.0, 0.0, 1.0])
    assert ranks(found) == [(2, 2), (1, 1)]
    assert [part["code"] for part in found.says["parts"]] == ["p0", "p2"]


def test_full_noise_is_any_weights():
    rows = [[9.0, 0.0, 2.0], [6.0, 6.0, 1.0], [0.0, 9.0, 3.0]]
    full = bounds(rows, weights=[1.0, 2.0, 3.0], assumptions=[noise(1.0)])
    assert ranks(full) == ranks(bounds(rows))


# Gaps and rows without a score


def test_a_unit_with_one_part_has_its_value_whatever_the_weights_are():
    # C has 5 by its only part; A passes it while the first part has a share over one half.
    found = bounds([[10.0, 0.0], [4.0, 4.0], [NAN, 5.0]])
    assert ranks(found) == [(1, 3), (2, 3), (1, 2)]
    assert found.says["exact"] is True


def test_ranks_of_units_with_some_parts_are_bounds_and_it_says_so():
    # B is anything from 5 to 6 and so is C; that C is always ahead is not seen. A and D are apart.
    rows = [[9.0, 9.0, 9.0], [5.0, 6.0, NAN], [5.1, 6.1, 6.1], [0.0, 0.0, 0.0]]
    found = bounds(rows)
    assert ranks(found) == [(1, 1), (2, 3), (2, 3), (4, 4)]
    assert [one["unit"] for one in found.says["bounds_only"]] == ["U1", "U2"]
    assert found.says["exact"] is False
    assert codes_of(found) == ["bounds_not_exact"]
    assert ranks(bounds(rows, assumptions=[noise(0.01)])) == [(1, 1), (3, 3), (2, 2), (4, 4)]


def test_rows_without_a_score_have_no_rank_and_count_against_nobody():
    rows = [[1.0, 2.0], [NAN, NAN], [5.0, NAN], [0.0, 1.0]]
    found = bounds(rows, made_by=recipe(min_available=0.9))
    assert ranks(found) == [(1, 1), (0, 0), (0, 0), (2, 2)]
    assert found.says["ranked"] == 2


def test_a_screened_row_keeps_its_place_in_the_table_without_a_rank():
    screen = {"do": "screen", "min_available": 0.9}
    rows = [[1.0, NAN], [1.0, 2.0], [2.0, 3.0]]
    assert ranks(bounds(rows, made_by=recipe("arithmetic", screen))) == [(0, 0), (2, 2), (1, 1)]


def test_no_score_at_all_is_no_rank_at_all():
    found = bounds([[NAN, NAN]], states=[[State.NOT_APPLICABLE] * 2])
    assert ranks(found) == [(0, 0)]
    assert ranks(bounds([[1.0, 2.0]], weights=[0.0, 0.0])) == [(0, 0)]


def test_a_period_is_ranked_by_itself():
    rows = [[9.0, 0.0], [0.0, 9.0], [1.0, 1.0], [2.0, 2.0]]
    data = Table.of(list("ABAB"), ["p0", "p1"], rows, periods=["1", "1", "2", "2"])
    found = rank_bounds(data, tree([1.0, 1.0]), recipe(), [])
    assert ranks(found) == [(1, 2), (1, 2), (2, 2), (1, 1)]


# Where there are none


@pytest.mark.parametrize(
    ("made_by", "framework", "code"),
    [
        (recipe("harmonic"), None, "bounds_method"),
        (recipe(of="indicators"), None, "bounds_overall"),
        (recipe_from({"step": [{"do": "impute", "method": "mean"}]}), None, "bounds_no_whole"),
        (recipe(), Framework((Node("p0", level=1),)), "bounds_no_whole"),
    ],
)
def test_where_there_are_none_it_says_why(made_by, framework, code):
    rows = [[1.0, 2.0], [2.0, 1.0]]
    found = rank_bounds(table(rows), framework or tree([1.0, 1.0]), made_by, [])
    assert ranks(found) == [(0, 0), (0, 0)]
    assert codes_of(found) == [code]
    assert found.says["method"] is None
    assert str(found.warnings[0]) == found.says["why"]


def test_noise_on_weights_that_differ_by_unit_is_left_out():
    weigh = {"do": "weigh", "method": "benefit_of_the_doubt"}
    rows, made_by = [[1.0, 2.0], [2.0, 1.0]], recipe("arithmetic", weigh)
    assert codes_of(bounds(rows, assumptions=[noise(0.1)], made_by=made_by)) == [
        "bounds_unit_weights"
    ]
    assert ranks(bounds(rows, made_by=made_by)) == [(1, 2), (1, 2)]


def test_too_many_pairs_are_left_out():
    count = math.isqrt(MOST_PAIRS) + 1
    found = bounds([[1.0, float(n)] for n in range(count)])
    assert codes_of(found) == ["bounds_too_many"]
    assert not found.best.any()


def test_what_stands_against_the_recipe_stands_against_the_bounds():
    with pytest.raises(FaultsError):
        bounds([[0.0, 1.0]], made_by=recipe("geometric"))


# Rules

SMALL = st.integers(0, 4).map(float)


def grids(parts, most=5, values=SMALL):
    row = st.lists(values, min_size=parts, max_size=parts)
    return st.lists(row, min_size=1, max_size=most)


@given(grids(2))
def test_two_parts_are_what_a_fine_grid_of_weights_finds(rows):
    # Crossings have denominators up to 8, so 840ths hit each and every stretch between two.
    share = np.arange(841) / 840
    seen = batch_ranks(means(rows, np.column_stack([share, 1 - share])), [np.arange(len(rows))])
    found = extremes(rows, *ANY)
    assert found.best.tolist() == seen.min(axis=0).tolist()
    assert found.worst.tolist() == seen.max(axis=0).tolist()


def corners(rows):
    """Every point where two of the lines of equal scores, or of weights 0, meet: exactly."""
    count = len(rows)
    ahead = {
        tuple(Fraction(int(a - b)) for a, b in zip(rows[i], rows[j], strict=True))
        for i, j in itertools.combinations(range(count), 2)
    }
    lines = ahead | {tuple(Fraction(int(n == m)) for m in range(3)) for n in range(3)}
    points = set()
    for (a, b, c), (d, e, f) in itertools.combinations(sorted(lines), 2):
        point = (b * f - c * e, c * d - a * f, a * e - b * d)
        total = sum(point)
        if total and all(one / total >= 0 for one in point):
            points.add(tuple(one / total for one in point))
    return sorted(points)


def place(rows, unit, weights):
    scores = [sum(w * int(x) for w, x in zip(weights, row, strict=True)) for row in rows]
    return 1 + sum(score > scores[unit] for score in scores)


@settings(max_examples=count(100, 10), deadline=None)
@given(grids(3, most=4, values=st.integers(0, 3).map(float)))
def test_three_parts_are_what_all_meeting_points_find(rows):
    # The best rank is at a meeting point, the worst between three of them.
    points = corners(rows)
    middles = [
        tuple(sum(one) for one in zip(*three, strict=True))
        for three in itertools.combinations(points, 3)
    ]
    found = extremes(rows, [0] * 3, [1] * 3)
    assert found.exact.all()
    for unit in range(len(rows)):
        assert found.best[unit] == min(place(rows, unit, point) for point in points)
        assert found.worst[unit] == max(place(rows, unit, point) for point in middles)


@settings(max_examples=count(100, 10), deadline=None)
@given(st.data(), st.integers(1, 5), st.booleans())
def test_no_weights_lead_outside(data, parts, free):
    cells = st.one_of(st.integers(0, 20).map(float), st.just(NAN))
    rows = np.array(data.draw(grids(parts, most=7, values=cells)))
    own = np.array(data.draw(st.lists(st.integers(1, 4), min_size=parts, max_size=parts)), float)
    low, high = (own * 0, own) if free else (own * 0.5, own * 1.5)
    tried = low + (high - low) * np.random.default_rng(1).random((300, parts))
    seen = batch_ranks(means(rows, tried), [np.arange(len(rows))])
    found = extremes(rows, low, high)
    assert (seen.min(axis=0) >= found.best).all()
    assert (seen.max(axis=0) <= found.worst).all()
    assert ((found.best == 0) == np.isnan(rows).all(axis=1)).all()


@settings(max_examples=8, deadline=None)
@given(grids(3, most=5), st.randoms())
def test_the_order_of_rows_and_parts_and_the_size_of_weights_change_nothing(rows, random):
    values, high = np.array(rows), np.array([1.0, 2.0, 3.0])
    units, parts = list(range(len(rows))), [0, 1, 2]
    random.shuffle(units)
    random.shuffle(parts)
    found = extremes(values, high / 2, high)
    other = extremes(values[units][:, parts], 3.5e-11 * high[parts], 7e-11 * high[parts])
    assert found.best[units].tolist() == other.best.tolist()
    assert found.worst[units].tolist() == other.worst.tolist()


def test_the_largest_mean_gives_most_weight_to_the_highest_values():
    # (3·4 + 1·2 + 1·1) / 5 = 3; without the 4 its weight goes as well: (3·2 + 1) / 4.
    rows = np.array([[1.0, 4.0, 2.0], [1.0, NAN, 2.0]])
    assert largest_mean(rows, np.ones(3), np.full(3, 3.0)).tolist() == [3.0, 1.75]
    assert largest_mean(rows, np.zeros(3), np.ones(3)).tolist() == [4.0, 2.0]


# Programmes and their limits

CYCLE = np.array([[3.0, -1.0, -1.0], [-1.0, 3.0, -1.0], [-1.0, -1.0, 3.0]])
"""Ahead by one part each: at equal weights all three are, and never none."""


def any_weights(parts=3):
    return WeightTree.flat(np.zeros(parts), np.ones(parts))


def test_programmes_find_fewest_and_most():
    programmes = Programmes(any_weights())
    assert programmes.fewest(CYCLE, np.full(3, 3.0), 3) == (1, True)
    assert programmes.most(CYCLE, np.full(3, -1.0), 1) == (3, True)


def test_what_cannot_be_bettered_is_proven():
    programmes = Programmes(any_weights())
    assert programmes.fewest(CYCLE, np.full(3, 3.0), 1) == (1, True)
    assert programmes.fewest(CYCLE, np.full(3, 3.0), 0) == (0, True)
    assert programmes.most(CYCLE, np.full(3, -1.0), 3) == (3, True)
    assert programmes.most(-CYCLE, np.full(3, -3.0), 2) == (2, True)


def test_when_the_effort_is_spent_the_bounds_are_wide_and_not_exact():
    programmes = Programmes(any_weights(), effort=0)
    assert programmes.fewest(CYCLE, np.full(3, 3.0), 3) == (0, False)
    assert programmes.most(CYCLE, np.full(3, -1.0), 1) == (3, False)


def hard(units=16, parts=4):
    rows = np.random.default_rng(5).normal(size=(units, parts))
    return rows, rows.max(axis=1), rows.min(axis=1)


def test_a_programme_that_is_stopped_gives_a_bound(monkeypatch):
    rows, above, below = hard()
    least = Programmes(any_weights(4)).fewest(rows, above, 16)
    most = Programmes(any_weights(4)).most(rows, below, 0)
    assert least[1]
    assert most[1]
    monkeypatch.setattr(rank_programmes, "NODES", 0)
    stopped = Programmes(any_weights(4))
    assert stopped.fewest(rows, above, 16)[0] <= least[0]
    assert stopped.most(rows, below, 0)[0] >= most[0]


@pytest.mark.parametrize(("bound", "few"), [(0.4, 1), (None, 0), (-math.inf, 0), (9.0, 2)])
def test_a_solver_that_stops_gives_its_bound_if_it_has_one(monkeypatch, bound, few):
    class Stopped:
        status, mip_node_count, mip_dual_bound, fun = 1, None, bound, None

    monkeypatch.setattr("scipy.optimize.milp", lambda *_, **__: Stopped)
    assert Programmes(any_weights()).fewest(CYCLE, np.full(3, 3.0), 2) == (few, False)


def test_many_units_in_doubt_have_bounds():
    turn = np.linspace(0.0, math.pi / 2, 70)
    rows = np.column_stack([np.cos(turn), np.sin(turn), np.full(70, 0.5)])
    found = extremes(rows, [0] * 3, [1] * 3)
    tried = np.random.default_rng(2).dirichlet(np.ones(3), 500)
    seen = batch_ranks(means(rows, tried), [np.arange(70)])
    assert not found.exact.all()
    assert (found.best <= seen.min(axis=0)).all()
    assert (found.worst >= seen.max(axis=0)).all()


def test_lines_of_the_solver_do_not_reach_standard_output(capfd, monkeypatch):
    import ctypes

    with rank_programmes._quiet():
        ctypes.CDLL(None).puts(b"a line of the solver")
    monkeypatch.setattr("threading.active_count", lambda: 2)
    with rank_programmes._quiet():
        ctypes.CDLL(None).puts(b"a line of another thread")
        ctypes.CDLL(None).fflush(None)
    assert capfd.readouterr().out == "a line of another thread\n"
