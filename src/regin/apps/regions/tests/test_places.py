"""Places: a recode keeps the territory, a split makes others, loading twice changes nothing."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404

from regin.apps.accounts.actor import VISITOR, command_actor
from regin.apps.accounts.models import Role
from regin.apps.common.addresses import known_id
from regin.apps.regions import operations
from regin.apps.regions.facts import place_facts
from regin.apps.regions.models import Place, PlaceChange, PlaceCode, PlaceName, Profile, SearchName
from regin.apps.regions.tests.factories import make_actor, make_organisation, make_place

KEEPS_THE_PLACE = ["recode", "rename"]
MAKES_ANOTHER = ["split", "merge", "boundary"]
TABLES = [Place, PlaceCode, PlaceChange, PlaceName, SearchName]

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded():
    operations.load_starter_places(command_actor("test"))


def test_the_starter_places_obey_the_rules_of_places(loaded):
    changes = PlaceChange.objects.exclude(before=None).exclude(after=None)
    kept = changes.filter(change__in=KEEPS_THE_PLACE).values_list("before__place", "after__place")
    other = changes.filter(change__in=MAKES_ANOTHER).values_list("before__place", "after__place")
    assert kept
    assert other
    assert all(before == after for before, after in kept)
    assert all(before != after for before, after in other)


def test_a_code_of_one_version_names_one_place_and_has_its_parent_there(loaded):
    wrong = [
        code
        for code in PlaceCode.objects.select_related("parent").exclude(parent=None)
        if (code.parent.scheme, code.parent.version, code.parent.level)
        != (code.scheme, code.version, code.level - 1)
    ]
    assert wrong == []
    with pytest.raises(IntegrityError), transaction.atomic():
        PlaceCode.objects.create(
            place=Place.objects.first(), scheme="NUTS", version="2024", code="ES51", level=2
        )


def test_loading_twice_changes_nothing(loaded):
    before = [sorted(model.objects.values_list("pk", flat=True)) for model in TABLES[:-1]]
    names = sorted(SearchName.objects.values_list("place", "kind", "text"))
    operations.load_starter_places(command_actor("test"))
    assert before == [sorted(model.objects.values_list("pk", flat=True)) for model in TABLES[:-1]]
    assert names == sorted(SearchName.objects.values_list("place", "kind", "text"))


def test_loading_again_mends_what_was_changed_by_hand(loaded):
    Place.objects.filter(key="nuts-ES51").update(native_name="Wrong", public_id="wrong")
    operations.load_starter_places(command_actor("test"))
    place = Place.objects.get(key="nuts-ES51")
    assert place.native_name == "Cataluña"
    assert place.public_id == "wrong", "an address that was given out stays"


def test_places_have_the_same_address_in_every_installation(loaded):
    for place in Place.objects.all():
        assert place.public_id == known_id(place.key)


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


def test_the_starter_profiles_are_public_and_marked_as_translated_by_a_machine(loaded):
    for _time in range(2):
        profiles = operations.load_starter_profiles(command_actor("test"))
    stored = Profile.objects.visible_to(VISITOR)
    assert stored.count() == len(profiles) >= 6
    for profile in stored.prefetch_related("texts"):
        states = {row.language: row.state for row in profile.texts.all()}
        assert states.pop("en") == "original"
        assert set(states.values()) == {"machine"}
        assert profile.revision_body()["texts"]


def test_a_starter_profile_that_a_person_changed_stays_as_they_made_it(loaded):
    from regin.apps.accounts.actor import actor_of
    from regin.apps.regions.tests.factories import make_user

    profile = operations.load_starter_profiles(command_actor("test"))[0]
    admin = actor_of(make_user(is_superuser=True))
    values = profile.editable_values() | {"unit_name": "Corrected", "reason": "It was wrong"}
    from regin.apps.common.locking import stamp

    operations.edit_profile(admin, profile, values, stamp(profile.editable_values()))
    operations.load_starter_profiles(command_actor("test"))
    profile.refresh_from_db()
    assert profile.unit_name == "Corrected"


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
