"""A map as a picture to take away: one SVG document that needs no style sheet and no page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

from django.template.loader import render_to_string
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from regin.apps.common.charts.numbers import coordinate
from regin.apps.common.charts.palette import LIGHT
from regin.apps.regions.map_frame import WIDTH
from regin.apps.regions.map_labels import LETTER
from regin.apps.regions.map_parts import EuropeMap, LegendEntry

MARGIN = 24.0
TITLE, UNIT, LEGEND, SMALL = 30.0, 20.0, 18.0, 15.0
LEADING = 1.35
SIGN_WIDTH, SIGN_HEIGHT, SIGN_GAP, ENTRY_GAP = 28.0, 18.0, 8.0, 26.0
# What XML 1.0 has no place for, not even escaped.
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
RIGHT_TO_LEFT, POP = "\u202b", "\u202c"


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text at its place."""

    css: str
    x: str
    y: str
    anchor: str
    words: str


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign of the legend at its place."""

    css: str
    pattern: str
    x: str
    y: str


class Sheet:
    """The picture while it is filled from the top; mirrored for languages from right to left."""

    def __init__(self) -> None:
        self.is_mirrored = bool(get_language_bidi())
        self.width = WIDTH + 2 * MARGIN
        self.y = MARGIN
        self.words: list[Words] = []
        self.signs: list[Sign] = []

    def write(self, css: str, text: str, size: float) -> None:
        """`text` in as many lines as it needs."""
        for line in _lines(text, size):
            self.y += size * LEADING
            self._put(css, line, MARGIN, self.y - size * 0.3)

    def legend(self, entries: Sequence[LegendEntry]) -> None:
        """Signs with their words and counts, in rows."""
        x, row = MARGIN, LEGEND * 1.6
        self.y += row
        for entry in entries:
            words = _with_count(entry)
            wide = SIGN_WIDTH + SIGN_GAP + len(words) * LEGEND * LETTER
            if x > MARGIN and x + wide > self.width - MARGIN:
                x, self.y = MARGIN, self.y + row
            left = self.width - x - SIGN_WIDTH if self.is_mirrored else x
            top = self.y - SIGN_HEIGHT + 3
            at = (coordinate(left), coordinate(top))
            self.signs.append(Sign(entry.css, entry.pattern, *at))
            self._put("legend", words, x + SIGN_WIDTH + SIGN_GAP, self.y)
            x += wide + ENTRY_GAP
        self.y += SMALL

    def _put(self, css: str, words: str, x: float, y: float) -> None:
        if self.is_mirrored:
            x, words = self.width - x, f"{RIGHT_TO_LEFT}{words}{POP}"
        anchor = "end" if self.is_mirrored else "start"
        self.words.append(Words(css, coordinate(x), coordinate(y), anchor, words))


def standalone_map(drawn: EuropeMap, *, source: str) -> str:
    """`drawn` as a complete SVG document: title, unit, legend with counts, notes and sources.

    Colours are literal, in the light mode; nothing is loaded from anywhere, no script runs, and
    characters that XML does not know are left out. `source` says whose the figures are, in words.
    The text is set in Noto Sans where the reader has it.
    """
    sheet = Sheet()
    sheet.write("title", drawn.title, TITLE)
    if drawn.unit:
        sheet.write("unit", drawn.unit, UNIT)
    sheet.y += SMALL
    top = sheet.y
    sheet.y += float(drawn.view_box.split()[3])
    sheet.legend(drawn.legend)
    for note in drawn.notes:
        sheet.write("small", note, SMALL)
    if source:
        sheet.write("small", _("Source: %(source)s") % {"source": source}, SMALL)
    for line in drawn.attribution:
        sheet.write("small", line, SMALL)
    context = {
        "map": drawn,
        "sheet": sheet,
        "source": source,
        "width": coordinate(sheet.width),
        "height": coordinate(sheet.y + MARGIN),
        "margin": coordinate(MARGIN),
        "top": coordinate(top),
        "mat": _mat(drawn, sheet, top),
        "sign_width": coordinate(SIGN_WIDTH),
        "sign_height": coordinate(SIGN_HEIGHT),
        "style": style(),
    }
    return NOT_XML.sub("", render_to_string("regions/map_standalone.svg", context))


def _mat(drawn: EuropeMap, sheet: Sheet, top: float) -> str:
    """All of the sheet but the map and its insets: covers what lies outside, as a mat does.

    Clipping says the same, and costs whoever makes a picture of it three times the work.
    """
    frames = [(-MARGIN, -top, sheet.width, sheet.y + MARGIN)]
    frames += [(0.0, 0.0, float(drawn.width), float(drawn.height))]
    size = (float(drawn.inset_width), float(drawn.inset_height))
    frames += [(float(inset.x), float(inset.y), *size) for inset in drawn.insets]
    return "".join(_frame(*frame) for frame in frames)


def _frame(x: float, y: float, width: float, height: float) -> str:
    left, right = coordinate(x), coordinate(x + width)
    return f"M{left} {coordinate(y)}H{right}V{coordinate(y + height)}H{left}Z"


def _with_count(entry: LegendEntry) -> str:
    if entry.count is None:
        return entry.words
    return _("%(words)s (%(count)s)") % {"words": entry.words, "count": entry.count}


def _lines(text: str, size: float) -> list[str]:
    """`text` cut at blanks, or within a word that fills a line, so that no line is too wide."""
    return wrap(text, int(WIDTH / (size * LETTER)))


def style() -> str:
    """The rules of `map.css` that a picture needs, with the colours of the light mode."""
    fills = [(f"step-{step}", f"scale-{step}") for step in range(1, 7)]
    fills += [(f"gap-{step}", f"gap-{step}") for step in range(4, 8)]
    fills += [(f"ground-gap-{step}", f"gap-{step}") for step in range(1, 4)]
    return _FIXED + "".join(f".{css}{{fill:{LIGHT[name]}}}" for css, name in fills)


_FIXED = (
    "text{{font-family:'Noto Sans','Noto Sans Arabic',sans-serif;fill:{ink}}}"
    ".title{{font-size:30px;font-weight:600}}"
    ".unit{{font-size:20px;fill:{quiet}}}"
    ".legend{{font-size:18px}}"
    ".small{{font-size:15px;fill:{quiet}}}"
    ".inset-name{{font-size:17px;fill:{quiet}}}"
    ".name{{font-size:25px;font-weight:600;stroke:{surface};stroke-width:5px;paint-order:stroke}}"
    ".sheet{{fill:{surface}}}"
    ".water{{fill:{paper}}}"
    ".land{{fill:{surface};stroke:{line-strong};stroke-width:.9}}"
    ".beyond{{fill:{surface}}}"
    ".inset{{fill:none;stroke:{line};stroke-width:1.5}}"
    ".region{{stroke:{line-strong};stroke-width:1}}"
    ".hatch-ground{{fill:{surface}}}"
    ".hatch-line{{stroke:{line-strong};stroke-width:2}}"
    ".dot-gap-1{{fill:{on-scale-high}}}"
    ".dot-gap-2,.dot-gap-3{{fill:{on-scale-low}}}"
    ".content{{fill:{primary};fill-opacity:.6}}"
    ".other,.other-area{{fill:{line};fill-opacity:.6}}"
    ".unreliable{{stroke:{on-scale-low};stroke-width:3;stroke-dasharray:6 4}}"
    ".sign.unreliable{{fill:none;stroke-width:2}}"
    ".step-5.unreliable,.step-6.unreliable,.gap-1.unreliable,.gap-7.unreliable"
    "{{stroke:{on-scale-high}}}"
    "circle.unreliable{{stroke-width:2.5;stroke-dasharray:3 3}}"
).format_map(LIGHT)
