import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regin.files.index.cells import guarded, number, number_text, unguarded

FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\n=1",
    " =1",
    "＝1",
    "'=1",
    "''=1",
    "=cmd|' /C'!A0",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_starts_like_a_formula_and_reading_gives_it_back(text):
    assert guarded(text).startswith("'")
    assert unguarded(guarded(text)) == text


@given(st.text())
def test_every_text_comes_back_but_for_line_ends_and_nul(text):
    kept = text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
    assert unguarded(guarded(text)) == kept


@pytest.mark.parametrize("text", ["'tis", "''", "plain", "", "1-2"])
def test_harmless_text_is_left_alone(text):
    assert (guarded(text), unguarded(text)) == (text, text)


@pytest.mark.parametrize(
    "cell", ["", "x", "1,5", "1_000", "nan", "NA", "0x10", "١", "1e", ".", "--1"]
)
def test_what_is_no_number_is_none(cell):
    assert number(cell) is None


@pytest.mark.parametrize("cell", ["inf", "-Infinity", "1e999", "1e76", "-1e76"])
def test_what_is_too_large_is_infinite(cell):
    assert math.isinf(number(cell))


@given(st.floats(-1e70, 1e70))
def test_a_number_written_reads_back_to_the_last_bit(value):
    assert number(number_text(value)) == value
    assert number(repr(value)) == value
