"""The form of a series that is there. What may be changed, and when, is decided by operations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from regin.apps.common.locking import stamp
from regin.apps.common.text_editor import LONGEST_TEXT
from regin.apps.outcomes.figures import breakdowns_with_figures, first_breakdown
from regin.apps.outcomes.forms import SeriesForm
from regin.apps.outcomes.labels import group_words
from regin.apps.outcomes.models import Series

SECTIONS = (
    (gettext_lazy("What it says"), ("title", "definition", "unit", "quality", "updates")),
    (
        gettext_lazy("The figures"),
        ("measure", "concept", "decimals", "lowest", "highest", "first_group"),
    ),
    (
        gettext_lazy("Where they are from"),
        ("source", "url", "dataset", "licence", "attribution"),
    ),
    (gettext_lazy("Keeping it up to date"), ("refresh_every", "is_sample")),
)


def _paragraphs(label: Any, help_text: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=help_text,
    )


def _plain(bound: float | None) -> float | int | None:
    """`bound` without a point where it has no decimals."""
    return int(bound) if bound is not None and bound.is_integer() else bound


@dataclass(frozen=True, slots=True)
class Section:
    """A group of fields under one heading."""

    heading: str
    fields: list[forms.BoundField]


class DescriptionForm(forms.Form):
    """Texts in the language of the original, columns, and the group of people shown first.

    `seen` carries what the form showed, so that nobody's change is lost.
    """

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    title = SeriesForm.base_fields["title"]
    definition = _paragraphs(
        gettext_lazy("Definition"),
        gettext_lazy("Who is counted, and how. It is needed for publishing."),
    )
    unit = SeriesForm.base_fields["unit"]
    quality = _paragraphs(
        gettext_lazy("Quality and limits"),
        gettext_lazy("What a reader has to know before comparing: sample sizes, breaks, gaps."),
    )
    updates = _paragraphs(
        gettext_lazy("How it is updated"),
        gettext_lazy("How often the office publishes, and when the next figures are due."),
    )
    measure = forms.ChoiceField(
        label=gettext_lazy("Kind of figure"),
        choices=Series.Measure.choices,
        help_text=gettext_lazy("It decides which comparisons between groups make sense."),
    )
    concept = forms.ChoiceField(
        label=gettext_lazy("What it is about"),
        required=False,
        help_text=gettext_lazy("So that the pages of regions find it for their key figures."),
    )
    decimals = SeriesForm.base_fields["decimals"]
    lowest = SeriesForm.base_fields["lowest"]
    highest = SeriesForm.base_fields["highest"]
    first_group = forms.ChoiceField(label=gettext_lazy("Group shown first"), required=False)
    source = SeriesForm.base_fields["source"]
    url = SeriesForm.base_fields["source_url"]
    dataset = SeriesForm.base_fields["dataset"]
    licence = SeriesForm.base_fields["licence"]
    attribution = SeriesForm.base_fields["attribution"]
    refresh_every = forms.ChoiceField(
        label=gettext_lazy("Look for a newer file"), choices=Series.Refresh.choices
    )
    is_sample = forms.BooleanField(
        label=gettext_lazy("A sample: the file is old or cut"),
        required=False,
        help_text=gettext_lazy("Pages say so, and ask for a newer file."),
    )

    def __init__(self, series: Series, data: Any = None) -> None:
        values = series.editable_values()
        self._stored_group: str = values["first_group"]
        groups = breakdowns_with_figures(series)
        first = first_breakdown(series, groups)
        # The stored codes may name a group only in part: the form shows the one they lead to.
        self._shown_group = first.key if first else ""
        shown = {**values, "first_group": self._shown_group, "seen": stamp(values)}
        for name in ("lowest", "highest"):
            shown[name] = _plain(values[name])
        super().__init__(data, initial=shown)
        self._choices("concept", [("", _("something else")), *Series.Concept.choices])
        named = [(one.key, group_words(one)) for one in groups]
        self._choices("first_group", named or [("", _("There are no figures yet."))])
        info = get_language_info(series.source_language)
        for name in Series.translated_fields:
            direction = "rtl" if info["bidi"] else "ltr"
            self.fields[name].widget.attrs |= {"lang": info["code"], "dir": direction}
        if series.is_published:
            self.fields["definition"].required = True
            self.fields["reason"] = forms.CharField(
                label=_("Why you change it"),
                max_length=300,
                help_text=_("It is published, so this sentence stays in the history."),
            )

    def _choices(self, name: str, choices: list[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]  # it is a ChoiceField

    def clean_first_group(self) -> str:
        """Leave the stored codes alone unless another group was chosen."""
        chosen = str(self.cleaned_data["first_group"])
        return self._stored_group if chosen in {"", self._shown_group} else chosen

    def sections(self) -> list[Section]:
        """The fields under their headings; the reason of a change comes last."""
        found = [
            Section(str(heading), [self[name] for name in names]) for heading, names in SECTIONS
        ]
        if "reason" in self.fields:
            found.append(Section(_("This change"), [self["reason"]]))
        return found
