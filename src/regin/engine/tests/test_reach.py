import itertools
import math
import time

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.counts import count

from regin.engine import (
    reach_search,
    weigh,  # noqa: F401  # registers the step
)
from regin.engine.errors import FaultsError
from regin.engine.framework import Band, Framework, Node
from regin.engine.moves import moves_of
from regin.engine.reach import NOTHING, SEARCHED, SUMMED, Goal, reach
from regin.engine.reach_models import Model, OneUnit, Setting, is_linear
from regin.engine.recipe import recipe_from
from regin.engine.run import run
from regin.engine.table import State, Table

NAN = math.nan
SCALE = (("no", 0.0), ("half", 50.0), ("yes", 100.0))
BANDS = (Band(0, 59, "weak"), Band(60, 79, "good"), Band(80, 100, "strong"))


def recipe(method="arithmetic", *before, of="tree", **fields):
    steps = [{"do": "score_options"}, *before, {"do": "aggregate", "method": method, **fields}]
    return recipe_from({"step": steps, "overall": {"of": of}})


def tree(count=4, efforts=(), weights=(), tags=()):
    """Questions in pairs: q0 and q1 under g0, and so on."""
    nodes = [Node("all", level=3, kind="aggregate")]
    nodes += [Node(f"g{n}", level=2, parent="all", kind="aggregate") for n in range(-(-count // 2))]
    for n in range(count):
        more = {"extra": {"effort": str(efforts[n])}} if efforts else {}
        own = {"tags": {"area": tags[n]}} if tags else {}
        weight = weights[n] if weights else 1.0
        nodes.append(
            Node(f"q{n}", level=1, parent=f"g{n // 2}", options=SCALE, weight=weight, **more, **own)
        )
    return Framework(tuple(nodes), axes=("area",) if tags else (), bands=BANDS)


def answers(rows, **more):
    codes = [f"q{n}" for n in range(len(rows[0]))]
    units = [f"U{n}" for n in range(len(rows))]
    return Table.of(units, codes, np.full(np.shape(rows), NAN), choices=rows, **more)


def moved(found):
    return [(one.code, one.before, one.after) for one in found.made]


def codes_of(found):
    return [warning.code for warning in found.warnings]


LOW = answers([[0, 0, 0, 0], [1, 1, 1, 1], [2, 2, 2, 2]])


# Worked by hand: plain means


def test_the_cheapest_questions_are_chosen_and_go_no_further_than_they_must():
    # Each question from no to yes adds 25; 40 takes two, the second of them only half the way.
    found = reach(LOW, tree(efforts=[3, 1, 2, 1]), recipe(), Goal("U0", "all", score=37.5))
    assert moved(found) == [("q1", "no", "half"), ("q3", "no", "yes")]
    assert [one.gain for one in found.made] == [12.5, 25.0]
    assert (found.effort, found.bound, found.exact, found.method) == (2.0, 2.0, True, SUMMED)
    assert (found.before[0], found.after, found.most[0]) == (0.0, (37.5, 3.0), 100.0)
    assert found.outcome.units[0].scores[0].after == 37.5
    assert found.warnings == ()


def test_a_dear_question_may_be_cheaper_than_two():
    weighed = tree(efforts=[3, 2, 9, 9], weights=[3, 1, 1, 1])
    # q0 counts three quarters of its group: 37.5; q1 12.5.
    found = reach(LOW, weighed, recipe(), Goal("U0", "all", score=30))
    assert moved(found) == [("q0", "no", "yes")]


def test_a_part_of_an_axis_can_be_the_goal():
    tagged = tree(tags=[("work",), ("home",), ("work",), ("home",)])
    found = reach(LOW, tagged, recipe(), Goal("U0", "area:home", score=75))
    assert moved(found) == [("q1", "no", "half"), ("q3", "no", "yes")]
    assert found.after[0] == 75.0


def test_an_aggregate_and_a_question_can_be_the_goal():
    assert moved(reach(LOW, tree(), recipe(), Goal("U0", "g1", score=50))) == [("q2", "no", "yes")]
    assert moved(reach(LOW, tree(), recipe(), Goal("U1", "q3", score=60))) == [
        ("q3", "half", "yes")
    ]


def test_a_band_is_reached_from_its_lower_end_on_rounded():
    # 59.5 would do; the questions make 62.5.
    found = reach(LOW, tree(), recipe(), Goal("U1", "all", band="good"))
    assert len(found.made) == 1
    assert found.after[0] == 62.5
    near = Framework((*tree(2).nodes[:-2], *(Node(f"q{n}", level=1, parent="g0") for n in "ab")))
    assert near.band(59.5) is None
    scale = (("a", 59.4), ("b", 59.5), ("c", 80.0))
    one = Framework((Node("q0", level=1, options=scale),), bands=BANDS)
    found = reach(
        answers([[0]]),
        one,
        recipe_from({"step": [{"do": "score_options"}]}),
        Goal("U0", "q0", band="good"),
    )
    assert moved(found) == [("q0", "a", "b")]


def test_a_better_band_or_rank_is_reached_as_well():
    assert reach(LOW, tree(), recipe(), Goal("U2", "all", band="good")).method == NOTHING
    assert reach(LOW, tree(), recipe(), Goal("U2", "all", rank=2)).method == NOTHING


def test_a_rank_is_reached_by_drawing_level():
    found = reach(LOW, tree(efforts=[1, 1, 2, 2]), recipe(), Goal("U0", "all", rank=2))
    # U1 has 50: both cheap questions make it, and drawing level is enough.
    assert moved(found) == [("q0", "no", "yes"), ("q1", "no", "yes")]
    assert found.after == (50.0, 2.0)
    assert reach(LOW, tree(), recipe(), Goal("U0", "all", rank=3)).made == ()


def test_ranks_are_those_of_the_period():
    data = answers([[0, 0], [2, 2], [1, 1]], periods=["1", "1", "2"])
    assert reach(data, tree(2), recipe(), Goal("U2", "all", rank=1, period="2")).made == ()
    assert len(reach(data, tree(2), recipe(), Goal("U0", "all", rank=1)).made) == 2


def test_what_is_reached_already_takes_nothing():
    found = reach(LOW, tree(), recipe(), Goal("U1", "all", score=50))
    assert (found.made, found.effort, found.bound, found.exact) == ((), 0.0, 0.0, True)
    assert found.outcome.units[0].scores[0].before == 50.0


def test_what_is_impossible_says_the_most_there_is():
    data = answers([[0, -1, 0, -1]], states=[[1, State.NO_COMPETENCE, 1, State.UNKNOWN]])
    found = reach(data, tree(), recipe(), Goal("U0", "all", score=101))
    assert (found.reached, found.made, found.bound, found.exact) == (False, (), None, True)
    assert found.most[0] == 100.0
    assert codes_of(found) == ["reach_impossible"]
    assert "is 100, rank 1" in found.warnings[0].what


def test_cells_without_an_answer_do_not_move():
    states = [[State.UNKNOWN, State.NOT_APPLICABLE, State.NO_COMPETENCE, 1]]
    data = answers([[-1, -1, -1, 0]], states=states)
    assert [move.code for move in moves_of(data, tree(), recipe(), 0)] == ["q3"]


def test_a_best_answer_has_nowhere_to_go():
    assert moves_of(LOW, tree(), recipe(), 2) == ()
    found = reach(LOW, tree(), recipe(), Goal("U2", "all", score=101))
    assert not found.reached


def test_a_question_of_no_weight_is_left_alone():
    found = reach(LOW, tree(weights=[0, 1, 1, 1]), recipe(), Goal("U0", "all", score=100))
    assert [one.code for one in found.made] == ["q1", "q2", "q3"]


def test_no_competence_counted_as_zero_stays():
    data = answers([[0, -1]], states=[[1, State.NO_COMPETENCE]])
    zero = recipe_from({**recipe().as_dict(), "no_competence": "zero"})
    assert reach(data, tree(2), zero, Goal("U0", "all", score=50)).after[0] == 50.0
    assert not reach(data, tree(2), zero, Goal("U0", "all", score=51)).reached


def test_screening_by_answers_keeps_it_a_plain_mean():
    screen = {"do": "screen", "min_available": 0.5, "keep": ["U0"]}
    found = reach(LOW, tree(), recipe("arithmetic", screen), Goal("U0", "all", rank=2))
    assert found.method == SUMMED
    assert found.after == (50.0, 2.0)


def test_weights_that_look_at_no_scores_keep_it_a_plain_mean():
    equal = recipe("arithmetic", {"do": "weigh", "method": "equal"})
    found = reach(LOW, tree(), equal, Goal("U0", "all", score=25))
    assert found.method == SUMMED


# Statistics


def statistics(rows, direction=1, **more):
    nodes = (
        Node("all", level=2, kind="aggregate"),
        Node("a", level=1, parent="all", direction=direction, **more),
        Node("b", level=1, parent="all"),
        Node("pop", kind="denominator"),
    )
    return Table.of([f"U{n}" for n in range(len(rows))], ["a", "b", "pop"], rows), Framework(nodes)


ROWS = [[2.0, 1.0, 10.0], [8.0, 3.0, 20.0], [NAN, 2.0, 10.0]]
FIXED = {"do": "normalise", "method": "scaled", "low": 0, "high": 10, "scale": 100}


def cells(data, framework, made_by, row=0):
    return {move.code: move.cells[0].value for move in moves_of(data, framework, made_by, row)}


def test_a_statistic_moves_to_the_best_value_observed():
    data, framework = statistics(ROWS)
    assert cells(data, framework, recipe()) == {"a": 8.0, "b": 3.0}
    assert cells(data, framework, recipe(), row=1) == {}
    data, framework = statistics(ROWS, direction=-1)
    assert cells(data, framework, recipe(), row=1) == {"a": 2.0}


def test_goalposts_come_before_what_was_observed():
    data, framework = statistics(ROWS, goalpost_low=0.0, goalpost_high=9.0)
    assert cells(data, framework, recipe())["a"] == 9.0
    data, framework = statistics(ROWS, direction=-1, goalpost_low=0.0, goalpost_high=9.0)
    assert cells(data, framework, recipe())["a"] == 0.0


def test_rates_are_compared_where_a_step_divides():
    # 2 of 10 against 8 of 20: to have the best rate, 0.4, it needs 4.
    data, framework = statistics(ROWS, denominator="pop")
    divided = recipe("arithmetic", {"do": "denominate", "scale": 1000})
    assert cells(data, framework, divided)["a"] == 4.0
    assert cells(data, framework, recipe())["a"] == 8.0
    data, framework = statistics([[2.0, 1.0, 0.0], *ROWS[1:]], denominator="pop")
    assert "a" not in cells(data, framework, divided)


def test_fixed_scales_are_sums_too():
    data, framework = statistics(ROWS)
    found = reach(data, framework, recipe("arithmetic", FIXED), Goal("U0", "all", score=30))
    assert found.method == SUMMED
    assert moved(found) == [("a", "2", "8")]
    assert found.made[0].gain == pytest.approx(30.0)


def test_where_units_are_compared_all_are_computed_again():
    data, framework = statistics(ROWS)
    made_by = recipe("arithmetic", {"do": "normalise", "method": "minmax"})
    found = reach(data, framework, made_by, Goal("U0", "all", rank=1))
    # Drawing level in both: one indicator is not enough.
    assert [one.code for one in found.made] == ["a", "b"]
    assert (found.method, found.effort, found.bound, found.exact) == (SEARCHED, 2.0, 2.0, True)
    assert sum(one.gain for one in found.made) == pytest.approx(found.after[0] - found.before[0])
    assert "whatif_others" in codes_of(found)


def test_the_most_of_a_search_is_not_claimed_to_be_all():
    data, framework = statistics(ROWS)
    made_by = recipe("arithmetic", {"do": "normalise", "method": "minmax"})
    found = reach(data, framework, made_by, Goal("U0", "all", score=101))
    assert (found.reached, found.exact, found.method) == (False, False, SEARCHED)


def test_a_unit_that_a_step_leaves_out_does_not_reach_it():
    # With more zeros than allowed it has no score, whatever it has elsewhere.
    screen = {"do": "screen", "min_nonzero": 0.5}
    rows = [[2.0, 1.0, 1.0], [0.0, 3.0, 1.0], [0.0, 0.0, 1.0]]
    data, framework = statistics(rows, direction=1, goalpost_low=-9.0, goalpost_high=9.0)
    found = reach(data, framework, recipe("arithmetic", screen), Goal("U0", "all", score=5))
    assert found.reached
    setting = Setting(found.outcome.before, 2, "all", moves_of(data, framework, recipe(), 2))
    assert Model(setting).placed([{}])[0] != Model(setting).placed([{0: 0, 1: 0}])[0]


# Faults


def test_all_that_is_wrong_with_a_goal_is_said_at_once():
    with pytest.raises(FaultsError) as caught:
        reach(LOW, tree(), recipe(), Goal("Z", "nothing", band="superb"))
    assert [one.code for one in caught.value.faults] == ["change_unit", "reach_band", "reach_code"]
    assert "weak, good, strong" in str(caught.value)
    assert "all, g0, g1" in str(caught.value)


@pytest.mark.parametrize(
    "goal",
    [
        Goal("U0", "all"),
        Goal("U0", "all", score=1.0, rank=1),
        Goal("U0", "all", rank=0),
        Goal("U0", "all", score=math.inf),
    ],
)
def test_a_target_must_be_one_and_possible(goal):
    with pytest.raises(FaultsError, match="target"):
        reach(LOW, tree(), recipe(), goal)


def test_without_a_score_there_is_nothing_to_start_from():
    data = answers([[-1, -1]])
    with pytest.raises(FaultsError, match="no score"):
        reach(data, tree(2), recipe(), Goal("U0", "all", score=1))
    plain = Framework((Node("q0", level=1, options=SCALE),))
    with pytest.raises(FaultsError, match="there are: -"):
        reach(answers([[0]]), plain, recipe(), Goal("U0", "all", band="x"))


def test_goals_are_said_as_they_are_written():
    goals = Goal("U", "a", score=70.0), Goal("U", "a", band="good"), Goal("U", "a", rank=3)
    assert [goal.said for goal in goals] == ["70", "band:good", "rank:3"]


# Rules

CHOICES = st.lists(st.integers(0, 2), min_size=5, max_size=5)


def brute(data, framework, made_by, goal):
    """Least effort of all sets of questions, each going all the way; None when none reaches it."""
    done = run(data, framework, made_by)
    moves = moves_of(data, framework, made_by, 0)
    model = Model(Setting(done, 0, goal.code, moves))
    sets = [
        some for n in range(len(moves) + 1) for some in itertools.combinations(range(len(moves)), n)
    ]
    placed = model.placed([{n: len(moves[n].cells) - 1 for n in some} for some in sets])
    fits = [
        sum(moves[n].effort for n in some)
        for some, (score, rank) in zip(sets, placed, strict=True)
        if (rank <= goal.rank if goal.rank else score >= goal.score - 1e-9)
    ]
    return min(fits, default=None)


def goals(code):
    return st.one_of(
        st.integers(1, 104).map(lambda score: Goal("U0", code, score=float(score))),
        st.integers(1, 3).map(lambda rank: Goal("U0", code, rank=rank)),
    )


@settings(max_examples=count(100, 10), deadline=None)
@given(st.data(), st.lists(CHOICES, min_size=3, max_size=3))
def test_for_plain_means_no_set_is_cheaper(data, rows):
    efforts = data.draw(st.lists(st.sampled_from([0, 0.5, 1, 2, 3.3]), min_size=5, max_size=5))
    weights = data.draw(st.lists(st.sampled_from([0.0, 1.0, 2.0]), min_size=5, max_size=5))
    tags = [("x",), (), ("x",), (), ("x", "y")]
    framework = tree(5, efforts, weights, tags)
    code = data.draw(st.sampled_from(["all", "g0", "area:x"]))
    table, goal = answers(rows), data.draw(goals(code))
    before = run(table, framework, recipe()).scores
    assume(not math.isnan(before.values[0, before.codes.index(code)]))
    found, best = reach(table, framework, recipe(), goal), brute(table, framework, recipe(), goal)
    assert found.reached == (best is not None)
    if best is not None:
        assert found.effort == pytest.approx(best, abs=1e-9)
        assert found.exact
        check_every_change_is_needed(found, goal)


def check_every_change_is_needed(found, goal):
    score, rank = found.after
    assert (rank <= goal.rank) if goal.rank else (score >= goal.score - 1e-9)
    for one in found.made:
        assert one.effort == 0 or goal.rank or score - one.gain < goal.score


@settings(max_examples=count(100, 10), deadline=None)
@given(st.data(), st.lists(CHOICES, min_size=3, max_size=3))
def test_for_other_recipes_the_bound_holds_and_the_goal_is_reached(data, rows):
    efforts = data.draw(st.lists(st.sampled_from([1, 2, 3.5]), min_size=5, max_size=5))
    framework, table = tree(5, efforts), answers(rows)
    made_by = data.draw(
        st.sampled_from(
            [
                recipe("power", p=2),
                recipe(["arithmetic", "power"], p=2),
                recipe("arithmetic", {"do": "normalise", "method": "rank"}),
            ]
        )
    )
    goal = data.draw(goals("all"))
    found, best = reach(table, framework, made_by, goal), brute(table, framework, made_by, goal)
    if found.reached:
        assert found.bound <= best + 1e-9 <= found.effort + 2e-9
        assert (found.after[1] <= goal.rank) if goal.rank else (found.after[0] >= goal.score - 1e-9)
    assert found.reached or best is None or found.method == SEARCHED


@settings(max_examples=count(100, 10), deadline=None)
@given(st.lists(CHOICES, min_size=2, max_size=4), st.integers(0, 31))
def test_one_unit_alone_scores_as_among_all(rows, chosen):
    table, framework = answers(rows), tree(5)
    done = run(table, framework, recipe())
    moves = moves_of(table, framework, recipe(), 0)
    taken = [{n: 0 for n in range(len(moves)) if chosen >> n & 1}]
    setting = Setting(done, 0, "all", moves)
    assert OneUnit(setting).placed(taken) == Model(setting).placed(taken)


def test_which_recipes_are_sums():
    assert is_linear(recipe(["arithmetic", "arithmetic"]))
    assert not is_linear(recipe(["arithmetic", "geometric"]))
    assert not is_linear(recipe("arithmetic", {"do": "impute", "method": "mean"}))
    assert not is_linear(recipe("arithmetic", {"do": "screen", "min_nonzero": 0.1}))


# The search


def test_an_exchange_finds_what_adding_up_misses(monkeypatch):
    monkeypatch.setattr(reach_search, "MOST_PAIRS", 0)
    # By gain for effort q0 and q1 come first (5 + 5), but q2 alone (7) is enough.
    weights, efforts = [10, 10, 13, 1], [5, 5, 7, 20]
    nodes = [Node("all", level=2, kind="aggregate")]
    nodes += [
        Node(
            f"q{n}",
            level=1,
            parent="all",
            options=SCALE,
            weight=weights[n],
            extra={"effort": str(efforts[n])},
        )
        for n in range(4)
    ]
    data = answers([[0, 0, 0, 0], [1, 1, 1, 1]])
    found = reach(data, Framework(tuple(nodes)), recipe("power", p=1), Goal("U0", "all", score=35))
    assert moved(found) == [("q2", "no", "yes")]
    assert found.effort == 7.0
    assert found.exact


def test_dear_sets_tell_how_far_they_may_be_from_the_cheapest(monkeypatch):
    monkeypatch.setattr(reach_search, "MOST_PAIRS", 0)
    data, framework = answers([[0] * 8, [1] * 8]), tree(8, [1, 2, 3, 4, 5, 6, 7, 8])
    found = reach(data, framework, recipe("power", p=2), Goal("U0", "all", score=80))
    assert found.reached
    assert found.bound == 3.0
    assert not found.exact
    assert codes_of(found) == ["reach_not_exact"]


def test_a_move_that_takes_the_score_away_is_tried_last():
    # At 0 of 0 the screen leaves the unit out.
    data = Table.of(["U0", "U1"], ["a", "b"], [[1.0, 2.0], [3.0, 0.5]])
    framework = Framework(
        (
            Node("all", level=2, kind="aggregate"),
            Node("a", level=1, parent="all", goalpost_low=0.0, goalpost_high=9.0),
            Node("b", level=1, parent="all", direction=-1, goalpost_low=0.0, goalpost_high=9.0),
        )
    )
    made_by = recipe_from(
        {
            "step": [
                {"do": "screen", "min_nonzero": 1.0},
                {"do": "normalise", "method": "goalposts", "scale": 100},
                {"do": "aggregate", "method": "arithmetic"},
            ]
        }
    )
    found = reach(data, framework, made_by, Goal("U0", "all", score=80))
    assert moved(found) == [("a", "1", "9")]
    assert found.most[0] == found.after[0] == pytest.approx(800 / 9)


def test_efforts_of_nothing_are_free_in_a_search_too():
    data, framework = answers([[0] * 4, [1] * 4]), tree(4, [0, 0, 1, 1])
    found = reach(data, framework, recipe("power", p=2), Goal("U0", "all", score=20))
    assert (found.effort, found.exact) == (0.0, True)


def test_a_search_ends_when_it_has_computed_enough(monkeypatch):
    monkeypatch.setattr(reach_search, "MOST_COMPUTED", 0)
    data, framework = statistics([[1.0, 1.0, 1.0], [9.0, 9.0, 1.0], [0.0, 0.0, 1.0]])
    made_by = recipe("arithmetic", {"do": "normalise", "method": "minmax"})
    assert reach(data, framework, made_by, Goal("U0", "all", score=50)).effort == 1.0


def test_the_most_is_the_highest_score_there_was():
    # Drawing level with the other in all leaves nothing to tell them apart, and no score.
    data, framework = statistics([[1.0, 1.0, 1.0], [9.0, 9.0, 1.0]])
    made_by = recipe("arithmetic", {"do": "normalise", "method": "minmax"})
    found = reach(data, framework, made_by, Goal("U0", "all", score=50))
    assert (found.reached, found.most) == (False, (0.0, 2.0))


def test_what_turned_out_not_to_be_needed_is_dropped(monkeypatch):
    monkeypatch.setattr(reach_search, "MOST_PAIRS", 0)
    # By gain for effort: q0 (6 for 1), q1 (20 for 4), q2 (40 for 10); q1 and q2 are enough.
    weights, efforts = [6, 20, 40, 34], [1, 4, 10, 100]
    nodes = [Node("all", level=2, kind="aggregate")]
    for n in range(4):
        more = {"weight": weights[n], "extra": {"effort": str(efforts[n])}}
        nodes.append(Node(f"q{n}", level=1, parent="all", options=SCALE, **more))
    made_by = recipe("power", p=1)
    found = reach(answers([[0] * 4]), Framework(tuple(nodes)), made_by, Goal("U0", "all", score=60))
    assert [one.code for one in found.made] == ["q1", "q2"]


def test_a_question_without_an_option_does_not_move():
    data = Table.of(["U0"], ["q0", "q1"], [[50.0, 50.0]])
    assert moves_of(data, tree(2), recipe(), 0) == ()


def test_sixty_questions_take_less_than_a_second():
    rng = np.random.default_rng(1)
    four = tuple(
        (letter, score) for letter, score in zip("abcd", (0.0, 33.0, 66.0, 100.0), strict=True)
    )
    nodes = [Node("all", level=3, kind="aggregate")]
    nodes += [Node(f"g{n}", level=2, parent="all", kind="aggregate") for n in range(8)]
    nodes += [
        Node(
            f"q{n}",
            level=1,
            parent=f"g{n % 8}",
            options=four,
            weight=1 + n % 3,
            extra={"effort": f"{1 + n % 7}.{n}"},
        )
        for n in range(60)
    ]
    rows = rng.integers(0, 3, (30, 60))
    start = time.perf_counter()
    found = reach(
        answers(rows.tolist()), Framework(tuple(nodes)), recipe(), Goal("U0", "all", score=75)
    )
    assert time.perf_counter() - start < 1.0
    assert found.exact
    assert found.after[0] == pytest.approx(75.0, abs=1.0)
