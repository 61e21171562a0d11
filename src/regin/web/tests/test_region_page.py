"""The region page: complete, honest about what is missing, and cheap however much it shows."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.utils.translation import override
from tests.queries import counted_queries

from regin.apps.accounts.actor import command_actor
from regin.apps.accounts.models import Role, State
from regin.apps.common.models.text import TextState
from regin.apps.regions import operations
from regin.apps.regions.models import Authority, Place
from regin.apps.regions.tests.factories import (
    make_actor,
    make_organisation,
    make_place,
    make_profile,
)

MOST_QUERIES = 40

pytestmark = pytest.mark.django_db


def address(place, language="en"):
    with override(language):
        return place.get_absolute_url()


def page(client, place, language="en"):
    answer = client.get(address(place, language))
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("language", settings.CONTENT_LANGUAGES)
def test_the_page_speaks_every_language_and_marks_what_does_not(client, language):
    profile = make_profile()
    profile.set_text("powers", "en", "It decides on housing.")
    profile.set_text("powers", "sv", "Den beslutar om boende.", TextState.MACHINE)
    text = page(client, profile.place, language)
    assert f'<html lang="{language}"' in text
    shown_in = language if language == "sv" else "en"
    assert f'lang="{shown_in}" dir="auto"><p>' in text
    assert ("label-fallback" in text) == (language not in {"en", "sv"})
    assert ("label-machine" in text) == (language == "sv")


def test_what_nobody_says_is_not_known_here(client):
    profile = make_profile(authority_name="Regionen", unit_name="")
    text = page(client, profile.place)
    # unit, parent body, four texts, validity
    assert text.count("not known here") == 7


def test_a_region_without_a_profile_says_who_can_write_one(client):
    text = page(client, make_place())
    assert "No profile yet" in text
    assert "Any editor of an organisation" in text
    assert "/profiles/about/" not in text


def test_an_editor_is_offered_to_write_the_missing_profile(client):
    client.force_login(make_actor(make_organisation(), Role.EDITOR).user)
    assert "/profiles/about/" in page(client, make_place())


def test_the_page_shows_codes_parents_children_and_the_responsible_organisation(client):
    country = make_place("Land", "TL", level=0)
    region = make_place("Region", "TL1", level=1, parent=country.codes.get())
    make_place("Part", "TL11", level=2, parent=region.codes.get())
    Authority.objects.create(place=region, organisation=make_organisation(name="The body"))
    text = page(client, region)
    for word in ("TL1", "NUTS 2024", "Land", "Part", "TL11", "The body"):
        assert word in text


@pytest.mark.parametrize("state", [State.DRAFT, State.RETRACTED])
def test_what_is_not_published_is_not_on_the_page(client, state):
    profile = make_profile(authority_name="Hidden body", state=state)
    assert "Hidden body" not in page(client, profile.place)


def test_another_organisation_does_not_see_a_draft(client):
    profile = make_profile(authority_name="Hidden body", state=State.DRAFT)
    client.force_login(make_actor(make_organisation(), Role.ADMINISTRATOR).user)
    assert "Hidden body" not in page(client, profile.place)
    client.force_login(make_actor(profile.organisation, Role.MEMBER).user)
    assert "Hidden body" in page(client, profile.place)


@pytest.mark.parametrize("children", [2, 40])
def test_the_number_of_queries_does_not_grow_with_the_children(
    client, django_assert_max_num_queries, children
):
    parent = make_place("Parent", level=1)
    for number in range(children):
        make_place(f"Child {number}", parent=parent.codes.get())
    with django_assert_max_num_queries(MOST_QUERIES):
        assert page(client, parent).count(">Child ") == children


def test_both_sizes_cost_the_same(client):
    counts = []
    for children in (2, 40):
        parent = make_place("Parent", level=1)
        for number in range(children):
            make_place(f"Child {number}", parent=parent.codes.get())
        with counted_queries() as queries:
            page(client, parent)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_other_words_lead_to_the_address_of_today(client):
    place = make_place("Región")
    answer = client.get(f"/en/regions/old-words-{place.public_id}/?x=1")
    assert answer.status_code == 302
    assert answer["Location"] == f"{address(place)}?x=1"


@pytest.mark.parametrize(
    "slug",
    [
        "x",
        "-",
        "nobody-0000000000000",
        "a" * 5000,
        "../../etc/passwd",
        "%00",
        "%ff%fe",
        "<script>",
        "' OR 1=1 --",
        "🎉",
    ],
)
def test_a_hostile_address_is_not_found(client, slug):
    assert client.get(f"/en/regions/{slug}/").status_code == 404


def test_territories_outside_the_regions_have_no_page(client):
    place = make_place(category=Place.Category.EXTRA)
    assert client.get(address(place)).status_code == 404


def test_a_fictional_region_says_so(client):
    place = operations.load_fictional_places(command_actor("test"))[0]
    assert "label-fictional" in page(client, place)


def test_a_hostile_name_is_shown_and_not_run(client):
    name = "<script>alert(1)</script>"
    profile = make_profile(place=make_place(name), authority_name=name, source=name)
    profile.set_text("powers", "en", name)
    assert name not in page(client, profile.place)


def test_an_address_that_runs_script_is_not_a_link(client):
    """Stored by hand around the form, which refuses it."""
    profile = make_profile(source_url="https://example.org/law")
    assert 'href="https://example.org/law"' in page(client, profile.place)


@pytest.mark.parametrize("method", ["trace", "options", "post", "put", "delete"])
def test_pages_of_regions_are_read_and_nothing_else(client, method):
    place = make_place("Skåne", "SE224")
    for address in ("/en/regions/", "/en/regions/find/?q=skane", place.get_absolute_url()):
        assert client.head(address).status_code == 200
        answer = getattr(client, method)(address)
        assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")
