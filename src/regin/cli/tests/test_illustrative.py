"""The illustrative index that the demo loads: whole, in every language, and worked by hand."""

from collections import Counter
from pathlib import Path

import pytest

from regin.engine.run import run
from regin.files.index import read_index

FOLDER = Path(__file__).parents[2] / "apps" / "assessments" / "data" / "illustrative"
LANGUAGES = ("ca", "es", "it", "pt", "sv", "fr", "de")


@pytest.fixture(scope="module")
def index():
    return read_index(FOLDER)


def test_it_has_seventeen_parts_on_four_axes(index):
    parts = index.framework.axis_parts
    assert index.framework.axes == ("element", "phase", "target", "area")
    assert list(Counter(part.axis for part in parts).values()) == [3, 4, 2, 8]
    assert all(index.framework.tagged(part) for part in parts)


def test_every_name_stands_in_every_language(index):
    framework = index.framework
    for thing in (*framework.placed, *framework.axis_parts, *framework.bands):
        assert thing.name
        assert all(thing.extra[f"name.{language}"] for language in LANGUAGES), thing.name


def test_every_whole_number_from_0_to_100_has_one_band(index):
    assert all(index.framework.band(score) is not None for score in range(101))


def test_every_cell_state_occurs(index):
    assert {int(state) for state in index.table.states.ravel()} == {0, 1, 2, 3, 4}


def test_its_regions_are_fictional(index):
    assert index.table.unit_names == ("Norvalia", "Estmark")
    assert all(unit.startswith("X-") for unit in index.table.units)
    assert "do not exist" in (FOLDER / "README.md").read_text(encoding="utf-8")


def test_its_scores_by_hand(index):
    done = run(index.table, index.framework, index.recipe)
    found = {(one.unit, one.code): one for one in done.scores}
    # Seven areas have a score (100 + 50 + 87.5 + 100 + 25 + 87.5 + 100), and Q11 has 50.
    overall = found["X-NOR", "INDEX"]
    assert (overall.score, overall.rank, overall.n_observed, overall.n_expected) == (75, 1, 15, 16)
    # Eight areas (50 + 0 + 37.5 + 50 + 0 + 75 + 75 + 25), and Q11 has 0.
    assert found["X-EST", "INDEX"].score == pytest.approx(312.5 / 9, rel=1e-12)
    assert found["X-NOR", "area:social_security"].score is None
    assert found["X-EST", "target:BIP"].score == pytest.approx(500 / 11, rel=1e-12)
    assert index.framework.band(overall.score).name == "Slightly favourable"
