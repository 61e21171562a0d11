"""What a staged file would change, worked out by the database: memory does not grow with it."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Subquery, Value, When

from regin.apps.outcomes.models import Import, Observation, StagedFigure

Change = StagedFigure.Change
EXAMPLES = 10
KEY = ("breakdown", "place_code", "period")

# Stored figures that the file does not hold, put beside its own so that the preview can list them.
_GONE = """
INSERT INTO outcomes_stagedfigure
    (staged_in_id, breakdown_id, place_code_id, period, value, flags, "row", change)
SELECT %(staged)s, o.breakdown_id, o.place_code_id, o.period, o.value, o.flags, o."row", 'gone'
FROM outcomes_observation o
WHERE o.series_id = %(series)s AND NOT EXISTS (
    SELECT 1 FROM outcomes_stagedfigure f
    WHERE f.staged_in_id = %(staged)s AND f.breakdown_id = o.breakdown_id
      AND f.place_code_id = o.place_code_id AND f.period = o.period)
"""


def compare(staged: Import) -> None:
    """Mark every staged figure as new, changed or same, and add those that are gone."""
    if not Observation.objects.filter(series=staged.series_id).exists():
        return
    stored = stored_twin(staged)
    silent = Q(value__isnull=True) & Exists(stored.filter(_same_flags(), value__isnull=True))
    equal = Q(value__isnull=False) & Exists(stored.filter(_same_flags(), value=OuterRef("value")))
    StagedFigure.objects.filter(staged_in=staged).update(
        change=Case(
            When(silent | equal, then=Value(Change.SAME)),
            When(Exists(stored), then=Value(Change.CHANGED)),
            default=Value(Change.NEW),
        )
    )
    with connection.cursor() as cursor:
        cursor.execute(_GONE, {"staged": staged.pk, "series": staged.series_id})


def stored_twin(staged: Import) -> QuerySet[Observation]:
    """The observation with the key of a staged figure, for use inside a query on staged figures."""
    return Observation.objects.filter(
        series=staged.series_id, **{name: OuterRef(name) for name in KEY}
    )


def _same_flags() -> Q:
    return Q(flags=OuterRef("flags"))


def staged_figures(staged: Import, change: str) -> QuerySet[StagedFigure]:
    """Staged figures of one `change` in the order of the file.

    Each carries what is stored now as `before_value` and `before_flags`.
    """
    stored = stored_twin(staged)
    return (
        StagedFigure.objects.filter(staged_in=staged, change=change)
        .annotate(
            before_value=Subquery(stored.values("value")[:1]),
            before_flags=Subquery(stored.values("flags")[:1]),
        )
        .select_related("breakdown", "place_code")
        .order_by("row", "-period", "pk")
    )


def counts(staged: Import) -> dict[str, Any]:
    """How many figures are new, changed, emptied (changed to missing), same and gone; examples."""
    rows = StagedFigure.objects.filter(staged_in=staged).order_by()
    found = dict(rows.values_list("change").annotate(number=Count("pk")))
    changed = staged_figures(staged, Change.CHANGED)
    stored = stored_twin(staged).filter(value__isnull=False)
    emptied = rows.filter(Exists(stored), change=Change.CHANGED, value__isnull=True)
    return {
        **{str(change): found.get(change, 0) for change in Change.values},
        "emptied": emptied.count(),
        "examples": [_example(row) for row in changed[:EXAMPLES]],
    }


def _example(row: Any) -> dict[str, Any]:
    return {
        "row": row.row,
        "code": row.place_code.code,
        "group": str(row.breakdown),
        "period": row.period,
        "before": [row.before_value, row.before_flags],
        "after": [row.value, row.flags],
    }
