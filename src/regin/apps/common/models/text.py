"""Text in languages: one side table per translated model, one base class for all of them.

A model inherits `Translated` and names its `translated_fields`; its side table inherits
`TranslatedText` and adds a real foreign key `parent` with `related_name="texts"` and the
constraint `one_text_per_language(...)`. docs/howto/add-a-model.md shows both.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class TextState(models.TextChoices):
    """How far a text can be trusted. `outdated`: the source changed since it was translated."""

    ORIGINAL = "original", _("original")
    MACHINE = "machine", _("machine translation")
    HUMAN = "human", _("translated by a person")
    APPROVED = "approved", _("approved")
    OUTDATED = "outdated", _("older than the original")


def source_hash(text: str) -> str:
    """What a translation remembers of the text it was made from."""
    return hashlib.sha256(text.encode()).hexdigest()


def one_text_per_language(prefix: str) -> models.UniqueConstraint:
    """The constraint of every side table: unique parent, field, language."""
    return models.UniqueConstraint(fields=["parent", "field", "language"], name=f"{prefix}_one")


class TranslatedText(models.Model):
    """One field of one object in one language."""

    field = models.CharField(max_length=40)
    language = models.CharField(max_length=8)
    text = models.TextField()
    state = models.CharField(max_length=10, choices=TextState.choices)
    source_hash = models.CharField(max_length=64, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    changed_at = models.DateTimeField(auto_now=True)

    parent: Any

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.field} [{self.language}, {self.state}]"


@dataclass(frozen=True, slots=True)
class Shown:
    """A text as a page shows it: in which language, how sure, and whether it is a stand-in."""

    text: str
    language: str
    state: TextState
    is_fallback: bool

    def __str__(self) -> str:
        return self.text

    @property
    def direction(self) -> str:
        """`rtl` or `ltr`, of the text's own language."""
        return "rtl" if self.language in settings.LANGUAGES_BIDI else "ltr"

    @property
    def needs_word(self) -> bool:
        """Whether the page must say something about this text beside showing it."""
        return self.is_fallback or self.state in {TextState.MACHINE, TextState.OUTDATED}


class Translated(models.Model):
    """An object whose `translated_fields` exist in several languages."""

    source_language = models.CharField(max_length=8, default="en")

    translated_fields: ClassVar[tuple[str, ...]]
    # What people call each field; a field without a label goes by its name.
    translated_labels: ClassVar[Mapping[str, StrOrPromise]] = {}
    texts: Any

    class Meta:
        abstract = True

    def text(self, field: str, language: str | None = None) -> Shown | None:
        """`field` in `language` (default: the active one), else in the source language, else any.

        None when nobody has written it in any language: a page then says so. Reads the prefetched
        `texts`, so that a list of objects costs one query.
        """
        wanted = (language or get_language() or self.source_language).split("-")[0]
        rows = {row.language: row for row in self.texts.all() if row.field == field and row.text}
        if not rows:
            return None
        row = rows.get(wanted) or rows.get(self.source_language) or rows[min(rows)]
        return Shown(row.text, row.language, TextState(row.state), row.language != wanted)

    def label_of(self, field: str) -> str:
        """What people call `field`, in the active language."""
        return str(self.translated_labels.get(field, field))

    def set_text(
        self, field: str, language: str, text: str, state: TextState = TextState.HUMAN
    ) -> None:
        """Write one text. Writing the source makes every translation of another text outdated.

        An empty text removes the row; an empty source removes its translations too, since
        nobody says any more what they say. Raises ValueError for a field that is not translated.
        """
        if field not in self.translated_fields:
            raise ValueError(f"{type(self).__name__} has no translated field {field!r}")
        if not text.strip():
            self._remove_text(field, language)
        elif language == self.source_language:
            self._write(field, language, text, TextState.ORIGINAL, text)
            others = self.texts.filter(field=field).exclude(language=language)
            others.exclude(source_hash=source_hash(text)).update(state=TextState.OUTDATED)
        else:
            self._write(field, language, text, state, self._source(field))
        # Rows that were prefetched before this are no longer what the database says.
        getattr(self, "_prefetched_objects_cache", {}).pop("texts", None)

    def _write(self, field: str, language: str, text: str, state: TextState, source: str) -> None:
        self.texts.update_or_create(
            field=field,
            language=language,
            defaults={
                "text": text,
                "state": state,
                "source_hash": source_hash(source),
                "approved_by": None,
            },
        )

    def _remove_text(self, field: str, language: str) -> None:
        rows = self.texts.filter(field=field)
        if language != self.source_language:
            rows = rows.filter(language=language)
        rows.delete()

    def _source(self, field: str) -> str:
        row = self.texts.filter(field=field, language=self.source_language).first()
        return row.text if row else ""

    def texts_body(self) -> dict[str, dict[str, dict[str, str]]]:
        """All texts as a revision keeps them: field → language → text, state."""
        body: dict[str, dict[str, dict[str, str]]] = {name: {} for name in self.translated_fields}
        for row in self.texts.all():
            body.setdefault(row.field, {})[row.language] = {"text": row.text, "state": row.state}
        return body
