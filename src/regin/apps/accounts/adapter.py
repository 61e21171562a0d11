"""Where allauth meets us: its mails go through our outbox, people arrive in their language."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import translate_url
from django.utils.translation import get_language

from regin.apps.accounts import outbox
from regin.apps.identity.models import User

# What allauth calls a mail → our template. A mail that is not here does not leave.
MAILS = {
    "account/email/account_already_exists": "account_exists",
    "account/email/email_changed": "address_changed",
    "account/email/email_confirm": "address_confirmed",
    "account/email/email_confirmation": "confirm_address",
    "account/email/email_confirmation_signup": "confirm_address",
    "account/email/email_deleted": "address_removed",
    "account/email/password_changed": "password_changed",
    "account/email/password_reset": "password_changed",
    "account/email/password_reset_key": "password_reset",
    "account/email/password_set": "password_changed",
    "account/email/unknown_account": "account_unknown",
    "mfa/email/recovery_codes_generated": "codes_made",
    "mfa/email/totp_activated": "app_activated",
    "mfa/email/totp_deactivated": "app_deactivated",
}
LINKS = ("activate_url", "password_reset_url", "signup_url")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Mails go through the outbox, so that they are sent once and never lost."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Store the mail in the language of the person. Links are made from REGIN_BASE_URL."""
        user = _user_with(email)
        language = user.language if user else get_language() or settings.LANGUAGE_CODE
        values = {key: value for key, value in context.items() if key in {"from_email", "to_email"}}
        values |= {key: _link(context[key], language) for key in LINKS if key in context}
        values |= {"removed": context.get("deleted_email", ""), "address": email}
        outbox.post(user or email, MAILS[template_prefix], values, language, address=email)

    def unstash_verified_email(self, request: HttpRequest) -> str | None:
        """The address an invitation proved, for a sign-up with that very address.

        Another person at the same browser must not get it beside the one they typed.
        """
        proved: str | None = super().unstash_verified_email(request)
        typed = request.POST.get("email", "").strip().lower()
        return proved if proved and proved.lower() == typed else None

    def post_login(self, request: HttpRequest, user: User, **details: Any) -> HttpResponse:
        """Lead the person on in their own language, and remember it in the browser."""
        response: HttpResponse = super().post_login(request, user, **details)
        if isinstance(response, HttpResponseRedirect):
            response["Location"] = translate_url(response.url, user.language)
        remember_language(response, user.language)
        return response


def remember_language(response: HttpResponse, language: str) -> None:
    """Keep `language` in the browser for addresses that do not name one."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def _user_with(email: str) -> User | None:
    known = EmailAddress.objects.filter(email__iexact=email).order_by("-verified").first()
    return known.user if known else User.objects.filter(email__iexact=email).first()


def _link(url: str, language: str) -> str:
    """`url` in `language` on this installation, whatever host the request named."""
    parts = urlsplit(url)
    path = parts._replace(scheme="", netloc="").geturl()
    return f"{settings.REGIN_BASE_URL}{translate_url(path, language)}"
