"""Who governs integration in a region, and with which powers.

`Profile` is the model that later parts copy: owned, translated, revisioned
(docs/howto/add-a-model.md).
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from regin.apps.accounts.models import Organisation, Owned
from regin.apps.common.addresses import Addressed
from regin.apps.common.models import Translated, TranslatedText
from regin.apps.common.models.text import one_text_per_language
from regin.apps.regions.models.place import Place


class Authority(models.Model):
    """An organisation governs integration in a place, from and to when that is known."""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="authorities")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="authority_in"
    )
    valid_from = models.DateField(_("from"), null=True, blank=True)
    valid_to = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name_plural = "authorities"
        constraints = [
            models.UniqueConstraint(
                fields=["place", "organisation", "valid_from"], name="regions_authority_one"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation} in {self.place}"


class Profile(Addressed, Translated, Owned):
    """A dated description: the body, what it governs, its powers, its model of working.

    A text that nobody has written is shown as “not known here”, never filled in.
    """

    kind = "profiles"
    revision_schema = 1
    translated_fields = ("governs", "powers", "model", "regin_role")
    translated_labels = {
        "governs": _("What it governs"),
        "powers": _("Powers in integration"),
        "model": _("How it works with others"),
        "regin_role": _("Part in the REGIN project"),
    }
    # Columns that the form edits.
    plain_fields: ClassVar[tuple[str, ...]] = (
        "authority_name",
        "unit_name",
        "parent_body",
        "valid_from",
        "valid_to",
        "is_current",
        "source",
        "source_url",
    )

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="profiles")
    # Names of bodies stay in their own language.
    authority_name = models.CharField(_("responsible body"), max_length=200)
    unit_name = models.CharField(_("unit"), max_length=200, blank=True)
    parent_body = models.CharField(_("belongs to"), max_length=200, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid until"), null=True, blank=True)
    is_current = models.BooleanField(_("the latest we know"), default=True)
    source = models.CharField(_("source"), max_length=300)
    source_url = models.URLField(_("address of the source"), blank=True)

    class Meta:
        verbose_name = _("profile")
        verbose_name_plural = _("profiles")
        ordering = ["-is_current", "-valid_from", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_from__isnull=True)
                | models.Q(valid_to__isnull=True)
                | models.Q(valid_to__gte=models.F("valid_from")),
                name="regions_profile_dates",
            )
        ]

    def __str__(self) -> str:
        return self.authority_name

    def editable_values(self) -> dict[str, Any]:
        """What the form shows: its columns, and the texts in the language they were written in."""
        rows = self.texts.all()
        source = {row.field: row.text for row in rows if row.language == self.source_language}
        columns = {name: getattr(self, name) for name in self.plain_fields}
        return columns | {name: source.get(name, "") for name in self.translated_fields}

    def revision_body(self) -> dict[str, Any]:
        """What a revision keeps. It names no person.

        `state` and `visibility` say whether this very revision was published to everybody.
        """
        return {
            "kind": self.kind,
            "id": self.public_id,
            "place": self.place.public_id,
            "organisation": self.organisation.public_id,
            "state": self.state,
            "visibility": self.visibility,
            "authority_name": self.authority_name,
            "unit_name": self.unit_name,
            "parent_body": self.parent_body,
            "valid_from": self.valid_from.isoformat() if self.valid_from else None,
            "valid_to": self.valid_to.isoformat() if self.valid_to else None,
            "is_current": self.is_current,
            "source": self.source,
            "source_url": self.source_url,
            "source_language": self.source_language,
            "texts": self.texts_body(),
        }


class ProfileText(TranslatedText):
    """One field of a profile in one language."""

    parent = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="texts")

    class Meta:
        constraints = [one_text_per_language("regions_profiletext")]
