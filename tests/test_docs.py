"""Documentation keeps up with the code: settings, links, decisions, commands."""

from __future__ import annotations

import re
from importlib.metadata import entry_points
from pathlib import Path

import pytest

pytestmark = pytest.mark.any_database

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def test_every_setting_is_documented() -> None:
    code = (ROOT / "src/regin/web/environment.py").read_text(encoding="utf-8")
    code += (ROOT / "src/regin/web/settings.py").read_text(encoding="utf-8")
    names = set(re.findall(r'\.(?:get|switch)\("((?:REGIN|DATABASE)_\w+)"\)', code))
    documented = (ROOT / "docs/reference/settings.md").read_text(encoding="utf-8")
    assert len(names) >= 7
    assert {name for name in names if f"`{name}`" not in documented} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_to_a_file_leads_to_one(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [t for t in targets if not (page.parent / t).exists()] == []


def test_decisions_have_numbers_of_their_own() -> None:
    numbers = [path.name[:4] for path in (ROOT / "docs/decisions").glob("*.md")]
    assert len(numbers) == len(set(numbers)) >= 8


def test_every_verb_of_the_platform_is_in_the_reference() -> None:
    reference = (ROOT / "docs/reference/cli.md").read_text(encoding="utf-8")
    verbs = {point.name for point in entry_points(group="regin.commands")}
    assert len(verbs) >= 9
    assert {verb for verb in verbs if f"regin {verb}" not in reference} == set()


def test_the_status_page_has_a_proof_or_says_open_for_every_line() -> None:
    rows = [
        line.split("|")
        for line in (ROOT / "docs/status.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("|") and "---" not in line
    ]
    assert len(rows) > 30
    assert [row for row in rows if not row[2].strip()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_page_waits_for_a_figure(page: Path) -> None:
    assert re.findall(r"\b[A-Z]+_(?:FIRST|AGAIN|HERE)\b", page.read_text(encoding="utf-8")) == []
