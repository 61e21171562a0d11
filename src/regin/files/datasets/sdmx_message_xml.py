"""SDMX-ML data: the data sets of a message, generic or structure specific, in its order."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final, Protocol

from regin.engine.errors import N_, FaultsError, Message, fail, register
from regin.files.datasets.building import DatasetBuilder
from regin.files.datasets.dataset import Dataset
from regin.files.datasets.json_text import one_line
from regin.files.datasets.sdmx_message_cells import CellSink, Names
from regin.files.datasets.sdmx_message_header import (
    LONGEST_REFERENCE,
    Described,
    HeaderStream,
)
from regin.files.datasets.sdmx_message_layout import LONGEST_NAME, TIME, VALUE
from regin.files.datasets.sdmx_message_stream import LONGEST_TEXT, Attributes
from regin.files.datasets.sdmx_message_survey import Survey
from regin.files.eurostat_cells import shown
from regin.files.limits import FaultLog, Limits

register(
    {
        "sdmx_unknown_element": Message(
            N_("The element “%(name)s” has no place here."),
            N_("Compare it with the source, or download the table again."),
        ),
    }
)

XSI_TYPE: Final = "http://www.w3.org/2001/XMLSchema-instance type"
DELETE: Final = "delete"
LONGEST_MESSAGE: Final = 500
# Places whose elements are data: what they do not know may not be passed over in silence.
_DATA: Final = frozenset(
    {
        *("specific_set", "group", "series", "obs", "flat_obs", "comp"),
        *("generic_set", "generic_group", "generic_series", "generic_obs", "generic_flat_obs"),
        *("key", "attributes"),
    }
)
_BESIDE: Final = frozenset({"Annotations", "DataProvider"})


class Sink(Protocol):
    """Takes what a message states, in its order. Lines count from 1."""

    def begin(self, names: Names) -> None:
        """Begin a data set with what it states for all."""

    def group(self, names: Names, line: int) -> None:
        """Take what is stated for a part of the key."""

    def series(self, names: Names, line: int) -> None:
        """Begin a series with its part of the key and what it states for all."""

    def observation(self, names: Names, line: int) -> None:
        """Take one observation."""


class MessageStream(HeaderStream):
    """Reads a message into `sink`, an element that has no place into `log`.

    `tables`: codes of the tables of the data sets. `along`: dimensions that series run along.
    """

    PLACES: Mapping[tuple[str, str], str] = {
        **HeaderStream.PLACES,
        ("specific", "DataSet"): "specific_set",
        ("specific_set", "Group"): "group",
        ("specific_set", "Atts"): "group",
        ("specific_set", "Series"): "series",
        ("specific_set", "Obs"): "flat_obs",
        ("series", "Obs"): "obs",
        **{
            (place, "Comp"): "comp"
            for place in ("specific_set", "group", "series", "obs", "flat_obs")
        },
        ("comp", "Value"): "comp_value",
        ("generic", "DataSet"): "generic_set",
        ("generic_set", "Group"): "generic_group",
        ("generic_set", "Series"): "generic_series",
        ("generic_set", "Obs"): "generic_flat_obs",
        ("generic_series", "Obs"): "generic_obs",
        ("generic_group", "GroupKey"): "key",
        ("generic_series", "SeriesKey"): "key",
        ("generic_flat_obs", "ObsKey"): "key",
        ("generic_obs", "ObsDimension"): "obs_dimension",
        **{(place, "ObsValue"): "obs_value" for place in ("generic_obs", "generic_flat_obs")},
        **{(place, "Attributes"): "attributes" for place in _DATA if place.startswith("generic_")},
        ("key", "Value"): "key_value",
        ("attributes", "Value"): "attribute_value",
    }
    TEXTS = HeaderStream.TEXTS | {"comp_value"}

    def __init__(self, file: str, sink: Sink, log: FaultLog | None = None) -> None:
        super().__init__(file)
        self._sink, self._log = sink, log
        self._set: Attributes = {}  # what the data set states, then the series, then what is read
        self._own: Attributes = {}
        self._names: Attributes = {}
        self._set_is_told = self._own_is_told = False
        self._line = self._own_line = 0
        self._along = TIME
        self._keys: set[str] = set()
        self._attributes: set[str] = set()
        self._is_generic = False
        self.tables: dict[str, None] = {}
        self.along: set[str] = set()

    @property
    def attributes(self) -> set[str] | None:
        """Names that a generic message calls attributes, None in the other form."""
        return self._attributes - self._keys if self._is_generic else None

    def unknown(self, place: str, name: str) -> None:
        """Log an element that may hold data."""
        super().unknown(place, name)
        if self._log is not None and place in _DATA and name not in _BESIDE:
            self._log.add("sdmx_unknown_element", self.line, None, name=shown(name))

    def _open_set(self, attributes: Attributes) -> None:
        """Look up what a data set is about, and refuse one that is not to be added."""
        own = {name.rpartition(" ")[2]: stated for name, stated in attributes.items()}
        if own.get("action", self.header.action).lower() == DELETE:
            raise fail("sdmx_delete", file=self.file, row=self.line)
        described = self.header.structures
        reference = own.get("structureRef", "")[:LONGEST_REFERENCE]
        only = next(iter(described.values())) if len(described) == 1 else Described()
        structure = described.get(reference, only)
        self._along = structure.along
        self.along.add(structure.along)
        self.tables[structure.code or one_line(reference, LONGEST_NAME)] = None
        if len(self.tables) > 1:
            found = shown(", ".join(self.tables), LONGEST_NAME)
            raise fail("sdmx_several_tables", file=self.file, row=self.line, found=found)
        self._set_is_told = self._own_is_told = False

    def _tell_set(self) -> None:
        if not self._set_is_told:
            self._set_is_told = True
            self._sink.begin(self._set)

    def _tell_own(self) -> None:
        if not self._own_is_told:
            self._own_is_told = True
            self._sink.series(self._own, self._own_line)

    def _state(self, name: str, attributes: Attributes, kind: set[str]) -> None:
        """Note what a generic message states as a value of its own."""
        if name not in kind:
            self.meet([f"{name} id"])
            kind.add(name)
        self._names[name] = attributes.get("value", "")[:LONGEST_TEXT]

    def _late(self, name: str, within: str) -> None:
        """Log what a series states behind its observations."""
        if self.within == within and self._own_is_told and self._log is not None:
            self._log.add("sdmx_unknown_element", self.line, None, name=name)

    def _begin_specific_set(self, attributes: Attributes) -> None:
        self._open_set(attributes)
        self._set = self._names = attributes

    def _begin_group(self, attributes: Attributes) -> None:
        self._tell_set()
        self._names, self._line = attributes, self.line

    def _end_group(self, _text: str) -> None:
        self._sink.group(self._names, self._line)

    def _begin_series(self, attributes: Attributes) -> None:
        self._tell_set()
        self._own = self._names = attributes
        self._own_line, self._own_is_told = self.line, False

    def _begin_obs(self, attributes: Attributes) -> None:
        if not self._own_is_told:
            self._tell_own()
        if XSI_TYPE in attributes and self._along not in attributes:
            # Where series run along the measures, 2.1 names the measure by the element's type.
            attributes[self._along] = attributes[XSI_TYPE].rpartition(":")[2]
        self._names, self._line = attributes, self._parser.CurrentLineNumber

    def _end_obs(self, _text: str) -> None:
        self._sink.observation(self._names, self._line)

    def _begin_flat_obs(self, attributes: Attributes) -> None:
        self._late("Obs", "specific_set")
        self._tell_set()
        self._names, self._line = attributes, self.line

    _end_flat_obs = _end_obs

    def _begin_comp(self, attributes: Attributes) -> None:
        self._late("Comp", "series")
        self._component = attributes.get("id", "")

    def _end_comp_value(self, text: str) -> None:
        before = self._names.get(self._component, "")
        if len(before) < LONGEST_TEXT:
            self._names[self._component] = f"{before} {text}".strip()

    def _begin_generic_set(self, attributes: Attributes) -> None:
        self._open_set(attributes)
        self._is_generic = True
        self._set = self._names = {}

    def _begin_generic_group(self, _attributes: Attributes) -> None:
        self._begin_group({})

    _end_generic_group = _end_group

    def _begin_generic_series(self, _attributes: Attributes) -> None:
        self._begin_series({})

    def _begin_generic_obs(self, _attributes: Attributes) -> None:
        if not self._own_is_told:
            self._tell_own()
        self._names, self._line = {}, self._parser.CurrentLineNumber

    _end_generic_obs = _end_obs

    def _begin_generic_flat_obs(self, _attributes: Attributes) -> None:
        self._late("Obs", "generic_set")
        self._begin_flat_obs({})

    _end_generic_flat_obs = _end_obs

    def _begin_attributes(self, _attributes: Attributes) -> None:
        self._late("Attributes", "generic_series")

    def _begin_obs_dimension(self, attributes: Attributes) -> None:
        self._state(attributes.get("id", self._along), attributes, self._keys)

    def _begin_obs_value(self, attributes: Attributes) -> None:
        self._names[VALUE] = attributes.get("value", "")

    def _begin_key_value(self, attributes: Attributes) -> None:
        self._state(attributes.get("id", ""), attributes, self._keys)

    def _begin_attribute_value(self, attributes: Attributes) -> None:
        self._state(attributes.get("id", ""), attributes, self._attributes)


def read_sdmx_ml(path: Path, limits: Limits) -> Dataset:
    """Read a message twice: for its names, then for its figures, of which none is held in between.

    Raises FaultsError with all faults of the file, or the one thing that makes it unusable.
    """
    survey = Survey(path.name)
    first = MessageStream(path.name, survey)
    first.read(path, limits)
    if not survey.count:
        raise _without_figures(first)
    log = FaultLog(path.name, limits)
    layout = survey.layout(first.along, first.attributes)
    head = first.header.head(path.name, next(iter(first.tables)))
    builder = DatasetBuilder(head, [column.dimension() for column in layout.columns], log)
    sink = CellSink(layout, builder, log, survey.by_line)
    try:
        MessageStream(path.name, sink, log).read(path, limits)
    except FaultsError as error:
        raise log.stop(error) from None
    return builder.built()


def _without_figures(message: MessageStream) -> FaultsError:
    if message.messages:
        text = shown(" ".join(message.messages), LONGEST_MESSAGE)
        return fail("sdmx_error", file=message.file, text=text)
    return fail("dataset_no_cells", file=message.file)
