from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from regin.apps.common.charts import DistributionChart, Ranked, Source, distribution_chart

SOURCE = Source("Office")
BAD = '"><script>alert(1)</script>&\u202e'


def rows(*values: float | None) -> list[Ranked]:
    return [Ranked(f"R{at}", f"X{at}", "", value) for at, value in enumerate(values)]


def chart(each: list[Ranked], **changes: Any) -> DistributionChart:
    drawn = distribution_chart("Unemployment", "%", each, SOURCE, **changes)
    assert drawn is not None
    return drawn


def rendered(drawn: DistributionChart) -> str:
    return render_to_string(drawn.template, {"chart": drawn})


def test_median_and_middle_half_are_said_and_marked() -> None:
    drawn = chart(rows(0.0, 2.0, 4.0, 6.0, 10.0))
    assert "5 regions from 0.0 to 10.0; the median is 4.0." in drawn.description
    assert "The middle half lies between 2.0 and 6.0." in drawn.description
    marks = drawn.quartiles
    assert (marks.median, marks.low, marks.width) == ("40%", "20%", "40%")


def test_three_figures_have_a_median_and_no_quarters() -> None:
    drawn = chart(rows(1.0, 2.0, 9.0))
    assert "median is 2.0" in drawn.description
    assert "half" not in drawn.description
    assert drawn.quartiles.low == ""


def test_one_figure_is_a_chart_that_says_so() -> None:
    drawn = chart(rows(7.0, None))
    assert drawn.description == "One region has a figure: 7.0."
    assert len(drawn.dots) == 1


def test_figures_of_one_step_are_stacked() -> None:
    drawn = chart(rows(0.0, 5.01, 5.02, 10.0))
    stacked = [dot for dot in drawn.dots if dot.words in {"R1: 5.0", "R2: 5.0"}]
    assert len({dot.x for dot in stacked}) == 1
    assert len({dot.y for dot in stacked}) == 2


def test_missing_is_counted_and_listed_and_never_drawn() -> None:
    drawn = chart([*rows(1.0, 2.0), Ranked("Lost", "XL", "", None, "c", "secret")])
    assert len(drawn.dots) == 2
    assert drawn.missing_words == "1 region has no figure."
    assert drawn.table.rows[-1].cells[2].reason == "secret"
    assert "1 region has no figure." in rendered(drawn)


def test_no_figure_gives_no_chart() -> None:
    assert distribution_chart("t", "u", rows(None), SOURCE) is None
    assert distribution_chart("t", "u", [], SOURCE) is None


def test_a_highlighted_region_is_named_beside_its_dot_and_has_another_shape() -> None:
    each = [*rows(1.0, 1.0, 9.0), Ranked("Mine", "XM", "", 1.0, highlighted=True)]
    drawn = chart(each)
    assert [label.text for label in drawn.labels] == ["Mine: 1.0"]
    chosen = next(dot for dot in drawn.dots if dot.is_highlighted)
    beside = [dot for dot in drawn.dots if dot.x == chosen.x]
    assert min(float(dot.y) for dot in beside) == float(chosen.y), "its label is above the stack"
    assert '<path d="M0-6 6 0 0 6-6 0z" class="spread-dot highlighted">' in rendered(drawn)


def test_labels_stand_on_lines_of_their_own_and_a_long_name_gives_way_to_its_code() -> None:
    long = "A region with a name of many words"
    each = [Ranked(long, "XL", "", 5.0, highlighted=True), *rows(1.0, 9.0)]
    each.append(Ranked("Mine", "XM", "", 5.0, highlighted=True))
    drawn = chart(each)
    assert {label.text for label in drawn.labels} == {"XL: 5.0", "Mine: 5.0"}
    assert len({label.y for label in drawn.labels}) == 2


def test_unreliable_dots_are_outlined() -> None:
    drawn = chart([*rows(1.0), Ranked("A", "XA", "", 2.0, "u", unreliable=True)])
    assert [dot.is_unreliable for dot in drawn.dots] == [False, True]
    assert 'class="spread-dot unreliable"' in rendered(drawn)
    assert drawn.flags == (("u", "not explained by the source"),)


def test_very_high_stacks_stay_low_enough_to_see() -> None:
    drawn = chart(rows(*[5.0] * 300, 0.0, 10.0))
    assert drawn.is_dense
    assert float(drawn.floor) < 300


def test_names_are_escaped_everywhere() -> None:
    each = [Ranked(BAD, BAD, BAD, 1.0, BAD, BAD, highlighted=True), Ranked(BAD, "", "", None)]
    drawn = distribution_chart(BAD, BAD, each, Source(BAD), flag_words={"<": BAD})
    assert drawn is not None
    assert "<script" not in rendered(drawn)


FIGURES = st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), min_size=1, max_size=30)


@given(FIGURES.filter(lambda values: any(value is not None for value in values)))
def test_every_figure_is_one_dot_inside_the_drawing(values: list[float | None]) -> None:
    drawn = chart(rows(*values))
    known = [value for value in values if value is not None]
    assert len(drawn.dots) == len(known)
    assert len({(dot.x, dot.y) for dot in drawn.dots}) == len(known)
    for dot in drawn.dots:
        assert 0 < float(dot.x[:-1]) < 100
        assert 0 <= float(dot.y) <= float(drawn.floor)
    assert 0 <= float(drawn.quartiles.median[:-1]) <= 100
