"""Best and worst ranks when weights differ at several levels of the tree."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.counts import count

from regin.engine import (
    weights_benefit,  # noqa: F401  # registers the method
)
from regin.engine.assumptions import WeightNoise
from regin.engine.batch_ranks import batch_ranks
from regin.engine.framework import Framework, Node
from regin.engine.rank_bounds import rank_bounds
from regin.engine.rank_extremes import rank_extremes
from regin.engine.rank_tree import WeightTree
from regin.engine.recipe import recipe_from
from regin.engine.robustness import Options, robustness
from regin.engine.run import run
from regin.engine.table import Table

NAN = math.nan


def structure(*wholes, **weights):
    """ALL of the wholes A, B, …, each of so many leaves; 0 leaves: the whole is itself a leaf."""
    nodes = [Node("ALL", level=3, kind="aggregate")]
    for name, leaves in zip("ABCD", wholes, strict=False):
        kind = "aggregate" if leaves else "indicator"
        nodes.append(Node(name, level=2, parent="ALL", kind=kind, weight=weights.get(name, 1.0)))
        codes = [f"{name}{place}" for place in range(1, leaves + 1)]
        nodes += [Node(c, level=1, parent=name, weight=weights.get(c, 1.0)) for c in codes]
    return Framework(tuple(nodes))


def four_levels():
    """TOP of X and Y; X of ALL's A and B, Y a leaf of level 1."""
    return Framework(
        (
            Node("TOP", level=4, kind="aggregate"),
            Node("X", level=3, parent="TOP", kind="aggregate", weight=2.0),
            Node("Y", level=1, parent="TOP"),
            *(Node(code, level=2, parent="X", kind="aggregate") for code in "AB"),
            *(Node(f"A{n}", level=1, parent="A", weight=float(n)) for n in (1, 2)),
            *(Node(f"B{n}", level=1, parent="B") for n in (1, 2)),
        )
    )


def recipe(method="arithmetic", *before, **fields):
    return recipe_from({"step": [*before, {"do": "aggregate", "method": method, **fields}]})


def table(framework, rows):
    codes = [leaf.code for leaf in framework.leaves]
    return Table.of([f"U{n}" for n in range(len(rows))], codes, rows)


def noise(share, *levels, name="noise"):
    return WeightNoise(name, levels, share)


def bounds(framework, rows, *assumptions, made_by=None):
    return rank_bounds(table(framework, rows), framework, made_by or recipe(), assumptions)


def ranks(found):
    return list(zip(found.best.tolist(), found.worst.tolist(), strict=True))


def limits(found):
    return {part["code"]: (part["low"], part["high"]) for part in found.says["parts"]}


def codes_of(found):
    return [warning.code for warning in found.warnings]


def simulated(framework, rows, assumptions, geometric=False, draws=200):
    """Ranks, (draws, units), with weights drawn at all levels, followed through the tree."""
    random = np.random.default_rng(3)
    values = dict(zip((leaf.code for leaf in framework.leaves), np.array(rows).T, strict=True))

    def score(node):
        if node.code not in framework.children:
            return np.broadcast_to(values[node.code], (draws, len(rows)))
        parts = framework.children[node.code]
        scores = [score(part) for part in parts]
        if geometric and not node.parent:
            scores = [np.log(one) for one in scores]
        weights = [weight(part) for part in parts]
        above = sum(np.nan_to_num(x) * w for x, w in zip(scores, weights, strict=True))
        below = sum(~np.isnan(x) * w for x, w in zip(scores, weights, strict=True))
        return np.divide(above, below, out=np.full(above.shape, NAN), where=below > 0)

    def weight(node):
        own = np.full((draws, 1), node.weight)
        for one in assumptions:
            if node.level in one.levels:
                # Half of the draws are at the corners of what is admissible.
                drawn = 2 * random.random((draws, 1)) - 1
                drawn[::2] = np.where(drawn[::2] > 0, 0.999999, -0.999999)
                own = own * (1 + one.noise * drawn)
        return own

    return batch_ranks(np.array(score(framework.root)), [np.arange(len(rows))])


def assert_inside(found, seen):
    assert (seen.min(axis=0) >= found.best).all()
    assert (seen.max(axis=0) <= found.worst).all()


# Worked by hand

SWAP = [[8.0, 0.0, 2.0], [4.0, 4.0, 1.0], [0.0, 8.0, 0.0]]
"""A1, A2 and the leaf B. Of A1's share s in A the scores are 4s + 1, 2.5 and 4 - 4s."""


def test_noise_below_the_root_worked_by_hand():
    # 1 ± 0.5 makes s 0.25 to 0.75. At 3/8 all tie; below the last leads, above the first does.
    found = bounds(structure(2, 0), SWAP, noise(0.5, 1))
    assert ranks(found) == [(1, 3), (1, 2), (1, 3)]
    assert limits(found) == {"A1": (0.5, 1.5), "A2": (0.5, 1.5), "A": (1.0, 1.0), "B": (1.0, 1.0)}
    assert found.says["method"] == "pairs and programmes"
    assert found.says["exact"] is True
    assert found.warnings == ()
    # 1 ± 0.2 makes s 0.4 to 0.6: the first leads everywhere.
    assert ranks(bounds(structure(2, 0), SWAP, noise(0.2, 1))) == [(1, 1), (2, 2), (3, 3)]


def test_noise_at_the_root_alone_leaves_the_scores_below_as_they_are():
    # A is 4 for all three, so B decides.
    found = bounds(structure(2, 0), SWAP, noise(0.5, 2))
    assert ranks(found) == [(1, 1), (2, 2), (3, 3)]
    assert limits(found) == {"A": (0.5, 1.5), "B": (0.5, 1.5)}
    assert found.says["method"] == "crossings"


def test_noise_below_does_not_free_the_weights_of_the_root():
    # A is 9 against 8, B 0 against 9, with half the weight each: the second leads however A's
    # parts are weighed, but not if A could have all the weight.
    rows = [[9.0, 9.0, 0.0], [8.0, 8.0, 9.0]]
    assert ranks(bounds(structure(2, 0), rows, noise(0.9, 1))) == [(2, 2), (1, 1)]
    assert ranks(bounds(structure(2, 0), rows)) == [(1, 2), (1, 2)]


def test_noise_at_two_levels_worked_by_hand():
    # A is 3 to 5 against 4, B 3 against 4. Even with A at 5 and a share of 0.6 the first has
    # 0.6·5 + 0.4·3 = 4.2 > 4; with equal weights at the root it has 4 and ties; else less.
    rows = [[6.0, 2.0, 3.0], [4.0, 4.0, 4.0]]
    assert ranks(bounds(structure(2, 0), rows, noise(0.5, 1))) == [(1, 2), (1, 1)]
    both = noise(0.5, 1), noise(0.2, 2, name="other")
    assert ranks(bounds(structure(2, 0), rows, *both)) == [(1, 2), (1, 2)]


def test_noise_on_all_levels_of_a_ragged_tree():
    found = bounds(four_levels(), [[1.0] * 5], noise(0.5, 1, 2, 3), noise(0.2, 1, name="more"))
    assert limits(found) == {
        "A1": pytest.approx((0.4, 1.8)),
        "A2": pytest.approx((0.8, 3.6)),
        "B1": pytest.approx((0.4, 1.8)),
        "B2": pytest.approx((0.4, 1.8)),
        "Y": pytest.approx((0.4, 1.8)),
        "A": (0.5, 1.5),
        "B": (0.5, 1.5),
        "X": (1.0, 3.0),
    }
    # What stands below all noise is as the recipe has it.
    assert set(limits(bounds(four_levels(), [[1.0] * 5], noise(0.5, 2)))) == set("ABXY")
    assert set(limits(bounds(four_levels(), [[1.0] * 5], noise(0.5, 3)))) == set("XY")


def test_nodes_of_weight_zero_stay_out_with_all_that_is_under_them():
    framework = structure(2, 2, 0, B=0.0, A2=0.0)
    found = bounds(framework, [[1.0, 9.0, 9.0, 9.0, 2.0], [2.0, 1.0, 0.0, 0.0, 1.5]], noise(0.5, 1))
    assert set(limits(found)) == {"A1", "A", "C"}
    assert ranks(found) == [(2, 2), (1, 1)]


# Rules

SHARES = st.sampled_from([0.1, 0.25, 0.6, 1.0])
CELLS = st.integers(1, 20).map(float)


def grids(columns, cells=CELLS, most=6):
    row = st.lists(cells, min_size=columns, max_size=columns)
    return st.lists(row, min_size=2, max_size=most)


@given(grids(5), SHARES, st.sampled_from([(1,), (2,), (1, 2), (1, 3), (2, 3), (1, 2, 3)]))
def test_no_weights_at_any_levels_lead_outside(rows, share, levels):
    found = bounds(four_levels(), rows, noise(share, *levels))
    assert_inside(found, simulated(four_levels(), rows, [noise(share, *levels)]))


@given(grids(7, st.one_of(CELLS, CELLS, st.just(NAN))), SHARES)
def test_no_weights_lead_outside_where_there_are_gaps(rows, share):
    framework, both = structure(2, 3, 2), [noise(share, 1), noise(0.3, 2, name="other")]
    found = bounds(framework, rows, *both)
    seen = simulated(framework, rows, both)
    assert_inside(found, seen)
    assert ((found.best == 0) == (seen == 0).all(axis=0)).all()


@given(grids(6), SHARES)
def test_no_weights_lead_outside_under_a_geometric_root(rows, share):
    framework, both = structure(2, 3, 0), [noise(share, 1, 2)]
    found = bounds(framework, rows, *both, made_by=recipe(["arithmetic", "geometric"]))
    assert found.says["method"] == "intervals"
    assert_inside(found, simulated(framework, rows, both, geometric=True))


def meeting_points(rows):
    """Where two of the lines of equal scores, or of the ends of the weights, meet.

    Scores are x0·s + x1·(1-s) + x2·t + x3·(1-t), with s and t from 1/4 to 3/4.
    """
    lines = {(1, 0, -Fraction(end, 4)) for end in (1, 3)}
    lines |= {(0, 1, -Fraction(end, 4)) for end in (1, 3)}
    for one, other in itertools.combinations(rows, 2):
        a, b, c, d = (int(x - y) for x, y in zip(one, other, strict=True))
        lines.add((a - b, c - d, Fraction(b + d)))
    points = set()
    for (a, b, c), (d, e, f) in itertools.combinations(sorted(lines), 2):
        under = a * e - b * d
        if under:
            points.add((Fraction(b * f - c * e) / under, Fraction(c * d - a * f) / under))
    return sorted(p for p in points if all(1 <= 4 * x <= 3 for x in p))


def place(rows, unit, point):
    s, t = point
    scores = [x0 * s + x1 * (1 - s) + x2 * t + x3 * (1 - t) for x0, x1, x2, x3 in rows]
    return 1 + sum(score > scores[unit] for score in scores)


@settings(max_examples=count(100, 10), deadline=None)
@given(grids(4, st.integers(0, 5).map(float), most=4))
def test_two_wholes_are_what_all_meeting_points_find(rows):
    # The best rank is at a meeting point, the worst between three of them.
    whole = [[Fraction(int(x)) for x in row] for row in rows]
    points = meeting_points(whole)
    middles = [
        tuple(sum(one) / 3 for one in zip(*three, strict=True))
        for three in itertools.combinations(points, 3)
    ]
    found = bounds(structure(2, 2), rows, noise(0.5, 1))
    assert found.says["exact"] is True
    for unit in range(len(rows)):
        assert found.best[unit] == min(place(whole, unit, point) for point in points)
        assert found.worst[unit] == max(place(whole, unit, point) for point in middles)


@settings(max_examples=10, deadline=None)
@given(grids(4, most=4))
def test_weights_at_two_levels_are_what_a_grid_of_them_finds(rows):
    # Programmes answer alone: the grid cannot lead beyond, and hardly ever falls short of them.
    low, high = np.full(6, 0.5), np.full(6, 1.5)
    tree = WeightTree(np.array([4, 4, 5, 5, 6, 6]), low, high)
    found = rank_extremes(rows, tree)
    share = np.linspace(0.25, 0.75, 25)
    s, t, r = (one.reshape(-1, 1) for one in np.meshgrid(share, share, share))
    weights = np.hstack([s, 1 - s, t, 1 - t, r, 1 - r])
    seen = batch_ranks(tree.scores(weights, np.array(rows)), [np.arange(len(rows))])
    assert_inside(found, seen)
    assert found.exact.all()
    assert (found.best >= seen.min(axis=0) - 1).all()
    assert (found.worst <= seen.max(axis=0) + 1).all()


def test_the_draws_of_a_robustness_run_stay_inside():
    rows = (100 * np.random.default_rng(4).random((14, 5))).tolist()
    for levels in ((1,), (2, 3), (1, 2, 3)):
        assumptions, data = [noise(0.25, *levels)], table(four_levels(), rows)
        options = Options(draws=512, wants_sensitivity=False)
        drawn = robustness(data, four_levels(), recipe(), assumptions, options)
        found = rank_bounds(data, four_levels(), recipe(), assumptions)
        assert (found.best <= drawn.statistics.low).all()
        assert (found.worst >= drawn.statistics.high).all()
        assert found.says["exact"] is True


# Gaps


def test_a_whole_without_enough_parts_is_missing_with_its_leaves():
    # With half of its leaves at least, the second unit has no A and is ranked by B alone: 5.
    framework, rows = structure(3, 0), [[9.0, 1.0, 2.0, 5.0], [0.0, NAN, NAN, 5.0]]
    found = bounds(framework, rows, noise(0.5, 1), made_by=recipe(min_available=0.5))
    assert ranks(found) == [(1, 2), (1, 2)]
    assert found.says["exact"] is True
    assert ranks(bounds(framework, rows, noise(0.5, 1))) == [(1, 1), (2, 2)]


def test_units_that_lack_the_same_leaf_are_compared_over_the_others():
    # Their own scores overlap, yet the first is ahead by every leaf they have.
    rows = [[9.0, 1.0, NAN, 5.0], [8.0, 0.0, NAN, 4.0], [0.0, 0.0, 0.0, 0.0]]
    found = bounds(structure(3, 0), rows, noise(0.9, 1, 2))
    assert ranks(found) == [(1, 1), (2, 2), (3, 3)]
    assert found.says["exact"] is True


def test_a_gap_in_one_whole_leaves_the_comparison_of_the_others_exact():
    # A differs by -1 to 1 for the gap, but the first is ahead by 9 in each leaf of B.
    rows = [[4.0, 5.0, 9.0, 18.0], [5.0, NAN, 0.0, 9.0]]
    assert ranks(bounds(structure(2, 2), rows, noise(0.9, 1))) == [(1, 1), (2, 2)]


def test_a_leaf_nobody_has_is_none():
    rows = [[9.0, 0.0, NAN, 2.0], [5.0, 5.0, NAN, 2.0], [0.0, 8.0, NAN, 1.0]]
    whole = [[a, b, c] for a, b, _, c in rows]
    found = bounds(structure(3, 0), rows, noise(0.5, 1))
    assert ranks(found) == ranks(bounds(structure(2, 0), whole, noise(0.5, 1)))
    assert found.says["exact"] is True
    assert found.says["bounds_only"] == []


# A geometric root


def test_a_geometric_root_above_noise_has_bounds_and_says_so():
    # A is 8s, 4 and 8 - 8s, B is 2, 1 and 1: the roots of 4 to 12, 4 and 6 to 2. The second is
    # never first, but each score by itself does not tell.
    rows = [[8.0, 0.0, 2.0], [4.0, 4.0, 1.0], [0.0, 8.0, 1.0]]
    by = recipe(["arithmetic", "geometric"])
    found = bounds(structure(2, 0), rows, noise(0.5, 1), made_by=by)
    assert ranks(found) == [(1, 2), (1, 3), (1, 3)]
    assert found.says["method"] == "intervals"
    assert [one["unit"] for one in found.says["bounds_only"]] == ["U1"]
    assert codes_of(found) == ["bounds_not_exact"]
    # Above no noise the logarithms are as good as the values.
    assert bounds(structure(2, 0), rows, noise(0.5, 2), made_by=by).says["exact"] is True


def test_weights_that_a_geometric_root_cannot_take_are_not_admissible():
    # A of the first is -1 to 3, but a recipe that makes it 0 or less has no score.
    rows = [[5.0, -3.0, 2.0], [9.0, 9.0, 9.0]]
    by = recipe(["arithmetic", "geometric"])
    found = bounds(structure(2, 0), rows, noise(0.5, 1), made_by=by)
    assert ranks(found) == [(2, 2), (1, 1)]
    assert found.says["exact"] is True


# Where there are none


@pytest.mark.parametrize(
    ("method", "levels", "node", "known"),
    [
        (["geometric", "arithmetic"], (1,), "A", "arithmetic"),
        (["harmonic", "geometric"], (1, 2), "A", "arithmetic"),
        (["arithmetic", "harmonic"], (1,), "ALL", "arithmetic, geometric"),
    ],
)
def test_a_whole_that_cannot_be_followed_is_named(method, levels, node, known):
    rows = [[1.0, 2.0, 3.0], [2.0, 3.0, 1.0]]
    found = bounds(structure(2, 0), rows, noise(0.5, *levels), made_by=recipe(method))
    assert ranks(found) == [(0, 0), (0, 0)]
    assert codes_of(found) == ["bounds_method"]
    assert f"“{node}”" in found.warnings[0].what
    assert known in found.warnings[0].advice


def test_a_whole_whose_weights_do_not_differ_may_have_any_method():
    rows = [[1.0, 2.0, 3.0], [2.0, 3.0, 1.0]]
    by = recipe(["harmonic", "arithmetic"])
    assert bounds(structure(2, 0), rows, noise(0.5, 2), made_by=by).warnings == ()


def test_weights_of_each_unit_stand_against_noise_above_them_only_where_it_varies():
    weigh = {"do": "weigh", "method": "benefit_of_the_doubt", "level": 1}
    rows = [[1.0, 2.0, 3.0], [2.0, 3.0, 1.0]]
    by = recipe("arithmetic", weigh)
    found = bounds(structure(2, 0), rows, noise(0.5, 1), made_by=by)
    assert codes_of(found) == ["bounds_unit_weights"]
    assert bounds(structure(2, 0), rows, noise(0.5, 2), made_by=by).warnings == ()


# The tree of weights

TREE = WeightTree(
    np.array([3, 3, 4, 4]), np.array([0.5, 0.5, 1.0, 1.0]), np.array([1.5, 1.5, 1, 3])
)
"""Leaves 0 and 1 in 3, which is with leaf 2 in the root."""


def test_a_tree_gives_each_leaf_its_share():
    weights = np.array([[1.0, 3.0, 1.0, 3.0]])
    assert TREE.effective(weights).tolist() == [[0.1875, 0.5625, 0.25]]
    # 0.1875·4 + 0.5625·8 + 0.25·4; with a gap (8·3 + 4·1) / 4.
    rows = np.array([[4.0, 8.0, 4.0], [NAN, 8.0, 4.0], [NAN, NAN, 4.0]])
    assert TREE.scores(weights, rows).tolist() == [[6.25, 7.0, 4.0]]


def test_the_ends_of_a_whole_follow_from_those_of_its_parts():
    least, most = TREE.ends(np.array([[0.0, 8.0, 4.0], [NAN, NAN, 4.0]]))
    # The inner whole is 2 to 6; with three quarters of the weight 2.5 to 5.5.
    assert least[:, 3:].tolist()[0] == [2.0, 2.5]
    assert most[:, 3:].tolist()[0] == [6.0, 5.5]
    assert np.isnan(most[1, 3])
    assert most[1, 4] == 4.0


@given(grids(3, most=3))
def test_suiting_weights_lead_to_the_ends(rows):
    values = np.array(rows)
    weights = TREE.suiting(values)
    assert ((weights >= TREE.low) & (weights <= TREE.high)).all()
    scores = np.diag(TREE.scores(weights, values))
    assert scores == pytest.approx(TREE.ends(values)[1][:, -1])


def test_what_is_tried_is_admissible_and_leaves_every_unit_its_score():
    free = WeightTree(TREE.whole_of, TREE.low * [0, 0, 1, 1], TREE.high)
    for seen in ([[1.0, 1.0, 1.0]], [[NAN, 1.0, 1.0]]):
        values = np.array(seen)
        tried = free.tried(free.seen(values))
        assert np.isfinite(free.scores(tried, values)).all()
        assert (tried[:, 2:] >= free.low[2:]).all()
        assert (tried[:, 2:] <= free.high[2:]).all()
        assert (tried @ [0, 1, 0, 0] > 0).all() == math.isnan(seen[0][0])


def test_the_scores_of_a_run_are_those_of_the_tree():
    framework, rows = structure(2, 2), [[1.0, 2.0, 3.0, 4.0], [5.0, NAN, 7.0, 9.0]]
    done = run(table(framework, rows), framework, recipe())
    tree = WeightTree(np.array([4, 4, 5, 5, 6, 6]), np.ones(6), np.ones(6))
    scores = tree.scores(np.ones((1, 6)), np.array(rows))[0]
    assert scores.tolist() == done.scores.values[:, done.scores.codes.index("ALL")].tolist()
