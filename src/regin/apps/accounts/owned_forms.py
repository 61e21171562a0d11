"""The two decisions about anything owned: publish it, withdraw it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from regin.apps.accounts.models import Visibility


class PublishForm(forms.Form):
    """Who will see it, and why this revision is kept."""

    visibility = forms.ChoiceField(
        label=_("Visible to"), choices=Visibility.choices, initial=Visibility.PUBLIC
    )
    reason = forms.CharField(
        label=_("What this revision is"),
        max_length=300,
        help_text=_("One sentence that stays in the history, for example: first description."),
    )


class WithdrawForm(forms.Form):
    """Why it is taken from the pages."""

    reason = forms.CharField(
        label=_("Why you withdraw it"),
        max_length=300,
        help_text=_(
            "One sentence for every reader. It stands above the revisions that everyone could see;"
            " they stay at their addresses."
        ),
    )
