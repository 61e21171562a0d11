"""A file server on loopback that can also refuse, stall, break off, or send us on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast

LONGEST_STALL = 10


@dataclass
class Reply:
    """What the server answers once. `length`: the one it states, None to state none.

    `stalls`: it sends nothing more and keeps the line open. `pieces` are sent one by one.
    """

    content: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = -1
    stalls: bool = False


class FileServer(ThreadingHTTPServer):
    """`replies`: address with its query → what it answers, in turn, the last one for ever."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.replies: dict[str, list[Reply]] = {}
        self.asked: list[str] = []
        self.agents: list[str] = []
        self.before: Callable[[str], object] = lambda _path: None
        self.over = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def put(self, path: str, *replies: Reply | bytes) -> str:
        """Answer `path` with these; returns its whole address."""
        self.replies[path] = [one if isinstance(one, Reply) else Reply(one) for one in replies]
        return f"{self.url}{path}"


class _Conversation(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        server = cast("FileServer", self.server)
        server.asked.append(self.path)
        server.agents.append(self.headers.get("User-Agent", ""))
        server.before(self.path)
        waiting = server.replies.get(self.path, [Reply(b"nothing here", 404)])
        self._send(waiting.pop(0) if len(waiting) > 1 else waiting[0])
        if waiting and waiting[0].stalls:
            server.over.wait(LONGEST_STALL)

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.length is not None:
            length = len(reply.content) if reply.length < 0 else reply.length
            self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(reply.content)
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        """Say nothing."""


@contextmanager
def serving_files() -> Iterator[FileServer]:
    """A server that answers until the block ends."""
    with FileServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.over.set()
            server.shutdown()
            thread.join()
