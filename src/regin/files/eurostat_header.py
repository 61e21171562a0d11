"""The heading of Eurostat's bulk TSV, in both dialects: which column and key part is what."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from regin.engine.errors import N_, FaultsError, Message, fail, register
from regin.files.eurostat_cells import shown
from regin.files.limits import FaultLog
from regin.files.observations import Period, parse_period

register(
    {
        "tsv_header": Message(
            N_("The first row is not the heading of a Eurostat bulk TSV file."),
            N_(
                "It holds dimensions joined by commas, a backslash, and one heading a column, "
                "with tabs between: “freq,unit,geo\\TIME_PERIOD”, “2013”, “2014” …; the older "
                "form is “unit,geo\\time”. Download the table as TSV."
            ),
        ),
        "tsv_duplicate_dimension": Message(
            N_("The dimension %(name)s stands twice in the heading."),
            N_("Download the table again; each dimension is named once."),
        ),
        "tsv_no_geo": Message(
            N_("The table has no dimension “geo” (it has %(found)s)."),
            N_("Choose a table by country or region."),
        ),
        "tsv_no_time": Message(
            N_("The table has no dimension “time” or “TIME_PERIOD” (it has %(found)s)."),
            N_("Download the table again as TSV, with its periods."),
        ),
        "tsv_turned": Message(
            N_("The columns are %(name)s; they can be periods or places only."),
            N_("Download the table again as TSV with the periods in the columns."),
        ),
        "tsv_bad_period": Message(
            N_("“%(text)s” is not a period."),
            N_(
                "Write a year (2013), half-year (2013-S1), quarter (2013-Q1), month (2013-01) "
                "or week (2013-W01)."
            ),
        ),
        "tsv_mixed_frequency": Message(
            N_("The period %(period)s is of another frequency than %(first)s."),
            N_("Download one table for each frequency."),
        ),
        "tsv_bad_code": Message(
            N_("“%(text)s” is not a code."),
            N_("A code has 1 to 64 letters, digits, dots, hyphens or underscores, no space."),
        ),
        "tsv_duplicate_column": Message(
            N_("The column stands twice."), N_("Keep one of the two columns.")
        ),
    }
)

TIME_NAMES: Final = ("time", "time_period")
# Every key of Eurostat fits; a made-up one is cut, so that a table of faults stays readable.
LONGEST_CORNER: Final = 120
_CODE: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\-+/&]{0,63}")
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")


@dataclass(frozen=True, slots=True)
class Layout:
    """How the parts of a key and the columns are to be read.

    `names` are the parts of the key column, `columns` what each column stands for: a period's
    kept spelling, or a code of a place; `headings` as published. Positions count from 0 in the
    key; the one that is in the columns is None. `corner` is the heading of the key column, by
    which faults name it.
    """

    corner: str
    names: tuple[str, ...]
    headings: tuple[str, ...]
    columns: tuple[str, ...]
    geo_at: int | None
    time_at: int | None

    @property
    def dims_at(self) -> tuple[int, ...]:
        """Positions in the key that are neither place nor time."""
        taken = (self.geo_at, self.time_at)
        return tuple(at for at in range(len(self.names)) if at not in taken)

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Names of the dimensions that are neither place nor time, as published."""
        return tuple(self.names[at] for at in self.dims_at)


class PeriodReader:
    """Reads periods and holds them all to the frequency of the first."""

    def __init__(self, log: FaultLog) -> None:
        self._log = log
        self.first: Period | None = None

    @property
    def frequency(self) -> str:
        """A, S, Q, M or W; empty before the first period."""
        return self.first.frequency if self.first else ""

    def read(self, text: str, row: int, column: str) -> str | None:
        """Return the kept spelling; None with a fault in the log."""
        period = parse_period(text)
        if period is None:
            self._log.add("tsv_bad_period", row, column, text=shown(text))
            return None
        self.first = self.first or period
        if period.frequency != self.first.frequency:
            self._log.add(
                "tsv_mixed_frequency", row, column, period=period.text, first=self.first.text
            )
            return None
        return period.text


def is_code(text: str) -> bool:
    """Tell whether `text` has the shape of a code of a dimension."""
    return _CODE.fullmatch(text) is not None


def parse_header(cells: list[str], periods: PeriodReader, log: FaultLog) -> Layout:
    """Read the first row, split at tabs.

    Raises FaultsError at once when the heading has no usable form (tsv_header, tsv_no_geo,
    tsv_no_time, tsv_turned, tsv_duplicate_dimension); faults of single columns go to `log`.
    """
    corner = shown(cells[0].strip(" "), LONGEST_CORNER)
    names, across = _split_corner(cells, corner, log.file)
    headings = tuple(cell.strip(" ") for cell in cells[1:])
    geo_at, time_at = _find(names, across, corner, log.file)
    columns = _columns(headings, periods if time_at is None else None, log)
    return Layout(corner, names, headings, columns, geo_at, time_at)


def _split_corner(cells: list[str], corner: str, file: str) -> tuple[tuple[str, ...], str]:
    left, slash, across = cells[0].strip(" ").partition("\\")
    names = tuple(left.split(","))
    if not slash or len(cells) < 2 or not all(map(_NAME.fullmatch, (*names, across))):
        raise fail("tsv_header", file=file, row=1)
    folded = [name.lower() for name in (*names, across)]
    for at, name in enumerate(folded):
        if name in folded[:at]:
            raise fail("tsv_duplicate_dimension", file=file, row=1, column=corner, name=name)
    return names, across


def _find(
    names: tuple[str, ...], across: str, corner: str, file: str
) -> tuple[int | None, int | None]:
    """Positions of place and time in the key, None for the one in the columns."""
    folded = [name.lower() for name in names]
    everything = [*folded, across.lower()]
    times = [at for at, name in enumerate(everything) if name in TIME_NAMES]
    if "geo" not in everything:
        raise _missing("tsv_no_geo", (*names, across), corner, file)
    if len(times) != 1:
        raise _missing("tsv_no_time", (*names, across), corner, file)
    geo = everything.index("geo")
    if len(names) not in (geo, times[0]):
        raise fail("tsv_turned", file=file, row=1, column=corner, name=across)
    return (None, times[0]) if geo == len(names) else (geo, None)


def _missing(code: str, names: tuple[str, ...], corner: str, file: str) -> FaultsError:
    found = shown(", ".join(names))
    return fail(code, file=file, row=1, column=corner, found=found)


def _columns(
    headings: tuple[str, ...], periods: PeriodReader | None, log: FaultLog
) -> tuple[str, ...]:
    """Kept spelling of each column; a faulty one is logged and stands as published."""
    columns: list[str] = []
    seen: set[str] = set()
    for heading in headings:
        kept = _column(heading, periods, log)
        if kept is not None and kept in seen:
            log.add("tsv_duplicate_column", 1, shown(heading))
        seen.add(kept or "")
        columns.append(kept or heading)
    return tuple(columns)


def _column(heading: str, periods: PeriodReader | None, log: FaultLog) -> str | None:
    if periods is not None:
        return periods.read(heading, 1, shown(heading))
    if is_code(heading):
        return heading
    log.add("tsv_bad_code", 1, shown(heading), text=shown(heading))
    return None
