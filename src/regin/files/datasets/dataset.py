"""A statistical table as its office published it, whatever the format of its file.

Every reader of this package gives a `Dataset`: dimensions with their codes and labels, and one
cell an observation. Nothing is resolved here: which code is a region, which value of a dimension
belongs to which series, is decided by who imports it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

Role = Literal["", "geo", "time", "frequency", "unit", "attribute"]
"""What a dimension is. An `attribute` (a multiplier of the unit) is not part of the key."""

FORMATS: Final = (
    "eurostat-tsv",
    "sdmx-csv",
    "oecd-csv",
    "sdmx-ml",
    "sdmx-json",
    "json-stat",
    "mapped-table",
)

ROLES: Final[Mapping[str, Role]] = {
    "geo": "geo",
    "ref_area": "geo",
    "region": "geo",
    "time": "time",
    "time_period": "time",
    "freq": "frequency",
    "unit": "unit",
    "unit_measure": "unit",
    "unit_mult": "attribute",
}
"""Roles by the names that offices give their dimensions, in lower case."""


@dataclass(frozen=True, slots=True)
class Dimension:
    """One dimension: `codes` are distinct, in the order of the file.

    `labels`: what each code means in the file's language, "" where the file does not say; empty
    where it says nothing at all. `is_labelled`: the file has labels in place of codes, so `codes`
    holds labels. `text`: the dimension's own label. Periods stand in their kept spelling.
    """

    name: str
    codes: tuple[str, ...]
    labels: tuple[str, ...] = ()
    role: Role = ""
    text: str = ""
    is_labelled: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """What the file says about itself; "" where it says nothing.

    `format`: one of `FORMATS`. `code`: the dataset's own code (`LFSA_UGAN`). `updated`: as
    published. `language`: two letters.
    """

    file: str
    format: str
    code: str = ""
    title: str = ""
    source: str = ""
    updated: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One observation. `codes`: one for each dimension, in their order.

    `value` is None where none is published, which is never zero. `flags`: letters of
    `observations.KNOWN_FLAGS`. `row`: counts from 1 with the heading as row 1; in a format
    without rows, the place of the value from 1. `column`: the heading as published.
    """

    codes: tuple[str, ...]
    value: float | None
    flags: str
    row: int
    column: str


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """A whole file in columns, about 12 bytes a cell and 4 more a dimension.

    `index` (cells, dimensions): place of the code in `Dimension.codes`. `values` (cells,): in the
    unit of the file, NaN where missing. `flags` (cells,): indices into `flag_sets`, whose first
    is "". `rows` (cells,): see `Cell.row`. `column`: heading of the values; where they spread
    over columns, `across` is the dimension whose codes head them.
    """

    head: Head
    dimensions: tuple[Dimension, ...]
    index: NDArray[np.int32]
    values: NDArray[np.float64]
    flags: NDArray[np.uint16]
    flag_sets: tuple[str, ...]
    rows: NDArray[np.int32]
    column: str = "OBS_VALUE"
    across: int | None = None
    headings: Mapping[str, str] = field(default_factory=dict)
    """Heading as published of a code of the dimension `across`, where it is spelt otherwise."""

    def __len__(self) -> int:
        """Return the number of cells."""
        return len(self.values)

    def place_of(self, role: Role) -> int | None:
        """Return which dimension has the role, None when none has."""
        roles = [dimension.role for dimension in self.dimensions]
        return roles.index(role) if role in roles else None

    def cells(self) -> Iterator[Cell]:
        """Yield the cells in the order of the file."""
        codes = [dimension.codes for dimension in self.dimensions]
        columns = (self.index, self.values, self.flags, self.rows)
        for places, value, flags, row in zip(*(one.tolist() for one in columns), strict=True):
            key = tuple(own[place] for own, place in zip(codes, places, strict=True))
            missing = value != value  # noqa: PLR0124  # NaN, the one value unlike itself
            number = None if missing else value
            yield Cell(key, number, self.flag_sets[flags], row, self.column_of(key))

    def column_of(self, codes: tuple[str, ...]) -> str:
        """Return the heading above the cell with these codes, as published."""
        if self.across is None:
            return self.column
        code = codes[self.across]
        return self.headings.get(code, code)
