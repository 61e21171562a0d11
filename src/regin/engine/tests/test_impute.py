import json
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.counts import count

from regin.engine import impute as _registers_the_step  # noqa: F401  # the step is found by name
from regin.engine.errors import FaultsError
from regin.engine.framework import Framework
from regin.engine.impute import blocks_of, impute_table
from regin.engine.impute_columns import impute_columns
from regin.engine.impute_em import Em, impute_em
from regin.engine.impute_methods import METHODS, em_notes
from regin.engine.impute_panel import impute_panel
from regin.engine.impute_rows import impute_rows
from regin.engine.nodes import Node
from regin.engine.recipe import Recipe
from regin.engine.run import plan_faults, run
from regin.engine.steps import STEPS, Step, StepKind, Work
from regin.engine.table import State, Table

NAN = math.nan
TREE = Framework(
    (
        Node("ALL", level=3, kind="aggregate"),
        Node("G", level=2, parent="ALL", kind="aggregate"),
        Node("H", level=2, parent="ALL", kind="aggregate"),
        Node("a", level=1, parent="G"),
        Node("b", level=1, parent="G"),
        Node("c", level=1, parent="H", direction=-1),
        Node("d", level=1, parent="ALL"),
        Node("pop", kind="denominator"),
    )
)
CODES = ["a", "b", "c", "d", "pop"]
GRID = np.array(
    [
        [1, 10, 5, 7, 1],
        [3, 20, NAN, 9, 1],
        [NAN, 30, 1, NAN, NAN],
        [8, NAN, 3, 1, 1],
        [NAN, 40, 2, 4, 1],
    ]
)
UNITS = list("ABCDE")
TABLE = Table.of(UNITS, CODES, GRID, groups={"zone": ["n", "n", "n", "s", "s"]})
FIELDS = {"group_mean": {"group": "zone"}, "group_median": {"group": "zone"}}
ALL_METHODS = sorted(METHODS)


def same(one, other):
    return np.array_equal(one, other, equal_nan=True)


def do(table, method, tree=TREE, **fields):
    """Run the step alone: the table after it, its details, the codes of its warnings."""
    made = run(table, tree, Recipe((Step("impute", {"method": method, **fields}),)))
    codes = [fault for fault in made.warnings if fault.code.startswith("impute")]
    return made.steps[0].table, made.steps[0].details, codes


def with_cells(**columns):
    """TABLE with other values in some columns."""
    values = GRID.copy()
    for code, cells in columns.items():
        values[:, CODES.index(code)] = cells
    return Table.of(UNITS, CODES, values, groups=TABLE.groups)


def test_a_gap_is_filled_with_the_mean_of_its_group():
    table, details, warnings = do(TABLE, "group_mean", group="zone")
    assert table.columns(["a"]).ravel().tolist() == [1, 3, 2, 8, 8]
    assert table.columns(["b"]).ravel().tolist() == [10, 20, 30, 40, 40]
    assert details["filled"] == {"a": 2, "b": 1, "c": 1, "d": 1}
    assert details["left"] == {"a": 0, "b": 0, "c": 0, "d": 0}
    assert warnings == []


@pytest.mark.parametrize("method", ALL_METHODS)
def test_observed_values_states_and_other_columns_stay(method):
    table, details, _ = do(TABLE, method, **FIELDS.get(method, {}))
    seen = ~np.isnan(GRID)
    assert same(table.values[seen], GRID[seen])
    assert same(table.columns(["pop"]), TABLE.columns(["pop"]))
    assert np.array_equal(table.states, TABLE.states)
    assert table.codes == TABLE.codes
    json.dumps(details, allow_nan=False)


def test_imputed_values_are_not_observed_ones():
    mean = Step("aggregate", {"method": "arithmetic"})
    tree = Framework(tuple(replace(node, direction=1) for node in TREE.nodes))
    made = run(TABLE, tree, Recipe((Step("impute", {"method": "mean"}), mean)))
    root = next(s for s in made.scores if (s.unit, s.code) == ("C", "ALL"))
    assert (root.n_observed, root.n_expected) == (2, 4)


@pytest.mark.parametrize("state", [State.NOT_APPLICABLE, State.NO_COMPETENCE])
@pytest.mark.parametrize("method", ALL_METHODS)
def test_cells_that_are_not_expected_are_never_filled(method, state):
    states = TABLE.states.copy()
    states[2, 0], states[4, 0] = state, State.UNKNOWN
    panel = replace(TABLE, units=tuple("ABABA"), periods=tuple("11223"), states=states)
    table, details, warnings = do(panel, method, **FIELDS.get(method, {}))
    assert math.isnan(table.values[2, 0])
    assert details["left"]["a"] == np.isnan(table.values[4, 0])
    counts = {note.column: note.params["count"] for note in warnings if "count" in note.params}
    assert counts.get("a", 0) <= 1


def test_no_competence_counted_as_zero_is_a_value_like_others():
    states = TABLE.states.copy()
    states[2, 0] = State.NO_COMPETENCE
    steps = (Step("score_options"), Step("impute", {"method": "mean"}))
    made = run(replace(TABLE, states=states), TREE, Recipe(steps, no_competence="zero"))
    assert made.steps[1].table.columns(["a"]).ravel().tolist() == [1, 3, 0, 8, 3]


@pytest.mark.parametrize("method", ALL_METHODS)
def test_a_column_without_a_value_stays_missing_and_is_named(method):
    table, details, warnings = do(with_cells(b=NAN), method, **FIELDS.get(method, {}))
    assert np.isnan(table.columns(["b"])).all()
    assert details["left"]["b"] == 5
    about = [fault for fault in warnings if fault.column == "b"]
    assert [fault.code for fault in about] == ["impute_no_value"]
    assert "“b” has no observed value" in about[0].what


def test_a_group_without_a_value_stays_missing_and_is_counted():
    table, _, warnings = do(with_cells(a=[1, 3, NAN, NAN, NAN]), "group_mean", group="zone")
    assert same(table.columns(["a"]).ravel(), [1, 3, 2, NAN, NAN])
    assert [(w.code, w.params["count"]) for w in warnings] == [("impute_no_value_in_group", 1)]


def test_a_unit_without_a_group_is_left_and_counted():
    lonely = replace(TABLE, groups={"zone": ("n", "n", "", "s", "s")})
    table, _, warnings = do(lonely, "group_mean", group="zone")
    assert np.isnan(table.values[2, [0, 3]]).all()
    assert [(w.code, w.params["count"]) for w in warnings] == [("impute_no_label", 1)]


def test_a_period_without_a_value_stays_missing_and_is_counted():
    panel = replace(TABLE, periods=("1", "1", "2", "3", "2"))
    table, _, warnings = do(panel, "mean")
    assert same(table.columns(["a"]).ravel(), [1, 3, NAN, 8, NAN])
    found = {w.column: (w.code, w.params["count"]) for w in warnings}
    assert found["a"] == ("impute_no_value_in_period", 1)
    assert found["b"] == ("impute_no_value_in_period", 1)


def test_groups_are_counted_within_periods():
    values = np.array([[1, 1, 1, 1], [NAN, 1, 1, 1], [NAN, 1, 1, 1], [4, 1, 1, 1]])
    panel = Table.of(
        list("ABAB"), CODES[:4], values, periods=list("1122"), groups={"zone": ["n", "s", "", "n"]}
    )
    table, _, warnings = do(panel, "group_median", group="zone")
    assert same(table.values[:, 0], values[:, 0])
    assert [(w.code, w.params["count"]) for w in warnings] == [
        ("impute_no_value_in_group", 1),
        ("impute_no_label", 1),
    ]


def test_gaps_before_the_first_value_stay_and_are_counted():
    panel = replace(TABLE, units=tuple("AABBB"), periods=tuple("12123"))
    table, _, warnings = do(panel, "latest")
    assert same(table.columns(["a"]).ravel(), [1, 3, NAN, 8, 8])
    stays = {w.column: w.params["count"] for w in warnings if w.code == "impute_gaps_stay"}
    assert stays == {"a": 1, "d": 1}


@pytest.mark.parametrize("method", ["latest", "constant", "linear"])
def test_one_period_alone_is_said_once(method):
    table, _, warnings = do(TABLE, method)
    assert same(table.values, GRID)
    assert [(w.code, w.params["count"]) for w in warnings] == [("impute_one_period", 5)]


def test_a_unit_without_a_value_of_its_own_stays_missing_in_rows():
    table, _, warnings = do(TABLE, "row_mean", level=2)
    # C has b = 30, two thirds of 10-40, and nothing under H or ALL beside c and d.
    assert table.values[2, 0] == pytest.approx(1 + 7 * 2 / 3)
    assert np.isnan(table.values[[1, 2], [2, 3]]).all()
    assert [(w.code, w.column) for w in warnings] == [
        ("impute_gaps_stay", "c"),
        ("impute_gaps_stay", "d"),
    ]


def test_indicators_go_with_their_aggregate_of_the_level_or_the_next_above():
    found = {name: places.tolist() for name, places in blocks_of(TREE, 2)}
    assert found == {"G": [0, 1], "H": [2], "ALL": [3]}
    assert [(name, len(places)) for name, places in blocks_of(TREE, None)] == [("ALL", 4)]


@pytest.mark.parametrize("method", ["row_mean", "row_median", "em"])
def test_a_constant_column_fills_itself_and_warns(method):
    table, _, warnings = do(with_cells(a=[0.1, 0.1, NAN, 0.1, 0.1]), method)
    assert table.columns(["a"]).ravel().tolist() == [0.1] * 5
    assert ("impute_constant", "a") in [(w.code, w.column) for w in warnings]


def test_the_direction_counts_once():
    plain = impute_table(TABLE, TREE, "row_mean")
    turned = impute_table(with_cells(c=-GRID[:, 2]), TREE, "row_mean", directed=frozenset({"c"}))
    assert np.allclose(turned.values[:, [0, 1, 3]], plain.values[:, [0, 1, 3]])
    assert np.allclose(turned.values[:, 2], -plain.values[:, 2])
    tree = Framework(tuple(replace(node, direction=1) for node in TREE.nodes))
    assert not np.allclose(impute_table(TABLE, tree, "row_mean").values[:, 0], plain.values[:, 0])


def test_the_step_knows_which_directions_were_applied(monkeypatch):
    def turn(work, _step):
        values = work.table.values * [1, 1, -1, 1, 1]
        return replace(work, table=work.table.with_values(values, None))

    turned = StepKind(turn, directs=lambda _framework, _step: frozenset({"c"}))
    monkeypatch.setitem(STEPS._items, "turn", turned)
    made = run(TABLE, TREE, Recipe((Step("turn"), Step("impute", {"method": "row_mean"}))))
    plain = impute_table(TABLE, TREE, "row_mean").values * [1, 1, -1, 1, 1]
    assert np.allclose(made.steps[1].table.values, plain, equal_nan=True)


def test_methods_work_within_a_period():
    twice = Table.of(
        UNITS * 2,
        CODES,
        np.vstack([GRID, GRID * 2]),
        periods=["1"] * 5 + ["2"] * 5,
        groups={"zone": TABLE.groups["zone"] * 2},
    )
    for method in ("mean", "median", "group_mean", "row_mean", "em"):
        fields = FIELDS.get(method, {})
        one, both = do(TABLE, method, **fields)[0], do(twice, method, **fields)[0]
        assert same(both.values[:5], one.values), method
        assert np.allclose(both.values[5:], 2 * one.values, equal_nan=True), method


def test_em_says_what_it_did_and_warns_once_a_block():
    twice = Table.of(UNITS * 2, CODES, np.vstack([GRID, GRID * 2]), periods=list("1111122222"))
    table, details, warnings = do(twice, "em", level=3)
    assert not np.isnan(table.values[:, :4]).any()
    assert [(b["whole"], b["period"]) for b in details["em"]] == [("ALL", "1"), ("ALL", "2")]
    singular = [w for w in warnings if w.code == "impute_singular"]
    assert len(singular) == (details["em"][0]["ridge"] > 0)


def test_em_warns_of_what_is_singular_and_of_what_did_not_settle():
    few = replace(TABLE.keep(np.array([True, True, True, False, False])))
    assert "impute_singular" in [w.code for w in do(few, "em")[2]]
    notes = list(em_notes("G", 7, Em(GRID, rounds=9, change=0.5, ridge=0.01)))
    assert [note.code for note in notes] == ["impute_singular", "impute_not_settled"]
    assert "the units (7)" in notes[0].what
    assert "1 %" in notes[0].advice
    assert "after 9 rounds" in notes[1].what
    assert list(em_notes("G", 7, Em(GRID, rounds=9, change=0))) == []


@pytest.mark.parametrize("method", ALL_METHODS)
def test_a_single_unit_or_nothing_missing_is_no_trouble(method):
    fields = FIELDS.get(method, {})
    do(TABLE.keep(np.array([False, False, True, False, False])), method, **fields)
    full = with_cells(a=1.5, b=[1, 2, 3, 4, 5], c=2, d=[5, 3, 1, 2, 4])
    table, details, warnings = do(full, method, **fields)
    assert same(table.values, full.values)
    assert (sum(details["filled"].values()), warnings) == (0, [])


def test_the_tiers_agree():
    grid = GRID[:, :4]
    arrays = {
        "mean": impute_columns(grid),
        "median": impute_columns(grid, "median"),
        "group_mean": impute_columns(grid, groups=TABLE.groups["zone"]),
        "row_median": impute_rows(grid, [1, 1, -1, 1], "median"),
        "em": impute_em(grid).values,
        "linear": impute_panel(grid, UNITS, [""] * 5, "linear"),
    }
    for method, expected in arrays.items():
        fields = FIELDS.get(method, {})
        by_table, by_step = impute_table(TABLE, TREE, method, **fields), do(TABLE, method, **fields)
        assert same(by_table.values[:, :4], expected), method
        assert same(by_step[0].values, by_table.values), method


@settings(max_examples=count(100, 10), deadline=None)
@given(st.permutations(range(5)), st.permutations(range(5)), st.sampled_from(ALL_METHODS))
def test_the_order_of_rows_and_columns_does_not_matter(rows, columns, method):
    turned = Table.of(
        [UNITS[row] for row in rows],
        [CODES[column] for column in columns],
        GRID[np.ix_(rows, columns)],
        groups={"zone": [TABLE.groups["zone"][row] for row in rows]},
    )
    fields = FIELDS.get(method, {})
    found = impute_table(turned, TREE, method, **fields).columns(CODES)
    expected = impute_table(TABLE, TREE, method, **fields).values[rows]
    assert np.allclose(found, expected, rtol=1e-6, equal_nan=True)


# The check by hiding known cells.


def test_the_check_reports_how_close_the_method_comes():
    rng = np.random.default_rng(0)
    one = rng.normal(size=200)
    values = np.column_stack([one, 1000 * one, -one, one + rng.normal(size=200), one])
    values[0, 0] = NAN
    table = Table.of([f"U{n}" for n in range(200)], CODES, values)
    close, none = (do(table, m, holdout=0.1)[1]["holdout"] for m in ("row_mean", "mean"))
    assert (close["share"], close["known"], close["hidden"], close["compared"]) == (
        0.1,
        799,
        80,
        80,
    )
    assert close["r2"] > 0.5 > none["r2"]
    assert close["rmse"] < none["rmse"]
    assert 0.5 < none["mae"] < 1.2
    assert close == do(table, "row_mean", holdout=0.1)[1]["holdout"]
    filled, plain = do(table, "mean", holdout=0.1)[0], do(table, "mean")[0]
    assert filled.values.tobytes() == plain.values.tobytes()


def test_the_check_does_not_hide_what_is_never_filled():
    states = np.full(GRID.shape, int(State.NO_COMPETENCE))
    states[:, 0] = TABLE.states[:, 0]
    details = do(replace(TABLE, states=states.astype(np.uint8)), "mean", holdout=0.5)[1]
    assert list(details["holdout"]["columns"]) == ["a"]
    assert details["holdout"]["known"] == 3


def test_the_check_says_when_it_has_nothing_to_hide():
    _, details, warnings = do(with_cells(a=1, b=2, c=3, d=NAN), "mean", holdout=0.1)
    assert "impute_nothing_to_hide" in [w.code for w in warnings]
    assert (details["holdout"]["hidden"], details["holdout"]["rmse"]) == (0, None)


# What stands against the step.


def faults_of(**fields):
    with pytest.raises(FaultsError) as error:
        run(TABLE, TREE, Recipe((Step("impute", fields),)))
    return [(fault.code, fault.column) for fault in error.value.faults]


@pytest.mark.parametrize(
    ("fields", "code", "column"),
    [
        ({}, "missing_field", "method"),
        ({"method": "guess"}, "impute_unknown_method", "method"),
        ({"method": ["mean"]}, "impute_unknown_method", "method"),
        ({"method": "group_mean"}, "missing_field", "group"),
        ({"method": "group_mean", "group": ""}, "field_text", "group"),
        ({"method": "group_mean", "group": "sea"}, "impute_unknown_group", "group"),
        ({"method": "mean", "group": "sea"}, "impute_unknown_group", "group"),
        ({"method": "em", "level": 1}, "impute_unknown_level", "level"),
        ({"method": "em", "level": 2.5}, "field_whole", "level"),
        ({"method": "mean", "holdout": 0}, "field_number", "holdout"),
        ({"method": "mean", "holdout": 0.51}, "field_number", "holdout"),
        ({"method": "mean", "by": "x"}, "unknown_field", "by"),
    ],
)
def test_a_wrong_field_is_named(fields, code, column):
    assert faults_of(**fields) == [(code, column)]


def test_all_that_is_wrong_is_said_at_once():
    assert faults_of(method="row_mean", level=9, group="sea") == [
        ("impute_unknown_level", "level"),
        ("impute_unknown_group", "group"),
    ]
    with pytest.raises(FaultsError) as error:
        impute_table(TABLE, TREE, "guess", level=9)
    assert [fault.code for fault in error.value.faults] == [
        "impute_unknown_method",
        "impute_unknown_level",
    ]
    with pytest.raises(FaultsError, match="known group columns: zone"):
        impute_table(TABLE, TREE, "group_mean")


def test_without_data_the_group_is_not_looked_for():
    recipe = Recipe((Step("impute", {"method": "group_mean", "group": "sea"}),))
    assert list(plan_faults(TREE, recipe)) == []


def test_a_field_the_method_does_not_use_is_said():
    _, _, warnings = do(TABLE, "mean", group="zone", level=2)
    assert [(w.code, w.column) for w in warnings] == [
        ("impute_field_unused", "group"),
        ("impute_field_unused", "level"),
    ]


def test_options_are_scored_before():
    tree = Framework((Node("q", level=1, options=(("no", 0.0), ("yes", 1.0))),))
    impute, score = Step("impute", {"method": "mean"}), Step("score_options")
    assert [f.code for f in plan_faults(tree, Recipe((impute, score)))] == [
        "impute_options_not_scored"
    ]
    assert list(plan_faults(tree, Recipe((score, impute)))) == []


def test_a_tree_of_one_indicator_and_no_periods_is_no_trouble():
    tree = Framework((Node("a", level=1),))
    table = Table.of(["A", "B"], ["a"], [[1.0], [NAN]])
    for method in ALL_METHODS:
        work = Work(table, tree, "exclude", {"a": 1.0})
        fields = {"group": "zone"} if "group" in METHODS.get(method).takes else {}
        grouped = replace(work, table=replace(table, groups={"zone": ("n", "n")}))
        done = STEPS.get("impute").run(grouped, Step("impute", {"method": method, **fields}))
        assert done.table.values[0, 0] == 1
