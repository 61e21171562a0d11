"""Rows of SDMX-CSV and of OECD's CSV, checked one by one, on their way into a `Dataset`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from operator import getitem, itemgetter

from regin.engine.errors import N_, Message, register
from regin.files.datasets.building import DatasetBuilder
from regin.files.datasets.sdmx_csv_cells import FlagReader, NumberReader
from regin.files.datasets.sdmx_csv_checks import (
    ActionReader,
    FrequencyCheck,
    MarkReader,
    TableReader,
)
from regin.files.datasets.sdmx_csv_codes import (
    LONGEST_CODE,
    CodeReader,
    Learnt,
    PeriodReader,
    tidy,
)
from regin.files.datasets.sdmx_csv_columns import Layout
from regin.files.eurostat_cells import CellError, shown
from regin.files.limits import FaultLog

register(
    {
        "sdmx_csv_ragged_row": Message(
            N_("The row has %(cells)s cells; the heading has %(expected)s."),
            N_("Compare the row with the source; the file may be cut off or edited."),
        ),
    }
)

Picked = Callable[[Sequence[str]], tuple[str, ...]]


def picker(places: Sequence[int]) -> Picked:
    """Return what picks these places from a row, always as a tuple."""
    if len(places) > 1:
        return itemgetter(*places)
    return lambda cells: tuple(cells[at] for at in places)


Part = tuple[int, str, dict[str, str]]
"""One cell of a row that is read: its place, the heading, and what reads it."""


class RowReader:
    """Reads rows into `builder` as long as there is no fault; faults go to `log`.

    `sample`: the first row that holds an observation.
    """

    def __init__(self, layout: Layout, builder: DatasetBuilder, log: FaultLog) -> None:
        self._layout, self._builder, self._log = layout, builder, log
        self._numbers, self._periods = NumberReader(), PeriodReader()
        self._learnt: Learnt = []
        self._codes = dict(self._code_readers())
        self._readers = [
            self._codes.get(place, self._periods) for place in range(len(layout.dimensions))
        ]
        self._frequencies = FrequencyCheck(layout, self._periods.frequency)
        about, flags = list(self._about()), list(self._flags())
        self._marks = MarkReader([part[2] for part in about], [part[2] for part in flags])
        self._parts = (*about, *self._key_parts(), *flags)
        self._key = picker([column.at for column in layout.dimensions])
        self._mark = picker([part[0] for part in (*about, *flags)])
        self._value_at, self._first = layout.value.at, 0
        self.sample: Sequence[str] = ()

    def _code_readers(self) -> Iterator[tuple[int, CodeReader]]:
        for place, column in enumerate(self._layout.dimensions):
            if column.role != "time":
                yield place, CodeReader(place, column.has_labels, column.may_lack, self._learnt)

    def _about(self) -> Iterator[Part]:
        for name, at in self._layout.about.items():
            if name in ("dataflow", "structure_id"):
                yield at, name.upper(), TableReader()
            elif name == "action":
                yield at, name.upper(), ActionReader()

    def _flags(self) -> Iterator[Part]:
        for column, codes in self._layout.flags:
            yield column.at, column.name, FlagReader(codes, column.has_labels)

    def _key_parts(self) -> Iterator[Part]:
        for column, reader in zip(self._layout.dimensions, self._readers, strict=True):
            yield column.at, column.name, reader

    def read(self, number: int, cells: Sequence[str]) -> None:
        """Read one row. Raises FaultsError when there are too many cells or faults."""
        width = self._layout.width
        if len(cells) != width:
            self._log.add("sdmx_csv_ragged_row", number, None, cells=len(cells), expected=width)
            return
        try:
            self._add(number, cells)
        except CellError:
            self._tell(number, cells)

    def end(self) -> None:
        """Look back at the columns, once all rows were read."""
        for place, reader in self._codes.items():
            if reader.is_late:
                name = self._layout.dimensions[place].name
                self._log.add("sdmx_csv_empty_code", self._first, shown(name))

    def _add(self, number: int, cells: Sequence[str]) -> None:
        value, key = self._numbers[cells[self._value_at]], self._key(cells)
        if value is None and not all(key) and self._is_remark(key):
            return
        if not self._first:
            self._first, self.sample = number, cells
        flags = self._marks[self._mark(cells)]
        codes = tuple(map(getitem, self._readers, key))
        self._frequencies.check(codes)
        if self._learnt:
            self._keep_labels(cells)
        if not self._log.found:
            self._builder.add(codes, value, flags, number)

    def _is_remark(self, key: Sequence[str]) -> bool:
        """Tell a row that says something about several observations and states none.

        SDMX-CSV 2.0 has such rows: no value, and not all dimensions.
        """
        return any(
            place not in self._codes or self._codes[place].lacks(cell)
            for place, cell in enumerate(key)
            if not cell
        )

    def _keep_labels(self, cells: Sequence[str]) -> None:
        """Keep what new codes mean, said behind them or in the column beside."""
        for place, code, label in self._learnt:
            beside = self._layout.dimensions[place].labels_at
            text = tidy(label if beside is None else cells[beside])
            self._builder.label(place, code, text[:LONGEST_CODE])
        self._learnt.clear()

    def _tell(self, number: int, cells: Sequence[str]) -> None:
        """Log everything that is wrong in a row in which something is."""
        before, value = len(self._log.found), self._layout.value
        for at, heading, reader in (*self._parts, (value.at, value.name, self._numbers)):
            self._try(number, heading, partial(getitem, reader, cells[at]))
        if len(self._log.found) == before:
            codes = tuple(map(getitem, self._readers, self._key(cells)))
            heading = self._layout.dimensions[self._layout.time_at].name
            self._try(number, heading, partial(self._frequencies.check, codes))

    def _try(self, number: int, heading: str, read: Callable[[], object]) -> None:
        try:
            read()
        except CellError as error:
            self._log.add(error.code, number, shown(heading), **error.params)
