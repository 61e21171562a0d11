"""Verbs on a file of statistics: stage it, change its version, accept or discard it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Max
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from regin.apps.accounts.actor import Actor
from regin.apps.accounts.permissions import require
from regin.apps.accounts.refusals import Refused
from regin.apps.common.operations import record
from regin.apps.outcomes import permissions  # noqa: F401  # declares the rules that `require` asks
from regin.apps.outcomes.bulk import insert_columns, update_by_key
from regin.apps.outcomes.columns import Figures
from regin.apps.outcomes.comparing import compare, refuse_twice
from regin.apps.outcomes.models import Import, Observation, Series
from regin.apps.outcomes.reading import Prepared, breakdown_keys, prepare
from regin.apps.outcomes.resolving import as_held, resolve, versions
from regin.apps.outcomes.staging import Change, drop, file_figures, parts_of, place_codes_in
from regin.apps.outcomes.structure import dimension_names, structure_notes
from regin.apps.outcomes.vintage import is_old
from regin.apps.regions.models import PlaceCode
from regin.files.limits import LIMITS, Limits

LONGEST_NAME = 200
LONGEST_DATE = 40
# What an import takes the place of is kept, so that it can be read later, or brought back.
_KEEP = """
INSERT INTO outcomes_formerfigure
    (series_id, imported_in_id, replaced_in_id, breakdown_id, place_code_id, period, value, flags,
     "row")
SELECT o.series_id, o.imported_in_id, %s, o.breakdown_id, o.place_code_id, o.period, o.value,
       o.flags, o."row"
FROM outcomes_observation o WHERE o.id IN ({marks})
"""

_REMOVE = "DELETE FROM outcomes_observation WHERE id IN ({marks})"
KEYS = 500
"""Observations that one statement names."""


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
        figures = prepared.figures(breakdown_keys(locked, prepared.groups))
        refuse_twice(figures, name, limits)
        staged.summary = _first_summary(prepared, locked) | compare(staged, figures)
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


def _first_summary(prepared: Prepared, series: Series) -> dict[str, Any]:
    """What only the file knows."""
    return {
        "dimensions": dimension_names(prepared.dataset),
        "notes": structure_notes(prepared.dataset, series),
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
    figures = file_figures(found)
    names = dict(PlaceCode.objects.filter(pk__in=place_codes_in(found)).values_list("pk", "code"))
    resolved = as_held(resolve(names.values(), version), series)
    moved = tuple(resolved.places[names[key]] if key in names else 0 for key in figures.place_codes)
    counted = compare(found, replace(figures, place_codes=moved))
    found.version, found.compared_with = version, series.data_number
    found.summary = found.summary | {"versions": resolved.versions} | counted
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
    for figures in parts_of(staged, Change.CHANGED):
        _keep(staged, figures.stored.tolist())
        _update(staged, figures)
    for figures in parts_of(staged, Change.GONE) if remove else ():
        _keep(staged, figures.stored.tolist())
        _execute(_REMOVE, figures.stored.tolist())
    places = dict(
        PlaceCode.objects.filter(pk__in=place_codes_in(staged)).values_list("pk", "place")
    )
    for figures in parts_of(staged, Change.NEW):
        _insert(series, staged, figures.in_order_of_key(), places)
    count_change(series)


def _keep(staged: Import, keys: list[int]) -> None:
    _execute(_KEEP, keys, staged.pk)


def _execute(statement: str, keys: list[int], *first: int) -> None:
    with connection.cursor() as cursor:
        for start in range(0, len(keys), KEYS):
            some = keys[start : start + KEYS]
            marks = ", ".join(["%s"] * len(some))
            cursor.execute(statement.format(marks=marks), [*first, *some])


def _update(staged: Import, figures: Figures) -> None:
    _breakdowns, _place_codes, _periods, values, flags = figures.lists()
    written = {
        "id": figures.stored.tolist(),
        "imported_in_id": [staged.pk] * len(figures),
        "value": values,
        "flags": flags,
        "row": figures.row.tolist(),
    }
    update_by_key(Observation, written)


def _insert(series: Series, staged: Import, figures: Figures, places: Mapping[int, int]) -> None:
    breakdowns, place_codes, periods, values, flags = figures.lists()
    same = {"series_id": series.pk, "imported_in_id": staged.pk}
    columns = {
        "breakdown_id": breakdowns,
        "place_code_id": place_codes,
        "place_id": [places[key] for key in place_codes],
        "period": periods,
        "value": values,
        "flags": flags,
        "row": figures.row.tolist(),
    }
    insert_columns(Observation, same, columns)


def count_change(series: Series) -> None:
    """Note that the figures of a locked `series` are other ones now."""
    series.data_number += 1
    series.coverage = coverage_of(series)
    series.is_sample = series.is_sample and is_old(series.coverage["last"])
    series.save(update_fields=["data_number", "coverage", "is_sample"])


def coverage_of(series: Series) -> dict[str, Any]:
    """How far the figures of `series` reach; a period counts when it has any value."""
    rows = Observation.objects.filter(series=series).order_by()
    present = rows.filter(value__isnull=False).values_list("period", flat=True).distinct()
    periods = sorted(present, reverse=True)
    found = rows.aggregate(
        all=Count("pk"), figures=Count("value"), places=Count("place", distinct=True)
    )
    return {
        "first": periods[-1] if periods else None,
        "last": periods[0] if periods else None,
        "figures": found["figures"],
        "missing": found["all"] - found["figures"],
        "places": found["places"],
        "periods": periods,
    }


def discard_import(actor: Actor, staged: Import) -> Import:
    """Forget a staged file. Raises ImportRefused when it is decided already; Http404."""
    with transaction.atomic():
        found, _series = _decidable(actor, staged)
        _close(actor, found, Import.State.DISCARDED)
    return found


def _close(actor: Actor, found: Import, state: Import.State, **details: int) -> None:
    """Set the decision, drop the staged figures, leave the trace."""
    drop(found)
    found.state, found.decided_at = state, timezone.now()
    found.summary = found.summary | details
    found.save(update_fields=["state", "decided_at", "summary"])
    verb, target = f"outcomes.{state}", found.series.public_id
    record(actor.reference, verb, target, number=found.number, **details)
