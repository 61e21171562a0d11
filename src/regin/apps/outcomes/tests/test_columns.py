"""Figures in columns: nothing is lost on the way in and out."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from regin.apps.outcomes.columns import Figures, figures_of, joined, slices, unpacked

ROWS = st.lists(
    st.tuples(
        st.integers(1, 2**40),
        st.integers(1, 2**40),
        st.sampled_from(["2013", "2012", "2013-Q1", "2013-W01"]),
        st.none() | st.floats(allow_nan=False),
        st.sampled_from(["", "b", "bu", "cdef"]),
        st.integers(2, 2**31 - 1),
    ),
    max_size=30,
)


def rows_of(figures: Figures):
    return list(zip(*figures.lists(), figures.row.tolist(), strict=True))


@given(ROWS)
def test_rows_come_back_out_of_packed_columns(rows):
    figures = figures_of(rows)
    assert rows_of(figures) == [tuple(row) for row in rows]
    again = unpacked(figures.packed())
    assert rows_of(again) == rows_of(figures)
    assert again.order.tolist() == list(range(len(rows)))


@given(ROWS, st.integers(1, 7), st.randoms())
def test_pieces_in_any_order_become_the_file_again(rows, size, chance):
    figures = figures_of(rows)
    pieces = [unpacked(piece.packed()) for piece in slices(figures, size)]
    chance.shuffle(pieces)
    assert rows_of(joined(pieces)) == rows_of(figures)


@given(ROWS)
def test_the_order_of_the_key_is_that_of_the_index(rows):
    ordered = rows_of(figures_of(rows).in_order_of_key())
    assert [row[:3] for row in ordered] == sorted(tuple(row[:3]) for row in rows)


def test_missing_is_none_and_zero_is_zero():
    figures = figures_of([(1, 1, "2013", None, "u", 2), (1, 1, "2012", 0.0, "", 2)])
    assert figures.lists()[3] == [None, 0.0]
    assert math.isnan(figures.value[0])
    assert figures.take(np.array([False, True])).lists()[3] == [0.0]
