from __future__ import annotations

import gzip
import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.http import Http404

from regin.apps.accounts.actor import VISITOR, command_actor
from regin.apps.common.models import AuditEntry
from regin.apps.regions.boundaries import GISCO, load_boundaries, loaded_sets
from regin.apps.regions.models import Boundary, BoundarySet
from regin.apps.regions.tests.boundary_files import square, write
from regin.apps.regions.tests.factories import make_place
from regin.engine.errors import FaultsError

pytestmark = pytest.mark.django_db

ACTOR = command_actor("test")
SHAPED = {"LEVL_CODE": 2, "CNTR_CODE": "ES"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    make_place("Cataluña", "ES51")
    make_place("Murcia", "ES62")
    return write(tmp_path, [square("ES51", 1, 41, **SHAPED), square("ES62", -2, 37, **SHAPED)])


def state() -> list[tuple[object, ...]]:
    rows = Boundary.objects.order_by("pk")
    sets = BoundarySet.objects.order_by("pk")
    return [*rows.values_list(), *sets.values_list(), *AuditEntry.objects.values_list("number")]


def test_outlines_are_stored_with_a_point_inside_and_the_words_of_gisco(file: Path) -> None:
    loaded = load_boundaries(ACTOR, file)
    assert (loaded.version, loaded.stored, loaded.unknown) == ("2024", 2, ())
    assert loaded.attribution == GISCO
    boundary = Boundary.objects.get(place_code__code="ES51")
    assert 1 < boundary.longitude < 2
    assert 41 < boundary.latitude < 42
    assert json.loads(boundary.geometry)["type"] == "MultiPolygon"
    assert loaded_sets() == [(BoundarySet.objects.get(), 2)]
    assert AuditEntry.objects.filter(verb="boundaries.load").count() == 1


def test_the_same_file_twice_changes_nothing(file: Path) -> None:
    load_boundaries(ACTOR, file)
    before = state()
    again = load_boundaries(ACTOR, file)
    assert not again.changed
    assert state() == before


def test_the_same_file_with_other_words_changes_the_words(file: Path) -> None:
    load_boundaries(ACTOR, file)
    loaded = load_boundaries(ACTOR, file, attribution="© Other")
    assert loaded.changed
    assert BoundarySet.objects.get().attribution == "© Other"


def test_another_file_takes_the_place_of_the_first(file: Path, tmp_path: Path) -> None:
    load_boundaries(ACTOR, file)
    other = write(tmp_path, [square("ES51", 2, 42, **SHAPED)], "finer.geojson")
    assert load_boundaries(ACTOR, other).replaced == "regions.geojson"
    assert Boundary.objects.count() == 1


def test_the_version_that_knows_most_codes_is_taken(tmp_path: Path) -> None:
    make_place("Norte", "PT11", version="2021")
    make_place("Centro", "PT16", version="2021")
    make_place("Oeste", "PT1D", version="2024")
    codes = ["PT11", "PT16", "PT1D"]
    path = write(tmp_path, [square(code, n, 40, **SHAPED) for n, code in enumerate(codes)])
    loaded = load_boundaries(ACTOR, path)
    assert (loaded.version, loaded.detected) == ("2021", True)
    assert loaded.known == {"2024": 1, "2021": 2}
    assert loaded.unknown == ("PT1D",)
    assert load_boundaries(ACTOR, path, version="2024").stored == 1


def test_who_is_no_administrator_loads_nothing(file: Path) -> None:
    with pytest.raises(Http404):
        load_boundaries(VISITOR, file)
    assert not BoundarySet.objects.exists()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"version": "1066"}, "boundaries_version"),
        ({"attribution": ""}, "boundaries_words"),
        ({"attribution": "a\nb"}, "boundaries_words"),
        ({"attribution": "x" * 301}, "boundaries_words"),
    ],
)
def test_wrong_wishes_are_refused(file: Path, changes: dict[str, str], code: str) -> None:
    with pytest.raises(FaultsError) as caught:
        load_boundaries(ACTOR, file, **changes)
    assert [fault.code for fault in caught.value.faults] == [code]
    assert not BoundarySet.objects.exists()


def test_a_file_that_is_not_from_gisco_must_bring_its_words(tmp_path: Path) -> None:
    make_place("Cataluña", "ES51")
    path = write(tmp_path, [square("ES51", 1, 41)])
    with pytest.raises(FaultsError) as caught:
        load_boundaries(ACTOR, path)
    assert [fault.code for fault in caught.value.faults] == ["boundaries_attribution"]
    assert load_boundaries(ACTOR, path, attribution="© Institut").stored == 1


HOSTILE = {
    "empty": b"",
    "text": b"code;shape",
    "binary": bytes(range(256)),
    "deep": b"[" * 100_000,
    "not_a_collection": b'{"type":"Feature"}',
    "nan": b'{"type":"FeatureCollection","features":[NaN]}',
    "cut": json.dumps({"type": "FeatureCollection", "features": [square("ES51", 1, 41)]})[
        :-30
    ].encode(),
    "twice": json.dumps(
        {"type": "FeatureCollection", "features": [square("ES51", 1, 41), square("ES51", 2, 41)]}
    ).encode(),
    "off_the_earth": json.dumps(
        {"type": "FeatureCollection", "features": [square("ES51", 1, 41), square("ES62", 4e6, 41)]}
    ).encode(),
    "strangers": json.dumps(
        {"type": "FeatureCollection", "features": [square("ZZ99", 1, 41, **SHAPED)]}
    ).encode(),
    "bomb": gzip.compress(b" " * 80_000_000, 9),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_leaves_the_database_as_it_was(
    name: str, file: Path, tmp_path: Path
) -> None:
    load_boundaries(ACTOR, file)
    before = state()
    path = tmp_path / "hostile.geojson"
    path.write_bytes(HOSTILE[name])
    with pytest.raises(CommandError, match="Nothing was loaded"):
        call_command("boundaries", "load", str(path), attribution="© A")
    assert state() == before


def test_a_failure_in_the_middle_of_storing_keeps_the_old_outlines(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_boundaries(ACTOR, file)
    before = state()

    def fail(*_args: object, **_kwargs: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("regin.apps.regions.boundaries.record", fail)
    with pytest.raises(OSError, match="disk full"):
        load_boundaries(ACTOR, write(tmp_path, [square("ES51", 3, 43, **SHAPED)], "b.geojson"))
    assert state() == before


def test_the_command_says_what_it_did(file: Path, tmp_path: Path) -> None:
    features = [square("ES51", 1, 41, **SHAPED), square("ZZ9", 5, 50, **SHAPED)]
    path = write(tmp_path, features, "some.geojson")
    out = StringIO()
    call_command("boundaries", "load", str(path), stdout=out)
    said = out.getvalue()
    assert "NUTS 2024, which knows most of the codes (2024: 1)." in said
    assert "Left out 1 code that NUTS 2024 does not have: ZZ9." in said
    assert "Loaded 1 outline." in said
    assert GISCO in said
    call_command("boundaries", "load", str(path), "--version", "2024", stdout=out)
    assert "NUTS 2024, as you said." in out.getvalue()
    assert "nothing changed" in out.getvalue()


def test_the_list_says_what_is_loaded(file: Path) -> None:
    out = StringIO()
    call_command("boundaries", "list", stdout=out)
    assert "No boundaries are loaded" in out.getvalue()
    load_boundaries(ACTOR, file)
    call_command("boundaries", "list", stdout=out)
    assert "NUTS 2024  2  regions.geojson" in out.getvalue()
