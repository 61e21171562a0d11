"""Finding: any spelling finds, the best is first, the reason is said, no text is dangerous."""

from __future__ import annotations

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from regin.apps.regions.finding import find
from regin.apps.regions.models import PlaceCode, PlaceName
from regin.apps.regions.operations import rebuild_search_names
from regin.apps.regions.tests.factories import make_place


@pytest.fixture
def regions(db):
    spain = make_place("España", "ES", level=0)
    PlaceName.objects.create(place=spain, language="ca", name="Espanya")
    PlaceName.objects.create(place=spain, language="sv", name="Spanien")
    east = make_place("Este", "ES5", level=1, parent=spain.codes.get())
    catalonia = make_place("Cataluña", "ES51", parent=east.codes.get())
    PlaceCode.objects.create(
        place=catalonia, scheme="NUTS", version="2016", code="ES51", level=2, name="Cataluña"
    )
    made = [
        spain,
        east,
        catalonia,
        make_place("Barcelona", "ES511", level=3, parent=catalonia.codes.get(version="2024")),
        make_place("Αττική", "EL3", level=1, latin_name="Attiki"),
        make_place("Valle d’Aosta/Vallée d’Aoste", "ITC2"),
        make_place("Estremadura", "PT9", version="2016"),
        make_place("Estonia", "EE00"),
    ]
    rebuild_search_names()
    return {place.native_name: place for place in made}


def names(query, **options):
    return [hit.place.native_name for hit in find(query, **options).hits]


@pytest.mark.parametrize("query", ["ES51", "es51", "  Es51 ", "ES 51", "es-51"])
def test_a_code_finds_its_region_first(regions, query):
    assert names(query)[0] == "Cataluña"


def test_the_beginning_of_a_code_finds_all_below_it(regions):
    assert names("ES5") == ["Este", "Cataluña", "Barcelona"]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("cataluna", "Cataluña"),
        ("CATALUÑA", "Cataluña"),
        ("atti", "Αττική"),
        ("αττικη", "Αττική"),
        ("espany", "España"),
        ("spanien", "España"),
        ("aosta", "Valle d’Aosta/Vallée d’Aoste"),
        ("vallée d'aoste", "Valle d’Aosta/Vallée d’Aoste"),
        ("valle daosta", None),
    ],
)
def test_any_spelling_of_a_name_finds_it(regions, query, name):
    assert names(query) == ([name] if name else [])


def test_current_regions_come_before_superseded_ones_and_large_before_small(regions):
    assert names("est") == ["Este", "Estonia", "Estremadura"]


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("es51", "code ES51 of NUTS 2024"),
        ("espanya", "name in Catalan: Espanya"),
        ("attiki", "name in Latin letters: Attiki"),
        ("barcelona", "name there: Barcelona"),
    ],
)
def test_it_says_why_it_found(regions, query, why):
    with override("en"):
        assert find(query).hits[0].why == why


def test_a_code_of_an_old_version_says_its_version(regions):
    place = regions["Estonia"]
    PlaceCode.objects.create(
        place=place, scheme="NUTS", version="2016", code="EE77", level=2, name="Estonia"
    )
    rebuild_search_names([place])
    with override("en"):
        assert find("ee77").hits[0].why == "code EE77 of NUTS 2016"


def test_the_limit_does_not_hide_how_many_there_are(regions):
    found = find("es", limit=2)
    assert (len(found.hits), found.total) == (2, 6)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "   ",
        "%",
        "_",
        "%%%",
        "\\",
        "'; DROP TABLE regions_place; --",
        "x" * 10_000,
        "é" * 10_000,
        "\x00\x01\x1b[31m",
        "🎉" * 50,
        "\u202e\ufeff",
        "\ud800",
    ],
)
def test_hostile_queries_find_nothing_and_break_nothing(regions, query):
    assert find(query).hits == []


def test_wildcards_of_sql_are_plain_characters(regions):
    assert names("c%") == names("c")
    assert names("b_r") == []


@pytest.mark.parametrize("copies", [1, 25])
def test_the_number_of_queries_does_not_grow(regions, django_assert_num_queries, copies):
    parent = make_place("Parent", level=1).codes.get()
    for number in range(copies):
        make_place(f"Zeta {number}", f"ZZ{number}", parent=parent)
    rebuild_search_names()
    # rows, how many, places, names, codes, parents, their places, their names
    with django_assert_num_queries(8):
        assert len(find("zeta").hits) == copies


class AnyQuery(TestCase):
    @given(st.text(max_size=80))
    def test_any_text_is_a_safe_query(self, query):
        found = find(query)
        assert found.total >= len(found.hits)
