import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regin.engine import outliers as _  # noqa: F401  # registers the step
from regin.engine import transform as _transform  # noqa: F401  # registers the step
from regin.engine.errors import FaultsError
from regin.engine.framework import Framework, Node
from regin.engine.outlier_transforms import TRANSFORMS, outlier_transform
from regin.engine.outliers import OutlierRule, outliers, outliers_table
from regin.engine.recipe import recipe_from
from regin.engine.run import run
from regin.engine.steps import STEPS, Step, Work
from regin.engine.table import State, Table

NAN = math.nan
EVEN = [float(n) for n in range(1, 21)]
HIGH = [*EVEN, 500.0]
LOW = [-value for value in HIGH]
POWERS = [2.0**n for n in range(14)]  # its logarithm is even
TREE = Framework(
    (
        Node("ALL", level=2, kind="aggregate"),
        Node("a", level=1, parent="ALL", goalpost_low=0, goalpost_high=600),
        Node("b", level=1, parent="ALL", target=400),
        Node("POP", kind="denominator"),
    )
)


def table(a, b=None, **more):
    rows = len(a)
    cells = np.column_stack([a, b if b is not None else np.arange(rows), np.ones(rows)])
    units = more.pop("units", [f"U{n}" for n in range(1, rows + 1)])
    return Table.of(units, ["a", "b", "POP"], cells, **more)


def treated(data, after=(), **fields):
    """The work after a step `outliers` that the steps `after` follow."""
    recipe = recipe_from({"step": [{"do": "outliers", **fields}]})
    weights = {node.code: node.weight for node in TREE.placed}
    later = tuple(Step(do, given) for do, given in after)
    work = Work(data, TREE, "exclude", weights, after=later)
    return STEPS.get("outliers").run(work, recipe.steps[0])


def warned(work):
    return [(w.code, w.params.get("node")) for w in work.warnings]


# One column ----------------------------------------------------------------------------------


def test_a_column_that_passes_stays_bit_for_bit():
    done = outliers(EVEN)
    assert done.values.tolist() == EVEN
    assert (done.treatment, done.passes, done.moved.any()) == ("none", True, False)


def test_one_high_value_moves_to_the_next():
    done = outliers(HIGH)
    assert done.values.tolist() == [*EVEN, 20.0]
    assert done.moved.tolist() == [False] * 20 + [True]
    assert done.before.skewness > 2
    assert done.after.skewness < 2


def test_one_low_value_moves_up_to_the_next():
    assert outliers(LOW).values.tolist() == [*(-v for v in EVEN), -20.0]


def test_values_move_one_after_the_other_and_each_counts_once():
    done = outliers([*EVEN, 400.0, 500.0])
    assert done.values.tolist() == [*EVEN, 20.0, 20.0]
    assert done.moved.sum() == 2


def test_either_measure_alone_is_enough_to_pass():
    before = outliers(HIGH).before
    assert outliers(HIGH, OutlierRule(skew=before.skewness + 0.1)).treatment == "none"
    assert outliers(HIGH, OutlierRule(kurtosis=before.kurtosis + 0.1)).treatment == "none"
    # The thresholds themselves do not pass.
    exact = OutlierRule(skew=before.skewness, kurtosis=before.kurtosis)
    assert outliers(HIGH, exact).treatment == "winsorised"


def test_ties_move_together_and_never_beyond_the_limit():
    two, three = OutlierRule(max_winsorised=2), OutlierRule(max_winsorised=3)
    ties = [*range(1, 81), 500.0, 500.0, 500.0]
    assert outliers(ties, three).moved.sum() == 3
    done = outliers(ties, two)
    assert (done.treatment, done.moved.any()) == ("log_ct", False)


def test_a_failed_winsorising_is_dropped_and_the_original_transformed():
    column = [*EVEN, 200.0, 900.0]
    done = outliers(column, OutlierRule(max_winsorised=1))
    expected = [math.log(x - 1 + 0.01 * 899) for x in column]
    assert done.values.tolist() == pytest.approx(expected, rel=1e-14)


def test_no_winsorising_at_all_means_transform_at_once():
    assert outliers(HIGH, OutlierRule(max_winsorised=0)).treatment == "log_ct"


def test_gaps_stay_gaps_and_change_nothing():
    with_gaps = [NAN, *HIGH, NAN]
    for rule in (OutlierRule(), OutlierRule(max_winsorised=0)):
        whole, gappy = outliers(HIGH, rule), outliers(with_gaps, rule)
        assert np.isnan(gappy.values[[0, -1]]).all()
        assert gappy.values[1:-1].tolist() == whole.values.tolist()
        assert gappy.moved[1:-1].tolist() == whole.moved.tolist()
        assert not gappy.moved[[0, -1]].any()


def test_the_end_may_change_on_the_way():
    column = [-60.0, *np.linspace(-1, 1, 60), 30.0]
    done = outliers(column)
    assert done.values[[0, -1]].tolist() == [-1.0, 1.0]
    assert done.moved.sum() == 2


def test_winsorising_never_makes_a_column_constant():
    done = outliers([0.0] * 30 + [1.0])
    assert done.treatment == "log_ct"
    assert len(set(done.values.tolist())) == 2
    assert not done.passes


@pytest.mark.parametrize(
    "values", [[], [NAN] * 6, [7.0], [1.0, 900.0], [1.0, 2.0, 900.0], [0.1] * 51]
)
def test_what_cannot_be_tested_stays(values):
    done = outliers(values, OutlierRule(skew=0.1, kurtosis=-6))
    assert np.array_equal(done.values, np.array(values, dtype=float), equal_nan=True)
    assert done.passes


# Transformations ------------------------------------------------------------------------------

RAW = np.array([2.0, 3.0, 5.0, 12.0])


@pytest.mark.parametrize(
    ("then", "skewness", "power", "expected"),
    [
        ("log_ct", 1, 0, [math.log(x - 2 + 0.1) for x in RAW]),
        ("log_ct_orig", 1, 0, [math.log(x - 1) for x in RAW]),
        ("log_ct_plus", 1, 0, [math.log(x - 2 + 0.1) for x in RAW]),
        ("log_ct_plus", -1, 0, [-math.log(12 + 0.1 - x) for x in RAW]),
        ("log_gii", 1, 0, [math.log(11 * (x - 2) / 10 + 1) for x in RAW]),
        ("boxcox", 1, 0, [math.log(x - 1) for x in RAW]),
        ("boxcox", 1, 0.5, [(math.sqrt(x - 1) - 1) / 0.5 for x in RAW]),
        ("boxcox", 1, -2, [((x - 1) ** -2 - 1) / -2 for x in RAW]),
    ],
)
def test_transformations_are_their_formulae(then, skewness, power, expected):
    got = outlier_transform(RAW, then, skewness, power)
    assert got.tolist() == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize("then", sorted(TRANSFORMS))
@pytest.mark.parametrize("column", [HIGH, LOW])
def test_every_transformation_keeps_the_order(then, column):
    if then == "log_gii" and column is LOW:
        return  # it takes no values of 0 or less; see below
    done = outliers(column, OutlierRule(max_winsorised=0, then=then, power=0.3))
    assert done.treatment == then
    assert done.in_order
    assert np.array_equal(np.argsort(done.values), np.argsort(column))


def test_a_transformation_that_cannot_take_a_column_names_every_such_column():
    rule = OutlierRule(max_winsorised=0, then="log_gii")
    low = [-value - 1000 for value in HIGH]
    with pytest.raises(FaultsError) as caught:
        outliers_table(table(low, LOW), ["a", "b"], rule)
    found = [(f.code, f.params["node"], f.column) for f in caught.value.faults]
    assert found == [("outliers_refused", "a", "a"), ("outliers_refused", "b", "b")]
    # Only the values that come out at 0 or less have no logarithm.
    assert [f.params["count"] for f in caught.value.faults] == [20, 20]


def test_a_result_too_large_to_count_with_is_an_error():
    with pytest.raises(FaultsError, match="cannot transform “x”; values without a result: 1"):
        outliers([*EVEN, 1e60], OutlierRule(max_winsorised=0, then="boxcox", power=10))


# The step --------------------------------------------------------------------------------------


def test_the_three_tiers_say_the_same():
    data = table(HIGH, LOW)
    by_step = treated(data).table.values
    by_table, findings = outliers_table(data, ["a", "b"], OutlierRule())
    assert by_step.tolist() == by_table.values.tolist()
    assert by_step[:, 0].tolist() == outliers(HIGH).values.tolist()
    assert [f.code for f in findings] == ["a", "b"]


def test_details_name_the_winsorised_units_and_both_shapes():
    entries = treated(table(HIGH)).details["treated"]
    assert len(entries) == 1
    before, after = outliers(HIGH).before, outliers(HIGH).after
    assert entries[0] == {
        "code": "a",
        "period": "",
        "treatment": "winsorised",
        "winsorised": [{"unit": "U21", "period": ""}],
        "skew_before": before.skewness,
        "kurtosis_before": before.kurtosis,
        "skew_after": after.skewness,
        "kurtosis_after": after.kurtosis,
        "passes": True,
    }
    json.dumps(entries, allow_nan=False)


def test_only_the_named_columns_are_treated_and_denominators_never():
    cells = np.column_stack([HIGH, HIGH, HIGH])
    data = Table.of([f"U{n}" for n in range(21)], ["a", "b", "POP"], cells)
    assert treated(data, columns=["b"]).table.values[-1].tolist() == [500.0, 20.0, 500.0]
    assert treated(data).table.values[-1].tolist() == [20.0, 20.0, 500.0]


def test_states_survive():
    states = np.full((21, 3), State.ANSWERED)
    states[0] = State.NOT_APPLICABLE
    work = treated(table([NAN, *EVEN[1:], 500.0], states=states))
    assert work.table.states.tolist() == states.tolist()


def two_periods(first, second):
    units = [f"U{n}" for n in range(1, len(first) + 1)]
    periods = ["1"] * len(first) + ["2"] * len(second)
    return table([*first, *second], units=[*units, *units], periods=periods)


def test_each_period_is_tested_by_itself():
    work = treated(two_periods(HIGH, [100 * v for v in HIGH]), columns=["a"])
    values = work.table.values[:, 0]
    assert values[:21].tolist() == [*EVEN, 20.0]
    assert values[21:].tolist() == [100 * v for v in [*EVEN, 20.0]]
    entries = work.details["treated"]
    assert [(e["period"], e["winsorised"][0]) for e in entries] == [
        ("1", {"unit": "U21", "period": "1"}),
        ("2", {"unit": "U21", "period": "2"}),
    ]


def test_over_the_panel_all_periods_are_one_column():
    second = [*EVEN, 21.0]
    work = treated(two_periods(HIGH, second), columns=["a"], over="panel")
    assert work.table.values[:, 0].tolist() == outliers([*HIGH, *second]).values.tolist()
    entry = work.details["treated"][0]
    assert entry["period"] is None
    assert entry["winsorised"] == [{"unit": "U21", "period": "1"}]


def test_a_column_that_still_fails_is_warned_of_by_name_and_period():
    rare = [0.0] * 30 + [1.0]
    work = treated(table(rare), columns=["a"])
    assert warned(work) == [("outliers_remain", "a")]
    assert "skewness 5.57, kurtosis 31.0" in str(work.warnings[0])
    assert not work.details["treated"][0]["passes"]
    work = treated(two_periods(rare, rare), columns=["a"])
    assert [(w.code, w.params["period"]) for w in work.warnings] == [
        ("outliers_remain_in_period", "1"),
        ("outliers_remain_in_period", "2"),
    ]
    work = treated(two_periods(rare, rare), columns=["a"], over="panel")
    assert warned(work) == [("outliers_remain", "a")]


def test_too_few_values_are_warned_of_once_with_all_columns():
    work = treated(table([1.0, 2.0, 900.0], [1.0, NAN, 5.0]))
    assert [(w.code, w.params["nodes"]) for w in work.warnings] == [("outliers_untested", "a, b")]


@pytest.mark.parametrize("a", [[5.0], [NAN] * 3, [5.0, 5.0, 5.0], [5.0] * 9])
def test_nothing_to_treat_is_not_warned_of(a):
    work = treated(table(a, a))
    assert work.warnings == ()
    assert work.details == {"treated": []}


def test_an_order_that_log_gii_turns_around_is_warned_of():
    small = [value / 1000 for value in HIGH]
    work = treated(table(small), columns=["a"], max_winsorised=0, then="log_gii")
    assert ("outliers_order", "a") in warned(work)
    flat = [value / 500 for value in HIGH]
    work = treated(table(flat), columns=["a"], max_winsorised=0, then="log_gii")
    assert warned(work) == [("outliers_order", "a")]
    assert work.details["treated"][0]["skew_after"] is None


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        ({"method": "goalposts"}, ["a"]),
        ({"method": "goalposts", "columns": ["b"]}, []),
        ({"method": "goalposts", "low": 0, "high": 10}, []),
        ({"method": "distance_to_target"}, ["b"]),
        ({"method": "minmax"}, []),
    ],
)
def test_goalposts_and_targets_do_not_fit_a_transformed_column(later, expected):
    steps = [("transform", {"function": "sqrt"}), ("normalise", later)]
    work = treated(table(POWERS, POWERS), after=steps, max_winsorised=0)
    assert warned(work) == [("outliers_marks", code) for code in expected]
    # Winsorised values are still in raw units.
    assert treated(table(HIGH, HIGH), after=steps).warnings == ()


def test_periods_transformed_apart_do_not_fit_statistics_of_the_panel():
    data, panel = (
        two_periods(POWERS, POWERS),
        [("normalise", {"method": "minmax", "over": "panel"})],
    )
    apart = [("normalise", {"method": "minmax"})]
    fields = {"columns": ["a"], "max_winsorised": 0}
    assert warned(treated(data, after=panel, **fields)) == [("outliers_by_period", "a")]
    assert treated(data, after=apart, **fields).warnings == ()
    assert treated(data, after=panel, over="panel", **fields).warnings == ()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("max_winsorised", -1),
        ("max_winsorised", 2.5),
        ("skew", -1),
        ("kurtosis", "high"),
        ("then", "log"),
        ("lambda", 11),
        ("over", "all"),
    ],
)
def test_fields_that_make_no_sense_are_errors(field, value):
    with pytest.raises(FaultsError, match=field):
        treated(table(HIGH), **{field: value})


def test_an_unknown_column_is_an_error_before_anything_runs():
    recipe = recipe_from({"step": [{"do": "outliers", "columns": ["POP"]}]})
    with pytest.raises(FaultsError, match="POP"):
        run(table(HIGH), TREE, recipe)


# Rules that hold for any column ------------------------------------------------------------------

COLUMNS = st.lists(
    st.one_of(st.integers(-5, 5).map(float), st.sampled_from([90.0, 100.0, -400.0, NAN])),
    min_size=1,
    max_size=40,
)
RULES = st.builds(
    OutlierRule,
    st.integers(0, 6),
    st.floats(0.1, 3),
    st.floats(-1, 5),
    st.sampled_from(["log_ct", "log_ct_orig", "log_ct_plus", "boxcox"]),
    st.floats(-1, 1),
)


@given(COLUMNS, RULES)
def test_the_limit_the_gaps_and_the_order_hold(column, rule):
    done, raw = outliers(column, rule), np.array(column)
    assert done.moved.sum() <= rule.max_winsorised
    assert np.array_equal(np.isnan(done.values), np.isnan(raw))
    seen = ~np.isnan(raw)
    order = np.argsort(raw[seen], kind="stable")
    assert (np.diff(done.values[seen][order]) >= 0).all()
    if not done.transformed:
        assert (done.values[seen & ~done.moved] == raw[seen & ~done.moved]).all()
        assert done.passes


@given(COLUMNS, RULES, st.randoms())
def test_rows_in_any_order_give_the_same_bits(column, rule, random):
    places = list(range(len(column)))
    random.shuffle(places)
    mixed = outliers([column[place] for place in places], rule)
    done = outliers(column, rule)
    assert mixed.values.tobytes() == done.values[places].tobytes()
    assert mixed.moved.tolist() == done.moved[places].tolist()


@given(COLUMNS, st.integers(0, 6), st.sampled_from([2.0**-9, 2.0**20]))
def test_a_change_of_unit_changes_only_the_unit(column, most, factor):
    rule = OutlierRule(max_winsorised=most)
    done, scaled = outliers(column, rule), outliers(np.array(column) * factor, rule)
    assert (scaled.treatment, scaled.moved.tolist()) == (done.treatment, done.moved.tolist())
    if not done.transformed:
        assert np.array_equal(scaled.values, done.values * factor, equal_nan=True)
    else:
        move = scaled.values - done.values
        assert move[~np.isnan(move)] == pytest.approx(math.log(factor), abs=1e-9)
