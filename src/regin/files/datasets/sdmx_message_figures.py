"""The figures of SDMX-JSON: keys of numbers into the structure, arrays of values and attributes."""

from __future__ import annotations

from typing import Any, Final

from regin.engine.errors import N_, Message, register
from regin.files.datasets.sdmx_message_cells import CellSink, Names
from regin.files.datasets.sdmx_message_layout import VALUE, Layout
from regin.files.datasets.sdmx_message_places import FIGURES, JsonMessage
from regin.files.datasets.sdmx_message_structure import LEVELS, Component, Structure
from regin.files.datasets.sdmx_message_values import REMEMBERED
from regin.files.eurostat_cells import CellError, shown
from regin.files.limits import FaultLog

register(
    {
        "sdmx_bad_key": Message(
            N_("“%(text)s” is not a key; dimensions that need the number of a value: %(count)s."),
            N_("Download the table again; figures and structure do not belong together."),
        ),
        "sdmx_bad_observation": Message(
            N_("There is no observation here: an array that begins with the value."),
            N_("Download the table again."),
        ),
        "sdmx_bad_series": Message(
            N_("There is no series here: an object with observations."),
            N_("Download the table again."),
        ),
    }
)

LONGEST_KEY: Final = 500


class Figures:
    """Reads the figures of data sets into `sink`."""

    def __init__(self, structure: Structure, layout: Layout, sink: CellSink, log: FaultLog) -> None:
        self._structure, self._sink, self._log = structure, sink, log
        kept = {column.name for column in layout.columns} | {name for name, _ in layout.statuses}
        self._attributes = {
            level: [one for one in structure.attributes if one.level == level and one.name in kept]
            for level in LEVELS
        }
        self._keys: dict[str, Names] = {}
        self._place = 0

    def read(self, message: JsonMessage, places: dict[str, int], where: str) -> None:
        """Read one data set. Raises FaultsError when there are too many cells or faults."""
        fixed = {one.name: (one.codes or ("",))[0] for one in self._structure.at("dataSet")}
        stated = self._stated("dataSet", message.value("attributes", places), 0, where)
        self._sink.begin({**stated, **fixed})
        self._read_groups(message.value("dimensionGroupAttributes", places), where)
        for name in (name for name in FIGURES if name in places):
            walk, inner = message.walk(places[name]), f"{where}.{name}"
            read = self._read_series if name == "series" else self._read_observation
            for key in walk.members():
                read(key, walk.value(), inner)

    def _read_groups(self, groups: Any, where: str) -> None:
        for key, elements in groups.items() if isinstance(groups, dict) else ():
            try:
                names = _key(key, self._structure.stated, may_lack=True)
            except CellError as error:
                self._log.add(error.code, None, f"{where}.dimensionGroupAttributes", **error.params)
                continue
            stated = self._stated("dimensionGroup", elements, 0, where)
            self._sink.group({**stated, **names}, 0)

    def _read_series(self, key: str, series: Any, where: str) -> None:
        if not isinstance(series, dict) or not isinstance(series.get("observations", {}), dict):
            self._log.add("sdmx_bad_series", None, where)
            return
        try:
            names = _key(key, self._structure.at("series"))
        except CellError as error:
            self._log.add(error.code, None, where, **error.params)
            return
        stated = self._stated("series", series.get("attributes"), 0, where)
        self._sink.series({**stated, **names}, 0)
        for one, elements in series.get("observations", {}).items():
            self._read_observation(one, elements, where)

    def _read_observation(self, key: str, elements: Any, where: str) -> None:
        self._place += 1
        try:
            names = self._keys.get(key) or self._observation_key(key)
        except CellError as error:
            self._log.add(error.code, self._place, where, **error.params)
            return
        if not isinstance(elements, list):
            self._log.add("sdmx_bad_observation", self._place, where)
            return
        structure = self._structure
        at = structure.value_at
        stated = self._stated("observation", elements, structure.measures, where)
        value = elements[at] if at < len(elements) and structure.measures else None
        self._sink.observation({**names, **stated, VALUE: value}, self._place)

    def _observation_key(self, key: str) -> Names:
        names = _key(key, self._structure.at("observation"))
        if len(self._keys) < REMEMBERED:
            self._keys[key] = names
        return names

    def _stated(self, level: str, elements: Any, after: int, where: str) -> dict[str, str]:
        """Return what the attributes of a level state; they stand behind `after` others."""
        stated: dict[str, str] = {}
        if elements is not None and not isinstance(elements, list):
            self._log.add("json_not_array", None, f"{where}.attributes")
            return stated
        for one in self._attributes[level]:
            at = one.place + after
            element = elements[at] if elements is not None and at < len(elements) else None
            try:
                text = one.stated(element)
            except CellError as error:
                self._log.add(error.code, self._place or None, one.name, **error.params)
                continue
            if text:
                stated[one.name] = text
        return stated


def _key(key: str, dimensions: tuple[Component, ...], may_lack: bool = False) -> dict[str, str]:
    """Read a key, `0:1:2`, into names and codes. Raises CellError: sdmx_bad_key."""
    parts = key.split(":") if key or len(dimensions) != 0 else []
    if len(key) > LONGEST_KEY or len(parts) != len(dimensions):
        raise CellError("sdmx_bad_key", text=shown(key), count=len(dimensions))
    found: dict[str, str] = {}
    for part, one in zip(parts, dimensions, strict=True):
        codes = one.codes or ()
        if may_lack and part in ("", "~"):
            continue
        if not (part.isascii() and part.isdecimal() and int(part) < len(codes)):
            raise CellError("sdmx_bad_key", text=shown(key), count=len(dimensions))
        found[one.name] = codes[int(part)]
    return found
