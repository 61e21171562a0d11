from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from regin.apps.common.charts import Line, LineChart, Point, Source, line_chart
from regin.apps.common.charts.line_frame import value_range

SOURCE = Source("Office")


def chart(*points: Point, **changes: object) -> LineChart:
    lines = [Line("Region", "R1", points)]
    drawn = line_chart("Unemployment", "%", lines, SOURCE, **changes)  # type: ignore[arg-type]  # test
    assert drawn is not None
    return drawn


def rendered(drawn: LineChart) -> str:
    return render_to_string(drawn.template, {"chart": drawn})


def test_known_figures_stand_at_known_positions() -> None:
    drawn = chart(Point(2000, 0.0), Point(2001, 10.0), Point(2002, 5.0))
    assert [(dot.x, dot.y) for dot in drawn.lines[0].dots] == [
        ("0%", "240"),
        ("50%", "0"),
        ("100%", "120"),
    ]
    assert [(stroke.x1, stroke.x2) for stroke in drawn.lines[0].strokes] == [
        ("0%", "50%"),
        ("50%", "100%"),
    ]


def test_a_missing_year_breaks_the_line_and_is_hatched() -> None:
    drawn = chart(Point(2000, 4.0), Point(2001, None, reason="not surveyed"), Point(2002, 6.0))
    assert drawn.lines[0].strokes == ()
    assert len(drawn.lines[0].dots) == 2
    assert [gap.words for gap in drawn.gaps] == ["2001: not surveyed"]
    assert (drawn.gaps[0].x, drawn.gaps[0].width) == ("25%", "50%")


def test_a_year_left_out_breaks_the_line_like_a_missing_one() -> None:
    assert chart(Point(2000, 4.0), Point(2002, 6.0)).lines[0].strokes == ()


@given(
    st.lists(
        st.one_of(st.none(), st.floats(-1e6, 1e6, allow_nan=False)), min_size=1, max_size=30
    ).filter(lambda values: any(value is not None for value in values))
)
def test_missing_is_never_drawn(values: list[float | None]) -> None:
    points = [Point(1990 + number, value) for number, value in enumerate(values)]
    drawn = chart(*points)
    known = [value for value in values if value is not None]
    assert len(drawn.lines[0].dots) == len(known)
    assert len(drawn.gaps) == len(values) - len(known)
    cells = [row.cells[0].text for row in drawn.table.rows]
    assert sum(not text for text in cells) == len(values) - len(known)
    assert all(-0.01 <= float(dot.y) <= 240.01 for dot in drawn.lines[0].dots)


@given(st.lists(st.floats(-1e9, 1e9, allow_nan=False), min_size=1))
def test_the_value_axis_holds_every_figure(values: list[float]) -> None:
    low, high = value_range(values)
    slack = 1e-6 * max(abs(low), abs(high))
    assert low < high
    assert low - slack <= min(values)
    assert max(values) <= high + slack


def test_no_figure_gives_no_chart() -> None:
    assert line_chart("t", "u", [Line("R", "R", [Point(2000, None)])], SOURCE) is None


def test_a_year_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        chart(Point(2000, 1.0), Point(2000, 2.0))


def test_a_flagged_figure_is_hollow_with_its_letter_and_words() -> None:
    html = rendered(chart(Point(2000, 1.0, "b"), flag_words={"b": "break in time series"}))
    assert 'class="dot subject flagged"' in html
    assert "<dt>b</dt><dd>break in time series</dd>" in html
    assert ">b</text>" in html


def test_a_flag_of_a_missing_figure_is_explained_too() -> None:
    drawn = chart(Point(2000, 1.0), Point(2001, None, "c"), flag_words={"c": "confidential"})
    assert drawn.flags == (("c", "confidential"),)


def test_numbers_follow_the_language_and_geometry_does_not() -> None:
    points = (Point(2000, 1234.5), Point(2001, 1300.0), Point(2002, 1250.0), Point(2003, 1291.3))
    with translation.override("sv"):
        html = rendered(chart(*points))
    assert "1\xa0234,5" in html
    attributes = re.findall(r' (?:x|y|x1|x2|y1|y2|cx|cy|width|height)="([^"]*)"', html)
    assert attributes
    assert not any("," in attribute for attribute in attributes)


def test_names_are_escaped_everywhere() -> None:
    bad = '"><script>alert(1)</script>'
    lines = [Line(bad, bad, [Point(2000, 1.0, "<", bad), Point(2001, None, "", bad)])]
    drawn = line_chart(bad, bad, lines, Source(bad, attribution=bad), flag_words={"<": bad})
    assert drawn is not None
    assert "<script" not in rendered(drawn)


def test_the_drawing_has_a_title_a_description_a_table_and_no_style() -> None:
    html = rendered(chart(Point(2000, 1.0), Point(2001, 2.0)))
    assert "lowest 1.0 in 2000, highest 2.0 in 2001" in html
    assert "style=" not in html
    assert "<table" in html
    svg = html[html.index('<svg role="img"') : html.index("</svg>", html.index('role="img"')) + 6]
    assert ElementTree.fromstring(svg).find("title") is not None


def test_labels_at_the_end_do_not_cover_each_other() -> None:
    lines = [Line(name, name, [Point(2000, 5.0), Point(2001, 6.0)]) for name in "ABC"]
    drawn = line_chart("t", "u", lines, SOURCE)
    assert drawn is not None
    heights = sorted(float(line.end_y) for line in drawn.lines)
    assert heights[1] - heights[0] >= 16
    assert heights[2] - heights[1] >= 16


def test_the_same_figures_give_the_same_page() -> None:
    points = (Point(2000, 1.0, "b"), Point(2001, None), Point(2002, 3.0))
    assert rendered(chart(*points)) == rendered(chart(*points))
