"""The audit log: acts and sensitive reads, each entry holding the hash of the one before."""

from __future__ import annotations

import hashlib

from django.db import models
from django.utils.translation import gettext_lazy as _

from regin.apps.common.models.revision import Immutable, canonical


class AuditEntry(Immutable):
    """One act. `actor` is a person's random reference or the name of a command, never a name.

    `details` holds identifiers and counts, no field values.
    """

    number = models.PositiveBigIntegerField(unique=True)
    at = models.DateTimeField(_("time"))
    actor = models.CharField(max_length=40)
    verb = models.CharField(_("act"), max_length=60)
    target = models.CharField(_("about"), max_length=80, blank=True)
    details = models.JSONField(_("details"), default=dict)
    previous = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["number"]
        verbose_name_plural = "audit entries"

    def __str__(self) -> str:
        return f"{self.number} {self.verb} {self.target}"

    def seal(self) -> str:
        """The hash over everything this entry says, and over the entry before it."""
        said = [
            self.number,
            self.at.isoformat(),
            self.actor,
            self.verb,
            self.target,
            self.details,
            self.previous,
        ]
        return hashlib.sha256(canonical(said).encode()).hexdigest()
