"""`regin backup`: one file with everything but the keys."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from regin.web.operations.command import PlatformCommand


class Command(PlatformCommand):
    help = "Write database and files of this moment into one checked file; serving goes on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", metavar="FILE", help="a file or a folder; default: backups/")

    def handle(self, *_: Any, **options: Any) -> None:
        from regin.web.operations.backup import make_backup

        made = make_backup(Path(options["to"]) if options["to"] else None)
        manifest = made.manifest
        self.say(
            f"{made.path}: {made.size:,} bytes, {manifest.rows:,} rows in"
            f" {len(manifest.tables)} tables, {len(manifest.files):,} files; read back and sound."
        )
        self.say("Keep secret.key, keys/ and erasures.log apart from it: no backup holds them.")
