"""The base of the platform's own verbs: their options, and how each finds its instance."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from regin.web.operations.instance import find_instance


class PlatformCommand(BaseCommand):
    """A verb of `regin`. `instance` runs before Django reads its settings, `handle` after."""

    requires_system_checks = []
    suppressed_base_arguments = {
        "--version",
        "--verbosity",
        "--settings",
        "--pythonpath",
        "--traceback",
        "--no-color",
        "--force-color",
    }

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """The parser of this verb, with `--dir`, which every verb has."""
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.add_argument(
            "--dir", metavar="DIR", help="the instance folder (else REGIN_DIR, else this folder)"
        )
        return parser

    @contextmanager
    def instance(self, options: dict[str, Any]) -> Iterator[Path]:
        """The folder that this command works on; leaving it ends the work."""
        yield find_instance(options["dir"], os.environ)

    def say(self, text: str = "") -> None:
        """Print a line."""
        self.stdout.write(text)
        self.stdout.flush()
