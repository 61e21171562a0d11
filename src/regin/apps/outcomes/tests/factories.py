"""Series and files for tests; what a test does not name is filled in."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from regin.apps.accounts.actor import Actor, command_actor
from regin.apps.accounts.models import State, Visibility
from regin.apps.common.models import AuditEntry
from regin.apps.common.models.text import TextState
from regin.apps.outcomes.models import (
    Breakdown,
    Import,
    Observation,
    Series,
    Source,
    StagedPart,
)
from regin.apps.outcomes.operations import accept_import, stage_import
from regin.apps.regions.models import PlaceCode
from regin.apps.regions.tests.factories import make_organisation, make_place

COMMAND = command_actor("test")
_COUNT = {"n": 0}


def make_series(title: str = "Unemployment", **changes: Any) -> Series:
    """A published, public series in percent with an English title and unit."""
    _COUNT["n"] += 1
    defaults: dict[str, Any] = {
        "organisation": changes.pop("organisation", None) or make_organisation(),
        "source": Source.objects.get_or_create(code="office", defaults={"name": "Office"})[0],
        "code": f"series{_COUNT['n']}",
        "dataset": "dataset",
        "licence": "CC BY 4.0",
        "attribution": "Source: Office (dataset)",
        "url": "https://example.org/dataset",
        "defaults": {"sex": "T"},
        "state": State.PUBLISHED,
        "visibility": Visibility.PUBLIC,
    }
    series: Series = Series.objects.create(**defaults | changes)
    series.set_text("title", "en", title, TextState.ORIGINAL)
    series.set_text("unit", "en", "percent", TextState.ORIGINAL)
    return series


def make_austria(version: str = "2024") -> dict[str, PlaceCode]:
    """Country AT, AT1, AT11 and AT12 in one version, each code with a place of its own."""
    codes: dict[str, PlaceCode] = {}
    for code, name in (
        ("AT", "Österreich"),
        ("AT1", "Ostösterreich"),
        ("AT11", "Burgenland"),
        ("AT12", "Niederösterreich"),
    ):
        parent = codes.get(code[:-1]) if len(code) > 3 else codes.get("AT")
        level = len(code) - 2
        place = make_place(name, code, version=version, level=level, parent=parent)
        codes[code] = place.codes.get()
    return codes


def tsv(
    *rows: str, head: str = "sex,geo\\time", periods: tuple[str, ...] = ("2013", "2012")
) -> str:
    """A file: rows such as `T,AT: 4.9 b|4.3` with cells between bars."""
    lines = ["\t".join((head, *periods))]
    for row in rows:
        key, cells = row.split("=")
        lines.append("\t".join((key, *cells.split("|"))))
    return "\n".join(lines) + "\n"


USUAL = tsv(
    "T,AT=4.9 b|4.3",
    "T,AT1=6.2|5.5",
    "T,AT11=: u|0.0",
    "T,AT12=4.4|:",
    "F,AT=5.1|: c",
    "F,EU28=10.8|10.4",
)

# Women and men apart in two regions, so that there are gaps; reserves of every kind.
TWO_GROUPS = tsv(
    "T,AT=4.9 b|4.3",
    "T,AT1=6.2|5.5",
    "T,AT11=: c|0.0",
    "T,AT12=4.4 u|3.9 e",
    "F,AT11=3.0|2.0",
    "M,AT11=4.5|1.0",
    "F,AT12=3.0 u|2.0",
    "M,AT12=: c|1.0",
)


def write(folder: Path, text: str | bytes = USUAL, name: str = "file.tsv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def stage(series: Series, path: Path, version: str | None = None, actor: Actor = COMMAND) -> Import:
    return stage_import(actor, series, path, path.name, version)


def load(series: Series, path: Path, **options: bool) -> Import:
    """Stage and accept."""
    return accept_import(COMMAND, stage(series, path), **options)


def figures(series: Series) -> dict[tuple[str, str, str], tuple[float | None, str]]:
    """(sex, code, period) → value and flags of everything stored."""
    rows = Observation.objects.filter(series=series).select_related("breakdown", "place_code")
    return {(r.breakdown.sex, r.place_code.code, r.period): (r.value, r.flags) for r in rows}


def staged_count() -> int:
    """How many figures wait for a decision, those that are gone among them."""
    return sum(StagedPart.objects.values_list("figures", flat=True))


def fingerprint() -> dict[str, tuple[int, str]]:
    """Row count and hash of every table that an import writes."""
    tables = (Series, Breakdown, Import, StagedPart, Observation, AuditEntry)
    return {model._meta.label: _hashed(model) for model in tables}


def _hashed(model: Any) -> tuple[int, str]:
    rows = list(model._base_manager.order_by("pk").values_list())
    return len(rows), hashlib.sha256(repr(rows).encode()).hexdigest()
