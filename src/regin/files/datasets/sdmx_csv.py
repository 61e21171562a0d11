"""SDMX-CSV and OECD's CSV as a `Dataset`: a row is an observation.

What is read, and where it is known from:

- SDMX-CSV 1.0 and 2.0, by the field guides of the SDMX technical working group: first column
  DATAFLOW, or STRUCTURE with STRUCTURE_ID and perhaps STRUCTURE_NAME, ACTION, SERIES_KEY and
  OBS_KEY; codes, `code: label`, or a label in the column beside each code; comma, semicolon or
  tab. Rows without a value that leave dimensions open are remarks and passed over.
- Eurostat's forms of it (`LAST UPDATE`, `OBS_FLAG`, `CONF_STATUS`; labels in place of codes), by
  files of Eurostat.
- OECD's Data Explorer, which writes SDMX-CSV 2.0 with labels beside the codes and further
  flags in `OBS_STATUS_2` …, by headings in public programs that read it.
- OECD's older files (OECD.Stat, also used by other offices; and its portal's short form): pairs
  `LOCATION,Country`, … `TIME,Time`, `Unit Code,Unit`, `PowerCode Code,PowerCode`, then `Value`,
  `Flag Codes`, `Flags`; by headings in public programs. Its flags are known less surely.

Kept are the dimensions, and of the attributes those that change what a figure means: the unit
and its multiplier. Remarks, decimals and base periods are left out.

A file can be cut anywhere: within a row it lacks cells, within quotes one never closes, within
gzip the checksum is missing. Cut at the end of a row it is a shorter table, which no reader can
see. Where the last column is a value, a missing line end is a fault, as digits could be missing;
where it is a flag, that one flag could be missing unseen.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from regin.engine.errors import FaultsError, fail
from regin.files.datasets.building import DatasetBuilder
from regin.files.datasets.csv_rows import CsvRows
from regin.files.datasets.dataset import Dataset, Dimension, Head
from regin.files.datasets.sdmx_csv_codes import LONGEST_CODE, code_and_label, tidy
from regin.files.datasets.sdmx_csv_columns import Layout
from regin.files.datasets.sdmx_csv_header import parse_header, separator_of
from regin.files.datasets.sdmx_csv_rows import RowReader
from regin.files.limits import LIMITS, FaultLog, Limits

# An identifier of SDMX; also with a dot or a slash, as in codes of hierarchies.
_CODE: Final = re.compile(r"[A-Za-z0-9_@$.+/&-]+")
# A word as labels begin with (`Annual`, `Sachsen-Anhalt`); offices do not write codes so.
_WORD: Final = re.compile(r"[A-Z][a-z]{2,}(?:[-/][A-Za-z]+)*")
_OFFICES: Final = {"ESTAT": "Eurostat"}


def read_sdmx_csv(path: Path, limits: Limits = LIMITS) -> Dataset:
    """Read a whole file, gzip or plain, about 12 bytes a cell and 4 more a dimension.

    Values are in the unit of the file; an empty cell, `:`, `..`, `NaN` and `NA` are None. Flags
    are letters of `KNOWN_FLAGS`: OBS_FLAG is read by Eurostat's list, OBS_STATUS by SDMX's (small
    letters by Eurostat's), CONF_STATUS by SDMX's list of confidentiality. A dimension
    `is_labelled` when the file gives no labels beside its codes and one of its cells cannot be a
    code: it has a space, a bracket, a letter beyond a-z …, or is a word with a capital
    (`Annual`). Periods of several frequencies need a dimension that says which is which. A
    dimension that is empty in every row is left out. Rows count as in a spreadsheet.

    Raises FaultsError with all faults of the file (at most `limits.faults`).
    """
    log = FaultLog(path.name, limits)
    try:
        file = _File(path, log)
        file.read_rows()
    except FaultsError as error:
        raise log.stop(error) from None
    return _finished(file.builder.built(), file.layout)


class _File:
    """One pass over a file: the heading on entry, then the rows."""

    def __init__(self, path: Path, log: FaultLog) -> None:
        self._log = log
        self._source = CsvRows(path, log, lambda line: separator_of(line, path.name))
        self._rows = iter(self._source)
        _, cells = next(self._rows, (1, []))
        log.raise_found()
        self.layout = parse_header(cells, log)
        self.builder = DatasetBuilder(
            Head(path.name, self.layout.format),
            [Dimension(c.name, (), role=c.role, text=c.text) for c in self.layout.dimensions],
            log,
            column=self.layout.value.name,
        )

    def read_rows(self) -> None:
        """Read all rows into the builder. Raises FaultsError when reading on is pointless."""
        reader = RowReader(self.layout, self.builder, self._log)
        number, most = 1, self._log.limits.rows
        for number, cells in self._rows:
            if number > most + 1:
                raise fail("too_many_rows", file=self._log.file, limit=most)
            reader.read(number, cells)
        reader.end()
        if self.layout.is_last_read and self._source.is_cut():
            self._log.add("csv_cut_off", number, None)
        self.builder.head = _head(self.builder.head, self.layout, reader.sample)


def _head(head: Head, layout: Layout, cells: Sequence[str]) -> Head:
    """Fill in what the columns about the file say, by one of its rows."""
    said = {name: tidy(cells[at])[:LONGEST_CODE] for name, at in layout.about.items() if cells}
    table, title = code_and_label(said.get("structure_id", said.get("dataflow", "")))
    agency, _, name = table.rpartition(":")
    return replace(
        head,
        code=name.partition("(")[0].partition("$")[0],
        title=said.get("structure_name", title),
        source=_OFFICES.get(agency, agency),
        updated=said.get("last update", ""),
    )


def _finished(found: Dataset, layout: Layout) -> Dataset:
    """Mark dimensions that hold labels and leave out those that are empty throughout."""
    kept = [at for at, dimension in enumerate(found.dimensions) if any(dimension.codes)]
    dimensions = tuple(
        replace(found.dimensions[at], is_labelled=_holds_labels(found, layout, at)) for at in kept
    )
    index = found.index
    if len(kept) < len(found.dimensions):
        index = np.ascontiguousarray(index[:, kept])
        index.flags.writeable = False
    return replace(found, dimensions=dimensions, index=index)


def _holds_labels(found: Dataset, layout: Layout, at: int) -> bool:
    dimension = found.dimensions[at]
    if layout.are_codes or layout.dimensions[at].has_labels or dimension.role == "time":
        return False
    return any(code and not _is_code(code) for code in dimension.codes)


def _is_code(text: str) -> bool:
    return _CODE.fullmatch(text) is not None and _WORD.fullmatch(text) is None
