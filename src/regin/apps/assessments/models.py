"""Frameworks, runs of the engine and their scores, and reference points published elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from regin.apps.accounts.actor import Actor
from regin.apps.accounts.models import Owned
from regin.apps.common.addresses import Addressed
from regin.apps.common.models import Translated, TranslatedText
from regin.apps.common.models.text import Shown, one_text_per_language
from regin.apps.regions.models import Place

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Framework(Addressed, Translated, Owned):
    """A questionnaire with its axes and scoring. Its content is the index folder of each run."""

    kind = "frameworks"
    revision_schema = 1
    translated_fields = ("title", "summary")

    # Fields that a history names; a body's other paths are told by `revision_label`.
    revision_labels: ClassVar[Mapping[str, StrOrPromise]] = {
        "code": _("code"),
        "version": _("version"),
        "is_illustrative": _("illustrative"),
    }
    translated_labels: ClassVar[Mapping[str, StrOrPromise]] = {
        "title": _("title"),
        "summary": _("summary"),
    }

    code = models.CharField(max_length=40)
    version = models.CharField(max_length=20)
    # About invented regions: every page, export and chart says so.
    is_illustrative = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("framework")
        verbose_name_plural = _("frameworks")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "code", "version"], name="assessments_framework_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"

    @property
    def title(self) -> Shown | None:
        """What it is called, in the active language."""
        return self.text("title")

    @property
    def summary(self) -> Shown | None:
        """What it is about, in the active language."""
        return self.text("summary")

    @cached_property
    def _part_names(self) -> dict[str, str]:
        parts = self.parts.prefetch_related("texts")
        return {str(part): str(part.text("name") or part) for part in parts}

    def revision_label(self, path: str) -> StrOrPromise | None:
        """What people call `path` of the body: `parts.<part>.order`, `parts.<part>.texts.name`."""
        if not path.startswith("parts."):
            return self.revision_labels.get(path)
        is_order = path.endswith(".order")
        key = path.removeprefix("parts.").removesuffix(".order").removesuffix(".texts.name")
        # A part that is gone since has no name left but its code.
        words = {"part": self._part_names.get(key, key.rstrip(":"))}
        if is_order:
            return gettext("Position of “%(part)s”") % words
        return gettext("Name of “%(part)s”") % words

    def revision_body(self) -> dict[str, object]:
        """What a revision keeps: the description and the content of its parts."""
        parts = {
            str(part): {"order": part.order, "texts": part.texts_body()}
            for part in self.parts.all()
        }
        return {
            "kind": self.kind,
            "id": self.public_id,
            "code": self.code,
            "version": self.version,
            "is_illustrative": self.is_illustrative,
            "source_language": self.source_language,
            "texts": self.texts_body(),
            "parts": parts,
        }


class FrameworkText(TranslatedText):
    """One field of a framework in one language."""

    parent = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="texts")

    class Meta:
        constraints = [one_text_per_language("assessments_frameworktext")]


class Part(Translated):
    """An axis (`code` empty) or one part of it: `area` / `housing`. Axes and parts are data."""

    translated_fields = ("name",)

    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="parts")
    axis = models.CharField(max_length=40)
    code = models.CharField(max_length=40, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["framework", "axis", "code"], name="assessments_part_one"
            )
        ]

    def __str__(self) -> str:
        return f"{self.axis}:{self.code}"


class PartText(TranslatedText):
    """The name of a part in one language."""

    parent = models.ForeignKey(Part, on_delete=models.CASCADE, related_name="texts")

    class Meta:
        constraints = [one_text_per_language("assessments_parttext")]


class RunQuerySet(models.QuerySet["Run"]):
    """Runs have no owner of their own: whoever sees the framework sees its runs."""

    def visible_to(self, actor: Actor) -> RunQuerySet:
        """The runs of the frameworks that `actor` may see, each with its framework."""
        frameworks = Framework.objects.visible_to(actor)
        return self.filter(framework__in=frameworks).select_related("framework")


class Run(Addressed):
    """One reproducible computation: its input folder and output by content, recipe and version.

    `input_sha256` names `files/runs/<sha256>/`, the index folder that `regin score` takes.
    """

    kind = "runs"

    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="runs")
    input_sha256 = models.CharField(max_length=64)
    output_sha256 = models.CharField(max_length=64)
    recipe = models.TextField()
    engine_version = models.CharField(max_length=40)
    warnings = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.framework} {self.input_sha256[:12]}"


class Score(models.Model):
    """A unit's score on one code of a run; `axis:part` for parts. Missing is NULL, never 0."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="scores")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="scores")
    code = models.CharField(max_length=80)
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    value = models.FloatField(null=True, blank=True)
    rank = models.PositiveIntegerField(null=True, blank=True)
    q05 = models.FloatField(null=True, blank=True)
    q95 = models.FloatField(null=True, blank=True)
    n_observed = models.PositiveIntegerField()
    n_expected = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "place", "code"], name="assessments_score_one")
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.value}"


class PublishedScore(models.Model):
    """A score published elsewhere: shown as reported by its source, never computed with."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="published_scores")
    edition = models.CharField(max_length=120)
    value = models.FloatField()
    as_published = models.CharField(max_length=80)
    source_name = models.CharField(max_length=200)
    source_url = models.URLField(max_length=300)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["edition", "source_name"]
        constraints = [
            models.UniqueConstraint(
                fields=["place", "edition", "source_url"], name="assessments_publishedscore_one"
            )
        ]

    def __str__(self) -> str:
        return f"{self.as_published} ({self.source_name})"
