"""Revisions: what a publishable object said, for good.

The body is canonical JSON with its schema number; it holds no personal data and is never
rewritten. The author is kept beside it, outside the hash, so that a person can be removed.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _


class ImmutableError(TypeError):
    """Something tried to change or remove a row that is kept for good."""


class ImmutableQuerySet(models.QuerySet[Any]):
    """Rows that are added and read, never changed and never removed."""

    def update(self, **_: Any) -> int:
        raise ImmutableError(f"{self.model.__name__} rows are never changed")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise ImmutableError(f"{self.model.__name__} rows are never removed")

    def bulk_update(self, *_: Any, **__: Any) -> int:
        raise ImmutableError(f"{self.model.__name__} rows are never changed")


class Immutable(models.Model):
    """A row that is written once."""

    objects = ImmutableQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise ImmutableError(f"{type(self).__name__} rows are never changed")
        super().save(*args, **kwargs)

    def delete(self, *_: Any, **__: Any) -> tuple[int, dict[str, int]]:
        raise ImmutableError(f"{type(self).__name__} rows are never removed")


def canonical(body: Any) -> str:
    """One spelling for one content: sorted keys, no spaces, text as it is. NaN is refused."""
    return json.dumps(
        body, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


class Revision(Immutable):
    """Number `number` of one object, as canonical JSON with its sha256."""

    content_type = models.ForeignKey(
        ContentType, on_delete=models.PROTECT, related_name="+", verbose_name=_("kind of object")
    )
    object_id = models.PositiveBigIntegerField(_("key of the object"))
    subject = GenericForeignKey("content_type", "object_id")
    number = models.PositiveIntegerField(_("number of the revision"))
    body = models.TextField()
    sha256 = models.CharField(max_length=64)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    # The author's random reference. It stays when the person goes, and then points at nobody.
    author_reference = models.CharField(max_length=16, blank=True)
    reason = models.CharField(_("reason"), max_length=300)
    created_at = models.DateTimeField(_("kept on"), auto_now_add=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id", "number"], name="common_revision_number"
            )
        ]

    def __str__(self) -> str:
        return f"{self.content_type_id}/{self.object_id} no. {self.number}"

    @property
    def content(self) -> dict[str, Any]:
        """The body as data."""
        loaded: dict[str, Any] = json.loads(self.body)
        return loaded

    @property
    def author_was_removed(self) -> bool:
        """Whether a person wrote this who has since left the platform."""
        return bool(self.author_reference) and self.author_id is None

    def is_intact(self) -> bool:
        """Whether the body still is what was sealed."""
        return hashlib.sha256(self.body.encode()).hexdigest() == self.sha256
