"""Addresses of the services that are asked for figures and outlines."""

from __future__ import annotations

import pytest

from regin.web.environment import EUROSTAT, GISCO, Environment, SettingError

pytestmark = pytest.mark.any_database


def test_without_a_setting_the_published_addresses_are_asked() -> None:
    assert Environment({}).eurostat_url() == EUROSTAT
    assert Environment({"REGIN_GISCO_URL": " "}).gisco_url() == GISCO


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("https://mirror.example.org/eurostat/", "https://mirror.example.org/eurostat"),
        ("http://127.0.0.1:8001", "http://127.0.0.1:8001"),
    ],
)
def test_a_mirror_can_be_named(value: str, kept: str) -> None:
    assert Environment({"REGIN_EUROSTAT_URL": value}).eurostat_url() == kept
    assert Environment({"REGIN_GISCO_URL": value}).gisco_url() == kept


@pytest.mark.parametrize(
    "value",
    [
        "mirror.example.org",
        "ftp://mirror.example.org",
        "file:/srv/eurostat",
        "https://",
        "https://u:p@mirror.example.org",
        "https://mirror.example.org/?a=b",
        "https://mirror.example.org/#x",
        "https://mirror.example.org:port",
        "https://mirror.example.org/a b",
        "https://mirror.example.org/\x07",
    ],
)
def test_what_is_no_plain_address_stops_the_start(value: str) -> None:
    with pytest.raises(SettingError, match=r"^REGIN_EUROSTAT_URL: .*valid example"):
        Environment({"REGIN_EUROSTAT_URL": value}).eurostat_url()
    with pytest.raises(SettingError, match=r"^REGIN_GISCO_URL: "):
        Environment({"REGIN_GISCO_URL": value}).gisco_url()
