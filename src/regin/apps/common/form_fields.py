"""Form fields that several apps use."""

from __future__ import annotations

from typing import Any

from django import forms


class WebAddress(forms.URLField):
    """An address on the web; typed without a scheme it is https."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"assume_scheme": "https"} | options)

    def clean(self, value: Any) -> Any:
        """Refuse everything a browser would not open as a page."""
        cleaned = super().clean(value)
        if cleaned and not cleaned.startswith(("http://", "https://")):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return cleaned
