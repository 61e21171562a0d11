"""The rows of the table of a series: each figure with the address that reads it back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from regin.apps.outcomes.figures import ShownFigure, shown_figure
from regin.apps.outcomes.labels import group_words
from regin.apps.outcomes.readback import figure_address
from regin.apps.outcomes.seen import Part, SeenFigure, unit_of
from regin.apps.outcomes.viewing import SORTS, Selection


@dataclass(frozen=True, slots=True)
class TablePart:
    """A published figure and the address that reads it back; None where the source has no row."""

    shown: ShownFigure | None
    address: str


@dataclass(frozen=True, slots=True)
class TableRow:
    """A region's row. `parts`: the published figures that it is made of.

    `marked_at`: the address with the region marked, or no longer marked.
    """

    figure: SeenFigure
    parts: tuple[TablePart, ...]
    is_marked: bool
    marked_at: str


@dataclass(frozen=True, slots=True)
class Head:
    """A column that can be sorted. `direction` is of aria-sort, empty for another order."""

    label: str
    address: str
    direction: str


def table_rows(selection: Selection, figures: Iterable[SeenFigure]) -> list[TableRow]:
    """`figures` as rows."""
    return [
        TableRow(
            figure=one,
            parts=tuple(_part(selection, one, part) for part in one.made_of),
            is_marked=one.code in selection.marked,
            marked_at=selection.toggled(one.code),
        )
        for one in figures
    ]


def _part(selection: Selection, one: SeenFigure, part: Part) -> TablePart:
    if part.observation is None:
        return TablePart(None, "")
    address = figure_address(selection.series, one.place_code, one.period, part.group)
    return TablePart(shown_figure(part.observation, selection.series.decimals), address)


def heads(selection: Selection) -> dict[str, Head]:
    """The columns that can be sorted: `code`, `value`."""
    labels = {"code": _("Code"), "value": unit_of(selection)}
    return {name: _head(selection, name, label) for name, label in labels.items()}


def _head(selection: Selection, name: str, label: str) -> Head:
    directions = {name: "ascending", f"-{name}": "descending"}
    # Of figures people look for the highest first, of codes for the first.
    first, other = (name, f"-{name}") if name == SORTS[0] else (f"-{name}", name)
    wanted = other if selection.sort == first else first
    return Head(label, selection.address(sort=wanted), directions.get(selection.sort, ""))


def part_heads(selection: Selection) -> list[str]:
    """The groups of a gap, a column each; empty for figures as published."""
    return [group_words(one) for one in selection.groups] if selection.pair else []
