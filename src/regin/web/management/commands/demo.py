"""`regin demo`: a demonstration, filled and served."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from regin.web.management.commands import serve
from regin.web.operations import preparing
from regin.web.operations.instance import is_instance
from regin.web.operations.ports import choose_bind

FOLDER = "var/demo"


class Command(serve.Command):
    help = "Make a demonstration with fictional people and sample content, and serve it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(dir=FOLDER)

    @contextmanager
    def instance(self, options: dict[str, Any]) -> Iterator[Path]:
        folder = Path(options["dir"] or FOLDER).expanduser().resolve()
        os.environ["REGIN_BIND"] = options["bind"] or choose_bind(os.environ)
        if not is_instance(folder):
            with preparing.in_empty_folder(folder):
                pass
        yield folder

    def handle(self, *_: Any, **options: Any) -> None:
        from regin.web.demo import prepare_demo

        self.say("Filling the demonstration …")
        people, password = prepare_demo()
        super().handle(**options, people=[user.email for user in people], password=password)

    def announce(self, address: str, options: dict[str, Any]) -> None:
        """Say where it is served, and who can sign in."""
        self.say(f"The demonstration is served at {address}")
        who = ", ".join(options["people"])
        self.say(f"Sign in as {who}, password {options['password']} (another one at every start)")
        self.say("Stop it with Ctrl-C.")
