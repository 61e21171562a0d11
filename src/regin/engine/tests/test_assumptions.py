import numpy as np
import pytest

from regin.engine.assumptions import (
    CodedCell,
    CoderChoice,
    Exclusion,
    Sources,
    StepChoice,
    WeightNoise,
    WeightSets,
    assumptions_from,
)
from regin.engine.design import MOST_DRAWS, explicit, quasi_random, sobol
from regin.engine.errors import FaultsError
from regin.engine.framework import Framework, Node
from regin.engine.recipe import recipe_from

TREE = Framework(
    (
        Node("ALL", level=2, kind="aggregate"),
        Node("a", level=1, parent="ALL"),
        Node("b", level=1, parent="ALL"),
    )
)
CHAIN = recipe_from(
    {
        "step": [
            {"do": "normalise", "method": "minmax", "range": [0, 100]},
            {"do": "aggregate", "method": "arithmetic"},
        ]
    }
)
NORM = {
    "name": "norm",
    "step": "normalise",
    "values": [{"range": [1, 100]}, {"method": "zscore", "mean": 10, "sd": 2}],
}
AGG = {
    "name": "agg",
    "step": "aggregate",
    "field": "method",
    "values": ["arithmetic", "geometric", "harmonic"],
}
NOISE = {"name": "noise", "weights": {"levels": [1], "noise": 0.25}}
SETS = {"name": "sets", "weights": {"levels": [1], "sets": "sets.csv"}}
OUT = {"name": "out", "exclude": "one indicator"}
CODERS = {"name": "coders", "answers": "coders"}
CELL = CodedCell("U", "", "a", ("yes", "no"))
SOURCES = Sources({"sets.csv": {7: {"a": 2.0, "ALL": 9.0}, 3: {"a": 1.0}}}, (CELL,))


def read(*written):
    return assumptions_from(written, TREE, CHAIN, SOURCES)


def faults(*written, sources=SOURCES):
    with pytest.raises(FaultsError) as caught:
        assumptions_from(written, TREE, CHAIN, sources)
    return [fault.code for fault in caught.value.faults]


def test_each_kind_of_assumption_is_read():
    norm, agg, noise, sets, out, coders = read(NORM, AGG, NOISE, SETS, OUT, CODERS)
    assert isinstance(norm, StepChoice)
    assert (norm.place, norm.count, agg.count) == (0, 2, 3)
    assert noise == WeightNoise("noise", (1,), 0.25)
    assert sets == WeightSets("sets", {7: {"a": 2.0, "b": 1.0}, 3: {"a": 1.0, "b": 1.0}})
    assert out == Exclusion("out", ("a", "b"))
    assert coders == CoderChoice("coders", (CELL,))


def test_another_method_loses_the_fields_of_the_one_it_replaces():
    norm = read(NORM)[0]
    assert norm.steps[0].fields == {"method": "minmax", "range": [1, 100]}
    assert norm.steps[1].fields == {"method": "zscore", "mean": 10, "sd": 2}


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ({"name": "x"}, "assumption_kind"),
        ({"name": "x", "exclude": "one indicator", "answers": "coders"}, "assumption_kind"),
        ({**NOISE, "values": []}, "assumption_entry"),
        ({"name": "x", "step": "aggregate", "field": "method"}, "assumption_values"),
        ({"name": "x", "step": "screen", "field": "keep", "values": [1]}, "assumption_step"),
        ({"name": "x", "step": "aggregate", "values": ["harmonic"]}, "assumption_table"),
        ({**AGG, "values": ["arithmetik"]}, "unknown_method"),
        ({**NORM, "values": [{"mean": 3}]}, "unknown_field"),
        ({"name": "x", "weights": 3}, "weights_entry"),
        ({"name": "x", "weights": {"levels": [1]}}, "weights_entry"),
        ({"name": "x", "weights": {"levels": [2], "noise": 0.1}}, "weights_levels"),
        ({"name": "x", "weights": {"levels": [], "noise": 0.1}}, "weights_levels"),
        ({"name": "x", "weights": {"levels": [1], "noise": 0}}, "weights_noise"),
        ({"name": "x", "weights": {"levels": [1], "noise": "much"}}, "weights_noise"),
        ({"name": "x", "weights": {"levels": [1], "sets": "none.csv"}}, "weights_sets"),
        ({"name": "x", "exclude": "all"}, "exclude_what"),
        ({"name": "x", "answers": "people"}, "answers_what"),
        ({"name": "", "exclude": "one indicator"}, "assumption_name"),
        ({"name": ["x"], "exclude": "one indicator"}, "assumption_name"),
        ({"name": "draw", "exclude": "one indicator"}, "assumption_reserved"),
        ({"name": "matrix", "exclude": "one indicator"}, "assumption_reserved"),
        ({"name": "x ", "exclude": "one indicator"}, "assumption_reserved"),
        ({"name": "x\ny", "exclude": "one indicator"}, "assumption_reserved"),
        ({**AGG, "number": 2}, "assumption_number"),
        ({**AGG, "number": 0}, "assumption_number"),
        ({**AGG, "number": True}, "assumption_number"),
        ({**AGG, "number": 1.0}, "assumption_number"),
        ({**AGG, "number": "first"}, "assumption_number"),
    ],
)
def test_what_is_wrong_with_an_assumption_is_said(written, code):
    assert code in faults(written)


def test_a_step_that_stands_twice_is_named_by_its_number_or_refused():
    twice = recipe_from(
        {
            "step": [
                {"do": "normalise", "method": "minmax", "columns": ["a"]},
                {"do": "normalise", "method": "minmax", "columns": ["b"]},
                {"do": "aggregate", "method": "arithmetic"},
            ]
        }
    )
    ranks = {"name": "norm", "step": "normalise", "values": [{"range": [0, 1]}]}
    both = [{**ranks, "number": 1}, {**ranks, "name": "second", "number": 2}]
    found = assumptions_from(both, TREE, twice)
    assert [one.place for one in found] == [0, 1]
    assert found[1].steps[0].fields == {"method": "minmax", "columns": ["b"], "range": [0, 1]}
    with pytest.raises(FaultsError, match=r"“normalise”, which 2 steps do\. Say which with number"):
        assumptions_from([ranks], TREE, twice)
    with pytest.raises(FaultsError, match=r"“screen”, which no step .*: normalise, aggregate\."):
        assumptions_from([{**ranks, "step": "screen"}], TREE, twice)
    assert read({**AGG, "number": 1})[0].place == 1


def test_every_fault_is_told_at_once():
    assert faults(NOISE, NOISE, {"name": "x"}) == ["assumption_name", "assumption_kind"]
    assert faults() == ["no_assumption"]
    assert faults(CODERS, sources=Sources({})) == ["answers_missing"]


def test_a_design_for_sensitivity_changes_one_column_at_a_time():
    design = quasi_random(read(NORM, AGG, NOISE), 8, 1)
    a, b, mixed = (design.positions[design.blocks[name]] for name in ("A", "B", "AB:agg"))
    assert design.positions.shape == (8 * 5, 3)
    assert (mixed[:, 1] == b[:, 1]).all()
    assert (mixed[:, [0, 2]] == a[:, [0, 2]]).all()
    assert design.matrix[:9] == ("A",) * 8 + ("B",)
    # Every draw of A and of B has weights of its own.
    assert sorted([*a[:, 2], *b[:, 2]]) == list(range(1, 17))


def test_each_alternative_is_drawn_as_often():
    design = quasi_random(read(AGG, SETS, OUT), 600, 4, sensitivity=False)
    assert design.blocks == {}
    assert set(design.positions[:, 1].tolist()) == {3, 7}
    counts = np.bincount(design.positions[:, 0])[1:]
    assert counts.min() > 180


def test_a_seed_gives_the_same_design_and_another_a_different_one():
    given = read(AGG, NORM)
    first, again, other = (quasi_random(given, 64, seed).positions for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()


@pytest.mark.parametrize("draws", [0, MOST_DRAWS + 1])
def test_a_number_of_draws_out_of_bounds_is_refused(draws):
    with pytest.raises(FaultsError, match="number of draws"):
        quasi_random(read(AGG), draws, 1)


def test_more_dimensions_than_the_sequence_has_are_drawn_at_random():
    assert sobol(2, 30_000, (1,)).shape == (2, 30_000)
    assert sobol(3, 0, (1,)).shape == (3, 1)


def test_an_explicit_design_is_taken_as_written():
    columns = {"norm": [1, 2, 1, 2], "noise": [5, 1, 5, 1]}
    design = explicit(read(NORM, NOISE), columns)
    assert design.positions.tolist() == [[1, 5], [2, 1], [1, 5], [2, 1]]
    assert design.blocks == {}
    assert design.matrix == ("",) * 4
    blocks = explicit(read(NORM, NOISE), columns, ["B", "A", "AB:noise", "AB:norm"]).blocks
    assert {name: draws.tolist() for name, draws in blocks.items()} == {
        "A": [1],
        "B": [0],
        "AB:norm": [3],
        "AB:noise": [2],
    }


def test_a_set_of_random_numbers_beyond_every_design_is_refused():
    assert explicit(read(NOISE), {"noise": [2 * MOST_DRAWS]}).positions.tolist() == [[2_000_000]]
    for beyond in (0, 2 * MOST_DRAWS + 1, 10**75):
        with pytest.raises(FaultsError, match="alternative"):
            explicit(read(NOISE), {"noise": [beyond]})


@pytest.mark.parametrize(
    ("columns", "matrix", "code"),
    [
        ({}, (), "design_columns"),
        ({"sets": [4], "agg": [1]}, (), "design_position"),
        ({"sets": [7], "agg": [4]}, (), "design_position"),
        ({"sets": [7], "agg": [0]}, (), "design_position"),
        ({"sets": [0], "agg": [1]}, (), "design_position"),
        ({"sets": [7], "agg": [1]}, ("A",), "design_blocks"),
        ({"sets": [7] * 5, "agg": [1] * 5}, ("A", "B", "AB:sets", "AB:agg", "C"), "design_blocks"),
    ],
)
def test_a_design_that_does_not_fit_is_refused(columns, matrix, code):
    with pytest.raises(FaultsError) as caught:
        explicit(read(SETS, AGG), columns, matrix)
    assert code in [fault.code for fault in caught.value.faults]


def test_a_design_keeps_what_it_calls_its_draws_and_none_stands_twice():
    choice = read(NORM)
    assert explicit(choice, {"norm": [1, 2]}, (), ("7", "9")).draws == ("7", "9")
    assert explicit(choice, {"norm": [1, 2]}).draws == ("1", "2")
    with pytest.raises(FaultsError) as caught:
        explicit(choice, {"norm": [1, 2, 1]}, (), ("7", "7", ""))
    assert [(f.code, f.row) for f in caught.value.faults] == [
        ("design_draw", 3),
        ("design_draw", 4),
    ]
    blocks = ("A", "B", "AB:norm")
    again = explicit(choice, {"norm": [1, 2, 2]}, blocks, ("1", "1", "1"))
    assert again.draws == ("1", "1", "1")
