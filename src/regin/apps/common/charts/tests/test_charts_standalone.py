"""Charts as files: whole, valid, readable without anything around them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.contrib.staticfiles import finders
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from regin.apps.common.charts import (
    Bar,
    BarGroup,
    Line,
    Point,
    Ranked,
    Reference,
    Source,
    bar_chart,
    distribution_chart,
    line_chart,
    multiples_chart,
    point_chart,
    ranking_chart,
    samples,
    standalone_svg,
)
from regin.apps.common.charts.lettering import clean, lines_of, text_width
from regin.apps.common.charts.sheet_style import COLOURS, style_sheet

SVG = "{http://www.w3.org/2000/svg}"
BAD = '"><script>alert(1)</script> & ]]> \u202eevil\u0000\ud800\ufffe'
SAMPLES: dict[str, Callable[[], Any]] = {
    "line": samples.sample_line,
    "bars": samples.sample_bars,
    "points": samples.sample_points,
    "ranking": samples.sample_ranking,
    "gaps": samples.sample_gaps,
    "multiples": samples.sample_multiples,
    "distribution": samples.sample_distribution,
}


def read(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg.encode())


def texts(root: ElementTree.Element) -> list[str]:
    return [
        "".join(text.itertext()).strip("\u2067\u2068\u2069") for text in root.iter(f"{SVG}text")
    ]


def of_kind(root: ElementTree.Element, kind: str) -> list[ElementTree.Element]:
    return [one for one in root.iter() if kind in one.get("class", "").split()]


def hostile_charts() -> list[Any]:
    source = Source(BAD, BAD, BAD, BAD, BAD)
    rows = [
        Ranked(BAD, BAD, BAD, 5.0, BAD, BAD, unreliable=True, highlighted=True),
        Ranked(BAD * 40, BAD * 9, BAD, None, BAD, BAD),
        Ranked("منطقة", "ع1", "", -2.0),
    ]
    lines = [Line(BAD, BAD, [Point(2000, 1.0, "<", BAD), Point(2001, None, "", BAD)])]
    more = {"flag_words": {"<": BAD}}
    return [
        ranking_chart(BAD, BAD, rows, source, reference=(BAD, 2.0), **more),
        distribution_chart(BAD, BAD, rows, source, **more),
        multiples_chart(BAD, BAD, lines, source, **more),
        line_chart(BAD, BAD, lines, source, **more),
        bar_chart(BAD, BAD, [BarGroup(BAD, [Bar(BAD, 1), Bar(BAD, None, reason=BAD)])], source),
        point_chart(BAD, BAD, [Reference(BAD, 5.0, BAD, source, BAD)]),
    ]


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("language", ["en", "sv", "ar"])
def test_every_chart_is_a_whole_document_that_needs_nothing_around_it(
    name: str, language: str
) -> None:
    with translation.override(language):
        drawn = SAMPLES[name]()
        root = read(standalone_svg(drawn))
    width, height = root.get("width"), root.get("height")
    assert root.tag == f"{SVG}svg"
    assert root.get("viewBox") == f"0 0 {width} {height}"
    assert drawn.title in " ".join(texts(root)), "the title is drawn"
    assert drawn.unit in " ".join(texts(root)), "the unit is drawn"
    assert [one.text for one in root.findall(f"{SVG}title")] == [drawn.title]
    assert (root.findtext(f"{SVG}desc") or "").strip()
    style = root.findtext(f"{SVG}style") or ""
    assert "Noto Sans" in style
    assert "var(" not in style
    references = {value for one in root.iter() for value in one.attrib.values() if "url(" in value}
    assert references <= {"url(#hatch)"}
    assert not any(one.tag in {f"{SVG}image", f"{SVG}script"} for one in root.iter())


@pytest.mark.parametrize("name", sorted(set(SAMPLES) - {"points"}))
def test_source_and_licence_stand_on_the_sheet(name: str) -> None:
    said = " ".join(texts(read(standalone_svg(SAMPLES[name]()))))
    assert "Invented for this page, 2024" in said
    assert "Licence: CC BY 4.0" in said


def test_the_words_that_a_licence_asks_for_and_the_address_are_written_out() -> None:
    source = Source("Office", "https://example.org/data", "CC BY 4.0", "© Office, 2024")
    drawn = ranking_chart("t", "u", [Ranked("A", "XA", "", 1.0)], source)
    assert drawn is not None
    said = texts(read(standalone_svg(drawn)))
    assert "© Office, 2024" in said
    assert "https://example.org/data" in said


@pytest.mark.parametrize("language", ["en", "ar"])
def test_hostile_names_are_text_and_the_document_stays_valid(language: str) -> None:
    with translation.override(language):
        for drawn in hostile_charts():
            svg = standalone_svg(drawn)
            root = read(svg)
            assert "<script" not in svg
            assert not re.search("[\u202a-\u202e\u0000\ud800\ufffe]", svg)
            assert any("<script>alert(1)" in text for text in texts(root)), "shown as written"


@settings(max_examples=30)
@given(st.text(max_size=60))
def test_any_name_gives_a_document_that_can_be_read(name: str) -> None:
    drawn = ranking_chart(name, name, [Ranked(name, name, "", 1.0)], Source(name))
    assert drawn is not None
    read(standalone_svg(drawn))


@given(st.text(max_size=200), st.integers(20, 300), st.integers(1, 4))
def test_lines_hold_what_fits_and_say_when_something_is_cut(
    words: str, width: int, most: int
) -> None:
    lines = lines_of(words, 13, width, most=most)
    assert 1 <= len(lines) <= most
    whole = lines[-1].endswith("…") or "".join(lines).replace(" ", "") == "".join(
        clean(words).split()
    )
    assert whole
    assert all(text_width(line, 13) <= width + 13 * 1.6 for line in lines)


def test_a_long_ranking_makes_a_tall_picture_with_every_row() -> None:
    rows = [Ranked(f"Region {at}", f"X{at}", "", float(at)) for at in range(300)]
    drawn = ranking_chart("t", "u", rows, Source("Office"))
    assert drawn is not None
    root = read(standalone_svg(drawn))
    assert float(root.get("height", 0)) > 300 * 20
    assert {f"Region {at}" for at in range(300)} <= set(texts(root))
    assert len(of_kind(root, "rank")) == 300


def test_a_missing_figure_is_hatched_and_never_a_bar() -> None:
    rows = [Ranked("A", "XA", "", 3.0), Ranked("B", "XB", "", None, reason="confidential")]
    drawn = ranking_chart("t", "u", rows, Source("Office"))
    assert drawn is not None
    root = read(standalone_svg(drawn))
    assert len(of_kind(root, "rank")) == 1
    assert "confidential" in texts(root)
    assert [one.get("fill") for one in of_kind(root, "lost")] == ["url(#hatch)"] * 2


def test_a_name_of_many_words_takes_the_lines_that_it_needs_and_loses_nothing() -> None:
    name = "Gloucestershire, Wiltshire and the area around Bristol and Bath in the West"
    drawn = ranking_chart("t", "u", [Ranked(name, "XA", "", 3.0)], Source("Office"))
    assert drawn is not None
    assert name in " ".join(texts(read(standalone_svg(drawn))))


def test_the_bars_of_a_sheet_begin_at_the_zero_line() -> None:
    drawn = ranking_chart(
        "t", "u", [Ranked("A", "XA", "", 4.0), Ranked("B", "XB", "", -4.0)], Source("Office")
    )
    assert drawn is not None
    root = read(standalone_svg(drawn))
    zero = float(of_kind(root, "zero")[0].get("x1", 0))
    one, two = of_kind(root, "rank")
    assert float(one.get("x", 0)) == pytest.approx(zero, abs=0.02)
    assert float(two.get("x", 0)) + float(two.get("width", 0)) == pytest.approx(zero, abs=0.02)


def test_all_panels_of_a_sheet_have_the_same_scale() -> None:
    drawn = samples.sample_multiples()
    assert drawn is not None
    root = read(standalone_svg(drawn))
    labels = [text for text in texts(root) if text in {"0", "15"}]
    assert labels.count("0") == labels.count("15") == len(drawn.panels)


def test_words_begin_at_the_right_on_a_right_to_left_page() -> None:
    with translation.override("ar"):
        root = read(standalone_svg(samples.sample_ranking()))  # type: ignore[arg-type]  # has figures
    title = next(one for one in root.iter(f"{SVG}text") if one.get("class") == "title")
    assert (title.get("x"), title.get("text-anchor")) == ("928", "end")
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "ar"


def test_the_colours_are_those_of_the_light_page() -> None:
    found = finders.find("regin/tokens.css")
    light = Path(str(found)).read_text(encoding="utf-8").split("@media")[0]
    tokens = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", light))
    assert {name: tokens[name] for name in COLOURS} == COLOURS
    assert not re.search(r"{[a-z0-9-]+}", style_sheet()), "every colour is filled in"


def test_the_same_figures_give_the_same_file() -> None:
    one, two = (standalone_svg(samples.sample_bars()) for _ in range(2))
    assert one == two
