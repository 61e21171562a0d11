"""Names of languages in templates: `{{ code|language_in_sentence }}`."""

from __future__ import annotations

from django import template

from regin.apps.common.translating import language_name

register = template.Library()


@register.filter
def language_in_sentence(code: str) -> str:
    """What the page's language calls `code`, written as inside a sentence."""
    return language_name(code, in_sentence=True)
