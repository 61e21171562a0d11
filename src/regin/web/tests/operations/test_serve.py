"""`regin serve` keeps web server and worker alive, and ends them in order."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading

import pytest

from regin.web.operations import serving as operations
from regin.web.operations.errors import OperationError
from regin.web.tests.operations.instances import Instance
from regin.web.tests.operations.serving import Served, is_alive, serving, until

pytestmark = pytest.mark.any_database


def test_both_are_started_again_and_both_end(sqlite_instance: Instance) -> None:
    with serving(sqlite_instance) as served:
        assert "`regin serve` or another" in sqlite_instance.run("restore", __file__, code=1)
        assert "`regin serve` or another" in sqlite_instance.run("serve", code=1)
        for name in ("task worker", "web server"):
            before = served.part(name)
            os.kill(before, signal.SIGKILL)
            until(lambda name=name, before=before: served.part(name) not in (0, before))
        until(served.workers)
        assert served.get("/write/x/", "POST") == "x"
        left = [served.part("web server"), served.part("task worker"), *served.workers()]
        said = served.stop()
    assert f"http://127.0.0.1:{served.port}" in said
    assert "The task worker ended" in said
    until(lambda: not any(is_alive(number) for number in left))
    sqlite_instance.run("upgrade")


def test_a_request_under_way_is_finished_before_the_end(sqlite_instance: Instance) -> None:
    answers: list[str] = []
    with serving(sqlite_instance) as served:
        asking = threading.Thread(target=lambda: answers.append(served.get("/wait/")))
        asking.start()
        until((sqlite_instance.folder / "here").exists)
        served.process.send_signal(signal.SIGTERM)
        until(lambda: _is_refused(served))
        (sqlite_instance.folder / "go").touch()
        asking.join()
        served.process.communicate(timeout=60)
    assert answers == ["done"]
    assert served.process.returncode == 0


def _is_refused(served: Served) -> bool:
    """The end has begun once the supervisor has said so."""
    assert served.process.stdout is not None
    return served.process.stdout.readline().startswith("Stopping")


def test_a_port_in_use_is_named_with_the_setting(sqlite_instance: Instance) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = sqlite_instance.run("serve", "--bind", f"127.0.0.1:{port}", code=1)
    assert f"127.0.0.1:{port} cannot be used" in said
    assert "REGIN_BIND=" in said


def test_what_ends_at_once_is_started_later_each_time() -> None:
    part = operations.Part("thing", [sys.executable, "-c", ""], ())
    pauses = []
    for _ in range(9):
        part.start()
        assert part.process is not None
        part.process.wait()
        assert "The thing ended" in (part.look_after() or "")
        assert part.process is None
        part.look_after()
        assert part.process is None
        pauses.append(part.pause)
    assert pauses == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]


@pytest.mark.django_db(transaction=True)
def test_a_task_left_half_done_starts_again_but_not_for_ever() -> None:
    from django_tasks_db.models import DBTaskResult

    from regin.apps.accounts.operations import forget_old_task

    for attempts in (1, 3):
        forget_old_task.enqueue()
        newest = DBTaskResult.objects.latest("enqueued_at")
        newest.status, newest.worker_ids = "RUNNING", ["w"] * attempts
        newest.save()
    assert operations.resume_tasks() == 2
    found = {len(task.worker_ids): task.status for task in DBTaskResult.objects.all()}
    assert found == {1: "READY", 3: "FAILED"}
    assert operations.resume_tasks() == 0


def test_an_address_that_cannot_be_had_is_refused() -> None:
    with pytest.raises(OperationError, match="REGIN_BIND"):
        operations.listen("203.0.113.7", 8000)
    with pytest.raises(OperationError, match="REGIN_BIND"):
        operations.listen("no.such.name.invalid", 8000)
