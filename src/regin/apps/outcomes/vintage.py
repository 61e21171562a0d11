"""How old figures are, counted in whole years."""

from __future__ import annotations

from django.utils import timezone

YEARS_UNTIL_OLD = 3


def is_old(period: str | None) -> bool:
    """Whether the newest figure, of `period`, is older than three years. No figure is not old."""
    return bool(period) and timezone.now().year - int(str(period)[:4]) > YEARS_UNTIL_OLD
