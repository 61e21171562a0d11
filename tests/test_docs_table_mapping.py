"""The page about mappings: its tables are read as it shows, and it names every entry."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import fields
from pathlib import Path

import pytest

from regin.files.datasets import read_dataset
from regin.files.datasets.mapping import ABOUT, mapping_from
from regin.files.datasets.mapping_checks import FREQUENCIES, ROLES
from regin.files.datasets.mapping_model import (
    DECIMALS,
    ENCODINGS,
    THOUSANDS,
    Across,
    Constant,
    KeyColumn,
    Notation,
    TablePlace,
)
from regin.files.limits import LIMITS
from tests.test_docs_examples import DOCS, blocks

pytestmark = pytest.mark.any_database

PAGE = DOCS / "reference/table-mapping.md"
TABLES = {
    "place": TablePlace,
    "numbers": Notation,
    "column": KeyColumn,
    "across": Across,
    "constant": Constant,
}
# These entries of the notation are tables of their own.
OWN_TABLES = {"missing", "signs"}


def shown(*words: str) -> str:
    """The text of the block that is headed by `words`."""
    (found,) = (one for one in blocks(PAGE) if (one.language, *one.words) == words)
    return found.text


def sections() -> dict[str, str]:
    text = PAGE.read_text(encoding="utf-8")
    return dict(re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", text, flags=re.M | re.S))


@pytest.mark.parametrize("name", ["wide", "long"])
def test_a_table_of_the_page_is_read_as_the_page_shows(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.csv"
    path.write_text(shown("csv", path.name), encoding="utf-8")
    mapping = mapping_from(shown("toml", f"{name}.toml"))
    dataset = read_dataset(path, LIMITS, path.name, mapping)
    rows = list(csv.DictReader(io.StringIO(shown("csv", "read", path.name))))
    names = [dimension.name for dimension in dataset.dimensions]
    assert list(rows[0]) == [*names, "value", "flags"]
    said = {
        tuple(row[one] for one in names): (
            float(row["value"]) if row["value"] else None,
            row["flags"],
        )
        for row in rows
    }
    assert {cell.codes: (cell.value, cell.flags) for cell in dataset.cells()} == said
    assert len(rows) == len(dataset)


def test_the_page_names_every_entry_in_its_section() -> None:
    found = sections()
    for table, kind in TABLES.items():
        (text,) = (text for head, text in found.items() if re.match(rf"`\[+{table}\]+`", head))
        listed = set(re.findall(r"^\| `(\w+)` \|", text, flags=re.M))
        assert listed == {one.name for one in fields(kind)} - OWN_TABLES
    listed = set(re.findall(r"^\| `(\w+)` \|", found["Entries of the file"], flags=re.M))
    assert listed == {"version", *ABOUT}
    assert {"`[missing]` and `[signs]`", "`[leave_out]`: rows that are not read"} <= found.keys()


def test_the_page_names_every_value_that_an_entry_may_have() -> None:
    text = PAGE.read_text(encoding="utf-8")
    choices = {*FREQUENCIES, *ROLES, *DECIMALS, *THOUSANDS, *ENCODINGS}
    assert {one for one in choices if f'`"{one}"`' not in text} == set()
