"""Numbers as people read them, however large."""

import pytest

from regin.apps.common.charts.numbers import number


@pytest.mark.parametrize("value", [1e25, 1e30, 1.5e300, 1.7976931348623157e308, -1e30])
def test_the_largest_number_of_a_computer_is_printed_without_a_fault(value):
    written = number(value, 2).replace("\N{MINUS SIGN}", "-")
    # Beyond 200 digits Django writes them with a power of ten and two decimals.
    assert float(written.replace(",", "")) == pytest.approx(value, rel=0.01)


def test_halves_are_rounded_away_from_zero():
    assert [number(one, 1) for one in (0.25, -0.25, 0.04)] == ["0.3", "−0.3", "0.0"]
