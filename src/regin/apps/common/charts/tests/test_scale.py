"""Classes of a map: round, about equally full, and never a lie at the limit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from regin.apps.common.charts.classes import rounded
from regin.apps.common.charts.numbers import number
from regin.apps.common.charts.scale import GapScale, Scale, gap_scale, scale_of

pytestmark = pytest.mark.any_database

RATES = [2.1, 3.3, 3.9, 4.4, 4.8, 5.2, 5.9, 6.1, 7.4, 8.8, 12.6, 31.9]
figures = st.lists(st.floats(-1e6, 1e6), max_size=80)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def labels(scale: Scale) -> list[str]:
    return [scale.label(step) for step in range(1, scale.steps + 1)]


def test_limits_are_round_and_classes_about_equally_full() -> None:
    scale = scale_of(RATES, decimals=1)
    assert scale.edges == (2.1, 3.5, 4.5, 5.5, 7.0, 10.0, 31.9)
    assert Counter(map(scale.step, RATES)) == dict.fromkeys(range(1, 7), 2)
    assert labels(scale) == [
        "under 3.5", "3.5 to under 4.5", "4.5 to under 5.5", "5.5 to under 7.0",
        "7.0 to under 10.0", "10.0 and more",
    ]  # fmt: skip


def test_skewed_counts_have_no_empty_class() -> None:
    people = [20_000 * 1.13**n for n in range(60)]
    scale = scale_of(people, decimals=0)
    counts = Counter(map(scale.step, people))
    assert len(counts) == 6
    assert min(counts.values()) >= 5


@given(figures, st.integers(0, 2))
def test_every_class_holds_a_figure_and_limits_are_printed_exactly(
    values: list[float], decimals: int
) -> None:
    scale = scale_of(values, decimals=decimals)
    different = {number(value, decimals) for value in values}
    assert scale.steps <= min(6, max(len(different), 1 if values else 0))
    assert {scale.step(value) for value in values} == set(range(1, scale.steps + 1))
    assert list(scale.edges) == sorted(scale.edges)
    assert list(scale.edges) == [rounded(edge, decimals) for edge in scale.edges]


@given(st.lists(st.floats(-1e6, 1e6), min_size=24, max_size=80, unique_by=round))
def test_no_class_is_far_from_its_share(values: list[float]) -> None:
    counts = Counter(map(scale_of(values, decimals=0).step, values))
    share = len(values) / 6
    assert all(share / 2 - 1 <= count <= share * 1.5 + 1 for count in counts.values())


@given(st.lists(st.floats(-1e4, 1e4), min_size=2), st.integers(0, 2))
def test_what_is_printed_alike_has_the_same_colour(values: list[float], decimals: int) -> None:
    scale = scale_of(values, decimals=decimals)
    colours: dict[str, set[int]] = {}
    for value in values:
        colours.setdefault(number(value, decimals), set()).add(scale.step(value))
    assert all(len(steps) == 1 for steps in colours.values())


def test_a_figure_printed_as_the_limit_is_above_it() -> None:
    scale = scale_of(RATES, decimals=1)
    assert (scale.step(4.44), scale.step(4.45)) == (2, 3)
    assert (scale.step(-50), scale.step(500)) == (1, 6)


@pytest.mark.parametrize(
    ("values", "edges", "colours"),
    [
        ([], (), []),
        ([None, float("nan")], (), []),
        ([7.3], (7.3, 7.3), ["step-3"]),
        ([5, 5, 5], (5.0, 5.0), ["step-3"]),
        ([1, 2], (1.0, 2.0, 2.0), ["step-2", "step-5"]),
        ([0] * 50 + [1, 2, 3], (0.0, 1.0, 3.0), ["step-2", "step-5"]),
        ([-4.2, -0.4, 3.1], (-4.2, -2.0, 0.0, 3.1), ["step-2", "step-4", "step-6"]),
    ],
)
def test_few_figures_make_few_classes_on_the_same_ramp(
    values: list[float | None], edges: tuple[float, ...], colours: list[str]
) -> None:
    scale = scale_of(values, decimals=1)
    assert scale.edges == edges
    assert [scale.css(step) for step in range(1, scale.steps + 1)] == colours


def test_a_single_figure_is_its_own_label_and_stands_in_the_middle() -> None:
    scale = scale_of([7.3], decimals=1, unit="percent")
    assert (labels(scale), scale.share(7.3), scale.unit) == (["7.3"], 0.5, "percent")


@pytest.mark.parametrize("scale", [scale_of([], decimals=0), gap_scale([], decimals=0)])
def test_a_scale_without_figures_has_no_step_to_give(scale: Scale) -> None:
    with pytest.raises(ValueError, match="no steps"):
        scale.step(1.0)


def test_gaps_have_seven_steps_around_zero_with_words_for_both_sides() -> None:
    scale = gap_scale([-3.1, 0.2, 7.9, None], decimals=1)
    assert scale.edges == (-14.0, -10.0, -6.0, -2.0, 2.0, 6.0, 10.0, 14.0)
    assert labels(scale) == [
        "−10.0 and less", "over −10.0 to −6.0", "over −6.0 to −2.0", "between −2.0 and 2.0",
        "2.0 to under 6.0", "6.0 to under 10.0", "10.0 and more",
    ]  # fmt: skip
    assert [scale.css(scale.step(gap)) for gap in (-3.1, 0.2, 7.9)] == ["gap-3", "gap-4", "gap-6"]


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=80), st.integers(0, 2))
def test_a_gap_and_its_opposite_are_as_far_from_the_middle(
    values: list[float], decimals: int
) -> None:
    scale = gap_scale(values, decimals=decimals)
    assert scale.steps == 7
    assert scale.edges == tuple(-edge for edge in reversed(scale.edges))
    assert all(scale.step(value) + scale.step(-value) == 8 for value in values)
    assert scale.step(0.0) == 4


@given(st.lists(st.floats(-1e6, 1e6), min_size=20, max_size=80))
def test_one_far_gap_does_not_hide_the_others(values: list[float]) -> None:
    without: GapScale = gap_scale([1.0] * 60, decimals=1)
    assert gap_scale([1.0] * 60 + [1e6] * 3, decimals=1).edges == without.edges
    scale = gap_scale(values, decimals=1)
    assert sum(scale.step(value) in (1, 7) for value in values) <= len(values) / 5


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=80), st.integers(0, 2))
def test_all_classes_of_gaps_are_equally_wide_and_their_limits_are_round(
    values: list[float], decimals: int
) -> None:
    edges = gap_scale(values, decimals=decimals).edges
    limit = edges[4]
    assert [edge / limit for edge in edges] == pytest.approx([-7, -5, -3, -1, 1, 3, 5, 7])
    assert f"{limit:e}"[0] in "125"
    assert list(edges) == [rounded(edge, decimals) for edge in edges]


def test_gaps_like_those_of_unemployment_do_not_all_look_alike() -> None:
    # Median 1.5, 95 % within 9.2, as between women and men over the regions of Europe.
    bulk = [0.3, -0.6, 0.9, 1.2, -1.4, 1.6, 2.1, -2.8, 3.6, 4.4] * 9
    scale = gap_scale([*bulk, *[6.0, -9.2, 9.2, 14.0] * 2], decimals=1)
    counts = Counter(map(scale.step, [*bulk]))
    assert labels(scale)[3] == "between −1.0 and 1.0"
    assert max(counts.values()) <= len(bulk) / 3
