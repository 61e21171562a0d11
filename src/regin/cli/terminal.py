"""Printing: faults, results, and progress where someone is looking."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable
from types import TracebackType

from regin.engine.errors import Fault

DONE, FAULTY, MISUSED = 0, 1, 2
"""Exit codes of a verb: done, faults in the input, and wrong use of the command."""


def progress(text: str) -> None:
    """Say what is being done, on a terminal only."""
    if sys.stderr.isatty():
        print(text, file=sys.stderr, flush=True)


class Meter:
    """A line that tells how far long work is and how long it will take, on a terminal only."""

    def __init__(self, what: str) -> None:
        self.what, self.start, self.shown = what, time.monotonic(), 0.0

    def show(self, done: int, total: int) -> None:
        """Say that `done` of `total` are done, at most five times a second."""
        now = time.monotonic()
        if not sys.stderr.isatty() or (now - self.shown < 0.2 and done < total):
            return
        self.shown = now
        left = (now - self.start) * (total - done) / max(done, 1)
        says = f"\r{done} of {total} {self.what}, {left:.0f} s left  "
        print(says, end="", file=sys.stderr, flush=True)

    def __enter__(self) -> Meter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.shown:
            print(file=sys.stderr)


def complain(text: str) -> None:
    """Print to standard error."""
    print(text, file=sys.stderr)


def print_json(value: object) -> None:
    """Print `value` as JSON to standard output."""
    print(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False))


def complain_of(faults: Iterable[Fault]) -> None:
    """Print one line a fault to standard error."""
    for fault in faults:
        complain(str(fault))


def warn_of(warnings: Iterable[Fault]) -> None:
    """Print one line a warning to standard error."""
    for warning in warnings:
        complain(f"Warning: {warning}")
