"""Printing: faults, results, and progress where someone is looking."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable

from regin.engine.errors import Fault


def progress(text: str) -> None:
    """Say what is being done, on a terminal only."""
    if sys.stderr.isatty():
        print(text, file=sys.stderr, flush=True)


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
