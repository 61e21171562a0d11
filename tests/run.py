"""Everything `make test` runs, in order, with a summary that says what did not run and why.

python tests/run.py            all of it
python tests/run.py --fast     no PostgreSQL, no browser: while you write
"""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
sys.path.insert(0, str(ROOT))

from tests import services  # noqa: E402 - the path is set above, so that any Python can start this

ENGINE = "src/regin/engine"

# What tests print as proof of a trust goal: `A3: 520 markers, 24000 requests`.
GOAL = re.compile(r"^[A-Z]\d: ")


@dataclass
class Report:
    """What ran, how long, how it ended; and what did not run."""

    lines: list[str] = field(default_factory=list)
    failed: bool = False
    absent: list[str] = field(default_factory=list)
    goals: list[str] = field(default_factory=list)

    def step(self, name: str, command: list[str], **environment: str) -> None:
        print(f"\n=== {name}", flush=True)
        start = time.monotonic()
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
        for line in process.stdout or ():
            print(line, end="", flush=True)
            if GOAL.match(line):
                self.goals.append(f"{line.strip()} ({name})")
        code = process.wait()
        seconds = time.monotonic() - start
        ended = "ok" if code == 0 else f"FAILED (exit {code})"
        self.failed |= code != 0
        self.lines.append(f"{ended:16} {seconds:6.1f} s  {name}")


def tool(name: str, *arguments: str) -> list[str]:
    """The command line of a tool of this virtual environment."""
    return [str(BIN / name), *arguments]


def pytest(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "pytest", "-q", *arguments]


def check_sources(report: Report) -> None:
    report.step("style", tool("ruff", "check", "."))
    report.step("format", tool("ruff", "format", "--check", "."))
    report.step("types", tool("mypy"))
    report.step("contracts", tool("lint-imports", "--no-cache"))


def run_tests(report: Report, left_out: set[str]) -> None:
    # What is measured, and how much of it is asked for, stands in pyproject.toml.
    subprocess.run(tool("coverage", "erase"), cwd=ROOT, check=True)
    report.step("engine", tool("coverage", "run", "-m", "pytest", "-q", "-n", "2", ENGINE))
    report.step("branches counted", tool("coverage", "combine", "-q"))
    report.step("every branch of the engine taken", tool("coverage", "report"))
    report.step(
        "everything on SQLite",
        pytest("-n", "2", "--dist", "loadfile", "-m", "not browser", f"--ignore={ENGINE}"),
    )
    if "postgresql" in left_out:
        report.absent.append("PostgreSQL: REGIN_TEST_WITHOUT names it")
    else:
        report.step(
            "what uses the database, on PostgreSQL",
            pytest(
                "-n",
                "2",
                "--dist",
                "loadfile",
                "-m",
                "not browser and not any_database",
                "src/regin/apps",
                "src/regin/web",
                "tests/permissions",
            ),
            DATABASE_URL=os.environ["REGIN_TEST_POSTGRES_URL"],
        )
    if "browser" in left_out:
        report.absent.append("real browser: REGIN_TEST_WITHOUT names it")
    else:
        report.step("pages in a real browser", pytest("-n", "2", "-m", "browser", "tests"))


def bring_services(report: Report, left_out: set[str]) -> None:
    """Put what the tests need into the environment, or say what to type."""
    for name, variable, bring in (
        ("postgresql", "REGIN_TEST_POSTGRES_URL", services.postgresql),
        ("browser", "REGIN_CHROMIUM", services.chromium),
    ):
        if name not in left_out:
            os.environ[variable] = bring()
    if not (ROOT.parent / "shared" / "facts").is_dir():
        report.absent.append("comparisons with ../shared/facts: the folder is not there")


def write_table(report: Report) -> None:
    """Keep what `make trust` ran, with date and machine, for the release notes."""
    folder = ROOT / "var" / "trust"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{datetime.now(UTC):%Y-%m-%d-%H%M}.md"
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    lines = [f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {machine}", "", *report.lines, *report.goals]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"\nwritten: {path.relative_to(ROOT)}")


def main() -> int:
    report = Report()
    fast = "--fast" in sys.argv
    # Some machines forbid it; hundreds of tests start a process, and each would compile anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    try:
        if fast:
            os.environ["REGIN_TEST_WITHOUT"] = ",".join(services.KNOWN)
        left_out = services.left_out()
        with tempfile.TemporaryDirectory(prefix="regin-run-"):
            bring_services(report, left_out)
            check_sources(report)
            run_tests(report, left_out)
    except services.MissingServiceError as error:
        print(f"\ncannot run all tests: {error}", file=sys.stderr)
        return 1
    if os.environ.get("REGIN_TRUST") == "full":
        write_table(report)
    print("\n=== summary")
    print("\n".join([*report.lines, *report.goals]))
    print("\n".join(f"did not run     {line}" for line in report.absent) or "everything ran")
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
