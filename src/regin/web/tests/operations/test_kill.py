"""R1: kill -9 of a web process during writes loses nothing acknowledged and halves nothing."""

from __future__ import annotations

import http.client
import itertools
import json
import os
import random
import signal
import threading
from contextlib import suppress

import pytest
from tests.counts import count

from regin.web.tests.operations.instances import Instance
from regin.web.tests.operations.serving import Served, serving, until

pytestmark = pytest.mark.any_database

KILLS = count(2_000)
WRITES_BETWEEN = 5
READ = """
import json
from regin.apps.accounts.models import Mail
from regin.apps.common.models import AuditEntry
from regin.apps.common.operations import broken_links
mails = Mail.objects.filter(recipient="k@example.org").values_list("subject", flat=True)
entries = AuditEntry.objects.filter(verb="written").values_list("target", flat=True)
print(json.dumps([sorted(mails), sorted(entries), list(broken_links())]))
"""


class Writers:
    """Threads that write one token after another and remember what was acknowledged."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self.tokens = itertools.count(1)
        self.acknowledged: set[str] = set()
        self.over = threading.Event()
        self.threads = [threading.Thread(target=self.write) for _ in range(4)]

    def write(self) -> None:
        while not self.over.is_set():
            token = str(next(self.tokens))
            with suppress(OSError, http.client.HTTPException):
                if self.served.get(f"/write/{token}/", "POST") == token:
                    self.acknowledged.add(token)

    def __enter__(self) -> Writers:
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join()


def test_no_acknowledged_write_is_lost_and_none_is_half_done(instance: Instance) -> None:
    chance = random.Random(7)
    with serving(instance) as served:
        with Writers(served) as writers:
            for _ in range(KILLS):
                reached = len(writers.acknowledged) + WRITES_BETWEEN
                until(lambda reached=reached: len(writers.acknowledged) >= reached)
                until(served.workers)
                with suppress(ProcessLookupError):
                    os.kill(chance.choice(served.workers()), signal.SIGKILL)
        served.stop()
    mails, entries, broken = json.loads(instance.python(READ))
    assert writers.acknowledged <= set(mails)
    assert mails == entries
    assert len(set(mails)) == len(mails)
    assert broken == []
    assert len(writers.acknowledged) >= KILLS * WRITES_BETWEEN
    where = "PostgreSQL" if instance.database_url else "SQLite"
    print(f"R1: {where}, {KILLS} kills, {len(writers.acknowledged)} writes, 0 lost")  # noqa: T201 - the count is the proof
