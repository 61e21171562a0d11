"""A mail server on loopback that keeps what it gets, and can refuse or hang up."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast

USUAL = {
    "EHLO": "250 sink",
    "MAIL": "250 ok",
    "RCPT": "250 ok",
    "QUIT": "221 bye",
    "RSET": "250 ok",
}


class SmtpSink(socketserver.ThreadingTCPServer):
    """`answers` replaces the answer to a verb, `END` that to a whole text; `CUT` hangs up."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.answers: dict[str, str] = {}
        self.received: list[EmailMessage] = []

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def answer(self, verb: str) -> str:
        return self.answers.get(verb) or USUAL.get(verb, "250 ok")


class _Conversation(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        sink = cast("SmtpSink", self.server)
        self._say("220 sink")
        for line in iter(self.rfile.readline, b""):
            verb = line[:4].decode().upper().strip()
            is_data = verb == "DATA" and "DATA" not in sink.answers
            answer = self._text(sink) if is_data else sink.answer(verb)
            if answer == "CUT":
                return
            self._say(answer)
            if verb == "QUIT":
                return

    def _text(self, sink: SmtpSink) -> str:
        self._say("354 go on")
        text = b"".join(iter(self.rfile.readline, b".\r\n"))
        answer = sink.answer("END")
        if answer.startswith("250"):
            sink.received.append(
                message_from_bytes(text, _class=EmailMessage, policy=policy.default)
            )
        return answer

    def _say(self, words: str) -> None:
        self.wfile.write(words.encode() + b"\r\n")


@contextmanager
def serving() -> Iterator[SmtpSink]:
    with SmtpSink() as sink:
        thread = threading.Thread(target=sink.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield sink
        finally:
            sink.shutdown()
            thread.join()
