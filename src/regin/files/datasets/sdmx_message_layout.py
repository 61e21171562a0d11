"""Which names of an SDMX message are dimensions, which are attributes that are kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from regin.engine.errors import N_, Message, fail, register
from regin.files.datasets.dataset import ROLES, Dimension, Role
from regin.files.datasets.sdmx_csv_cells import CONFIDENTIAL, STATUS
from regin.files.datasets.sdmx_message_values import CodeList
from regin.files.eurostat_cells import shown

register(
    {
        "sdmx_no_time": Message(
            N_("The message has no dimension TIME_PERIOD (it has %(found)s)."),
            N_("Download the table again with its periods."),
        ),
        "sdmx_too_many_dimensions": Message(
            N_("The message has %(found)s dimensions; %(limit)s is the most."),
            N_("Choose a table with fewer dimensions."),
        ),
        "sdmx_bad_name": Message(
            N_("“%(name)s” is not the name of a dimension, or stands twice."),
            N_("Each has a name of its own of at most %(limit)s printable characters."),
        ),
    }
)

VALUE: Final = "OBS_VALUE"
TIME: Final = "TIME_PERIOD"
MOST_DIMENSIONS: Final = 40
LONGEST_NAME: Final = 120

_STATUS: Final = re.compile(r"obs_status(?:_[0-9]+)?|obs_flag")
_CONFIDENTIALITY: Final = re.compile(r"conf_status(?:_obs)?|obs_conf")
# SDMX-ML in the form “structure specific” does not say which names are attributes, the structure
# definition does, which is another file. These are attributes in the definitions that offices
# share (national accounts, balance of payments, prices, labour) and never tell figures apart.
_REMARKS: Final = re.compile(
    r"decimals|time_format|time_per_collect|collection|coll_method|base_per|base_period|breaks?"
    r"|(?:nat_)?title(?:_.+)?|(?:.+_)?(?:comment|note)s?(?:_.+)?|(?:obs|ts|dset)_com|embargo.*"
    r"|publ_.+|(?:obs_)?pre_break(?:_.+)?|compilation|compiling_org|source_(?:agency|pub)"
    r"|diss_org|data_comp|dom_ser_ids|idbank|last_update|reporting_year_start_day"
    r"|ref_period_detail|repyear(?:start|end)|table_identifier",
    re.IGNORECASE,
)
# IMF's dimension of the frequency is called so.
_ROLES: Final[Mapping[str, Role]] = {**ROLES, "frequency": "frequency"}
_ONCE: Final = ("geo", "time")
_NEEDED: Final = ("geo", "time", "frequency")


@dataclass(frozen=True, slots=True)
class Column:
    """A dimension, or an attribute kept as one (not `is_key`).

    `is_needed`: every observation has a code of it.
    """

    name: str
    role: Role = ""
    is_needed: bool = True
    is_key: bool = True
    text: str = ""

    def dimension(self) -> Dimension:
        """Return it without codes."""
        return Dimension(self.name, (), role=self.role, text=self.text)


@dataclass(frozen=True, slots=True)
class Layout:
    """How observations are read. `statuses`: names of flags and their code lists.

    `in_obs`: names that an observation states itself, the others come from what it stands in.
    """

    columns: tuple[Column, ...]
    statuses: tuple[tuple[str, CodeList], ...] = ()
    in_obs: frozenset[str] = field(default_factory=frozenset)


def code_list(name: str) -> CodeList | None:
    """Return the code list of a name of flags, None for other names."""
    folded = name.lower()
    if _STATUS.fullmatch(folded):
        return STATUS
    return CONFIDENTIAL if _CONFIDENTIALITY.fullmatch(folded) else None


def is_remark(name: str) -> bool:
    """Tell a name that is an attribute wherever it stands."""
    return _REMARKS.fullmatch(name) is not None or code_list(name) is not None or name == VALUE


def role_of(name: str, stated: Iterable[str] = ()) -> Role:
    """Return what a dimension is, by its name, else by the roles that the message states."""
    known = (_ROLES[one.lower()] for one in (name, *stated) if one.lower() in _ROLES)
    return next(known, "")


def layout(
    dimensions: Sequence[Column], attributes: Sequence[Column], in_obs: Iterable[str], file: str
) -> Layout:
    """Choose what is kept: the dimensions, and those attributes that change what a figure means.

    These are the unit and its multiplier, and place and frequency where no dimension says them.
    Raises FaultsError: sdmx_no_time, sdmx_too_many_dimensions, sdmx_bad_name.
    """
    taken = {column.role for column in dimensions}
    kept = [one for one in attributes if one.role in ("unit", "attribute")]
    kept += [
        one for one in attributes if one.role in ("geo", "frequency") and one.role not in taken
    ]
    columns = _roles_once([*dimensions, *sorted(kept, key=attributes.index)])
    _check(columns, file)
    lists = [(one.name, code_list(one.name)) for one in attributes]
    return Layout(
        tuple(columns),
        tuple((name, codes) for name, codes in lists if codes is not None),
        frozenset(in_obs),
    )


def _roles_once(columns: Sequence[Column]) -> list[Column]:
    """Leave place and time to one each: the one that is called so, else the first."""
    chosen: Mapping[str, str] = {
        role: next(one.name for one in sorted(columns, key=_is_not_called) if one.role == role)
        for role in _ONCE
        if any(one.role == role for one in columns)
    }
    once = [
        replace(one, role="") if chosen.get(one.role, one.name) != one.name else one
        for one in columns
    ]
    return [replace(one, is_needed=one.is_needed or one.role in _NEEDED) for one in once]


def _is_not_called(column: Column) -> bool:
    return _ROLES.get(column.name.lower()) != column.role


def _check(columns: Sequence[Column], file: str) -> None:
    if len(columns) > MOST_DIMENSIONS:
        raise fail("sdmx_too_many_dimensions", file=file, found=len(columns), limit=MOST_DIMENSIONS)
    seen: set[str] = set()
    for column in columns:
        name = column.name
        if not 0 < len(name) <= LONGEST_NAME or not name.isprintable() or name in seen:
            raise fail("sdmx_bad_name", file=file, name=shown(name), limit=LONGEST_NAME)
        seen.add(name)
    if not any(column.role == "time" for column in columns):
        found = shown(", ".join(column.name for column in columns), LONGEST_NAME)
        raise fail("sdmx_no_time", file=file, found=found)
