"""What every chart has: a source under it and a table twin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Source:
    """Where the figures are from, as `partials/source.html` prints it."""

    name: str
    url: str = ""
    licence: str = ""
    attribution: str = ""
    when: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure of the table twin. `text` is empty when it is missing, and `reason` says why."""

    text: str
    reason: str = ""
    flags: str = ""
    flag_words: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table twin, with the address of what it is about where there is one."""

    name: str
    cells: tuple[Cell, ...]
    url: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """The table twin: the figures of a chart, for reading instead of looking."""

    caption: str
    head: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def explained(flags: Iterable[str], words: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Each flag letter that occurs, once, with its words."""
    letters = sorted({letter for one in flags for letter in one})
    unknown = _("not explained by the source")
    return tuple((letter, words.get(letter, unknown)) for letter in letters)


def caption_of(title: str, unit: str) -> str:
    """The caption of a table twin."""
    return _("%(title)s (%(unit)s)") % {"title": title, "unit": unit}
