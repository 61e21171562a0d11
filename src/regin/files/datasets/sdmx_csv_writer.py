"""A `Dataset` as SDMX-CSV 1.0, such that reading it gives the same figures again.

Flags stand in OBS_STATUS, whose list has a code for each letter that is kept: small ones are
Eurostat's, capitals are SDMX's.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Final

from regin.files.datasets.dataset import ROLES, Dataset, Dimension

_USUAL: Final = {"geo": "geo", "time": "TIME_PERIOD", "frequency": "freq", "unit": "unit"}
_VALUES: Final = ("OBS_VALUE", "OBS_STATUS")
WITHOUT_CODE: Final = "DATASET"


def sdmx_csv_lines(dataset: Dataset) -> Iterator[str]:
    """Yield the lines of the file, each with its end.

    A missing value is an empty cell. Codes come back, their labels, titles and rows do not; a
    dimension that its name does not tell apart as place, time, frequency or unit is named so.
    """
    yield _line(["DATAFLOW", *map(heading, dataset.dimensions), *_VALUES])
    table = dataset.head.code or WITHOUT_CODE
    for cell in dataset.cells():
        value = "" if cell.value is None else repr(cell.value)
        yield _line([table, *cell.codes, value, ";".join(cell.flags)])


def heading(dimension: Dimension) -> str:
    """The heading by which a reader knows what the dimension is."""
    if dimension.role in _USUAL and ROLES.get(dimension.name.lower()) != dimension.role:
        return _USUAL[dimension.role]
    return _USUAL["time"] if dimension.role == "time" else dimension.name


def _line(cells: list[str]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerow(cells)
    return stream.getvalue()
