"""A fresh instance in a temporary folder, with all places, for what is measured on the platform.

The database is the one a region has: SQLite in WAL with synchronous FULL, or what DATABASE_URL
names (an empty PostgreSQL database).
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from regin.apps.outcomes.models import Series

YEARS = 25
SEXES = ("F", "M", "T")
CITIZENS = ("EU27_2020_FOR", "NAT", "NEU27_2020_FOR", "TOTAL")
AGES = ("Y15-24", "Y15-64", "Y20-64", "Y25-54", "Y55-64", "Y_GE15", "Y_GE25", "Y_GE65")


@contextmanager
def fresh_instance() -> Iterator[Path]:
    """Yield the folder of an instance that holds the places and nothing else."""
    with tempfile.TemporaryDirectory(prefix="regin-benchmark-") as name:
        folder = Path(name)
        for part in ("files", "backups", "mail", "keys"):
            (folder / part).mkdir()
        os.environ["REGIN_DIR"] = name
        os.environ["REGIN_SECRET_KEY"] = "only-for-benchmarks-" + "x" * 40
        os.environ["DJANGO_SETTINGS_MODULE"] = "regin.web.settings"
        _filled()
        yield folder


def _filled() -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from regin.apps.accounts.actor import command_actor
    from regin.apps.regions.operations import load_starter_places

    call_command("migrate", verbosity=0)
    load_starter_places(command_actor("benchmark"))
    connection.close()


def made_series(code: str) -> Series:
    """A public series in percent, without figures."""
    from regin.apps.accounts.models import Organisation, State, Visibility
    from regin.apps.common.models.text import TextState
    from regin.apps.outcomes.models import Series, Source

    organisation, _new = Organisation.objects.get_or_create(
        name="Benchmark", defaults={"category": Organisation.Kind.REGION}
    )
    source, _new = Source.objects.get_or_create(code="benchmark", defaults={"name": "Benchmark"})
    series: Series = Series.objects.create(
        organisation=organisation,
        source=source,
        code=code,
        dataset=code,
        licence="CC BY 4.0",
        attribution="Made up for a benchmark",
        url="https://example.org/benchmark",
        defaults={"sex": "T", "citizenship": "TOTAL", "age": "Y15-64"},
        lowest=0,
        highest=100,
        state=State.PUBLISHED,
        visibility=Visibility.PUBLIC,
    )
    series.set_text("title", "en", f"Made-up series {code}", TextState.ORIGINAL)
    series.set_text("unit", "en", "percent", TextState.ORIGINAL)
    return series


def place_codes(count: int) -> list[str]:
    """`count` codes of regions as the newest classification lists them, countries first."""
    from regin.apps.regions.models import PlaceCode

    rows = PlaceCode.objects.filter(scheme=PlaceCode.NUTS, version="2024", level__lte=2)
    return sorted(rows.order_by("level", "code").values_list("code", flat=True)[:count])


def write_file(path: Path, cells: int, changed: float = 0) -> Path:
    """Write a Eurostat TSV of `cells` cells as the office orders them: groups, places, years.

    One cell in ten is missing and one in five has a flag. `changed`: which share of the cells
    has another value than a file without.
    """
    groups = list(product(SEXES, CITIZENS, AGES))
    codes = place_codes(-(-cells // (YEARS * len(groups))))
    every = round(1 / changed) if changed else 0
    head = "freq,unit,sex,citizen,age,geo\\TIME_PERIOD\t"
    with path.open("w", encoding="utf-8") as stream:
        stream.write(head + "\t".join(f"{1999 + n} " for n in range(YEARS)) + "\n")
        rows = product(groups, codes)
        for number, ((sex, citizen, age), code) in zip(range(cells // YEARS), rows, strict=False):
            texts = (_cell(number * YEARS + year, every) for year in range(YEARS))
            stream.write(f"A,PC,{sex},{citizen},{age},{code}\t" + "\t".join(texts) + "\n")
    return path


def _cell(number: int, every: int) -> str:
    if number % 10 == 7:
        return ": u" if number % 20 == 7 else ": "
    value = (number * 7919 % 999) / 10 + (0.1 if every and number % every == 0 else 0)
    return f"{value:.1f} b" if number % 5 == 0 else f"{value:.1f} "
