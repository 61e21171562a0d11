"""Numbers in templates: `{{ count|whole }}`."""

from __future__ import annotations

from django import template

from regin.apps.common.charts.numbers import number

register = template.Library()


@register.filter
def whole(count: int | str | None) -> str:
    """A count as the page's language writes it, in groups of three digits; one not known as “–”."""
    return "–" if count is None or isinstance(count, str) else number(count, 0)
