"""What a JSON-stat table says by place: an array of all crossings, or an object of some."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from regin.engine.errors import N_, Message, register
from regin.files.datasets.json_text import Part
from regin.files.eurostat_cells import shown

register(
    {
        "json_stat_count": Message(
            N_("The array has %(found)s entries; the categories cross in %(expected)s places."),
            N_("Download the file again; a part of it may be missing."),
        ),
        "json_stat_position": Message(
            N_("“%(text)s” is not a place of this table; they are 0 to %(last)s."),
            N_("Compare it with the sizes of the dimensions, or download the file again."),
        ),
    }
)

_PLACE: Final = re.compile(r"0|[1-9][0-9]{0,9}")
_NO_PLACE: Final = 10**10


@dataclass(frozen=True, slots=True)
class Entries:
    """Entries in the order of the file: `places` (entries,) count from 0, `content` as parsed."""

    part: Part
    keys: Sequence[str | int]
    places: NDArray[np.int64]
    content: list[Any]

    def __getitem__(self, at: int) -> Part:
        """Return the entry with its path; one that stands for all is the part itself."""
        return self.part[self.keys[at]] if self.keys else self.part


def entries_of(part: Part, places: int | None) -> Entries | None:
    """Return the entries of an array or object; None when it is neither.

    `places`: how many crossings there are, None where that is not known.
    Logs: json_stat_count, json_stat_position.
    """
    content = part.content
    if isinstance(content, dict):
        return Entries(part, list(content), _places(part, places), list(content.values()))
    if not isinstance(content, list):
        return None
    if places is not None and len(content) != places:
        part.fault("json_stat_count", found=len(content), expected=places)
    keys = range(len(content))
    return Entries(part, keys, np.arange(len(content), dtype=np.int64), content)


def _places(part: Part, places: int | None) -> NDArray[np.int64]:
    """Places that are the names in an object; each that is none is a fault."""
    most = _NO_PLACE if places is None else places
    names = list(part.content)
    found = _whole(names)
    if found is None or not 0 <= min(found, default=0) <= max(found, default=-1) < most:
        found = [int(name) if _PLACE.fullmatch(name) else _NO_PLACE for name in names]
        for name, place in zip(names, found, strict=True):
            if place >= most:
                part[name].fault("json_stat_position", text=shown(name), last=most - 1)
    return np.array(found, dtype=np.int64)


def _whole(names: list[str]) -> list[int] | None:
    """Whole numbers spelt as usual; None when a name is none. Quicker than one by one."""
    try:
        found = list(map(int, names))
        return found if list(map(str, found)) == names else None
    except ValueError:
        return None
