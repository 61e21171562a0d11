"""Forms about people and organisations. They check what was typed; rules are in operations."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from regin.apps.accounts.models import JoinRequest, Organisation, Role
from regin.apps.identity.models import User


def offered_languages() -> list[tuple[str, str]]:
    """Languages a person can choose: those the content is kept in."""
    names = dict(settings.LANGUAGES)
    return [(code, str(names[code])) for code in settings.CONTENT_LANGUAGES]


class SignupExtra(forms.Form):
    """What we ask beside address and password: a name, nothing more."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        help_text=_("As colleagues know you. You can change or remove it later."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def signup(self, request: HttpRequest, user: User) -> None:
        """Keep the name and the language the person is reading."""
        user.name = self.cleaned_data["name"]
        user.language = get_language() or "en"
        user.save(update_fields=["name", "language"])


class PersonForm(forms.Form):
    """Name and language of one's account."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        required=False,
        help_text=_("Leave it empty and colleagues see your e-mail address instead."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=offered_languages,
        help_text=_("Pages after sign-in and mails to you are in this language."),
    )


class DeleteForm(forms.Form):
    """The one question before an account is erased."""

    password = forms.CharField(
        label=_("Your password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class OrganisationForm(forms.ModelForm[Organisation]):
    """What everybody sees of an organisation."""

    # "https" is what Django 6 assumes; said here so that both behave alike.
    website = forms.URLField(label=_("Website"), required=False, assume_scheme="https")

    class Meta:
        model = Organisation
        fields = ["name", "category", "website", "is_fictional"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [pair for pair in Organisation.Kind.choices if pair[0] != self._starter()]
        cast("forms.ChoiceField", self.fields["category"]).choices = choices

    def _starter(self) -> str:
        """The kind nobody chooses, unless this is that organisation."""
        starter = Organisation.Kind.STARTER
        return "" if self.instance.category == starter else starter.value


class FirstOrganisationForm(OrganisationForm):
    """An organisation that is made, with the person who takes it on."""

    administrator_email = forms.EmailField(
        label=_("E-mail address of its first administrator"),
        help_text=_("They get an invitation and bring in their colleagues themselves."),
    )


class InvitationForm(forms.Form):
    """Whom to invite, as what."""

    email = forms.EmailField(label=_("E-mail address"))
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.MEMBER)


class RolesForm(forms.Form):
    """What a person does in an organisation."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=Role.choices,
        required=False,
        help_text=_("Without any role the person no longer belongs to the organisation."),
        widget=forms.CheckboxSelectMultiple,
    )


class JoinForm(forms.ModelForm[JoinRequest]):
    """A word to the administrators."""

    class Meta:
        model = JoinRequest
        fields = ["message"]
        help_texts = {
            "message": _("For the administrators: who you are and what you work on."),
        }
        widgets = {"message": forms.Textarea(attrs={"rows": 4})}
