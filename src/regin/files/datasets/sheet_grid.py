"""A plain table as rows of texts, whether it comes as CSV or as a sheet of a workbook."""

from __future__ import annotations

import csv
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from regin.engine.errors import N_, FaultsError, Message, fail, register
from regin.files.index import faults  # noqa: F401  # importing it registers its messages
from regin.files.limits import (
    LIMITS,
    MIB,
    UTF16_MARKS,
    Limits,
    ends_whole,
    open_bytes,
    read_lines,
)

register(
    {
        "sheet_encoding": Message(
            N_("The text is not %(encoding)s (byte %(byte)s)."),
            N_("Choose another encoding, or save the file as “CSV UTF-8” and try again."),
        ),
        "sheet_utf8": Message(
            N_("The text is UTF-8, not %(encoding)s: its accents would come out wrong."),
            N_("Choose UTF-8 as the encoding."),
        ),
    }
)

NO_MARKS: Final[Mapping[int, str]] = {}


class GridRow(NamedTuple):
    """A row as far as it is filled. `number` counts from 1, as people see it.

    `marks`: position → mark of a cell that is more than text (`sheet_workbook.NUMBER`, and those
    of `index.workbook`). A cell beyond `texts` is empty.
    """

    number: int
    texts: list[str]
    marks: Mapping[int, str]

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing but space stands in the row."""
        return not self.marks and not "".join(self.texts).strip()

    def text(self, at: int) -> str:
        """Return the text at a position, "" beyond the end."""
        return self.texts[at] if at < len(self.texts) else ""


class Grid(ABC):
    """A table that is open; read `rows` once, then close it. `label` names it in faults."""

    is_trimmed = False
    """Whether rows end with their last filled cell, so that a short row is nothing unusual."""

    def __init__(self, path: Path, limits: Limits = LIMITS) -> None:
        self._path, self._limits = path, limits
        self.label = path.name

    @abstractmethod
    def rows(self) -> Iterator[GridRow]:
        """Yield the rows from the first on, empty ones too."""

    @property
    def merged(self) -> list[str]:
        """Ranges of merged cells, complete once the rows are read."""
        return []

    @property
    def is_whole(self) -> bool:
        """Tell whether the end of the file can be its real end."""
        return True

    @abstractmethod
    def close(self) -> None:
        """Close the file."""

    def __iter__(self) -> Iterator[GridRow]:
        """Yield the rows. Raises FaultsError: too_many_rows, too_many_columns and the format's."""
        for count, row in enumerate(self.rows(), start=1):
            if count > self._limits.rows:
                raise fail("too_many_rows", file=self.label, limit=self._limits.rows)
            yield row

    def check_width(self, width: int, number: int) -> None:
        """Raise FaultsError too_many_columns for a row that is too wide."""
        limit = self._limits.columns
        if width > limit:
            raise fail("too_many_columns", file=self.label, row=number, columns=width, limit=limit)


class TextGrid(Grid):
    """A text with a separator, quoted as in RFC 4180, plain or gzip."""

    def __init__(
        self, path: Path, separator: str, encoding: str = "utf-8", limits: Limits = LIMITS
    ) -> None:
        super().__init__(path, limits)
        self._separator = separator
        self._lines = text_lines(path, encoding, limits)

    def rows(self) -> Iterator[GridRow]:
        """Yield the rows under the number of their first line."""
        reader = csv.reader(self._checked(), delimiter=self._separator, strict=True)
        while True:
            start = reader.line_num + 1
            try:
                yield GridRow(start, next(reader), NO_MARKS)
            except StopIteration:
                return
            except csv.Error as error:
                raise self._broken(start, str(error)) from None

    def _checked(self) -> Iterator[str]:
        for number, text in self._lines:
            self.check_width(text.count(self._separator) + 1, number)
            yield f"{text}\n"

    def _broken(self, row: int, reason: str) -> FaultsError:
        if reason.startswith("new-line character"):
            return fail("old_line_ends", file=self.label, row=row)
        return fail("csv", file=self.label, row=row, reason=reason)

    @property
    def is_whole(self) -> bool:
        """Tell whether the last line has an end."""
        return ends_whole(self._path, self._limits)

    def close(self) -> None:
        """Close the file."""
        if hasattr(self._lines, "close"):
            self._lines.close()


def text_lines(path: Path, encoding: str, limits: Limits = LIMITS) -> Iterator[tuple[int, str]]:
    """Yield (line number from 1, text without line end).

    Raises FaultsError: those of `read_lines`, sheet_encoding, sheet_utf8.
    """
    if encoding == "utf-8":
        return read_lines(path, limits)
    return _lines(path, encoding, limits)


def _lines(path: Path, encoding: str, limits: Limits) -> Iterator[tuple[int, str]]:
    """Lines of an encoding with one byte a character.

    Nearly any bytes can be read as one, so the first line with an accent is looked at: when it is
    UTF-8, which no other text is by chance, so is the file.
    """
    number, is_told = 0, False
    with open_bytes(path, limits) as stream:
        while line := stream.readline(limits.line_bytes + 1):
            number += 1
            _check_line(line, path.name, number, limits)
            if not is_told and not line.isascii():
                is_told = True
                if _is_utf8(line):
                    raise fail("sheet_utf8", file=path.name, row=number, encoding=encoding)
            yield number, _decoded(line, encoding, path.name, number)
    if number == 0:
        raise fail("file_empty", file=path.name)


def _check_line(line: bytes, name: str, number: int, limits: Limits) -> None:
    if len(line) > limits.line_bytes:
        limit = max(1, limits.line_bytes // MIB)
        raise fail("line_too_long", file=name, row=number, limit=limit)
    if number == 1 and line.startswith(UTF16_MARKS):
        raise fail("encoding_utf16", file=name)
    if b"\x00" in line:
        raise fail("nul_byte", file=name, row=number, byte=line.index(b"\x00") + 1)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _decoded(line: bytes, encoding: str, name: str, number: int) -> str:
    try:
        text = line.decode(encoding)
    except UnicodeDecodeError as error:
        place = error.start + 1
        raise fail("sheet_encoding", file=name, row=number, encoding=encoding, byte=place) from None
    return text.rstrip("\r\n")
