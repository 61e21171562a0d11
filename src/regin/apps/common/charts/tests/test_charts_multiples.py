from __future__ import annotations

import re
from typing import Any

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from regin.apps.common.charts import (
    Line,
    MultiplesChart,
    Point,
    Source,
    line_chart,
    multiples_chart,
)

SOURCE = Source("Office")
BAD = '"><script>alert(1)</script>&\u202e'


def line(name: str, *values: float | None, start: int = 2000) -> Line:
    return Line(name, f"X{name}", [Point(start + at, value) for at, value in enumerate(values)])


def chart(*lines: Line, **changes: Any) -> MultiplesChart:
    drawn = multiples_chart("Unemployment", "%", lines, SOURCE, **changes)
    assert drawn is not None
    return drawn


def rendered(drawn: MultiplesChart) -> str:
    return render_to_string(drawn.template, {"chart": drawn})


def test_all_panels_have_one_scale_for_values_and_for_time() -> None:
    drawn = chart(line("A", 0.0, 10.0), line("B", 10.0, 5.0, start=2001))
    assert [panel.runs for panel in drawn.panels] == [
        ((("0%", "84"), ("50%", "0")),),
        ((("50%", "0"), ("100%", "42")),),
    ]
    assert [(tick.at, tick.text) for tick in drawn.years] == [("0%", "2000"), ("100%", "2002")]
    assert "same scale, from 0 to 10, and run from 2000 to 2002" in drawn.description


def test_the_scale_that_is_told_encloses_every_figure() -> None:
    drawn = chart(line("A", 15.6, 20.0), line("B", 24.8, 18.0))
    assert [(tick.at, tick.text) for tick in drawn.values] == [("84", "15"), ("0", "25")]
    assert "same scale, from 15 to 25," in drawn.description


@given(st.lists(st.floats(-1e6, 1e6).map(lambda value: round(value, 3)), min_size=2, max_size=9))
def test_the_ends_of_the_scale_are_printed_as_they_are_drawn(values: list[float]) -> None:
    drawn = chart(line("A", *values))
    low, high = (float(tick.text.replace(",", "").replace("−", "-")) for tick in drawn.values)
    assert low <= min(values)
    assert max(values) <= high
    assert [tick.at for tick in drawn.values] == ["84", "0"]


def test_a_missing_year_breaks_the_line_and_is_hatched() -> None:
    panel = chart(line("A", 4.0, 5.0, None, 6.0, 7.0)).panels[0]
    assert [len(run) for run in panel.runs] == [2, 2]
    assert panel.path.count("M") == 2
    assert [gap.words for gap in panel.gaps] == ["2002: no figure"]


def test_a_year_of_another_region_is_missing_too() -> None:
    drawn = chart(line("A", 4.0, 5.0), line("B", 4.0))
    assert [len(panel.gaps) for panel in drawn.panels] == [0, 1]
    assert drawn.table.rows[1].cells[1].reason == "The source has no figure for this year."


def test_marks_stand_where_a_figure_has_a_reserve_stands_alone_or_is_the_last() -> None:
    points = [Point(2000, 1.0), Point(2002, 2.0), Point(2003, 2.0, "b"), Point(2004, 3.0)]
    panel = chart(Line("A", "XA", points)).panels[0]
    assert [(dot.x, dot.flags) for dot in panel.dots] == [("0%", ""), ("75%", "b"), ("100%", "")]


def test_a_region_without_any_figure_keeps_its_panel() -> None:
    drawn = chart(line("A", 4.0, 5.0), line("B", None, None))
    panel = drawn.panels[1]
    assert (panel.runs, panel.dots, panel.latest, panel.path) == ((), (), "", "")
    assert len(panel.gaps) == 2
    assert "1 region has no figure." in drawn.description


def test_no_figure_gives_no_chart() -> None:
    assert multiples_chart("t", "u", [line("A", None)], SOURCE) is None
    assert multiples_chart("t", "u", [], SOURCE) is None


def test_one_figure_stands_alone_as_a_dot() -> None:
    drawn = chart(line("A", 3.0), line("B", None))
    assert [dot.x for dot in drawn.panels[0].dots] == ["50%"]
    assert drawn.panels[0].path == ""
    assert [(gap.x, gap.width) for gap in drawn.panels[1].gaps] == [("0%", "100%")]


def test_quarters_follow_each_other_over_the_end_of_a_year() -> None:
    points = [Point.of(period, 1.0) for period in ("2020-Q3", "2020-Q4", "2021-Q1", "2021-Q3")]
    drawn = chart(Line("A", "XA", points))
    assert [len(run) for run in drawn.panels[0].runs] == [3, 1]
    assert drawn.panels[0].latest_period == "2021-Q3"
    assert drawn.table.columns == ("2020-Q3", "2020-Q4", "2021-Q1", "2021-Q2", "2021-Q3")
    assert drawn.table.rows[0].cells[3].reason == "The source has no figure for this period."


def test_a_line_of_months_is_named_by_years_or_by_months_when_it_is_short() -> None:
    def years(*periods: str) -> list[str]:
        drawn = line_chart("t", "u", [Line("A", "A", [Point.of(p, 1.0) for p in periods])], SOURCE)
        assert drawn is not None
        return [tick.text for tick in drawn.years]

    assert years("2019-11", "2020-01", "2021-01", "2022-02") == ["2020", "2021", "2022"]
    assert years("2020-02", "2020-06") == ["2020-02", "2020-04", "2020-06"]
    assert years("2020-S1", "2020-S2") == ["2020-S1", "2020-S2"]


def test_weeks_and_mixed_periods_are_refused() -> None:
    with pytest.raises(ValueError, match="2020-W05"):
        Point.of("2020-W05", 1.0)
    with pytest.raises(ValueError, match="mix periods"):
        chart(Line("A", "XA", [Point(2020, 1.0), Point.of("2021-Q1", 1.0)]))


def test_a_flag_is_in_the_list_and_in_the_table() -> None:
    lines = Line("A", "XA", [Point(2000, 1.0, "b"), Point(2001, None, "c", "secret")])
    drawn = chart(lines, flag_words={"b": "break", "c": "confidential"})
    assert drawn.flags == (("b", "break"), ("c", "confidential"))
    cells = drawn.table.rows[0].cells
    assert [(cell.text, cell.flags, cell.reason) for cell in cells] == [
        ("1.0", "b", ""), ("", "c", "secret"),
    ]  # fmt: skip


def test_every_panel_has_its_name_and_a_description_of_its_own() -> None:
    html = rendered(chart(line("A", 4.0, 5.0), line("B", 7.0, None), key="m"))
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert 'aria-labelledby="m-2-name m-2-desc"' in html
    assert "A, 2000 to 2001: lowest 4.0 in 2000, highest 5.0 in 2001." in html


def test_names_are_escaped_everywhere() -> None:
    lines = [Line(BAD, BAD, [Point(2000, 1.0, "<", BAD), Point(2001, None, "", BAD)])]
    drawn = multiples_chart(BAD, BAD, lines, Source(BAD), flag_words={"<": BAD})
    assert drawn is not None
    assert "<script" not in rendered(drawn)
