"""Every page of signing in wears our look and speaks our words."""

from __future__ import annotations

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.urls import reverse

from regin.apps.identity.models import User

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough pass phrase"  # not a secret: of a made-up person


@pytest.fixture
def person() -> User:
    user = User.objects.create_user("ann@example.org", PASSWORD, name="Ann Example")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def signed_in(client: Client, person: User) -> Client:
    sign_in(client)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def sign_in(client: Client) -> None:
    client.post(reverse("account_login"), {"login": "ann@example.org", "password": PASSWORD})


def ours(client: Client, address: str) -> str:
    response = client.get(address, follow=True)
    html = response.content.decode()
    assert response.status_code == 200, address
    assert 'class="site-footer"' in html, address
    assert html.count("<h1>") == 1, address
    assert 'src="/static/account/' not in html, address
    return html


@pytest.mark.parametrize(
    "name",
    [
        "account_login",
        "account_signup",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key_done",
        "account_inactive",
        "account_email_verification_sent",
    ],
)
def test_pages_for_visitors_are_ours(client: Client, name: str) -> None:
    ours(client, reverse(name))


@pytest.mark.parametrize(
    "name",
    [
        "account_email",
        "account_change_password",
        "account_logout",
        "account_reauthenticate",
        "mfa_index",
        "mfa_activate_totp",
    ],
)
def test_pages_for_a_person_are_ours(signed_in: Client, name: str) -> None:
    ours(signed_in, reverse(name))


def test_a_person_without_a_password_is_asked_for_one(client: Client) -> None:
    user = User.objects.create_user("bo@example.org")
    client.force_login(user)
    assert "Your account has none yet" in ours(client, reverse("account_set_password"))


def test_second_step_pages_are_ours(signed_in: Client, person: User) -> None:
    TOTP.activate(person, generate_totp_secret())
    RecoveryCodes.activate(person)
    names = ["mfa_index", "mfa_deactivate_totp", "mfa_view_recovery_codes"]
    pages = {name: ours(signed_in, reverse(name)) for name in names}
    assert "codes are left" in pages["mfa_index"]
    assert "btn-danger" in pages["mfa_deactivate_totp"]
    assert pages["mfa_view_recovery_codes"].count("<li><code>") == 10
    assert "stop working at once" in ours(signed_in, reverse("mfa_generate_recovery_codes"))


def test_the_second_step_is_asked_for_in_our_words(client: Client, person: User) -> None:
    TOTP.activate(person, generate_totp_secret())
    sign_in(client)
    assert "Second step" in ours(client, reverse("mfa_authenticate"))


def test_the_key_of_the_code_app_can_be_scanned_and_typed(signed_in: Client) -> None:
    html = ours(signed_in, reverse("mfa_activate_totp"))
    assert 'src="data:image/svg+xml' in html
    assert "<code>" in html


def test_a_confirmation_link_asks_and_an_old_one_explains(client: Client, person: User) -> None:
    address = EmailAddress.objects.create(user=person, email="two@example.org")
    key = EmailConfirmationHMAC(address).key
    html = ours(client, reverse("account_confirm_email", args=[key]))
    assert "Is two@example.org yours?" in html
    assert "no longer works" in ours(client, reverse("account_confirm_email", args=["old"]))


def test_an_old_reset_link_leads_to_a_new_one(client: Client) -> None:
    address = reverse("account_reset_password_from_key", args=["1", "old-key"])
    assert "no longer works" in ours(client, address)


def test_a_good_reset_link_asks_for_a_password(client: Client, person: User) -> None:
    key = default_token_generator.make_token(person)
    address = reverse("account_reset_password_from_key", args=[user_pk_to_url_str(person), key])
    assert "Choose a new password" in ours(client, address)


def test_two_addresses_can_be_told_apart(signed_in: Client, person: User) -> None:
    EmailAddress.objects.create(user=person, email="two@example.org")
    html = ours(signed_in, reverse("account_email"))
    assert html.count('type="radio"') == 2
    assert "not confirmed" in html
    assert "main address" in html


def test_a_refused_sign_in_says_why(client: Client) -> None:
    response = client.post(reverse("account_login"), {"login": "x@example.org", "password": "no"})
    assert "note-error" in response.content.decode()
