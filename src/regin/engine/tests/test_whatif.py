import math

import numpy as np
import pytest

from regin.engine.assumptions import CodedCell, CoderChoice, StepChoice, WeightNoise
from regin.engine.changes import Change
from regin.engine.errors import FaultsError
from regin.engine.framework import Framework, Node
from regin.engine.recipe import recipe_from
from regin.engine.robustness import Options
from regin.engine.steps import Step
from regin.engine.table import Table
from regin.engine.whatif import compared, whatif
from regin.engine.whatif_ranks import rank_intervals

NAN = math.nan
SCALE = (("no", 0.0), ("half", 50.0), ("yes", 100.0))
NODES = (
    Node("all", level=3, kind="aggregate"),
    Node("g", level=2, parent="all", kind="aggregate"),
    Node("q", level=1, parent="g", options=SCALE, tags={"area": ("work",)}),
    Node("r", level=1, parent="g", options=SCALE, extra={"effort": "2"}),
    Node("s", level=2, parent="all", options=SCALE),
)
TREE = Framework(NODES, axes=("area",))
PLAIN = recipe_from(
    {"step": [{"do": "score_options"}, {"do": "aggregate", "method": "arithmetic"}]}
)


def answers(rows, **more):
    units = [f"U{n}" for n in range(len(rows))]
    none = np.full(np.shape(rows), NAN)
    return Table.of(units, ["q", "r", "s"], none, choices=rows, **more)


# Scores: U0 0, U1 62.5, U2 50, U3 100.
DATA = answers([[0, 0, 0], [1, 0, 2], [1, 1, 1], [2, 2, 2]])


def numbers(rows, nodes="ab", **more):
    tree = Framework(
        (Node("all", level=2, kind="aggregate"), *(Node(n, level=1, parent="all") for n in nodes))
    )
    return Table.of([f"U{n}" for n in range(len(rows))], list(nodes), rows, **more), tree


MINMAX = recipe_from(
    {
        "step": [
            {"do": "normalise", "method": "minmax"},
            {"do": "aggregate", "method": "arithmetic"},
        ]
    }
)


def test_scores_before_and_after_worked_by_hand():
    found = whatif(DATA, TREE, PLAIN, [Change("U0", "q", "yes"), Change("U0", "s", "half")])
    one = found.units[0]
    told = {s.code: (s.before, s.after, s.rank_before, s.rank_after) for s in one.scores}
    # (50 + 50) / 2: the group has (100 + 0) / 2, the question beside it 50.
    assert told == {
        "all": (0.0, 50.0, 4, 3),
        "g": (0.0, 50.0, 4, 2),
        "q": (0.0, 100.0, 4, 1),
        "s": (0.0, 50.0, 4, 3),
        "area:work": (0.0, 100.0, 4, 1),
    }
    assert one.scores[0].code == "all"
    assert [(m.code, m.before, m.after, m.effort, m.gain) for m in found.made] == [
        ("q", "no", "yes", 1.0, 25.0),
        ("s", "no", "half", 1.0, 25.0),
    ]
    assert found.warnings == ()
    assert found.others == ()


def test_who_is_overtaken_and_who_goes_ahead():
    up = whatif(DATA, TREE, PLAIN, [Change("U0", "s", "yes"), Change("U0", "q", "yes")]).units[0]
    assert (up.overtaken, up.ahead) == (("U1", "U2"), ())
    down = whatif(DATA, TREE, PLAIN, [Change("U3", "s", "no"), Change("U3", "q", "no")]).units[0]
    assert (down.overtaken, down.ahead) == ((), ("U1", "U2"))


def test_drawing_level_is_not_overtaking_but_leaving_a_tie_is():
    level = whatif(DATA, TREE, PLAIN, [Change("U0", "s", "yes")]).units[0]
    assert level.overtaken == ()
    tied = answers([[1, 1, 1], [1, 1, 1]])
    assert whatif(tied, TREE, PLAIN, [Change("U0", "s", "yes")]).units[0].overtaken == ("U1",)
    assert whatif(tied, TREE, PLAIN, [Change("U0", "s", "no")]).units[0].ahead == ("U1",)


def test_several_units_are_told_of_each_once():
    found = whatif(
        DATA,
        TREE,
        PLAIN,
        [Change("U0", "q", "yes"), Change("U1", "q", "no"), Change("U0", "s", "uk")],
    )
    assert [one.unit for one in found.units] == ["U0", "U1"]


def test_an_answer_taken_back_leaves_the_mean_of_the_others():
    found = whatif(DATA, TREE, PLAIN, [Change("U1", "s", "nc")])
    assert found.units[0].scores[0].after == 25.0
    assert found.made[0].after == "nc"


def test_others_change_where_units_are_compared_and_it_says_so():
    data, tree = numbers([[0.0, 1.0], [10.0, 2.0], [5.0, 0.0]])
    found = whatif(data, tree, MINMAX, [Change("U1", "a", "20")])
    assert found.others == (("U2", ""),)
    assert [warning.code for warning in found.warnings] == ["whatif_others"]
    assert "(rows: 1)" in found.warnings[0].what


def test_a_unit_that_is_left_out_has_no_score_and_nobody_is_overtaken():
    screen = {"do": "screen", "min_available": 0.9}
    recipe = recipe_from({"step": [screen, {"do": "aggregate", "method": "arithmetic"}]})
    data, tree = numbers([[1.0, 2.0], [2.0, 1.0], [NAN, 3.0]])
    found = whatif(data, tree, recipe, [Change("U0", "a", "")])
    assert found.units[0].scores[0].after is None
    assert found.made[0].gain is None
    assert [warning.code for warning in found.warnings] == ["whatif_left_out"]
    assert found.units[0].overtaken == found.units[0].ahead == ()
    back = whatif(data, tree, recipe, [Change("U2", "a", "9")])
    assert (back.units[0].scores[0].before, back.units[0].scores[0].after) == (None, 6.0)
    assert back.others == ()


def test_a_row_that_loses_its_score_by_the_change_of_another_is_named():
    # Two values tell units apart, one does not.
    data, tree = numbers([[1.0, 5.0], [2.0, NAN]])
    found = whatif(data, tree, MINMAX, [Change("U1", "a", "")])
    assert found.others == (("U0", ""),)
    assert [warning.code for warning in found.warnings] == ["whatif_left_out", "whatif_others"]


def test_ranks_are_those_of_the_period():
    data = answers([[0, 0, 0], [1, 1, 1], [2, 2, 2]], periods=["1", "1", "2"])
    found = whatif(
        data, TREE, PLAIN, [Change("U0", "q", "yes", "1"), Change("U0", "s", "yes", "1")]
    )
    assert found.units[0].overtaken == ("U1",)
    assert (found.units[0].period, found.made[0].period) == ("1", "1")


def test_a_denominator_has_no_effort():
    tree = Framework(
        (
            Node("all", level=2, kind="aggregate"),
            Node("a", level=1, parent="all", denominator="pop"),
            Node("pop", kind="denominator"),
        )
    )
    data = Table.of(["U0"], ["a", "pop"], [[10.0, 5.0]])
    recipe = recipe_from(
        {"step": [{"do": "denominate"}, {"do": "aggregate", "method": "arithmetic"}]}
    )
    found = whatif(data, tree, recipe, [Change("U0", "pop", "2")])
    assert found.made[0].effort is None
    assert found.made[0].gain == 3.0


def test_faults_of_changes_and_of_efforts_are_raised():
    with pytest.raises(FaultsError, match="no unit"):
        whatif(DATA, TREE, PLAIN, [Change("Z", "q", "yes")])
    tree = Framework((*NODES[:4], Node("s", level=2, parent="all", extra={"effort": "x"})))
    with pytest.raises(FaultsError, match="effort"):
        whatif(DATA, tree, PLAIN, [Change("U0", "q", "yes")])


# Rank intervals

OPTIONS = Options(draws=64, seed=3)
NOISE = WeightNoise("noise", (1, 2), 0.5)


def test_rank_intervals_come_from_the_draws_before_and_after():
    found = whatif(DATA, TREE, PLAIN, [Change("U0", "q", "yes"), Change("U0", "s", "yes")])
    intervals, warnings = rank_intervals(found, [NOISE], OPTIONS)
    before, after = intervals["U0", ""]
    assert (before.nominal, before.low, before.high, before.mean) == (4, 4, 4, 4.0)
    assert (after.nominal, after.low, after.high) == (2, 2, 2)
    assert (after.q05, after.median, after.q95) == (2.0, 2.0, 2.0)
    assert warnings == ()


def test_a_changed_answer_is_no_longer_disputed():
    disputed = CoderChoice(
        "coders",
        (CodedCell("U0", "", "q", ("no", "yes")), CodedCell("U1", "", "s", ("yes", "no"))),
    )
    found = whatif(DATA, TREE, PLAIN, [Change("U0", "q", "no")])
    before, after = rank_intervals(found, [disputed, NOISE], OPTIONS)[0]["U0", ""]
    assert before.low < 4
    assert after.low == 4


def test_a_unit_without_a_rank_has_no_interval():
    screen = {"do": "screen", "min_available": 0.9}
    recipe = recipe_from({"step": [screen, {"do": "aggregate", "method": "arithmetic"}]})
    data, tree = numbers([[1.0, 2.0], [2.0, 1.0], [0.0, 3.0]])
    found = whatif(data, tree, recipe, [Change("U0", "a", "")])
    means = StepChoice("mean", 1, tuple(Step("aggregate", {"method": "arithmetic"}) for _ in "ab"))
    before, after = rank_intervals(found, [means], OPTIONS)[0]["U0", ""]
    assert before.nominal == 1
    assert (after.nominal, after.mean, after.low, after.high) == (None, None, None, None)


def test_the_same_warning_of_both_calculations_is_said_once():
    found = whatif(DATA, TREE, PLAIN, [Change("U0", "q", "yes")])
    _, warnings = rank_intervals(found, [NOISE])
    assert len(warnings) == len({str(one) for one in warnings})


def test_runs_that_do_not_differ_have_nothing_to_tell():
    run = whatif(DATA, TREE, PLAIN, [Change("U0", "q", "yes")]).before
    found = compared(run, run, (), [("U0", "")])
    assert found.made == ()
    assert found.units[0].scores[0].before == found.units[0].scores[0].after
