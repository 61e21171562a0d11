"""First reading of an SDMX-ML message: which names it has and what they are."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from regin.engine.errors import N_, Message, fail, register
from regin.files.datasets.sdmx_message_cells import Names
from regin.files.datasets.sdmx_message_layout import (
    TIME,
    VALUE,
    Column,
    Layout,
    is_remark,
    layout,
    role_of,
)
from regin.files.eurostat_cells import shown

register(
    {
        "sdmx_no_measure": Message(
            N_("No observation states OBS_VALUE; they state %(found)s."),
            N_("Choose a table with one measure, or ask the office for OBS_VALUE."),
        ),
    }
)

_UNIT: Final = ("unit", "attribute")


class Survey:
    """Takes what a message states, in its order, and keeps the names only.

    `by_line`: every observation begins on a line of its own. `count`: observations so far.
    """

    def __init__(self, file: str) -> None:
        self._file = file
        self._around: dict[str, None] = {}
        self._series: dict[str, None] = {}
        self._flat: dict[str, None] = {}
        self._obs: dict[str, None] = {}
        self._in_series = False
        self._line = 0
        self.by_line = True
        self.count = 0

    def begin(self, names: Names) -> None:
        """Take the names of a data set."""
        self._around.update(dict.fromkeys(names))
        self._in_series = False

    def group(self, names: Names, _line: int) -> None:
        """Take the names of a group."""
        self._around.update(dict.fromkeys(names))

    def series(self, names: Names, _line: int) -> None:
        """Take the names of a series."""
        self._in_series = True
        if not names.keys() <= self._series.keys():
            self._series.update(dict.fromkeys(names))

    def observation(self, names: Names, line: int) -> None:
        """Take the names of an observation."""
        self.count += 1
        if line <= self._line:
            self.by_line = False
        self._line = line
        known = self._obs if self._in_series else self._flat
        if not names.keys() <= known.keys():
            known.update(dict.fromkeys(names))

    def layout(self, along: Collection[str], attributes: Collection[str] | None) -> Layout:
        """Return what is what.

        `along`: dimensions that series run along. `attributes`: names that the message calls so;
        None where it does not say, as in the form that a structure definition belongs to. There
        every name of a series is a dimension that is not known to be an attribute.
        Raises FaultsError: sdmx_no_measure, those of `layout`.
        """
        keys = {**self._series, **self._flat, **dict.fromkeys(n for n in self._obs if n in along)}
        keys.update(dict.fromkeys(name for name in self._obs if name == TIME))
        if attributes is None:
            chosen = [name for name in keys if not is_remark(name) and " " not in name]
        else:
            chosen = [name for name in {**keys, **self._obs} if name not in attributes]
        chosen = [name for name in chosen if name != VALUE]
        stated = {**self._series, **self._flat, **self._obs, **self._around}
        others = [name for name in stated if name not in chosen and name != VALUE]
        if attributes is None:
            self._check_measure(others)
        return layout(
            [self._column(name, along, attributes is not None) for name in chosen],
            [Column(name, role_of(name), is_needed=False, is_key=False) for name in others],
            {**self._obs, **self._flat},
            self._file,
        )

    def _column(self, name: str, along: Collection[str], is_said: bool) -> Column:
        role = role_of(name)
        unit = role in _UNIT and not is_said
        return Column(name, role, is_needed=is_said or name in along, is_key=not unit)

    def _check_measure(self, others: Collection[str]) -> None:
        """Refuse observations that state something which may be the value, but no value."""
        named = [one for one in others if one in self._obs and not is_remark(one)]
        found = [*self._flat, *(one for one in named if not role_of(one) and " " not in one)]
        if VALUE not in {**self._obs, **self._flat} and found:
            raise fail("sdmx_no_measure", file=self._file, found=shown(", ".join(found)))
