"""The places that every installation knows: their rules hold, and loading twice changes nothing."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from regin.apps.accounts.actor import VISITOR, actor_of, command_actor
from regin.apps.common.addresses import known_id
from regin.apps.common.locking import stamp
from regin.apps.regions import operations
from regin.apps.regions.models import Place, PlaceChange, PlaceCode, PlaceName, Profile, SearchName
from regin.apps.regions.tests.factories import make_user

KEEPS_THE_PLACE = ["recode", "rename"]
MAKES_ANOTHER = ["split", "merge", "boundary"]
TABLES = [Place, PlaceCode, PlaceChange, PlaceName, SearchName]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter_places")]


def test_the_starter_places_obey_the_rules_of_places():
    changes = PlaceChange.objects.exclude(before=None).exclude(after=None)
    kept = changes.filter(change__in=KEEPS_THE_PLACE).values_list("before__place", "after__place")
    other = changes.filter(change__in=MAKES_ANOTHER).values_list("before__place", "after__place")
    assert kept
    assert other
    assert all(before == after for before, after in kept)
    assert all(before != after for before, after in other)


def test_a_code_of_one_version_names_one_place_and_has_its_parent_there():
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


def test_loading_twice_changes_nothing():
    before = [sorted(model.objects.values_list("pk", flat=True)) for model in TABLES[:-1]]
    names = sorted(SearchName.objects.values_list("place", "kind", "text"))
    operations.load_starter_places(command_actor("test"))
    assert before == [sorted(model.objects.values_list("pk", flat=True)) for model in TABLES[:-1]]
    assert names == sorted(SearchName.objects.values_list("place", "kind", "text"))


def test_loading_again_mends_what_was_changed_by_hand():
    Place.objects.filter(key="nuts-ES51").update(native_name="Wrong", public_id="wrong")
    operations.load_starter_places(command_actor("test"))
    place = Place.objects.get(key="nuts-ES51")
    assert place.native_name == "Cataluña"
    assert place.public_id == "wrong", "an address that was given out stays"


def test_places_have_the_same_address_in_every_installation():
    for place in Place.objects.all():
        assert place.public_id == known_id(place.key)


def test_the_starter_profiles_are_public_and_marked_as_translated_by_a_machine():
    for _time in range(2):
        profiles = operations.load_starter_profiles(command_actor("test"))
    stored = Profile.objects.visible_to(VISITOR)
    assert stored.count() == len(profiles) >= 6
    for profile in stored.prefetch_related("texts"):
        states = {row.language: row.state for row in profile.texts.all()}
        assert states.pop("en") == "original"
        assert set(states.values()) == {"machine"}
        assert profile.revision_body()["texts"]


def test_a_starter_profile_that_a_person_changed_stays_as_they_made_it():
    profile = operations.load_starter_profiles(command_actor("test"))[0]
    admin = actor_of(make_user(is_superuser=True))
    values = profile.editable_values() | {"unit_name": "Corrected", "reason": "It was wrong"}
    operations.edit_profile(admin, profile, values, stamp(profile.editable_values()))
    operations.load_starter_profiles(command_actor("test"))
    profile.refresh_from_db()
    assert profile.unit_name == "Corrected"
