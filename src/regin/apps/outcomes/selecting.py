"""Which cells of a file belong to a series, and which group of people each is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from regin.apps.outcomes.models import Breakdown, Series
from regin.files.datasets.dataset import Dataset, Dimension
from regin.files.limits import FaultLog
from regin.files.observations import parse_period

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

# Offices' names of the dimensions a Breakdown keeps, in lower case.
BREAKDOWNS: Final[Mapping[str, str]] = {
    "sex": "sex",
    "age": "age",
    "citizen": "citizenship",
    "citizenship": "citizenship",
    "c_birth": "birth",
    "birth": "birth",
}
LONGEST_CODE: Final = 24
LISTED: Final = 8


def selected(dataset: Dataset, series: Series, log: FaultLog) -> tuple[Bools, dict[str, int]]:
    """Which cells, (cells,), are of the series, and how many rows each dimension leaves out.

    A dimension that the series does not tell apart takes the code that the series names for it:
    its unit, its frequency, or one of its `selection`. Where it names none there may be one code
    only; more of them are a fault. Rows of a label that a person leaves out are of no series.
    """
    fits = np.ones(len(dataset), dtype=bool)
    left_out: dict[str, int] = {}
    for place, dimension in enumerate(dataset.dimensions):
        answers = series.label_codes.get(dimension.name.lower(), {})
        dropped = [answers.get(code) == "" for code in dimension.codes]
        out = np.array(dropped, dtype=bool)[dataset.index[:, place]]
        if out.any():
            left_out[dimension.name] = rows_among(dataset, out)
            fits &= ~out
        kept = tuple(c for c, drop in zip(dimension.codes, dropped, strict=True) if not drop)
        wanted = wanted_code(replace(dimension, codes=kept), series)
        if wanted is None:
            continue
        if wanted not in dimension.codes:
            _not_wanted(dimension, wanted, log)
            continue
        if len(dimension.codes) > 1:
            own = np.asarray(dataset.index[:, place] == dimension.codes.index(wanted))
            left_out[dimension.name] = rows_among(dataset, ~own)
            fits &= own
    return fits, left_out


def wanted_code(dimension: Dimension, series: Series) -> str | None:
    """The code that a cell of the series has in `dimension`; None where it may have any.

    "" stands for: the series names none, so there has to be just one.
    """
    name = dimension.name.lower()
    if dimension.role in ("geo", "time") or name in BREAKDOWNS:
        return None
    if dimension.role == "unit" and series.unit_code:
        return series.unit_code
    if dimension.role == "frequency" and len(dimension.codes) > 1:
        return series.frequency
    named: str = series.selection.get(name, "")
    if named or len(dimension.codes) > 1:
        return named
    return None


def is_group(dimension: Dimension) -> bool:
    """Whether its codes are groups of people, which every series keeps apart."""
    return dimension.name.lower() in BREAKDOWNS


def dimensions_to_choose(dataset: Dataset) -> list[Dimension]:
    """Dimensions of which a series takes one code: neither place, time nor a group of people."""
    return [
        dimension
        for dimension in dataset.dimensions
        if dimension.role not in ("geo", "time") and dimension.name.lower() not in BREAKDOWNS
    ]


def frequency_of(dataset: Dataset) -> str:
    """Frequency of the first period; yearly where there is none."""
    place = dataset.place_of("time")
    codes = dataset.dimensions[place].codes if place is not None else ()
    found = parse_period(codes[0]) if codes else None
    return found.frequency if found else "A"


def _not_wanted(dimension: Dimension, wanted: str, log: FaultLog) -> None:
    found = _listed(code for code in dimension.codes if code != wanted)
    if dimension.role == "unit" and wanted:
        log.add("outcomes_other_unit", None, dimension.name, found=found, expected=wanted)
    elif wanted:
        name = dimension.name
        log.add("outcomes_other_code", None, name, name=name, found=found, expected=wanted)
    else:
        log.add("outcomes_several", None, dimension.name, name=dimension.name, found=found)


def _listed(codes: Iterable[str]) -> str:
    listed = list(codes)
    return ", ".join(listed[:LISTED]) + (" …" if len(listed) > LISTED else "")


def rows_among(dataset: Dataset, cells: Bools) -> int:
    """Count the rows of the file that have a cell among `cells`, (cells,) true or false."""
    rows = dataset.rows[cells]
    # A file is read from top to bottom, so that equal rows stand together.
    return int(np.count_nonzero(np.diff(rows))) + 1 if len(rows) else 0


def groups_of(
    dataset: Dataset, fits: Bools, log: FaultLog
) -> tuple[tuple[dict[str, str], ...], Ints]:
    """The groups of people in the cells that fit, and which of them each such cell is about."""
    places = [
        (place, BREAKDOWNS[dimension.name.lower()])
        for place, dimension in enumerate(dataset.dimensions)
        if dimension.name.lower() in BREAKDOWNS
    ]
    for place, _name in places:
        _check_lengths(dataset.dimensions[place], np.unique(dataset.index[fits, place]), log)
    number = np.zeros(int(fits.sum()), dtype=np.int64)
    for place, _name in places:
        number = number * len(dataset.dimensions[place].codes) + dataset.index[fits, place]
    different, first, group_of = np.unique(number, return_index=True, return_inverse=True)
    cells = np.flatnonzero(fits)[first].tolist()
    return tuple(_parts(dataset, places, cell) for cell in cells[: len(different)]), group_of


def _check_lengths(dimension: Dimension, used: Iterable[int], log: FaultLog) -> None:
    for code in (dimension.codes[at] for at in used):
        if len(code) > LONGEST_CODE:
            log.add("outcomes_code_too_long", None, dimension.name, code=code, limit=LONGEST_CODE)


def _parts(dataset: Dataset, places: list[tuple[int, str]], cell: int) -> dict[str, str]:
    found = dict.fromkeys(Breakdown.DIMENSIONS, "")
    for place, name in places:
        found[name] = dataset.dimensions[place].codes[dataset.index[cell, place]]
    return found
