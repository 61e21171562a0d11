"""Write a small database of this version as SQL, for later versions to upgrade in their tests.

python scripts/make_upgrade_fixture.py            writes tests/upgrade/<version>.sql

It holds a demonstration, thinned to two countries; nobody can sign in to it.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import tempfile
from pathlib import Path

from regin import __version__

TARGET = Path(__file__).resolve().parent.parent / "tests" / "upgrade"
KEPT = ("ES", "SE")


def main() -> int:
    target = TARGET / f"{__version__}.sql"
    with tempfile.TemporaryDirectory() as folder:
        database = fill(Path(folder) / "instance")
        with sqlite3.connect(database) as connection:
            thin(connection)
            target.write_text("\n".join(connection.iterdump()) + "\n", encoding="utf-8")
        connection.close()
    print(f"{target}: {target.stat().st_size:,} bytes")
    return 0


def fill(folder: Path) -> Path:
    """Make a demonstration and return its database."""
    from regin.web.operations.instance import lay_out, write_secret

    lay_out(folder)
    write_secret(folder)
    for name in [name for name in os.environ if name.startswith(("REGIN_", "DATABASE_URL"))]:
        del os.environ[name]
    os.environ.update(REGIN_DIR=str(folder), DJANGO_SETTINGS_MODULE="regin.web.settings")
    import django

    django.setup()
    from django.db import connection

    from regin.web.demo import prepare_demo

    prepare_demo()
    connection.close()
    return folder / "regin.sqlite3"


def thin(connection: sqlite3.Connection) -> None:
    """Keep the places of a few countries, the free ones, and whatever hangs on them."""
    connection.execute("PRAGMA foreign_keys=OFF")
    kept = " OR ".join(f"code LIKE '{prefix}%'" for prefix in KEPT)
    connection.execute(
        "DELETE FROM regions_place WHERE id NOT IN (SELECT place_id FROM regions_placecode"
        f" WHERE (({kept}) AND level < 3) OR scheme <> 'NUTS')"
    )
    while orphans := connection.execute("PRAGMA foreign_key_check").fetchall():
        for table, row in {(orphan[0], orphan[1]) for orphan in orphans}:
            connection.execute(f'DELETE FROM "{table}" WHERE rowid = ?', [row])
    connection.execute("UPDATE identity_user SET password = '!'")
    connection.execute("DELETE FROM web_cache")
    connection.commit()
    connection.execute("VACUUM")


if __name__ == "__main__":
    sys.exit(main())
