"""Hand a verb over to the platform, which may not be installed."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import entry_points

from regin.cli.terminal import complain

USAGE = 2


def hand_over(verb: str, argv: Sequence[str]) -> int:
    """Run a platform verb through its entry point and return its exit code."""
    found = list(entry_points(group="regin.commands", name=verb))
    if not found:
        return _needs_platform(verb)
    try:
        return int(found[0].load()(verb, list(argv)))
    except ModuleNotFoundError as error:
        # A missing module of our own is our fault and must not be taken for a missing extra.
        if (error.name or "").partition(".")[0] == "regin":
            raise
        return _needs_platform(verb)


def _needs_platform(verb: str) -> int:
    complain(f"regin {verb} needs the platform: pip install 'regin[web]'")
    return USAGE
