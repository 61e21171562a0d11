"""Forms about profiles. They translate what people type; the rules are in operations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from regin.apps.accounts.models import Organisation
from regin.apps.common.form_fields import WebAddress
from regin.apps.common.locking import stamp
from regin.apps.common.text_editor import LONGEST_TEXT
from regin.apps.common.translating import content_languages
from regin.apps.regions.models import Profile

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ProfileForm(forms.ModelForm[Profile]):
    """Columns of a profile and its texts in the language they were first written in.

    `seen` carries what the form showed, so that nobody's change is lost.
    """

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Profile
        fields = Profile.plain_fields
        field_classes = {"source_url": WebAddress}
        widgets = {"valid_from": DAY, "valid_to": DAY}
        help_texts = {
            "authority_name": _("In its own language, as it calls itself."),
            "source": _("Where a reader can check this: a law, a web page, a document."),
            "valid_from": _("Leave empty what you do not know."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        values = self.instance.editable_values() if self.instance.pk else {}
        self.initial["seen"] = stamp(values)
        info = get_language_info(self.instance.source_language)
        for name in Profile.translated_fields:
            self.initial.setdefault(name, values.get(name, ""))
            self.fields[name] = forms.CharField(
                label=Profile.translated_labels[name],
                required=False,
                max_length=LONGEST_TEXT,
                widget=forms.Textarea(
                    attrs={"rows": 5, "lang": info["code"], "dir": "rtl" if info["bidi"] else "ltr"}
                ),
            )

        if self.instance.is_published:
            self.fields["reason"] = forms.CharField(
                label=_("Why you change it"),
                max_length=300,
                help_text=_("It is published, so this sentence stays in the history."),
            )

    def clean(self) -> dict[str, Any]:
        """The end is not before the beginning."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        start, end = values.get("valid_from"), values.get("valid_to")
        if start and end and end < start:
            self.add_error("valid_to", _("It ends before it begins. Change one of the two dates."))
        return values


class ChooseOwnerForm(forms.Form):
    """For which organisation, and in which language, a profile is written."""

    def __init__(self, *args: Any, keys: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = Organisation.objects.filter(pk__in=keys)
        self.fields["organisation"] = forms.ModelChoiceField(own, label=_("For"))
        self.fields["language"] = forms.ChoiceField(
            choices=content_languages(), label=_("Language in which you write")
        )
