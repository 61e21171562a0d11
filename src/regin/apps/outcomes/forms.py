"""Forms about imports. What a file may hold is decided where it is read."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regin.apps.outcomes.resolving import versions
from regin.files.limits import MIB, Limits

# A page answers while somebody waits; the command on the server takes larger files.
UPLOAD = Limits(file_bytes=32 * MIB, unpacked_bytes=128 * MIB, cells=2_000_000)


class ImportForm(forms.Form):
    """A file, and the version of the classification if the person knows better."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        max_length=200,
        allow_empty_file=True,
        help_text=gettext_lazy("Eurostat's TSV, as downloaded; it may be packed with gzip."),
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
