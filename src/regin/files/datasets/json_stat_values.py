"""Values and statuses of a JSON-stat table, by the places of its cube.

Values are an array of all crossings, null where one is missing, or an object of some. Both give
a cell for each value and each null. A crossing that the object leaves out is a cell only when it
has a status: a cube of ten dimensions holds little else than crossings without anything.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from regin.engine.errors import N_, Message, fail, register
from regin.files.datasets.json_stat_entries import Entries, entries_of
from regin.files.datasets.json_stat_status import Flags, read_flags
from regin.files.datasets.json_text import Part
from regin.files.eurostat_cells import shown

register(
    {
        "json_stat_no_values": Message(
            N_("The table has no values: neither an array nor an object of them."),
            N_("Download it again with its figures, not its description only."),
        ),
        "json_stat_value": Message(
            N_("There is no number here that can be read."),
            N_("Write a number such as 9.4 without quotation marks, or null when it is missing."),
        ),
        "json_stat_marked_missing": Message(
            N_("The status “%(text)s” says that the value is missing, and there is a value."),
            N_("Check against the source which of the two is right."),
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Figures:
    """Cells in the order of their `places`, which count from 0; for the others see `Dataset`."""

    places: NDArray[np.int64]
    values: NDArray[np.float64]
    flags: NDArray[np.uint16]
    flag_sets: tuple[str, ...]


def read_figures(table: Part, places: int | None) -> Figures | None:
    """Read `value` and `status`; None when they are faulty. `places`: crossings of the cube.

    Without `places` the numbers and flags are looked at all the same.
    Logs: json_stat_no_values, json_stat_value, json_stat_marked_missing, those of `entries_of`
    and `read_flags`. Raises FaultsError: too_many_cells.
    """
    before = len(table.log.found)
    entries = entries_of(table["value"], places)
    if entries is None:
        table["value"].fault("json_stat_no_values")
        entries = Entries(table["value"], [], np.empty(0, dtype=np.int64), [])
    _check_size(table, len(entries.content))
    numbers = _numbers(entries)
    order = np.argsort(entries.places, kind="stable")
    valued = entries.places[order]
    flags = read_flags(table["status"], places, valued)
    if len(table.log.found) > before or places is None:
        return None
    figures = _together(valued, numbers[order], flags)
    _check_size(table, len(figures.places))
    _check_missing(table["status"], figures, flags)
    return figures if len(table.log.found) == before else None


def _check_size(table: Part, cells: int) -> None:
    if cells > table.log.limits.cells:
        raise fail("too_many_cells", file=table.log.file, limit=table.log.limits.cells)


def _numbers(entries: Entries) -> NDArray[np.float64]:
    """Column of floats, NaN for null; each that is neither a finite number nor null is a fault."""
    content = entries.content
    if {float, type(None)} >= set(map(type, content)):
        column = np.array(content, dtype=np.float64)
        if int(np.isfinite(column).sum()) + content.count(None) == len(content):
            return column
    for at, number in enumerate(content):
        if number is not None and (type(number) is not float or not np.isfinite(number)):
            entries[at].fault("json_stat_value")
    return np.full(len(content), np.nan)


def _together(places: NDArray[np.int64], numbers: NDArray[np.float64], flags: Flags) -> Figures:
    every = _merged(places, flags.places)
    values = np.full(len(every), np.nan)
    sets = np.zeros(len(every), dtype=np.uint16)
    values[np.searchsorted(every, places)] = numbers
    sets[np.searchsorted(every, flags.places)] = flags.sets
    return Figures(every, values, sets, flags.flag_sets)


def _merged(places: NDArray[np.int64], others: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return all places of both, ascending and once each, as they are in both."""
    at = np.searchsorted(places, others)
    have = np.append(places, -1)[at] == others
    return places if have.all() else np.sort(np.concatenate([places, others[~have]]))


def _check_missing(part: Part, figures: Figures, flags: Flags) -> None:
    """Log each place that has a value, and a status that says that there is none."""
    marked = flags.places[flags.missing]
    wrong = marked[np.isfinite(figures.values[np.searchsorted(figures.places, marked)])]
    once = not isinstance(part.content, (dict, list)) or len(part.content) == 1
    for place in wrong[:1].tolist() if once else wrong.tolist():
        own = _status_at(part, place)
        own.fault("json_stat_marked_missing", text=shown(str(own.content)))


def _status_at(part: Part, place: int) -> Part:
    if isinstance(part.content, dict):
        return part[str(place)]
    if isinstance(part.content, list):
        return part[place if len(part.content) > 1 else 0]
    return part
