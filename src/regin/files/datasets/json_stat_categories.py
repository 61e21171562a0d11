"""The categories of one dimension of a JSON-stat table: codes, labels, periods, units."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

from regin.engine.errors import N_, Message, register
from regin.files.datasets.dataset import Dimension, Role
from regin.files.datasets.json_stat_periods import read_periods
from regin.files.datasets.json_stat_units import Units, read_units
from regin.files.datasets.json_text import Part
from regin.files.eurostat_cells import shown
from regin.files.eurostat_header import is_code

register(
    {
        "json_stat_no_categories": Message(
            N_("The dimension does not say which categories it has."),
            N_("It needs an index, or a label where there is one category; download it again."),
        ),
        "json_stat_code": Message(
            N_("“%(text)s” is not a code."),
            N_("A code is a printable text of at most %(most)s characters."),
        ),
        "json_stat_duplicate_code": Message(
            N_("The category “%(text)s” stands twice."),
            N_("Keep the one that is right and remove the other."),
        ),
        "json_stat_place": Message(
            N_("The places of the categories are not the numbers from 0 to %(last)s, each once."),
            N_("Download the file again; a category may be missing or added."),
        ),
        "json_stat_size": Message(
            N_("The dimension has %(found)s categories; its size is said to be %(size)s."),
            N_("Download the file again; a category may be missing or added."),
        ),
        "json_stat_period": Message(
            N_("“%(text)s” is not a period."),
            N_(
                "Write a year (2013), half-year (2013-S1), quarter (2013-Q1), month (2013-01) "
                "or week (2013-W01)."
            ),
        ),
    }
)

LONGEST_CODE: Final = 200


@dataclass(frozen=True, slots=True)
class Categories:
    """One dimension with all its categories, and the units that hang on them."""

    dimension: Dimension
    units: list[Units] = field(default_factory=list)


def read_categories(part: Part, name: str, role: Role, size: int | None) -> Categories | None:
    """Read `dimension.<name>`; None when it is faulty. `size` is None where it is not known.

    Logs: json_stat_no_categories, json_stat_code, json_stat_duplicate_code, json_stat_place,
    json_stat_size, json_stat_period, those of `read_units`, json_not_….
    """
    before = len(part.log.found)
    category = part["category"]
    keys = _keys(category)
    if keys is not None and size is not None and len(keys) != size:
        category["index"].fault("json_stat_size", found=len(keys), size=size)
    if keys is None or len(part.log.found) > before:
        return None
    text, labels = part["label"].text(), _labels(category["label"], keys)
    codes = _codes(category, keys, labels, f"{name} {text}" if role == "time" else None)
    units = read_units(category, keys)
    if codes is None or len(part.log.found) > before:
        return None
    labelled = not labels and role != "time" and not all(map(is_code, codes))
    return Categories(Dimension(name, codes, labels, role, text, labelled), units)


def _keys(category: Part) -> list[str] | None:
    """Keys of the categories in their order; None with a fault."""
    index = category["index"]
    if isinstance(index.content, list):
        return _listed(index)
    if index.content is not None:
        return _placed(index)
    labels = category["label"].content
    if isinstance(labels, dict) and len(labels) == 1:
        return list(labels)
    category.fault("json_stat_no_categories")
    return None


def _listed(index: Part) -> list[str] | None:
    keys: list[Any] = index.content
    wrong = [at for at, key in enumerate(keys) if not isinstance(key, str)]
    for at in wrong:
        index[at].fault("json_not_text")
    twice = [key for key, count in Counter(keys).items() if count > 1] if not wrong else []
    for key in twice:
        index.fault("json_stat_duplicate_code", text=shown(key))
    return None if wrong or twice else keys


def _placed(index: Part) -> list[str] | None:
    """Keys of an object of places, which must be 0, 1, 2 … in any order."""
    places = index.members()
    if not all(type(place) is float for place in places.values()):
        for key, place in places.items():
            if type(place) is not float:
                index[key].fault("json_not_whole", least=0)
        return None
    keys = sorted(places, key=places.__getitem__)
    if [places[key] for key in keys] == list(range(len(keys))):
        return keys if index.content is places else None
    index.fault("json_stat_place", last=len(keys) - 1)
    return None


def _labels(part: Part, keys: list[str]) -> tuple[str, ...]:
    """Label of each key, "" where there is none; empty when there is none at all."""
    if part.content is None or not part.members():
        return ()
    labels = tuple(part[key].text() for key in keys)
    return labels if any(labels) else ()


def _codes(
    category: Part, keys: list[str], labels: tuple[str, ...], words: str | None
) -> tuple[str, ...] | None:
    """Codes for the keys: on one line, distinct, and periods where `words` are of a time."""
    index = category["index"]
    codes = tuple(" ".join(key.split()) for key in keys)
    kept = codes if words is None else read_periods(codes, labels, words)
    seen: set[str] = set()
    faults = len(index.log.found)
    for code, own in zip(codes, kept, strict=True):
        if own is None:
            index.fault("json_stat_period", text=shown(code))
        elif len(own) > LONGEST_CODE or not own.isprintable():
            index.fault("json_stat_code", text=shown(code), most=LONGEST_CODE)
        elif own in seen:
            index.fault("json_stat_duplicate_code", text=shown(code))
        seen.add(own or "")
    return None if len(index.log.found) > faults else tuple(own or "" for own in kept)
