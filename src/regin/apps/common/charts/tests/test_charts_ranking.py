from __future__ import annotations

import re
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from regin.apps.common.charts import Ranked, RankingChart, Source, ranking_chart
from regin.apps.common.charts.axis import zero_axis

SOURCE = Source("Office")
BAD = '"><script>alert(1)</script>&\u202e'


def row(name: str, value: float | None, **more: Any) -> Ranked:
    return Ranked(name, f"X{name}", "", value, **more)


def chart(*rows: Ranked, **changes: Any) -> RankingChart:
    drawn = ranking_chart("Unemployment", "%", rows, SOURCE, **changes)
    assert drawn is not None
    return drawn


def rendered(drawn: RankingChart) -> str:
    return render_to_string(drawn.template, {"chart": drawn})


def test_rows_stand_from_the_highest_figure_to_the_lowest() -> None:
    drawn = chart(row("A", 2.0), row("B", 8.0), row("C", 5.0))
    assert [(one.place, one.name) for one in drawn.rows] == [("1", "B"), ("2", "C"), ("3", "A")]
    assert [(one.start, one.width) for one in drawn.rows] == [
        ("0%", "100%"), ("0%", "62.5%"), ("0%", "25%"),
    ]  # fmt: skip


def test_figures_that_print_the_same_share_a_place_and_the_next_stays_empty() -> None:
    rows = (row("D", 1.0), row("B", 4.04), row("A", 3.96), row("C", 9.0))
    drawn = chart(*rows)
    assert [(one.place, one.name) for one in drawn.rows] == [
        ("1", "C"), ("2", "A"), ("2", "B"), ("4", "D"),
    ]  # fmt: skip
    assert [one.place for one in chart(*rows, decimals=2).rows] == ["1", "2", "3", "4"]


def test_bars_begin_at_zero_even_when_no_figure_is_near_it() -> None:
    drawn = chart(row("A", 96.0), row("B", 95.0))
    assert drawn.axis[0].text == "0"
    assert all(one.start == "0%" for one in drawn.rows)


def test_negative_figures_run_to_the_other_side_of_zero() -> None:
    drawn = chart(row("A", 10.0), row("B", -10.0), row("C", 0.0))
    assert (drawn.zero, drawn.has_negative) == ("50%", True)
    assert [(one.start, one.width, one.is_negative) for one in drawn.rows] == [
        ("50%", "50%", False), ("50%", "0%", False), ("0%", "50%", True),
    ]  # fmt: skip
    assert drawn.rows[-1].value == "−10.0"
    html = rendered(drawn)
    assert 'class="rank negative"' in html
    assert 'class="rank positive"' in html


def test_figures_that_are_all_negative_end_at_zero() -> None:
    drawn = chart(row("A", -4.0), row("B", -8.0))
    assert (drawn.zero, drawn.axis[-1].text) == ("100%", "0")


def test_missing_stands_last_with_its_reason_and_has_no_bar() -> None:
    drawn = chart(row("B", None, flags="c", reason="confidential"), row("A", None), row("C", 0.0))
    assert [one.name for one in drawn.rows] == ["C"]
    assert [(one.name, one.reason, one.width) for one in drawn.missing] == [
        ("A", "no figure", ""), ("B", "confidential", ""),
    ]  # fmt: skip
    html = rendered(drawn)
    assert html.count('class="rank') == 1
    assert html.count("missing-track") == 3  # two rows and the key
    assert "2 regions have no figure." in drawn.description


def test_a_zero_is_a_bar_without_length_and_not_missing() -> None:
    html = rendered(chart(row("A", 0.0), row("B", 3.0)))
    assert 'width="0%"' in html
    assert "missing-track" not in html


def test_no_figure_gives_no_chart() -> None:
    assert ranking_chart("t", "u", [row("A", None)], SOURCE) is None
    assert ranking_chart("t", "u", [], SOURCE) is None


def test_one_figure_is_a_chart_that_says_so() -> None:
    drawn = chart(row("A", 7.0))
    assert drawn.description == "One region has a figure: A, 7.0."


def test_figures_that_are_all_zero_have_an_axis() -> None:
    assert [one.width for one in chart(row("A", 0.0), row("B", 0.0)).rows] == ["0%", "0%"]


def test_unreliable_bars_are_outlined_and_said() -> None:
    html = rendered(chart(row("A", 7.0, unreliable=True, flags="u"), flag_words={"u": "few"}))
    assert 'class="rank unreliable"' in html
    assert '<span class="visually-hidden"> unreliable</span>' in html
    assert '<abbr class="flag" title="few">u</abbr>' in html
    assert "<dt>u</dt><dd>few</dd>" in html


def test_a_highlighted_row_has_a_sign_and_a_word_besides_its_colour() -> None:
    html = rendered(chart(row("A", 7.0, highlighted=True), row("B", 6.0)))
    assert html.count('class="pointer-mark"') == 2  # the row and the key
    assert html.count('<span class="visually-hidden"> highlighted</span>') == 1


def test_the_reference_widens_the_axis_and_is_counted_against() -> None:
    drawn = chart(row("A", 4.0), row("B", 6.0), reference=("Country", 20.0))
    assert drawn.reference is not None
    assert (drawn.reference.value, drawn.reference.at) == ("20.0", "100%")
    assert "0 regions lie above Country (20.0)." in drawn.description
    assert rendered(drawn).count('class="mark-line"') == 3  # two rows and the key


def test_the_value_of_the_reference_stands_on_the_axis_only_where_there_is_room() -> None:
    rows = (row("A", 10.0), row("B", 1.0))
    near, apart = (chart(*rows, reference=("C", value)).reference for value in (0.5, 5.0))
    assert near is not None
    assert apart is not None
    assert (near.has_room, apart.has_room) == (False, True)


def test_the_table_twin_holds_every_row_with_flags_and_reasons() -> None:
    rows = (row("A", 7.0, flags="b u"), row("B", None, reason="not asked"))
    table = chart(*rows, flag_words={"b": "break"}).table
    assert [[cell.text for cell in each.cells] for each in table.rows] == [
        ["1", "XA", "7.0"], ["", "XB", ""],
    ]  # fmt: skip
    assert (table.rows[0].cells[2].flags, table.rows[0].cells[2].flag_words) == ("bu", "break, u")
    assert table.rows[1].cells[2].reason == "not asked"


def test_rows_lead_to_their_region() -> None:
    html = rendered(chart(Ranked("A", "XA", "/en/regions/a/", 1.0), row("B", 2.0)))
    assert '<a href="/en/regions/a/"><bdi>A</bdi></a>' in html
    assert html.count("<a ") == 1


def test_a_figure_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="XA"):
        row("A", float("nan"))


def test_names_are_escaped_everywhere() -> None:
    rows = [Ranked(BAD, BAD, BAD, 1.0, BAD, BAD), Ranked(BAD, BAD, BAD, None, BAD, BAD)]
    drawn = ranking_chart(BAD, BAD, rows, Source(BAD), reference=(BAD, 2.0), flag_words={"<": BAD})
    assert drawn is not None
    assert "<script" not in rendered(drawn)


def test_numbers_follow_the_language_and_geometry_does_not() -> None:
    with translation.override("sv"):
        html = rendered(chart(row("A", 1234.5), row("B", -411.25), reference=("C", 3.25)))
    assert "1\xa0234,5" in html
    lengths = re.findall(r' (?:x|y|x1|x2|width)="([^"]*)"', html)
    assert lengths
    assert not any("," in length for length in lengths)


FIGURES = st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), min_size=1, max_size=20)


@given(FIGURES.filter(lambda values: any(value is not None for value in values)))
def test_every_figure_is_drawn_once_and_no_missing_one_is(values: list[float | None]) -> None:
    drawn = chart(*(row(f"{number:02}", value) for number, value in enumerate(values)))
    known = [value for value in values if value is not None]
    assert len(drawn.rows) == len(known)
    assert len(drawn.missing) == len(values) - len(known)
    places = [int(one.place) for one in drawn.rows]
    assert places == sorted(places)
    assert places[0] == 1
    for one in drawn.rows:
        start, width = (float(length[:-1]) for length in (one.start, one.width))
        assert -0.01 <= start <= start + width <= 100.02


@given(st.lists(st.floats(-1e9, 1e9), min_size=1))
def test_the_axis_of_bars_holds_zero_and_every_figure(values: list[float]) -> None:
    axis = zero_axis(values)
    slack = 1e-6 * max(abs(axis.low), abs(axis.high))
    assert axis.low <= 0.0 <= axis.high
    assert axis.low < axis.high
    assert axis.low - slack <= min(values)
    assert max(values) <= axis.high + slack
