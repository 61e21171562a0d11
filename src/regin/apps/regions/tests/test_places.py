"""Places: a recode keeps the territory, a split makes others, loading twice changes nothing."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils.translation import override

from regin.apps.accounts.actor import VISITOR, command_actor
from regin.apps.accounts.models import Role
from regin.apps.regions import operations
from regin.apps.regions.facts import place_facts
from regin.apps.regions.models import Place, PlaceChange, PlaceCode, PlaceName, SearchName
from regin.apps.regions.tests.factories import make_actor, make_organisation, make_place

KEEPS_THE_PLACE = ["recode", "rename"]
MAKES_ANOTHER = ["split", "merge", "boundary"]
TABLES = [Place, PlaceCode, PlaceChange, PlaceName, SearchName]

pytestmark = pytest.mark.django_db


def test_a_failed_load_leaves_nothing_behind(monkeypatch):
    from regin.apps.regions.operations import places

    def fail():
        raise OSError("disk full")

    monkeypatch.setattr(places, "rebuild_search_names", fail)
    with pytest.raises(OSError, match="disk full"):
        operations.load_starter_places(command_actor("test"))
    assert not Place.objects.exists()


def test_only_an_instance_administrator_loads_places():
    editor = make_actor(make_organisation(), Role.ADMINISTRATOR)
    for actor in (VISITOR, editor):
        for load in (
            operations.load_starter_places,
            operations.load_fictional_places,
            operations.load_starter_profiles,
        ):
            with pytest.raises(Http404):
                load(actor)
    assert not Place.objects.exists()


def test_fictional_regions_say_so_and_stand_nowhere_on_the_map():
    for _time in range(2):
        places = operations.load_fictional_places(command_actor("test"))
    assert {place.native_name for place in places} == {"Norvalia", "Estmark"}
    assert Place.objects.count() == 2
    for place in places:
        assert place.is_fictional
        assert place.latitude is None
        assert place.current_code.scheme == PlaceCode.FREE


def test_changes_are_told_from_both_sides():
    old = make_place("Old", "T1", version="2021")
    one, two = make_place("One", "T2"), make_place("Two", "T3")
    for new in (one, two):
        PlaceChange.objects.create(
            before=old.codes.get(), after=new.codes.get(), change="split", share=0.25, source="s"
        )
    told = place_facts(old).changes
    assert {change.other for change in told} == {one, two}
    assert all("split" in change.sentence for change in told)
    assert told[0].percent == 25
    (reverse,) = place_facts(one).changes
    assert reverse.other == old
    assert "T1 Old (NUTS 2021)" in reverse.sentence


def test_a_recode_is_one_sentence_about_the_place_itself():
    place = make_place("Same", "T1", version="2021")
    new = PlaceCode.objects.create(
        place=place, scheme="NUTS", version="2024", code="T9", level=2, name="Same"
    )
    old = place.codes.get(version="2021")
    PlaceChange.objects.create(before=old, after=new, change="recode", source="s")
    facts = place_facts(place)
    (change,) = facts.changes
    assert change.other is None
    assert "T9" in change.sentence
    assert "T1" in change.sentence
    assert [row.code for row in facts.codes] == ["T9", "T1"]


def test_a_region_that_the_newest_version_does_not_have_is_not_current():
    make_place("New", "T2", version="2024")
    assert not place_facts(make_place("Old", "T1", version="2021")).is_current


def test_a_share_is_a_part_of_one():
    code = make_place().codes.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        PlaceChange.objects.create(before=code, change="discontinued", share=1.5, source="s")


@pytest.mark.parametrize("language", ["en", "sv", "ar"])
def test_a_name_in_other_letters_is_shown_in_latin_ones_with_the_native_beside_it(language):
    place = make_place("Αττική", latin_name="Attiki")
    with override(language):
        assert (place.name, place.other_name) == ("Attiki", "Αττική")


def test_a_name_authored_in_the_language_of_the_page_comes_first():
    place = make_place("Ελλάδα", latin_name="Ellada")
    place.names.create(language="sv", name="Grekland")
    with override("sv"):
        assert (place.name, place.other_name) == ("Grekland", "Ελλάδα")
