"""What a status of JSON-stat says about a figure: flags, or that there is none.

JSON-stat leaves the words to the office. Known are Eurostat's letters (with `:` for a missing
value in front), the codes of SDMX, and the dots by which the offices of northern Europe (PxWeb)
mark a missing value. Their stroke, which stands for zero in some tables, is never guessed at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from regin.engine.errors import N_, Message, register
from regin.files.datasets.flags import SDMX_STATUS, known
from regin.files.datasets.json_stat_entries import Entries, entries_of
from regin.files.datasets.json_text import Part
from regin.files.eurostat_cells import shown
from regin.files.observations import KNOWN_FLAGS

register(
    {
        "json_stat_status": Message(
            N_("“%(text)s” is not a flag or a set of flags; the flags are %(known)s."),
            N_("Check it against the source; leave the status out where it is none of these."),
        ),
        "json_stat_stroke": Message(
            N_("The status “-” can mean that the value is zero or that it is missing."),
            N_("Look up which in the notes of the table, and write 0 or null without a status."),
        ),
        "json_stat_status_kind": Message(
            N_("This is not a status: neither a text, nor an array or object of texts."),
            N_("Write flags in quotation marks, or leave the status out."),
        ),
    }
)

MOST_KINDS: Final = 1000
_PXWEB: Final = re.compile(r"\.{1,6}")


class StatusError(ValueError):
    """A text that is no status."""


def parse_status(text: str) -> tuple[str, bool]:
    """Return (flags, whether the value is missing). Raises StatusError.

    >>> parse_status("bu"), parse_status(":c"), parse_status(".."), parse_status("B")
    (('bu', False), ('c', True), ('', True), ('b', False))
    """
    stated = text.strip()
    if _PXWEB.fullmatch(stated):
        return "", True
    if stated in SDMX_STATUS:
        return SDMX_STATUS[stated], False
    flags = stated.removeprefix(":").strip()
    if not known(flags):
        raise StatusError(text)
    return flags, stated.startswith(":")


@dataclass(frozen=True, slots=True)
class Flags:
    """Statuses in the order of their `places` (statuses,), which count from 0.

    `sets` (statuses,): places in `flag_sets`, whose first is "". `missing` (statuses,): whether
    the status says that there is no value.
    """

    places: NDArray[np.int64]
    sets: NDArray[np.uint16]
    missing: NDArray[np.bool_]
    flag_sets: tuple[str, ...] = ("",)


def read_flags(part: Part, places: int | None, valued: NDArray[np.int64]) -> Flags:
    """Read `status`: a text for all values (whose places are `valued`), or one for each place.

    Empty texts and null are no status. `places`: crossings of the cube, None if not known.
    Logs: json_stat_status, json_stat_stroke, json_stat_status_kind, those of `entries_of`.
    """
    if isinstance(part.content, list) and len(part.content) == 1:
        part = part[0]
    if isinstance(part.content, str):
        once = Entries(part, [], np.zeros(1, dtype=np.int64), [part.content])
        return _for_all(_read(once), valued)
    entries = None if part.content is None else entries_of(part, places)
    if entries is not None:
        return _read(entries)
    if part.content is not None:
        part.fault("json_stat_status_kind")
    return _read(Entries(part, [], np.empty(0, dtype=np.int64), []))


def _for_all(one: Flags, valued: NDArray[np.int64]) -> Flags:
    """Give the flags of all values, from the one status that stands for them."""
    each = len(valued) if len(one.places) else 0
    return Flags(valued[:each], one.sets.repeat(each), one.missing.repeat(each), one.flag_sets)


class _Kinds(dict[Any, int]):
    """Number of each status met, by its text: equal flags have one number."""

    NONE, WRONG = -1, -2

    def __init__(self) -> None:
        super().__init__({None: self.NONE})
        self.known: dict[tuple[str, bool], int] = {}

    def __missing__(self, text: str) -> int:
        self[text] = number = self._number(text)
        return number

    def _number(self, text: str) -> int:
        if not text.strip():
            return self.NONE
        try:
            kind = parse_status(text)
        except StatusError:
            return self.WRONG
        if kind not in self.known and len(self.known) >= MOST_KINDS:
            return self.WRONG
        return self.known.setdefault(kind, len(self.known))


def _read(entries: Entries) -> Flags:
    kinds = _Kinds()
    is_text = {str, type(None)}
    numbers = np.array(
        [kinds[text] if type(text) in is_text else kinds.WRONG for text in entries.content],
        dtype=np.int64,
    )
    for at in np.flatnonzero(numbers == kinds.WRONG).tolist():
        text = shown(str(entries.content[at])[:99].strip())
        if text == "-":
            entries[at].fault("json_stat_stroke")
        else:
            entries[at].fault("json_stat_status", text=text, known=" ".join(KNOWN_FLAGS))
    stated = np.flatnonzero(numbers >= 0)
    order = stated[np.argsort(entries.places[stated], kind="stable")]
    return _flags(entries.places[order], numbers[order], list(kinds.known))


def _flags(
    places: NDArray[np.int64], numbers: NDArray[np.int64], kinds: list[tuple[str, bool]]
) -> Flags:
    flag_sets = {"": 0}
    sets = [flag_sets.setdefault(flags, len(flag_sets)) for flags, _ in kinds]
    missing = np.array([is_missing for _, is_missing in kinds], dtype=np.bool_)
    return Flags(
        places, np.array(sets, dtype=np.uint16)[numbers], missing[numbers], tuple(flag_sets)
    )
