import inspect
import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.counts import count

from regin.engine.errors import FaultsError
from regin.engine.normalise import NORMALISATIONS, normalise

NAN = float("nan")
RAW = [2.0, NAN, 3.0, 6.0, 3.0]
FIELDS = {
    "scaled": {"low": -50.0, "high": 50.0, "scale": 10.0},
    "goalposts": {"low": -50.0, "high": 50.0},
    "distance_to_reference": {"reference": 7.0},
    "distance_to_target": {"target": 1000.0},
}
"""What a method needs beside values, here for values from -1000 to 1000."""

few = settings(max_examples=count(100, 10))

columns = st.lists(st.one_of(st.integers(-1000, 1000), st.just(NAN)), min_size=1, max_size=12).map(
    lambda cells: np.array(cells, dtype=float)
)
methods = st.sampled_from(sorted(NORMALISATIONS))
directions = st.sampled_from([1, -1])


def made(values, method, direction=1, **fields):
    return normalise(values, method, direction, **{**FIELDS.get(method, {}), **fields})


def target(direction):
    """A target that no value of the tests reaches."""
    return {"target": 1001.0 * direction}


def fields_of(method, direction):
    return target(direction) if method == "distance_to_target" else {}


def close(found, expected):
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    ("method", "fields", "up", "down"),
    [
        ("none", {}, [2, NAN, 3, 6, 3], [-2, NAN, -3, -6, -3]),
        ("minmax", {}, [0, NAN, 25, 100, 25], [100, NAN, 75, 0, 75]),
        ("minmax", {"range": [1, 5]}, [1, NAN, 2, 5, 2], [5, NAN, 4, 1, 4]),
        # Mean 3.5, squares 2.25 + .25 + 6.25 + .25 = 9 over n - 1 = 3.
        (
            "zscore",
            {"mean": 10, "sd": 2 * math.sqrt(3)},
            [7, NAN, 9, 15, 9],
            [13, NAN, 11, 5, 11],
        ),
        (
            "scaled",
            {"low": 3, "high": 5, "scale": 100},
            [-50, NAN, 0, 150, 0],
            [-250, NAN, -300, -450, -300],
        ),
        ("goalposts", {"low": 3, "high": 5}, [0, NAN, 0, 1, 0], [1, NAN, 1, 0, 1]),
        (
            "goalposts",
            {"low": 2, "high": 4, "scale": 100, "clip": False},
            [0, NAN, 50, 200, 50],
            [100, NAN, 50, -100, 50],
        ),
        ("rank", {}, [1, NAN, 2, 4, 2], [4, NAN, 2, 1, 2]),
        ("rank", {"ties": "average"}, [1, NAN, 2.5, 4, 2.5], [4, NAN, 2.5, 1, 2.5]),
        ("borda", {}, [0, NAN, 1, 3, 1], [3, NAN, 1, 0, 1]),
        ("percentile_rank", {}, [0, NAN, 1 / 3, 1, 1 / 3], [1, NAN, 1 / 3, 0, 1 / 3]),
        ("distance_to_max", {}, [0, NAN, 0.25, 1, 0.25], [1, NAN, 0.75, 0, 0.75]),
        ("distance_to_reference", {"reference": 3.0}, [0, NAN, 1, 4, 1], [4 / 3, NAN, 1, 0, 1]),
        (
            "distance_to_reference",
            {"reference": 3.0, "cap": True},
            [0, NAN, 1, 1, 1],
            [1, NAN, 1, 0, 1],
        ),
        ("distance_to_target", {"target": 4.0}, [0, NAN, 0.5, 2, 0.5], [2, NAN, 1.5, 0, 1.5]),
        (
            "distance_to_target",
            {"target": 4.0, "cap": True},
            [0, NAN, 0.5, 1, 0.5],
            [1, NAN, 1, 0, 1],
        ),
        (
            "fraction_of_max",
            {},
            [1 / 3, NAN, 0.5, 1, 0.5],
            [1, NAN, 1.5, 3, 1.5],
        ),
    ],
)
def test_every_method_gives_what_is_worked_by_hand(method, fields, up, down):
    close(normalise(RAW, method, 1, **fields), up)
    close(normalise(RAW, method, -1, **fields), down)


def test_every_method_is_worked_by_hand():
    mark = test_every_method_gives_what_is_worked_by_hand.pytestmark[0]
    assert {case[0] for case in mark.args[1]} == set(NORMALISATIONS)


@pytest.mark.parametrize("method", sorted(NORMALISATIONS))
def test_a_field_left_out_means_the_same_in_a_recipe_and_in_a_call(method):
    kind = NORMALISATIONS.get(method)
    parameters = inspect.signature(kind.run).parameters
    for name, field in kind.fields.items():
        if field.default is not None:
            default = parameters[name].default
            assert field.default == (list(default) if name == "range" else default)


def test_an_unknown_method_lists_the_known_ones():
    said = r"“maximin” is not a method of normalisation.*borda.*zscore"
    with pytest.raises(FaultsError, match=said):
        normalise([1, 2], "maximin")


@pytest.mark.parametrize(
    ("method", "column"),
    [
        ("minmax", [5.0, 5.0, NAN]),
        ("minmax", [0.3, 0.1 + 0.2, NAN]),
        ("minmax", [5.0]),
        ("zscore", [0.1, 0.1, 0.1]),
        ("zscore", [5.0, NAN]),
        ("percentile_rank", [5.0, NAN]),
        ("distance_to_max", [5.0, 5.0]),
        ("distance_to_reference", [7.0, 8.0]),
        ("fraction_of_max", [0.0, -3.0]),
        *((method, [NAN, NAN]) for method in sorted(NORMALISATIONS)),
    ],
)
def test_a_zero_denominator_gives_missing(method, column):
    assert np.isnan(made(column, method)).all()


def test_a_target_at_the_worst_value_gives_missing():
    assert np.isnan(normalise([1.0, 2.0], "distance_to_target", 1, target=1.0)).all()
    assert np.isnan(normalise([1.0, 2.0], "distance_to_target", -1, target=2.0)).all()


def test_values_that_differ_by_noise_tie():
    assert normalise([0.1 + 0.2, 0.3, 0.4], "rank").tolist() == [1, 1, 3]


def test_tiny_and_huge_values_are_normalised_alike():
    for size in (1e-200, 1e74):
        close(normalise([size, 2 * size, 4 * size], "zscore"), normalise([1, 2, 4], "zscore"))


def test_zero_has_no_sign():
    for method in ("none", "distance_to_target"):
        found = made(np.array([0.0, 5.0]), method, -1, **fields_of(method, -1))
        assert not np.signbit(found[0])


@pytest.mark.parametrize("method", sorted(NORMALISATIONS))
@pytest.mark.parametrize("shape", [(0,), (0, 2), (2, 0)])
def test_nothing_stays_nothing(method, shape):
    assert made(np.zeros(shape), method).shape == shape


@few
@given(columns, methods, directions)
def test_missing_stays_missing_and_counts_for_nothing(values, method, direction):
    gaps = np.isnan(values)
    found = made(values, method, direction)
    assert np.isnan(found[gaps]).all()
    close(found[~gaps], made(values[~gaps], method, direction))


@few
@given(columns, methods, directions, st.randoms(use_true_random=False))
def test_the_order_of_the_units_does_not_matter(values, method, direction, random):
    order = random.sample(range(len(values)), len(values))
    close(made(values[order], method, direction), made(values, method, direction)[order])


@few
@given(columns, columns, methods)
def test_columns_do_not_touch_each_other(one, other, method):
    n = min(len(one), len(other))
    both = made(np.column_stack([one[:n], other[:n]]), method, np.array([1, -1]))
    close(both[:, 0], made(one[:n], method, 1))
    close(both[:, 1], made(other[:n], method, -1))


@few
@given(columns, methods, directions)
def test_better_is_never_lower(values, method, direction):
    # Of values below 0 the largest is the smallest share of the others.
    assume(method != "fraction_of_max" or np.nanmax([*(values * direction), 0]) > 0)
    # A reference below all others turns the order around, and a warning says so.
    lowest = np.nanmin([*(values * direction), np.inf])
    assume(method != "distance_to_reference" or lowest < FIELDS[method]["reference"] * direction)
    found = made(values, method, direction, **fields_of(method, direction))
    there = ~np.isnan(found)
    falling = np.argsort(-values[there] * direction, kind="stable")
    assert (np.diff(found[there][falling]) <= 1e-12).all()


@few
@given(
    columns,
    st.sampled_from(["minmax", "zscore", "rank", "borda", "percentile_rank", "distance_to_max"]),
    st.integers(1, 1000),
    st.integers(-1000, 1000),
    directions,
)
def test_the_unit_of_measurement_does_not_matter(values, method, factor, shift, direction):
    other = values * factor + shift
    close(made(other, method, direction), made(values, method, direction))


@few
@given(columns, methods)
def test_turning_values_and_direction_changes_nothing(values, method):
    turned = {"goalposts": {"low": -50.0, "high": 50.0}}.get(method, {})
    if method == "distance_to_reference":
        turned = {"reference": -7.0}
    if method == "distance_to_target":
        turned = {"target": -1000.0}
    close(made(-values, method, -1, **turned), made(values, method, 1))


@few
@given(columns, directions)
def test_bounds_hold(values, direction):
    for method, low, high in [
        ("minmax", 0, 100),
        ("goalposts", 0, 1),
        ("percentile_rank", 0, 1),
        ("distance_to_max", 0, 1),
        ("rank", 1, len(values)),
        ("borda", 0, len(values) - 1),
    ]:
        found = made(values, method, direction)
        there = found[~np.isnan(found)]
        assert ((there >= low) & (there <= high)).all()
