"""The one row that says which installation this database is."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Installation(models.Model):
    """Exactly one row (key 1). A database marked demo holds fiction, never becomes production."""

    class Mode(models.TextChoices):
        PRODUCTION = "production", _("production")
        DEMO = "demo", _("demonstration")

    reference = models.UUIDField(default=uuid.uuid4, editable=False)
    mode = models.CharField(max_length=12, choices=Mode.choices, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="common_installation_one_row")
        ]

    def __str__(self) -> str:
        return f"{self.mode} {self.reference}"

    @classmethod
    def current(cls) -> Installation | None:
        """The row, or None in a database that `regin init` has not prepared."""
        return cls.objects.filter(pk=1).first()

    @property
    def is_demo(self) -> bool:
        return self.mode == self.Mode.DEMO
