"""`regin serve`: the web server and the task worker, started together and kept alive."""

from __future__ import annotations

import ctypes
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from django.core import checks
from django.db import Error as DatabaseError
from django.db import connection

from regin.web.operations import schema
from regin.web.operations.errors import OperationError
from regin.web.operations.instance import say_in_lock

WEB_PROCESSES, THREADS = 2, 4
GRACE: Final = 30
LONGEST_PAUSE: Final = 30.0
STEADY: Final = 60.0
MOST_ATTEMPTS: Final = 3
DAY: Final = 24 * 3600.0
WHEN_PARENT_DIES: Final = 1  # PR_SET_PDEATHSIG of prctl(2)
LIBRARY: Final = ctypes.CDLL(None)  # loaded before the fork: a child can only call what is there


def refuse_unready() -> None:
    """Raise OperationError unless this database can be served by this version."""
    errors = [found for found in checks.run_checks() if found.is_serious()]
    if errors:
        raise OperationError(f"A setting is wrong: {errors[0].msg} {errors[0].hint or ''}".strip())
    applied = schema.applied_migrations()
    schema.refuse_newer(applied, "The database")
    if not applied or schema.installation_row() is None:
        raise OperationError(
            "The database holds no instance. Make one with `regin init`, or check DATABASE_URL."
        )
    pending = schema.pending_migrations()
    if pending:
        raise OperationError(
            f"The database is older than REGIN ({len(pending)} migrations to apply)."
            " Type: regin upgrade"
        )


def listen(host: str, port: int) -> socket.socket:
    """A listening socket that outlives restarts of the web server. Raises OperationError."""
    family = socket.AF_INET6 if host.startswith("[") else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host.strip("[]"), port))
    except OSError as error:
        listener.close()
        raise OperationError(
            f"{host}:{port} cannot be used ({error.strerror or error}). Name another address:"
            " regin serve --bind 127.0.0.1:8001, or REGIN_BIND=127.0.0.1:8001"
        ) from None
    listener.listen(512)
    return listener


def end_with(parent: int) -> None:
    """In a child: have Linux send SIGTERM when `parent` ends, however it ends.

    Elsewhere the parts outlive a supervisor that is killed, and the lock names them.
    """
    if sys.platform == "linux":
        LIBRARY.prctl(WHEN_PARENT_DIES, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)  # it ended before we could ask


@dataclass(slots=True)
class Part:
    """A process that is started again when it ends, later each time it ends soon."""

    name: str
    command: list[str]
    files: tuple[int, ...]
    before: Callable[[], object] = lambda: None
    process: subprocess.Popen[bytes] | None = None
    pause: float = 0.0
    started_at: float = 0.0
    due_at: float = field(default=0.0)

    def start(self) -> None:
        """Start it in a session of its own: Ctrl-C reaches us, and we end it in order."""
        self.before()
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603 - our own command line, no shell
            self.command,
            pass_fds=self.files,
            start_new_session=True,
            preexec_fn=partial(end_with, os.getpid()),  # noqa: PLW1509 - we have no threads
        )

    def look_after(self) -> str | None:
        """Start it again when it is due; say so when it has just ended."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.due_at:
                self.start()
            return None
        ended = self.process.poll()
        if ended is None:
            return None
        self.pause = (
            0.5 if now - self.started_at > STEADY else min(self.pause * 2 or 0.5, LONGEST_PAUSE)
        )
        self.process, self.due_at = None, now + self.pause
        return f"The {self.name} ended (exit {ended}); it starts again in {self.pause:g} s."

    def ask_to_end(self) -> None:
        if self.process is not None:
            self.process.terminate()

    def wait_for_end(self, seconds: float) -> None:
        """Wait for it to finish what it does; end it hard when it takes longer."""
        if self.process is None:
            return
        try:
            self.process.wait(timeout=max(seconds, 0.1))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def parts(listener: socket.socket, lock: int) -> list[Part]:
    """The web server and the worker. Both inherit the lock, and hold it as long as they live."""
    web = [
        *(sys.executable, "-m", "gunicorn", "regin.web.wsgi:application"),
        *("--bind", f"fd://{listener.fileno()}", "--preload", "--no-control-socket"),
        *("--workers", str(WEB_PROCESSES), "--threads", str(THREADS)),
        *("--worker-class", "gthread", "--graceful-timeout", str(GRACE), "--timeout", "120"),
        *("--log-level", "warning"),
    ]
    worker = [sys.executable, "-m", "django", "db_worker", "--no-startup-delay", "--no-reload"]
    return [
        Part("web server", web, (listener.fileno(), lock)),
        Part("task worker", worker, (lock,), before=resume_tasks),
    ]


def resume_tasks() -> int:
    """Let tasks that a killed worker left half done start again. Returns how many.

    There is one worker, and it does not run now. A task that ended its worker three times fails.
    """
    from django_tasks_db.models import DBTaskResult

    try:
        left = list(DBTaskResult.objects.filter(status="RUNNING"))
        for task in left:
            task.status = "READY" if len(task.worker_ids) < MOST_ATTEMPTS else "FAILED"
            task.save(update_fields=["status"])
    except DatabaseError:
        return 0  # the worker meets the same database and is started again later
    finally:
        connection.close()
    return len(left)


def ask_for_chores() -> None:
    """Have the worker do what is due once a day: forgetting what has had its time, and looking
    for newer files of the series for which somebody has asked for that.
    """
    from regin.apps.accounts.operations import forget_old_task
    from regin.apps.outcomes.operations import look_for_newer_task

    with suppress(DatabaseError):
        forget_old_task.enqueue()
        look_for_newer_task.enqueue()
    connection.close()


def supervise(running: list[Part], lock: int, address: str, say: Callable[[str], None]) -> None:
    """Keep every part alive until SIGTERM or SIGINT; then let both finish and return."""
    with _wake_up() as (wait, is_over):
        for part in running:
            part.start()
        next_chores = 0.0
        while not is_over():
            if time.monotonic() >= next_chores:
                ask_for_chores()
                next_chores = time.monotonic() + DAY
            _tell_doctor(lock, address, running)
            wait(0.5)
            for line in filter(None, [part.look_after() for part in running]):
                say(line)
        say("Stopping: requests and tasks that are under way are finished first.")
        for part in running:
            part.ask_to_end()
        until = time.monotonic() + GRACE + 5
        for part in running:
            part.wait_for_end(until - time.monotonic())


def _tell_doctor(lock: int, address: str, running: list[Part]) -> None:
    alive = {part.name: part.process.pid for part in running if part.process is not None}
    say_in_lock(lock, address=address, pid=os.getpid(), parts=alive)


@contextmanager
def _wake_up() -> Iterator[tuple[Callable[[float], None], Callable[[], bool]]]:
    """`wait(seconds)` that a signal cuts short, and whether the end was asked for."""
    asked: list[int] = []
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    theirs.setblocking(False)
    before = {
        number: signal.signal(number, lambda got, _: asked.append(got))
        for number in (signal.SIGTERM, signal.SIGINT)
    }
    before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: None)
    old = signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)

    def wait(seconds: float) -> None:
        if select.select([ours], [], [], seconds)[0]:
            ours.recv(4096)

    try:
        yield wait, lambda: bool(asked)
    finally:
        signal.set_wakeup_fd(old)
        for number, handler in before.items():
            signal.signal(number, handler)
        ours.close()
        theirs.close()
