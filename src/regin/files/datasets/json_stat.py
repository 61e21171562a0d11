"""JSON-stat, versions 1.0 to 2.1, as Eurostat and other offices write it, as a `Dataset`.

The format is described at https://json-stat.org/full/: a cube of dimensions, their categories,
and the values of all crossings in one row, the last dimension turning fastest.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from regin.engine.errors import FaultsError
from regin.files.datasets import building  # noqa: F401  # registers dataset_… messages
from regin.files.datasets.dataset import Dataset, Head
from regin.files.datasets.json_stat_cube import Cube, read_cube
from regin.files.datasets.json_stat_tables import find_table
from regin.files.datasets.json_stat_values import Figures, read_figures
from regin.files.datasets.json_text import Part, one_line, read_json
from regin.files.limits import LIMITS, FaultLog, Limits

FORMAT: Final = "json-stat"

T = TypeVar("T", bound=np.generic)


def read_json_stat(path: Path, limits: Limits = LIMITS, dataset: str | None = None) -> Dataset:
    """Read one table of a JSON-stat file of at most 64 MiB, plain or gzip by its content.

    `dataset`: name of the table, where the file holds several (see `find_table`).

    `Dataset.dimensions` are those of the file, with all categories it names, also those without
    a cell: the file covers them. Units that it states for single categories follow as further
    dimensions (see `read_units`). Periods stand in their kept spelling, roles as the file says,
    else by name (see `roles_of`). `child`, `note`, `link` and `extension` are left out, but for
    the code and language of the dataset, which Eurostat and PxWeb put into the last.

    Every value and every null is a cell, and every place with a status; a place that a sparse
    table leaves out is none (see `json_stat_values`). A missing value is None, never zero.
    `Cell.row` is the place of the value, from 1; cells stand in this order.
    Raises FaultsError with every fault of the file; `column` is the path in the JSON, such as
    `dimension.geo.category.index`.
    """
    log = FaultLog(path.name, limits)
    try:
        return _read(path, dataset, log)
    except FaultsError as error:
        raise log.stop(error) from None


def _read(path: Path, wanted: str | None, log: FaultLog) -> Dataset:
    name, table = find_table(read_json(path, log), wanted)
    cube = read_cube(table)
    figures = read_figures(table, None if cube is None else cube.places)
    if figures is not None and not len(figures.places):
        log.add("dataset_no_cells", None, None)
    if cube is None or figures is None or log.found:
        raise FaultsError(log.found)
    read = _dataset(_head(table, name, path.name), cube, figures)
    _check_keys(read, log)
    log.raise_found()
    return read


def _dataset(head: Head, cube: Cube, figures: Figures) -> Dataset:
    return Dataset(
        head=head,
        dimensions=cube.all_dimensions,
        index=_frozen(cube.index(figures.places)),
        values=_frozen(figures.values),
        flags=_frozen(figures.flags),
        flag_sets=figures.flag_sets,
        rows=_frozen((figures.places + 1).astype(np.int32)),
        column="value",
    )


def _frozen(column: NDArray[T]) -> NDArray[T]:
    column.flags.writeable = False
    return column


def _head(table: Part, name: str, file: str) -> Head:
    return Head(
        file=file,
        format=FORMAT,
        code=_first(table, ("id",), ("datasetId",), ("px", "tableid"), ("px", "matrix"))
        or _bundle_name(table, name),
        title=_said(table["label"]),
        source=_said(table["source"]),
        updated=_said(table["updated"]),
        language=_language(_first(table, ("lang",), ("px", "language"))),
    )


def _said(part: Part) -> str:
    """Return a text about the table; anything else there is no reason to refuse its figures."""
    return one_line(part.content) if isinstance(part.content, str) else ""


def _first(table: Part, *paths: tuple[str, ...]) -> str:
    """Return the first of these members of the extension that holds a text."""
    return next(filter(None, _members(table["extension"], paths)), "")


def _members(part: Part, paths: tuple[tuple[str, ...], ...]) -> Iterator[str]:
    for path in paths:
        own = part
        for step in path:
            own = own[step]
        yield _said(own)


def _bundle_name(table: Part, name: str) -> str:
    """Return the name of a table in a bundle, which is its code; “dataset” means none."""
    return name if table.path == name and name != "dataset" else ""


def _language(text: str) -> str:
    letters = text[:2].lower()
    return letters if len(letters) == 2 and letters.isascii() and letters.isalpha() else ""


def _check_keys(read: Dataset, log: FaultLog) -> None:
    """Log each cell whose key another has had: attributes are no part of it."""
    kept = [at for at, own in enumerate(read.dimensions) if own.role != "attribute"]
    if len(kept) == len(read.dimensions):
        return
    key = np.zeros(len(read), dtype=np.int64)
    for at in kept:
        key = key * len(read.dimensions[at].codes) + read.index[:, at]
    order = np.argsort(key, kind="stable")
    for place in (np.flatnonzero(np.diff(key[order]) == 0) + 1).tolist():
        cell, first = int(order[place]), int(order[place - 1])
        codes = [read.dimensions[at].codes[read.index[cell, at]] for at in kept]
        row, column = int(read.rows[cell]), read.column
        shown = ", ".join(codes)[:120]
        log.add("dataset_duplicate", row, column, key=shown, first=int(read.rows[first]))
