"""The XML of an SDMX message as a stream of places: no entities, no depth, no endless names.

A document type declaration, which no message needs, is refused where it begins, so no entity is
ever expanded and nothing outside the file is ever opened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from xml.parsers import expat

from regin.engine.errors import N_, FaultsError, Message, fail, register
from regin.files.limits import Limits, open_bytes

register(
    {
        "sdmx_syntax": Message(
            N_("The file is not XML: it goes wrong at line %(line)s, character %(character)s."),
            N_("Download it again; it may be cut off, or a page of the office instead of data."),
        ),
        "sdmx_doctype": Message(
            N_("The file declares a document type, which no SDMX message does."),
            N_("Do not use it; download the table again from its source."),
        ),
        "sdmx_bomb": Message(
            N_("The file holds names, attributes, depth or tags without end."),
            N_("Do not use it; download the table again from its source."),
        ),
    }
)

CHUNK: Final = 64 * 1024
DEEPEST: Final = 64
NAMES: Final = 2_000
"""Most different names of elements, attributes and namespaces in one file."""

SILENCE: Final = 1024 * 1024
"""Most bytes in a row that say nothing yet: one endless tag, comment or attribute; also the most
characters of all names together."""

LONGEST_TEXT: Final = 10_000
IGNORED: Final = ""
ROOT: Final = "root"

Attributes = dict[str, str]
Begin = Callable[[Attributes], None]
End = Callable[[str], None]


@dataclass(slots=True)
class _Place:
    """What is done with elements of one kind; `inner` by their full names, as they are met."""

    name: str
    begin: Begin | None = None
    end: End | None = None
    has_text: bool = False
    inner: dict[str, _Place] = field(default_factory=dict)


class XmlStream:
    """Reads a file and calls what stands for each place that `PLACES` knows.

    `PLACES`: (place, name of an element in it) → place of that element. A place has the methods
    `_begin_<place>(attributes)` and `_end_<place>(text)`, each if it needs one; text is collected
    in places of `TEXTS`. Names come without namespace, those of attributes with it and a space.
    What stands in an unknown place is ignored with all that is in it.
    """

    PLACES: Mapping[tuple[str, str], str] = {}
    TEXTS: frozenset[str] = frozenset()

    def __init__(self, file: str) -> None:
        self.file = file
        self._places = {place: self._place(place) for place in self.PLACES.values()}
        self._open = [_Place(ROOT)]
        self._seen: set[str] = set()
        self._weight = 0
        self._text: list[str] = []
        self._room = 0

    def _place(self, name: str) -> _Place:
        begin: Begin | None = getattr(self, f"_begin_{name}", None)
        end: End | None = getattr(self, f"_end_{name}", None)
        return _Place(name, begin, end, name in self.TEXTS)

    @property
    def line(self) -> int:
        """Line of the element that begins, from 1."""
        return self._parser.CurrentLineNumber

    @property
    def within(self) -> str:
        """Place around the element that begins or ends."""
        return self._open[-1].name

    def unknown(self, place: str, name: str) -> None:
        """Take note of an element that `place` does not know; called once for each name."""

    def read(self, path: Path, limits: Limits) -> None:
        """Read to the end.

        Raises FaultsError: those of `open_bytes`, sdmx_syntax, sdmx_doctype, sdmx_bomb.
        """
        self._parser = self._new_parser()
        silence = 0
        try:
            with open_bytes(path, limits) as stream:
                while chunk := stream.read(CHUNK):
                    self._heard = False
                    self._parser.Parse(chunk, False)
                    silence = 0 if self._heard else silence + len(chunk)
                    if silence > SILENCE:
                        raise self.bomb()
            self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            line, character = error.lineno, error.offset + 1
            raise self._wrong(line, character) from None
        except LookupError:  # an encoding that nobody knows
            raise self._wrong(1, 1) from None

    def _wrong(self, line: int, character: int) -> FaultsError:
        return fail("sdmx_syntax", file=self.file, row=line, line=line, character=character)

    def bomb(self) -> FaultsError:
        """Return the error of a file that would take endless memory or time."""
        return fail("sdmx_bomb", file=self.file, row=self.line)

    def _new_parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartNamespaceDeclHandler = self._namespace
        parser.StartDoctypeDeclHandler = self._refuse
        return parser

    def _start(self, name: str, attributes: Attributes) -> None:
        self._heard = True
        around = self._open[-1]
        place = around.inner.get(name) or self._learn(around, name)
        if attributes and not attributes.keys() <= self._seen:
            self.meet(attributes)
        if place.begin is not None:
            place.begin(attributes)
        if place.has_text:
            self._text, self._room = [], LONGEST_TEXT
            self._parser.CharacterDataHandler = self._characters
        self._open.append(place)

    def _end(self, _name: str) -> None:
        self._heard = True
        place = self._open.pop()
        text = ""
        if place.has_text:
            self._parser.CharacterDataHandler = None
            text, self._text = " ".join("".join(self._text).split()), []
        if place.end is not None:
            place.end(text)

    def _learn(self, around: _Place, name: str) -> _Place:
        element = name.rpartition(" ")[2]
        known = self.PLACES.get((around.name, element))
        if known is None:
            self.unknown(around.name, element)
        if len(self._open) > DEEPEST:
            raise self.bomb()
        place = around.inner[name] = _Place(IGNORED) if known is None else self._places[known]
        self.meet([f"{around.name} <{element}>"])
        return place

    def meet(self, names: Iterable[str]) -> None:
        """Count names, of which a file may not have endlessly many. Raises FaultsError."""
        fresh = set(names) - self._seen
        self._seen |= fresh
        self._weight += sum(map(len, fresh))
        if len(self._seen) > NAMES or self._weight > SILENCE:
            raise self.bomb()

    def _characters(self, text: str) -> None:
        self._heard = True
        self._text.append(text[: self._room])
        self._room -= len(self._text[-1])
        if not self._room:
            self._parser.CharacterDataHandler = None

    def _namespace(self, prefix: str | None, _address: str) -> None:
        self.meet([f"xmlns {prefix}"])

    def _refuse(self, *_declaration: object) -> None:
        raise fail("sdmx_doctype", file=self.file, row=self.line)
