import math

import numpy as np

from regin.engine.framework import Framework, Node
from regin.engine.score_options import score_options, score_options_table, zero_no_competence
from regin.engine.table import NO_CHOICE, State, Table

NAN = math.nan
OPTIONS = (("no", 0.0), ("partly", 50.0), ("yes", 100.0))
TREE = Framework(
    (
        Node("ALL", level=2, kind="aggregate"),
        Node("Q", level=1, parent="ALL", options=OPTIONS),
        Node("X", level=1, parent="ALL"),
        Node("POP", kind="denominator"),
    )
)


def table(choices, states):
    return Table.of(
        ["A", "B"], ["Q", "X", "POP"], [[NAN, 7.0, NAN]] * 2, choices=choices, states=states
    )


NONE = NO_CHOICE
MIXED = table(
    [[2, NONE, NONE], [NONE, NONE, NONE]],
    [[State.ANSWERED] * 3, [State.NO_COMPETENCE, State.ANSWERED, State.NO_COMPETENCE]],
)


def test_vector_and_table_say_the_same():
    scored = score_options_table(MIXED, TREE)
    vector = score_options(MIXED.choices[:, 0], [0, 50, 100])
    assert np.array_equal(scored.values[:, 0], vector, equal_nan=True)
    assert np.array_equal(vector, [100.0, NAN], equal_nan=True)


def test_columns_without_options_stay():
    assert score_options_table(MIXED, TREE).values[:, 1].tolist() == [7.0, 7.0]


def test_a_table_without_choices_stays():
    plain = Table.of(["A"], ["Q", "X", "POP"], [[1.0, 2.0, 3.0]])
    assert score_options_table(plain, TREE) is plain


def test_no_competence_becomes_zero_in_indicators_only_and_keeps_its_state():
    zeroed = zero_no_competence(MIXED, TREE)
    assert zeroed.values[1, 0] == 0
    assert math.isnan(zeroed.values[1, 2])
    assert zeroed.states.tolist() == MIXED.states.tolist()
