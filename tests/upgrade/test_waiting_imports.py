"""M1: an import that waits for a decision while the version changes still waits after it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.any_database

# Rows as the version before kept them: one for each figure, beside the observations.
SCRIPT = """
import django
django.setup()
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

BEFORE = ("outcomes", "0003_metadata_codes_and_refresh")
call_command("migrate", *BEFORE, verbosity=0)
old = MigrationLoader(connection).project_state(BEFORE).apps


def make(app, model, **values):
    return old.get_model(app, model).objects.create(**values)


owner = make("accounts", "Organisation", name="Region", category="region")
source = make("outcomes", "Source", code="office", name="Office")
series = make("outcomes", "Series", organisation=owner, source=source, code="s", dataset="d",
              licence="CC BY 4.0", attribution="Office")
group = make("outcomes", "Breakdown", series=series, sex="T")
codes = {}
for code in ("AT", "AT1", "AT11"):
    place = make("regions", "Place", key=code, category="nuts", native_name=code)
    codes[code] = make("regions", "PlaceCode", place=place, scheme="nuts", version="2024",
                       code=code, level=len(code) - 2, name=code)
first = make("outcomes", "Import", series=series, number=1, file_name="a", sha256="",
             version="2024", state="accepted", compared_with=0)
for code, period, value, row in (("AT", "2013", 1, 2), ("AT", "2012", 2, 2), ("AT1", "2013", 3, 3)):
    make("outcomes", "Observation", series=series, breakdown=group, place_code=codes[code],
         place=codes[code].place, period=period, value=value, row=row, imported_in=first)
summary = {"new": 2, "changed": 1, "same": 1, "gone": 1}
waiting = make("outcomes", "Import", series=series, number=2, file_name="b", sha256="",
               version="2024", compared_with=0, summary=summary)
for code, period, value, flags, row, change in (
    ("AT", "2013", 1, "", 2, "same"), ("AT", "2012", 9, "p", 2, "changed"),
    ("AT11", "2013", None, "u", 3, "new"), ("AT11", "2012", 0, "", 3, "new"),
    ("AT1", "2013", 3, "", 3, "gone"),
):
    make("outcomes", "StagedFigure", staged_in=waiting, breakdown=group, place_code=codes[code],
         period=period, value=value, flags=flags, row=row, change=change)
call_command("migrate", verbosity=0)

from regin.apps.accounts.actor import command_actor
from regin.apps.outcomes.models import Import, Observation
from regin.apps.outcomes.operations import accept_import
from regin.apps.outcomes.staging import StagedFigures, file_figures

found = Import.objects.get(pk=waiting.pk)
(changed,) = StagedFigures(found, "changed")
print(changed.before_value, changed.value, changed.flags)
print([(one.place_code.code, one.value) for one in StagedFigures(found, "gone")])
print(file_figures(found).lists()[2:4])
accept_import(command_actor("test"), found, remove_gone=True)
rows = Observation.objects.order_by("place_code__code", "period")
print([tuple(row) for row in rows.values_list("place_code__code", "period", "value", "flags")])
"""

EXPECTED = """2.0 9.0 p
[('AT1', 3.0)]
(['2013', '2012', '2013', '2012'], [1.0, 9.0, None, 0.0])
[('AT', '2012', 9.0, 'p'), ('AT', '2013', 1.0, ''), ('AT11', '2012', 0.0, ''), \
('AT11', '2013', None, 'u')]"""


def carried_over(folder: Path, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCRIPT],
        env={**os.environ, "REGIN_DIR": str(folder), **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_what_waits_is_carried_over_on_sqlite(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path}/regin.sqlite3"
    assert carried_over(tmp_path, DATABASE_URL=address) == EXPECTED


def test_what_waits_is_carried_over_on_postgresql(tmp_path: Path, postgresql_url: str) -> None:
    assert carried_over(tmp_path, DATABASE_URL=postgresql_url) == EXPECTED
