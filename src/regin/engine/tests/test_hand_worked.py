"""A questionnaire small enough to compute by hand; the sums stand beside each number.

ALL (level 3)
  S  (level 2)              Q1 (level 1) weight 1, areas work and health
                            Q2 (level 1) weight 1, area work
  Q3 (level 2) weight 2     asked twice: Q3.T (weight 1) and Q3.B (weight 3), area health
  Q4 (level 1)              general: no area
"""

import math
from dataclasses import replace

import numpy as np
import pytest

from regin.engine.errors import FaultsError
from regin.engine.framework import Framework, Node
from regin.engine.recipe import Recipe
from regin.engine.run import run
from regin.engine.scores import Score
from regin.engine.steps import Step
from regin.engine.table import State, Table

NAN = math.nan
OPTIONS = (("no", 0.0), ("half", 50.0), ("yes", 100.0))


def question(code, parent, level=1, weight=1.0, options=OPTIONS, **tags):
    return Node(code, level=level, parent=parent, weight=weight, options=options, tags=tags)


NODES = (
    Node("ALL", level=3, kind="aggregate"),
    Node("S", level=2, parent="ALL", kind="aggregate"),
    question("Q1", "S", area=("work", "health")),
    question("Q2", "S", area=("work",)),
    question("Q3", "ALL", level=2, weight=2.0, options=(), area=("health",)),
    question("Q3.T", "Q3", target=("TCN",)),
    question("Q3.B", "Q3", weight=3.0, target=("BIP",)),
    question("Q4", "ALL", target=("TCN", "BIP")),
)
TREE = Framework(NODES, ("area", "target"))
COLUMNS = ("Q1", "Q2", "Q3.T", "Q3.B", "Q4")
CELLS = {
    "A": ("yes", "half", "no", "yes", "half"),
    "B": ("half", "uk", "nc", "nc", "yes"),
    "C": ("na", "", "nc", "no", "yes"),
    "D": ("na", "na", "uk", "", ""),
}
STATES = {
    "uk": State.UNKNOWN,
    "na": State.NOT_APPLICABLE,
    "nc": State.NO_COMPETENCE,
    "": State.UNANSWERED,
}
CHOICES = {"no": 0, "half": 1, "yes": 2}


def table(cells=CELLS, columns=COLUMNS):
    return Table.of(
        list(cells),
        columns,
        np.full((len(cells), len(columns)), NAN),
        choices=[[CHOICES.get(cell, -1) for cell in row] for row in cells.values()],
        states=[[STATES.get(cell, State.ANSWERED) for cell in row] for row in cells.values()],
    )


def recipe(**switches):
    mean = Step("aggregate", {"method": "arithmetic"})
    return Recipe((Step("score_options"), mean), **switches)


def scored(**switches):
    done = run(table(), TREE, recipe(**switches))
    return {(one.unit, one.code): one for one in done.scores}


def row(one):
    return one.score, one.rank, one.n_observed, one.n_expected


def test_scores_by_hand():
    found = scored()
    # For A, S is (100+50)/2, Q3 is (0+3*100)/4, ALL is (75 + 2*75 + 50)/4.
    assert row(found["A", "S"]) == (75.0, 1, 2, 2)
    assert row(found["A", "Q3"]) == (75.0, 1, 2, 2)
    assert row(found["A", "ALL"]) == (68.75, 2, 5, 5)
    # B: S = 50 alone; Q3 outside its powers; ALL = (50 + 100)/2
    assert row(found["B", "S"]) == (50.0, 2, 1, 2)
    assert row(found["B", "Q3"]) == (None, None, 0, 0)
    assert row(found["B", "ALL"]) == (75.0, 1, 2, 3)
    # C: S has nothing; Q3 = 0 from Q3.B alone; ALL = (2*0 + 100)/3
    assert row(found["C", "S"]) == (None, None, 0, 1)
    assert row(found["C", "ALL"]) == (100 / 3, 3, 2, 3)
    assert row(found["D", "ALL"]) == (None, None, 0, 3)


def test_part_scores_by_hand():
    found = scored()
    # For A, work is (100+50)/2, health (100 + 2*75)/3, TCN (0+50)/2, BIP (3*100+50)/4.
    assert row(found["A", "area:work"]) == (75.0, 1, 2, 2)
    assert row(found["A", "area:health"]) == (250 / 3, 1, 3, 3)
    assert row(found["A", "target:TCN"]) == (25.0, 3, 2, 2)
    assert row(found["A", "target:BIP"]) == (87.5, 2, 2, 2)
    assert row(found["B", "target:TCN"]) == (100.0, 1, 1, 1)
    # For C, BIP is (3*0 + 100)/4.
    assert row(found["C", "target:BIP"]) == (25.0, 3, 2, 2)
    assert found["A", "area:work"].level is None


def test_a_row_stands_for_every_node_and_part_in_order():
    codes = [one.code for one in run(table(), TREE, recipe()).scores][:12]
    parts = ["area:work", "area:health", "target:TCN", "target:BIP"]
    assert codes == [*(node.code for node in NODES), *parts]
    first = next(iter(run(table(), TREE, recipe()).scores))
    assert first == Score("A", "", "ALL", 3, 68.75, 2, 5, 5)


def test_no_competence_as_zero_counts_in_both():
    found = scored(no_competence="zero")
    # For B, Q3 is 0, so ALL is (50 + 2*0 + 100)/4.
    assert row(found["B", "Q3"]) == (0.0, 2, 2, 2)
    assert row(found["B", "ALL"]) == (37.5, 2, 4, 5)
    assert row(found["B", "Q3.T"]) == (0.0, 1, 1, 1)


def test_the_overall_can_be_the_mean_of_the_questions():
    # A: (100 + 50 + 2*75 + 50)/5; B: (50 + 100)/2; the root keeps its code and level
    found = scored(overall="indicators")
    assert (found["A", "ALL"].score, found["A", "ALL"].level) == (70.0, 3)
    assert found["B", "ALL"].score == 75.0
    assert found["A", "S"].score == 75.0


def test_the_overall_can_be_the_plain_mean_of_an_axis():
    found = scored(overall="axis:area")
    assert found["A", "ALL"].score == pytest.approx((75 + 250 / 3) / 2, rel=1e-12)
    assert found["A", "ALL"].n_expected == 5


def test_an_overall_of_an_unknown_axis_lists_the_axes():
    with pytest.raises(FaultsError, match="area, target"):
        scored(overall="axis:era")


def test_missing_is_never_zero():
    cells = {"A": ("", "uk", "na", "nc", "")}
    done = run(table(cells), TREE, recipe())
    assert all(one.score is None and one.rank is None for one in done.scores)
    assert all(one.n_observed == 0 for one in done.scores)


def test_states_survive_every_step():
    done = run(table(), TREE, recipe(no_competence="zero"))
    for step in done.steps:
        assert step.table.states[:, :5].tolist() == table().states.tolist()


def test_the_order_of_rows_and_columns_does_not_matter():
    units, columns = ["D", "B", "A", "C"], ["Q4", "Q3.B", "Q1", "Q3.T", "Q2"]
    place = {code: at for at, code in enumerate(COLUMNS)}
    cells = {unit: [CELLS[unit][place[code]] for code in columns] for unit in units}
    turned = run(table(cells, columns), TREE, recipe())
    assert {(one.unit, one.code): one for one in turned.scores} == scored()


def test_the_order_of_the_structure_does_not_matter():
    turned = Framework(NODES[::-1], ("target", "area"))
    found = {(one.unit, one.code): one for one in run(table(), turned, recipe()).scores}
    for key, one in scored().items():
        other = found[key]
        assert row(other)[1:] == row(one)[1:]
        missing = one.score is None
        assert other.score == (None if missing else pytest.approx(one.score, rel=1e-12))


def test_the_same_input_gives_the_same_bytes():
    one, other = (run(table(), TREE, recipe()).scores for _ in range(2))
    assert one.values.tobytes() == other.values.tobytes()
    assert one.ranks.tobytes() == other.ranks.tobytes()


def test_periods_are_ranked_apart():
    both = table()
    panel = Table.of(
        ["A", "B", "A", "B"],
        COLUMNS,
        np.full((4, 5), NAN),
        choices=np.vstack([both.choices[:2], both.choices[1::-1]]),
        states=np.vstack([both.states[:2], both.states[1::-1]]),
        periods=["1", "1", "2", "2"],
    )
    found = {
        (s.unit, s.period): s.rank for s in run(panel, TREE, recipe()).scores if s.code == "ALL"
    }
    assert found == {("A", "1"): 2, ("B", "1"): 1, ("A", "2"): 1, ("B", "2"): 2}


def test_without_aggregation_wholes_and_parts_are_missing_and_the_run_says_so():
    done = run(table(), TREE, Recipe((Step("score_options"),), overall="indicators"))
    found = {one.code: one for one in done.scores if one.unit == "A"}
    assert (found["Q1"].score, found["ALL"].score, found["area:work"].score) == (100.0, None, None)
    assert [warning.code for warning in done.warnings] == ["nothing_aggregated"]


def plain(*nodes):
    return Framework((Node("ALL", level=2, kind="aggregate"), *nodes))


def test_zero_for_no_competence_without_its_step_is_said():
    tree = plain(Node("x", level=1, parent="ALL"))
    cells = Table.of(["A", "B"], ["x"], [[1.0], [NAN]], states=[[1], [State.NO_COMPETENCE]])
    mean = Recipe((Step("aggregate", {"method": "arithmetic"}),), no_competence="zero")
    done = run(cells, tree, mean)
    assert [warning.code for warning in done.warnings] == ["nc_not_zero"]
    assert [row(one) for one in done.scores if one.unit == "B"] == [(None, None, 0, 0)] * 2


def test_aggregating_a_direction_nobody_applied_is_refused():
    tree = plain(Node("x", level=1, parent="ALL", direction=-1))
    mean = Recipe((Step("aggregate", {"method": "arithmetic"}),))
    with pytest.raises(FaultsError, match="“x” has the direction -1"):
        run(Table.of(["A"], ["x"], [[1.0]]), tree, mean)


def test_a_raw_column_of_direction_minus_one_ranks_the_lowest_first():
    tree = plain(Node("x", level=1, parent="ALL", direction=-1))
    done = run(Table.of(["A", "B"], ["x"], [[1.0], [2.0]]), tree, Recipe((Step("score_options"),)))
    assert [one.rank for one in done.scores if one.code == "x"] == [1, 2]


def test_options_that_were_never_scored_are_refused():
    with pytest.raises(FaultsError, match="score_options before it"):
        run(table(), TREE, Recipe((Step("aggregate", {"method": "arithmetic"}),)))


def test_a_table_without_a_column_or_a_unit_is_refused_with_both_faults():
    with pytest.raises(FaultsError) as caught:
        run(Table.of([], ["Q1", "Q2", "Q3.T", "Q3.B"], []), TREE, recipe())
    assert [fault.code for fault in caught.value.faults] == ["no_units", "no_column"]


def test_a_weight_of_zero_takes_a_question_out_of_its_part_and_keeps_it_counted():
    nodes = tuple(replace(n, weight=0.0) if n.code == "Q2" else n for n in NODES)
    done = run(table(), Framework(nodes, ("area", "target")), recipe())
    found = {one.code: one for one in done.scores if one.unit == "A"}
    assert row(found["S"])[0::2] == (100.0, 2)
    assert row(found["area:work"])[0::2] == (100.0, 2)
