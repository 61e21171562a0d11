"""The structure of an SDMX-JSON message: its components, where each is stated, their codes.

The standard: github.com/sdmx-twg/sdmx-json, data message, versions 1.0 to 2.1, and the form that
offices wrote before 1.0, in which `header` and `structure` stand outside of `data`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from regin.engine.errors import N_, Message, fail, register
from regin.files.datasets.dataset import Head
from regin.files.datasets.json_text import Part, one_line
from regin.files.datasets.sdmx_message_header import LONGEST_CODE, code_of
from regin.files.datasets.sdmx_message_layout import VALUE, Column, Layout, layout, role_of
from regin.files.datasets.sdmx_message_values import MOST_CODES
from regin.files.eurostat_cells import CellError, shown

register(
    {
        "sdmx_bad_index": Message(
            N_("“%(text)s” is not the number of a value of %(name)s; values it has: %(count)s."),
            N_("Download the table again; figures and structure do not belong together."),
        ),
        "sdmx_no_values": Message(
            N_("The dimension has no values."),
            N_("Download the table again; a part of it may be missing."),
        ),
        "sdmx_one_value": Message(
            N_("The dimension holds for a whole data set but has %(count)s values."),
            N_("Download the table again; a part of it may be missing."),
        ),
        "sdmx_several_measures": Message(
            N_("The message has several measures (%(found)s) and none is OBS_VALUE."),
            N_("Choose a table with one measure."),
        ),
    }
)

FORMAT: Final = "sdmx-json"
LEVELS: Final = ("dataSet", "dimensionGroup", "series", "observation")
MOST_COMPONENTS: Final = 200
_LAST: Final = float("inf")
_REFERENCE: Final = re.compile(r"/(?:dataflow|datastructure)/([^?#]+)")
_ANY: Final = ("all", "latest", "")


@dataclass(frozen=True, slots=True)
class Component:
    """A dimension, measure or attribute at a level. `codes` is None where values stand in place.

    `place`: position among its own kind at its level. `position`: place in the key of the table.
    """

    name: str
    text: str
    roles: tuple[str, ...]
    level: str
    place: int
    position: float
    codes: tuple[str, ...] | None
    labels: tuple[str, ...]
    default: str

    def column(self, is_key: bool) -> Column:
        """Return it as a column of the table."""
        return Column(self.name, role_of(self.name, self.roles), is_key, is_key, self.text)

    def stated(self, element: Any) -> str:
        """Return the code, or the codes with spaces between, of what stands in the figures.

        Raises CellError: sdmx_bad_index.
        """
        if element is None:
            return self.default
        if isinstance(element, list):
            return " ".join(self.stated(one) for one in element)
        return plain(element) if self.codes is None else self._code(element)

    def _code(self, element: Any) -> str:
        codes = self.codes or ()
        number = element if isinstance(element, float) else -1.0
        if not number.is_integer() or not 0 <= number < len(codes):
            raise CellError(
                "sdmx_bad_index", text=shown(plain(element)), count=len(codes), name=self.name
            )
        return codes[int(number)]


@dataclass(frozen=True, slots=True)
class Structure:
    """What the figures of a message refer to.

    `dimensions` in the order of the table's key; `stated` in the order of the message (those of
    the data set, of series, of observations), by which keys of groups go.
    """

    head: Head
    dimensions: tuple[Component, ...]
    stated: tuple[Component, ...]
    attributes: tuple[Component, ...]
    measures: int
    value_at: int

    def layout(self) -> Layout:
        """Return what is kept. Raises FaultsError as the function of that name."""
        inner = [one for one in self.attributes if one.level == "observation"]
        keys = [one.column(is_key=True) for one in self.dimensions]
        others = [one.column(is_key=False) for one in self.attributes]
        in_obs = {one.name for one in (*self.at("observation"), *inner)}
        return layout(keys, others, in_obs, self.head.file)

    def at(self, level: str) -> tuple[Component, ...]:
        """Return the dimensions of a level, in the order of its keys."""
        own = [one for one in self.dimensions if one.level == level]
        return tuple(sorted(own, key=lambda one: one.place))


def plain(element: Any) -> str:
    """Return what JSON says as a text; a whole number without decimals.

    >>> plain(6.0), plain(0.5), plain("A"), plain({"en": "Text"}), plain(None)
    ('6', '0.5', 'A', 'Text', '')
    """
    if isinstance(element, float):
        return str(int(element)) if element.is_integer() and abs(element) < 2**53 else str(element)
    if isinstance(element, dict):
        return next((plain(one) for one in element.values()), "")
    return "" if element is None else str(element)


def read_structure(structure: Part, meta: Part) -> Structure:
    """Read the structure and what the message says about itself.

    Raises FaultsError with all faults of the structure.
    """
    language = _language(meta)
    dimensions = _components(structure, "dimensions", language)
    attributes = _components(structure, "attributes", language)
    measures = _components(structure, "measures", language)
    for one in dimensions:
        _check_values(structure["dimensions"][one.level][one.place]["values"], one)
    structure.log.raise_found()
    is_stated = structure["measures"].content is not None
    return Structure(
        _head(structure, meta, language),
        tuple(sorted(dimensions, key=lambda one: one.position)),
        tuple(dimensions),
        tuple(attributes),
        measures=len(measures) if is_stated else 1,
        value_at=_value_at(measures, structure.log.file),
    )


def _check_values(values: Part, dimension: Component) -> None:
    count = len(dimension.codes or ())
    if not count:
        values.fault("sdmx_no_values")
    elif count > 1 and dimension.level == "dataSet":
        values.fault("sdmx_one_value", count=count)


def _value_at(measures: Sequence[Component], file: str) -> int:
    names = [one.name for one in measures]
    if VALUE in names or len(names) < 2:
        return names.index(VALUE) if VALUE in names else 0
    raise fail("sdmx_several_measures", file=file, found=shown(", ".join(names)))


def _language(meta: Part) -> str:
    """Two letters of the language that the message mainly speaks."""
    stated = meta["contentLanguages"][0].content
    return stated[:2].lower() if isinstance(stated, str) and stated[:2].isalpha() else ""


def _head(structure: Part, meta: Part, language: str) -> Head:
    sender = meta["sender"]
    return Head(
        structure.log.file,
        FORMAT,
        code=_code(structure),
        title=_named(structure.content, language),
        source=_named(sender.content, language) or one_line(plain(sender["id"].content)),
        updated=meta["prepared"].text(),
        language=language,
    )


def _code(structure: Part) -> str:
    """Code of the dataflow, else of the data structure, from the links."""
    links = structure["links"]
    found: dict[str, str] = {}
    for at in range(len(links.content) if isinstance(links.content, list) else 0):
        kind = plain(links[at]["rel"].content).lower()
        urn, address = (plain(links[at][name].content) for name in ("urn", "href"))
        found.setdefault(kind, code_of(urn) or _code_in(address))
    return found.get("dataflow") or found.get("datastructure") or ""


def _code_in(address: str) -> str:
    """Code in an address: `…/dataflow/ECB/EXR/1.0` → `EXR`, `…/dataflow/PART2/all` → `PART2`."""
    found = _REFERENCE.search(address)
    parts = [part for part in found[1].split("/") if part not in _ANY] if found else []
    return one_line(parts[1] if len(parts) > 1 else "".join(parts), LONGEST_CODE)


def _components(structure: Part, kind: str, language: str) -> list[Component]:
    levels = structure[kind]
    if levels.content is None:
        return []
    levels.members()
    stated = {level: levels[level] for level in LEVELS if levels[level].content is not None}
    counts = {level: len(own.elements()) for level, own in stated.items()}
    found, file = sum(counts.values()), structure.log.file
    if found > MOST_COMPONENTS:
        raise fail("sdmx_too_many_dimensions", file=file, found=found, limit=MOST_COMPONENTS)
    return [
        _component(own[place], level, place, language)
        for level, own in stated.items()
        for place in range(counts[level])
    ]


def _component(part: Part, level: str, place: int, language: str) -> Component:
    part.members()
    values = part["values"]
    stated = values.elements() if values.content is not None else []
    if len(stated) > MOST_CODES:
        raise fail("sdmx_too_many_codes", file=part.log.file, column=values.path, limit=MOST_CODES)
    position = part["keyPosition"].content
    roles = part["roles"].content if part["roles"].content is not None else part["role"].content
    return Component(
        name=one_line(part["id"].text()),
        text=_named(part.content, language),
        roles=tuple(map(plain, roles if isinstance(roles, list) else [roles])),
        level=level,
        place=place,
        position=position if isinstance(position, float) else _LAST,
        codes=None if values.content is None else tuple(map(_value_code, stated)),
        labels=tuple(_named(value, language) for value in stated),
        default=plain(part["default"].content),
    )


def _value_code(value: Any) -> str:
    """Code of a value: `id`, else `value`, else all its `ids` or `values`."""
    if not isinstance(value, Mapping):
        return plain(value)
    for name in ("id", "value", "name"):
        if value.get(name) is not None:
            return plain(value[name])
    several = value.get("ids") or value.get("values")
    return " ".join(map(plain, several)) if isinstance(several, list) else ""


def _named(stated: Any, language: str) -> str:
    """Name in the language, else the one that is there."""
    if not isinstance(stated, Mapping):
        return ""
    name, names = stated.get("name"), stated.get("names")
    for several in (names, name):
        for tongue, text in several.items() if isinstance(several, Mapping) else ():
            if isinstance(text, str) and language and tongue[:2].lower() == language:
                return one_line(text)
    return one_line(plain(name if name is not None else names))
