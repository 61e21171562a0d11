"""A walk through a JSON text: parts are taken one by one, so that the whole is never built.

What costs memory is the text itself and the one part that is held; what may be taken at once is
bounded, and so is the text.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from regin.engine.errors import N_, FaultsError, Message, fail, register
from regin.files.eurostat_cells import shown
from regin.files.limits import MIB, Limits, open_bytes

register(
    {
        "sdmx_part_too_large": Message(
            N_("One part of the message, from line %(line)s on, has more than %(limit)s MiB."),
            N_("Leave out periods and indicators that you do not need."),
        ),
    }
)

MOST_BYTES: Final = 128 * MIB
MOST_AT_ONCE: Final = 8 * MIB
_SIZES: Final = (2 * 1024, 128 * 1024, MOST_AT_ONCE)
_SPACE: Final = re.compile(r"[ \t\n\r]*")
_NAME: Final = re.compile(r'[ \t\n\r]*"([^"\\\x00-\x1f]*)"[ \t\n\r]*:[ \t\n\r]*')
_SMALL: Final = re.compile(r'\[[^\[\]{}"]*\]')
# A text whole, or one of what opens and closes; a lone quotation mark begins a text without end.
_MARK: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|["\[\]{}]', re.DOTALL)


class _TwiceError(Exception):
    """A name that stands twice in one object."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        times = Counter(name for name, _ in pairs)
        raise _TwiceError(next(name for name, often in times.items() if often > 1))
    return members


# Every number becomes a float: digits without end cost nothing, and JSON has one kind only.
_DECODER: Final = json.JSONDecoder(parse_int=float, object_pairs_hook=_object)


def read_text(path: Path, limits: Limits) -> str:
    """Read a text of at most 128 MiB, plain or gzip, in UTF-8 with or without its mark.

    Raises FaultsError: those of `open_bytes`, file_too_large, encoding.
    """
    most = min(MOST_BYTES, limits.file_bytes)
    bounded = replace(limits, unpacked_bytes=min(most + 1, limits.unpacked_bytes))
    content = bytearray()
    with open_bytes(path, bounded) as stream:
        while chunk := stream.read(MIB):
            content += chunk
            if len(content) > most:
                raise fail("file_too_large", file=path.name, limit=max(1, most // MIB))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        byte = error.start - content.rfind(b"\n", 0, error.start)
        raise fail("encoding", file=path.name, row=row, byte=byte) from None


class Walk:
    """A place in a JSON text, `at` characters from its beginning.

    Who walks through `members` or `elements` takes each value before the next: by `value`, by
    `skip`, or by walking through it.
    Everything raises FaultsError: json_syntax, json_nesting, sdmx_part_too_large.
    """

    def __init__(self, text: str, file: str, at: int = 0) -> None:
        self.text, self.file, self.at = text, file, at

    def members(self) -> Iterator[str]:
        """Yield the name of each member of the object here."""
        self._take("{")
        if self._is_taken("}"):
            return
        while True:
            yield self._name()
            if self._is_taken("}"):
                return
            self._take(",")

    def elements(self) -> Iterator[int]:
        """Yield the number of each element of the array here, from 0."""
        self._take("[")
        if self._is_taken("]"):
            return
        number = 0
        while True:
            yield number
            number += 1
            if self._is_taken("]"):
                return
            self._take(",")

    def value(self) -> Any:
        """Return the value here and go behind it. Every number is a float."""
        self._pass_space()
        small = _SMALL.match(self.text, self.at, self.at + _SIZES[0])
        wrong = json.JSONDecodeError("Unterminated", "", 0)
        for size in (small.end() - self.at,) if small else _SIZES:
            piece = self.text[self.at : self.at + size]
            try:
                found, used = _DECODER.raw_decode(piece)
            except json.JSONDecodeError as error:
                wrong = error
                continue
            except RecursionError:
                raise fail("json_nesting", file=self.file) from None
            except _TwiceError as error:
                raise self.twice(str(error)) from None
            # A number at the end of a piece may go on behind it.
            if used < size or piece[-1] in '}]"' or self.at + used == len(self.text):
                self.at += used
                return found
        raise self._broken(wrong)

    def skip(self) -> None:
        """Go behind the value here. Of what is inside only brackets and quotation marks count."""
        self._pass_space()
        if self.text[self.at : self.at + 1] not in ("{", "["):
            self.value()
            return
        open_now = 0
        for mark in _MARK.finditer(self.text, self.at):
            kind = mark[0]
            if kind in ("{", "["):
                open_now += 1
            elif kind in ("}", "]"):
                open_now -= 1
            elif kind == '"':
                raise self.wrong(mark.start())
            if not open_now:
                self.at = mark.end()
                return
        raise self.wrong(len(self.text))

    def finish(self) -> None:
        """Check that nothing is left."""
        self._pass_space()
        if self.at < len(self.text):
            raise self.wrong(self.at)

    def is_at(self, mark: str) -> bool:
        """Tell whether this character is next."""
        self._pass_space()
        return self.text.startswith(mark, self.at)

    def wrong(self, at: int) -> FaultsError:
        """Return the error of a text that is no JSON `at` this place."""
        line, character = self._line(at), at - self.text.rfind("\n", 0, at)
        return fail("json_syntax", file=self.file, row=line, line=line, character=character)

    def twice(self, name: str) -> FaultsError:
        """Return the error of a name that stands twice in the object around here."""
        row = self._line(self.at)
        return fail("json_duplicate_key", file=self.file, row=row, name=shown(name))

    def _line(self, at: int) -> int:
        return self.text.count("\n", 0, at) + 1

    def _broken(self, error: json.JSONDecodeError) -> FaultsError:
        """Return the error of a value that no piece held whole."""
        is_cut = self.at + MOST_AT_ONCE < len(self.text)
        near_end = error.pos > MOST_AT_ONCE - 64 or error.msg.startswith("Unterminated")
        if is_cut and near_end:
            line, limit = self._line(self.at), MOST_AT_ONCE // MIB
            return fail("sdmx_part_too_large", file=self.file, row=line, line=line, limit=limit)
        return self.wrong(self.at + error.pos)

    def _name(self) -> str:
        plain = _NAME.match(self.text, self.at)
        if plain is not None:
            self.at = plain.end()
            return plain[1]
        name = self.value() if self.is_at('"') else None
        if not isinstance(name, str):
            raise self.wrong(self.at)
        self._take(":")
        return name

    def _pass_space(self) -> None:
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def _take(self, mark: str) -> None:
        if not self._is_taken(mark):
            raise self.wrong(self.at)

    def _is_taken(self, mark: str) -> bool:
        if self.text.startswith(mark, self.at) or self.is_at(mark):
            self.at += 1
            return True
        return False
