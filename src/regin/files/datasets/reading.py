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
from regin.files.datasets.mapping_proposal import propose_mapping
from regin.files.datasets.sdmx_csv import read_sdmx_csv
from regin.files.datasets.sdmx_csv_header import separator_of
from regin.files.datasets.sdmx_message import read_sdmx_message
from regin.files.limits import LIMITS, MIB, UTF16_MARKS, Limits, open_bytes

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
        "dataset_page": Message(
            N_("The file is a web page in place of a table."),
            N_(
                "It may say why there is no table, or hold the link to it: look at it in a browser,"
                " and download the table itself. A table that was saved as a page can be opened in"
                " a spreadsheet program and saved as XLSX."
            ),
        ),
    }
)

_BEGINNING: Final = 65_536
_MARK: Final = b"\xef\xbb\xbf"
_LEAST_COLUMNS: Final = 2
# What an SDMX-JSON message says before its figures, and JSON-stat never does.
_SDMX_KEY: Final = re.compile(rb'"(?:dataSets|structures?|meta|header|errors|\$schema)"\s*:')
# How a page begins, whatever stands before: a comment, what XML says of itself. Never gone back
# over (`?>`, `*+`), so that comments without end cost no more than their length.
_PAGE: Final = re.compile(
    rb"(?>\s+|<!--.*?-->|<\?.*?\?>)*+<(?:!doctype\s+html|(?:html|head|body|title|meta)(?=[\s>/]))",
    re.IGNORECASE | re.DOTALL,
)
_STAT_KEY: Final = re.compile(rb'"(?:class|version|dataset|dimension|value|id|size|href)"\s*:')

Reader = Callable[[Path, Limits], Dataset]


def recognised(path: Path, limits: Limits = LIMITS) -> str:
    """Return what `path` holds: eurostat-tsv, sdmx-csv, sdmx, json-stat, table, html, or "".

    `sdmx-csv` stands for OECD's CSV as well, `sdmx` for XML and JSON, `table` for a CSV or a
    workbook that needs a mapping, `html` for a web page that was saved in place of one. Told by
    the first 64 KiB, never by the name. Raises FaultsError when it cannot be opened.
    """
    with open_bytes(path, limits) as stream:
        beginning = stream.read(_BEGINNING)
    content = beginning.removeprefix(_MARK).lstrip()
    if content.startswith(b"<"):
        return "html" if _PAGE.match(content) else "sdmx"
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
    kind = recognised(path, limits)
    if kind == "html":
        raise fail("dataset_page", file=called)
    if mapping is not None:
        return _called(read_mapped(path, mapping, limits), called)
    if kind == "eurostat-tsv":
        return read_bulk_tsv(path, limits, called)
    if kind == "table":
        check_table(path, limits)
        raise fail("dataset_needs_mapping", file=called)
    if kind not in _READERS:
        raise fail("dataset_unknown", file=called)
    return _called(_READERS[kind](path, limits), called)


def check_table(path: Path, limits: Limits = LIMITS) -> None:
    """Raise FaultsError unless the beginning looks like a table, whatever its columns are.

    What `recognised` calls a table may be a damaged workbook, another archive or a line of text:
    nobody should be asked for the columns of such a file.
    """
    if len(propose_mapping(path, lambda _text: False, limits=limits).columns) < _LEAST_COLUMNS:
        raise fail("dataset_unknown", file=path.name)
    _read_through(path, limits)


def _read_through(path: Path, limits: Limits) -> None:
    """Unpack the whole file. Raises FaultsError: file_bomb, file_damaged."""
    with open_bytes(path, limits) as stream:
        while stream.read(MIB):
            pass


def _called(dataset: Dataset, name: str) -> Dataset:
    return replace(dataset, head=replace(dataset.head, file=name))
