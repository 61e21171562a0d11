"""Fast password hashes; a mail server that can misbehave."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from regin.apps.accounts.tests.smtp_sink import SmtpSink, serving


@pytest.fixture(autouse=True)
def quick_and_alone(settings: Any, tmp_path: Path) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.REGIN_DIR = tmp_path
    settings.REGIN_BASE_URL = "https://regin.example.org"


@pytest.fixture
def fresh_limits(db: None) -> None:
    cache.clear()


@pytest.fixture
def smtp(settings: Any) -> Iterator[SmtpSink]:
    with serving() as sink:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        settings.EMAIL_TIMEOUT = 5
        yield sink
