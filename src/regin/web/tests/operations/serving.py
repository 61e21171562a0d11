"""`regin serve` as the tests start it, on a port of its own."""

from __future__ import annotations

import http.client
import os
import select
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from regin.web.operations.instance import said_in_lock
from regin.web.tests.operations.instances import HERE, Instance

PATIENCE = 60.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(condition: Callable[[], object]) -> None:
    """Wait for something that comes about in other processes."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        select.select([], [], [], 0.02)


class Served:
    """A running `regin serve`."""

    def __init__(self, instance: Instance, port: int) -> None:
        self.folder, self.port = instance.folder, port
        more = {
            "PYTHONPATH": str(HERE / "apps"),
            "DJANGO_SETTINGS_MODULE": "writing_settings",
            "REGIN_LOG_LEVEL": "ERROR",
        }
        runner = Instance(instance.folder, instance.database_url, more)
        self.process = runner.start("serve", "--bind", f"127.0.0.1:{port}")

    def part(self, name: str) -> int:
        """The process of a part, 0 while there is none."""
        parts = said_in_lock(self.folder).get("parts", {})
        number = int(parts.get(name, 0))
        return number if number and is_alive(number) else 0

    def workers(self) -> list[int]:
        """The processes that answer requests."""
        number = self.part("web server")
        with suppress(OSError):
            children = Path(f"/proc/{number}/task/{number}/children").read_text()
            return [int(child) for child in children.split()]
        return []

    def get(self, path: str, method: str = "GET") -> str:
        """The body of an answer 200. Raises OSError or HTTPException when there is none."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path)
            answer = connection.getresponse()
            body = answer.read().decode()
        finally:
            connection.close()
        if answer.status != 200:
            raise OSError(f"answered {answer.status}")
        return body

    def stop(self) -> str:
        """End it as a service manager does; what it printed. It must end well."""
        self.process.send_signal(signal.SIGTERM)
        out, err = self.process.communicate(timeout=PATIENCE)
        assert self.process.returncode == 0, (out, err)
        return out + err


def is_alive(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


@contextmanager
def serving(instance: Instance) -> Iterator[Served]:
    """Serve, and never leave a process behind."""
    served = Served(instance, free_port())
    try:
        until(lambda: served.workers() and served.part("task worker"))
        yield served
    finally:
        for number in (served.part("web server"), served.part("task worker")):
            with suppress(ProcessLookupError):
                if number and served.process.poll() is None:
                    os.kill(number, signal.SIGTERM)
        if served.process.poll() is None:
            served.process.kill()
            served.process.communicate()
