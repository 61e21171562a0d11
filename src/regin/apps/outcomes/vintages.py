"""What was published when: the imports of a series, and what each changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, OuterRef, QuerySet, Subquery

from regin.apps.outcomes.figures import figure_text
from regin.apps.outcomes.labels import group_words
from regin.apps.outcomes.models import FormerFigure, Import, Observation, Series
from regin.apps.outcomes.readback import figure_address

SHOWN = (Import.State.ACCEPTED, Import.State.UNDONE)


@dataclass(frozen=True, slots=True)
class FigureChange:
    """What an import did to one figure, as printed; `after` is empty for one it removed.

    `address` reads the figure back.
    """

    former: FormerFigure
    group: str
    before: str
    after: str
    address: str


def vintages_of(series: Series) -> QuerySet[Import]:
    """The imports that were accepted, newest first; those that were undone among them."""
    rows: QuerySet[Import] = series.imports.filter(state__in=SHOWN)
    return rows.order_by("-number")


def new_figures(vintage: Import) -> int:
    """How many figures an accepted import brought that were not there before it."""
    written, removed = (vintage.summary.get(name, 0) for name in ("written", "removed"))
    kept = FormerFigure.objects.filter(replaced_in=vintage).count()
    return int(written) - (kept - int(removed))


def changes_of(vintage: Import) -> QuerySet[FormerFigure]:
    """What each figure that `vintage` changed or removed was before, with what it made of it.

    `after_value`, `after_flags`: of the figure as `vintage` brought it, which may have been
    replaced since; flags None stand for a figure that it removed. In the order of the index, so
    that the last page of a million costs what the first does.
    """
    rows = FormerFigure.objects.filter(replaced_in=vintage).annotate(
        now_value=_brought(Observation, "value"),
        now_flags=_brought(Observation, "flags"),
        then_value=_brought(FormerFigure, "value"),
        then_flags=_brought(FormerFigure, "flags"),
    )
    related = rows.select_related("breakdown", "place_code__place", "imported_in")
    return related.prefetch_related("place_code__place__names").order_by(
        "breakdown_id", "place_code_id", "period"
    )


def _brought(model: type[Observation] | type[FormerFigure], column: str) -> Subquery:
    """`column` of the figure that the import put in the place of the former one."""
    rows = model.objects.filter(
        series=OuterRef("series"),
        breakdown=OuterRef("breakdown"),
        place_code=OuterRef("place_code"),
        period=OuterRef("period"),
        imported_in=OuterRef("replaced_in"),
    )
    return Subquery(rows.order_by().values(column)[:1])


def shown_changes(rows: Iterable[FormerFigure], series: Series) -> list[FigureChange]:
    """Rows of `changes_of` as a page prints them."""
    return [_shown(row, series) for row in rows]


def _shown(row: FormerFigure, series: Series) -> FigureChange:
    now = getattr(row, "now_value", None), getattr(row, "now_flags", None)
    then = getattr(row, "then_value", None), getattr(row, "then_flags", None)
    value, flags = now if now[1] is not None else then
    return FigureChange(
        former=row,
        group=group_words(row.breakdown),
        before=figure_text(row.value, row.flags, series.decimals),
        after="" if flags is None else figure_text(value, flags, series.decimals),
        address=figure_address(series, row.place_code, row.period, row.breakdown),
    )


def last_vintage(series: Series) -> Import | None:
    """The newest import that was accepted and stands."""
    rows = series.imports.filter(state=Import.State.ACCEPTED)
    return rows.order_by(F("decided_at").desc(nulls_last=True), "-number").first()
