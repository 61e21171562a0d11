"""Which series measure what: pages ask for a concept and take what the reader may see."""

from __future__ import annotations

from collections.abc import Iterable

from regin.apps.accounts.actor import Actor
from regin.apps.outcomes.models import Series


def series_with(actor: Actor, concept: str) -> list[Series]:
    """The series of `concept` (a `Series.Concept`) that `actor` may see, by code.

    One concept can have shares and counts: look at `measure` before you compare them. Texts and
    source are at hand without a further query.
    """
    return series_with_any(actor, [concept])


def series_with_any(actor: Actor, concepts: Iterable[str]) -> list[Series]:
    """The series of any of `concepts` that `actor` may see, by code."""
    rows = Series.objects.visible_to(actor).filter(concept__in=[c for c in concepts if c])
    return list(
        rows.select_related("source").prefetch_related("texts").order_by("code", "public_id")
    )
