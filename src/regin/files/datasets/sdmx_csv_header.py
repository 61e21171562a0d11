"""The heading of SDMX-CSV and of OECD's CSV, in all their forms."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from typing import Final

from regin.engine.errors import N_, Message, fail, register
from regin.files.datasets.sdmx_csv_codes import code_and_label, tidy
from regin.files.datasets.sdmx_csv_columns import (
    OECD_CSV,
    SDMX_CSV,
    Column,
    Layout,
    SortedColumns,
)
from regin.files.limits import FaultLog

register(
    {
        "sdmx_csv_header": Message(
            N_("The first row is not the heading of an SDMX-CSV file or of OECD's CSV."),
            N_(
                "SDMX-CSV begins with the column DATAFLOW or STRUCTURE; OECD's older files have "
                "the columns “Value” and “Flag Codes”. Download the table again in such a form."
            ),
        ),
    }
)

SEPARATORS: Final = ",;\t"
# As much of the first line as shows whether its heading is known.
LONGEST_LINE: Final = 100_000

# Columns about the whole file; never the name of a dimension.
_FIXED: Final = ("dataflow", "structure", "structure_id", "structure_name", "action", "series_key",
                 "obs_key", "last update")  # fmt: skip
# What any publisher of SDMX calls these; where one heads every other column, none is a label.
_IDS: Final = frozenset({"TIME_PERIOD", "OBS_VALUE", "OBS_FLAG", "OBS_STATUS", "CONF_STATUS",
                         "UNIT_MEASURE", "UNIT_MULT", "DECIMALS", "REF_AREA", "FREQ"})  # fmt: skip


def separator_of(line: str, file: str) -> str:
    """Return the separator of a file by its first line: the one that shows a known heading.

    Raises FaultsError: sdmx_csv_header.
    """
    for separator in SEPARATORS:
        if _format(_split(line[:LONGEST_LINE], separator)):
            return separator
    raise fail("sdmx_csv_header", file=file, row=1)


def _split(line: str, separator: str) -> list[str]:
    """Split one line by itself; into nothing when it cannot be."""
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return []


def _format(cells: Sequence[str]) -> str:
    """Which format has this heading; empty when none that is read here."""
    first = tidy(cells[0]).partition("[")[0].lower() if len(cells) > 1 else ""
    if first in ("dataflow", "structure"):
        return SDMX_CSV
    return OECD_CSV if {"Value", "Flag Codes"} <= set(map(tidy, cells)) else ""


def parse_header(cells: Sequence[str], log: FaultLog) -> Layout:
    """Read the first row.

    Raises FaultsError: sdmx_csv_header, sdmx_csv_no_value, sdmx_csv_no_time,
    sdmx_csv_duplicate_heading, sdmx_csv_bad_heading, sdmx_csv_many_dimensions.
    """
    kind, headings = _format(cells), [tidy(cell) for cell in cells]
    if not kind:
        raise fail("sdmx_csv_header", file=log.file, row=1)
    has_pairs = _has_pairs(headings, kind)
    columns = list(_columns(headings, has_pairs, "Value" if kind == OECD_CSV else ""))
    found = SortedColumns(kind, columns, log)
    log.raise_found()
    read = {column.at for column in (found.value, *found.dimensions)}
    return Layout(
        format=kind,
        width=len(cells),
        dimensions=found.dimensions,
        value=found.value,
        flags=found.flags,
        about={name: at for at, name in enumerate(map(str.lower, headings)) if name in _FIXED},
        is_last_read=len(cells) - 1 in read,
        are_codes=has_pairs or kind == OECD_CSV,
    )


def _has_pairs(headings: Sequence[str], kind: str) -> bool:
    """Tell whether every code has its label in the column beside it.

    SDMX-CSV 2.0 announces that with STRUCTURE_NAME; without it three names that all offices use
    must head a pair. The value must head one, and no name that only a code can have may stand
    in the place of a label. OECD's older files announce nothing, but name codes in capitals and
    labels otherwise; Value stands alone.
    """
    plain = [one for one in headings if one.partition("[")[0].lower() not in _FIXED]
    codes, labels = plain[::2], plain[1::2]
    if kind == SDMX_CSV:
        announced = "structure_name" in map(str.lower, headings)
        shows = "OBS_VALUE" in codes and _IDS.isdisjoint(labels)
        return shows and (announced or len(_IDS.intersection(codes)) > 2)
    value = plain.index("Value")
    beside = zip(codes, labels[: value // 2], strict=False)
    return value % 2 == 0 and all(
        text in (code, "") or text != text.upper() for code, text in beside
    )


def _columns(headings: Sequence[str], has_pairs: bool, alone: str) -> Iterator[Column]:
    """Yield the columns with codes or values, without those about the file.

    `alone`: the heading that has no label beside it even where all others have.
    """
    waiting: tuple[int, str] | None = None
    for at, heading in enumerate(headings):
        name, text = code_and_label(heading)
        if name.partition("[")[0].lower() in _FIXED:
            continue
        if not has_pairs or heading == alone:
            yield Column(at, name.partition("[")[0], text, has_labels=bool(text))
        elif waiting is None:
            waiting = (at, name.partition("[")[0])
        else:
            yield Column(*waiting, heading, labels_at=at)
            waiting = None
    if waiting is not None:
        yield Column(*waiting)
