"""What a map is made from, and what it is made of once drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from regin.files.geometry import Point

# Below zero is dotted, so that a gap's sign is seen without colours.
DOTTED = ("gap-1", "gap-2", "gap-3")


def pattern_of(css: str) -> str:
    """The pattern that fills a sign of the class `css`: `hatch`, one of `DOTTED`, or none."""
    colour = css.split(" ", maxsplit=1)[0]
    if colour == "missing":
        return "hatch"
    return colour if colour in DOTTED else ""


@dataclass(frozen=True, slots=True)
class Spot:
    """A region on its way to the map. `key` is its Place's; `at` and `path` are as drawn.

    `at` None has no place on any part of the map; `path` empty is drawn as a symbol;
    `in_insets` says that some of it lies on far islands.
    """

    key: int
    name: str
    code: str
    url: str
    at: Point | None
    path: str = ""
    in_insets: bool = False


@dataclass(frozen=True, slots=True)
class Value:
    """A region's figure. `figure` None is missing, for `reason`; `unreliable` draws an outline.

    `flags`: the letters of its source, `flag_words` what they mean. `code` and `classification`:
    those that the figure was published for, where it is not the newest code of the region.
    """

    figure: float | None
    reason: str = ""
    unreliable: bool = False
    flags: str = ""
    flag_words: str = ""
    code: str = ""
    classification: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A region ready to print.

    `css` is `step-1` … `step-6`, `gap-1` … `gap-7`, `missing`, `content` or `here`, and
    `unreliable` beside a step.
    """

    name: str
    code: str
    url: str
    words: str
    css: str
    path: str
    x: str
    y: str
    label: str
    in_inset: bool
    is_crowded: bool
    label_x: str
    label_y: str
    anchor: str

    @property
    def pattern(self) -> str:
        return pattern_of(self.css)


@dataclass(frozen=True, slots=True)
class DrawnInset:
    """The frame of an inset and its name; `code` stands in for it where there is no room."""

    name: str
    code: str
    x: str
    y: str
    text_x: str
    text_y: str


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """A sign of the map, what it means and, with values, how many regions have it."""

    css: str
    words: str
    count: int | None

    @property
    def pattern(self) -> str:
        return pattern_of(self.css)


@dataclass(frozen=True, slots=True)
class MapRow:
    """A row of the table twin. `value` is empty when missing, for `reason`; flags as in `Value`."""

    name: str
    code: str
    url: str
    value: str
    reason: str
    unreliable: bool
    flags: str = ""
    flag_words: str = ""
    classification: str = ""


@dataclass(frozen=True, slots=True)
class EuropeMap:
    """A map ready to print by `{% include map.template with map=map %}`.

    `marks` are links in the tab order. `others` can be clicked, and are found by keyboard in the
    table, or in the list of regions at `all_url` (empty when the table has them all). `notes`
    say what the map does not show.
    """

    template: ClassVar[str] = "regions/_europe_map.html"

    key: str
    title: str
    description: str
    kind: str
    view_box: str
    width: str
    height: str
    inset_width: str
    inset_height: str
    countries: str
    islands: str
    beyond: str
    insets: tuple[DrawnInset, ...]
    marks: tuple[Mark, ...]
    others: tuple[Mark, ...]
    legend: tuple[LegendEntry, ...]
    notes: tuple[str, ...]
    attribution: tuple[str, ...]
    rows: tuple[MapRow, ...]
    unit: str
    all_url: str

    @property
    def is_dense(self) -> bool:
        """Whether there are too many values for links in the tab order."""
        return self.kind == "values" and bool(self.others)

    @property
    def dotted(self) -> tuple[str, ...]:
        """The dotted patterns that the map needs."""
        return tuple(entry.css for entry in self.legend if entry.css in DOTTED)
