"""Pictures: the size that was asked for, our own letters, and nothing from elsewhere."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from regin.apps.common.charts import png
from regin.apps.common.charts.png import NotDrawnError, png_of

pytestmark = pytest.mark.any_database

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"'


def svg(inside: str) -> str:
    return f"{HEAD}>{inside}</svg>"


def size(picture: bytes) -> tuple[int, int]:
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", picture[16:24])
    return width, height


def test_a_picture_is_as_wide_as_asked_and_as_high_as_the_box_says() -> None:
    assert size(png_of(svg('<rect width="40" height="20"/>'), width=100)) == (100, 50)
    assert size(png_of(svg(""))) == (1600, 800)


@pytest.mark.parametrize("words", ["Žilina", "Αττική", "Скопје", "مرحبا"])
def test_letters_are_drawn_without_fonts_of_the_machine(words: str) -> None:
    empty = png_of(svg(""), width=200)
    text = '<text x="1" y="10" font-size="8" font-family="Noto Sans, Noto Sans Arabic">{}</text>'
    drawn = png_of(svg(text.format(words)), width=200)
    unknown = png_of(svg(text.format("\U0001f9ff")), width=200)
    assert drawn not in {empty, unknown}


def test_titles_are_heavier_than_text() -> None:
    text = '<text y="10" font-size="8" font-family="Noto Sans" font-weight="{}">Skåne</text>'
    light, heavy = (png_of(svg(text.format(weight)), width=200) for weight in (400, 600))
    assert light != heavy


def test_a_picture_of_a_name_with_signs_of_programs_is_drawn() -> None:
    words = "<text aria-label='url(x) \\ @import'>url(http://x) @import \\</text>"
    assert size(png_of(svg(words), width=40)) == (40, 20)


@pytest.mark.parametrize(
    "inside",
    [
        '<image href="/etc/hostname" width="9" height="9"/>',
        '<image xmlns:x="http://www.w3.org/1999/xlink" x:href="data:image/png;base64,x"/>',
        '<g id="a"/><use href="#a"/>',
        '<linearGradient href="other.svg#a"/>',
        '<rect fill="url(other.svg#a)"/>',
        '<rect style="fill: u\\72l(other.svg#a)"/>',
        "<style>@import 'other.css';</style>",
        "<style>.a{fill:url( 'other.svg')}</style>",
        "<foreignObject/>",
        "<?xml-stylesheet href='other.css'?>",
    ],
)
def test_what_points_elsewhere_is_refused(inside: str) -> None:
    with pytest.raises(NotDrawnError):
        png_of(svg(inside), width=40)


@pytest.mark.parametrize(
    "document",
    [
        "",
        "no drawing",
        svg("<g>"),
        svg("\x00"),
        svg("\ud800"),
        '<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + svg("<text>&a;</text>"),
        '<svg xmlns="http://www.w3.org/2000/svg"/>',
        HEAD.replace("0 0 40 20", "0 0 0 20") + "/>",
        HEAD.replace("0 0 40 20", "0 0 nan inf") + "/>",
        '<html viewBox="0 0 1 1"/>',
    ],
)
def test_what_is_no_drawing_is_refused(document: str) -> None:
    with pytest.raises(NotDrawnError):
        png_of(document)


@pytest.mark.parametrize("width", [0, -5, 5_001])
def test_widths_have_limits(width: int) -> None:
    with pytest.raises(NotDrawnError, match="5000"):
        png_of(svg(""), width=width)


@pytest.mark.parametrize("box", ["0 0 1 90000", "0 0 1000000 1"])
def test_heights_have_limits(box: str) -> None:
    with pytest.raises(NotDrawnError, match="pixels"):
        png_of(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}"/>')


def test_documents_have_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(png, "MOST_CHARACTERS", 50)
    with pytest.raises(NotDrawnError, match="characters"):
        png_of(svg(""))


def test_fonts_are_files_of_the_package_and_missing_ones_are_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert all(Path(path).stat().st_size > 100_000 for path in png.fonts())
    monkeypatch.setattr(png, "FONTS", ("not-built.ttf",))
    png.fonts.cache_clear()
    try:
        with pytest.raises(FileNotFoundError, match="make build"):
            png.fonts()
    finally:
        png.fonts.cache_clear()
