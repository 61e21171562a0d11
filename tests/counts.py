"""How often a goal is tried: a part of the full count in `make test`, all of it in `make trust`."""

from __future__ import annotations

import os

FULL = os.environ.get("REGIN_TRUST") == "full"


def count(full: int, divisor: int = 100, least: int = 10) -> int:
    """`full` tries before a release; a part of them, but never fewer than `least`, every day."""
    return full if FULL else max(full // divisor, least)
