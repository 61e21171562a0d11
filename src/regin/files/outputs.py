"""A directory of results appears whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Collection
from pathlib import Path

from regin.engine.errors import N_, Message, fail, register

register(
    {
        "output_taken": Message(
            N_("The folder “%(name)s” holds “%(found)s”, which no earlier run wrote."),
            N_("Name a folder that is new, empty, or the result of an earlier run."),
        ),
        "output_failed": Message(
            N_("The results cannot be written to “%(name)s”: %(reason)s."),
            N_("Check the permissions and the free space, then run it again."),
        ),
    }
)


def publish(out: Path, own: Collection[str], write: Callable[[Path], None]) -> None:
    """Let `write` fill a temporary folder, then put it in the place of `out`.

    `own` are the names such a folder may hold; a folder with anything else is never replaced.
    Raises FaultsError: output_taken, output_failed.
    """
    out = Path(out).absolute()
    try:
        _refuse_foreign(out, own)
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{out.name}.", dir=out.parent) as scratch:
            fresh = Path(scratch) / "fresh"
            fresh.mkdir()
            write(fresh)
            _swap(fresh, out, Path(scratch) / "earlier")
    except OSError as error:
        raise fail("output_failed", name=out.name, reason=error.strerror or str(error)) from None


def _refuse_foreign(out: Path, own: Collection[str]) -> None:
    if not out.exists() and not out.is_symlink():
        return
    if not out.is_dir() or out.is_symlink():
        raise fail("output_taken", name=out.name, found=out.name)
    foreign = sorted(path.name for path in out.iterdir() if path.name not in own)
    if foreign:
        raise fail("output_taken", name=out.name, found=foreign[0])


def _swap(fresh: Path, out: Path, earlier: Path) -> None:
    """Move the earlier results aside and the fresh ones in; put them back if that fails."""
    if not out.exists():
        fresh.rename(out)
        return
    out.rename(earlier)
    try:
        fresh.rename(out)
    except OSError:
        earlier.rename(out)
        raise
    shutil.rmtree(earlier)


def way(to: Path, out: Path) -> str | None:
    """Return the way from the folder `out` to a file or folder, for `regin replay`.

    None where there is none, as between the drives of some systems.
    """
    try:
        return Path(os.path.relpath(to.resolve(), out.resolve())).as_posix()
    except ValueError:
        return None
