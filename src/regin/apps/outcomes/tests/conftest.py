"""Eurostat, on loopback, and the series that most tests of pages look at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from regin.apps.common.tests.file_server import FileServer, serving_files
from regin.apps.outcomes.models import Series

from .factories import TWO_GROUPS, load, make_austria, make_series, write


@pytest.fixture
def eurostat(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[FileServer]:
    """A server that knows no table yet; `eurostat_replies` fills it."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with serving_files() as server:
        settings.REGIN_EUROSTAT_URL = server.url
        yield server


@pytest.fixture
def two_groups(db: None, tmp_path: Path) -> Series:
    """A public series, one accepted file, with figures of women, men and both."""
    make_austria()
    series = make_series(code="jobless")
    load(series, write(tmp_path, TWO_GROUPS))
    return series
