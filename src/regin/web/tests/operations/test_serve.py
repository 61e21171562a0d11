"""`regin serve` keeps web server and worker alive, and ends them in order."""

from __future__ import annotations

import io
import os
import signal
import socket
import sys
import threading
from pathlib import Path

import pytest

from regin.web.management.commands import demo
from regin.web.operations import instance
from regin.web.operations import serving as operations
from regin.web.operations.errors import OperationError
from regin.web.operations.instance import held, is_held, said_in_lock
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


def test_nothing_is_left_at_work_when_the_supervisor_is_killed(sqlite_instance: Instance) -> None:
    with serving(sqlite_instance) as served:
        served.process.kill()
        served.process.communicate()
        until(lambda: not is_held(sqlite_instance.folder))
        assert said_in_lock(sqlite_instance.folder)["pid"] == served.process.pid
        sqlite_instance.run("upgrade")


def test_who_holds_the_instance_is_named(sqlite_instance: Instance) -> None:
    with serving(sqlite_instance) as served:
        numbers = [served.process.pid, served.part("web server"), served.part("task worker")]
        said = sqlite_instance.run("upgrade", code=1)
        named = said.partition("(processes: ")[2].partition(")")[0].split(", ")
        assert set(map(str, numbers)) <= set(named)
        assert set(map(int, named)) <= {*numbers, *served.workers()}
        served.stop()


def test_holders_are_those_that_serve_wrote_down_where_the_system_cannot_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(instance, "PROCESSES", tmp_path / "absent")
    with held(tmp_path) as lock:
        instance.say_in_lock(lock, pid=11, parts={"web server": 12})
        with pytest.raises(OperationError, match=r"\(processes: 11, 12\)"), held(tmp_path):
            pass


def test_a_child_that_lost_its_parent_before_it_could_ask_ends_at_once() -> None:
    if (child := os.fork()) == 0:
        operations.end_with(os.getpid())
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1


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
    pauses: list[float] = []
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


@pytest.mark.django_db(transaction=True)
def test_once_a_day_the_worker_is_asked_for_everything_that_is_due() -> None:
    from django_tasks_db.models import DBTaskResult

    operations.ask_for_chores()
    asked = {task.task_path.rpartition(".")[2] for task in DBTaskResult.objects.all()}
    assert asked == {"forget_old_task", "look_for_newer_task"}


def test_an_address_that_cannot_be_had_is_refused() -> None:
    with pytest.raises(OperationError, match="REGIN_BIND"):
        operations.listen("203.0.113.7", 8000)
    with pytest.raises(OperationError, match="REGIN_BIND"):
        operations.listen("no.such.name.invalid", 8000)


def test_the_demonstration_says_that_its_password_does_not_last() -> None:
    printed = io.StringIO()
    shown = {"people": ["a@example.org", "b@example.org"], "password": "secret words"}
    demo.Command(stdout=printed).announce("http://127.0.0.1:8000", shown)
    line = "Sign in as a@example.org, b@example.org, password secret words"
    assert f"{line} (another one at every start)" in printed.getvalue().splitlines()
