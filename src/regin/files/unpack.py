"""A byte stream that unpacks gzip as it is read and stops before a bomb has cost anything."""

from __future__ import annotations

import io
import zlib
from typing import BinaryIO, Protocol

from regin.engine.errors import FaultsError, fail

MIB = 1024 * 1024
CHUNK = 16 * 1024
GZIP = 16 + zlib.MAX_WBITS
GRACE = 4 * MIB
MEMBERS = 50_000


class Bounds(Protocol):
    """What this module needs to know of `Limits`."""

    @property
    def unpacked_bytes(self) -> int:
        """The most bytes that may come out."""

    @property
    def ratio(self) -> int:
        """The most bytes out per byte in, once more than `GRACE` bytes are out."""


class Unpacked(io.RawIOBase):
    """The content of a gzip stream of one or more members.

    The ratio is watched while reading, not only at the end, so that a bomb stops after `GRACE`
    bytes. Closing it closes the packed stream. Raises FaultsError: file_bomb, file_damaged.
    """

    def __init__(self, packed: BinaryIO, name: str, limits: Bounds) -> None:
        self._packed, self._name, self._limits = packed, name, limits
        self._member = zlib.decompressobj(GZIP)
        self._waiting = b""
        self._in = self._out = self._members = 0

    def readable(self) -> bool:
        """Say that this stream can be read."""
        return True

    def close(self) -> None:
        """Close this stream and the packed one."""
        self._packed.close()
        super().close()

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]  # the stub names a private buffer type
        """Fill `buffer` with unpacked bytes; 0 at the end."""
        piece = b""
        while not piece:
            if not self._refill():
                return 0
            piece = self._unpack(min(len(buffer), CHUNK * 4))
        self._count(len(piece))
        buffer[: len(piece)] = piece
        return len(piece)

    def _refill(self) -> bool:
        """Have packed bytes at hand; False at a proper end."""
        if self._member.eof:
            self._waiting = self._member.unused_data
        if not self._waiting:
            self._waiting = self._packed.read(CHUNK)
            self._in += len(self._waiting)
        if self._waiting and self._member.eof:
            self._next_member()
        if not self._waiting and not self._member.eof:
            raise self._fault("file_damaged")
        return bool(self._waiting)

    def _next_member(self) -> None:
        self._members += 1
        if self._members > MEMBERS:
            raise self._fault("file_bomb")
        self._member = zlib.decompressobj(GZIP)

    def _unpack(self, size: int) -> bytes:
        try:
            piece = self._member.decompress(self._waiting, size)
        except zlib.error:
            raise self._fault("file_damaged") from None
        self._waiting = self._member.unconsumed_tail
        return piece

    def _count(self, size: int) -> None:
        self._out += size
        allowed = max(GRACE, self._in * self._limits.ratio)
        if self._out > min(allowed, self._limits.unpacked_bytes):
            raise self._fault("file_bomb")

    def _fault(self, code: str) -> FaultsError:
        return fail(code, file=self._name)
