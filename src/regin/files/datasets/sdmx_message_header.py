"""What an SDMX-ML message says about itself: its kind, its header, messages of the office."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from regin.engine.errors import N_, Message, fail, register
from regin.files.datasets.dataset import Head
from regin.files.datasets.json_text import one_line
from regin.files.datasets.sdmx_message_layout import TIME
from regin.files.datasets.sdmx_message_stream import ROOT, Attributes, XmlStream
from regin.files.eurostat_cells import shown

register(
    {
        "sdmx_not_data": Message(
            N_("The file is no SDMX data message: its outermost element is “%(name)s”."),
            N_("Download the figures of the table, not its structure or a page about it."),
        ),
        "sdmx_old_version": Message(
            N_("The message is SDMX-ML 2.0 or older."),
            N_("Download the table as SDMX-ML 2.1 or as SDMX-CSV."),
        ),
        "sdmx_error": Message(
            N_("The office sent a message in place of figures: “%(text)s”."),
            N_("Do as it says, or ask for less data at a time."),
        ),
        "sdmx_delete": Message(
            N_("The message says what to delete, not what the figures are."),
            N_("Download the table itself, not a message about its changes."),
        ),
        "sdmx_several_tables": Message(
            N_("The message holds figures of several tables (%(found)s)."),
            N_("Download one file for each table."),
        ),
    }
)

FORMAT: Final = "sdmx-ml"
LONGEST_CODE: Final = 120
LONGEST_REFERENCE: Final = 500
MOST_MESSAGES: Final = 10
MOST_STRUCTURES: Final = 1_000
LANGUAGE: Final = "http://www.w3.org/XML/1998/namespace lang"
FLAT: Final = "AllDimensions"
_OLD: Final = re.compile(r"/schemas/v(?:1|2)_0/")
_URN: Final = re.compile(r"=[^:=]+:([^(:=]+)\(")


@dataclass(frozen=True, slots=True)
class Described:
    """A structure of the header: the code of its table, and the dimension that series run along."""

    code: str = ""
    along: str = TIME


@dataclass(slots=True)
class Header:
    """What the header says; "" where it says nothing. `structures` by what data sets call them."""

    prepared: str = ""
    sender: str = ""
    title: str = ""
    source: str = ""
    action: str = ""
    language: str = ""
    structures: dict[str, Described] = field(default_factory=dict)

    def head(self, file: str, code: str) -> Head:
        """Return the head of a `Dataset`."""
        return Head(
            file,
            FORMAT,
            code=code,
            title=self.title,
            source=self.source or self.sender,
            updated=self.prepared,
            language=self.language,
        )


def code_of(reference: str) -> str:
    """Return the code in a URN, "" when there is none.

    >>> code_of("urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow=ESTAT:LFSA_UGAN(1.0)")
    'LFSA_UGAN'
    """
    found = _URN.search(reference)
    return one_line(found[1], LONGEST_CODE) if found else ""


class HeaderStream(XmlStream):
    """Reads what stands around the data sets."""

    PLACES: Mapping[tuple[str, str], str] = {
        (ROOT, "GenericData"): "generic",
        (ROOT, "GenericTimeSeriesData"): "generic",
        (ROOT, "StructureSpecificData"): "specific",
        (ROOT, "StructureSpecificTimeSeriesData"): "specific",
        (ROOT, "Error"): "footer",
        ("generic", "Header"): "header",
        ("specific", "Header"): "header",
        ("generic", "Footer"): "footer",
        ("specific", "Footer"): "footer",
        ("footer", "Message"): "footer_message",
        ("footer", "ErrorMessage"): "footer_message",
        ("footer_message", "Text"): "message_text",
        ("header", "Prepared"): "prepared",
        ("header", "Name"): "title",
        ("header", "Source"): "source",
        ("header", "DataSetAction"): "action",
        ("header", "Sender"): "sender",
        ("sender", "Name"): "sender_name",
        ("header", "Structure"): "structure",
        ("structure", "Structure"): "reference",
        ("structure", "StructureUsage"): "reference",
        ("structure", "ProvisionAgreement"): "reference",
        ("structure", "ProvisionAgrement"): "reference",  # so spelt in the standard's schema of 2.1
        ("reference", "Ref"): "ref",
        ("reference", "URN"): "urn",
    }
    TEXTS = frozenset(
        {"message_text", "prepared", "title", "source", "action", "sender_name", "reference", "urn"}
    )

    def __init__(self, file: str) -> None:
        super().__init__(file)
        self.header = Header()
        self.messages: list[str] = []
        self._is_old = False
        self._language = ""

    def unknown(self, place: str, name: str) -> None:
        """Refuse a file that is something else."""
        if place == ROOT:
            self._refuse_old()
            raise fail("sdmx_not_data", file=self.file, row=self.line, name=shown(name))

    def _namespace(self, prefix: str | None, address: str) -> None:
        super()._namespace(prefix, address)
        self._is_old = self._is_old or _OLD.search(address or "") is not None

    def _refuse_old(self) -> None:
        if self._is_old:
            raise fail("sdmx_old_version", file=self.file, row=self.line)

    def _begin_generic(self, _attributes: Attributes) -> None:
        self._refuse_old()

    def _begin_specific(self, _attributes: Attributes) -> None:
        self._refuse_old()

    def _end_message_text(self, text: str) -> None:
        if text and text not in self.messages and len(self.messages) < MOST_MESSAGES:
            self.messages.append(text)

    def _end_prepared(self, text: str) -> None:
        self.header.prepared = one_line(text)

    def _begin_title(self, attributes: Attributes) -> None:
        self._language = attributes.get(LANGUAGE, "")

    def _end_title(self, text: str) -> None:
        if not self.header.title:
            self.header.title = one_line(text)
            self.header.language = one_line(self._language).partition("-")[0][:2].lower()

    def _end_source(self, text: str) -> None:
        self.header.source = self.header.source or one_line(text)

    def _end_action(self, text: str) -> None:
        self.header.action = text

    def _begin_sender(self, attributes: Attributes) -> None:
        self.header.sender = one_line(attributes.get("id", ""))
        self._is_named = False

    def _end_sender_name(self, text: str) -> None:
        if text and not self._is_named:
            self.header.sender, self._is_named = one_line(text), True

    def _begin_structure(self, attributes: Attributes) -> None:
        along = attributes.get("dimensionAtObservation", TIME)[:LONGEST_REFERENCE]
        self._structure = attributes.get("structureID", "")[:LONGEST_REFERENCE]
        self._along = TIME if along == FLAT else along
        self._code = ""

    def _end_structure(self, _text: str) -> None:
        if len(self.header.structures) >= MOST_STRUCTURES:
            raise self.bomb()
        self.header.structures[self._structure] = Described(self._code, self._along)

    def _begin_ref(self, attributes: Attributes) -> None:
        self._code = self._code or one_line(attributes.get("id", ""), LONGEST_CODE)

    def _end_urn(self, text: str) -> None:
        self._code = self._code or code_of(text)

    def _end_reference(self, text: str) -> None:
        self._code = self._code or code_of(text)
