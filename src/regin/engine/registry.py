"""Names people may write in a recipe, and what stands behind each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

from regin.engine.errors import Fault, FaultsError

T = TypeVar("T")


class Registry(Generic[T]):
    """A catalogue that answers an unknown name with the names it knows.

    `code` is the fault of an unknown name; its message has `%(name)s` and `%(known)s`.
    """

    def __init__(self, code: str) -> None:
        self.code = code
        self._items: dict[str, T] = {}

    def add(self, name: str, item: T) -> T:
        """Register `item` under `name`. Raises ValueError when the name is taken."""
        if name in self._items:
            raise ValueError(f"registered twice: {name}")
        self._items[name] = item
        return item

    def get(self, name: str) -> T:
        """Return what stands behind `name`. Raises FaultsError for an unknown one."""
        if name not in self._items:
            raise FaultsError([self.fault(name)])
        return self._items[name]

    def fault(self, name: object) -> Fault:
        """Return the fault that says `name` is unknown and lists the known names."""
        return Fault(self.code, {"name": str(name), "known": ", ".join(self)})

    def __contains__(self, name: object) -> bool:
        return name in self._items

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._items))
