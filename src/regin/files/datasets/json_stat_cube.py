"""The cube of a JSON-stat table: its dimensions, in order, with all their categories."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from regin.engine.errors import N_, Message, register
from regin.files.datasets.dataset import Dimension, Role
from regin.files.datasets.json_stat_categories import LONGEST_CODE, Categories, read_categories
from regin.files.datasets.json_stat_roles import OURS, roles_of
from regin.files.datasets.json_stat_units import Units
from regin.files.datasets.json_text import Part
from regin.files.eurostat_cells import shown

register(
    {
        "json_stat_dimension_name": Message(
            N_("“%(text)s” is not the name of a dimension, or stands twice."),
            N_("Each dimension has a name of its own of at most %(most)s printable characters."),
        ),
        "json_stat_no_dimension": Message(
            N_("The table names the dimension “%(name)s” but does not describe it."),
            N_("Download the file again; a part of it may be missing."),
        ),
        "json_stat_dimensions": Message(
            N_("The table has %(found)s dimensions; it may have 1 to %(most)s."),
            N_("Choose a table with fewer dimensions."),
        ),
        "json_stat_sizes": Message(
            N_("There are %(sizes)s sizes for %(names)s dimensions."),
            N_("Download the file again; a part of it may be missing."),
        ),
        "json_stat_cube_too_large": Message(
            N_("The categories cross in more than %(limit)s places."),
            N_("Leave out categories that you do not need."),
        ),
        "json_stat_no_time": Message(
            N_("The table has no dimension of time (it has %(found)s)."),
            N_("Choose a table with periods; “role” says which dimension is the time."),
        ),
    }
)

MOST_DIMENSIONS: Final = 30
MOST_PLACES: Final = 2**31 - 1
"""Most crossings of a cube: what `Dataset.rows` can count."""


@dataclass(frozen=True, slots=True)
class Cube:
    """Dimensions of the crossings in the file, the last one turning fastest, and their units.

    `units`: (place of a dimension, dimension that depends on it).
    """

    dimensions: tuple[Dimension, ...]
    units: tuple[tuple[int, Units], ...] = ()

    @property
    def places(self) -> int:
        """How many crossings there are."""
        return math.prod(len(dimension.codes) for dimension in self.dimensions)

    @property
    def all_dimensions(self) -> tuple[Dimension, ...]:
        """The dimensions, then those that depend on others."""
        return (*self.dimensions, *(unit.dimension for _, unit in self.units))

    def index(self, places: NDArray[np.int64]) -> NDArray[np.int32]:
        """Return (places, all dimensions): the category of each dimension at these crossings."""
        found = np.empty((len(places), len(self.all_dimensions)), dtype=np.int32)
        rest = places
        for at in reversed(range(len(self.dimensions))):
            rest, found[:, at] = np.divmod(rest, len(self.dimensions[at].codes))
        for at, (of, unit) in enumerate(self.units, len(self.dimensions)):
            found[:, at] = np.array(unit.places, dtype=np.int32)[found[:, of]]
        return found


def read_cube(table: Part) -> Cube | None:
    """Read names, sizes, roles and categories; None when any of it is faulty.

    Names and sizes stand in the table (2.0) or in its `dimension` (1.x). A table without time is
    a fault, one without places is not: who imports it may know its place.
    Logs: json_stat_dimension_name, json_stat_no_dimension, json_stat_dimensions,
    json_stat_sizes, json_stat_cube_too_large, json_stat_no_time, those of `read_categories`.
    """
    before = len(table.log.found)
    names = _names(table)
    if names is None:
        return None
    sizes = _sizes(table, len(names))
    roles = roles_of(table, names)
    if "time" not in roles.values():
        table["role"].fault("json_stat_no_time", found=shown(", ".join(names), 120))
    read = [
        _categories(table, name, roles[name], size) for name, size in zip(names, sizes, strict=True)
    ]
    good = [one for one in read if one is not None]
    return _cube(table, good) if len(table.log.found) == before else None


def _member(table: Part, name: str) -> Part:
    """Return a member of the table (2.0), or of its `dimension` (1.x) where only that has it."""
    older = table["dimension"][name]
    return older if table[name].content is None and older.content is not None else table[name]


def _names(table: Part) -> list[str] | None:
    part = _member(table, "id")
    stated = part.elements()
    if not stated and not isinstance(part.content, list):
        return None
    before = len(table.log.found)
    if not 1 <= len(stated) <= MOST_DIMENSIONS:
        part.fault("json_stat_dimensions", found=len(stated), most=MOST_DIMENSIONS)
        return None
    for at, name in enumerate(stated):
        if not isinstance(name, str) or not _is_name(name) or name in stated[:at]:
            part[at].fault("json_stat_dimension_name", text=shown(str(name)), most=LONGEST_CODE)
        elif not isinstance(table["dimension"][name].content, dict):
            table["dimension"][name].fault("json_stat_no_dimension", name=name)
    return stated if len(table.log.found) == before else None


def _is_name(name: str) -> bool:
    return bool(name) and len(name) <= LONGEST_CODE and name.isprintable() and name == name.strip()


def _sizes(table: Part, names: int) -> Sequence[int | None]:
    """Sizes of the dimensions, None for each that is faulty, or for all."""
    part = _member(table, "size")
    stated = part.elements()
    if len(stated) != names:
        if isinstance(part.content, list):
            part.fault("json_stat_sizes", sizes=len(stated), names=names)
        return [None] * names
    return [part[at].whole() for at in range(names)]


def _categories(table: Part, name: str, role: Role, size: int | None) -> Categories | None:
    read = read_categories(table["dimension"][name], name, role, size)
    noted = table["extension"][OURS]["labelled"].content
    if read is None or not isinstance(noted, list):
        return read
    return replace(read, dimension=replace(read.dimension, is_labelled=name in noted))


def _cube(table: Part, read: list[Categories]) -> Cube | None:
    cube = Cube(tuple(one.dimension for one in read), _units(read))
    if cube.places <= MOST_PLACES:
        return cube
    _member(table, "size").fault("json_stat_cube_too_large", limit=MOST_PLACES)
    return None


def _units(read: list[Categories]) -> tuple[tuple[int, Units], ...]:
    """Units of the first dimension that states any: one cell has one unit.

    They give way to a dimension of the file that has their name or is one of units.
    """
    names, roles = {one.dimension.name for one in read}, {one.dimension.role for one in read}
    taken = roles & {"unit"}
    found = [(at, unit) for at, one in enumerate(read) for unit in one.units]
    return tuple(
        (at, unit)
        for at, unit in found
        if at == found[0][0]
        and unit.dimension.name not in names
        and unit.dimension.role not in taken
    )
