"""`regin doctor` finds what it is for, says what to do, and fails only then."""

from __future__ import annotations

import json
import os
import sqlite3
import time

import pytest

from regin.web.operations.diagnosis import CHECKS
from regin.web.tests.operations.instances import Instance

pytestmark = pytest.mark.any_database

HURT = """
import datetime
from django.contrib.contenttypes.models import ContentType
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("UPDATE common_auditentry SET verb = 'other' WHERE number = 1")
    cursor.execute("UPDATE common_revision SET body = '{}'")
    cursor.execute("UPDATE common_auditentry SET at = '2099-01-01 00:00:00+00:00'")
    cursor.execute("UPDATE identity_user SET is_superuser = 0")
    cursor.execute("UPDATE accounts_mail SET created_at = '2020-01-01 00:00:00+00:00'")
"""


def states(instance: Instance, code: int) -> dict[str, str]:
    found = json.loads(instance.run("doctor", "--json", code=code))
    assert all(finding["advice"] for finding in found if finding["state"] != "ok")
    return {finding["name"]: finding["state"] for finding in found}


def test_a_sound_instance_fails_no_check(instance: Instance) -> None:
    found = states(instance, 0)
    assert found.keys() == CHECKS.keys()
    assert "failed" not in found.values()
    assert found["backups"] == found["serving"] == "warning"


def test_what_is_hurt_is_found(sqlite_instance: Instance) -> None:
    folder = sqlite_instance.folder
    sqlite_instance.python(HURT)
    (folder / "secret.key").chmod(0o644)
    (folder / "keys").rmdir()
    old = folder / "backups" / "old.tar.gz"
    old.touch()
    os.utime(old, (time.time() - 30 * 86400,) * 2)
    sqlite_instance.more = {"REGIN_EMAIL_URL": "smtp://127.0.0.1:9?from=regin@example.org"}
    found = states(sqlite_instance, 1)
    failed = {name for name, state in found.items() if state == "failed"}
    assert failed == {
        "audit log",
        "revisions",
        "administrators",
        "clock",
        "secret",
        "folder",
        "mail",
    }
    assert found["backups"] == found["outbox"] == "warning"


def test_a_database_that_is_none_is_said_plainly(sqlite_instance: Instance) -> None:
    (sqlite_instance.folder / "regin.sqlite3").write_bytes(b"this is no database" * 1000)
    found = states(sqlite_instance, 1)
    assert found["database"] == found["integrity"] == found["audit log"] == "failed"


def test_an_empty_database_is_behind(sqlite_instance: Instance) -> None:
    sqlite3.connect(sqlite_instance.folder / "regin.sqlite3").close()
    (sqlite_instance.folder / "regin.sqlite3").unlink()
    assert states(sqlite_instance, 1)["migrations"] == "failed"
    assert "holds no instance" in sqlite_instance.run("serve", code=1)


CUT = """
from regin.apps.common.models import AuditEntry
rows = AuditEntry._base_manager.order_by("-number")
rows = AuditEntry._base_manager.filter(number__in=[row.number for row in rows[:3]])
rows._raw_delete(rows.db)
"""


def test_an_audit_log_cut_off_after_a_backup_is_found(sqlite_instance: Instance) -> None:
    sqlite_instance.run("backup")
    assert states(sqlite_instance, 0)["audit log"] == "ok"
    sqlite_instance.python(CUT)
    assert states(sqlite_instance, 1)["audit log"] == "failed"


def test_a_backup_of_what_a_restore_replaced_raises_no_alarm(sqlite_instance: Instance) -> None:
    older = sqlite_instance.backup()
    sqlite_instance.python("from regin.apps.common.operations import record; record('x', 'later')")
    sqlite_instance.python("from regin.apps.common.operations import record; record('x', 'more')")
    sqlite_instance.run("restore", str(older))
    assert states(sqlite_instance, 0)["audit log"] == "ok"


def test_a_missing_list_of_erasures_is_found(sqlite_instance: Instance) -> None:
    (sqlite_instance.folder / "erasures.log").unlink()
    assert states(sqlite_instance, 1)["folder"] == "failed"
