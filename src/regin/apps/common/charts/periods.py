"""Periods on a time axis: years, half-years, quarters and months, counted one after another.

A period's number is year · periods a year + part − 1, so a year is its own number and two
periods that follow each other have numbers that do.
"""

from __future__ import annotations

from regin.files.observations import parse_period

PARTS = {"A": 1, "S": 2, "Q": 4, "M": 12}


def period_parts(text: str) -> tuple[int, int, int]:
    """Year, part (from 1) and periods a year of `2013`, `2013-S1`, `2013-Q1` or `2013-01`.

    Raises ValueError for anything else; weeks have no fixed number a year.
    """
    period = parse_period(text)
    if period is None or period.frequency not in PARTS:
        raise ValueError(f"{text!r} is no year, half-year, quarter or month")
    part = period.text[5:].lstrip("SQ") or "1"
    return int(period.text[:4]), int(part), PARTS[period.frequency]


def period_words(number: int, per_year: int) -> str:
    """The period with this number as figures spell it: `2013`, `2013-Q1`, `2013-01`."""
    year, part = divmod(number, per_year)
    spelt = {1: "", 2: f"-S{part + 1}", 4: f"-Q{part + 1}", 12: f"-{part + 1:02}"}
    return f"{year}{spelt[per_year]}"
