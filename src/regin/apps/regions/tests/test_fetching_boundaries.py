"""`regin boundaries fetch`, against GISCO on loopback: its published forms, nothing recorded."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from regin.apps.common.tests.file_server import FileServer, Reply, serving_files
from regin.apps.regions.boundaries import GISCO, loaded_sets
from regin.apps.regions.tests.boundary_files import square, write
from regin.apps.regions.tests.factories import make_place

pytestmark = pytest.mark.django_db
NAME = "/nuts/geojson/NUTS_RG_20M_2024_4326.geojson"


@pytest.fixture
def gisco(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[FileServer]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    make_place("Cataluña", "ES51")
    with serving_files() as server:
        settings.REGIN_GISCO_URL = server.url
        yield server


@pytest.fixture
def content(tmp_path: Path) -> bytes:
    shaped = {"LEVL_CODE": 2, "CNTR_CODE": "ES", "NAME_LATN": "Cataluña"}
    return write(tmp_path, [square("ES51", 1, 41, **shaped)]).read_bytes()


def fetch(*words: str) -> str:
    out = StringIO()
    call_command("boundaries", "fetch", *words, stdout=out)
    return out.getvalue()


def test_the_outlines_of_the_newest_version_are_loaded(gisco: FileServer, content: bytes) -> None:
    gisco.put(NAME, Reply(content, headers={"Content-Type": "application/geo+json"}))
    said = fetch()
    assert gisco.asked == [NAME]
    assert "Fetched NUTS_RG_20M_2024_4326.geojson." in said
    assert "Loaded 1 outline." in said
    assert f"Every map that shows them prints: {GISCO}" in said
    assert "non-commercial purposes only" in said
    assert [one.file_name for one, _count in loaded_sets()] == [NAME.rpartition("/")[2]]
    assert "nothing changed" in fetch("--version", "2024")


def test_version_and_scale_can_be_named(gisco: FileServer, content: bytes) -> None:
    make_place("Cataluña", "ES51", version="2016")
    gisco.put("/nuts/geojson/NUTS_RG_60M_2016_4326.geojson", content)
    assert "NUTS 2016, as you said." in fetch("--version", "2016", "--scale", "60M")


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(b"", 404), "GISCO has no outlines of NUTS 2024 at the scale 20M"),
        (Reply(b"{", length=99), "The download broke off"),
        (Reply(b"<html>Sorry</html>"), "a web page in place of a file"),
        (Reply(b"", 301, {"Location": "https://elsewhere.example/x"}), "which is not followed"),
        (Reply(b"", length=65 * 1024 * 1024), "more than 64 MiB"),
        (Reply(b"{}"), "Nothing was loaded"),
    ],
)
def test_what_is_no_file_of_outlines_loads_nothing(
    gisco: FileServer, reply: Reply, said: str
) -> None:
    gisco.put(NAME, reply)
    with pytest.raises(CommandError, match=said) as refused:
        fetch()
    assert str(refused.value).endswith("Nothing was loaded.")
    assert loaded_sets() == []


def test_a_version_that_is_no_year_is_not_asked_for(gisco: FileServer) -> None:
    with pytest.raises(CommandError, match="not the year"):
        fetch("--version", "../2024")
    assert gisco.asked == []


def test_without_regions_there_is_nothing_to_fetch_for(db: None) -> None:
    with pytest.raises(CommandError, match="no regions yet"):
        fetch()
