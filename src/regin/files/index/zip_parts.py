"""A workbook's zip file, read part by part; no bomb is unpacked.

What a part says of its size is checked against the file and against what is allowed before any of
it is unpacked; a part that says less than it holds is cut there and told as damaged. The list of
parts is bounded before it is read, since a small file can list millions.
"""

from __future__ import annotations

import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from regin.engine.errors import FaultsError, fail
from regin.files.limits import LIMITS, MIB, Limits, open_bytes
from regin.files.unpack import GRACE

RATIO = 100
"""Most bytes out per byte in beyond `GRACE`; sheets full of one word reach about 30."""

UNPACKED = 512 * MIB
DIRECTORY = 256 * 1024
"""Most bytes of the list of parts; a workbook of 200 sheets has 30,000."""

CHUNK = 64 * 1024
OLE = b"\xd0\xcf\x11\xe0"
"""How both the old format .xls and an encrypted workbook begin."""

BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    UnicodeError,
    ValueError,
    struct.error,
)


class ZipParts:
    """The parts of a zip file under their names. Close it when done.

    Raises FaultsError: those of `open_bytes`, not_a_workbook, workbook_locked, workbook_damaged,
    workbook_bomb.
    """

    def __init__(self, path: Path, limits: Limits = LIMITS) -> None:
        self.file = path.name
        self._raw = open_bytes(path, limits)
        try:
            self._zip = self._opened()
            self._size = os.fstat(self._raw.fileno()).st_size
        except BaseException:
            self._raw.close()
            raise
        self._most = min(UNPACKED, limits.unpacked_bytes, max(GRACE, self._size * RATIO))
        self._taken = 0

    def _opened(self) -> zipfile.ZipFile:
        start = self._raw.read(4) if self._raw.seekable() else b""
        if start == OLE:
            raise fail("workbook_locked", file=self.file)
        if start[:2] != b"PK":
            raise fail("not_a_workbook", file=self.file)
        try:
            return zipfile.ZipFile(_Bounded(self._raw, self.file))
        except FaultsError:
            raise
        except (*BROKEN, OSError):
            raise self._damaged("its list of parts cannot be read") from None

    def close(self) -> None:
        """Close the file."""
        self._zip.close()
        self._raw.close()

    @property
    def names(self) -> frozenset[str]:
        """Names of all parts."""
        return frozenset(self._zip.NameToInfo)

    def size(self, name: str) -> int:
        """Bytes that a part says it holds, 0 when it is absent."""
        info = self._zip.NameToInfo.get(name)
        return 0 if info is None else info.file_size

    def read(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of a part, none when it is absent."""
        info = self._zip.NameToInfo.get(name)
        if info is None:
            return
        self._check(info)
        try:
            with self._zip.open(info) as stream:
                while piece := stream.read(CHUNK):
                    yield piece
        # A wrong list of parts can point to before the beginning of the file.
        except (*BROKEN, OSError):
            raise self._damaged(f"{name[:80]} cannot be unpacked") from None

    def _check(self, info: zipfile.ZipInfo) -> None:
        """Refuse a part that is encrypted, packed in an unusual way, or too large unpacked."""
        if info.flag_bits & 1:
            raise fail("workbook_locked", file=self.file)
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise self._damaged(f"{info.filename[:80]} is packed in an unusual way")
        packed = min(info.compress_size, self._size)
        self._taken += info.file_size
        if info.file_size > max(GRACE, packed * RATIO) or self._taken > self._most:
            raise fail("workbook_bomb", file=self.file)

    def _damaged(self, reason: str) -> FaultsError:
        return fail("workbook_damaged", file=self.file, reason=reason)


class _Bounded:
    """A file that refuses to hand out more than `DIRECTORY` bytes in one go.

    The list of parts is the only thing that is read whole, whatever record says where it is.
    """

    def __init__(self, raw: BinaryIO, file: str) -> None:
        self._raw, self._file = raw, file
        self.seek, self.tell, self.seekable, self.close = (
            raw.seek,
            raw.tell,
            raw.seekable,
            raw.close,
        )

    def read(self, size: int = -1) -> bytes:
        wanted = DIRECTORY + 1 if size < 0 else size
        if wanted > DIRECTORY and size >= 0:
            raise fail("workbook_bomb", file=self._file)
        return self._raw.read(wanted)
