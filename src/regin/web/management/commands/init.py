"""`regin init`: make a production instance."""

from __future__ import annotations

import shlex
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from regin.web.operations import preparing
from regin.web.operations.command import PlatformCommand
from regin.web.operations.errors import WrongUseError


class Command(PlatformCommand):
    help = "Make an instance: folder, secret, database, first administrator. No demo content."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", nargs="?", metavar="DIR", help="an empty or absent folder")
        parser.add_argument("--admin-email", metavar="E", help="the first administrator")
        parser.add_argument(
            "--password-file", metavar="F", help="a file whose first line is the password"
        )
        parser.add_argument("--language", default="en", help="of the administrator; default: en")

    @contextmanager
    def instance(self, options: dict[str, Any]) -> Iterator[Path]:
        named = options["folder"] or options["dir"]
        if not named:
            raise WrongUseError(
                "Say where: regin init DIR --admin-email you@example.org --password-file FILE"
            )
        folder = Path(named).expanduser().resolve()
        with preparing.in_empty_folder(folder) as work:
            yield work
        self.say(
            f"Made an instance in {folder}. Serve it: regin serve --dir {shlex.quote(str(folder))}"
        )

    def handle(self, *_: Any, **options: Any) -> None:
        from regin.web.operations import initialise

        initialise.refuse_used_database()
        email = options["admin_email"] or initialise.ask_email()
        password = initialise.read_password(options["password_file"])
        initialise.make_production(email, password, options["language"])
