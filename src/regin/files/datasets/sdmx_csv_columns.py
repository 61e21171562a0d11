"""Columns of SDMX-CSV and of OECD's CSV: what each is, by its name and its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from regin.engine.errors import N_, Message, Value, fail, register
from regin.files.datasets.dataset import ROLES, Role
from regin.files.datasets.sdmx_csv_cells import CONFIDENTIAL, EUROSTAT_STATUS, OECD_STATUS, STATUS
from regin.files.eurostat_cells import shown
from regin.files.limits import FaultLog

register(
    {
        "sdmx_csv_no_value": Message(
            N_("There is no column %(name)s (there are %(found)s)."),
            N_("Download the table again with its values."),
        ),
        "sdmx_csv_no_time": Message(
            N_("There is no column with the period (there are %(found)s)."),
            N_("Download the table again with its periods, in a column TIME_PERIOD."),
        ),
        "sdmx_csv_duplicate_heading": Message(
            N_("The column %(name)s stands twice in the heading."),
            N_("Download the table again; each column is named once."),
        ),
        "sdmx_csv_many_dimensions": Message(
            N_("The heading names %(columns)s dimensions; %(limit)s is the most."),
            N_("Check the heading, and whether the periods spread over columns."),
        ),
        "sdmx_csv_bad_heading": Message(
            N_("Column %(number)s has no usable heading (“%(text)s”)."),
            N_("Name it with 1 to %(limit)s characters that can be printed, or remove it."),
        ),
    }
)

SDMX_CSV: Final = "sdmx-csv"
OECD_CSV: Final = "oecd-csv"
LONGEST_HEADING: Final = 120
MOST_DIMENSIONS: Final = 40

# Attributes that never tell two figures apart, for files that do not write them behind the value.
_REMARKS: Final = re.compile(
    r"decimals|time_format|collection|base_per|title(?:_.*)?|(?:.*_)?(?:comment|note)(?:_.*)?"
    r"|embargo(?:_.*)?|pre_break(?:_.*)?|obs_pre_break"
)
_OECD_REMARKS: Final = ("reference period code", "reference period")
_STATUS_NAME: Final = re.compile(r"obs_status(?:_[0-9]+)?")
_SDMX_ROLES: Final[Mapping[str, Role]] = MappingProxyType({**ROLES, "frequency": "frequency"})
_OECD_ROLES: Final[Mapping[str, Role]] = MappingProxyType(
    {
        **_SDMX_ROLES,
        "year": "time",
        "yea": "time",
        "unit code": "unit",
        "powercode code": "attribute",
        "powercode": "attribute",
    }
)
# The first of these that a file has is its place; OECD.Stat names a country beside a region.
_OECD_PLACES: Final = ("reg_id", "metro_id", "location", "ref_area", "cou", "country")


@dataclass(frozen=True, slots=True)
class Column:
    """A column with codes: its place from 0, its name, its own label, what it is.

    `labels_at`: the column beside it with a label for each code. `has_labels`: its cells are
    `code: label`. `may_lack`: it is no part of the key, so a cell may be empty.
    """

    at: int
    name: str
    text: str = ""
    role: Role = ""
    labels_at: int | None = None
    has_labels: bool = False
    may_lack: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """What each column is; places count from 0. `width`: cells of each row.

    `dimensions` are those of the `Dataset`, with time and kept attributes, in the order of the
    file. `flags`: column and its code list. `about`: columns about the whole file, by their
    names in small letters. `is_last_read`: the last column is a value or a code. `are_codes`:
    the heading itself shows that dimensions hold codes, never labels in their place.
    """

    format: str
    width: int
    dimensions: tuple[Column, ...]
    value: Column
    flags: tuple[tuple[Column, Mapping[str, str]], ...]
    about: Mapping[str, int]
    is_last_read: bool
    are_codes: bool

    @property
    def time_at(self) -> int:
        """Place of time among the dimensions."""
        return [column.role for column in self.dimensions].index("time")

    @property
    def frequency_at(self) -> int | None:
        """Place of the frequency among the dimensions, None when none says it."""
        roles = [column.role for column in self.dimensions]
        return roles.index("frequency") if "frequency" in roles else None


class SortedColumns:
    """Columns sorted by what they are: `value`, `flags` with code lists, `dimensions`.

    Raises FaultsError: sdmx_csv_no_value, sdmx_csv_no_time; what is wrong with single columns
    goes to `log`.
    """

    def __init__(self, kind: str, columns: Sequence[Column], log: FaultLog) -> None:
        self._kind, self._columns, self._file = kind, columns, log.file
        self.value = self._value("Value" if kind == OECD_CSV else "OBS_VALUE")
        self.flags = tuple(self._flags())
        self._time = self._time_column()
        self.dimensions = tuple(self._dimensions())
        self._check(log)

    def _value(self, name: str) -> Column:
        for column in self._columns:
            if name in (column.name, column.name.upper()):
                return column
        raise fail("sdmx_csv_no_value", file=self._file, row=1, name=name, found=self._names())

    def _names(self) -> str:
        return shown(", ".join(column.name for column in self._columns), LONGEST_HEADING)

    def _flags(self) -> Iterator[tuple[Column, Mapping[str, str]]]:
        for column in self._columns:
            codes = self._code_list(column.name.lower())
            if codes is not None:
                yield column, codes

    def _code_list(self, name: str) -> Mapping[str, str] | None:
        """Return the code list of a column of flags; the heading decides."""
        if self._kind == OECD_CSV:
            return OECD_STATUS if name == "flag codes" else None
        if name in ("conf_status", "obs_conf"):
            return CONFIDENTIAL
        if _STATUS_NAME.fullmatch(name):
            return STATUS
        return EUROSTAT_STATUS if name == "obs_flag" else None

    def _time_column(self) -> Column:
        """Return TIME_PERIOD, or else the first column that is time by its name."""
        times = [one for one in self._columns if self._roles.get(one.name.lower()) == "time"]
        named = [one for one in times if one.name.upper() == "TIME_PERIOD"]
        if not times:
            raise fail("sdmx_csv_no_time", file=self._file, row=1, found=self._names())
        return (named or times)[0]

    @property
    def _roles(self) -> Mapping[str, Role]:
        return _OECD_ROLES if self._kind == OECD_CSV else _SDMX_ROLES

    def _dimensions(self) -> Iterator[Column]:
        place = self._place()
        taken = {self.value.at, *(column.at for column, _ in self.flags)}
        for column in self._columns:
            role = "geo" if column.at == place else self._roles.get(column.name.lower(), "")
            if column.at not in taken and self._is_kept(column, role):
                beside_key = self._kind == OECD_CSV or column.at > self.value.at
                may_lack = role == "attribute" or (role == "unit" and beside_key)
                yield replace(column, role=role, may_lack=may_lack)

    def _is_kept(self, column: Column, role: Role) -> bool:
        """Tell a dimension or an attribute that changes what a figure means from a remark.

        Offices write dimensions, value, attributes in this order. A file whose period stands
        behind the value keeps no order, so whatever is no known remark could be a dimension.
        """
        if role == "time":
            return column.at == self._time.at
        if role or column.name.lower() in _OECD_REMARKS:
            return bool(role)
        if self._time.at < self.value.at:
            return column.at < self.value.at
        return not _REMARKS.fullmatch(column.name.lower())

    def _place(self) -> int | None:
        """Return the column that is OECD.Stat's place; in SDMX-CSV the role says it."""
        names = {column.name.lower(): column.at for column in self._columns}
        known = [names[name] for name in _OECD_PLACES if name in names]
        return known[0] if known and self._kind == OECD_CSV else None

    def _check(self, log: FaultLog) -> None:
        """Log what is wrong with names, and too many dimensions."""
        found, used = len(self.dimensions), {self.value.at, *(c.at for c in self.dimensions)}
        if found > MOST_DIMENSIONS:
            log.add("sdmx_csv_many_dimensions", 1, None, columns=found, limit=MOST_DIMENSIONS)
        seen: set[str] = set()
        for column in self._columns:
            name = column.name if self._kind == OECD_CSV else column.name.lower()
            if column.at in used and not _is_name(name):
                told: dict[str, Value] = {"number": column.at + 1, "limit": LONGEST_HEADING}
                log.add("sdmx_csv_bad_heading", 1, shown(name), text=shown(name), **told)
            elif name and name in seen:
                log.add("sdmx_csv_duplicate_heading", 1, shown(name), name=shown(column.name))
            seen.add(name)


def _is_name(text: str) -> bool:
    return 0 < len(text) <= LONGEST_HEADING and text.isprintable()
