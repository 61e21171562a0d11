"""`regin upgrade` goes through, or leaves the database as it was."""

from __future__ import annotations

import pytest

from regin.web.operations import archive
from regin.web.tests.operations.instances import HERE, Instance, contents, lines_in

pytestmark = pytest.mark.any_database


def growing(instance: Instance, how: str) -> Instance:
    """The same instance under a version with one more app."""
    more = {
        "PYTHONPATH": str(HERE / "apps"),
        "DJANGO_SETTINGS_MODULE": "growing_settings",
        "GROWING": how,
    }
    return Instance(instance.folder, instance.database_url, more)


def test_a_migration_that_fails_is_undone(instance: Instance) -> None:
    before = instance.backup()
    later = growing(instance, "fails")
    assert "Type: regin upgrade" in later.run("serve", code=1)
    said = later.run("upgrade", code=1)
    assert "the second migration of growing fails" in said
    assert "again as it was before" in said
    after = instance.backup("after.tar.gz")
    assert contents(after) == contents(before)
    assert lines_in(after, "common_auditentry") == lines_in(before, "common_auditentry")
    assert archive.verify(after).migrations == archive.verify(before).migrations
    assert "Nothing to migrate" in instance.run("upgrade")


def test_a_migration_that_works_stays_and_an_older_version_refuses_it(
    sqlite_instance: Instance,
) -> None:
    later = growing(sqlite_instance, "works")
    assert "Applied 2 migrations" in later.run("upgrade")
    (kept,) = (sqlite_instance.folder / "backups").glob("regin-before-upgrade-*")
    assert len(lines_in(later.backup(), "growing_thing")) == 1
    for verb in ("serve", "upgrade", "backup"):
        assert "newer REGIN" in sqlite_instance.run(verb, code=1)
    later.run("restore", str(kept))
    assert len(lines_in(later.backup("restored.tar.gz"), "growing_thing")) == 1


def test_an_upgrade_that_loses_rows_is_undone(sqlite_instance: Instance) -> None:
    before = sqlite_instance.backup()
    said = growing(sqlite_instance, "loses").run("upgrade", code=1)
    assert "Rows went missing in accounts_membership, identity_user" in said
    assert contents(sqlite_instance.backup("after.tar.gz")) == contents(before)
