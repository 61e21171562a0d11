"""The file of a backup: a tar archive in two gzip parts, the manifest first.

Writing and reading are strict and small on purpose: only plain members with short names, in the
order of the manifest, so that nothing in a file from elsewhere can point outside, grow, or hide.
Any tool for `.tar.gz` opens it.
"""

from __future__ import annotations

import gzip
import hashlib
import tarfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, BinaryIO, Final

from regin.web.operations.errors import OperationError
from regin.web.operations.manifest import (
    LARGEST_MANIFEST,
    MANIFEST,
    Content,
    Manifest,
    read_manifest,
)

BLOCK: Final = 512
CHUNK: Final = 256 * 1024
END: Final = b"\0" * (2 * BLOCK)
# What `packed` writes: no name, no time, default level. One flipped bit is another file.
GZIP_HEADER: Final = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
PARTS: Final = 2
Receive = Callable[[str, Iterator[bytes]], None]


def packed(raw: BinaryIO) -> gzip.GzipFile:
    """A gzip part at the end of `raw`."""
    return gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=raw, mtime=0)


def write_member(out: gzip.GzipFile, name: str, size: int, source: IO[bytes]) -> Content:
    """Write `size` bytes of `source` as member `name`. Raises OperationError when it has fewer."""
    header = tarfile.TarInfo(name)
    header.size, header.mode = size, 0o600
    out.write(header.tobuf(tarfile.GNU_FORMAT))
    digest, left = hashlib.sha256(), size
    while left:
        chunk = source.read(min(CHUNK, left))
        if not chunk:
            raise OperationError(f"{name} became shorter while it was backed up. Try again.")
        out.write(chunk)
        digest.update(chunk)
        left -= len(chunk)
    out.write(b"\0" * (-size % BLOCK))
    return Content(size, digest.hexdigest())


def damaged(path: Path, what: str) -> OperationError:
    """The refusal of a file that is not as it was written."""
    return OperationError(f"{path.name} is damaged ({what}); nothing was changed. Use another one.")


class Unpacking:
    """Reads the parts of a backup as one stream. Raises OperationError at the first wrong byte."""

    def __init__(self, raw: BinaryIO, path: Path) -> None:
        self._raw, self._path = raw, path
        self._parts, self._waiting = 0, b""
        self._start_part()

    def _start_part(self) -> None:
        header = self._waiting + self._raw.read(max(len(GZIP_HEADER) - len(self._waiting), 0))
        if header[: len(GZIP_HEADER)] != GZIP_HEADER:
            raise damaged(self._path, "or no backup of REGIN at all")
        self._parts += 1
        self._part = zlib.decompressobj(16 + zlib.MAX_WBITS)
        self._waiting = header

    def read(self, size: int) -> bytes:
        """Exactly `size` bytes."""
        pieces, left = [], size
        while left:
            piece = self._some(left)
            pieces.append(piece)
            left -= len(piece)
        return b"".join(pieces)

    def _some(self, most: int) -> bytes:
        """Between 1 and `most` bytes."""
        while True:
            if self._part.eof and self._parts < PARTS:
                self._waiting = self._part.unused_data
                self._start_part()
            if not self._waiting:
                self._waiting = self._raw.read(CHUNK)
            if self._part.eof or not self._waiting:
                raise damaged(self._path, "cut off")
            piece = self._unpack(most)
            if piece:
                return piece

    def _unpack(self, most: int) -> bytes:
        try:
            piece = self._part.decompress(self._waiting, most)
        except zlib.error:
            raise damaged(self._path, "its checksum is wrong") from None
        self._waiting = self._part.unconsumed_tail
        return piece

    def end(self) -> None:
        """Check that the stream ends here, with its checksum, and that nothing follows."""
        while not self._part.eof:
            self._waiting = self._waiting or self._raw.read(CHUNK)
            if not self._waiting:
                raise damaged(self._path, "cut off")
            if self._unpack(BLOCK):
                raise damaged(self._path, "more in it than it lists")
        if self._parts != PARTS or self._part.unused_data or self._raw.read(1):
            raise damaged(self._path, "something was added to it")


def read_backup(path: Path, receive: Receive, agree: Callable[[Manifest], None]) -> Manifest:
    """Read everything and check every byte; `receive` gets each member and its chunks.

    `agree` sees the manifest first and raises to refuse it before anything else is unpacked.
    """
    with path.open("rb") as raw:
        stream = Unpacking(raw, path)
        manifest = _first(stream, path)
        agree(manifest)
        for name, content in manifest.members():
            if _header(stream, path, name) != content.size:
                raise damaged(path, f"{name} has another size than it says")
            chunks = _checked(stream, path, name, content)
            receive(name, chunks)
            for _ in chunks:  # what `receive` left is checked all the same
                pass
            _padding(stream, path, content.size)
        if stream.read(len(END)) != END:
            raise damaged(path, "more in it than it lists")
        stream.end()
    return manifest


def _first(stream: Unpacking, path: Path) -> Manifest:
    size = _manifest_size(stream, path)
    manifest = read_manifest(stream.read(size))
    _padding(stream, path, size)
    return manifest


def list_of_contents(path: Path) -> Manifest:
    """The manifest alone, nothing else checked. Raises OperationError when it cannot be read."""
    with path.open("rb") as raw:
        return _first(Unpacking(raw, path), path)


def ignore(_: str, chunks: Iterable[bytes]) -> None:
    """Receive a member for its checks only."""
    for _chunk in chunks:
        pass


def verify(path: Path, agree: Callable[[Manifest], None] = lambda _: None) -> Manifest:
    """Read the whole backup, keep nothing. Raises OperationError unless it is as written."""
    return read_backup(path, ignore, agree)


def _manifest_size(stream: Unpacking, path: Path) -> int:
    size = _header(stream, path, MANIFEST)
    if size > LARGEST_MANIFEST:
        raise damaged(path, "its list of contents is too long")
    return size


def _header(stream: Unpacking, path: Path, name: str) -> int:
    """The size in the header of the next member, which must be the plain file `name`."""
    try:
        info = tarfile.TarInfo.frombuf(stream.read(BLOCK), "utf-8", "strict")
    except (tarfile.HeaderError, UnicodeDecodeError):
        raise damaged(path, f"no {name} where it should be") from None
    if info.name != name or info.type != tarfile.REGTYPE or info.size < 0:
        raise damaged(path, f"no {name} where it should be")
    return info.size


def _padding(stream: Unpacking, path: Path, size: int) -> None:
    if stream.read(-size % BLOCK).strip(b"\0"):
        raise damaged(path, "more in it than it lists")


def _checked(stream: Unpacking, path: Path, name: str, content: Content) -> Iterator[bytes]:
    digest, left = hashlib.sha256(), content.size
    while left:
        chunk = stream.read(min(CHUNK, left))
        digest.update(chunk)
        left -= len(chunk)
        yield chunk
    if digest.hexdigest() != content.sha256:
        raise damaged(path, f"{name} is not what it was")
