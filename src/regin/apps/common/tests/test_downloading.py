"""Downloads are whole, within bounds and from the host that was named, or a fault that says why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from regin.apps.common.downloading import AGENT, Bounds, download
from regin.apps.common.tests.file_server import FileServer, Reply, serving_files
from regin.engine.errors import FaultsError, fail

pytestmark = pytest.mark.any_database

QUICK = Bounds(file_bytes=1000, seconds=20, silence=0.2, redirects=2, wait=30)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FileServer]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with serving_files() as found:
        yield found


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file"


def refused(address: str, path: Path, **options: Any) -> Any:
    """The fault of a download, after which nothing is left."""
    options = {"bounds": QUICK, "wait": lambda _seconds: None} | options
    with pytest.raises(FaultsError) as found:
        download(address, path, **options)
    assert not path.exists()
    (fault,) = found.value.faults
    assert fault.file is not None
    assert fault.what
    assert fault.advice
    return fault


def test_a_file_comes_as_it_is(server: FileServer, path: Path) -> None:
    content = bytes(range(256)) * 3
    assert download(server.put("/x?a=b", content), path, bounds=QUICK) == len(content)
    assert path.read_bytes() == content
    assert server.asked == ["/x?a=b"]
    assert server.agents == [AGENT]


def test_a_file_without_a_stated_length_comes_whole(server: FileServer, path: Path) -> None:
    download(server.put("/x", Reply(b"abc", length=None)), path, bounds=QUICK)
    assert path.read_bytes() == b"abc"


def test_a_file_in_chunks_comes_whole_and_a_cut_one_is_refused(
    server: FileServer, path: Path
) -> None:
    chunks = {"Transfer-Encoding": "chunked"}
    whole = Reply(b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", headers=chunks, length=None)
    download(server.put("/x", whole), path, bounds=QUICK)
    assert path.read_bytes() == b"abcde"
    path.unlink()
    cut = replace(whole, content=b"3\r\nabc\r\n9\r\nde")
    assert refused(server.put("/y", cut), path).code == "download_cut"


@pytest.mark.parametrize(
    ("reply", "code", "params"),
    [
        (Reply(b"abc", length=10), "download_cut", {"got": 3}),
        (Reply(b""), "download_empty", {}),
        (Reply(b"x" * 1001), "download_too_large", {}),
        (Reply(b"x" * 1001, length=None), "download_too_large", {}),
        (Reply(b"", length=10**12, stalls=True), "download_too_large", {}),
        (Reply(b"x", headers={"Content-Type": "text/html; charset=utf-8"}), "download_page", {}),
        (Reply(b"\n <!DOCTYPE HTML><title>Sorry"), "download_page", {}),
        (Reply(b"", 404), "download_refused", {"status": 404}),
        (Reply(b"", 500), "download_refused", {"status": 500}),
        (Reply(b"", 204), "download_refused", {"status": 204}),
        (Reply(b"abc", length=10, stalls=True), "download_silent", {}),
    ],
)
def test_what_is_no_whole_file_is_a_fault(
    server: FileServer, path: Path, reply: Reply, code: str, params: dict[str, int]
) -> None:
    fault = refused(server.put("/x", reply), path)
    assert fault.code == code
    assert fault.file == f"{server.url}/x"
    assert params.items() <= fault.params.items()
    assert len(server.asked) == 1


def test_a_server_that_is_silent_is_left(server: FileServer, path: Path) -> None:
    server.before = lambda _path: server.over.wait(5)
    assert refused(server.put("/x", b"abc"), path).code == "download_silent"


def test_a_download_that_takes_too_long_is_left(server: FileServer, path: Path) -> None:
    address = server.put("/x", b"abc")
    fault = refused(address, path, bounds=replace(QUICK, seconds=-1))
    assert fault.code == "download_too_slow"


def test_a_server_that_is_not_there_is_said(path: Path) -> None:
    assert refused("http://127.0.0.1:9/x", path).code == "download_no_server"
    assert refused("http://no.such.name.invalid/x", path).code == "download_no_server"


@pytest.mark.parametrize("address", ["file:/etc/hostname", "ftp://127.0.0.1/x", "http://", "x"])
def test_what_is_no_address_of_the_web_is_not_opened(path: Path, address: str) -> None:
    assert refused(address, path).code == "download_no_server"


def test_we_are_sent_on_within_the_host(server: FileServer, path: Path) -> None:
    server.put("/b", b"abc")
    server.put("/a", Reply(b"", 307, {"Location": "/b"}))
    download(server.put("/x", Reply(b"", 301, {"Location": f"{server.url}/a"})), path, bounds=QUICK)
    assert path.read_bytes() == b"abc"
    assert server.asked == ["/x", "/a", "/b"]


@pytest.mark.parametrize(
    "target",
    ["http://elsewhere.example/x", "//elsewhere.example/x", "http://127.0.0.1:1/x", "file:/x",
     "ftp://127.0.0.1/x", "http://[broken/"],
)  # fmt: skip
def test_we_are_not_sent_elsewhere(server: FileServer, path: Path, target: str) -> None:
    fault = refused(server.put("/x", Reply(b"", 302, {"Location": target})), path)
    assert fault.code == "download_elsewhere"
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ("https://a.example/x", "http://a.example/x", False),
        ("http://a.example/x", "https://a.example/x", True),
        ("https://a.example/x", "https://a.example:443/y", True),
        ("https://a.example/x", "https://a.example:8443/y", False),
        ("https://a.example/x", "https://b.a.example/y", False),
    ],
)
def test_never_from_https_to_http(before: str, after: str, same: bool) -> None:
    from urllib.parse import urlsplit

    from regin.apps.common.downloading import _is_same_host

    assert _is_same_host(urlsplit(before), urlsplit(after)) is same


def test_circles_end(server: FileServer, path: Path) -> None:
    address = server.put("/x", Reply(b"", 302, {"Location": "/x"}))
    assert refused(address, path).code == "download_in_circles"
    assert len(server.asked) == QUICK.redirects + 1


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_is_asked_once_more_when_it_says(
    server: FileServer, path: Path, status: int
) -> None:
    waited: list[float] = []
    busy = Reply(b"", status, {"Retry-After": "7"})
    download(server.put("/x", busy, b"abc"), path, bounds=QUICK, wait=waited.append)
    assert (path.read_bytes(), waited) == (b"abc", [7])
    path.unlink()
    fault = refused(server.put("/y", busy), path, wait=waited.append)
    assert (fault.code, fault.params["seconds"]) == ("download_busy", 7)
    assert server.asked == ["/x", "/x", "/y", "/y"]
    assert waited == [7, 7]


def test_a_busy_server_that_asks_for_hours_is_not_waited_for(
    server: FileServer, path: Path
) -> None:
    until = format_datetime(datetime.now(UTC) + timedelta(hours=2), usegmt=True)
    for named in ("7200", until):
        waited: list[float] = []
        reply = Reply(b"", 503, {"Retry-After": named})
        fault = refused(server.put("/x", reply), path, wait=waited.append)
        assert fault.code == "download_busy"
        assert 7190 < fault.params["seconds"] <= 7200
        assert waited == []


@pytest.mark.parametrize("headers", [{}, {"Retry-After": "soon"}])
def test_a_busy_server_that_names_no_time_gets_some(
    server: FileServer, path: Path, headers: dict[str, str]
) -> None:
    waited: list[float] = []
    download(
        server.put("/x", Reply(b"", 503, headers), b"abc"), path, bounds=QUICK, wait=waited.append
    )
    assert waited == [QUICK.usual_wait]


def test_the_service_says_itself_what_it_means(server: FileServer, path: Path) -> None:
    def explain(status: int, beginning: bytes) -> FaultsError | None:
        return fail("file_empty", file=f"{status}") if b"queued" in beginning else None

    for status in (200, 413):
        address = server.put("/x", Reply(b"<queued/>", status))
        assert refused(address, path, explain=explain).file == str(status)
    assert refused(server.put("/x", Reply(b"", 413)), path, explain=explain).params == {
        "status": 413
    }
