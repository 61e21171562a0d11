"""Observations of an SDMX message, checked one by one, on their way into a `Dataset`.

What is stated once for a whole data set, group or series holds for each of its observations that
does not state it itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from regin.engine.errors import N_, Message, fail, register
from regin.files.datasets.building import DatasetBuilder
from regin.files.datasets.sdmx_message_layout import VALUE, Column, Layout
from regin.files.datasets.sdmx_message_values import (
    CodeReader,
    FlagReader,
    PeriodReader,
    Room,
    parse_number,
)
from regin.files.eurostat_cells import CellError, shown
from regin.files.limits import MIB, FaultLog

register(
    {
        "sdmx_no_code": Message(
            N_("The observation has no code for %(name)s."),
            N_("Compare it with the source, or download the table again."),
        ),
        "sdmx_late_group": Message(
            N_("The group stands behind observations that it may be about."),
            N_("Download the table again; groups stand before series and observations."),
        ),
        "sdmx_too_many_groups": Message(
            N_("The message has more than %(limit)s groups."),
            N_("Split it, or leave out periods and indicators that you do not need."),
        ),
    }
)

MOST_GROUPS: Final = 200_000
MOST_KINDS: Final = 100
HEAVIEST: Final = 64 * MIB
# Stands for a code that was told to be wrong, so that it is told once.
_TOLD: Final = "?"

Names = Mapping[str, object]


class Groups:
    """What groups of observations state, found again by the part of the key that they name."""

    def __init__(self, layout: Layout, file: str) -> None:
        self._key_names = {column.name for column in layout.columns if column.is_key}
        self._wanted = {column.name for column in layout.columns if not column.is_key}
        self._wanted |= {name for name, _ in layout.statuses}
        self._file = file
        self._kinds: dict[tuple[str, ...], dict[tuple[object, ...], Names]] = {}
        self._size = self._weight = 0

    def add(self, names: Names) -> None:
        """Keep what a group says: names of the key, and what holds for all that have it."""
        stated = {name: names[name] for name in names if name in self._wanted}
        if not stated:
            return
        kind = tuple(sorted(name for name in names if name in self._key_names))
        found = self._kinds.setdefault(kind, {})
        found[tuple(names[name] for name in kind)] = stated
        self._size += 1
        self._weight += sum(len(_text(names[name])) for name in (*kind, *stated))
        if self._size > MOST_GROUPS or len(self._kinds) > MOST_KINDS:
            raise fail("sdmx_too_many_groups", file=self._file, limit=MOST_GROUPS)
        if self._weight > HEAVIEST:
            raise fail("sdmx_bomb", file=self._file)

    def about(self, names: Names) -> dict[str, object]:
        """Return what the groups state of which `names` hold the key."""
        stated: dict[str, object] = {}
        for kind, found in self._kinds.items():
            if all(name in names for name in kind):
                stated |= found.get(tuple(names[name] for name in kind), {})
        return stated

    def within(self, names: Names) -> bool:
        """Tell whether `names` hold the key of every group, so that nothing more is to come."""
        return all(name in names for kind in self._kinds for name in kind)


class CellSink:
    """Takes what a message states, in its order, and puts cells into `builder`.

    `by_line`: faults and cells are numbered by line, else by their place among the observations.
    Faults go to `log`; after the first no more cells are kept, but all is read.
    """

    def __init__(
        self, layout: Layout, builder: DatasetBuilder, log: FaultLog, by_line: bool
    ) -> None:
        self._layout, self._builder, self._log, self._by_line = layout, builder, log, by_line
        room = Room()
        self._readers: list[dict[str, str]] = [
            PeriodReader() if column.role == "time" else CodeReader(room)
            for column in layout.columns
        ]
        self._status_names = [name for name, _ in layout.statuses]
        self._flags = FlagReader([codes for _, codes in layout.statuses])
        self._count = 0
        self.begin({})

    def begin(self, names: Names) -> None:
        """Begin a data set with what it states for all."""
        self._dataset, self._groups = names, Groups(self._layout, self._log.file)
        self._first = self._count + 1
        self._stand_in({}, None)

    def group(self, names: Names, line: int) -> None:
        """Keep what is stated for a part of the key."""
        if self._count >= self._first:
            self._log.add("sdmx_late_group", self._row(line, self._count), None)
        self._groups.add(names)
        self._look_up(is_open=True)

    def series(self, names: Names, line: int) -> None:
        """Begin a series with its part of the key and what it states for all."""
        self._stand_in(names, self._row(line, self._count + 1))

    def observation(self, names: Names, line: int) -> None:
        """Read one observation. Raises FaultsError when there are too many cells or faults."""
        self._count += 1
        row = self._row(line, self._count)
        if self._is_open:
            stated = self._groups.about({**self._around, **names})
            names = {**stated, **self._own, **names}
        try:
            codes = self._codes(names)
            value, flags = parse_number(names.get(VALUE)), self._flags_of(names)
        except CellError:
            self._tell(names, row)
            return
        if not self._log.found:
            self._builder.add(codes, value, flags, row)

    def label(self, name: str, text: str, label: str) -> None:
        """Say what a code means. Raises CellError when it is none."""
        at = [column.name for column in self._layout.columns].index(name)
        if self._layout.columns[at].role != "time":
            self._builder.label(at, self._readers[at][text], label)

    def _row(self, line: int, place: int) -> int:
        return line if self._by_line else place

    def _stand_in(self, own: Names, row: int | None) -> None:
        """Note what the next observations stand in: data set, groups, series."""
        self._own = own
        self._around = {**self._dataset, **self._groups.about({**self._dataset, **own}), **own}
        self._base = ["" for _ in self._layout.columns]
        for at, column in enumerate(self._layout.columns):
            try:
                self._base[at] = self._code(at, self._around.get(column.name))
            except CellError as error:
                self._log.add(error.code, row, shown(column.name), **error.params)
                self._base[at] = _TOLD
        self._marks = {name: _text(self._around.get(name)) for name in self._status_names}
        self._look_up(is_open=not self._groups.within(self._around))

    def _look_up(self, is_open: bool) -> None:
        """Note what to look up for each observation. `is_open`: also what groups say about it."""
        self._is_open = is_open
        self._in_obs = [
            (at, column.name)
            for at, column in enumerate(self._layout.columns)
            if is_open or column.name in self._layout.in_obs
        ]

    def _code(self, at: int, stated: object) -> str:
        text = _text(stated)
        return self._readers[at][text] if text else ""

    def _codes(self, names: Names) -> list[str]:
        codes = self._base.copy()
        for at, name in self._in_obs:
            text = names.get(name)
            if text:
                codes[at] = self._code(at, text)
        if "" in codes:
            self._check_needed(codes)
        return codes

    def _check_needed(self, codes: list[str]) -> None:
        for code, column in zip(codes, self._layout.columns, strict=True):
            if column.is_needed and not code:
                raise CellError("sdmx_no_code", name=shown(column.name))

    def _flags_of(self, names: Names) -> str:
        if not self._marks:
            return ""
        stated = self._marks
        if not stated.keys().isdisjoint(names):
            stated = {name: _text(names.get(name, mark)) for name, mark in stated.items()}
        return self._flags[tuple(stated.values())]

    def _tell(self, names: Names, row: int) -> None:
        """Log everything that is wrong with an observation."""
        for at, column in enumerate(self._layout.columns):
            self._tell_code(at, column, names, row)
        try:
            parse_number(names.get(VALUE))
        except CellError as error:
            self._log.add(error.code, row, VALUE, **error.params)
        try:
            self._flags_of(names)
        except CellError as error:
            stated = shown(", ".join(name for name in self._status_names if name in names))
            self._log.add(error.code, row, stated or None, **error.params)

    def _tell_code(self, at: int, column: Column, names: Names, row: int) -> None:
        try:
            code = self._code(at, names.get(column.name)) or self._base[at]
        except CellError as error:
            self._log.add(error.code, row, shown(column.name), **error.params)
            return
        if column.is_needed and not code:
            self._log.add("sdmx_no_code", row, None, name=shown(column.name))


def _text(stated: object) -> str:
    return stated if isinstance(stated, str) else ""
