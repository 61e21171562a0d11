"""The base of the platform's own verbs: their options, and how each finds its instance."""

from __future__ import annotations

import os
from argparse import SUPPRESS, ArgumentParser, ArgumentTypeError, _SubParsersAction
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandParser

from regin.web.operations.instance import find_instance


def named_folder(word: str) -> str:
    """The value of `--dir`; an empty one is a variable that was never set, so it is refused."""
    if not word:
        raise ArgumentTypeError("It needs a folder. A valid example: --dir /srv/regin")
    return word


DIR: Final[dict[str, Any]] = {
    "type": named_folder,
    "metavar": "DIR",
    "help": "the instance folder (else REGIN_DIR, else this folder)",
}


def parser_of_app(command: BaseCommand, verb: str) -> CommandParser:
    """The parser of a verb that an app owns, with `--dir` like every other verb.

    It says so only: the folder is taken out of the arguments before, for it may stand anywhere.
    """
    command.suppressed_base_arguments = PlatformCommand.suppressed_base_arguments
    command.requires_system_checks = []  # without them Django offers no --skip-checks
    parser = command.create_parser("regin", verb)
    _add_dir(parser)
    return parser


def _add_dir(parser: ArgumentParser) -> None:
    parser.add_argument("--dir", default=SUPPRESS, **DIR)
    for action in parser._actions:
        if isinstance(action, _SubParsersAction):
            for below in action.choices.values():
                _add_dir(below)


class PlatformCommand(BaseCommand):
    """A verb of `regin`. `instance` runs before Django reads its settings, `handle` after."""

    requires_system_checks = []
    needs_secret = True
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
        parser.add_argument("--dir", **DIR)
        return parser

    @contextmanager
    def instance(self, options: dict[str, Any]) -> Iterator[Path]:
        """The folder that this command works on; leaving it ends the work."""
        yield find_instance(options["dir"], os.environ, with_secret=self.needs_secret)

    def say(self, text: str = "") -> None:
        """Print a line."""
        self.stdout.write(text)
        self.stdout.flush()
