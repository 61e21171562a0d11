"""Verbs on the texts of any translated object: write translations, approve one.

The app that owns the object checks the permission, opens the transaction and leaves the trace.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.utils.translation import get_language, get_language_info

from regin.apps.common.models import Translated
from regin.apps.common.models.text import TextState, source_hash
from regin.apps.identity.models import User

# Languages that write the names of languages with a capital letter, also inside a sentence.
CAPITALISING = frozenset({"en", "de"})


def language_name(code: str, *, in_sentence: bool = False) -> str:
    """What the active language calls `code`: “Tyska”, and “tyska” inside a sentence.

    An unknown code is its own name.
    """
    try:
        name = str(get_language_info(code)["name_translated"])
    except KeyError:
        return code
    if not in_sentence or (get_language() or "en").split("-")[0] in CAPITALISING:
        return name
    return name[:1].lower() + name[1:]


def content_languages() -> list[tuple[str, str]]:
    """Languages that content can be written in, as (code, its own name)."""
    names = dict(settings.LANGUAGES)
    return [(code, names[code]) for code in settings.CONTENT_LANGUAGES]


def target_languages(subject: Translated) -> list[str]:
    """Languages that `subject` can be translated into."""
    return [code for code, _ in content_languages() if code != subject.source_language]


def texts_in(subject: Translated, language: str) -> dict[str, str]:
    """Every translated field in exactly `language`; empty where there is no text."""
    rows = {row.field: row.text for row in subject.texts.all() if row.language == language}
    return {field: rows.get(field, "") for field in subject.translated_fields}


def texts_and_sources(subject: Translated, language: str) -> dict[str, str]:
    """What a translator looks at: a stamp of it notices a changed original as well."""
    sources = texts_in(subject, subject.source_language)
    return {
        field: f"{sources[field]}\x1f{text}" for field, text in texts_in(subject, language).items()
    }


def write_texts(subject: Translated, language: str, texts: Mapping[str, str]) -> list[str]:
    """Write those `texts` that differ and say which; the others keep their state."""
    before = texts_in(subject, language)
    changed = [field for field, text in texts.items() if text.strip() != before[field]]
    for field in changed:
        subject.set_text(field, language, texts[field].strip())
    return changed


def approve_text(subject: Translated, field: str, language: str, by: User | None) -> bool:
    """Mark one translation as approved by a named person; False when there is none to approve."""
    source = texts_in(subject, subject.source_language).get(field, "")
    rows = subject.texts.filter(field=field, language=language)
    found = rows.exclude(language=subject.source_language).update(
        state=TextState.APPROVED, approved_by=by, source_hash=source_hash(source)
    )
    getattr(subject, "_prefetched_objects_cache", {}).pop("texts", None)
    return bool(found)
