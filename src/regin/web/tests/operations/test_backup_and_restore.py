"""B1 and B3: what comes back is what went in, on every database, whatever happened meanwhile."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from regin.web.operations import archive
from regin.web.tests.operations.instances import Instance, contents, lines_in, picture

pytestmark = pytest.mark.any_database

WRITER = """
import sys
from django.db import transaction
from regin.apps.accounts.models import Mail
from regin.apps.common.operations import record
number = 0
while True:
    number += 1
    with transaction.atomic():
        Mail.objects.create(recipient="w@example.org", subject=str(number), body="", language="en")
        record("writer", "written", str(number))
    print(number, flush=True)
"""
PUT_BACK = "from regin.web.operations.restore import put_back\nfrom pathlib import Path\n"
ERASE = """
import sys
from regin.apps.accounts.actor import actor_of
from regin.apps.accounts.operations import erase_person
from regin.apps.identity.models import User
person = User.objects.get(email="p2@example.org")
erase_person(actor_of(person), person)
"""


def test_everything_comes_back_the_same_from_sqlite_to_postgresql_and_back(
    sqlite_instance: Instance, postgresql_instance: Instance, tmp_path: Path
) -> None:
    """The instance on PostgreSQL came there by backup and restore (see conftest)."""
    first, second = sqlite_instance.backup(), postgresql_instance.backup()
    back = Instance(tmp_path / "back")
    back.run("restore", "--without-erasures", str(second))
    third = back.backup()
    assert contents(first) == contents(second) == contents(third)
    log = lines_in(first, "common_auditentry")
    assert lines_in(third, "common_auditentry")[: len(log)] == log
    assert len(lines_in(first, "regions_placecode")) > 50
    assert back.run("doctor").count("failed ") == 0
    before = picture(sqlite_instance.folder / "files")
    assert len(before) == 3
    assert picture(back.folder / "files") == before


def test_a_backup_holds_no_key_and_no_session(sqlite_instance: Instance) -> None:
    secret = (sqlite_instance.folder / "secret.key").read_bytes().strip()
    path = sqlite_instance.backup()
    manifest = archive.verify(path)
    assert path.stat().st_mode & 0o077 == 0
    assert "django_session" not in {table.name for table in manifest.tables}
    seen: list[bytes] = [b"".join((name.encode(), b"\n")) for name, _ in manifest.members()]
    archive.read_backup(path, lambda _, chunks: seen.extend(chunks), lambda _: None)
    assert secret not in b"".join(seen)
    assert sqlite_instance.run("backup", "--to", str(path), code=1).count("is there already") == 1


def test_a_backup_under_writes_is_of_one_moment(instance: Instance) -> None:
    writer = instance.start_python(WRITER)
    assert writer.stdout is not None
    counts = []
    try:
        for turn in range(2):
            reached = int(writer.stdout.readline())
            path = instance.backup(f"{turn}.tar.gz")
            mails = [json.loads(line) for line in lines_in(path, "accounts_mail")]
            entries = [json.loads(line) for line in lines_in(path, "common_auditentry")]
            written = {
                str(row) for row in range(1, sum("w@example.org" in row for row in mails) + 1)
            }
            assert {row for row in written if not any(row in mail for mail in mails)} == set()
            assert sum("writer" in row for row in entries) == len(written) >= reached
            counts.append(len(written))
            for _ in range(10):
                writer.stdout.readline()
    finally:
        writer.kill()
        writer.communicate()
    assert counts[0] < counts[1]


def test_an_erased_person_stays_erased_after_an_older_backup(instance: Instance) -> None:
    older = instance.backup()
    assert any(b"p2@example.org" in line for line in lines_in(older, "identity_user"))
    instance.python(ERASE)
    said = instance.run("restore", str(older))
    after = instance.backup("after.tar.gz")
    assert "erased again: 1" in said
    assert any(b"p3@example.org" in line for line in lines_in(after, "identity_user"))
    for table in archive.verify(after).tables:
        assert not any(b"p2@example.org" in line for line in lines_in(after, table.name)), (
            table.name
        )
    assert len((instance.folder / "erasures.log").read_text().splitlines()) == 1


def test_what_was_there_is_backed_up_before_it_is_replaced(sqlite_instance: Instance) -> None:
    older = sqlite_instance.backup()
    sqlite_instance.python("from regin.apps.common.operations import record; record('x', 'later')")
    (sqlite_instance.folder / "files" / "later").write_text("later")
    sqlite_instance.run("restore", str(older))
    assert not (sqlite_instance.folder / "files" / "later").exists()
    (kept,) = (sqlite_instance.folder / "backups").glob("regin-before-restore-*")
    assert any(b'"later"' in line for line in lines_in(kept, "common_auditentry"))
    assert "later" in {file.path for file in archive.verify(kept).files}


def test_a_decided_exchange_is_finished_by_the_next_command(
    sqlite_instance: Instance, tmp_path: Path
) -> None:
    older = sqlite_instance.backup()
    sqlite_instance.python("from regin.apps.common.operations import record; record('x', 'later')")
    stop = "import os\nfrom regin.web.operations import swap\nswap.finish = lambda _: os._exit(9)\n"
    restore = f"{PUT_BACK}put_back(Path({str(older)!r}))"
    with pytest.raises(AssertionError):
        sqlite_instance.python(stop + restore)
    assert (sqlite_instance.folder / "restore.json").exists()
    sqlite_instance.run("doctor")
    assert not (sqlite_instance.folder / "restore.json").exists()
    now = sqlite_instance.backup("now.tar.gz")
    assert contents(now) == contents(older)
    assert not any(b'"later"' in line for line in lines_in(now, "common_auditentry"))


def test_a_restore_killed_before_its_transaction_ends_changes_nothing(
    postgresql_instance: Instance,
) -> None:
    older = postgresql_instance.backup()
    postgresql_instance.python(
        "from regin.apps.common.operations import record; record('x', 'later')"
    )
    stop = (
        "import os\nfrom regin.web.operations import swap\nnote = swap._note\n"
        "swap._note = lambda *what: (note(*what), os._exit(9))\n"
    )
    restore = f"{PUT_BACK}put_back(Path({str(older)!r}))"
    with pytest.raises(AssertionError):
        postgresql_instance.python(stop + restore)
    assert (postgresql_instance.folder / "restore.json").exists()
    now = postgresql_instance.backup("now.tar.gz")
    assert not (postgresql_instance.folder / "restore.json").exists()
    assert any(b'"later"' in line for line in lines_in(now, "common_auditentry"))
    assert len(picture(postgresql_instance.folder / "files")) == 3


def test_a_backup_that_cannot_be_written_leaves_no_half_file(sqlite_instance: Instance) -> None:
    broken = sqlite_instance.folder / "files" / "unreadable"
    os.mkfifo(broken)
    before = set((sqlite_instance.folder / "backups").iterdir())
    sqlite_instance.run("backup")
    assert len(set((sqlite_instance.folder / "backups").iterdir()) - before) == 1
    said = sqlite_instance.run("backup", "--to", "/dev/null/x", code=1)
    assert "/dev/null" in said
    names = {path.name for path in (sqlite_instance.folder / "backups").iterdir()}
    assert not {name for name in names if name.startswith(".")}


def test_without_the_list_of_erasures_nothing_comes_back_unseen(
    sqlite_instance: Instance, tmp_path: Path
) -> None:
    older = str(sqlite_instance.backup())
    sqlite_instance.python(ERASE)
    there = Instance(tmp_path / "there")
    for _ in range(2):
        said = there.run("restore", older, code=1)
        assert "--erasures FILE" in said
        assert len(said.splitlines()) == 1
        assert not there.folder.exists()
    assert "no list of erased" in there.run("restore", older, "--erasures", __file__, code=1)
    kept = sqlite_instance.folder / "erasures.log"
    assert "erased again: 1" in there.run("restore", older, "--erasures", str(kept))
    assert (there.folder / "erasures.log").read_text() == kept.read_text()
    there.run("restore", older)
    other = Instance(tmp_path / "other")
    assert "erased again" not in other.run("restore", older, "--without-erasures")
    assert (other.folder / "erasures.log").read_text() == ""


def test_an_instance_that_lost_its_list_is_refused_each_time(sqlite_instance: Instance) -> None:
    older = str(sqlite_instance.backup())
    (sqlite_instance.folder / "erasures.log").unlink()
    for _ in range(2):
        assert "--without-erasures" in sqlite_instance.run("restore", older, code=1)


ALTER = """
from regin.web.operations import rows
from regin.web.operations.errors import OperationError
load = rows.load
def altering(model, lines):
    load(model, lines)
    if model._meta.db_table == "identity_user":
        model._base_manager.filter(email="p3@example.org").update(name="somebody else")
rows.load = altering
try:
    put_back(Path(sys.argv[1]))
except OperationError as error:
    print(error)
"""


def test_rows_that_do_not_come_back_as_they_were_change_nothing(instance: Instance) -> None:
    older = instance.backup()
    instance.python("from regin.apps.common.operations import record; record('x', 'later')")
    said = instance.python(f"import sys\n{PUT_BACK}{ALTER}", str(older))
    assert "rows of identity_user did not come back" in said
    now = instance.backup("now.tar.gz")
    assert contents(now) == contents(older)
    assert any(b'"later"' in line for line in lines_in(now, "common_auditentry"))
