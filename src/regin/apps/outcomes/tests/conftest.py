"""Eurostat, on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from regin.apps.common.tests.file_server import FileServer, serving_files


@pytest.fixture
def eurostat(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[FileServer]:
    """A server that knows no table yet; `eurostat_replies` fills it."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with serving_files() as server:
        settings.REGIN_EUROSTAT_URL = server.url
        yield server
