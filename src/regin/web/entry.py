"""Where `regin VERB …` meets the platform: find the instance, run the verb, say errors plainly."""

from __future__ import annotations

import os
import sys
import traceback
from importlib import import_module
from pathlib import Path

import django
from django.core.management import get_commands, load_command_class

from regin.web.operations.command import PlatformCommand
from regin.web.operations.errors import OperationError, sentence
from regin.web.operations.instance import find_instance, held

OWN = ("init", "serve", "demo", "backup", "restore", "upgrade", "doctor")
FAILURE, USAGE, INTERRUPTED = 1, 2, 130


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
        return FAILURE


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
    """A verb that an app owns as a management command of the same name."""
    named, rest = _take_dir(argv)
    if {"-h", "--help"} & set(rest):
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regin.web.settings")
        django.setup()
    else:
        start_django(find_instance(named, os.environ))
    app = get_commands().get(verb)
    if not isinstance(app, str):
        raise OperationError(f"The installed REGIN has no verb {verb}. Type: regin --help")
    command = load_command_class(app, verb)
    command._called_from_command_line = True  # type: ignore[attr-defined]  # as above
    command.suppressed_base_arguments = PlatformCommand.suppressed_base_arguments
    options = vars(command.create_parser("regin", verb).parse_args(rest))
    command.execute(*options.pop("args", ()), **{**options, "skip_checks": True})
    return 0


def start_django(folder: Path) -> None:
    """Make `folder` the instance of this process, and finish what a killed restore left."""
    os.umask(0o077)
    os.environ["REGIN_DIR"] = str(folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regin.web.settings")
    django.setup()
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
        raise OperationError("--dir needs a folder. A valid example: --dir /srv/regin")
    return named, rest
