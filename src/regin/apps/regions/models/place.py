"""Places and the codes that classifications give them.

A `Place` is one territory and stays. A recode or rename keeps it; a split, merge or moved boundary
makes another one, tied to the first by `PlaceChange`, and no data is pointed elsewhere.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from regin.apps.common.addresses import Addressed


class Place(Addressed):
    """A territory: a country, a NUTS region, or a free one (a city council can be a region).

    `latitude`, `longitude`: where its symbol stands, the position of `city` (degrees, WGS 84);
    empty for level 3, which uses its parent's.
    """

    class Category(models.TextChoices):
        NUTS = "nuts", _("statistical region (NUTS)")
        STATISTICAL = "statistical", _("statistical region outside the EU")
        FREE = "free", _("free region")
        # Embassies, rigs and the like: statistics have a code for them, no map has.
        EXTRA = "extra", _("territory outside the regions")

    kind = "regions"

    key = models.CharField(max_length=40, unique=True)
    category = models.CharField(max_length=12, choices=Category.choices)
    native_name = models.CharField(_("name"), max_length=200)
    latin_name = models.CharField(_("name in Latin letters"), max_length=200, blank=True)
    city = models.CharField(max_length=120, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    is_fictional = models.BooleanField(_("fictional"), default=False)

    class Meta:
        ordering = ["key"]
        verbose_name = _("region")
        verbose_name_plural = _("regions")

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the active language where one was authored, else the one in Latin letters.

        All languages of the interface but Arabic are written in Latin letters, and readers of
        Arabic do not read Greek or Cyrillic ones either: `other_name` is the native name then.
        """
        language = (get_language() or "en").split("-")[0]
        names = {row.language: row.name for row in self.names.all()}
        return names.get(language) or self.latin_name or self.native_name

    @property
    def other_name(self) -> str:
        """The native or Latin spelling, where it differs from `name`; else empty."""
        spellings = (self.native_name, self.latin_name)
        return next((text for text in spellings if text and text != self.name), "")

    def address_name(self) -> str:
        return self.latin_name or self.native_name

    @property
    def current_code(self) -> PlaceCode | None:
        """The code in the newest version of its scheme."""
        return max(self.codes.all(), key=lambda code: code.version, default=None)


class PlaceName(models.Model):
    """A name that we authored in one language (a country's); others are shown as they call it."""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="names")
    language = models.CharField(max_length=8)
    name = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place", "language"], name="regions_placename_one")
        ]

    def __str__(self) -> str:
        return f"{self.name} [{self.language}]"


class SearchName(models.Model):
    """A folded name or code that finds a place by its beginning; made from names and codes.

    `origin`: `NUTS 2016` of a code; `native`, `latin` or a language of a name.
    """

    class Kind(models.IntegerChoices):
        CODE = 0
        NAME = 1
        # From a later word of a name to its end.
        LATER_WORD = 2

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="search_names")
    text = models.CharField(max_length=200, db_index=True)
    kind = models.PositiveSmallIntegerField(choices=Kind.choices)
    origin = models.CharField(max_length=24)
    # The name or code as people write it.
    shown = models.CharField(max_length=200)
    # Whether the newest version of the scheme still has the place, and at which level.
    is_current = models.BooleanField()
    level = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place", "kind", "text"], name="regions_searchname_one")
        ]

    def __str__(self) -> str:
        return self.text


class PlaceCode(models.Model):
    """A code of one version of one scheme: `ES51` in NUTS 2021. `parent` is of the same version."""

    NUTS: ClassVar[str] = "NUTS"
    FREE: ClassVar[str] = "free"

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="codes")
    scheme = models.CharField(max_length=12)
    # Empty for a scheme without versions, as that of free regions.
    version = models.CharField(max_length=8, blank=True)
    code = models.CharField(max_length=12)
    level = models.PositiveSmallIntegerField()
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    name = models.CharField(max_length=200)

    class Meta:
        ordering = ["scheme", "-version", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "version", "code"], name="regions_placecode_one"
            )
        ]
        indexes = [models.Index(fields=["code"]), models.Index(fields=["level", "version"])]

    def __str__(self) -> str:
        return f"{self.code} ({self.classification})"

    @property
    def classification(self) -> str:
        """`NUTS 2024`; for a free region its scheme alone."""
        return f"{self.scheme} {self.version}".strip()

    @property
    def country_code(self) -> str:
        """The country's code: its two letters begin every NUTS code; empty in other schemes."""
        return self.code[:2] if self.scheme == self.NUTS else ""


class PlaceChange(models.Model):
    """What became of a territory in a later version. `share`: a part of 1, or unknown."""

    class Kind(models.TextChoices):
        RECODE = "recode", _("new code")
        RENAME = "rename", _("new name")
        SPLIT = "split", pgettext_lazy("change of a region", "split")
        MERGE = "merge", pgettext_lazy("change of a region", "merged")
        BOUNDARY = "boundary", _("moved boundary")
        NEW = "new", pgettext_lazy("change of a region", "new")
        DISCONTINUED = "discontinued", pgettext_lazy("change of a region", "discontinued")

    before = models.ForeignKey(
        PlaceCode, null=True, blank=True, on_delete=models.CASCADE, related_name="changes_after"
    )
    after = models.ForeignKey(
        PlaceCode, null=True, blank=True, on_delete=models.CASCADE, related_name="changes_before"
    )
    change = models.CharField(max_length=12, choices=Kind.choices)
    share = models.FloatField(null=True, blank=True)
    source = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["before", "after", "change"], name="regions_placechange_one"
            ),
            models.CheckConstraint(
                condition=models.Q(share__isnull=True) | models.Q(share__gte=0, share__lte=1),
                name="regions_placechange_share",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}: {self.change}"
