"""Gaps between two groups: what they are, and when there is none."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from regin.apps.outcomes.gaps import Gap, gap_of, gap_pairs, united_flags
from regin.apps.outcomes.models import Breakdown, Series
from regin.files.observations import KNOWN_FLAGS

pytestmark = pytest.mark.any_database

SHARE, TYPE = Series.Measure.SHARE, Series.Measure.TYPE
VALUES = st.floats(-1e6, 1e6).map(lambda value: round(value, 3))
FREE_FLAGS = st.lists(st.sampled_from("bdefprs"), max_size=3, unique=True).map("".join)
FLAGS = st.lists(st.sampled_from("".join(KNOWN_FLAGS)), max_size=4, unique=True).map("".join)
MEASURES = st.sampled_from([SHARE, Series.Measure.COUNT, Series.Measure.MEAN])


def group(**parts: str) -> Breakdown:
    return Breakdown(**parts)


def pairs(*groups: Breakdown, **fields: object) -> list[str]:
    return [pair.key for pair in gap_pairs(Series(**fields), groups)]


@given(VALUES, FREE_FLAGS, VALUES, FREE_FLAGS, MEASURES)
def test_points_turn_their_sign_when_the_groups_change_places(one, flags, two, others, measure):
    there = gap_of((one, flags), (two, others), measure)
    back = gap_of((two, others), (one, flags), measure)
    assert there.points == -back.points
    assert (there.flags, there.unreliable) == (back.flags, back.unreliable)


@given(st.floats(1e-3, 1e6), st.floats(1e-3, 1e6), FREE_FLAGS, MEASURES)
def test_the_ratio_of_changed_places_is_the_reciprocal(one, two, flags, measure):
    there = gap_of((one, flags), (two, ""), measure)
    back = gap_of((two, ""), (one, flags), measure)
    assert there.ratio * back.ratio == pytest.approx(1, rel=1e-9)
    assert (there.reason, back.reason) == ("", "")


@given(st.none() | VALUES, FLAGS, FLAGS, st.booleans(), MEASURES)
def test_missing_on_one_side_is_missing_in_the_gap(value, flags, others, turned, measure):
    sides = [(value, flags), (None, others)]
    gap = gap_of(*(reversed(sides) if turned else sides), measure)
    assert (gap.points, gap.ratio) == (None, None)
    assert gap.reason


@given(VALUES, FLAGS, VALUES, FLAGS)
def test_no_flag_of_either_side_is_lost_and_none_stands_twice(one, flags, two, others):
    gap = gap_of((one, flags), (two, others), SHARE)
    assert set(gap.flags) == set(flags) | set(others)
    assert len(gap.flags) == len(set(gap.flags))
    assert gap.flags == united_flags(others, flags)


@given(VALUES, VALUES, FREE_FLAGS)
def test_unreliable_on_either_side_is_unreliable_in_the_gap(one, two, flags):
    assert gap_of((one, f"u{flags}"), (two, ""), SHARE).unreliable
    assert gap_of((one, flags), (two, "u"), SHARE).unreliable
    assert not gap_of((one, flags), (two, flags), SHARE).unreliable


@given(VALUES)
def test_a_gap_to_oneself_is_zero_and_zero_is_not_missing(value):
    assert gap_of((value, ""), (value, ""), SHARE).points == 0


@given(VALUES, VALUES, VALUES)
def test_points_stay_when_both_groups_move_alike(one, two, shift):
    assume(abs(one + shift) < 1e6 and abs(two + shift) < 1e6)
    plain, moved = (
        gap_of((a, ""), (b, ""), SHARE) for a, b in ((one, two), (one + shift, two + shift))
    )
    assert moved.points == pytest.approx(plain.points, abs=1e-6)


def test_a_gap_is_the_first_minus_the_second_and_through_it():
    assert gap_of((15.0, "b"), (6.0, "d"), SHARE) == Gap(9.0, 2.5, "bd", "", False)


def test_flags_stand_in_the_order_in_which_they_are_explained():
    assert united_flags("u b", "Vd", "?") == "bduV?"


def test_the_reason_says_which_side_and_why():
    gap = gap_of((None, "u"), (6.0, ""), SHARE, names=("Women", "Men"))
    assert gap.reason == "Women: low reliability"
    assert gap.unreliable
    gap = gap_of((None, ""), (None, "c"), SHARE, names=("Women", "Men"))
    assert gap.reason == "Women: The source has no figure here; Men: confidential"
    assert gap_of((1.0, ""), (None, "z"), SHARE).reason == "Second group: not applicable"


@pytest.mark.parametrize("flag", ["c", "Q"])
def test_a_confidential_figure_makes_no_gap_even_if_a_file_tells_it(flag):
    gap = gap_of((5.0, ""), (3.0, flag), SHARE, names=("A", "B"))
    assert (gap.points, gap.ratio, gap.flags) == (None, None, flag)
    assert gap.reason.startswith("B: ")


def test_there_is_no_ratio_to_zero_but_points_there_are():
    gap = gap_of((5.0, ""), (0.0, ""), SHARE)
    assert (gap.points, gap.ratio) == (5.0, None)
    assert "zero" in gap.reason


@pytest.mark.parametrize(("first", "second"), [(-1.0, 4.0), (4.0, -1.0), (-4.0, -1.0)])
def test_there_is_no_ratio_of_figures_below_zero(first, second):
    gap = gap_of((first, ""), (second, ""), Series.Measure.MEAN)
    assert (gap.points, gap.ratio) == (first - second, None)
    assert "below zero" in gap.reason


def test_there_is_no_ratio_to_an_unreliable_figure_but_one_of_it():
    gap = gap_of((5.0, ""), (2.0, "u"), SHARE)
    assert (gap.points, gap.ratio, gap.unreliable) == (3.0, None, True)
    assert "low reliability" in gap.reason
    gap = gap_of((5.0, "u"), (2.0, ""), SHARE)
    assert (gap.ratio, gap.unreliable, gap.reason) == (2.5, True, "")


def test_types_have_neither_points_nor_ratio():
    gap = gap_of((3.0, "e"), (1.0, ""), TYPE)
    assert (gap.points, gap.ratio, gap.flags) == (None, None, "e")
    assert "classes" in gap.reason
    assert pairs(group(sex="F"), group(sex="M"), measure=TYPE) == []


def test_the_pairs_are_those_that_integration_is_about():
    nationals, foreigners, outside = (
        group(sex="T", citizenship=code) for code in ("NAT", "FOR", "NEU27_2020_FOR")
    )
    assert pairs(nationals, foreigners, outside) == [
        "T..NEU27_2020_FOR.~T..NAT.",
        "T..FOR.~T..NAT.",
    ]
    born = [group(birth=code) for code in ("NAT", "FOR", "NEU27_2020_FOR")]
    assert pairs(*born) == ["...NEU27_2020_FOR~...NAT"]
    assert pairs(group(sex="M"), group(sex="F"), group(sex="T")) == ["F...~M..."]


def test_groups_that_differ_in_two_dimensions_are_no_pair():
    assert pairs(group(sex="F", age="Y15-24"), group(sex="M", age="Y_GE15")) == []
    assert pairs(group(citizenship="NAT"), group(citizenship="FOR", birth="FOR")) == []


def test_the_group_of_the_defaults_comes_first_and_words_say_who_is_compared():
    groups = [group(sex=sex, age=age) for sex in "FM" for age in ("TOTAL", "Y15-24", "Y_GE15")]
    found = gap_pairs(Series(defaults={"age": "Y15-24"}), groups)
    assert [pair.words for pair in found] == [
        "Women compared with men: 15 to 24 years",
        "Women compared with men: All ages",
        "Women compared with men: 15 years and over",
    ]
    assert (found[0].first.sex, found[0].second.sex) == ("F", "M")
    assert gap_pairs(Series(), [group(sex="F"), group(sex="M")])[0].words == (
        "Women compared with men"
    )
