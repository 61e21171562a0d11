import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.counts import count

from regin.engine.errors import FaultsError
from regin.engine.framework import Framework
from regin.engine.nodes import Node
from regin.engine.normalise import NORMALISATIONS, normalise, normalise_table
from regin.engine.recipe import recipe_from
from regin.engine.run import plan_faults, run, run_faults
from regin.engine.table import State, Table

NAN = float("nan")


def tree(**changes):
    """Two indicators, `a` up and `b` down; `changes` replace properties of one of them."""
    return Framework(
        (
            Node("all", level=2, kind="aggregate"),
            Node("a", level=1, parent="all", **changes.get("a", {})),
            Node("b", level=1, parent="all", direction=-1, **changes.get("b", {})),
        )
    )


def data(rows, **more):
    return Table.of([f"U{n}" for n in range(len(rows))], ["a", "b"], rows, **more)


DATA = data([[0, 0], [5, 5], [10, 10]])
AGGREGATE = {"do": "aggregate", "method": "arithmetic"}


def step(method, **fields):
    return {"do": "normalise", "method": method, **fields}


def done(*steps, table=DATA, framework=None):
    recipe = recipe_from({"step": [*steps, AGGREGATE]})
    return run(table, framework or tree(), recipe)


def values(made, place=1):
    return made.steps[place - 1].table.columns(["a", "b"]).T.tolist()


def warned(made):
    return [
        (w.code, w.column, w.params.get("count"))
        for w in made.warnings
        if w.code.startswith("normalise")
    ]


def faults(*steps, framework=None, table=None):
    recipe = recipe_from({"step": [*steps, AGGREGATE]})
    return list(plan_faults(framework or tree(), recipe, table))


def recipe_faults(*steps):
    with pytest.raises(FaultsError) as caught:
        recipe_from({"step": list(steps)})
    return [(fault.code, fault.column) for fault in caught.value.faults]


def test_the_direction_is_applied_before_the_method():
    made = done(step("minmax"))
    assert values(made) == [[0, 50, 100], [100, 50, 0]]
    assert made.warnings == ()
    assert [s.score for s in made.scores if s.code == "all"] == [50, 50, 50]


def test_goalposts_and_targets_come_from_the_structure_in_raw_units():
    posts = {"goalpost_low": 0.0, "goalpost_high": 20.0, "target": 5.0}
    both = tree(a=posts, b=posts)
    made = done(step("goalposts", scale=100), framework=both)
    assert values(made) == [[0, 25, 50], [100, 75, 50]]
    assert values(done(step("goalposts", low=0, high=5), framework=both)) == [[0, 1, 1], [1, 0, 0]]
    assert values(done(step("distance_to_target"), framework=both)) == [[0, 1, 2], [2, 1, 0]]
    capped = done(step("distance_to_target", cap=True), framework=both)
    assert values(capped) == [[0, 1, 1], [1, 1, 0]]


def test_goalposts_may_be_left_unclipped():
    made = done(step("goalposts", low=0, high=5, clip=False))
    assert values(made) == [[0, 1, 2], [1, 0, -1]]


def test_the_reference_is_a_unit():
    made = done(step("distance_to_reference", reference="U1"))
    assert values(made) == [[0, 1, 2], [2, 1, 0]]
    made = done(step("distance_to_reference", reference="U1", cap=True))
    assert values(made) == [[0, 1, 1], [1, 1, 0]]


def test_only_the_columns_named_are_touched():
    made = run(DATA, tree(), recipe_from({"step": [step("minmax", columns=["a"])]}))
    assert values(made) == [[0, 50, 100], [0, 5, 10]]


def test_several_steps_with_different_columns_follow_one_another():
    made = done(step("minmax", columns=["b"]), step("rank", columns=["a"]))
    assert values(made, 2) == [[1, 2, 3], [100, 50, 0]]


def test_a_column_that_no_step_covers_cannot_be_aggregated_against_its_direction():
    found = faults(step("minmax", columns=["a"]))
    assert [(f.code, f.params["node"]) for f in found] == [("direction_not_applied", "b")]


def test_the_direction_of_a_column_normalised_twice_is_applied_once():
    once, twice = done(step("rank")), done(step("rank"), step("minmax", range=[0, 1]))
    assert values(once) == [[1, 2, 3], [3, 2, 1]]
    assert values(twice, 2) == [[0, 0.5, 1], [1, 0.5, 0]]
    fixed = done(step("minmax"), step("goalposts", low=0, high=200))
    assert values(fixed, 2) == [[0, 0.25, 0.5], [0.5, 0.25, 0]]


def test_structure_values_for_normalised_columns_are_warned_of():
    made = done(
        step("none"),
        step("distance_to_target", columns=["b"]),
        framework=tree(b={"target": -2.0}),
    )
    assert warned(made) == [("normalise_raw_units", "b", None)]
    assert values(made, 2)[1] == [1.25, 0.625, 0]
    assert "but target in the structure is in raw units" in made.warnings[0].what


def test_every_step_works_within_a_period_unless_it_is_told_otherwise():
    panel = Table.of(
        ["X", "Y", "X", "Y"],
        ["a", "b"],
        [[0, 0], [10, 10], [10, 10], [40, 40]],
        periods=["1", "1", "2", "2"],
    )
    assert values(done(step("minmax"), table=panel))[0] == [0, 100, 0, 100]
    assert values(done(step("minmax", over="panel"), table=panel))[0] == [0, 25, 25, 100]
    reference = step("distance_to_reference", reference="Y")
    assert values(done(reference, table=panel))[0] == [0, 1, 0, 1]
    # The smallest value is that of all periods; the reference is compared within the period.
    over = values(done({**reference, "over": "panel"}, table=panel))
    assert over[0] == [0, 1, 0.25, 1]


def test_states_survive():
    states = [[1, 1], [3, 1], [1, 1], [1, 4]]
    table = data([[0, 0], [NAN, 5], [10, 10], [5, NAN]], states=states)
    made = done(step("zscore"), table=table)
    assert made.steps[0].table.states.tolist() == states
    assert made.steps[0].table.states[1, 0] == State.NOT_APPLICABLE


def test_a_constant_column_gives_missing_with_a_warning():
    made = done(step("minmax"), table=data([[3, 0], [3, 5], [NAN, 10]]))
    assert np.isnan(values(made)[0]).all()
    assert warned(made) == [("normalise_one_value", "a", 2)]
    assert "“a” has only one value (rows: 2)" in made.warnings[-1].what


def test_a_column_without_values_is_warned_of():
    made = done(step("none"), table=data([[NAN, 0], [NAN, 5]]))
    assert warned(made) == [("normalise_nothing", "a", 2)]


def test_a_single_unit_gives_warnings_and_no_crash():
    posts = {"goalpost_low": 0.0, "goalpost_high": 20.0, "target": 9.0}
    fields = {
        "scaled": {"low": 0, "high": 1, "scale": 1},
        "distance_to_reference": {"reference": "U0"},
    }
    for method in NORMALISATIONS:
        one = step(method, **fields.get(method, {}))
        done(one, table=data([[5.0, 5.0]]), framework=tree(a=posts, b=posts))


def test_warnings_count_over_periods():
    panel = Table.of(
        ["X", "Y", "X", "Y"],
        ["a", "b"],
        [[1, 0], [1, 1], [2, 0], [2, 1]],
        periods=["1", "1", "2", "2"],
    )
    assert warned(done(step("minmax"), table=panel)) == [("normalise_one_value", "a", 4)]


def test_a_largest_value_of_0_is_warned_of():
    made = done(step("fraction_of_max"), table=data([[1, 0], [2, 5]]))
    assert warned(made) == [("normalise_largest_zero", "b", 2)]


def test_a_target_that_is_the_worst_value_is_warned_of():
    made = done(step("distance_to_target"), framework=tree(a={"target": 0.0}, b={"target": 5.0}))
    assert warned(made) == [("normalise_target_worst", "a", 3)]
    assert values(made)[1] == [2, 1, 0]


def test_a_target_outside_the_data_is_warned_of_and_used():
    made = done(step("distance_to_target"), framework=tree(a={"target": 20.0}, b={"target": -10.0}))
    assert warned(made) == [
        ("normalise_target_outside", "a", None),
        ("normalise_target_outside", "b", None),
    ]
    assert values(made) == [[0, 0.25, 0.5], [0.5, 0.25, 0]]
    assert "is 20.0; its values go from 0.0 to 10.0." in made.warnings[0].what


def test_a_reference_without_a_value_or_with_the_worst_one_is_warned_of():
    made = done(
        step("distance_to_reference", reference="U1"),
        table=data([[0, 0], [NAN, 10], [10, 5]]),
    )
    assert np.isnan(values(made)).all()
    assert warned(made) == [
        ("normalise_reference_missing", "a", 2),
        ("normalise_reference_worst", "b", 3),
    ]


def test_a_reference_that_is_there_in_one_period_only_leaves_the_others_missing():
    panel = Table.of(
        ["X", "Y", "X", "Z"],
        ["a", "b"],
        [[0, 10], [10, 0], [10, 10], [40, 40]],
        periods=["1", "1", "2", "2"],
    )
    made = done(step("distance_to_reference", reference="Y"), table=panel)
    assert values(made)[0][:2] == [0, 1]
    assert np.isnan(values(made)[0][2:]).all()
    assert warned(made)[0] == ("normalise_reference_missing", "a", 2)


def test_a_reference_that_left_the_table_is_warned_of():
    notes = []
    left = DATA.keep(np.array([True, False, True]))
    table = normalise_table(left, tree(), "distance_to_reference", notes=notes, reference="U1")
    assert np.isnan(table.values).all()
    assert [note.code for note in notes] == ["normalise_reference_missing"] * 2


def test_results_too_large_to_count_with_are_missing_with_a_warning():
    made = done(
        step("scaled", low=0, high=1e-70, scale=1e10), table=data([[0, 0], [1e5, 1], [2, 0]])
    )
    assert warned(made) == [("normalise_too_large", "a", 2), ("normalise_too_large", "b", 1)]
    assert values(made)[0][0] == 0


def test_all_missing_goalposts_and_targets_are_named_at_once():
    found = faults(
        step("goalposts", columns=["a", "b", "c"]),
        step("distance_to_target"),
        framework=tree(a={"target": NAN}),
    )
    assert [(f.code, f.params["node"], f.params["place"]) for f in found] == [
        ("unknown_column", "c", 1),
        ("normalise_no_goalposts", "a", 1),
        ("normalise_no_goalposts", "b", 1),
        ("normalise_no_target", "a", 2),
        ("normalise_no_target", "b", 2),
    ]
    with pytest.raises(FaultsError, match=r"“a” has no target"):
        normalise_table(DATA, tree(), "distance_to_target")


def test_ends_must_be_two_and_in_order():
    assert [f.code for f in faults(step("goalposts", low=0))] == ["normalise_one_end"]
    assert [f.code for f in faults(step("goalposts", low=5, high=5))] == ["normalise_ends"]
    found = faults(step("scaled", low=5, high=0, scale=1))
    assert [str(f) for f in found] == [
        "Low is 5 and high is 0. Let low be the lower number of the two, whatever the direction."
    ]


def test_an_unknown_reference_unit_is_a_fault_once_the_data_is_known():
    wrong = step("distance_to_reference", reference="XX")
    assert faults(wrong) == []
    recipe = recipe_from({"step": [wrong, AGGREGATE]})
    assert [f.code for f in run_faults(DATA, tree(), recipe)] == ["normalise_no_such_unit"]


def test_options_are_scored_before_they_are_normalised():
    asked = tree(a={"options": (("no", 0.0), ("yes", 1.0))})
    found = faults(step("minmax"), framework=asked)
    assert {f.code for f in found} == {"normalise_options", "options_not_scored"}
    assert faults({"do": "score_options"}, step("minmax"), framework=asked) == []


@pytest.mark.parametrize(
    ("fields", "code", "column"),
    [
        ({}, "missing_field", "method"),
        ({"method": "max"}, "unknown_normalisation", "method"),
        ({"method": ["minmax"]}, "unknown_normalisation", "method"),
        ({"method": 3, "range": [0, 1]}, "unknown_field", "range"),
        ({"method": "zscore", "range": [0, 1]}, "unknown_field", "range"),
        ({"method": "minmax", "range": [1, 0]}, "field_range", "range"),
        ({"method": "minmax", "range": [0, 1e76]}, "field_range", "range"),
        ({"method": "minmax", "range": 100}, "field_range", "range"),
        ({"method": "minmax", "columns": []}, "field_names", "columns"),
        ({"method": "minmax", "over": "time"}, "field_choice", "over"),
        ({"method": "zscore", "sd": 0}, "field_number", "sd"),
        ({"method": "zscore", "mean": "1"}, "field_number", "mean"),
        ({"method": "scaled", "low": 0, "high": 1}, "missing_field", "scale"),
        ({"method": "goalposts", "scale": -1}, "field_number", "scale"),
        ({"method": "goalposts", "clip": 1}, "field_flag", "clip"),
        ({"method": "distance_to_reference"}, "missing_field", "reference"),
        ({"method": "distance_to_target", "cap": "yes"}, "field_flag", "cap"),
        ({"method": "rank", "ties": "max"}, "field_choice", "ties"),
    ],
)
def test_every_wrong_field_has_its_fault(fields, code, column):
    assert (code, column) in recipe_faults({"do": "normalise", **fields})


@settings(max_examples=count(100, 10))
@given(
    st.lists(
        st.tuples(*[st.one_of(st.integers(-99, 99), st.just(NAN))] * 2), min_size=1, max_size=8
    ),
    st.sampled_from(["none", "minmax", "zscore", "fraction_of_max", "rank", "percentile_rank"]),
)
def test_the_three_tiers_agree(rows, method):
    table = data([list(row) for row in rows])
    arrays = normalise(table.values, method, [1, -1])
    np.testing.assert_array_equal(normalise_table(table, tree(), method).values, arrays)
    np.testing.assert_array_equal(np.transpose(values(done(step(method), table=table))), arrays)
