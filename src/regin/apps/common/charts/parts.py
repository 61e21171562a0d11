"""What every chart has: a source under it and a table twin."""

from __future__ import annotations

from dataclasses import dataclass


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
    """A row of the table twin."""

    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The table twin: the figures of a chart, for reading instead of looking."""

    caption: str
    head: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
