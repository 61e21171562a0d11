"""Languages: complete, nothing fuzzy, the same placeholders; every template's text collected."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

import messages  # noqa: E402 - a script, found through the line above

pytestmark = pytest.mark.any_database

NUMBER_AND_PLURAL = re.compile(r"%\(count\)s [a-z]")
ONE_OF_SOME = re.compile(r"%\(count\)s of ")
"""“1 of 3 expected values” reads well."""
MORE_THAN_ONE = (
    "which %(count)s steps do",  # one step alone is not asked which it is
    "has %(count)s parts; a consistency ratio is known up to",
    "majorities of %(count)s units run in circles",
    "holds for a whole data set but has %(count)s values",
    "The file holds %(count)s tables: %(names)s. One is read at a time",
)


def test_texts_are_collected_from_code_and_templates() -> None:
    collected = {message.id for message in messages.template()}
    assert len(collected) > 200
    assert "organisation administrator" in collected


@pytest.mark.parametrize("language", [*messages.COMPLETE, messages.PERSON_FACING])
def test_catalogue_is_complete(language: str) -> None:
    assert list(messages.faults(language)) == []


def test_a_sentence_with_a_count_reads_well_for_one() -> None:
    """Faults have no plural forms: the number follows what it counts, as in “rows: 1”."""
    # A complete catalogue has every text, and is read faster than the code.
    texts = [m.id for m in messages.stored("sv") if isinstance(m.id, str)]
    found = [text for text in texts if NUMBER_AND_PLURAL.search(ONE_OF_SOME.sub("", text))]
    assert [text for text in found if not any(part in text for part in MORE_THAN_ONE)] == []


@pytest.mark.parametrize("language", messages.COMPLETE)
def test_translations_are_not_the_english_text(language: str) -> None:
    """A catalogue filled with English would be complete and useless: most texts must differ."""
    catalog = messages.stored(language)
    long = [m for m in catalog if m.id and isinstance(m.id, str) and len(m.id) > 25]
    same = [m.id for m in long if m.id == m.string]
    assert len(same) <= len(long) * 0.03, same


def test_the_pseudo_language_mirrors_every_text() -> None:
    mirrored = {message.id for message in messages.pseudo()}
    assert {m.id for m in messages.template()} <= mirrored
