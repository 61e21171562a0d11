"""Statistics about people's situation: sources, series, observations, and how they came in."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.dispatch import receiver
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from regin.apps.accounts.models import Organisation, Owned
from regin.apps.common.addresses import Addressed
from regin.apps.common.models import Translated, TranslatedText
from regin.apps.common.models.text import Shown, one_text_per_language
from regin.apps.regions.models import Place, PlaceCode

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Source(models.Model):
    """Where figures are from, and the words their licence asks to print."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    url = models.URLField(blank=True)

    def __str__(self) -> str:
        return self.name


class Series(Addressed, Translated, Owned):
    """One statistic over regions and periods, with its texts in languages.

    `unit_code`, `frequency`: what a file must state where it states a unit or a frequency.
    `lowest`, `highest`: a file with a value beyond them is refused; None sets no bound.
    `defaults`: the breakdown that pages show first, dimension → code. `selection`: the code that
    a figure has in each other dimension of the office's table, by the dimension's name in lower
    case. `label_codes`: dimension → label → code, for files that hold labels in place of codes.
    `data_number` counts the imports that changed a figure; an import that was compared with an
    earlier number is not accepted any more. `coverage`: what the figures reach, kept with them.
    `place_codes`: code of a file → known code, or empty for a code that is left out, as a person
    decided. `table_mapping`: how a plain table is read, TOML of `files.datasets.mapping`.
    """

    class Concept(models.TextChoices):
        """What a series measures, for pages that look for it: the figures of a region's panel."""

        POPULATION = "population", _("Population")
        UNEMPLOYMENT = "unemployment", _("Unemployment")
        NEET = "neet", _("Young people neither in employment nor in education or training")
        POVERTY = "poverty", _("Risk of poverty or social exclusion")
        URBAN_RURAL = "urban_rural", _("Urban-rural type")
        GDP = "gdp", _("Gross domestic product per head")
        EDUCATION = "education", _("Educational attainment")

    class Measure(models.TextChoices):
        """What arithmetic makes sense: shares have gaps in points, counts can be added up."""

        SHARE = "share", _("a share or rate, in percent")
        COUNT = "count", _("a number of people or things")
        MEAN = "mean", _("an average or an amount per head")
        TYPE = "type", _("a type or class, written as a number")

    class Refresh(models.TextChoices):
        NEVER = "never", _("never")
        WEEKLY = "weekly", _("every week")
        MONTHLY = "monthly", _("every month")

    kind = "outcomes"
    revision_schema = 2
    translated_fields = ("title", "definition", "unit", "quality", "updates")
    translated_labels = {
        "title": _("title"),
        "definition": _("definition"),
        "unit": _("unit"),
        "quality": _("quality and limits"),
        "updates": _("how it is updated"),
    }
    # Columns that the form edits. What decides which cells of a file are figures of the series
    # (`selection`, `unit_code`, `frequency`) is not among them: stored figures were chosen by it.
    plain_fields: ClassVar[tuple[str, ...]] = (
        "measure",
        "concept",
        "decimals",
        "lowest",
        "highest",
        "url",
        "dataset",
        "licence",
        "attribution",
        "refresh_every",
        "is_sample",
    )
    # What a history calls the parts of a revision that have no other words.
    revision_labels: ClassVar[Mapping[str, StrOrPromise]] = {
        "code": _("short name"),
        "source_name": _("statistical office"),
        "concept": _("what it is about"),
        "url": _("page about the table"),
        "licence": _("licence"),
        "attribution": _("how the source is named"),
        "unit_code": _("code of the unit"),
        "frequency": _("frequency"),
        "decimals": _("decimals shown"),
        "first_group": _("group shown first"),
        "is_sample": _("sample"),
    }

    code = models.CharField(max_length=60)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="series")
    dataset = models.CharField(_("dataset"), max_length=60)
    url = models.URLField(blank=True)
    licence = models.CharField(max_length=80)
    attribution = models.CharField(max_length=300)
    unit_code = models.CharField(max_length=24, blank=True)
    frequency = models.CharField(max_length=1, default="A")
    decimals = models.PositiveSmallIntegerField(default=1)
    lowest = models.FloatField(_("lowest possible value"), null=True, blank=True)
    highest = models.FloatField(_("highest possible value"), null=True, blank=True)
    defaults = models.JSONField(default=dict)
    selection = models.JSONField(_("selection"), default=dict, blank=True)
    label_codes = models.JSONField(default=dict, blank=True)
    place_codes = models.JSONField(default=dict, blank=True)
    table_mapping = models.TextField(blank=True)
    concept = models.CharField(
        _("what it measures"), max_length=16, choices=Concept.choices, blank=True
    )
    measure = models.CharField(
        _("kind of figure"), max_length=8, choices=Measure.choices, default=Measure.SHARE
    )
    refresh_every = models.CharField(
        _("look for a newer file"), max_length=8, choices=Refresh.choices, default=Refresh.NEVER
    )
    fetched_at = models.DateTimeField(_("last looked for"), null=True, blank=True)
    # The file is old or cut: pages say “sample, load a newer file”.
    is_sample = models.BooleanField(default=False)
    data_number = models.PositiveIntegerField(default=0, editable=False)
    coverage = models.JSONField(default=dict, editable=False)

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = _("series")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "code"], name="outcomes_series_code")
        ]

    def __str__(self) -> str:
        return self.code

    def address_name(self) -> str:
        return self.code

    @property
    def title(self) -> Shown | None:
        """What it is called, in the active language."""
        return self.text("title")

    @property
    def first_group(self) -> str:
        """The codes of `defaults` as `Breakdown.key` writes them; dots alone for none."""
        return ".".join(self.defaults.get(name, "") for name in Breakdown.DIMENSIONS)

    @property
    def years(self) -> tuple[str, str] | None:
        """First and last period that has a figure; None while there is none."""
        first, last = self.coverage.get("first"), self.coverage.get("last")
        return (first, last) if first and last else None

    def editable_values(self) -> dict[str, Any]:
        """What the form shows: columns, and the texts in the language they were written in."""
        rows = self.texts.all()
        source = {row.field: row.text for row in rows if row.language == self.source_language}
        texts = {name: source.get(name, "") for name in self.translated_fields}
        columns = {name: getattr(self, name) for name in self.plain_fields}
        return texts | columns | {"source": self.source.name, "first_group": self.first_group}

    def revision_label(self, path: str) -> StrOrPromise | None:
        """What people call `path` of the body; None for what its field names."""
        if path.startswith("selection."):
            words = {"dimension": path.removeprefix("selection.")}
            return gettext("Code taken in “%(dimension)s”") % words
        return self.revision_labels.get(path)

    def revision_body(self) -> dict[str, object]:
        """What a revision keeps of the description; observations have their imports.

        `state` and `visibility` say whether this very revision was published to everybody.
        """
        return {
            "kind": self.kind,
            "id": self.public_id,
            "organisation": self.organisation.public_id,
            "state": self.state,
            "visibility": self.visibility,
            "code": self.code,
            "source": self.source.code,
            "source_name": self.source.name,
            "dataset": self.dataset,
            "url": self.url,
            "licence": self.licence,
            "attribution": self.attribution,
            "unit_code": self.unit_code,
            "frequency": self.frequency,
            "selection": self.selection,
            "concept": self.concept,
            "measure": self.measure,
            "decimals": self.decimals,
            "lowest": self.lowest,
            "highest": self.highest,
            "first_group": " ".join(
                f"{name}={self.defaults[name]}"
                for name in Breakdown.DIMENSIONS
                if self.defaults.get(name)
            ),
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

    DIMENSIONS = ("sex", "age", "citizenship", "birth")

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="breakdowns")
    sex = models.CharField(max_length=24, blank=True)
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
        return " ".join(f"{name}={value}" for name, value in self.parts.items() if value)

    @property
    def parts(self) -> dict[str, str]:
        """Dimension → code, all four."""
        return {name: getattr(self, name) for name in self.DIMENSIONS}

    @property
    def key(self) -> str:
        """Its codes as an address carries them: `T.Y_GE15..`."""
        return ".".join(self.parts.values())

    def matches(self, wanted: dict[str, Any]) -> int:
        """How many of the `wanted` codes this breakdown has."""
        return sum(self.parts.get(name) == code for name, code in wanted.items())


class Import(models.Model):
    """One file on its way in: read and compared, then accepted in one transaction, or discarded.

    `number` counts within the series. `compared_with` is the series' `data_number` of then.
    """

    class State(models.TextChoices):
        STAGED = "staged", _("waiting for your decision")
        ACCEPTED = "accepted", _("accepted")
        DISCARDED = "discarded", _("discarded")
        UNDONE = "undone", _("undone")

    series = models.ForeignKey(
        Series, verbose_name=_("series"), on_delete=models.CASCADE, related_name="imports"
    )
    number = models.PositiveIntegerField()
    file_name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.STAGED)
    format = models.CharField(_("format"), max_length=20, default="eurostat-tsv")
    # When the office says that it updated the table, as published.
    published = models.CharField(_("published"), max_length=40, blank=True)
    version = models.CharField(max_length=8)
    compared_with = models.PositiveIntegerField()
    # New codes of a split or merge → how their figures are computed, as a person agreed.
    conversions = models.JSONField(default=dict, blank=True)
    # Counts of the preview, see `comparing.summary_of`.
    summary = models.JSONField(default=dict)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("read on"), auto_now_add=True)
    decided_at = models.DateTimeField(_("decided on"), null=True, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["series", "number"], name="outcomes_import_number")
        ]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.state})"

    @property
    def is_staged(self) -> bool:
        return self.state == self.State.STAGED


def upload_key() -> str:
    """Nobody guesses it: 96 bits."""
    return secrets.token_urlsafe(12)


class Upload(models.Model):
    """A file that waits while a person says what it is: which series, which columns, which codes.

    `series`: the one it is meant for, when that is known. `mapping`: how a plain table is read,
    TOML of `files.datasets.mapping`; empty for a file that tells its format. `codes`: dimension in
    lower case (`geo` for places) → code or label of the file → known code, "" to leave it out.
    """

    key = models.CharField(max_length=24, unique=True, default=upload_key)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    file_name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(max_length=64)
    series = models.ForeignKey(
        Series, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    mapping = models.TextField(blank=True)
    codes = models.JSONField(default=dict, blank=True)
    # Where the storage keeps the content.
    stored = models.CharField(max_length=100)
    created_at = models.DateTimeField(_("read on"), auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.file_name


@receiver(models.signals.post_delete, sender=Upload)
def drop_content(instance: Upload, **_more: Any) -> None:
    """The content goes with its row, however that goes: dropped, described, its person erased."""
    transaction.on_commit(lambda: default_storage.delete(instance.stored))


class Figure(models.Model):
    """What an observation and a former figure have in common. A missing value is NULL, never 0.

    References carry no index of their own: the unique constraints serve every look-up.
    """

    breakdown = models.ForeignKey(
        Breakdown, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    place_code = models.ForeignKey(
        PlaceCode, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    period = models.CharField(max_length=8)
    value = models.FloatField(null=True, blank=True)
    flags = models.CharField(max_length=6, blank=True)
    row = models.PositiveIntegerField()

    class Meta:
        abstract = True


class StagedPart(models.Model):
    """Some thousand figures of a staged import in columns, gone when the import is decided.

    `change` is what they would do. A *gone* figure is not in the file: it is the stored one.
    `content`: `columns.Figures`, packed. `place_codes`: the keys in it. `lowest`, `highest`: None
    without any value.
    """

    class Change(models.TextChoices):
        NEW = "new", _("new")
        CHANGED = "changed", _("changed")
        SAME = "same", _("the same")
        GONE = "gone", _("no longer in the file")

    staged_in = models.ForeignKey(
        Import, on_delete=models.CASCADE, related_name="parts", db_index=False
    )
    change = models.CharField(max_length=7, choices=Change.choices)
    number = models.PositiveIntegerField()
    figures = models.PositiveIntegerField()
    place_codes = models.JSONField(default=list)
    lowest = models.FloatField(null=True, blank=True)
    highest = models.FloatField(null=True, blank=True)
    content = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["staged_in", "change", "number"], name="outcomes_stagedpart_one"
            )
        ]

    def __str__(self) -> str:
        return f"{self.change} {self.number}"


@dataclass(frozen=True, slots=True)
class StagedFigure:
    """One figure out of a `StagedPart`. `stored`: what would change or is gone, None if nothing."""

    Change = StagedPart.Change

    breakdown: Breakdown
    place_code: PlaceCode
    period: str
    value: float | None
    flags: str
    row: int
    change: str
    stored: Observation | None

    @property
    def before_value(self) -> float | None:
        """The stored value; None where it is missing or nothing is stored."""
        return self.stored.value if self.stored else None

    @property
    def before_flags(self) -> str | None:
        """The stored flags; None where nothing is stored."""
        return self.stored.flags if self.stored else None


class Observation(Figure):
    """A published figure: code and version as published (`place_code`) plus its place.

    `series` and `place` repeat what breakdown and place code say, so the database does not check
    them once more: a fifth of the time of an import.
    """

    series = models.ForeignKey(
        Series,
        on_delete=models.CASCADE,
        related_name="observations",
        db_index=False,
        db_constraint=False,
    )
    place = models.ForeignKey(
        Place,
        on_delete=models.PROTECT,
        related_name="observations",
        db_index=False,
        db_constraint=False,
    )
    imported_in = models.ForeignKey(
        Import, on_delete=models.RESTRICT, related_name="observations", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["series", "breakdown", "place_code", "period"],
                name="outcomes_observation_one",
            )
        ]
        # A region's page asks for one group of people of each series.
        indexes = [models.Index(fields=["place", "breakdown"])]

    def __str__(self) -> str:
        return f"{self.period}: {self.value} {self.flags}"


class FormerFigure(Figure):
    """What a figure was before an import changed or removed it: nothing published is forgotten.

    `imported_in` had brought it, `replaced_in` took its place.
    """

    series = models.ForeignKey(
        Series, on_delete=models.CASCADE, related_name="former_figures", db_index=False
    )
    imported_in = models.ForeignKey(
        Import, on_delete=models.RESTRICT, related_name="+", db_index=False
    )
    replaced_in = models.ForeignKey(
        Import, on_delete=models.RESTRICT, related_name="former_figures", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["replaced_in", "breakdown", "place_code", "period"],
                name="outcomes_former_one",
            )
        ]
        indexes = [models.Index(fields=["series", "place_code", "period"])]

    def __str__(self) -> str:
        return f"{self.period}: {self.value} {self.flags}"
