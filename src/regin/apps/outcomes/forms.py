"""Forms about imports. What a file may hold is decided where it is read."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regin.apps.accounts.actor import Actor
from regin.apps.accounts.models import Organisation, Role
from regin.apps.common.form_fields import WebAddress
from regin.apps.outcomes.models import Series
from regin.apps.outcomes.office_labels import in_codes
from regin.apps.outcomes.operations import Description
from regin.apps.outcomes.resolving import versions
from regin.apps.outcomes.selecting import dimensions_to_choose, frequency_of
from regin.files.datasets.dataset import Dataset, Dimension
from regin.files.limits import MIB, Limits

# A page answers while somebody waits; the command on the server takes larger files.
UPLOAD = Limits(file_bytes=32 * MIB, unpacked_bytes=128 * MIB, cells=2_000_000)


class ImportForm(forms.Form):
    """A file, and the version of the classification if the person knows better."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        max_length=200,
        allow_empty_file=True,
        help_text=gettext_lazy(
            "As downloaded, packed with gzip or not: Eurostat's TSV, SDMX (CSV, XML or JSON),"
            " JSON-stat, the CSV of the OECD. A spreadsheet (XLSX) or plain CSV too: you say once"
            " which column is what."
        ),
    )
    version = forms.ChoiceField(
        label=gettext_lazy("Version of NUTS"),
        required=False,
        help_text=gettext_lazy("You can change it in the preview."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = ("", _("The one that knows most codes of the file"))
        self.fields["version"].choices = [first, *_version_choices()]  # type: ignore[attr-defined]  # it is a ChoiceField

    def clean_file(self) -> UploadedFile[Any]:
        """Refuse a file that is larger than a page takes."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > UPLOAD.file_bytes:
            raise forms.ValidationError(
                _("The file has more than %(limit)s MiB. Ask an administrator to import it.")
                % {"limit": UPLOAD.file_bytes // MIB}
            )
        return file


DESCRIBED = (
    "code",
    "source",
    "source_url",
    "dataset",
    "licence",
    "attribution",
    "measure",
    "concept",
    "decimals",
    "lowest",
    "highest",
)


class UploadForm(forms.Form):
    """A file that begins a series, and who will own it."""

    organisation = forms.ModelChoiceField(
        label=gettext_lazy("Organisation"), queryset=Organisation.objects.none(), empty_label=None
    )
    file = ImportForm.base_fields["file"]

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = actor.organisations_where(Role.EDITOR, Role.ADMINISTRATOR)
        self.fields["organisation"].queryset = Organisation.objects.filter(pk__in=own)  # type: ignore[attr-defined]  # it is a ModelChoiceField

    clean_file = ImportForm.clean_file


class SeriesForm(forms.Form):
    """What a person says of the series that a file begins; filled in as far as the file says it.

    A field is there for each dimension of which a figure has one code only: `of_<name>`.
    """

    title = forms.CharField(label=gettext_lazy("What it measures"), max_length=200)
    definition = forms.CharField(
        label=gettext_lazy("Definition"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Who is counted, and how. Leave it empty if you do not know."),
    )
    unit = forms.CharField(
        label=gettext_lazy("Unit in words"),
        max_length=120,
        help_text=gettext_lazy("For example: percent of the labour force."),
    )
    measure = forms.ChoiceField(
        label=gettext_lazy("Kind of figure"),
        choices=Series.Measure.choices,
        initial=Series.Measure.SHARE,
        help_text=gettext_lazy("It decides which arithmetic pages offer: gaps in points, sums."),
    )
    concept = forms.ChoiceField(
        label=gettext_lazy("One of the figures of a region's page"),
        choices=[("", gettext_lazy("none of them")), *Series.Concept.choices],
        required=False,
    )
    decimals = forms.IntegerField(
        label=gettext_lazy("Decimals shown"), min_value=0, max_value=6, initial=1
    )
    lowest = forms.FloatField(
        label=gettext_lazy("Lowest possible value"),
        required=False,
        help_text=gettext_lazy("A file with a lower one is refused. For a share, 0."),
    )
    highest = forms.FloatField(label=gettext_lazy("Highest possible value"), required=False)
    code = forms.SlugField(
        label=gettext_lazy("Short name"),
        max_length=60,
        help_text=gettext_lazy("For addresses and commands: small letters, digits and hyphens."),
    )
    source = forms.CharField(label=gettext_lazy("Statistical office"), max_length=200)
    source_url = WebAddress(label=gettext_lazy("Its page about the table"), required=False)
    dataset = forms.CharField(
        label=gettext_lazy("Its code of the table"),
        max_length=60,
        help_text=gettext_lazy("Where the office has none, the name of the file."),
    )
    licence = forms.CharField(label=gettext_lazy("Licence"), max_length=80)
    attribution = forms.CharField(
        label=gettext_lazy("How to name the source"),
        max_length=300,
        help_text=gettext_lazy("These words stand under every figure."),
    )

    def __init__(self, dataset: Dataset, organisation: Organisation, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.organisation = organisation
        dataset = in_codes(dataset, {})
        self.dimensions = dimensions_to_choose(dataset)
        self.frequency = frequency_of(dataset)
        for dimension in self.dimensions:
            self.fields[f"of_{dimension.name.lower()}"] = forms.ChoiceField(
                label=_("Which %(dimension)s") % {"dimension": dimension.text or dimension.name},
                choices=_asked(code_choices(dimension)),
            )
        head = dataset.head
        said = {
            "title": head.title[:200],
            "dataset": head.code[:60],
            "code": slugify(head.code)[:60],
            "source": head.source[:200],
        }
        self.initial = {**said, **self.initial}

    def clean_code(self) -> str:
        """Refuse a short name that the organisation has given already."""
        code = str(self.cleaned_data["code"]).lower()
        if Series._base_manager.filter(organisation=self.organisation, code=code).exists():
            raise forms.ValidationError(_("Your organisation has a series of that name already."))
        return code

    def description(self, language: str) -> Description:
        """What was said, once the form is valid."""
        said = self.cleaned_data
        chosen = {one.name.lower(): said[f"of_{one.name.lower()}"] for one in self.dimensions}
        roles = {one.name.lower(): one.role for one in self.dimensions}
        units = [code for name, code in chosen.items() if roles[name] == "unit"]
        frequencies = [code for name, code in chosen.items() if roles[name] == "frequency"]
        plain = {name: code for name, code in chosen.items() if roles[name] in ("", "attribute")}
        return Description(
            language=language,
            texts={name: said[name] for name in ("title", "definition", "unit")},
            unit_code=next(iter(units), "")[:24],
            frequency=next(iter(frequencies), self.frequency),
            selection=plain,
            **{name: said[name] for name in DESCRIBED},
        )


def _asked(choices: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """A choice among several begins empty, so that nobody takes the first one unseen."""
    return choices if len(choices) == 1 else [("", _("choose")), *choices]


def code_choices(dimension: Dimension) -> list[tuple[str, str]]:
    """Codes of a dimension with what the file says they mean."""
    labels = dimension.labels or ("",) * len(dimension.codes)
    return [
        (code, f"{code}: {label}" if label and label != code else code)
        for code, label in zip(dimension.codes, labels, strict=True)
    ]


class VersionForm(forms.Form):
    """Another version for a file that is staged."""

    version = forms.ChoiceField(label=gettext_lazy("Version of NUTS"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].choices = _version_choices()  # type: ignore[attr-defined]  # it is a ChoiceField


class AcceptForm(forms.Form):
    """Whether figures that the file no longer holds go."""

    remove_gone = forms.BooleanField(
        label=gettext_lazy("Remove the figures that the file no longer holds"),
        required=False,
        help_text=gettext_lazy("Left alone they stay, with the file they came from."),
    )


def _version_choices() -> list[tuple[str, str]]:
    return [(version, f"NUTS {version}") for version in versions()]
