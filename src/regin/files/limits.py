"""How much a file may hold, and reading it without ever holding more.

Every reader in `files` opens its input here: size, compression, encoding and width are bounded
before anything is parsed, so a bomb costs no more than an ordinary wrong file.
"""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

from regin.engine.errors import N_, Fault, FaultsError, Message, Value, fail, register
from regin.files.unpack import Unpacked

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one input. Sizes in bytes, `ratio` is unpacked / packed size of compressed input.

    `line_bytes` bounds one line; `columns` one row's cells; `rows` the rows of one table;
    `cells` those of a whole table; `faults` how many are listed.
    """

    file_bytes: int = 512 * MIB
    unpacked_bytes: int = 2048 * MIB
    ratio: int = 200
    line_bytes: int = 4 * MIB
    columns: int = 10_000
    rows: int = 20_000_000
    faults: int = 200
    cells: int = 10_000_000


LIMITS = Limits()

register(
    {
        "file_missing": Message(
            N_("There is no file at this path."), N_("Check the path and its spelling.")
        ),
        "file_not_regular": Message(
            N_("This path is not an ordinary file."),
            N_("Name a file, not a folder, a device or a pipe."),
        ),
        "file_unreadable": Message(
            N_("The file cannot be opened for reading."),
            N_("Check that you are allowed to read it and that the disk is there."),
        ),
        "file_empty": Message(
            N_("The file is empty."), N_("Export it again and check that it holds a table.")
        ),
        "file_too_large": Message(
            N_("The file has more than %(limit)s MiB."),
            N_("Split it, or leave out periods and indicators that you do not need."),
        ),
        "file_bomb": Message(
            N_("The compressed file unpacks to far more than it should."),
            N_("Download it again from its source; if that is how it came, unpack it yourself."),
        ),
        "file_damaged": Message(
            N_("The compressed file is damaged or cut off."), N_("Download it again.")
        ),
        "encoding": Message(
            N_("The text is not UTF-8 (byte %(byte)s)."),
            N_("Save the file as “CSV UTF-8” or “UTF-8 text” and try again."),
        ),
        "encoding_utf16": Message(
            N_("The text is UTF-16 or UTF-32, not UTF-8."),
            N_("Save the file as “CSV UTF-8” or “UTF-8 text” and try again."),
        ),
        "nul_byte": Message(
            N_("The line holds a NUL byte (byte %(byte)s), so this is not plain text."),
            N_("Check what the file really is; if it is UTF-16 text, save it as UTF-8."),
        ),
        "line_too_long": Message(
            N_("The line is longer than %(limit)s MiB."),
            N_("This is not a table that can be read; check what the file really is."),
        ),
        "too_many_columns": Message(
            N_("The row has %(columns)s columns; %(limit)s is the most."),
            N_("Check the separator, and whether the table is turned on its side."),
        ),
        "too_many_rows": Message(
            N_("The table has more than %(limit)s rows."), N_("Split the file.")
        ),
        "too_many_cells": Message(
            N_("The table has more than %(limit)s cells."),
            N_("Split the file, or leave out periods and indicators that you do not need."),
        ),
        "too_many_faults": Message(
            N_("More than %(limit)s faults; the rest are not listed."),
            N_("Mend these first and try again."),
        ),
    }
)


UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
OPEN_FLAGS: Final = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def open_bytes(path: Path, limits: Limits = LIMITS) -> BinaryIO:
    """Open `path` for reading, unpacking gzip by its content, not its name.

    Only ordinary files (or links to one) are opened, so a pipe or a device never hangs. While
    reading, gzip raises FaultsError file_bomb or file_damaged.
    Raises FaultsError: file_missing, file_not_regular, file_unreadable, file_empty,
    file_too_large.
    """
    raw = _open_regular(path)
    size = os.fstat(raw.fileno()).st_size
    if size == 0 or size > limits.file_bytes:
        raw.close()
        code = "file_too_large" if size else "file_empty"
        raise fail(code, file=path.name, limit=limits.file_bytes // MIB)
    packed = raw.read(2) == b"\x1f\x8b"
    raw.seek(0)
    return io.BufferedReader(Unpacked(raw, path.name, limits), 256 * 1024) if packed else raw


def _open_regular(path: Path) -> BinaryIO:
    """Open an ordinary file; look at what it is first, and again once it is open."""
    try:
        regular = stat.S_ISREG(path.stat().st_mode)
        if regular:
            number = os.open(path, os.O_RDONLY | OPEN_FLAGS)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        raise fail("file_missing", file=path.name) from None
    except OSError:
        raise fail("file_unreadable", file=path.name) from None
    if regular and stat.S_ISREG(os.fstat(number).st_mode):
        return os.fdopen(number, "rb")
    if regular:
        os.close(number)
    raise fail("file_not_regular", file=path.name)


def read_lines(path: Path, limits: Limits = LIMITS) -> Iterator[tuple[int, str]]:
    """Yield (line number from 1, text without line end) of a UTF-8 text file, gzip or plain.

    A byte order mark is dropped. Raises FaultsError: those of `open_bytes`, encoding,
    encoding_utf16, nul_byte, line_too_long, file_bomb, file_damaged.
    """
    number, name, longest = 0, path.name, limits.line_bytes
    codec = "utf-8-sig"
    with open_bytes(path, limits) as stream:
        # A call a line would cost more than all the rest: this loop sees every line of every file.
        while line := stream.readline(longest + 1):
            number += 1
            if len(line) > longest or b"\x00" in line or number == 1:
                _check_line(line, name, number, longest)
            try:
                text = line.decode(codec)
            except UnicodeDecodeError as error:
                raise fail("encoding", file=name, row=number, byte=error.start + 1) from None
            codec = "utf-8"
            yield number, text.rstrip("\r\n")
    if number == 0:
        raise fail("file_empty", file=name)


def _check_line(line: bytes, name: str, number: int, longest: int) -> None:
    if len(line) > longest:
        raise fail("line_too_long", file=name, row=number, limit=max(1, longest // MIB))
    if number == 1 and line.startswith(UTF16_MARKS):
        raise fail("encoding_utf16", file=name)
    if b"\x00" in line:
        raise fail("nul_byte", file=name, row=number, byte=line.index(b"\x00") + 1)


def ends_whole(path: Path, limits: Limits = LIMITS) -> bool:
    """Tell whether a text ends in a line end, or is gzip, whose checksum vouches for its end.

    Raises FaultsError: those of `open_bytes`.
    """
    with open_bytes(path, limits) as stream:
        if isinstance(stream, io.BufferedReader) and isinstance(stream.raw, Unpacked):
            return True
        stream.seek(-1, os.SEEK_END)
        return stream.read(1) in (b"\n", b"\r")


def split_cells(
    text: str, separator: str, name: str, row: int, limits: Limits = LIMITS
) -> list[str]:
    """Split a line without quoting into its cells, counting them before any is made.

    Raises FaultsError: too_many_columns.
    """
    columns = text.count(separator) + 1
    if columns > limits.columns:
        raise fail("too_many_columns", file=name, row=row, columns=columns, limit=limits.columns)
    return text.split(separator)


@dataclass(slots=True)
class FaultLog:
    """Faults of one file as they are found; gives up when `limits.faults` are exceeded."""

    file: str
    limits: Limits = LIMITS
    found: list[Fault] = field(default_factory=list)

    def add(self, code: str, /, row: int | None, column: str | None, **params: Value) -> None:
        """Keep a fault. Raises FaultsError with all so far when there are too many."""
        if len(self.found) >= self.limits.faults:
            self.found.append(Fault("too_many_faults", {"limit": self.limits.faults}, self.file))
            raise FaultsError(self.found)
        self.found.append(Fault(code, params, self.file, row, column))

    def stop(self, error: FaultsError) -> FaultsError:
        """Return `error`, which ends the reading, with everything found before it in front."""
        before = tuple(self.found)
        told = error.faults[: len(before)] == before
        return error if told else FaultsError([*before, *error.faults])

    def raise_found(self) -> None:
        """Raise FaultsError, in the order of the rows, when anything was found."""
        if self.found:
            raise FaultsError(sorted(self.found, key=lambda fault: fault.row or 0))
