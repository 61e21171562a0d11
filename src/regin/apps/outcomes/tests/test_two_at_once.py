"""Processes accept an import, or look for a newer file, at the same moment: one does it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.any_database

SCRIPT = """
import multiprocessing, sys
from pathlib import Path
import django
from django.conf import settings
django.setup()
from django.apps import apps
from django.core.management import call_command
from django.db import connection
# Tables straight from the models: going through all migrations takes ten times as long.
settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}
call_command("migrate", run_syncdb=True, verbosity=0)
from regin.apps.outcomes.models import Import, Observation, Series
from regin.apps.outcomes.operations import ImportRefused, accept_import, fetching
from regin.apps.outcomes.tests.factories import (
    COMMAND, make_austria, make_series, stage, tsv, write
)
make_austria()
series = make_series()
folder = Path(sys.argv[1])
same = stage(series, write(folder)).pk
other = stage(series, write(folder, tsv("T,AT=9.9|9.9"))).pk
connection.close()


def accept(key, start, answers):
    staged = Import.objects.get(pk=key)
    start.wait()
    try:
        accept_import(COMMAND, staged)
        answers.put("written")
    except ImportRefused:
        answers.put("refused")


def look(key, start, answers):
    def fetched(code, into, filters):
        (folder / "asked").open("a").write("x")
        return write(into)

    fetching.fetch_table = fetched
    series = Series._base_manager.get(pk=key)
    start.wait()
    found = fetching.refresh(COMMAND, series)
    answers.put(found.came if found else "left")


context = multiprocessing.get_context("fork")
start, answers = context.Barrier(4), context.Queue()
people = [
    context.Process(target=accept, args=(key, start, answers)) for key in (same, same, other, other)
]
[person.start() for person in people]
[person.join() for person in people]
found = sorted(answers.get() for _ in people)
(done,) = Import.objects.filter(state="accepted")
expected = 10 if done.pk == same else 2
number = Series._base_manager.get().data_number
print(",".join(found), Observation.objects.count() == expected, number)
fresh = make_series(refresh_every="weekly", url="https://ec.europa.eu/eurostat").pk
connection.close()
start = context.Barrier(4)
people = [context.Process(target=look, args=(fresh, start, answers)) for _ in range(4)]
[person.start() for person in people]
[person.join() for person in people]
waiting = Import.objects.filter(series=fresh, state="staged").count()
came = sorted(answers.get() for _ in people)
print(",".join(came), len((folder / "asked").read_text()), waiting)
"""


def all_at_once(folder: Path, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCRIPT, str(folder)],
        env={**os.environ, "REGIN_DIR": str(folder), **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


EXPECTED = "refused,refused,refused,written True 1\nfetched,left,left,left 1 1"


def test_of_four_on_sqlite_one_writes_and_one_looks(tmp_path):
    address = f"sqlite:///{tmp_path}/regin.sqlite3"
    assert all_at_once(tmp_path, DATABASE_URL=address) == EXPECTED


def test_of_four_on_postgresql_one_writes_and_one_looks(tmp_path, postgresql_url):
    assert all_at_once(tmp_path, DATABASE_URL=postgresql_url) == EXPECTED
