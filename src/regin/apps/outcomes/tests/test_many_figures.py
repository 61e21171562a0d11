"""Pages ask the database the same number of questions whether a series is small or large."""

import pytest
from django.urls import reverse
from tests.queries import counted_queries

from regin.apps.outcomes.models import Observation
from regin.apps.outcomes.viewing import VIEWS
from regin.apps.regions.models import PlaceCode
from regin.apps.regions.tests.factories import make_place

from .factories import load, make_austria, make_series, tsv, write

pytestmark = pytest.mark.django_db

YEARS = tuple(str(year) for year in range(2023, 2003, -1))
SMALL, LARGE = 12, 80


def filled(tmp_path, regions: int):
    """A series of two groups, 20 years and so many regions, each with its own figures."""
    series = make_series()
    codes = ["AT", *(f"ATR{number:02}" for number in range(regions))]
    rows = [
        f"{sex},{code}={'|'.join(f'{at % 9}.{year[-1]}' for year in YEARS)}"
        for sex in "TF"
        for at, code in enumerate(codes)
    ]
    load(series, write(tmp_path, tsv(*rows, periods=YEARS)))
    return series


@pytest.fixture
def both(tmp_path):
    parent = make_austria()["AT"]
    for number in range(LARGE):
        make_place(f"Region {number}", f"ATR{number:02}", parent=parent)
    return filled(tmp_path, SMALL), filled(tmp_path, LARGE)


def queries(client, address: str) -> int:
    with counted_queries() as counted:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert answer.getvalue()
    return len(counted)


@pytest.mark.parametrize(
    ("page", "query"),
    [*(("detail", f"?view={view}") for view in VIEWS), ("download", ""), ("json", "")],
)
def test_a_series_of_thousands_of_figures_costs_no_more_queries(client, both, page, query):
    small, large = (reverse(f"outcomes:{page}", kwargs={"slug": one.slug}) + query for one in both)
    client.get(small)  # what is kept in the process is there for both
    assert Observation.objects.filter(series=both[1]).count() == 2 * (LARGE + 1) * len(YEARS)
    assert queries(client, large) == queries(client, small)


def test_a_region_costs_no_more_queries_where_others_have_thousands_of_figures(client, both):
    first, last = (
        PlaceCode.objects.get(code=code, version="2024").place.get_absolute_url()
        for code in ("ATR00", f"ATR{LARGE - 1}")
    )
    client.get(first)
    before = queries(client, first)
    Observation.objects.filter(series=both[1]).delete()
    assert queries(client, first) == before
    assert queries(client, last) <= before
