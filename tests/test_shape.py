"""The shape of the house: sizes of functions and files, names, and nothing left lying about."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.any_database

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "regin"
BANNED = {"utils", "helpers", "misc", "manager", "base2"}
LONGEST_FILE = 600
LONGEST_FUNCTION, LONGEST_IN_ENGINE = 60, 40
Function = ast.FunctionDef | ast.AsyncFunctionDef


def sources() -> list[Path]:
    return [path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts]


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """(name, lines without the docstring) of every function of a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, Function):
            docstring = ast.get_docstring(node, clean=False)
            said = docstring.count("\n") + 1 if docstring else 0
            yield node.name, node.end_lineno - node.lineno + 1 - said  # type: ignore[operator]  # parsed from source


def test_there_are_sources_to_measure() -> None:
    assert len(sources()) > 50


def test_no_file_is_longer_than_the_limit() -> None:
    lengths = {path: path.read_text(encoding="utf-8").count("\n") for path in sources()}
    assert {path.name: n for path, n in lengths.items() if n > LONGEST_FILE} == {}


def test_no_function_is_longer_than_the_limit() -> None:
    long = [
        f"{path.relative_to(SOURCE)}:{name} ({lines})"
        for path in sources()
        for name, lines in functions(path)
        if lines > (LONGEST_IN_ENGINE if "engine" in path.parts else LONGEST_FUNCTION)
    ]
    assert long == []


def test_most_functions_and_files_are_short() -> None:
    lines = [n for path in sources() if "tests" not in path.parts for _, n in functions(path)]
    files = [path.read_text(encoding="utf-8").count("\n") for path in sources()]
    assert sorted(lines)[len(lines) // 2] <= 10
    assert sorted(files)[int(len(files) * 0.75)] <= 200


def test_no_file_or_folder_has_a_banned_name() -> None:
    parts = {part for path in sources() for part in (*path.relative_to(SOURCE).parts, path.stem)}
    assert {part for part in parts if part in BANNED or part.startswith("new_")} == set()


def test_no_work_is_left_in_comments() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    found = [path.name for path in sources() if marks.search(path.read_text(encoding="utf-8"))]
    assert found == []


def test_every_suppression_says_why() -> None:
    """`noqa`, `type: ignore` and `no cover` are followed by a reason on the same line."""
    mark = re.compile(r"#\s*(noqa|type:\s*ignore|pragma:\s*no cover)[^#\-–]*(?P<reason>.*)$")
    bare = []
    for path in sources():
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            found = mark.search(line)
            if found and len(found["reason"].strip("#-– ")) < 8:
                bare.append(f"{path.relative_to(SOURCE)}:{number}")
    assert bare == []


def test_nothing_names_the_machine_it_was_written_on() -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    home = re.escape(f"{Path.home()}/")
    forbidden = re.compile(
        "|".join([r"/home/\w+/", r"file:///", home if len(home) > 2 else "/home/x/"])
    )
    this = Path(__file__).name
    found = []
    for name in filter(None, tracked):
        path = ROOT / name
        if path.name == this or not path.is_file() or path.suffix in {".png", ".gz", ".woff2"}:
            continue
        if forbidden.search(path.read_text(encoding="utf-8", errors="ignore")):
            found.append(name)
    assert found == []


@pytest.mark.parametrize(
    "name", ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "ARCHITECTURE.md", "LICENSE"]
)
def test_the_house_has_its_papers(name: str) -> None:
    assert len((ROOT / name).read_text(encoding="utf-8")) > 500
