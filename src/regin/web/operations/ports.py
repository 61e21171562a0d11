"""Which port a demonstration takes."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from typing import Final

from regin.web.operations.errors import OperationError

FIRST_PORT: Final = 8000
PORTS: Final = range(FIRST_PORT, FIRST_PORT + 11)


def choose_bind(environment: Mapping[str, str]) -> str:
    """Where to serve: PORT, else REGIN_BIND, else the first free port of 8000 to 8010."""
    port = environment.get("PORT", "").strip()
    if port:
        if not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
            raise OperationError(f"PORT: {port} is no port. A valid example: PORT=8080")
        if not is_free(int(port)):
            raise OperationError(f"PORT: {port} is in use. Name another one, for example PORT=8080")
        return f"127.0.0.1:{port}"
    if given := environment.get("REGIN_BIND", "").strip():
        return given
    free = next(filter(is_free, PORTS), None)
    if free is None:
        raise OperationError("The ports 8000 to 8010 are all in use. Name another one: PORT=8080")
    return f"127.0.0.1:{free}"


def is_free(port: int) -> bool:
    """Whether a server can listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
