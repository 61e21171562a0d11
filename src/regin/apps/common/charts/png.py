"""Drawings of our own as PNG files, by resvg, with the fonts that are packed beside the site's."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from xml.parsers import expat

import resvg_py
from django.contrib.staticfiles import finders

# Arabic in one weight: resvg takes the first font that has a letter, whatever its weight.
FONTS = ("noto-sans-regular.ttf", "noto-sans-semibold.ttf", "noto-sans-arabic-regular.ttf")
FAMILY = "Noto Sans"
MOST_CHARACTERS = 16_000_000
MOST_WIDTH = 5_000
# Four bytes each, in a few layers at once.
MOST_PIXELS = 30_000_000

# What brings in other drawings, or multiplies this one.
_LOADS = frozenset({"image", "feImage", "foreignObject", "script", "use"})
# An escape could spell either word in a style sheet.
_ELSEWHERE = re.compile(r"@import|url\((?!#)|\\", re.IGNORECASE)


class NotDrawnError(ValueError):
    """An SVG that is no drawing of ours: broken, too large, or asking for something elsewhere."""


def png_of(svg: str, *, width: int = 1600) -> bytes:
    """A PNG, `width` pixels wide and as high as the `viewBox` of `svg` says, on white.

    Nothing is loaded but the packed fonts: an SVG that names anything outside itself is refused.
    Raises NotDrawnError for that, for broken XML, for a width outside 1 to 5,000 pixels, and for
    pictures of more than 30 million pixels or documents of more than 16 million characters;
    FileNotFoundError when the fonts were not built.
    """
    if not 1 <= width <= MOST_WIDTH:
        raise NotDrawnError(f"a picture is 1 to {MOST_WIDTH} pixels wide, not {width}")
    if len(svg) > MOST_CHARACTERS:
        raise NotDrawnError(f"a drawing has at most {MOST_CHARACTERS} characters, not {len(svg)}")
    height = round(width / _proportion(svg))
    if not 1 <= height <= MOST_PIXELS // width:
        raise NotDrawnError(f"{width} x {height} pixels are more than {MOST_PIXELS}, or none")
    try:
        return resvg_py.svg_to_bytes(
            svg_string=svg,
            width=width,
            height=height,
            background="#ffffff",
            skip_system_fonts=True,
            font_files=list(fonts()),
            font_family=FAMILY,
            sans_serif_family=FAMILY,
        )
    except ValueError as fault:
        raise NotDrawnError(f"not drawn: {fault}") from fault


@lru_cache(maxsize=1)
def fonts() -> tuple[str, ...]:
    """Where the packed fonts are. Raises FileNotFoundError when the build left them out."""
    found = {name: finders.find(f"vendor/fonts/{name}") for name in FONTS}
    missing = [name for name, path in found.items() if not path]
    if missing:
        raise FileNotFoundError(f"{', '.join(missing)} not built; type: make build")
    return tuple(str(path) for path in found.values())


def _proportion(svg: str) -> float:
    """Width by height of the drawing; walks all of it and refuses what points elsewhere."""
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = reader.doctype
    parser.ProcessingInstructionHandler = reader.instruction
    try:
        parser.Parse(svg.encode(), True)
    except (expat.ExpatError, UnicodeEncodeError) as fault:
        raise NotDrawnError(f"not XML: {fault}") from fault
    return _shape(reader.view_box)


def _shape(view_box: str) -> float:
    try:
        _x, _y, width, height = (float(part) for part in view_box.replace(",", " ").split())
    except ValueError:
        raise NotDrawnError(f"the viewBox says {view_box[:80]!r}") from None
    if not (0 < width < math.inf and 0 < height < math.inf):
        raise NotDrawnError(f"a drawing of {width} by {height} has no picture")
    return width / height


def _points_elsewhere(kind: str, key: str, value: str) -> bool:
    """Whether a renderer might fetch something; a link and spoken words are never fetched."""
    if key == "href":
        return kind != "a" and not value.startswith("#")
    return not key.startswith("aria-") and bool(_ELSEWHERE.search(value))


class _Reader:
    """Takes the first `viewBox`, and stops at anything outside the document."""

    def __init__(self) -> None:
        self.view_box = ""
        self.is_style = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        kind = name.rpartition(":")[2]
        self.view_box = self.view_box or attributes.get("viewBox", "none")
        self.is_style = kind == "style"
        if kind in _LOADS:
            raise NotDrawnError(f"<{name}> is not drawn")
        for key, value in attributes.items():
            if _points_elsewhere(kind, key.rpartition(":")[2], value):
                raise NotDrawnError(f"{key}={value[:80]!r} of <{name}> points elsewhere")

    def end(self, _name: str) -> None:
        self.is_style = False

    def text(self, words: str) -> None:
        if self.is_style and _ELSEWHERE.search(words):
            raise NotDrawnError("the style sheet points elsewhere")

    def doctype(self, *_said: object) -> None:
        raise NotDrawnError("a drawing has no document type")

    def instruction(self, target: str, _words: str) -> None:
        raise NotDrawnError(f"<?{target}?> is not drawn")
