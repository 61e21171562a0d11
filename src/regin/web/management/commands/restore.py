"""`regin restore`: a backup becomes the instance."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings

from regin.web.operations import preparing
from regin.web.operations.command import PlatformCommand
from regin.web.operations.errors import OperationError
from regin.web.operations.instance import find_instance


class Command(PlatformCommand):
    help = "Put a backup in place of the instance, or into an empty folder. All of it or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="what `regin backup` wrote")
        parser.add_argument(
            "--without-backup",
            action="store_true",
            help="do not back up what is there first (when it can no longer be read)",
        )
        known = parser.add_mutually_exclusive_group()
        known.add_argument(
            "--erasures", metavar="FILE", help="the erasures.log you kept: erase these people again"
        )
        known.add_argument(
            "--without-erasures",
            action="store_true",
            help="there is no erasures.log: whoever was erased after the backup comes back",
        )

    @contextmanager
    def instance(self, options: dict[str, Any]) -> Iterator[Path]:
        if not Path(options["file"]).expanduser().is_file():
            raise OperationError(f"There is no file {options['file']}. Check the path.")
        named = options["dir"] or os.environ.get("REGIN_DIR", "").strip()
        folder = Path(named).expanduser().resolve() if named else find_instance(None, os.environ)
        with preparing.to_restore_into(folder) as prepared:
            yield prepared

    def handle(self, *_: Any, **options: Any) -> None:
        from regin.web.operations.instance import held
        from regin.web.operations.restore import restore

        path = Path(options["file"]).expanduser().resolve()
        with held(settings.REGIN_DIR):
            done = restore(
                path,
                keep_present=not options["without_backup"],
                erasures=Path(options["erasures"]).expanduser() if options["erasures"] else None,
                without_erasures=options["without_erasures"],
            )
        if done.before:
            self.say(f"What was there is backed up in {done.before.path}")
        manifest = done.manifest
        self.say(
            f"Restored {manifest.rows:,} rows and {len(manifest.files):,} files of"
            f" {manifest.made_at} (REGIN {manifest.version}); every hash is right."
        )
        if done.erased_again:
            self.say(f"People erased since then and erased again: {done.erased_again}.")
