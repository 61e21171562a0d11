"""Index folders in and out: `read_index(path) -> Index`, `write_index(index, path)`."""

from regin.files.index.model import Index
from regin.files.index.reader import read_index
from regin.files.index.writer import write_index

__all__ = ["Index", "read_index", "write_index"]
