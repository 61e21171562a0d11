"""`regin init` makes a whole production instance or leaves nothing."""

from __future__ import annotations

import shlex
import signal
import sqlite3
from pathlib import Path

import pytest

from regin.web.tests.operations.instances import PASSWORD, Instance, admin, picture

pytestmark = pytest.mark.any_database

CHECK = f"""
from allauth.account.models import EmailAddress
from regin.apps.common.models import Installation
from regin.apps.common.operations import broken_links
from regin.apps.identity.models import User
first = User.objects.get(email="first@example.org")
print(first.is_superuser, first.check_password({PASSWORD!r}), Installation.current().mode)
print(EmailAddress.objects.get(user=first).verified, list(broken_links()))
print(User.objects.filter(email__contains="demo").count())
"""


def nowhere(folder: Path) -> Instance:
    """A runner with no instance in its environment."""
    return Instance(folder, more={"REGIN_DIR": ""})


def test_an_instance_has_its_parts_and_its_first_administrator(sqlite_instance: Instance) -> None:
    folder = sqlite_instance.folder
    names = {path.name for path in folder.iterdir()}
    parts = {"regin.sqlite3", "files", "backups", "mail", "keys", "secret.key", "erasures.log"}
    assert parts <= names
    assert (folder / "secret.key").stat().st_mode & 0o777 == 0o600
    assert (folder / "regin.sqlite3").stat().st_mode & 0o077 == 0
    assert len((folder / "secret.key").read_text().strip()) == 64
    said = sqlite_instance.python(CHECK).splitlines()
    assert said == ["True True production", "True []", "0"]


def test_a_folder_in_use_is_refused_and_stays_as_it_is(
    sqlite_instance: Instance, tmp_path: Path, password_file: Path
) -> None:
    before = picture(sqlite_instance.folder)
    runner = nowhere(tmp_path)
    said = runner.run("init", str(sqlite_instance.folder), *admin(password_file), code=1)
    assert "already" in said
    assert "never becomes production" in said
    assert picture(sqlite_instance.folder) == before
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("x")
    assert "not empty" in runner.run("init", str(tmp_path / "full"), *admin(password_file), code=1)
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["thesis.txt"]


def test_an_instance_that_lost_its_secret_is_not_made_anew(
    sqlite_instance: Instance, tmp_path: Path, password_file: Path
) -> None:
    (sqlite_instance.folder / "secret.key").unlink()
    before = picture(sqlite_instance.folder)
    runner = nowhere(tmp_path)
    said = runner.run("init", str(sqlite_instance.folder), *admin(password_file), code=1)
    assert "secret.key is missing" in said
    assert picture(sqlite_instance.folder) == before


def test_init_without_a_folder_is_wrong_use(tmp_path: Path) -> None:
    assert "Say where: regin init DIR" in nowhere(tmp_path).run("init", code=2)


def test_the_command_that_init_prints_can_be_typed(tmp_path: Path, password_file: Path) -> None:
    folder = tmp_path / "with spaces"
    said = nowhere(tmp_path).run("init", str(folder), *admin(password_file))
    typed = shlex.split(said.strip().rpartition("Serve it: ")[2])
    assert typed == ["regin", "serve", "--dir", str(folder)]


def test_a_used_database_is_refused(
    sqlite_instance: Instance, tmp_path: Path, password_file: Path
) -> None:
    database = sqlite_instance.folder / "regin.sqlite3"
    runner = nowhere(tmp_path)
    runner.more["DATABASE_URL"] = f"sqlite:///{database}"
    folder = tmp_path / "fresh"
    assert "an instance already" in runner.run("init", str(folder), *admin(password_file), code=1)
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE common_installation SET mode = 'demo'")
    said = runner.run("init", str(folder), *admin(password_file), code=1)
    assert "a demonstration never becomes production" in said
    other = tmp_path / "other.sqlite3"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE recipes (id INTEGER)")
    runner.more["DATABASE_URL"] = f"sqlite:///{other}"
    said = runner.run("init", str(folder), *admin(password_file), code=1)
    assert "not REGIN's (recipes)" in said
    assert not folder.exists()


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["--admin-email", "you@example.org"], "Add --password-file FILE"),
        (["--password-file", "PASSWORD"], "Add --admin-email you@example.org"),
        (["--admin-email", "nobody", "--password-file", "PASSWORD"], "no e-mail address"),
        (["--admin-email", "a@b.eu", "--password-file", "SHORT"], "cannot be used"),
        (["--admin-email", "a@b.eu", "--password-file", "EMPTY"], "first line"),
        (["--admin-email", "a@b.eu", "--password-file", "ABSENT"], "No such file"),
        (["--admin-email", "a@b.eu", "--password-file", "PASSWORD", "--language", "xx"], "none of"),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_nothing_is_left(
    tmp_path: Path, password_file: Path, argv: list[str], words: str
) -> None:
    (tmp_path / "short").write_text("x\n")
    (tmp_path / "empty").write_text("")
    files = {"PASSWORD": password_file, "SHORT": tmp_path / "short", "EMPTY": tmp_path / "empty"}
    files["ABSENT"] = tmp_path / "absent"
    given = [str(files.get(word, word)) for word in argv]
    said = nowhere(tmp_path).run("init", str(tmp_path / "instance"), *given, code=1)
    assert words in said
    assert len(said.splitlines()) == 1
    assert not (tmp_path / "instance").exists()


def test_after_a_killed_init_the_same_command_works(tmp_path: Path, password_file: Path) -> None:
    folder, runner = tmp_path / "instance", nowhere(tmp_path)
    killed = runner.start("init", str(folder), *admin(password_file))
    while not list(folder.glob(".init-*/regin.sqlite3")):
        assert killed.poll() is None
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert not (folder / "secret.key").exists()
    assert "There is no instance" in runner.run("doctor", "--dir", str(folder), code=1)
    runner.run("init", str(folder), *admin(password_file))
    assert not list(folder.glob(".init-*"))
