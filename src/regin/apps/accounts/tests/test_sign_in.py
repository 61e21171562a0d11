"""Signing in: no tell, no lock a stranger can close, a fresh session, the person's language."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse

from regin.apps.accounts.models import Mail
from regin.apps.accounts.tests.factories import PASSWORD, make_user
from regin.apps.identity.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_limits")]

KNOWN, UNKNOWN = "aaaaa@example.org", "bbbbb@example.org"


def body_of(response: Any, email: str) -> str:
    lines = response.content.decode().replace(email, "EMAIL").splitlines()
    return "\n".join(line for line in lines if "csrfmiddlewaretoken" not in line)


def answers(name: str, fields: dict[str, str], key: str) -> list[tuple[Any, ...]]:
    """What a stranger sees for a known and for an unknown address, to the last page."""
    seen = []
    for email in (KNOWN, UNKNOWN):
        client = Client()
        first = client.post(reverse(name), {**fields, key: email})
        last = client.get(first["Location"]) if first.status_code == 302 else first
        where = first.headers.get("Location", "")
        seen.append((first.status_code, where, body_of(last, email), sorted(client.cookies)))
    return seen


@pytest.mark.parametrize(
    ("name", "fields", "key"),
    [
        ("account_login", {"password": "not the password"}, "login"),
        ("account_reset_password", {}, "email"),
        ("account_signup", {"password1": "a long enough password", "name": "Eve"}, "email"),
    ],
)
def test_a_known_and_an_unknown_address_get_the_same_answer(
    name: str, fields: dict[str, str], key: str
) -> None:
    make_user(email=KNOWN)
    known, unknown = answers(name, fields, key)
    assert known == unknown


@pytest.mark.parametrize("name", ["account_reset_password", "account_signup"])
def test_both_addresses_get_a_mail(name: str) -> None:
    make_user(email=KNOWN)
    fields = {"password1": "a long enough password", "name": "Eve"}
    answers(name, fields, "email")
    assert set(Mail.objects.values_list("recipient", flat=True)) == {KNOWN, UNKNOWN}


def test_a_person_whose_account_is_off_looks_like_a_wrong_password() -> None:
    make_user(email=KNOWN, is_active=False)
    known, unknown = answers("account_login", {"password": "not the password"}, "login")
    assert known == unknown


def sign_in(client: Client, user: User, password: str = PASSWORD, **extra: Any) -> Any:
    fields = {"login": user.email, "password": password}
    return client.post(reverse("account_login"), fields, **extra)


def test_the_session_key_changes_at_sign_in_and_at_sign_out() -> None:
    client, user = Client(), make_user()
    client.get(reverse("account_login"))
    client.session["marker"] = "planted"
    planted = client.session
    planted["marker"] = "planted"
    planted.save()
    client.cookies["sessionid"] = planted.session_key
    sign_in(client, user)
    inside = client.session.session_key
    assert inside != planted.session_key
    client.post(reverse("account_logout"))
    assert client.session.session_key != inside


def test_people_arrive_in_their_language_and_the_browser_remembers_it() -> None:
    client = Client()
    answer = sign_in(client, make_user(language="sv"))
    assert answer["Location"] == "/sv/me/"
    assert client.cookies["django_language"].value == "sv"


def test_the_page_one_came_from_is_reached_in_ones_language() -> None:
    user = make_user(language="sv")
    fields = {"login": user.email, "password": PASSWORD, "next": "/en/organisations/"}
    answer = Client().post(reverse("account_login"), fields)
    assert answer["Location"] == "/sv/organisations/"


def test_nobody_is_led_to_another_site() -> None:
    user = make_user()
    for away in ("https://evil.example/", "//evil.example/", "/\\evil.example"):
        fields = {"login": user.email, "password": PASSWORD, "next": away}
        assert Client().post(reverse("account_login"), fields)["Location"] == "/en/me/"


def test_strangers_who_guess_do_not_lock_the_owner_out() -> None:
    user = make_user()
    for guess in range(60):
        stranger = f"198.51.100.{guess % 4}"
        sign_in(Client(), user, password=f"guess number {guess}", REMOTE_ADDR=stranger)
    answer = sign_in(Client(), user, REMOTE_ADDR="203.0.113.7")
    assert answer.status_code == 302
    assert answer["Location"] == "/en/me/"


def test_one_who_guesses_is_stopped_even_with_the_right_password_at_last() -> None:
    user, guesser = make_user(), {"REMOTE_ADDR": "198.51.100.1"}
    for guess in range(12):
        sign_in(Client(), user, password=f"guess number {guess}", **guesser)
    client = Client()
    answer = sign_in(client, user, **guesser)
    assert answer.status_code == 200
    assert SESSION_KEY not in client.session


SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture
def code_now(monkeypatch: pytest.MonkeyPatch) -> str:
    """The code of `SECRET` while the clock stands still."""
    step = 58_000_000
    monkeypatch.setattr(totp, "yield_hotp_counters_from_time", lambda: iter([step]))
    return str(totp.format_hotp_value(totp.hotp_value(SECRET, step)))


def test_nothing_is_open_between_password_and_code(code_now: str) -> None:
    user = make_user()
    totp.TOTP.activate(user, SECRET)
    client = Client()
    assert sign_in(client, user)["Location"] == reverse("mfa_authenticate")
    assert SESSION_KEY not in client.session
    assert client.get(reverse("accounts:me")).status_code == 302
    wrong = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert wrong.status_code == 200
    right = client.post(reverse("mfa_authenticate"), {"code": code_now})
    assert right["Location"] == "/en/me/"
    assert SESSION_KEY in client.session


def test_a_code_works_once(code_now: str) -> None:
    user = make_user()
    totp.TOTP.activate(user, SECRET)
    for status in (302, 200):
        client = Client()
        sign_in(client, user)
        assert client.post(reverse("mfa_authenticate"), {"code": code_now}).status_code == status


def test_a_new_password_is_set_through_the_mailed_link_of_this_installation() -> None:
    user = make_user(language="it")
    Client().post(reverse("account_reset_password"), {"email": user.email}, HTTP_HOST="localhost")
    mail = Mail.objects.get(recipient=user.email)
    [link] = [line for line in mail.body.splitlines() if "/password/reset/key/" in line]
    assert link.startswith("https://regin.example.org/it/accounts/")
    client = Client()
    form = client.get(link.removeprefix("https://regin.example.org"))["Location"]
    fields = {"password1": "another long password", "password2": "another long password"}
    client.post(form, fields)
    user.refresh_from_db()
    assert user.check_password("another long password")
    assert Mail.objects.filter(recipient=user.email).count() == 2


def test_an_address_is_confirmed_through_the_mailed_link() -> None:
    fields = {"email": "new@example.org", "password1": PASSWORD, "name": "New"}
    client = Client()
    client.post("/fr/accounts/signup/", fields)
    user = User.objects.get()
    assert (user.name, user.language) == ("New", "fr")
    assert sign_in(Client(), user)["Location"] == reverse("account_email_verification_sent")
    body = Mail.objects.filter(recipient="new@example.org").latest("pk").body
    [link] = [line for line in body.splitlines() if "/confirm-email/" in line]
    assert link.startswith("https://regin.example.org/fr/")
    client.post(link.removeprefix("https://regin.example.org"))
    assert user.emailaddress_set.get().verified
