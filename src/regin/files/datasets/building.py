"""Cells on their way into a `Dataset`, checked for what no format may do."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import getitem
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from regin.engine.errors import N_, FaultsError, Message, fail, register
from regin.files.datasets.dataset import Dataset, Dimension, Head
from regin.files.limits import FaultLog

T = TypeVar("T", bound=np.generic)

register(
    {
        "dataset_no_cells": Message(
            N_("There is a heading but no observation."),
            N_("Download the table again and check that your selection is not empty."),
        ),
        "dataset_flags": Message(
            N_("The file has more than %(limit)s different sets of flags."),
            N_("This is not a table of figures; check what the file really is."),
        ),
        "dataset_duplicate": Message(
            N_("The observation of %(key)s stands in row %(first)s already."),
            N_("Keep the one that is right and remove the other."),
        ),
    }
)


MOST_SETS = 60_000
"""Different sets of flags; no office writes more than a handful."""


class _Places(dict[str, int]):
    """Code → its place, in the order in which codes are first asked for."""

    def __missing__(self, code: str) -> int:
        self[code] = place = len(self)
        return place


@dataclass(slots=True)
class DatasetBuilder:
    """Collects the cells of a file. `dimensions` come without codes; the cells bring them."""

    head: Head
    dimensions: Sequence[Dimension]
    log: FaultLog
    column: str = "OBS_VALUE"
    across: int | None = None
    headings: Mapping[str, str] = field(default_factory=dict)
    _codes: list[_Places] = field(init=False)
    _labels: list[dict[str, str]] = field(init=False)
    _index: array[int] = field(default_factory=lambda: array("i"), init=False)
    _values: array[float] = field(default_factory=lambda: array("d"), init=False)
    _flags: array[int] = field(default_factory=lambda: array("H"), init=False)
    _rows: array[int] = field(default_factory=lambda: array("i"), init=False)
    _flag_sets: dict[str, int] = field(default_factory=lambda: {"": 0}, init=False)

    def __post_init__(self) -> None:
        self._codes = [_Places() for _ in self.dimensions]
        self._labels = [{} for _ in self.dimensions]

    def label(self, dimension: int, code: str, label: str) -> None:
        """Say what `code` means; the first label of a code stays."""
        if label:
            self._labels[dimension].setdefault(code, label)

    def add(self, codes: Sequence[str], value: float | None, flags: str, row: int) -> None:
        """Put a cell behind the others, a code for each dimension.

        Raises FaultsError when there are too many cells.
        """
        if len(self._values) >= self.log.limits.cells:
            raise fail("too_many_cells", file=self.log.file, limit=self.log.limits.cells)
        self._index.extend(map(getitem, self._codes, codes))
        self._values.append(float("nan") if value is None else value)
        number = self._flag_sets.setdefault(flags, len(self._flag_sets))
        if number >= MOST_SETS:
            raise fail("dataset_flags", file=self.log.file, row=row, limit=MOST_SETS)
        self._flags.append(number)
        self._rows.append(row)

    def built(self) -> Dataset:
        """Freeze what was added. Raises FaultsError with every fault of the log."""
        if not len(self._values) and not self.log.found:
            self.log.add("dataset_no_cells", None, None)
        self.log.raise_found()
        found = Dataset(
            head=self.head,
            dimensions=tuple(self._dimension(at) for at in range(len(self.dimensions))),
            index=_frozen(np.frombuffer(self._index, np.int32).reshape(-1, len(self.dimensions))),
            values=_frozen(np.frombuffer(self._values, np.float64)),
            flags=_frozen(np.frombuffer(self._flags, np.uint16)),
            flag_sets=tuple(self._flag_sets),
            rows=_frozen(np.frombuffer(self._rows, np.int32)),
            column=self.column,
            across=self.across,
            headings=self.headings,
        )
        self._check_keys(found)
        return found

    def _dimension(self, at: int) -> Dimension:
        codes, labels = tuple(self._codes[at]), self._labels[at]
        named = tuple(labels.get(code, "") for code in codes) if labels else ()
        return replace(self.dimensions[at], codes=codes, labels=named)

    def _check_keys(self, found: Dataset) -> None:
        """Log every cell whose key another has had, attributes aside."""
        roles = [dimension.role for dimension in found.dimensions]
        kept = [at for at, role in enumerate(roles) if role != "attribute"]
        if not kept:  # nothing tells the cells apart: each after the first is one too many
            kept = list(range(len(roles)))
        order = np.lexsort([found.index[:, at] for at in kept])
        keys = found.index[order][:, kept]
        twice = np.flatnonzero((keys[1:] == keys[:-1]).all(axis=1)) + 1
        try:
            for place in twice.tolist():
                cell, first = int(order[place]), int(order[place - 1])
                codes = [
                    dimension.codes[at]
                    for dimension, at in zip(found.dimensions, found.index[cell], strict=True)
                ]
                self.log.add(
                    "dataset_duplicate",
                    int(found.rows[cell]),
                    found.column_of(tuple(codes)),
                    key=", ".join(codes[at] for at in kept)[:120],
                    first=int(found.rows[first]),
                )
        except FaultsError as error:
            raise self.log.stop(error) from None
        self.log.raise_found()


def _frozen(column: NDArray[T]) -> NDArray[T]:
    column.flags.writeable = False
    return column
