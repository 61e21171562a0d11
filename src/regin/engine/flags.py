"""Flags: what a person should look at before trusting an index, each in a sentence."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from regin.engine.correlate import Pair
from regin.engine.coverage import Coverage
from regin.engine.errors import N_, Fault, Message, Value, register
from regin.engine.framework import Framework
from regin.engine.statistics import Statistics

REDUNDANT, CONFLICT = 0.9, -0.4
"""Correlations within a group: above in magnitude, and below, they are flagged."""

LITTLE, MANY_ZEROS = 0.65, 0.5
"""Shares: of expected values below which coverage is low, of zeros above which they are many."""

SKEW, KURTOSIS = 2.0, 3.5
"""A column whose |skewness| and kurtosis both reach these fails the outlier test."""

register(
    {
        "flag_redundant": Message(
            N_("“%(a)s” and “%(b)s” say nearly the same: their correlation is %(value)s."),
            N_("Keep one of them, or let them share one weight."),
        ),
        "flag_conflict": Message(
            N_("“%(a)s” and “%(b)s” pull apart: their correlation is %(value)s."),
            N_("Check both directions; in a mean they cancel each other out."),
        ),
        "flag_no_values": Message(
            N_("“%(a)s” has no value."), N_("Find data for it, or take it out.")
        ),
        "flag_few_values": Message(
            N_("“%(a)s” has %(count)s of %(expected)s expected values."),
            N_("Find more data, or take it out."),
        ),
        "flag_constant": Message(
            N_("“%(a)s” has the value %(value)s everywhere."),
            N_("It tells no unit from another; take it out, or find data that do."),
        ),
        "flag_many_zeros": Message(
            N_("Values of “%(a)s” that are 0: %(count)s of %(expected)s."),
            N_("Check that they are measured zeros and not missing values."),
        ),
        "flag_outliers": Message(
            N_("“%(a)s” has outliers: skewness %(value)s, kurtosis %(kurtosis)s."),
            N_("Check the extreme values, or write a step outliers."),
        ),
        "flag_low_coverage": Message(
            N_("“%(a)s” has %(count)s of %(expected)s expected values."),
            N_("Find more data for it, or write a step screen."),
        ),
    }
)


@dataclass(frozen=True)
class Flag:
    """One thing to look at in `period`. `kind` is the message's code without `flag_`.

    `a` and `b` are columns of `group`, or `a` a column, or for `low_coverage` a unit; what does
    not apply is empty. `value` is the number that raised the flag, NaN when there is none.
    """

    kind: str
    group: str
    a: str
    b: str
    value: float
    says: Fault
    period: str = ""


def pair_flags(pairs: Iterable[Pair], framework: Framework) -> Iterator[Flag]:
    """Yield redundant and conflicting parts of the same parent, by Pearson's r.

    `pairs` come from a table whose directions are applied. |r| > `REDUNDANT` is redundant,
    r < `CONFLICT` a conflict, below -`REDUNDANT` both.
    """
    nodes = framework.by_code
    for pair in pairs:
        group = nodes[pair.a].parent
        if pair.kind != "pearson" or not group or nodes[pair.b].parent != group:
            continue
        if abs(pair.r) > REDUNDANT:
            yield _of_pair("redundant", group, pair)
        if pair.r < CONFLICT:
            yield _of_pair("conflict", group, pair)


def statistics_flags(found: Iterable[Statistics], framework: Framework) -> Iterator[Flag]:
    """Yield columns that have few values, one value, many zeros, or fail the outlier test.

    Zeros and outliers of questions with options are answers, not accidents, and not flagged.
    """
    for one in found:
        node = framework.by_code[one.code]
        expected = one.n + one.missing
        count: dict[str, Value] = {"count": one.n, "expected": expected}
        if expected == 0 or one.n == 0:
            yield _of_column("no_values", node.parent, one, 0.0)
            continue
        if one.available < LITTLE:
            yield _of_column("few_values", node.parent, one, one.available, **count)
        if one.n_unique == 1:
            yield _of_column("constant", node.parent, one, one.min)
            continue
        if node.options:
            continue
        if one.zeros > MANY_ZEROS * one.n:
            zeros: dict[str, Value] = {"count": one.zeros, "expected": one.n}
            yield _of_column("many_zeros", node.parent, one, one.zeros / one.n, **zeros)
        if abs(one.skewness) >= SKEW and one.kurtosis >= KURTOSIS:
            more: dict[str, Value] = {"kurtosis": f"{one.kurtosis:.2f}"}
            yield _of_column("outliers", node.parent, one, one.skewness, **more)


def coverage_flags(found: Iterable[Coverage], framework: Framework) -> Iterator[Flag]:
    """Yield units with fewer than `LITTLE` of their expected values over the whole."""
    for one in found:
        low = math.isnan(one.share) or one.share < LITTLE
        if one.group == framework.root.code and low:
            params: dict[str, Value] = {
                "a": one.unit,
                "count": one.n_observed,
                "expected": one.n_expected,
            }
            says = Fault("flag_low_coverage", params)
            yield Flag("low_coverage", "", one.unit, "", one.share, says, one.period)


def _of_pair(kind: str, group: str, pair: Pair) -> Flag:
    params: dict[str, Value] = {"a": pair.a, "b": pair.b, "value": f"{pair.r:.2f}"}
    says = Fault(f"flag_{kind}", params)
    return Flag(kind, group, pair.a, pair.b, pair.r, says, pair.period)


def _of_column(kind: str, group: str, one: Statistics, value: float, **params: Value) -> Flag:
    says = Fault(f"flag_{kind}", {"a": one.code, "value": f"{value:.6g}", **params})
    return Flag(kind, group, one.code, "", value, says, one.period)
