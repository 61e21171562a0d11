"""Fetching one file of a statistical or map service over HTTP, within bounds, as a fault or whole.

The standard library does it: what is ours here (which redirect is followed, how long, how much,
what a refusal means) would be ours with any client, and a client would bring six packages.
Proxies are taken from the environment (`https_proxy`, `no_proxy`), as administrations need.
"""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import BinaryIO, Final
from urllib.error import URLError
from urllib.parse import SplitResult, urljoin, urlsplit
from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector, ProxyHandler, Request

from regin import __version__
from regin.engine.errors import N_, Fault, FaultsError, Message, Value, register
from regin.files.limits import MIB

register(
    {
        "download_no_server": Message(
            N_("The server cannot be reached (%(reason)s)."),
            N_("Check the connection and the address of the service, and try again later."),
        ),
        "download_silent": Message(
            N_("The server has not sent anything for %(seconds)s seconds."),
            N_("Try again later; nothing was kept."),
        ),
        "download_too_slow": Message(
            N_("The download was not finished after %(minutes)s minutes."),
            N_("Try again later, or download the file yourself and import it."),
        ),
        "download_too_large": Message(
            N_("The file has more than %(limit)s MiB."),
            N_("Download a part of it yourself, with fewer codes or periods, and import that."),
        ),
        "download_cut": Message(
            N_("The download broke off (bytes that came: %(got)s)."),
            N_("Try again later; nothing was kept."),
        ),
        "download_elsewhere": Message(
            N_("The server sends us on to %(to)s, which is not followed."),
            N_("If the service has moved, change its address in the settings."),
        ),
        "download_in_circles": Message(
            N_("The server sends us on again and again."),
            N_("Check the address of the service in the settings."),
        ),
        "download_busy": Message(
            N_("The server is busy (status %(status)s) and asks to wait %(seconds)s seconds."),
            N_("Try again later."),
        ),
        "download_refused": Message(
            N_("The server answers with status %(status)s."),
            N_("Check the address and what you asked for, or try again later."),
        ),
        "download_empty": Message(
            N_("The server sent nothing."), N_("Try again later; nothing was kept.")
        ),
        "download_page": Message(
            N_("The server sent a web page in place of a file."),
            N_("Open the address in a browser to see what it says; it may be out of order."),
        ),
    }
)

AGENT: Final = f"REGIN/{__version__}"
PIECE: Final = 256 * 1024
BEGINNING: Final = 65_536
LONGEST_SHOWN: Final = 200
GOOD: Final = 200
SENT_ON: Final = frozenset({301, 302, 303, 307, 308})
BUSY: Final = frozenset({429, 503})
PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Bounds:
    """Of one download. `seconds`: for all of it; `silence`: seconds without a byte.

    `redirects`: how often we are sent on; `wait`: the longest wait, in seconds, that a busy
    server may ask for before the one further try; `usual_wait`: when it names none.
    """

    file_bytes: int = 512 * MIB
    seconds: float = 900
    silence: float = 60
    redirects: int = 5
    wait: float = 60
    usual_wait: float = 5


BOUNDS = Bounds()

Explain = Callable[[int, bytes], FaultsError | None]
"""(status, beginning of the reply) → what the service means by it; None where it is the file,
or a status that says enough."""

Wait = Callable[[float], object]


def download(
    address: str,
    path: Path,
    *,
    bounds: Bounds = BOUNDS,
    explain: Explain = lambda _status, _beginning: None,
    wait: Wait = time.sleep,
) -> int:
    """Write what lies at `address` (http or https) to `path`; return its size in bytes.

    We are sent on within the host only, never from https to http. A server that is busy is asked
    once more, after the time it names (`wait`). A file without its end is a fault, where the
    server says its length; of a packed one, its reader sees it. Raises FaultsError: download_…,
    or what `explain` makes of the reply; then `path` is gone or was never made.
    """
    one = _Download(address, path, bounds, explain, time.monotonic() + bounds.seconds)
    try:
        return one.run(wait)
    except FaultsError:
        path.unlink(missing_ok=True)
        raise


@dataclass(slots=True)
class _Download:
    """One download under way. `deadline`: on the monotonic clock."""

    address: str
    path: Path
    bounds: Bounds
    explain: Explain
    deadline: float

    def run(self, wait: Wait) -> int:
        answer = self._answer()
        if answer.status in BUSY:
            answer.close()
            wait(self._pause(answer))
            answer = self._answer()
        with closing(answer):
            if answer.status != GOOD:
                raise self._refusal(answer)
            size = self._save(answer)
        self._check(answer)
        return size

    def _answer(self) -> http.client.HTTPResponse:
        """The answer after we were sent on as often as it is allowed."""
        address = self.address
        for _turn in range(self.bounds.redirects + 1):
            answer = self._ask(address)
            target = answer.headers.get("Location")
            if answer.status not in SENT_ON or not target:
                return answer
            answer.close()
            address = self._followed(address, target)
        raise self._fail("download_in_circles")

    def _ask(self, address: str) -> http.client.HTTPResponse:
        headers = {"User-Agent": AGENT, "Accept-Encoding": "identity"}
        try:
            request = Request(address, headers=headers)  # noqa: S310  # `_opener` knows http and https only
            found = _opener().open(request, timeout=self.bounds.silence)
        except TimeoutError:
            raise self._fail("download_silent", seconds=int(self.bounds.silence)) from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise self._no_server(error) from None
        if not isinstance(found, http.client.HTTPResponse):
            raise self._fail("download_no_server", reason=urlsplit(address).scheme)
        return found

    def _no_server(self, error: Exception) -> FaultsError:
        reason = error.reason if isinstance(error, URLError) else error
        if isinstance(reason, TimeoutError):
            return self._fail("download_silent", seconds=int(self.bounds.silence))
        said = str(getattr(reason, "strerror", None) or reason)[:LONGEST_SHOWN]
        return self._fail("download_no_server", reason=said or type(reason).__name__)

    def _followed(self, address: str, target: str) -> str:
        """The address we are sent on to. Raises FaultsError unless it is of the same host."""
        try:
            to = urljoin(address, target)
            same = _is_same_host(urlsplit(address), urlsplit(to))
        except ValueError:
            same = False
        if not same:
            raise self._fail("download_elsewhere", to=_shown(target))
        return to

    def _pause(self, answer: http.client.HTTPResponse) -> float:
        """Seconds to wait for a busy server. Raises FaultsError when it asks for too many."""
        asked = _retry_after(answer.headers.get("Retry-After"))
        seconds = self.bounds.usual_wait if asked is None else asked
        if seconds > min(self.bounds.wait, self.deadline - time.monotonic()):
            raise self._busy(answer.status, seconds)
        return seconds

    def _refusal(self, answer: http.client.HTTPResponse) -> FaultsError:
        try:
            beginning = answer.read(BEGINNING)
        except (OSError, http.client.HTTPException):
            beginning = b""
        if meant := self.explain(answer.status, beginning):
            return meant
        if answer.status in BUSY:
            asked = _retry_after(answer.headers.get("Retry-After"))
            return self._busy(answer.status, self.bounds.usual_wait if asked is None else asked)
        return self._fail("download_refused", status=answer.status)

    def _busy(self, status: int, seconds: float) -> FaultsError:
        return self._fail("download_busy", status=status, seconds=round(seconds))

    def _save(self, answer: http.client.HTTPResponse) -> int:
        expected = _length(answer)
        if (expected or 0) > self.bounds.file_bytes:
            raise self._too_large()
        with self.path.open("wb") as stream:
            got = self._copy(answer, stream, expected)
        if expected is not None and got < expected:
            raise self._fail("download_cut", got=got)
        if not got:
            raise self._fail("download_empty")
        return got

    def _copy(
        self, answer: http.client.HTTPResponse, stream: BinaryIO, expected: int | None
    ) -> int:
        """Copy piece by piece, as they come, so that no bound waits for a full buffer."""
        got = 0
        while expected is None or got < expected:
            try:
                piece = answer.read1(PIECE)
            except TimeoutError:
                raise self._fail("download_silent", seconds=int(self.bounds.silence)) from None
            except (OSError, http.client.HTTPException):
                raise self._fail("download_cut", got=got) from None
            if not piece:
                break
            got += len(piece)
            if got > self.bounds.file_bytes:
                raise self._too_large()
            if time.monotonic() > self.deadline:
                minutes = round(self.bounds.seconds / 60, 1)
                raise self._fail("download_too_slow", minutes=minutes)
            stream.write(piece)
        return got

    def _check(self, answer: http.client.HTTPResponse) -> None:
        """Raise FaultsError when what came is no file but an explanation."""
        with self.path.open("rb") as stream:
            beginning = stream.read(BEGINNING)
        if meant := self.explain(answer.status, beginning):
            raise meant
        start = beginning.removeprefix(b"\xef\xbb\xbf").lstrip()[:20].lower()
        if answer.headers.get_content_type() == "text/html" or start.startswith(
            (b"<!doctype html", b"<html")
        ):
            raise self._fail("download_page")

    def _too_large(self) -> FaultsError:
        return self._fail("download_too_large", limit=self.bounds.file_bytes // MIB)

    def _fail(self, code: str, **params: Value) -> FaultsError:
        return FaultsError([Fault(code, params, _shown(self.address))])


def _opener() -> OpenerDirector:
    """Opens http and https, through the proxy that is set, and gives every answer as it is."""
    opener = OpenerDirector()
    for handler in (ProxyHandler(), HTTPHandler(), HTTPSHandler()):
        opener.add_handler(handler)
    return opener


def _is_same_host(before: SplitResult, after: SplitResult) -> bool:
    """Whether `after` stays on the host, and on its port unless it goes from http to https."""
    if after.hostname != before.hostname or after.scheme not in PORTS:
        return False
    if before.scheme == "http" and after.scheme == "https":
        return True
    ports = [one.port or PORTS[one.scheme] for one in (before, after)]
    return before.scheme == after.scheme and ports[0] == ports[1]


def _retry_after(text: str | None) -> float | None:
    """Seconds of a Retry-After, which is a number or a date; None when it is neither."""
    if text is None:
        return None
    if text.strip().isdecimal():
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max((until - datetime.now(UTC)).total_seconds(), 0)


def _length(answer: http.client.HTTPResponse) -> int | None:
    """The stated size in bytes, None where none is stated or the reply comes in chunks."""
    text = answer.headers.get("Content-Length", "")
    return int(text) if text.isdecimal() and not answer.chunked else None


def _shown(address: str) -> str:
    """An address as a line can print it."""
    printable = "".join(letter for letter in address if letter.isprintable())
    return printable if len(printable) <= LONGEST_SHOWN else f"{printable[:LONGEST_SHOWN]}…"
