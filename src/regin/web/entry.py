"""Where `regin VERB …` meets the platform: find the instance, run the verb, say errors plainly."""

from __future__ import annotations

import os
import sys
import traceback
from importlib import import_module
from pathlib import Path

import django
from django.core.management import BaseCommand, get_commands, load_command_class

from regin.web.operations.command import PlatformCommand, parser_of_app
from regin.web.operations.errors import FAILURE, OperationError, WrongUseError, sentence
from regin.web.operations.instance import find_instance, held

OWN = ("init", "serve", "demo", "backup", "restore", "upgrade", "doctor")
INTERRUPTED = 130


def run(verb: str, argv: list[str]) -> int:
    """Run a platform verb and return its exit code: 0, 1 failure, 2 usage, 130 interrupted."""
    try:
        return _run_own(verb, argv) if verb in OWN else _run_of_an_app(verb, argv)
    except KeyboardInterrupt:
        return INTERRUPTED
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else FAILURE
    except Exception as error:
        _complain(error)
        return error.exit_code if isinstance(error, OperationError) else FAILURE


def _complain(error: Exception) -> None:
    if os.environ.get("REGIN_LOG_LEVEL", "").upper() == "DEBUG":
        traceback.print_exception(error)
    sys.stderr.write(f"{sentence(error)}\n")


def _run_own(verb: str, argv: list[str]) -> int:
    command: PlatformCommand = import_module(f"regin.web.management.commands.{verb}").Command()
    command._called_from_command_line = True  # type: ignore[attr-defined]  # Django's switch for usage
    options = vars(command.create_parser("regin", verb).parse_args(argv))
    with command.instance(options) as folder:
        start_django(folder)
        command.execute(**options)
    return 0


def _run_of_an_app(verb: str, argv: list[str]) -> int:
    """A verb that an app owns as a management command of the same name.

    How it was typed comes first: wrong use and `--help` are answered without an instance.
    """
    named, rest = _take_dir(argv)
    folder, problem = _look_for(named)
    _set_up(folder)
    command = _command_of_an_app(verb)
    options = vars(parser_of_app(command, verb).parse_args(rest))
    if problem is not None:
        raise problem
    finish_restore(folder)
    command.execute(*options.pop("args", ()), **options)
    return 0


def _command_of_an_app(verb: str) -> BaseCommand:
    app = get_commands().get(verb)
    if not isinstance(app, str):
        raise OperationError(f"The installed REGIN has no verb {verb}. Type: regin --help")
    command = load_command_class(app, verb)
    command._called_from_command_line = True  # type: ignore[attr-defined]  # as above
    return command


def _look_for(named: str | None) -> tuple[Path, OperationError | None]:
    """The instance; where there is none, this folder and what to say about it."""
    try:
        return find_instance(named, os.environ), None
    except OperationError as problem:
        return Path.cwd(), problem


def start_django(folder: Path) -> None:
    """Make `folder` the instance of this process, and finish what a killed restore left."""
    _set_up(folder)
    finish_restore(folder)


def _set_up(folder: Path) -> None:
    os.umask(0o077)
    os.environ["REGIN_DIR"] = str(folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regin.web.settings")
    django.setup()


def finish_restore(folder: Path) -> None:
    """Finish a restore that was killed after its decisive step. Raises OperationError."""
    from regin.web.operations import swap  # its models exist only from here on

    if swap.is_unfinished(folder):
        with held(folder):
            swap.finish(folder)


def _take_dir(argv: list[str]) -> tuple[str | None, list[str]]:
    """`--dir DIR` or `--dir=DIR`, wherever it stands, and the other arguments."""
    named, rest, words = None, [], iter(argv)
    for word in words:
        if word == "--dir":
            named = next(words, "")
        elif word.startswith("--dir="):
            named = word.removeprefix("--dir=")
        else:
            rest.append(word)
    if named == "":
        raise WrongUseError("--dir needs a folder. A valid example: --dir /srv/regin")
    return named, rest
