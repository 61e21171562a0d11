import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from regin.engine.rank import rank, rank_table
from regin.engine.table import Table

NAN = math.nan
SCORES = st.lists(st.one_of(st.integers(-5, 5).map(float), st.just(NAN)), max_size=12)


def test_missing_has_no_rank_and_an_empty_list_has_none():
    assert np.isnan(rank([NAN, NAN])).all()
    assert rank([]).size == 0


@given(SCORES)
def test_a_rank_is_one_plus_the_number_of_better_scores(scores):
    expected = [
        NAN if math.isnan(x) else 1 + sum(y > x for y in scores if not math.isnan(y))
        for x in scores
    ]
    assert np.array_equal(rank(scores), expected, equal_nan=True)


def test_sums_in_another_order_tie():
    third = 100 / 3
    one, other = (0.1 + 0.2 + 0.3) * third, (0.3 + 0.2 + 0.1) * third
    assert one != other
    assert rank([one, other, 0]).tolist() == [1, 1, 3]


def test_small_true_differences_count():
    assert rank([1.0, 1.0 + 1e-9, 1e13, 0.0, -1e-20]).tolist() == [3, 2, 1, 4, 5]


def test_ranks_are_within_a_period():
    table = Table.of(["A", "B", "A"], ["x"], [[1], [2], [0]], periods=["1", "1", "2"])
    assert rank_table(table, table.values).tolist() == [[2], [1], [1]]
