"""A drawing that stands alone: title, key, drawing, flags and source on one white sheet.

It is built as a tree of elements, so that whatever a name holds is text and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _

from regin.apps.common.charts.lettering import clean, isolated, lines_of, text_width
from regin.apps.common.charts.numbers import coordinate
from regin.apps.common.charts.parts import Source
from regin.apps.common.charts.sheet_style import style_sheet

WIDTH = 960.0
MARGIN = 32.0
TEXT, TITLE = 13.0, 20.0
KEY_HEIGHT = 22.0
HATCH = "url(#hatch)"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a drawing, in pixels from the left edge."""

    left: float
    width: float

    @property
    def right(self) -> float:
        return self.left + self.width

    def at(self, share: str) -> float:
        """Where a length like `62.5%` lies."""
        return self.left + self.wide(share)

    def wide(self, share: str) -> float:
        """How wide a length like `62.5%` is."""
        return self.width * float(share.removesuffix("%")) / 100


@dataclass(frozen=True, slots=True)
class Key:
    """An entry of the key: `draw` puts the sample at a corner, `width` pixels wide, 14 high."""

    draw: Callable[[float, float], None]
    width: float
    words: str


class Sheet:
    """A sheet that is filled from the top; `y` is where the next thing begins.

    On a right-to-left page words and columns begin at the right; axes run from left to right.
    """

    def __init__(self, title: str, description: str) -> None:
        self.is_rtl = bool(get_language_bidi())
        self.whole = Column(MARGIN, WIDTH - 2 * MARGIN)
        self.y = MARGIN
        self.root = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "role": "img"})
        self.root.set("aria-labelledby", "sheet-title sheet-desc")
        self.root.set(LANGUAGE, get_language() or "en")
        SubElement(self.root, "title", {"id": "sheet-title"}).text = clean(title)
        SubElement(self.root, "desc", {"id": "sheet-desc"}).text = clean(description)
        SubElement(self.root, "style").text = style_sheet()
        self._hatch()
        self._ground = self.add("rect", kind="ground", x=0, y=0)

    def _hatch(self) -> None:
        pattern = SubElement(SubElement(self.root, "defs"), "pattern", {"id": "hatch"})
        pattern.set("patternUnits", "userSpaceOnUse")
        pattern.set("patternTransform", "rotate(45)")
        sides = {"width": "6", "height": "6"}
        pattern.attrib |= sides
        SubElement(pattern, "rect", {"class": "hatch-ground", **sides})
        ends = {"x1": "0", "y1": "0", "x2": "0", "y2": "6"}
        SubElement(pattern, "line", {"class": "hatch-line", **ends})

    def add(self, tag: str, *, kind: str = "", words: str = "", **lengths: float | str) -> Element:
        """An element of class `kind` with `words` as its title."""
        element = SubElement(self.root, tag)
        if kind:
            element.set("class", kind)
        for name, length in lengths.items():
            element.set(name, length if isinstance(length, str) else coordinate(length))
        if words:
            SubElement(element, "title").text = clean(words)
        return element

    def line(self, x1: float, y1: float, x2: float, y2: float, *, kind: str) -> None:
        """A straight line."""
        self.add("line", kind=kind, x1=x1, y1=y1, x2=x2, y2=y2)

    def text(
        self, x: float, y: float, words: str, *, kind: str = "", anchor: str = "start"
    ) -> None:
        """One line of words on the base line `y`; `anchor` is meant from left to right."""
        element = self.add("text", kind=kind, x=x, y=y)
        if anchor != "start":
            element.set("text-anchor", anchor)
        element.text = isolated(clean(words))

    def beginning(
        self, column: Column, y: float, words: str, *, kind: str = "", is_page: bool = False
    ) -> None:
        """Words where reading begins in `column`; `is_page`: a sentence in the page's language."""
        edge, anchor = (column.right, "end") if self.is_rtl else (column.left, "start")
        element = self.add("text", kind=kind, x=edge, y=y)
        if anchor != "start":
            element.set("text-anchor", anchor)
        element.text = isolated(clean(words), is_rtl=self.is_rtl and is_page)

    def ending(self, column: Column, y: float, words: str, *, kind: str = "") -> None:
        """Words where reading ends in `column`: figures."""
        edge, anchor = (column.left, "start") if self.is_rtl else (column.right, "end")
        self.text(edge, y, words, kind=kind, anchor=anchor)

    def paragraph(self, words: str, *, kind: str = "", size: float = TEXT) -> None:
        """Words over the whole width, in as many lines as they need."""
        for line in lines_of(words, size, self.whole.width, most=8):
            self.y += size * 1.4
            self.beginning(self.whole, self.y, line, kind=kind, is_page=True)

    def columns(self, widths: Sequence[float]) -> list[Column]:
        """Columns beside each other over the whole width, in the order of reading."""
        made, left = [], self.whole.left
        for width in reversed(widths) if self.is_rtl else widths:
            made.append(Column(left, width))
            left += width
        return made[::-1] if self.is_rtl else made

    def key(self, entries: Sequence[Key]) -> None:
        """The key: samples with their words, beside each other as far as the width goes."""
        if not entries:
            return
        self.y += 10
        used = 0.0
        for entry in entries:
            words = lines_of(entry.words, TEXT, self.whole.width - entry.width - 8, most=1)[0]
            width = entry.width + 6 + text_width(words, TEXT) + 20
            if used and used + width > self.whole.width:
                used, self.y = 0.0, self.y + KEY_HEIGHT
            left = self.whole.right - used - width if self.is_rtl else self.whole.left + used
            sample = left + width - entry.width if self.is_rtl else left
            entry.draw(sample, self.y)
            beside = Column(
                left if self.is_rtl else left + entry.width + 6, width - entry.width - 6
            )
            self.beginning(beside, self.y + 12, words)
            used += width
        self.y += KEY_HEIGHT

    def flags(self, flags: Sequence[tuple[str, str]]) -> None:
        """What the flag letters mean."""
        if flags:
            words = (_("%(letter)s: %(words)s") % {"letter": a, "words": b} for a, b in flags)
            self.paragraph(" · ".join(words), kind="quiet")

    def source(self, source: Source) -> None:
        """Where the figures are from, with the address written out, and under which licence."""
        self.y += 6
        named = source.attribution or _("Source: %(name)s") % {"name": source.name}
        self.paragraph(", ".join(filter(None, (named, source.when))), kind="quiet")
        if source.url:
            self.paragraph(source.url, kind="small", size=12)
        if source.licence:
            words = _("Licence: %(licence)s") % {"licence": source.licence}
            self.paragraph(words, kind="quiet")

    def document(self) -> str:
        """The sheet as a file, cut below what was drawn last."""
        width, height = coordinate(WIDTH), coordinate(self.y + MARGIN)
        self.root.attrib |= {"width": width, "height": height}
        self.root.set("viewBox", f"0 0 {width} {height}")
        self._ground.attrib |= {"width": width, "height": height}
        body = tostring(self.root, encoding="unicode")
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'
