"""A map to take away: a document of its own, with all that the page says around the map."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree as ET

import pytest
from django.utils import translation

from regin.apps.common.charts.png import png_of
from regin.apps.common.charts.scale import gap_scale
from regin.apps.regions.map import EuropeMap, Value, europe_map, value_map
from regin.apps.regions.map_standalone import standalone_map
from regin.apps.regions.tests.factories import make_place

pytestmark = pytest.mark.django_db

SVG = "{http://www.w3.org/2000/svg}"
SOURCE = "Eurostat, lfst_r_lfu3rt"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def drawn(name: str = "Cataluña", title: str = "Gaps", unit: str = "points") -> EuropeMap:
    below = make_place(name, "ES51", latitude=41.39, longitude=2.16)
    above = make_place("Açores", "PT20", latitude=37.74, longitude=-25.67)
    nowhere = make_place("Nowhere", "XX11")
    values = {below.pk: Value(-6.5, unreliable=True), above.pk: Value(6.5)}
    scale = gap_scale([-6.5, 6.5], decimals=1, unit=unit)
    return value_map([below, above, nowhere], values, title=title, scale=scale)


def texts(svg: str) -> list[str]:
    return ["".join(one.itertext()) for one in ET.fromstring(svg).iter(f"{SVG}text")]


def test_the_document_says_all_that_the_page_says_around_the_map() -> None:
    said = texts(standalone_map(drawn(), source=SOURCE))
    legend = said.index("−10.0 and less (0)")
    assert said[legend:-2] == [
        "−10.0 and less (0)", "over −10.0 to −6.0 (1)", "over −6.0 to −2.0 (0)",
        "between −2.0 and 2.0 (0)", "2.0 to under 6.0 (0)", "6.0 to under 10.0 (1)",
        "10.0 and more (0)", "missing (1)", "unreliable (1)",
        "1 region has no place on this map; the table names it.",
        f"Source: {SOURCE}",
    ]  # fmt: skip
    assert said.index("Gaps") < said.index("points") < legend
    assert "Natural Earth" in said[-2]
    assert "GeoNames" in said[-1]
    assert "Açores" in said


def test_it_needs_no_style_sheet_and_loads_nothing() -> None:
    svg = standalone_map(drawn(), source=SOURCE)
    assert "var(" not in svg
    assert "href" not in svg
    assert "<script" not in svg
    assert ".gap-7{fill:#542788}" in svg
    assert 'class="region gap-2 unreliable"' in svg
    assert 'fill="url(#map-gap-2)"' in svg


@pytest.mark.parametrize(
    "hostile",
    [
        "</title><script>alert(1)</script>",
        "a & b < c > \"d\" 'e'",
        "]]> <!-- <![CDATA[",
        "nul \x00 bell \x07 half \ud800 end \uffff",
        "\u202e turned",
        "very" * 200,
    ],
)
def test_it_is_sound_xml_and_a_picture_whatever_things_are_called(hostile: str) -> None:
    safe = hostile.replace("\x00", "").replace("\ud800", "")
    # A place's name has 200 characters at most; titles are as long as anybody likes.
    made = drawn(safe[:200], title=hostile, unit=hostile)
    svg = standalone_map(made, source=hostile)
    assert len(list(ET.fromstring(svg).iter(f"{SVG}script"))) == 0
    assert png_of(svg, width=50).startswith(b"\x89PNG")


def test_what_lies_outside_the_frames_is_covered_by_the_sheet() -> None:
    root = ET.fromstring(standalone_map(drawn(), source=SOURCE))
    (mat,) = (path for path in root.iter(f"{SVG}path") if path.attrib.get("class") == "sheet")
    # The sheet, the map, and eight insets cut out of it.
    assert mat.attrib["d"].count("Z") == 10
    assert mat.attrib["d"].startswith("M-24 -")
    assert mat.attrib["fill-rule"] == "evenodd"
    # Land south of the map would else be seen in the insets, whose water is laid over it.
    classes = [one.attrib["class"] for one in root.iter() if "class" in one.attrib]
    assert classes.index("beyond") < len(classes) - classes[::-1].index("water") - 1
    assert classes.count("water") == 9


def test_long_words_stay_within_the_picture() -> None:
    svg = standalone_map(drawn(title="A rather long title " * 20, unit="x" * 400), source="s" * 300)
    root = ET.fromstring(svg)
    width = float(root.attrib["width"])
    wide = {"title": 30, "unit": 20, "small": 15, "legend": 18}
    for text in root.iter(f"{SVG}text"):
        size = wide.get(text.attrib["class"])
        if size:
            end = float(text.attrib["x"]) + len(text.text or "") * size * 0.56
            assert end <= width, text.text


def test_the_picture_is_as_high_as_what_is_written() -> None:
    short, long = drawn(), europe_map([make_place("Elsewhere", "XB11", latitude=45, longitude=5)])
    for made in (short, long):
        root = ET.fromstring(standalone_map(made, source=SOURCE * 30))
        lowest = max(float(text.attrib["y"]) for text in root.findall(f"{SVG}text"))
        assert lowest < float(root.attrib["height"]) < lowest + 60


def test_from_right_to_left_the_words_begin_on_the_right() -> None:
    made = drawn()
    with translation.override("ar-xb"):
        root = ET.fromstring(standalone_map(made, source=SOURCE))
    words = root.findall(f"{SVG}text")
    assert {text.attrib["text-anchor"] for text in words} == {"end"}
    assert float(words[0].attrib["x"]) > 1000
    assert all((text.text or "").startswith("\u202b") for text in words)


def test_the_same_map_gives_the_same_document() -> None:
    made = drawn()
    assert standalone_map(made, source=SOURCE) == standalone_map(made, source=SOURCE)
