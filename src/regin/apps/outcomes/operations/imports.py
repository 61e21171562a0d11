"""Verbs on a file of statistics: stage it, change its version, accept or discard it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Max, Min, Q
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from regin.apps.accounts.actor import Actor
from regin.apps.accounts.permissions import require
from regin.apps.accounts.refusals import Refused
from regin.apps.common.operations import record
from regin.apps.outcomes import permissions  # noqa: F401  # declares the rules that `require` asks
from regin.apps.outcomes.bulk import insert_rows
from regin.apps.outcomes.comparing import Change, compare, counts
from regin.apps.outcomes.models import Import, Observation, Series, StagedFigure
from regin.apps.outcomes.reading import Prepared, breakdown_keys, prepare
from regin.apps.outcomes.resolving import resolve, versions
from regin.apps.outcomes.vintage import is_old
from regin.files.limits import LIMITS, Limits

LONGEST_NAME = 200
LONGEST_DATE = 40
_COLUMNS = ("breakdown_id", "place_code_id", "period", "value", "flags", "row")

_WRITE = """
INSERT INTO outcomes_observation
    (series_id, imported_in_id, breakdown_id, place_code_id, place_id, period, value, flags, "row")
SELECT %(series)s, f.staged_in_id, f.breakdown_id, f.place_code_id, c.place_id, f.period, f.value,
       f.flags, f."row"
FROM outcomes_stagedfigure f JOIN regions_placecode c ON c.id = f.place_code_id
WHERE f.staged_in_id = %(staged)s AND f.change IN ('new', 'changed')
ON CONFLICT (series_id, breakdown_id, place_code_id, period) DO UPDATE SET
    imported_in_id = excluded.imported_in_id, value = excluded.value, flags = excluded.flags,
    "row" = excluded."row"
"""

# What an import takes the place of is kept, so that it can be read later, or brought back.
_KEEP = """
INSERT INTO outcomes_formerfigure
    (series_id, imported_in_id, replaced_in_id, breakdown_id, place_code_id, period, value, flags,
     "row")
SELECT o.series_id, o.imported_in_id, %(staged)s, o.breakdown_id, o.place_code_id, o.period,
       o.value, o.flags, o."row"
FROM outcomes_stagedfigure f JOIN outcomes_observation o
ON o.series_id = %(series)s AND o.breakdown_id = f.breakdown_id
   AND o.place_code_id = f.place_code_id AND o.period = f.period
WHERE f.staged_in_id = %(staged)s AND f.change IN ('changed', %(gone)s)
"""

_REMOVE = """
DELETE FROM outcomes_observation WHERE id IN (
    SELECT o.id FROM outcomes_stagedfigure f JOIN outcomes_observation o
    ON o.series_id = %(series)s AND o.breakdown_id = f.breakdown_id
       AND o.place_code_id = f.place_code_id AND o.period = f.period
    WHERE f.staged_in_id = %(staged)s AND f.change = 'gone')
"""

_RENAME = """
UPDATE outcomes_stagedfigure SET place_code_id = %s WHERE staged_in_id = %s AND place_code_id = %s
"""


class ImportRefused(Refused):
    """The import cannot be decided any more; the sentence says what to do."""


def stage_import(
    actor: Actor,
    series: Series,
    path: Path,
    file_name: str,
    version: str | None = None,
    *,
    limits: Limits = LIMITS,
) -> Import:
    """Read a file and keep it, compared with what is stored, until somebody decides.

    `version`: of NUTS; None takes the one that knows most codes. Raises FaultsError with every
    fault, nothing stored; Http404.
    """
    require(actor, "outcomes.import", series)
    name = shown_name(file_name)
    prepared = prepare(series, path, name, version, limits)
    with transaction.atomic():
        locked = lock(series)
        staged = Import.objects.create(
            series=locked,
            number=(locked.imports.aggregate(last=Max("number"))["last"] or 0) + 1,
            file_name=name,
            sha256=prepared.sha256,
            format=prepared.dataset.head.format,
            published=prepared.dataset.head.updated[:LONGEST_DATE],
            version=prepared.resolved.version,
            compared_with=locked.data_number,
            by=actor.user,
        )
        _store(staged, prepared)
        compare(staged)
        staged.summary = _first_summary(prepared) | counts(staged)
        staged.save(update_fields=["summary"])
        record(actor.reference, "outcomes.staged", locked.public_id, number=staged.number)
    return staged


def shown_name(file_name: str) -> str:
    """The last part of a file's name, as a page and a log can print it."""
    last = file_name.replace("\\", "/").rsplit("/", 1)[-1]
    printable = "".join(c for c in last if c.isprintable())[:LONGEST_NAME].strip()
    return printable or _("file without a name")


def lock(series: Series) -> Series:
    """The series as it is now, held until the transaction ends."""
    found: Series = Series._base_manager.select_for_update().get(pk=series.pk)
    return found


def _store(staged: Import, prepared: Prepared) -> None:
    breakdowns = breakdown_keys(staged.series, prepared.groups)
    last = (staged.pk, Change.NEW.value)
    rows = (cell + last for cell in prepared.cells(breakdowns))
    insert_rows(StagedFigure, (*_COLUMNS, "staged_in_id", "change"), rows)


def _first_summary(prepared: Prepared) -> dict[str, Any]:
    """What only the file knows."""
    return {
        "rows": prepared.rows,
        "known_by": prepared.resolved.known_by,
        "versions": prepared.resolved.versions,
        "aggregates": list(prepared.resolved.aggregates),
        "aggregate_rows": prepared.aggregate_rows,
        "left_out": dict(prepared.left_out),
    }


@transaction.atomic
def change_version(actor: Actor, staged: Import, version: str) -> Import:
    """Take the codes of a staged file in another version of NUTS and compare again.

    Raises ImportRefused for an import that is decided or a version nobody knows; Http404.
    """
    found, series = _decidable(actor, staged)
    if version not in versions():
        raise ImportRefused(_("Choose one of the versions in the list."))
    figures = StagedFigure.objects.filter(staged_in=found)
    figures.filter(change=Change.GONE).delete()
    old = dict(figures.order_by().values_list("place_code__code", "place_code").distinct())
    resolved = resolve(old, version)
    places = resolved.places
    moves = [(places[code], found.pk, key) for code, key in old.items() if places[code] != key]
    with connection.cursor() as cursor:
        cursor.executemany(_RENAME, moves)
    figures.update(change=Change.NEW)
    compare(found)
    found.version, found.compared_with = version, series.data_number
    found.summary = found.summary | {"versions": resolved.versions} | counts(found)
    found.save(update_fields=["version", "compared_with", "summary"])
    return found


def _decidable(actor: Actor, staged: Import) -> tuple[Import, Series]:
    """The import and its series as they are now, locked. Raises Http404, ImportRefused."""
    require(actor, "outcomes.import", staged.series)
    series = lock(staged.series)
    found = Import.objects.select_related("series").filter(pk=staged.pk).first()
    if found is None:
        raise Http404
    if not found.is_staged:
        raise ImportRefused(
            _("Somebody has decided on this import already. Nothing was changed now.")
        )
    return found, series


@transaction.atomic
def accept_import(actor: Actor, staged: Import, *, remove_gone: bool = False) -> Import:
    """Write what is new and changed, in one transaction; without a change write nothing.

    Figures that the file no longer holds stay unless `remove_gone`. Raises ImportRefused when it
    was decided, or the series changed since the file was compared; Http404.
    """
    found, series = _decidable(actor, staged)
    if found.compared_with != series.data_number:
        raise ImportRefused(
            _(
                "The series has changed since this file was compared with it. "
                "Discard this import and load the file again."
            )
        )
    summary = found.summary
    removed = summary["gone"] if remove_gone else 0
    written = summary["new"] + summary["changed"]
    if written or removed:
        _write(series, found, remove=bool(removed))
    _close(actor, found, Import.State.ACCEPTED, written=written, removed=removed)
    return found


def _write(series: Series, staged: Import, *, remove: bool) -> None:
    keys = {"series": series.pk, "staged": staged.pk}
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, keys | {"gone": "gone" if remove else "changed"})
        cursor.execute(_WRITE, keys)
        if remove:
            cursor.execute(_REMOVE, keys)
    count_change(series)


def count_change(series: Series) -> None:
    """Note that the figures of a locked `series` are other ones now."""
    series.data_number += 1
    series.coverage = coverage_of(series)
    series.is_sample = series.is_sample and is_old(series.coverage["last"])
    series.save(update_fields=["data_number", "coverage", "is_sample"])


def coverage_of(series: Series) -> dict[str, Any]:
    """How far the figures of `series` reach; a period counts when it has any value."""
    rows = Observation.objects.filter(series=series).order_by()
    present = Q(value__isnull=False)
    found: dict[str, Any] = rows.aggregate(
        first=Min("period", filter=present),
        last=Max("period", filter=present),
        figures=Count("pk", filter=present),
        missing=Count("pk", filter=~present),
        places=Count("place", distinct=True),
    )
    periods = rows.filter(present).values_list("period", flat=True).distinct()
    return found | {"periods": sorted(periods, reverse=True)}


def discard_import(actor: Actor, staged: Import) -> Import:
    """Forget a staged file. Raises ImportRefused when it is decided already; Http404."""
    with transaction.atomic():
        found, _series = _decidable(actor, staged)
        _close(actor, found, Import.State.DISCARDED)
    return found


def _close(actor: Actor, found: Import, state: Import.State, **details: int) -> None:
    """Set the decision, drop the staged figures, leave the trace."""
    StagedFigure.objects.filter(staged_in=found).delete()
    found.state, found.decided_at = state, timezone.now()
    found.summary = found.summary | details
    found.save(update_fields=["state", "decided_at", "summary"])
    verb, target = f"outcomes.{state}", found.series.public_id
    record(actor.reference, verb, target, number=found.number, **details)
