"""Words in a drawing that nobody lays out afterwards: made safe, measured and broken into lines.

The font of the reader is not known here, so widths are estimates for Noto Sans, on the wide side.
"""

from __future__ import annotations

import re
import unicodedata

# What XML 1.0 cannot hold, and marks that would turn the writing of what stands beside them.
_UNFIT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff"
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
_ISOLATE_BY_FIRST, _ISOLATE_RTL, _END = "\u2068", "\u2067", "\u2069"
_RIGHT_TO_LEFT = {"R", "AL"}
_NARROW, _WIDE = set("iIjlt.,:;|!'’()[]- f"), set("mwMW@%—")
ELLIPSIS = "…"


def clean(words: str) -> str:
    """`words` on one line, without characters that XML refuses or that change the direction."""
    return " ".join(_UNFIT.sub("", words).split())


def isolated(words: str, *, is_rtl: bool = False) -> str:
    """Clean `words` so that their direction stays inside them; `is_rtl`: a text of such a page.

    Words of left-to-right scripts on such a page need nothing, and get nothing.
    """
    if is_rtl:
        return f"{_ISOLATE_RTL}{words}{_END}"
    turns = any(unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in words)
    return f"{_ISOLATE_BY_FIRST}{words}{_END}" if turns else words


def text_width(words: str, size: float) -> float:
    """About how many pixels `words` need in letters of `size` pixels."""
    return size * sum(_letter_width(letter) for letter in words)


def _letter_width(letter: str) -> float:
    if unicodedata.combining(letter):
        return 0.0
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.0
    if letter in _NARROW:
        return 0.36
    if letter in _WIDE:
        return 0.95
    return 0.7 if letter.isupper() else 0.6


def lines_of(words: str, size: float, width: float, *, most: int = 4) -> list[str]:
    """`words`, cleaned, in lines of at most `width` pixels; what `most` lines cannot hold is cut.

    A word that is wider than a line is broken anywhere. There is always one line.
    """
    lines = [""]
    for word in _pieces(clean(words), size, width):
        joined = f"{lines[-1]} {word}".strip()
        if text_width(joined, size) <= width or not lines[-1]:
            lines[-1] = joined
        else:
            lines.append(word)
    if len(lines) > most:
        lines = [*lines[: most - 1], f"{lines[most - 1]}{ELLIPSIS}"]
    return lines


def _pieces(words: str, size: float, width: float) -> list[str]:
    """The words, those that are wider than a line in several."""
    pieces: list[str] = []
    for word in words.split():
        rest = ""
        for letter in word:
            if rest and text_width(rest + letter, size) > width:
                pieces.append(rest)
                rest = ""
            rest += letter
        pieces.append(rest)
    return pieces
