"""Verbs on newer files of Eurostat: fetch one for a series; look for them when it is time."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from django.db import transaction
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.functional import lazy
from django_tasks import task

from regin.apps.accounts import outbox
from regin.apps.accounts.actor import Actor, command_actor
from regin.apps.accounts.models import Role
from regin.apps.accounts.permissions import require
from regin.apps.identity.models import User
from regin.apps.outcomes import permissions  # noqa: F401  # declares the rules that `require` asks
from regin.apps.outcomes.eurostat import fetch_table, filters_of, is_eurostats
from regin.apps.outcomes.fetch_notes import (
    Came,
    last_note,
    note_failed,
    note_fetched,
    note_nothing,
    was_fetched,
)
from regin.apps.outcomes.models import Import, Series
from regin.apps.outcomes.operations.imports import discard_import, lock, stage_import
from regin.apps.outcomes.reading import sha256_of
from regin.engine.errors import N_, FaultsError, Message, fail, register

register(
    {
        "refresh_other_office": Message(
            N_("The series names another office than Eurostat (%(office)s)."),
            N_("Only Eurostat's tables can be fetched: import files of this series yourself."),
        ),
        "refresh_unforeseen": Message(
            N_("Something happened that nobody had foreseen (%(kind)s)."),
            N_("An administrator finds it in the log of the server."),
        ),
    }
)

LOG: Final = logging.getLogger(__name__)
DAYS: Final = {Series.Refresh.WEEKLY: 7, Series.Refresh.MONTHLY: 30}
DAYS_AFTER_FAILURE: Final = 1
# Mail and other work that a person waits for goes first.
LATER: Final = -10


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What looking for a newer file of one series came to.

    `staged`: the import that waits for a decision. `error`: why it failed.
    """

    series: Series
    came: Came
    staged: Import | None = None
    error: FaultsError | None = None


def fetch_import(actor: Actor, series: Series, version: str | None = None) -> Import:
    """Fetch the table of `series` from Eurostat and stage it, as a file that somebody loads.

    Once it is accepted, `note_fetched` tells so. Raises FaultsError, nothing kept; Http404.
    """
    require(actor, "outcomes.import", series)
    with _fetched(series) as path:
        staged = stage_import(actor, series, path, path.name, version)
    Series._base_manager.filter(pk=series.pk).update(fetched_at=timezone.now())
    return staged


@contextmanager
def _fetched(series: Series) -> Iterator[Path]:
    """The file, until the block ends. Raises FaultsError."""
    with tempfile.TemporaryDirectory(prefix="regin-fetch-") as folder:
        yield fetch_table(series.dataset, Path(folder), filters_of(series))


def due_series(actor: Actor) -> list[Series]:
    """The series for which it is time to look, those that waited longest first."""
    rows = Series.objects.visible_to(actor).exclude(refresh_every=Series.Refresh.NEVER)
    due = [one for one in rows.select_related("source") if is_due(one, timezone.now())]
    return sorted(due, key=lambda one: one.fetched_at.timestamp() if one.fetched_at else 0)


def is_due(series: Series, now: datetime) -> bool:
    """Whether it is time to look: by days, so that the hour of the look may drift.

    After a look that failed or was broken off it is time again on the next day.
    """
    if series.refresh_every not in DAYS:
        return False
    if series.fetched_at is None:
        return True
    days = (_day(now) - _day(series.fetched_at)).days
    usual = DAYS[Series.Refresh(series.refresh_every)]
    return days >= usual or (days >= DAYS_AFTER_FAILURE and not _went_well(series))


def _day(moment: datetime) -> date:
    return timezone.localtime(moment).date()


def _went_well(series: Series) -> bool:
    note = last_note(series)
    began = series.fetched_at
    return note is not None and began is not None and note.at >= began and note.came != "failed"


def refresh(actor: Actor, series: Series) -> Refreshed | None:
    """Look for a newer file of one series; what changes something waits for a person's decision.

    None when it is not time any more: of two who look at once, one does. Whatever goes wrong is
    noted for the editors of the series and returned, so that the next series has its turn.
    Raises Http404.
    """
    require(actor, "outcomes.import", series)
    if not _claim(series):
        return None
    try:
        return _look(actor, series)
    except FaultsError as error:
        return _failed(actor, series, error)
    except Exception as unforeseen:
        LOG.exception("refresh of series %s", series.public_id)
        kind = type(unforeseen).__name__
        return _failed(actor, series, fail("refresh_unforeseen", kind=kind))


def _failed(actor: Actor, series: Series, error: FaultsError) -> Refreshed:
    note_failed(actor, series, error)
    return Refreshed(series, "failed", error=error)


@transaction.atomic
def _claim(series: Series) -> bool:
    """Take the turn: whoever comes later sees that somebody looks already."""
    locked, now = lock(series), timezone.now()
    if not is_due(locked, now):
        return False
    locked.fetched_at = now
    locked.save(update_fields=["fetched_at"])
    return True


def _look(actor: Actor, series: Series) -> Refreshed:
    if not is_eurostats(series):
        raise fail("refresh_other_office", office=series.source.name)
    with _fetched(series) as path:
        if is_known(series, sha256_of(path)):
            note_nothing(actor, series)
            return Refreshed(series, "nothing")
        staged = stage_import(actor, series, path, path.name)
    return _kept(actor, series, staged)


@transaction.atomic
def _kept(actor: Actor, series: Series, staged: Import) -> Refreshed:
    """Let `staged` wait when it changes something, in place of an older file that waits."""
    if not _changes(staged):
        discard_import(actor, staged)
        note_nothing(actor, series)
        return Refreshed(series, "nothing")
    waiting = series.imports.filter(state=Import.State.STAGED, by=None, number__lt=staged.number)
    for older in waiting:
        discard_import(actor, older)
    note_fetched(actor, series, staged.number)
    tell_editors(series, staged)
    return Refreshed(series, "fetched", staged=staged)


def _changes(staged: Import) -> bool:
    return any(staged.summary[name] for name in ("new", "changed", "gone"))


def is_known(series: Series, sha256: str) -> bool:
    """Whether the last import of this content was decided, or waits, on the figures of today.

    A file that was discarded, or whose figures that are gone were left, is not asked about again;
    one that a command only showed was discarded too, but nobody decided that.
    """
    last = series.imports.filter(sha256=sha256).order_by("-number").first()
    if last is None or (
        last.state == Import.State.DISCARDED
        and _changes(last)
        and not was_fetched(series, last.number)
    ):
        return False
    wrote = bool(last.summary.get("written") or last.summary.get("removed"))
    changes = {Import.State.ACCEPTED: int(wrote), Import.State.UNDONE: 2}
    today = Series._base_manager.values_list("data_number", flat=True).get(pk=series.pk)
    return bool(today == last.compared_with + changes.get(Import.State(last.state), 0))


def tell_editors(series: Series, staged: Import) -> None:
    """Write to the editors and administrators of its organisation that a file waits."""
    editors = User.objects.filter(
        is_active=True,
        memberships__organisation=series.organisation_id,
        memberships__role__in=(Role.EDITOR, Role.ADMINISTRATOR),
    ).distinct()
    context = {
        "title": lazy(lambda: str(series.text("title") or series.code), str)(),
        "summary": staged.summary,
        "link": reverse_lazy(
            "outcomes:preview", kwargs={"slug": series.slug, "number": staged.number}
        ),
    }
    for person in editors:
        outbox.post(person, "newer_figures", context)


@task(priority=LATER)
def look_for_newer_task() -> int:
    """For the worker, once a day: give each series that is due a task of its own."""
    due = due_series(command_actor("refresh"))
    for series in due:
        refresh_task.enqueue(series.pk)
    return len(due)


@task(priority=LATER)
def refresh_task(key: int) -> str:
    """`refresh` for the worker. Returns what it came to."""
    actor = command_actor("refresh")
    series = Series.objects.visible_to(actor).select_related("source").filter(pk=key).first()
    found = refresh(actor, series) if series else None
    return found.came if found else "nothing to do"
