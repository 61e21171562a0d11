"""Every platform verb finds its instance, and says errors in one line with the right exit code."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from regin.web import entry
from regin.web.operations.errors import OperationError, sentence
from regin.web.operations.ports import choose_bind
from regin.web.tests.operations.instances import Instance

pytestmark = pytest.mark.any_database

WRONG = [
    ("REGIN_BASE_URL", "ftp://example.org", "https://regin.example.org"),
    ("REGIN_BASE_URL", "https://example.org/regin", "https://regin.example.org"),
    ("REGIN_BIND", "here", "127.0.0.1:8000"),
    ("REGIN_BIND", "127.0.0.1:99999", "127.0.0.1:8000"),
    ("REGIN_LOG_LEVEL", "LOUD", "INFO"),
    ("REGIN_SECRET_KEY", "short", "64 random characters"),
    ("DATABASE_URL", "mysql://localhost/regin", "postgresql://regin:password@localhost:5432/regin"),
    ("DATABASE_URL", "postgresql://localhost:port/regin", "postgresql://regin:password@"),
    ("DATABASE_URL", "postgresql://localhost/", "postgresql://regin:password@"),
    ("REGIN_EMAIL_URL", "http://mail.example.org", "smtp+starttls://user:password@"),
    ("REGIN_EMAIL_URL", "smtp://mail.example.org", "?from=regin@example.org"),
]


def test_every_wrong_setting_stops_the_start_with_its_name_and_an_example(
    sqlite_instance: Instance,
) -> None:
    started = []
    for name, value, _ in WRONG:
        sqlite_instance.more = {name: value}
        started.append(sqlite_instance.start("serve"))
    for process, (name, value, example) in zip(started, WRONG, strict=True):
        out, said = process.communicate(timeout=60)
        assert process.returncode == 1, (name, value, out)
        assert said.startswith(f"{name}: "), said
        assert example in said
        assert len(said.splitlines()) == 1


def test_an_unreachable_database_is_one_line(sqlite_instance: Instance) -> None:
    sqlite_instance.more = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none"}
    said = sqlite_instance.run("serve", code=1)
    assert "Check DATABASE_URL" in said
    assert len(said.splitlines()) == 1


def test_the_instance_is_the_named_one_else_the_environments_else_this_folder(
    sqlite_instance: Instance, tmp_path: Path
) -> None:
    folder = str(sqlite_instance.folder)
    named = Instance(tmp_path / "nowhere")
    assert named.run("doctor", "--dir", folder, "--json").startswith("[")
    assert "There is no instance" in named.run("doctor", code=1)
    here = Instance(tmp_path, more={"REGIN_DIR": ""})
    assert here.run("doctor", "--json", cwd=sqlite_instance.folder).startswith("[")
    said = here.run("doctor", code=2, cwd=tmp_path)
    assert "--dir DIR" in said
    assert "regin init" in said


def test_wrong_usage_is_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert entry.run("backup", ["--nonsense"]) == 2
    assert entry.run("restore", []) == 2
    assert "usage: regin restore" in capsys.readouterr().err


def test_help_needs_no_instance(capsys: pytest.CaptureFixture[str]) -> None:
    for verb in entry.OWN:
        assert entry.run(verb, ["--help"]) == 0
        said = capsys.readouterr().out
        assert f"usage: regin {verb}" in said
        assert "--dir" in said
        assert "--settings" not in said
        assert "--skip-checks" not in said


@pytest.mark.parametrize("argv", [["boundaries"], ["boundaries", "load"], ["outcomes", "import"]])
def test_help_of_an_app_s_verb_names_dir_and_nothing_of_django_s(
    argv: list[str], tmp_path: Path
) -> None:
    said = Instance(tmp_path / "nowhere").run(*argv, "--help")
    assert "--dir DIR" in said
    assert "--skip-checks" not in said
    assert "--settings" not in said


@pytest.mark.parametrize("argv", [["boundaries"], ["boundaries", "load"], ["outcomes", "import"]])
def test_how_a_verb_is_typed_comes_before_its_instance(argv: list[str], tmp_path: Path) -> None:
    said = Instance(tmp_path / "nowhere").run(*argv, code=2)
    assert said.startswith("usage: regin")
    assert "There is no instance" not in said


@pytest.mark.parametrize("bind", ["foo", "127.0.0.1:99999", "", "127.0.0.1"])
@pytest.mark.parametrize("verb", ["serve", "demo"])
def test_an_address_that_is_none_is_wrong_use(
    verb: str, bind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert entry.run(verb, ["--bind", bind]) == 2
    assert "argument --bind: It is not host:port" in capsys.readouterr().err


@pytest.mark.parametrize("verb", ["doctor", "boundaries"])
@pytest.mark.parametrize("given", [["--dir"], ["--dir="], ["--dir", ""]])
def test_dir_without_a_folder_is_wrong_use(
    verb: str, given: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert entry.run(verb, given) == 2
    assert "--dir" in capsys.readouterr().err


@pytest.mark.parametrize("verb", ["serve", "backup", "upgrade", "boundaries"])
def test_a_lost_secret_is_said_with_what_to_do(sqlite_instance: Instance, verb: str) -> None:
    (sqlite_instance.folder / "secret.key").unlink()
    argv = [verb, "list"] if verb == "boundaries" else [verb]
    said = sqlite_instance.run(*argv, code=1)
    assert f"{sqlite_instance.folder / 'secret.key'} is missing" in said
    assert len(said.splitlines()) == 1


def test_the_command_that_is_printed_for_a_lost_secret_mends_the_instance(
    sqlite_instance: Instance, tmp_path: Path
) -> None:
    folder = sqlite_instance.folder.rename(tmp_path / "it's here")
    sqlite_instance.folder = folder
    (folder / "secret.key").unlink()
    printed = sqlite_instance.run("backup", code=1).strip()
    subprocess.run(["sh", "-c", printed[printed.index("(umask") :]], check=True)
    assert len((folder / "secret.key").read_text().strip()) == 64
    assert (folder / "secret.key").stat().st_mode & 0o777 == 0o600
    sqlite_instance.run("backup")


def test_doctor_runs_without_the_secret_and_says_so(sqlite_instance: Instance) -> None:
    (sqlite_instance.folder / "secret.key").unlink()
    found = {one["name"]: one for one in json.loads(doctor_says(sqlite_instance))}
    assert found["secret"]["state"] == "failed"
    assert "secret.key is missing" in found["secret"]["said"] + found["secret"]["advice"]
    assert found["database"]["state"] == "ok"
    assert found["audit log"]["state"] == "ok"


def doctor_says(instance: Instance) -> str:
    return instance.run("doctor", "--json", code=1)


def test_a_secret_in_the_environment_is_no_lost_one(sqlite_instance: Instance) -> None:
    (sqlite_instance.folder / "secret.key").unlink()
    sqlite_instance.more = {"REGIN_SECRET_KEY": "s" * 64, "REGIN_DIR": ""}
    sqlite_instance.run("backup", cwd=sqlite_instance.folder)


def test_a_verb_of_an_app_is_handed_over_with_its_arguments(
    sqlite_instance: Instance, tmp_path: Path
) -> None:
    said = sqlite_instance.run("boundaries", "load", str(tmp_path / "absent"), code=1)
    assert "There is no file at this path" in said
    elsewhere = Instance(tmp_path / "nowhere")
    assert "usage: regin boundaries" in elsewhere.run("boundaries", "--help")
    assert "There is no instance" in elsewhere.run("boundaries", "load", "x", code=1)
    assert "usage: regin outcomes" in sqlite_instance.run("outcomes", "--nonsense", code=2)


def test_an_interrupt_is_quiet(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(entry, "_run_own", interrupt)
    assert entry.run("serve", []) == 130
    assert capsys.readouterr() == ("", "")


def test_an_unforeseen_error_is_one_line_and_a_traceback_only_for_debugging(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> int:
        raise ZeroDivisionError("x" + chr(10) + "y")

    monkeypatch.setattr(entry, "_run_own", fail)
    monkeypatch.delenv("REGIN_LOG_LEVEL", raising=False)
    assert entry.run("serve", []) == 1
    said = capsys.readouterr().err
    assert "REGIN_LOG_LEVEL=DEBUG" in said
    assert len(said.splitlines()) == 1
    monkeypatch.setenv("REGIN_LOG_LEVEL", "DEBUG")
    entry.run("serve", [])
    assert "Traceback" in capsys.readouterr().err


def test_a_full_disk_is_said_plainly() -> None:
    said = sentence(OSError(28, "No space left on device", "/srv/regin/backups/x"))
    assert said.startswith("/srv/regin/backups/x: No space left on device.")


def test_dir_is_found_wherever_it_stands() -> None:
    assert entry._take_dir(["load", "--dir", "a", "f"]) == ("a", ["load", "f"])
    assert entry._take_dir(["--dir=a", "load"]) == ("a", ["load"])
    assert entry._take_dir(["load"]) == (None, ["load"])
    with pytest.raises(OperationError):
        entry._take_dir(["load", "--dir"])


@pytest.mark.parametrize("port", ["x", "0", "70000", "-1"])
def test_a_port_that_is_none_is_named(port: str) -> None:
    with pytest.raises(OperationError, match="PORT"):
        choose_bind({"PORT": port})


def test_the_demonstration_takes_the_address_it_is_given() -> None:
    assert choose_bind({"REGIN_BIND": "0.0.0.0:9000"}) == "0.0.0.0:9000"
    assert choose_bind({}).rsplit(":", 1)[0] == "127.0.0.1"
