"""Statistics about people's situation: sources, series, observations, and how they came in."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from regin.apps.accounts.models import Owned
from regin.apps.common.addresses import Addressed
from regin.apps.common.models import Translated, TranslatedText
from regin.apps.common.models.text import one_text_per_language
from regin.apps.regions.models import Place, PlaceCode


class Source(models.Model):
    """Where figures are from, and the words their licence asks to print."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    url = models.URLField(blank=True)
    licence = models.CharField(max_length=80)
    attribution = models.CharField(max_length=300)

    def __str__(self) -> str:
        return self.name


class Series(Addressed, Translated, Owned):
    """One statistic over regions and periods. Translated: title, definition, unit."""

    kind = "outcomes"
    revision_schema = 1
    translated_fields = ("title", "definition", "unit")

    code = models.CharField(max_length=60)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="series")
    dataset = models.CharField(_("dataset"), max_length=60)
    # The file is old or cut: pages say “sample, load a newer file”.
    is_sample = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = _("series")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "code"], name="outcomes_series_code")
        ]

    def __str__(self) -> str:
        return self.code

    def revision_body(self) -> dict[str, object]:
        """What a revision keeps of the description; observations have their imports."""
        return {
            "kind": self.kind,
            "id": self.public_id,
            "code": self.code,
            "source": self.source.code,
            "dataset": self.dataset,
            "is_sample": self.is_sample,
            "source_language": self.source_language,
            "texts": self.texts_body(),
        }


class SeriesText(TranslatedText):
    """One field of a series in one language."""

    parent = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="texts")

    class Meta:
        constraints = [one_text_per_language("outcomes_seriestext")]


class Breakdown(models.Model):
    """A group of people within a series: `sex=F`, `age=Y20-64`. Empty means the file has no such
    dimension, which is not the same as the total."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="breakdowns")
    sex = models.CharField(max_length=8, blank=True)
    age = models.CharField(max_length=24, blank=True)
    citizenship = models.CharField(max_length=24, blank=True)
    birth = models.CharField(max_length=24, blank=True)

    class Meta:
        ordering = ["age", "sex", "citizenship", "birth"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "sex", "age", "citizenship", "birth"],
                name="outcomes_breakdown_one",
            )
        ]

    def __str__(self) -> str:
        parts = {"sex": self.sex, "age": self.age, "c": self.citizenship, "b": self.birth}
        return " ".join(f"{name}={value}" for name, value in parts.items() if value)


class Import(models.Model):
    """One file on its way in: read and compared, then accepted in one transaction, or discarded."""

    class State(models.TextChoices):
        STAGED = "staged", _("waiting for your decision")
        ACCEPTED = "accepted", _("accepted")
        DISCARDED = "discarded", _("discarded")

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="imports")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State.choices, default=State.STAGED)
    version = models.CharField(max_length=8)
    # Counts and lists of the preview: rows, new, changed, gone, same, aggregates, versions.
    summary = models.JSONField(default=dict)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.state})"


class Figure(models.Model):
    """What a staged row and an observation have in common. A missing value is NULL, never 0."""

    breakdown = models.ForeignKey(Breakdown, on_delete=models.CASCADE, related_name="+")
    place_code = models.ForeignKey(PlaceCode, on_delete=models.PROTECT, related_name="+")
    period = models.CharField(max_length=8)
    value = models.FloatField(null=True, blank=True)
    flags = models.CharField(max_length=6, blank=True)
    row = models.PositiveIntegerField()

    class Meta:
        abstract = True


class StagedFigure(Figure):
    """A figure of a staged import, gone when the import is decided."""

    staged_in = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="figures")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["staged_in", "breakdown", "place_code", "period"],
                name="outcomes_staged_one",
            )
        ]

    def __str__(self) -> str:
        return f"{self.period}: {self.value} {self.flags}"


class Observation(Figure):
    """A published figure: code and version as published (`place_code`) plus its place."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="observations")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="observations")
    imported_in = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="observations")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["series", "breakdown", "place_code", "period"],
                name="outcomes_observation_one",
            )
        ]
        indexes = [models.Index(fields=["place", "series"])]

    def __str__(self) -> str:
        return f"{self.period}: {self.value} {self.flags}"
