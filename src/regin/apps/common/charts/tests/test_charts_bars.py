from __future__ import annotations

import re

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from regin.apps.common.charts import (
    SCORES,
    Bar,
    BarChart,
    BarGroup,
    Reference,
    Scale,
    Source,
    bar_chart,
    point_chart,
    samples,
)
from regin.apps.common.charts.numbers import coordinate, number

SOURCE = Source("Office")


def chart(*bars: Bar) -> BarChart:
    return bar_chart("Scores", "points", [BarGroup("Area", bars)], SOURCE)


def rendered(drawn: BarChart) -> str:
    return render_to_string(drawn.template, {"chart": drawn})


def test_known_scores_have_known_lengths_steps_and_whiskers() -> None:
    drawn = chart(Bar("Housing", 62.5, 40.0, 70.25)).groups[0].bars[0]
    assert (drawn.width, drawn.step, drawn.value) == ("62.5%", "4", "63")
    assert drawn.whisker == ("40%", "70.25%")
    assert drawn.interval == "40 to 70"


def test_missing_is_hatched_with_its_reason_and_zero_is_not() -> None:
    missing = rendered(chart(Bar("Housing", None, reason="no answer")))
    zero = rendered(chart(Bar("Housing", 0)))
    assert "missing-track" in missing
    assert "no answer" in missing
    assert 'class="bar ' not in missing
    assert "missing-track" not in zero
    assert 'width="0%"' in zero


def test_steps_hold_their_lower_edge_and_the_ends_hold_everything_beyond() -> None:
    assert [SCORES.step(value) for value in (0, 16.9, 17, 33, 50, 67, 83, 100)] == [
        1, 1, 2, 3, 4, 5, 6, 6,
    ]  # fmt: skip
    assert (SCORES.step(-5), SCORES.step(500)) == (1, 6)


def test_bars_start_at_zero() -> None:
    with pytest.raises(ValueError, match="zero"):
        bar_chart("t", "u", [], SOURCE, scale=Scale((10, 20)))


def test_an_interval_the_wrong_way_round_is_refused() -> None:
    with pytest.raises(ValueError, match="down to"):
        chart(Bar("Housing", 5, 8, 2))


def test_halves_are_rounded_away_from_zero_and_no_zero_is_negative() -> None:
    with translation.override("en"):
        assert [number(value, 0) for value in (0.5, 1.5, 2.5, -0.4, -2.5)] == [
            "1", "2", "3", "0", "−3",
        ]  # fmt: skip
    with translation.override("de"):
        assert number(1234.25, 1) == "1.234,3"
    assert [coordinate(value) for value in (-0.001, 12.5, 100.0)] == ["0", "12.5", "100"]


def test_names_are_escaped() -> None:
    bad = "<img src=x onerror=alert(1)>"
    html = rendered(chart(Bar(bad, 5, url="/a"), Bar(bad, None, reason=bad)))
    assert "<img" not in html


def test_reference_points_keep_the_order_and_print_what_was_published() -> None:
    points = [Reference("A", 54, "54/100", SOURCE), Reference("B", 57, "57 points", SOURCE)]
    drawn = point_chart("Published", "points", points)
    html = render_to_string(drawn.template, {"chart": drawn})
    assert [point.x for point in drawn.points] == ["54%", "57%"]
    assert html.index("54/100") < html.index("57 points")
    assert "<rect" not in html


@pytest.mark.parametrize("language", ["en", "sv", "ar-xb"])
def test_the_samples_render_without_styles_in_every_direction(language: str) -> None:
    with translation.override(language):
        drawn = [
            samples.sample_line(),
            samples.sample_bars(),
            samples.sample_points(),
            samples.sample_ranking(),
            samples.sample_gaps(),
            samples.sample_multiples(),
            samples.sample_distribution(),
        ]
        pages = [render_to_string(one.template, {"chart": one}) for one in drawn if one]
    assert len(pages) == 7
    assert not any("style=" in page or "<script" in page for page in pages)
    # Ids of one page must not meet.
    ids = re.findall(r' id="([^"]+)"', "".join(pages))
    assert len(ids) == len(set(ids)) > 7
