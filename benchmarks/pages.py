"""How long pages of statistics take with a million observations stored, and how many queries.

python benchmarks/pages.py [--cells 1000000] [--requests 100]

Every page is made in this process by Django's test client, so nothing but the page is measured:
no server, no network, no cache of pages. Half of the observations are of one series, the rest of
twenty more. Processor time stands beside seconds, because other work makes everybody wait.
"""

from __future__ import annotations

import argparse
import gc
import os
import platform
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from instance import fresh_instance, made_series, write_file

SMALL = 20
REGIONS = 25
COUNTED = 5

Address = Callable[[int], str]


def filled(folder: Path, cells: int) -> None:
    """Import half of `cells` into one series and the rest into `SMALL` more."""
    from django.core.management import call_command

    from regin.apps.accounts.actor import command_actor
    from regin.apps.outcomes.operations import accept_import, stage_import

    call_command("createcachetable", verbosity=0)
    actor = command_actor("benchmark")
    large = write_file(folder / "large.tsv", cells // 2)
    small = write_file(folder / "small.tsv", cells // 2 // SMALL)
    for number in range(SMALL + 1):
        path = small if number else large
        accept_import(actor, stage_import(actor, made_series(f"s{number:02}"), path, path.name))


def addresses() -> dict[str, Address]:
    """What is asked for: each page with the choices that readers make."""
    from django.urls import reverse

    from regin.apps.outcomes.models import Breakdown, Series
    from regin.apps.outcomes.viewing import VIEWS
    from regin.apps.regions.facts import pages

    series = Series._base_manager.get(code="s00")
    groups = list(Breakdown.objects.filter(series=series)[:40])
    years = series.coverage["periods"]
    places = pages().filter(observations__series=series, codes__level=2).distinct()
    regions = list(places.order_by("pk")[:REGIONS])
    page, download = (
        reverse(f"outcomes:{name}", kwargs={"slug": series.slug}) for name in ("detail", "download")
    )

    def chosen(address: str, number: int, **more: str) -> str:
        year, group = years[number % len(years)], groups[number % len(groups)].key
        return f"{address}?{urlencode({'year': year, 'group': group, **more})}"

    def view(name: str) -> Address:
        return lambda number: chosen(page, number, view=name)

    return {
        "list of series": lambda _number: reverse("outcomes:list"),
        **{f"a series, {name}": view(name) for name in VIEWS},
        "download of a selection": lambda number: chosen(download, number),
        "page of a region": lambda number: regions[number % len(regions)].get_absolute_url(),
    }


def asked(address: Address, requests: int) -> tuple[list[float], list[float], set[int], int]:
    """Seconds, processor seconds, numbers of queries, and bytes of the largest answer."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"accept-language": "en", "host": "localhost"})

    def answer(number: int) -> int:
        found: Any = client.get(address(number))
        if found.status_code != 200:
            raise SystemExit(f"{found.status_code} for {address(number)}")
        return len(found.getvalue())

    queries = set()
    for number in range(COUNTED):
        with CaptureQueriesContext(connection) as counted:
            answer(number)
        queries.add(len(counted))
    seconds, processor, largest = [], [], 0
    for number in range(requests):
        start, used = time.perf_counter(), time.process_time()
        largest = max(largest, answer(number))
        seconds.append(time.perf_counter() - start)
        processor.append(time.process_time() - used)
    return seconds, processor, queries, largest


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that this share of `values` do not exceed, in milliseconds."""
    ordered = sorted(values)
    return 1000 * ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cells", type=int, default=1_000_000)
    parser.add_argument("--requests", type=int, default=100)
    asked_for = parser.parse_args()
    load = os.getloadavg()[0]
    with fresh_instance() as folder:
        from django.db import connection

        from regin.apps.outcomes.models import Observation

        filled(folder, asked_for.cells)
        # As `regin.web.wsgi` does; and no garbage of the filling is paid for by the pages.
        gc.collect()
        gc.freeze()
        stored = Observation.objects.count()
        print(f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {os.cpu_count()} cores,")
        print(f"Python {platform.python_version()}, {connection.vendor}, load before {load:.1f},")
        print(f"{stored:,} observations, {asked_for.requests} requests a page\n")
        print("| page | p50 ms | p95 ms | p95 processor ms | queries | kB |")
        print("|---|---|---|---|---|---|")
        for name, address in addresses().items():
            seconds, processor, queries, largest = asked(address, asked_for.requests)
            times = f"{percentile(seconds, 50):.0f} | {percentile(seconds, 95):.0f}"
            counted = "–".join(str(one) for one in sorted({min(queries), max(queries)}))
            used = percentile(processor, 95)
            print(f"| {name} | {times} | {used:.0f} | {counted} | {largest / 1000:.0f} |")
        connection.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
