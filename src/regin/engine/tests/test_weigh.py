"""The step `weigh`, whatever the method: levels, sums, scores of parts, faults."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from regin.engine import (  # noqa: F401  # importing a method registers it
    weights_benefit,
    weights_experts,
    weights_optimised,
    weights_statistical,
)
from regin.engine.aggregate import METHODS, AggregateMethod
from regin.engine.errors import FaultsError
from regin.engine.framework import Framework, Node
from regin.engine.recipe import recipe_from
from regin.engine.run import plan_faults, run
from regin.engine.steps import STEPS, Step, StepKind
from regin.engine.table import Table
from regin.engine.weigh import WEIGHINGS, equal_weights, weigh_table

NODES = (
    Node("ALL", level=3, kind="aggregate"),
    Node("G", level=2, parent="ALL", kind="aggregate", weight=3.0),
    Node("H", level=2, parent="ALL", kind="aggregate"),
    Node("a", level=1, parent="G", weight=2.0),
    Node("b", level=1, parent="G"),
    Node("c", level=1, parent="H"),
    Node("d", level=1, parent="H"),
)
TREE = Framework(NODES)
WEIGHTS = {node.code: node.weight for node in NODES}
LEAVES = ["a", "b", "c", "d"]
MEAN = {"do": "aggregate", "method": "arithmetic"}
VALUES = np.random.default_rng(5).integers(1, 100, (12, 4)) + 0.5 * np.arange(12)[:, None] * 20
UNITS = [f"U{n:02}" for n in range(12)]
DATA = Table.of(UNITS, LEAVES, VALUES)
BY_VALUES = ["pca", "factor", "benefit_of_the_doubt", "optimised"]


def done(*steps, table=DATA, tree=TREE, tables=None):
    return run(table, tree, recipe_from({"step": list(steps)}), tables)


def weigh(**fields):
    return {"do": "weigh", **fields}


def codes(faults):
    return [fault.code for fault in faults]


def faults_of(*steps, tree=TREE, tables=None):
    return list(plan_faults(tree, recipe_from({"step": list(steps)}), None, tables))


def test_equal_weights_are_the_same_and_sum_to_one():
    weights = done(weigh(method="equal")).steps[0].weights
    assert weights == {"ALL": 1.0, **dict.fromkeys("GHabcd", 0.5)}


def test_a_level_leaves_the_other_levels_alone():
    weights = done(weigh(method="equal", level=1)).steps[0].weights
    assert (weights["G"], weights["H"], weights["a"]) == (3.0, 1.0, 0.5)


def test_new_weights_count_in_the_next_aggregate():
    scores = {s.code: s.score for s in done(weigh(method="equal"), MEAN).scores if s.unit == "U00"}
    assert scores["G"] == pytest.approx(VALUES[0, :2].mean())
    assert scores["ALL"] == pytest.approx(VALUES[0].mean())


def test_a_whole_with_parts_at_several_levels_is_weighed_as_one():
    ragged = Framework(
        (
            Node("T", level=3, kind="aggregate"),
            Node("G", level=2, parent="T", kind="aggregate"),
            Node("x", level=1, parent="T"),
            Node("y", level=1, parent="G"),
        )
    )
    weights = weigh_table(
        Table.of(["A"], ["x", "y"], [[1, 2]]), ragged, dict.fromkeys("TGxy", 9.0), "equal", level=2
    ).weights
    assert weights == {"T": 9.0, "G": 0.5, "x": 0.5, "y": 9.0}


# Random values have principal components of mixed signs, which are refused: not asked here.
@pytest.mark.parametrize("method", ["equal", "factor", "benefit_of_the_doubt", "optimised"])
@settings(max_examples=5, deadline=None)  # a linear programme a row takes milliseconds each
@given(values=arrays(np.float64, (6, 4), elements=st.integers(0, 40).map(float)))
def test_weights_sum_to_one_under_every_whole_whatever_the_values(method, values):
    table = Table.of(UNITS[:6], LEAVES, np.where(values == 7, np.nan, values))
    weights = weigh_table(table, TREE, WEIGHTS, method).weights
    for parts in (("G", "H"), ("a", "b"), ("c", "d")):
        together = [np.asarray(weights[code]) for code in parts]
        assert all((one >= 0).all() for one in together)
        assert np.allclose(sum(together), 1, atol=1e-9)


@pytest.mark.parametrize("method", ["pca", "factor", "optimised"])
def test_the_order_of_rows_and_the_unit_of_all_columns_do_not_matter(method):
    plain = weigh_table(DATA, TREE, WEIGHTS, method, level=1).weights
    order = np.random.default_rng(1).permutation(12)
    other = Table.of([UNITS[n] for n in order], LEAVES, VALUES[order] * 7)
    turned = weigh_table(other, TREE, WEIGHTS, method, level=1).weights
    assert [turned[c] for c in LEAVES] == pytest.approx([plain[c] for c in LEAVES], rel=1e-8)


@pytest.mark.parametrize("method", BY_VALUES)
def test_a_part_that_stands_alone_has_all_the_weight(method):
    tree = Framework((Node("T", level=2, kind="aggregate"), Node("x", level=1, parent="T")))
    found = weigh_table(Table.of(["A"], ["x"], [[3]]), tree, {"T": 1.0, "x": 5.0}, method)
    assert (found.weights["x"], found.warnings) == (1.0, ())


@pytest.mark.parametrize("method", ["pca", "factor", "optimised"])
def test_the_three_tiers_agree(method):
    by_table = weigh_table(DATA, TREE, WEIGHTS, method)
    by_step = done(weigh(method=method)).steps[0]
    assert by_step.weights == by_table.weights
    assert by_step.details == {"method": method, "wholes": list(by_table.details)}


def test_scores_of_aggregates_are_made_with_the_lower_weights_that_were_just_set():
    pairs = {"table": "t"}
    matrix = (("", "a", "b"), ("a", "1", "4"), ("b", "1/4", "1"))
    steps = [weigh(method="ahp", **pairs), weigh(method="optimised", level=2), MEAN]
    weights = done(*steps, tables={"t": matrix}).steps[1].weights
    known = np.column_stack([VALUES[:, :2] @ [0.8, 0.2], VALUES[:, 2:].mean(axis=1)])
    expected = weights_optimised.optimised(known).weights
    assert [weights["G"], weights["H"]] == pytest.approx(expected.tolist(), rel=1e-9)


def test_scores_of_aggregates_are_those_of_the_next_aggregate_step(monkeypatch):
    step = {"do": "aggregate", "method": ["arithmetic", "lowest"], "min_available": 0.5}
    lowest = AggregateMethod(lambda values, _weights: np.nanmin(values, axis=1))
    monkeypatch.setitem(METHODS._items, "lowest", lowest)
    weights = done(weigh(method="optimised", level=2), step).steps[0].weights
    first = {**step, "method": ["lowest", "arithmetic"]}
    other = done(weigh(method="optimised", level=2), first).steps[0].weights
    means = np.column_stack([VALUES[:, :2] @ [2 / 3, 1 / 3], VALUES[:, 2:].mean(axis=1)])
    lows = np.column_stack([VALUES[:, :2].min(axis=1), VALUES[:, 2:].min(axis=1)])
    for found, grid in ((weights, means), (other, lows)):
        expected = weights_optimised.optimised(grid).weights
        assert [found["G"], found["H"]] == pytest.approx(expected.tolist(), rel=1e-9)


def test_scores_of_aggregates_are_the_columns_of_the_table_where_it_has_them():
    own = np.random.default_rng(3).random((12, 2)) + np.arange(12)[:, None] / 10
    table = DATA.with_columns(["G", "H"], own)
    weights = weigh_table(table, TREE, WEIGHTS, "optimised", level=2).weights
    expected = weights_optimised.optimised(own).weights
    assert [weights["G"], weights["H"]] == pytest.approx(expected.tolist(), rel=1e-9)


@pytest.mark.parametrize("method", BY_VALUES)
def test_weighing_without_an_aggregate_step_takes_means(method):
    found = done(weigh(method=method)).steps[0].weights
    after = done(weigh(method=method), MEAN).steps[0].weights
    for code in WEIGHTS:
        assert np.array_equal(found[code], after[code])


@pytest.mark.parametrize("method", BY_VALUES)
def test_the_same_input_gives_the_same_bits_and_details_are_json(method):
    one, two = (done(weigh(method=method), MEAN) for _ in range(2))
    assert one.scores.values.tobytes() == two.scores.values.tobytes()
    assert json.loads(json.dumps(one.steps[0].details, allow_nan=False))["method"] == method


def test_a_weight_of_nought_that_changes_is_said():
    points = (("expert", "code", "points"), ("E", "a", "0"), ("E", "b", "5"))
    step = weigh(method="budget_allocation", table="t", level=1)
    first = done(step, weigh(method="equal", level=1), MEAN, tables={"t": points})
    said = [(w.code, w.params["node"]) for w in first.warnings if w.code.startswith("weight")]
    assert said == [("weight_zero", "a"), ("weight_was_zero", "a")]
    assert str(first.warnings[-1]).startswith("column a: “a” had the weight 0")


def test_an_unknown_method_lists_the_known_ones():
    with pytest.raises(FaultsError, match="benefit_of_the_doubt, budget_allocation, equal"):
        recipe_from({"step": [weigh(method="magic")]})
    with pytest.raises(FaultsError, match="magic"):
        weigh_table(DATA, TREE, WEIGHTS, "magic")


def test_a_list_is_no_method():
    with pytest.raises(FaultsError, match="not a method of weighting"):
        recipe_from({"step": [weigh(method=["pca"])]})


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"method": "equal", "table": "t"}, "unknown_field"),
        ({"method": "ahp"}, "missing_field"),
        ({}, "missing_field"),
        ({"method": "pca", "level": 0}, "field_whole"),
        ({"method": "benefit_of_the_doubt", "max_share": 2}, "field_number"),
    ],
)
def test_fields_depend_on_the_method(fields, code):
    with pytest.raises(FaultsError) as error:
        recipe_from({"step": [weigh(**fields)]})
    assert codes(error.value.faults) == [code]


def test_a_level_without_parts_names_those_there_are():
    (fault,) = faults_of(weigh(method="equal", level=3))
    assert (fault.code, fault.params["known"]) == ("weigh_no_level", "1, 2")
    with pytest.raises(FaultsError, match="level 3"):
        weigh_table(DATA, TREE, WEIGHTS, "equal", level=3)


def test_a_structure_of_one_indicator_has_nothing_to_weigh():
    lone = Framework((Node("x", level=1),))
    assert codes(faults_of(weigh(method="equal"), tree=lone)) == ["weigh_no_level"]


def test_a_table_that_is_not_there_is_named_once_tables_are_known():
    step = weigh(method="ahp", table="t")
    assert faults_of(step) == []
    (fault,) = faults_of(step, tables={"other": ()})
    assert fault.what == "Step 1 (weigh) names the table “t”, which is not there."
    assert "other" in fault.advice


def test_values_that_are_no_scores_yet_are_refused():
    tree = Framework(
        (
            Node("T", level=3, kind="aggregate"),
            Node("G", level=2, parent="T", kind="aggregate"),
            Node("H", level=2, parent="T", kind="aggregate"),
            Node("x", level=1, parent="G", direction=-1),
            Node("y", level=1, parent="H", options=(("no", 0.0), ("yes", 1.0))),
        )
    )
    step = weigh(method="pca", level=2)
    assert codes(faults_of(step, tree=tree)) == ["weigh_direction", "weigh_options"]
    assert codes(faults_of({"do": "score_options"}, step, tree=tree)) == ["weigh_direction"]
    assert faults_of(weigh(method="equal"), tree=tree) == []


def test_only_what_is_below_a_weighed_whole_must_be_a_score():
    tree = Framework(
        (
            Node("T", level=3, kind="aggregate"),
            Node("G", level=2, parent="T", kind="aggregate"),
            Node("x", level=1, parent="G"),
            Node("y", level=2, parent="T", direction=-1),
        )
    )
    assert faults_of(weigh(method="pca", level=1), tree=tree) == []


def test_a_direction_that_a_step_applied_is_no_fault(monkeypatch):
    turning = StepKind(run=lambda work, _step: work, directs=lambda tree, _step: {"x"})
    monkeypatch.setitem(STEPS._items, "turning", turning)
    tree = Framework(
        (Node("T", level=2, kind="aggregate"), Node("x", level=1, parent="T", direction=-1))
    )
    assert faults_of({"do": "turning"}, weigh(method="pca"), tree=tree) == []


def test_all_refusals_come_at_once_but_not_what_follows_from_them():
    sign = np.where(np.arange(12)[:, None] % 2 == 0, 1, -1) * [1, -1, -2, 2] + 10.0
    table = Table.of(UNITS, LEAVES, sign + np.random.default_rng(1).random((12, 4)) / 9)
    with pytest.raises(FaultsError) as error:
        weigh_table(table, TREE, WEIGHTS, "pca")
    assert [fault.params["whole"] for fault in error.value.faults] == ["G", "H"]


def test_every_method_is_registered_with_a_step_that_sets_weights():
    assert list(WEIGHINGS) == sorted(
        ["equal", "budget_allocation", "ahp", "pca", "factor", "benefit_of_the_doubt", "optimised"]
    )
    assert STEPS.get("weigh").sets_weights
    assert Step("weigh", {"method": "equal"}).get("level") is None
    assert equal_weights(2).tolist() == [0.5, 0.5]
