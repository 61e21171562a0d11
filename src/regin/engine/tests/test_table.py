import math
import pickle

import numpy as np
import pytest

from regin.engine.table import NO_CHOICE, State, Table

NAN = math.nan


def test_states_follow_from_the_values_when_none_are_given():
    table = Table.of(["A"], ["x", "y"], [[0.0, NAN]])
    assert table.states.tolist() == [[State.ANSWERED, State.UNANSWERED]]
    assert table.observed.tolist() == [[True, False]]


def test_a_choice_is_an_answer_before_it_has_a_score():
    table = Table.of(["A"], ["x", "y"], [[NAN, NAN]], choices=[[1, NO_CHOICE]])
    assert table.observed.tolist() == [[True, False]]


def test_arrays_cannot_be_written():
    table = Table.of(["A"], ["x"], [[1.0]], choices=[[0]])
    for grid in (table.values, table.states, table.choices):
        with pytest.raises(ValueError, match="read-only"):
            grid[0, 0] = 0


def test_the_table_does_not_change_with_the_array_it_was_made_from():
    source = np.array([[1.0]])
    table = Table.of(["A"], ["x"], source)
    source[0, 0] = 2
    assert table.values[0, 0] == 1


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"states": [[1], [1]]}, "shape"),
        ({"periods": ["2020", "2021"]}, "rows"),
        ({"groups": {"g": []}}, "rows"),
        ({"units": ["A", "A"], "values": [[1.0], [2.0]]}, "twice"),
        ({"codes": ["x", "x"], "values": [[1.0, 2.0]]}, "twice"),
        ({"values": [[math.inf]]}, "beyond"),
        ({"values": [[-1e80]]}, "beyond"),
    ],
)
def test_a_table_that_does_not_fit_together_is_refused(changes, says):
    plain = {"units": ["A"], "codes": ["x"], "values": [[1.0]]}
    with pytest.raises(ValueError, match=says):
        Table.of(**(plain | changes))


def test_a_unit_may_stand_once_in_each_period():
    table = Table.of(["A", "B", "A"], ["x"], [[1], [2], [3]], periods=["1", "1", "2"])
    assert [rows.tolist() for rows in table.period_rows] == [[0, 1], [2]]


def test_a_code_without_a_column_is_all_missing():
    table = Table.of(["A"], ["x"], [[1.0]])
    assert np.array_equal(table.columns(["z", "x"]), [[NAN, 1.0]], equal_nan=True)


def test_new_columns_stand_at_the_end_and_replace_their_namesakes():
    table = Table.of(["A"], ["x", "y"], [[1.0, 2.0]], choices=[[0, NO_CHOICE]])
    more = table.with_columns(["x", "z"], np.array([[NAN, 5.0]]))
    assert more.codes == ("y", "x", "z")
    assert np.array_equal(more.values, [[2.0, NAN, 5.0]], equal_nan=True)
    assert more.states.tolist() == [[1, 0, 1]]
    assert more.choices.tolist() == [[NO_CHOICE] * 3]


def test_a_table_travels_to_another_process():
    table = Table.of(["A"], ["x"], [[1.0]], groups={"g": ["north"]})
    again = pickle.loads(pickle.dumps(table))
    assert (again.units, again.values.tolist(), again.groups) == (("A",), [[1.0]], table.groups)
