"""What the page of a conflict compares: what is saved now beside what was typed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from regin.apps.common.locking import Conflict, stamp

ComparedRow = tuple[str, str, str]


def compared(
    form: forms.BaseForm, now: Mapping[str, object], conflict: Conflict
) -> list[ComparedRow]:
    """(label, saved now, typed) of the fields in conflict; `form` was posted and is valid.

    The form then carries the stamp of `now`: saving it again is a decision about what it compares.
    """
    rows = [
        (
            str(form.fields[name].label),
            in_words(form.fields[name], now[name]),
            in_words(form.fields[name], form.cleaned_data[name]),
        )
        for name in conflict.fields
    ]
    form.data = {**form.data.dict(), "seen": stamp(now)}  # type: ignore[attr-defined]  # posted: a QueryDict
    return rows


def in_words(field: forms.Field, value: object) -> str:
    """`value` as the form shows it: the label of a choice, yes or no, a date of the language."""
    if isinstance(field, forms.ChoiceField):
        labels: dict[str, object] = dict(field.choices)  # type: ignore[arg-type]  # no form here groups its choices
        return str(labels.get(str(value), value or ""))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return date_format(value, "DATE_FORMAT")
    return "" if value is None else str(value)
