"""Take a whole import back: every figure becomes what it was before."""

from __future__ import annotations

from django.db import connection, transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from regin.apps.accounts.actor import Actor
from regin.apps.accounts.permissions import require
from regin.apps.common.operations import record
from regin.apps.outcomes.models import FormerFigure, Import, Series
from regin.apps.outcomes.operations.imports import ImportRefused, count_change, lock

_UNWRITE = """
DELETE FROM outcomes_observation WHERE series_id = %(series)s AND imported_in_id = %(undone)s
"""

_RESTORE = """
INSERT INTO outcomes_observation
    (series_id, imported_in_id, breakdown_id, place_code_id, place_id, period, value, flags, "row")
SELECT h.series_id, h.imported_in_id, h.breakdown_id, h.place_code_id, c.place_id, h.period,
       h.value, h.flags, h."row"
FROM outcomes_formerfigure h JOIN regions_placecode c ON c.id = h.place_code_id
WHERE h.replaced_in_id = %(undone)s
"""


def can_undo(done: Import) -> bool:
    """Whether `done` is the last import that changed the series, so that it can be taken back."""
    return last_change(done.series) == done


def last_change(series: Series) -> Import | None:
    """The newest accepted import that changed a figure and was not undone; None without one."""
    accepted = series.imports.filter(state=Import.State.ACCEPTED).order_by("-decided_at", "-number")
    for one in accepted:
        if one.summary.get("written") or one.summary.get("removed"):
            return one
    return None


@transaction.atomic
def undo_import(actor: Actor, done: Import) -> Import:
    """Bring back what every figure was before `done` was accepted, in one transaction.

    Imports are undone from the last one back. Raises ImportRefused for any other; Http404.
    """
    require(actor, "outcomes.import", done.series)
    series = lock(done.series)
    found = Import.objects.select_related("series").filter(pk=done.pk).first()
    if found is None:
        raise Http404
    if found.state != Import.State.ACCEPTED:
        raise ImportRefused(_("Only an accepted import can be undone."))
    last = last_change(series)
    if found != last:
        raise ImportRefused(_why_not(last))
    keys = {"series": series.pk, "undone": found.pk}
    with connection.cursor() as cursor:
        cursor.execute(_UNWRITE, keys)
        taken = cursor.rowcount
        cursor.execute(_RESTORE, keys)
        restored = cursor.rowcount
    FormerFigure.objects.filter(replaced_in=found).delete()
    count_change(series)
    found.state, found.decided_at = Import.State.UNDONE, timezone.now()
    found.summary = found.summary | {"taken_back": taken, "restored": restored}
    found.save(update_fields=["state", "decided_at", "summary"])
    record(actor.reference, "outcomes.undone", series.public_id, number=found.number)
    return found


def _why_not(last: Import | None) -> str:
    if last is None:
        return _("This import changed nothing, so there is nothing to undo.")
    return _("Undo the later import %(number)s (%(file)s) first.") % {
        "number": last.number,
        "file": last.file_name,
    }
