"""JSON of a file, whole but bounded: what parsing may cost is known before it is done.

A JSON reader walks `Part`s: each knows its path in the file, by which faults name it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from regin.engine.errors import N_, Message, Value, fail, register
from regin.files.eurostat_cells import shown
from regin.files.limits import MIB, UTF16_MARKS, FaultLog, Limits, open_bytes

register(
    {
        "json_syntax": Message(
            N_("The file is not JSON: it goes wrong at line %(line)s, character %(character)s."),
            N_("Download it again; it may be cut off, or a page of the office instead of data."),
        ),
        "json_nesting": Message(
            N_("The file is nested too deeply to be a table."),
            N_("Check what the file really is, and download it again."),
        ),
        "json_too_many_parts": Message(
            N_("The file holds more than %(limit)s numbers, texts or objects."),
            N_("Split it, or leave out periods and indicators that you do not need."),
        ),
        "json_duplicate_key": Message(
            N_("The name “%(name)s” stands twice here."),
            N_("Keep the one that is right and remove the other."),
        ),
        "json_not_object": Message(
            N_("There is no object ({…}) here."),
            N_("Compare this place with the format, or download the file again."),
        ),
        "json_not_array": Message(
            N_("There is no array ([…]) here."),
            N_("Compare this place with the format, or download the file again."),
        ),
        "json_not_text": Message(
            N_("There is no text here."),
            N_("Write a text in quotation marks, or download the file again."),
        ),
        "json_not_whole": Message(
            N_("There is no whole number of at least %(least)s here."),
            N_("Write it in digits without quotation marks, or download the file again."),
        ),
    }
)

MOST_BYTES: Final = 64 * MIB
MOST_NUMBERS: Final = 5_000_000
MOST_TEXTS: Final = 2_000_000
MOST_PARTS: Final = 400_000
LONGEST_TEXT: Final = 1000
LONGEST_PATH: Final = 120
LARGEST: Final = 2**53


@dataclass(frozen=True, slots=True)
class Part:
    """A place in a JSON file: what stands there (None also where nothing does) and its path."""

    content: Any
    path: str
    log: FaultLog

    def __getitem__(self, step: str | int) -> Part:
        """Return the member or element, with content None when there is none."""
        return Part(_inner(self.content, step), inside(self.path, step), self.log)

    def fault(self, code: str, /, **params: Value) -> None:
        """Log a fault at this place."""
        self.log.add(code, None, shown(self.path, LONGEST_PATH) or None, **params)

    def members(self) -> dict[str, Any]:
        """Return the object that stands here; an empty one, with a fault, when none does."""
        if isinstance(self.content, dict):
            return self.content
        self.fault("json_not_object")
        return {}

    def elements(self) -> list[Any]:
        """Return the array that stands here; an empty one, with a fault, when none does."""
        if isinstance(self.content, list):
            return self.content
        self.fault("json_not_array")
        return []

    def text(self) -> str:
        """Return the text on one line, "" for none; something else is a fault and ""."""
        if self.content is None:
            return ""
        if isinstance(self.content, str):
            return one_line(self.content)
        self.fault("json_not_text")
        return ""

    def whole(self, least: int = 0) -> int | None:
        """Return the whole number from `least` on; None, with a fault, when there is none."""
        number = self.content
        if type(number) is float and number.is_integer() and least <= number <= LARGEST:
            return int(number)
        self.fault("json_not_whole", least=least)
        return None


class Repeated(dict[str, Any]):
    """An object in which a name stood twice; the last one counts, as in every JSON parser."""

    def __init__(self, content: dict[str, Any], twice: list[str]) -> None:
        super().__init__(content)
        self.twice = twice


def _inner(content: Any, step: str | int) -> Any:
    if isinstance(step, str):
        return content.get(step) if isinstance(content, dict) else None
    return content[step] if isinstance(content, list) and step < len(content) else None


def inside(path: str, step: str | int) -> str:
    """Return the path of a member or element, cut so that it never costs much.

    >>> inside(inside("dimension", "geo"), 3)
    'dimension.geo[3]'
    """
    if len(path) > LONGEST_PATH:
        return path
    last = f"[{step}]" if isinstance(step, int) else f".{step[:LONGEST_PATH]}"
    return path + last if path else last.removeprefix(".")


def one_line(text: str, most: int = LONGEST_TEXT) -> str:
    """Return `text` on one line, without the unprintable, cut to `most` characters.

    >>> one_line(" two\\nlines\\x00 ")
    'two lines'
    """
    if not text.isprintable():
        kept = (c if c.isprintable() else " " if c.isspace() else "" for c in text)
        text = "".join(kept)
    return " ".join(text.split())[:most].rstrip()


def read_json(path: Path, log: FaultLog) -> Part:
    """Read a JSON file of at most 64 MiB, plain or gzip, in UTF-8 with or without its mark.

    Every number comes as a float, as JSON has one kind only: 1e999 and digits without end are
    infinite, the word NaN is not a number; who reads them must look. The file may hold 5 million
    numbers and 2 million texts, so that parsing never takes more than 800 MB. Names that stand
    twice go to `log`.
    Raises FaultsError: those of `open_bytes`, file_too_large, encoding, encoding_utf16,
    json_syntax, json_nesting, json_too_many_parts.
    """
    repeated: list[Repeated] = []
    content = _parse(_text(path, log.limits), path.name, repeated)
    for where, name in _names_twice(content) if repeated else ():
        Part(None, where, log).fault("json_duplicate_key", name=shown(name))
    return Part(content, "", log)


def _text(path: Path, limits: Limits) -> str:
    content = _content(path, limits)
    if content.startswith(UTF16_MARKS):
        raise fail("encoding_utf16", file=path.name)
    _check_parts(content, path.name)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        byte = error.start - content.rfind(b"\n", 0, error.start)
        raise fail("encoding", file=path.name, row=row, byte=byte) from None


def _content(path: Path, limits: Limits) -> bytearray:
    most = min(MOST_BYTES, limits.file_bytes)
    unpacked = min(most + 1, limits.unpacked_bytes)
    bounded = replace(limits, file_bytes=most, unpacked_bytes=unpacked)
    content = bytearray()
    with open_bytes(path, bounded) as stream:
        while len(content) <= most and (piece := stream.read(MIB)):
            content += piece
    if len(content) > most:
        raise fail("file_too_large", file=path.name, limit=max(1, most // MIB))
    if not content:
        raise fail("file_empty", file=path.name)
    return content


def _check_parts(content: bytearray, name: str) -> None:
    """Count what the parser would build; marks inside texts count too, and are few."""
    for limit, found in (
        (MOST_NUMBERS, content.count(b",")),
        (MOST_TEXTS, content.count(b'"') // 2),
        (MOST_PARTS, content.count(b"[") + content.count(b"{")),
    ):
        if found > limit:
            raise fail("json_too_many_parts", file=name, limit=limit)


def _parse(text: str, name: str, repeated: list[Repeated]) -> Any:
    """Return the content; objects in which a name stands twice go to `repeated`, too."""

    def read_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            repeated.append(Repeated(found, _twice(pairs)))
            return repeated[-1]
        return found

    try:
        # float takes digits without end in no time, where int refuses or is slow
        return json.loads(text, parse_int=float, object_pairs_hook=read_object)
    except json.JSONDecodeError as error:
        line, character = error.lineno, error.colno
        raise fail("json_syntax", file=name, row=line, line=line, character=character) from None
    except RecursionError:
        raise fail("json_nesting", file=name) from None


def _twice(pairs: list[tuple[str, Any]]) -> list[str]:
    return [name for name, count in Counter(name for name, _ in pairs).items() if count > 1]


def _names_twice(content: Any) -> Iterator[tuple[str, str]]:
    """(path, name) of every name that stands twice, in the order of the file."""
    waiting = [("", content)]
    while waiting:
        path, node = waiting.pop()
        if isinstance(node, Repeated):
            yield from ((inside(path, name), name) for name in node.twice)
        inner = node.items() if isinstance(node, dict) else enumerate(node)
        deeper = [(step, one) for step, one in inner if isinstance(one, (dict, list))]
        waiting.extend((inside(path, step), one) for step, one in reversed(deeper))
