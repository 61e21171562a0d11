"""Faults: what is wrong, where, and what to do, with a stable code.

The sentences are templates with named placeholders, so that the platform can translate them
and programs can rely on the code. `files` adds its own codes to the same shape.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Value = str | int | float


def N_(text: str) -> str:  # noqa: N802 - the name that gettext tools know
    """Mark `text` for the translation catalogues and return it unchanged."""
    return text


@dataclass(frozen=True, slots=True)
class Message:
    """The two sentences of a code: what is wrong, and what to do about it."""

    what: str
    advice: str


MESSAGES: dict[str, Message] = {}


def register(messages: Mapping[str, Message]) -> None:
    """Add `messages` to the catalogue. Raises ValueError when a code is taken."""
    taken = MESSAGES.keys() & messages.keys()
    if taken:
        raise ValueError(f"message codes registered twice: {sorted(taken)}")
    MESSAGES.update(messages)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong. `row` counts from 1 with the header as row 1, as people see it.

    `code` is a key of `MESSAGES`; `params` fill its named placeholders.
    """

    code: str
    params: Mapping[str, Value] = field(default_factory=dict)
    file: str | None = None
    row: int | None = None
    column: str | None = None

    @property
    def what(self) -> str:
        """What is wrong, in English."""
        return MESSAGES[self.code].what % self.params

    @property
    def advice(self) -> str:
        """What to do, in English."""
        return MESSAGES[self.code].advice % self.params

    @property
    def where(self) -> str:
        """`file, row 3, column x`, as far as known; empty when nothing is."""
        parts = [self.file or ""]
        if self.row is not None:
            parts.append(f"row {self.row}")
        if self.column is not None:
            parts.append(f"column {self.column}")
        return ", ".join(part for part in parts if part)

    def __str__(self) -> str:
        """`where: what advice`, one line."""
        where = f"{self.where}: " if self.where else ""
        return f"{where}{self.what} {self.advice}"


class FaultsError(ValueError):
    """Input that cannot be used, with every fault found, never only the first."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


def fail(
    code: str,
    /,
    *,
    file: str | None = None,
    row: int | None = None,
    column: str | None = None,
    **params: Value,
) -> FaultsError:
    """Build the error of a single fault: `raise fail("unknown_parent", row=3, parent="X")`."""
    return FaultsError([Fault(code, params, file, row, column)])
