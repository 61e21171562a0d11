"""Where the members of an SDMX-JSON message stand in its text, so that each is decoded alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from regin.engine.errors import N_, FaultsError, Message, fail, register
from regin.files.datasets.json_text import Part, one_line
from regin.files.datasets.sdmx_message_structure import Structure, plain, read_structure
from regin.files.datasets.sdmx_message_walk import Walk
from regin.files.eurostat_cells import shown
from regin.files.limits import FaultLog

register(
    {
        "sdmx_not_json_data": Message(
            N_("This JSON is no SDMX data message: it has no %(missing)s."),
            N_("Download the figures of the table, not its structure, as SDMX-JSON or SDMX-CSV."),
        ),
    }
)

MOST_SETS: Final = 10_000
DELETE: Final = "delete"
_MEMBERS: Final = ("header", "meta", "errors", "structure", "structures", "dataSets")
_ARRAYS: Final = ("structures", "dataSets")
FIGURES: Final = ("observations", "series")
_SET_MEMBERS: Final = (*FIGURES, "action", "structure", "attributes", "dimensionGroupAttributes")
LONGEST_MESSAGE: Final = 500


@dataclass(slots=True)
class JsonMessage:
    """Where the members of a message stand in its text; `sets`: those of each data set."""

    text: str
    file: str
    places: dict[str, int] = field(default_factory=dict)
    sets: list[dict[str, int]] = field(default_factory=list)

    def walk(self, at: int) -> Walk:
        """Return a walk from a place."""
        return Walk(self.text, self.file, at)

    def value(self, name: str, places: dict[str, int] | None = None) -> Any:
        """Return a member of the message, or of a data set; None when there is none."""
        found = self.places if places is None else places
        return self.walk(found[name]).value() if name in found else None


def survey(text: str, file: str) -> JsonMessage:
    """Note where everything stands, and decode nothing."""
    message, walk = JsonMessage(text, file), Walk(text, file)
    for name in walk.members():
        if name == "data" and walk.is_at("{"):
            for inner in walk.members():
                _note(message, inner, walk)
        else:
            _note(message, name, walk)
    walk.finish()
    return message


def _note(message: JsonMessage, name: str, walk: Walk) -> None:
    if name in message.places:
        raise walk.twice(name)
    if name in _MEMBERS and (name not in _ARRAYS or walk.is_at("[")):
        message.places[name] = walk.at
    if name != "dataSets" or not walk.is_at("["):
        walk.skip()
        return
    for _ in walk.elements():
        message.sets.append(_set_places(walk))
        if len(message.sets) > MOST_SETS:
            raise fail("sdmx_bomb", file=walk.file)


def _set_places(walk: Walk) -> dict[str, int]:
    places: dict[str, int] = {}
    for name in walk.members():
        if name in places:
            raise walk.twice(name)
        if name in _SET_MEMBERS and (name not in FIGURES or walk.is_at("{")):
            places[name] = walk.at
        walk.skip()
    return places


def structure_of(message: JsonMessage, log: FaultLog) -> Structure:
    """Return the structure that all data sets have. Raises FaultsError where there is no one."""
    figures = [places for places in message.sets if places.keys() & set(FIGURES)]
    errors = None if figures else message.value("errors")
    if errors:
        text = shown(one_line(" ".join(_texts(errors))), LONGEST_MESSAGE)
        raise fail("sdmx_error", file=message.file, text=text)
    for missing, names in (("dataSets", {"dataSets"}), ("structure", {"structure", "structures"})):
        if not message.places.keys() & names:
            raise fail("sdmx_not_json_data", file=message.file, missing=missing)
    _check_actions(message)
    number = _number(message, figures)
    content, name = message.value("structure"), "structure"
    if "structures" in message.places:
        name = f"structures[{number}]"
        content = _element(message, number)
    meta = message.value("meta") or message.value("header")
    return read_structure(Part(content, name, log), Part(meta, "meta", log))


def _check_actions(message: JsonMessage) -> None:
    for at, places in enumerate(message.sets):
        if plain(message.value("action", places)).lower() == DELETE:
            raise fail("sdmx_delete", file=message.file, column=f"dataSets[{at}].action")


def _number(message: JsonMessage, figures: list[dict[str, int]]) -> int:
    numbers = {plain(message.value("structure", places)) or "0" for places in figures}
    if len(numbers) > 1:
        found = shown(", ".join(sorted(numbers)))
        raise fail("sdmx_several_tables", file=message.file, found=found)
    number = next(iter(numbers), "0")
    if not (number.isascii() and number.isdecimal() and len(number) < 6):
        raise _no_structure(message, number, 1)
    return int(number)


def _element(message: JsonMessage, number: int) -> Any:
    walk, count = message.walk(message.places["structures"]), 0
    for at in walk.elements():
        if at == number:
            return walk.value()
        walk.skip()
        count = at + 1
    raise _no_structure(message, str(number), count)


def _no_structure(message: JsonMessage, number: str, count: int) -> FaultsError:
    return fail(
        "sdmx_bad_index", file=message.file, text=shown(number), count=count, name="structures"
    )


def _texts(errors: Any) -> Iterator[str]:
    for one in errors if isinstance(errors, list) else [errors]:
        stated = one if isinstance(one, dict) else {"title": one}
        for name in ("title", "message", "detail", "details"):
            if stated.get(name) is not None:
                yield plain(stated[name])
