import math

import pytest

from regin.engine.correlate import Pair
from regin.engine.coverage import Coverage
from regin.engine.flags import coverage_flags, pair_flags, statistics_flags
from regin.engine.framework import Framework, Node
from regin.engine.statistics import statistics
from regin.engine.table import State, Table

NAN = math.nan
TREE = Framework(
    (
        Node("top", level=2, kind="aggregate"),
        Node("a", level=1, parent="top"),
        Node("b", level=1, parent="top"),
        Node("q", level=1, parent="top", options=(("no", 0.0), ("yes", 1.0))),
    )
)


def kinds(r, a="a", b="b", kind="pearson"):
    pairs = [Pair(kind, a, b, r, 0.0, 9, "2020")]
    return [flag.kind for flag in pair_flags(pairs, TREE)]


@pytest.mark.parametrize(
    ("r", "expected"),
    [
        (0.9, []),
        (0.91, ["redundant"]),
        (-0.4, []),
        (-0.41, ["conflict"]),
        (-0.91, ["redundant", "conflict"]),
        (NAN, []),
    ],
)
def test_limits_of_correlations_are_those_of_the_method(r, expected):
    assert kinds(r) == expected


def test_only_pearson_of_parts_of_the_same_parent_is_flagged():
    assert kinds(0.95, kind="spearman") == []
    assert kinds(0.95, "a", "top") == []
    assert kinds(0.95, "top", "a") == []


def test_a_flag_says_what_to_do_in_a_sentence():
    [flag] = pair_flags([Pair("pearson", "a", "b", 0.954, 0.0, 9, "2020")], TREE)
    assert (flag.group, flag.a, flag.b, flag.value, flag.period) == ("top", "a", "b", 0.954, "2020")
    assert str(flag.says) == (
        "“a” and “b” say nearly the same: their correlation is 0.95."
        " Keep one of them, or let them share one weight."
    )


def of_column(values, states=None, code="a"):
    units = [str(number) for number in range(len(values))]
    grid = [
        [value if name == code else 5.0 * row for name in "abq"] for row, value in enumerate(values)
    ]
    cells = None
    if states is not None:
        cells = [[state if name == code else 1 for name in "abq"] for state in states]
    found = statistics(Table.of(units, "abq", grid, states=cells), TREE)
    return [(flag.kind, flag.value) for flag in statistics_flags(found, TREE) if flag.a == code]


def test_columns_are_flagged_for_what_they_lack():
    assert of_column([1, 2, 3]) == []
    assert of_column([NAN, NAN, NAN]) == [("no_values", 0)]
    assert of_column([NAN] * 3, [State.NOT_APPLICABLE] * 3) == [("no_values", 0)]
    assert of_column([1, 2, NAN]) == []
    assert of_column([1, 2, NAN, NAN]) == [("few_values", 0.5)]
    assert of_column([7, 7, 7]) == [("constant", 7)]
    assert of_column([7, NAN, NAN]) == [("few_values", pytest.approx(1 / 3)), ("constant", 7)]


def test_zeros_and_outliers_are_flagged_unless_they_are_answers():
    assert of_column([0, 0, 1, 2]) == []
    assert of_column([0, 0, 0, 1.5, 1]) == [("many_zeros", 0.6)]
    [(kind, skewness)] = of_column([1, 2, 3, 2, 1, 2, 3, 90])
    assert (kind, skewness > 2) == ("outliers", True)
    assert of_column([0, 0, 0, 0, 0, 1], code="q") == []


def test_every_flag_of_a_column_has_its_sentence():
    values = [[0, NAN, 1], [0, NAN, 1], [0, NAN, 1], [50, 3, 1], [0, NAN, 1]]
    found = statistics(Table.of("UVWXY", "abq", values), TREE)
    said = [str(flag.says) for flag in statistics_flags(found, TREE)]
    assert [line.partition(". ")[0] for line in said] == [
        "Values of “a” that are 0: 4 of 5",
        "“a” has outliers: skewness 2.23607, kurtosis 5.00",
        "“b” has 1 of 5 expected values",
        "“b” has the value 3 everywhere",
        "“q” has the value 1 everywhere",
    ]


def test_units_with_few_values_are_flagged_once_over_the_whole():
    def one(unit, group, share):
        return Coverage(unit, "", group, 4, 2, share, 0)

    found = [one("X", "top", 0.5), one("X", "b", 0.5), one("Y", "top", 0.65), one("Z", "top", NAN)]
    flags = list(coverage_flags(found, TREE))
    assert [(flag.kind, flag.a) for flag in flags] == [("low_coverage", "X"), ("low_coverage", "Z")]
    assert "has 2 of 4 expected values" in str(flags[0].says)
