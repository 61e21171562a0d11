"""`regin serve`: web server and task worker in one command."""

from __future__ import annotations

import os
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings

from regin.web.environment import Environment, SettingError
from regin.web.operations.command import PlatformCommand


def host_and_port(word: str) -> str:
    """The value of `--bind`, after the rules of REGIN_BIND."""
    if not word.strip():
        raise ArgumentTypeError("It is not host:port. A valid example: 127.0.0.1:8000")
    try:
        Environment({"REGIN_BIND": word}).bind()
    except SettingError as error:
        raise ArgumentTypeError(f"{error.problem} A valid example: {error.example}") from None
    return word


class Command(PlatformCommand):
    help = "Serve the instance: web server and task worker, until Ctrl-C or SIGTERM."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--bind",
            metavar="HOST:PORT",
            type=host_and_port,
            help="where to listen (else REGIN_BIND, 127.0.0.1:8000)",
        )

    @contextmanager
    def instance(self, options: dict[str, Any]) -> Iterator[Path]:
        if options["bind"]:
            os.environ["REGIN_BIND"] = options["bind"]
        with super().instance(options) as folder:
            yield folder

    def handle(self, *_: Any, **options: Any) -> None:
        from django.db import connection

        from regin.web.operations import serving
        from regin.web.operations.instance import held

        with held(settings.REGIN_DIR) as lock:
            serving.refuse_unready()
            connection.close()
            with serving.listen(*settings.REGIN_BIND) as listener:
                address = f"http://{settings.REGIN_BIND[0]}:{settings.REGIN_BIND[1]}"
                self.announce(address, options)
                serving.supervise(serving.parts(listener, lock), lock, address, self.say)

    def announce(self, address: str, options: dict[str, Any]) -> None:
        """Say where it is served."""
        self.say(f"REGIN is served at {address} (people reach it at {settings.REGIN_BASE_URL}).")
        self.say("Stop it with Ctrl-C.")
