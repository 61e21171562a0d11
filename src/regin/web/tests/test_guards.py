"""What stands around every page: headers, sizes, caches, and logs that hold no keys."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from regin.apps.identity.models import User
from regin.web.environment import Environment, SettingError
from regin.web.logs import formatter

pytestmark = pytest.mark.django_db

PAGES = [
    ("/en/", {}, 200),
    ("/", {}, 302),
    ("/en/nowhere/", {}, 404),
    ("/en/", {"HTTP_HOST": "elsewhere.example"}, 400),
    ("/health/", {}, 200),
    ("/robots.txt", {}, 200),
]


@pytest.mark.parametrize(("address", "headers", "status"), PAGES)
def test_every_answer_carries_the_policy_and_refuses_frames(
    address: str, headers: dict[str, str], status: int
) -> None:
    answer = Client(raise_request_exception=False).get(address, **headers)
    assert answer.status_code == status
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_a_broken_page_carries_the_policy_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("for the test")

    monkeypatch.setattr("regin.web.home_page.news", broken)
    answer = Client(raise_request_exception=False).get("/en/")
    assert answer.status_code == 500
    assert "Content-Security-Policy" in answer.headers
    assert "for the test" not in answer.content.decode()


@pytest.mark.parametrize(
    ("address", "length", "refused"),
    [
        ("/en/accounts/login/", 5 * 1024 * 1024, False),
        ("/en/accounts/login/", 5 * 1024 * 1024 + 1, True),
        ("/en/outcomes/x/import/", 33 * 1024 * 1024, False),
        ("/en/outcomes/x/import/", 33 * 1024 * 1024 + 1, True),
        ("/en/accounts/login/", -1, True),
    ],
)
def test_a_body_that_is_too_large_is_refused_before_it_is_read(
    address: str, length: int, refused: bool
) -> None:
    sent = b"" if refused else b"x" * length
    answer = Client().post(
        address, sent, content_type="application/octet-stream", CONTENT_LENGTH=str(length)
    )
    assert (answer.status_code == 413) is refused
    if refused:
        assert "MiB" in answer.content.decode()


def test_pages_of_who_is_signed_in_are_kept_by_no_cache() -> None:
    client = Client()
    assert "no-store" not in client.get("/en/regions/").headers.get("Cache-Control", "")
    client.force_login(
        User.objects.create_user("a@example.org"),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    for address in ("/en/regions/", "/en/organisations/", "/en/accounts/email/"):
        kept = client.get(address).headers["Cache-Control"]
        assert "no-store" in kept
        assert "private" in kept


def test_robots_stay_off_personal_pages() -> None:
    said = Client().get("/robots.txt").content.decode()
    assert "Disallow: /sv/me/" in said
    assert "Disallow: /sv/accounts/" in said


@pytest.mark.parametrize(
    "address",
    [
        "/en/me/invitations/SECRET/",
        "/sv/accounts/confirm-email/SECRET/",
        "/en/accounts/password/reset/key/1-SECRET/",
    ],
)
def test_the_log_keeps_no_address_that_is_a_key(address: str) -> None:
    record = logging.LogRecord(
        "django.request", logging.WARNING, "", 0, "Not Found: %s", (address,), None
    )
    assert "SECRET" not in formatter().format(record)


def test_the_log_says_where_an_error_was() -> None:
    try:
        int("no number")
    except ValueError as error:
        caught = (ValueError, error, error.__traceback__)
    record = logging.LogRecord("django.request", logging.ERROR, "", 0, "broken", (), caught)
    assert "test_guards.py" in formatter().format(record)


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://regin.example.org", "regin.example.org"),
        ("http://[::1]:8000", "[::1]"),
        ("http://10.0.0.1:8000", "10.0.0.1"),
    ],
)
def test_the_instance_answers_under_the_name_in_its_address(address: str, host: str) -> None:
    assert host in Environment({"REGIN_BASE_URL": address}).hosts()


def test_an_address_with_a_person_in_it_is_refused() -> None:
    with pytest.raises(SettingError, match="REGIN_BASE_URL"):
        Environment({"REGIN_BASE_URL": "https://u:p@regin.example.org"}).base_url()


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"short"])
def test_a_broken_secret_key_file_stops_the_start(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "secret.key").write_bytes(content)
    with pytest.raises(SettingError, match=r"secret\.key"):
        Environment({"REGIN_DIR": str(tmp_path)}).secret_key()


def test_a_switch_is_on_off_or_wrong() -> None:
    assert Environment({"X": "1"}).switch("X")
    assert not Environment({}).switch("X")
    with pytest.raises(SettingError, match="X"):
        Environment({"X": "maybe"}).switch("X")
