"""Any file of a statistical office into a `Dataset`: its format is told by its content."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from regin.engine.errors import N_, FaultsError, Message, fail, register
from regin.files.datasets.bulk_tsv import read_bulk_tsv
from regin.files.datasets.dataset import Dataset
from regin.files.datasets.json_stat import read_json_stat
from regin.files.datasets.mapped import read_mapped
from regin.files.datasets.mapping import TableMapping
from regin.files.datasets.sdmx_csv import read_sdmx_csv
from regin.files.datasets.sdmx_csv_header import separator_of
from regin.files.datasets.sdmx_message import read_sdmx_message
from regin.files.limits import LIMITS, UTF16_MARKS, Limits, open_bytes

register(
    {
        "dataset_needs_mapping": Message(
            N_("The file is a table, but none of a format whose columns are known."),
            N_(
                "Say once which column is what; or download the table as Eurostat TSV, SDMX or"
                " JSON-stat."
            ),
        ),
        "dataset_unknown": Message(
            N_("The file is of no format that can be read here."),
            N_(
                "Download the table as Eurostat TSV, SDMX (CSV, XML or JSON), JSON-stat, CSV or"
                " XLSX."
            ),
        ),
    }
)

_BEGINNING: Final = 65_536
_MARK: Final = b"\xef\xbb\xbf"
# What an SDMX-JSON message says before its figures, and JSON-stat never does.
_SDMX_KEY: Final = re.compile(rb'"(?:dataSets|structures?|meta|header|errors|\$schema)"\s*:')
_STAT_KEY: Final = re.compile(rb'"(?:class|version|dataset|dimension|value|id|size|href)"\s*:')

Reader = Callable[[Path, Limits], Dataset]


def recognised(path: Path, limits: Limits = LIMITS) -> str:
    """Return what `path` holds: eurostat-tsv, sdmx-csv, sdmx, json-stat, table, or "".

    `sdmx-csv` stands for OECD's CSV as well, `sdmx` for XML and JSON, `table` for a CSV or a
    workbook that needs a mapping. Told by the first 64 KiB, never by the name. Raises FaultsError
    when it cannot be opened.
    """
    with open_bytes(path, limits) as stream:
        beginning = stream.read(_BEGINNING)
    content = beginning.removeprefix(_MARK).lstrip()
    if content.startswith(b"<"):
        return "sdmx"
    if content.startswith((b"{", b"[")):
        return _kind_of_json(content)
    if beginning.startswith(b"PK"):
        return "table"
    kind = _kind_of_text(content.splitlines()[0] if content else b"")
    # A picture or a program is no table; in a table that is known, the row of the NUL is told.
    is_binary = b"\x00" in beginning and not beginning.startswith(UTF16_MARKS)
    return "" if kind == "table" and is_binary else kind


def _kind_of_json(content: bytes) -> str:
    sdmx, stat = _SDMX_KEY.search(content), _STAT_KEY.search(content)
    if sdmx is not None and (stat is None or sdmx.start() < stat.start()):
        return "sdmx"
    return "json-stat"


def _kind_of_text(line: bytes) -> str:
    if b"\\" in line.partition(b"\t")[0] and b"\t" in line:
        return "eurostat-tsv"
    try:
        separator_of(line.decode("utf-8", "replace"), "")
    except FaultsError:
        return "table"
    return "sdmx-csv"


_READERS: Final[Mapping[str, Reader]] = {
    "eurostat-tsv": read_bulk_tsv,
    "sdmx-csv": read_sdmx_csv,
    "sdmx": read_sdmx_message,
    "json-stat": read_json_stat,
}


def read_dataset(
    path: Path,
    limits: Limits = LIMITS,
    name: str = "",
    mapping: TableMapping | None = None,
) -> Dataset:
    """Read a whole file, called `name` where it lies under another one.

    A `mapping` says how a plain table is read; without one a plain table is a fault. Raises
    FaultsError with all faults of the file.
    """
    called = name or path.name
    if mapping is not None:
        return _called(read_mapped(path, mapping, limits), called)
    kind = recognised(path, limits)
    if kind == "eurostat-tsv":
        return read_bulk_tsv(path, limits, called)
    if kind not in _READERS:
        raise fail("dataset_needs_mapping" if kind else "dataset_unknown", file=called)
    return _called(_READERS[kind](path, limits), called)


def _called(dataset: Dataset, name: str) -> Dataset:
    return replace(dataset, head=replace(dataset.head, file=name))
