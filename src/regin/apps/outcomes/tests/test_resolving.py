"""Codes find their place and their version."""

import pytest

from regin.apps.outcomes.resolving import resolve
from regin.apps.regions.models import PlaceCode
from regin.apps.regions.tests.factories import make_place

pytestmark = pytest.mark.django_db


def known(**versions: str) -> None:
    for version, codes in versions.items():
        for code in codes.split():
            make_place(code, code, version=version.removeprefix("v"))


def version_of(code: str, keys: dict[str, int]) -> str:
    return PlaceCode.objects.get(pk=keys[code]).version


def test_the_version_that_knows_most_codes_is_chosen():
    known(v2021="AA BB CC", v2024="AA BB")
    found = resolve(["AA", "BB", "CC"])
    assert found.version == "2021"
    assert found.known_by == {"2024": 2, "2021": 3}


def test_of_two_versions_that_know_as_many_the_newer_is_chosen():
    known(v2021="AA BB", v2024="AA BB", v2016="AA")
    assert resolve(["AA", "BB"]).version == "2024"


def test_a_code_that_only_other_versions_know_keeps_the_newest_of_them():
    known(v2021="AA BB", v2013="OLD", v2010="OLD", v2024="AA")
    found = resolve(["AA", "BB", "OLD"])
    assert version_of("OLD", found.places) == "2013"
    assert version_of("AA", found.places) == "2021"
    assert found.versions == {"2021": 2, "2013": 1}


def test_a_named_version_is_taken_whatever_the_others_know():
    known(v2021="AA BB", v2024="AA")
    found = resolve(["AA", "BB"], "2024")
    assert found.version == "2024"
    assert version_of("AA", found.places) == "2024"
    assert version_of("BB", found.places) == "2021"


def test_aggregates_and_unknown_codes_are_told_apart():
    known(v2024="AA")
    found = resolve(["EU28", "AA", "ZZ99", "EA19"])
    assert found.aggregates == ("EU28", "EA19")
    assert found.unknown == ("ZZ99",)
    assert set(found.places) == {"AA"}


def test_a_code_of_a_free_region_is_no_code_of_a_statistical_file():
    make_place("City", "AA", scheme=PlaceCode.FREE, version="")
    assert resolve(["AA"]).unknown == ("AA",)


def test_more_codes_than_fit_one_question_are_all_resolved():
    known(v2024=" ".join(f"A{number}" for number in range(620)))
    assert len(resolve([f"A{number}" for number in range(620)]).places) == 620
