"""Regions like one: distances against an independent computation, and what takes no part."""

import re

import numpy as np
import pytest
from django.urls import reverse
from tests.queries import counted_queries

from regin.apps.accounts.actor import VISITOR
from regin.apps.accounts.models import State
from regin.apps.outcomes.choosing import catalogue
from regin.apps.outcomes.distances import distances
from regin.apps.outcomes.models import Series
from regin.apps.outcomes.peers import default_contexts, regions_like
from regin.apps.regions.models import PlaceChange, PlaceCode
from regin.apps.regions.tests.factories import make_place

from .factories import load, make_series, tsv, write

COUNT = 14
CODES = [f"AT{letter}{digit}" for letter in "12" for digit in range(1, 8)]


def text_of(response) -> str:
    assert response.status_code == 200, response.status_code
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


@pytest.mark.any_database
@pytest.mark.parametrize("seed", range(8))
def test_distances_are_those_of_numpy(seed):
    generator = np.random.default_rng(seed)
    size, columns = generator.integers(3, 60), generator.integers(1, 6)
    scales = 10.0 ** generator.integers(-3, 7, columns)
    table = generator.normal(size=(size, columns)) * scales + 5 * scales
    z = (table - table.mean(axis=0)) / table.std(axis=0, ddof=1)
    wanted = np.linalg.norm(z - z[0], axis=1)
    found = {one.key: one for one in distances(dict(enumerate(table.tolist())), 0)}
    assert sorted(found) == list(range(1, size))
    for key, one in found.items():
        assert one.total == pytest.approx(wanted[key], rel=1e-9)
        assert one.parts == pytest.approx(z[key] - z[0], rel=1e-9, abs=1e-12)
    totals = [one.total for one in found.values()]
    assert totals == sorted(totals)


@pytest.mark.any_database
def test_ties_share_the_best_rank_and_keep_the_order_given():
    rows = {7: [0.0], 3: [1.0], 9: [-1.0], 1: [2.0], 2: [-1.0]}
    found = distances(rows, 7)
    assert [(one.key, one.rank) for one in found] == [(3, 1), (9, 1), (2, 1), (1, 4)]


@pytest.mark.any_database
def test_a_column_that_is_the_same_everywhere_counts_nothing():
    rows = {key: [float(key), 0.1 + 0.2] for key in range(5)}
    plain = {key: [float(key)] for key in range(5)}
    with_constant, without = distances(rows, 0), distances(plain, 0)
    assert [one.total for one in with_constant] == [one.total for one in without]
    assert all(one.parts[1] == 0 for one in with_constant)


@pytest.fixture
def places(db):
    country = make_place("Österreich", "AT", level=0).codes.get()
    return {code: make_place(f"Region {code}", code, parent=country) for code in CODES}


def values(seed: int) -> dict[str, float]:
    generator = np.random.default_rng(seed)
    drawn = generator.uniform(1, 99, COUNT).round(1).tolist()
    return dict(zip(CODES, drawn, strict=True))


def series_of(tmp_path, cells: dict[str, str], periods=("2013",), **fields) -> Series:
    series = make_series(**fields)
    rows = [f"T,{code}={cell}" for code, cell in cells.items()]
    load(series, write(tmp_path, tsv(*rows, periods=periods)))
    return series


@pytest.fixture
def contexts(places, tmp_path):
    """Two series with a figure for every region."""
    tables = [values(1), values(2)]
    made = [
        series_of(tmp_path, {code: str(value) for code, value in table.items()}, concept=concept)
        for table, concept in zip(tables, ("population", "gdp"), strict=True)
    ]
    return made, tables


def like(place):
    chosen = default_contexts(catalogue(VISITOR, for_arithmetic=True))
    return regions_like(place, place.codes.get(), chosen)


def page(client, place, *series, **asked):
    tokens = [one.public_id for one in series]
    address = reverse("outcomes:like", kwargs={"slug": place.slug})
    return client.get(address, {"context": tokens, **asked})


def test_the_ten_nearest_are_those_of_numpy(places, contexts):
    _series, tables = contexts
    table = np.array([[one[code] for one in tables] for code in CODES])
    z = (table - table.mean(axis=0)) / table.std(axis=0, ddof=1)
    wanted = np.linalg.norm(z - z[4], axis=1)
    order = [CODES[at] for at in np.argsort(wanted) if at != 4]
    found = like(places[CODES[4]])
    assert [peer.code.code for peer in found.peers] == order[:10]
    assert [peer.distance for peer in found.peers] == [f"{one:.2f}" for one in sorted(wanted)[1:11]]
    assert (found.counted, found.candidates, found.problem) == (COUNT, COUNT, "")


def test_the_page_shows_each_figure_beside_mine_and_leads_to_the_comparison(
    client, places, contexts
):
    made, tables = contexts
    mine = places["AT11"]
    response = page(client, mine)
    words = text_of(response)
    assert f"– Region AT11 AT11 – {tables[0]['AT11']}" in words
    assert "How it is computed: each figure is standardised over the 14 regions" in words
    assert "Source: Office (dataset)" in words
    peer, address = response.context["rows"][0]
    assert f"region={mine.public_id}&region={peer.place.public_id}" in address
    assert made[0].public_id in address
    assert len(client.get(address).context["rows"]) == 2


def test_the_reader_chooses_what_counts(client, places, contexts):
    made, tables = contexts
    response = page(client, places["AT11"], made[1])
    mine = tables[1]["AT11"]
    wanted = min((code for code in CODES if code != "AT11"), key=lambda c: abs(tables[1][c] - mine))
    assert response.context["rows"][0][0].code.code == wanted
    assert len(response.context["found"].contexts) == 1


def test_what_is_shown_first_leaves_out_what_the_region_lacks(client, places, contexts, tmp_path):
    cells = dict.fromkeys(CODES, "5") | {"AT11": ":"}
    lacking = series_of(tmp_path, cells, concept="unemployment")
    assert len(page(client, places["AT11"]).context["found"].contexts) == 2
    assert len(page(client, places["AT12"]).context["found"].contexts) == 3
    words = text_of(page(client, places["AT11"], lacking))
    assert "Region AT11 has no figure of its own for: Unemployment" in words


def test_a_rate_stands_before_a_count_of_the_same_concept(places, tmp_path):
    cells = dict.fromkeys(CODES, "5")
    series_of(tmp_path, cells, code="a", concept="unemployment", measure="count")
    series_of(tmp_path, cells, code="b", concept="unemployment")
    (context,) = like(places["AT11"]).contexts
    assert context.chosen.series.code == "b"


def test_the_same_period_counts_else_the_nearest_up_to_three_years_away(places, tmp_path):
    cells = dict.fromkeys(CODES, "1|2|3|4|5")
    # Periods 2013, 2012, 2011, 2010, 2009: mine ends in 2012.
    cells["AT11"] = ":|9|:|:|:"
    cells["AT12"] = "7|:|8|:|:"
    cells["AT13"] = ":|:|:|:|6"
    years = ("2013", "2012", "2011", "2010", "2009")
    series_of(tmp_path, cells, years, concept="population")
    found = like(places["AT11"])
    assert found.contexts[0].period == "2012"
    by_code = {peer.code.code: peer.figures[0] for peer in found.peers}
    assert (by_code["AT12"].text, by_code["AT12"].reading.period) == ("7.0", "2013")
    assert by_code["AT12"].is_other_period
    assert (by_code["AT13"].text, by_code["AT13"].reading.period) == ("6.0", "2009")
    assert by_code["AT14"].text == "2.0"
    assert not by_code["AT14"].is_other_period


def test_a_figure_more_than_three_years_away_does_not_count(places, tmp_path):
    cells = dict.fromkeys(CODES, "1|1") | {"AT12": ":|5"}
    series_of(tmp_path, cells, ("2013", "2009"), concept="population")
    found = like(places["AT11"])
    assert found.counted == COUNT - 1
    assert "AT12" not in [peer.code.code for peer in found.peers]


def test_missing_and_confidential_take_no_part_and_are_never_zero(places, contexts, tmp_path):
    cells = dict.fromkeys(CODES, "5") | {"AT12": ": u", "AT13": "0 c", "AT14": "0"}
    series_of(tmp_path, cells, concept="unemployment")
    found = like(places["AT11"])
    assert found.counted == COUNT - 2
    shown = {peer.code.code: peer.figures[2] for peer in found.peers}
    assert shown.keys().isdisjoint({"AT12", "AT13"})
    assert found.counted == 12


def test_unreliable_figures_count_and_are_marked(client, places, contexts, tmp_path):
    cells = dict.fromkeys(CODES, "9") | {"AT11": "5", "AT12": "5.5 u"}
    series = series_of(tmp_path, cells)
    response = page(client, places["AT11"], series)
    assert 'class="figure unreliable">5.5</span>' in response.content.decode()
    assert "low reliability" in text_of(response)


def test_ties_at_the_end_of_the_list_are_told(client, places, tmp_path):
    series = series_of(tmp_path, dict.fromkeys(CODES, "3"))
    response = page(client, places["AT11"], series)
    words = text_of(response)
    assert {peer.rank for peer, _address in response.context["rows"]} == {1}
    assert [peer.code.code for peer, _address in response.context["rows"]] == CODES[1:11]
    assert "3 more regions are just as far as the last one." in words
    assert "All regions have the same figure for Unemployment" in words


def test_too_few_regions_are_no_ground_for_a_list(client, places, tmp_path):
    cells = {code: "3" if at < 9 else ":" for at, code in enumerate(CODES)}
    words = text_of(page(client, places["AT11"], series_of(tmp_path, cells)))
    assert "Only 9 regions of this level have all these figures; at least 10 are needed" in words
    more = text_of(page(client, places["AT11"], series_of(tmp_path, cells | {CODES[9]: "3"})))
    assert "The nearest regions" in more


def test_a_region_without_own_figures_is_led_to_what_it_lies_in(client, places, contexts):
    inner = make_place("Inner", "AT111", level=3, parent=places["AT11"].codes.get())
    response = page(client, inner)
    assert "Inner has no figure of its own for: Unemployment: Women and men" in text_of(response)
    above = reverse("outcomes:like", kwargs={"slug": places["AT11"].slug})
    assert f'<a href="{above}">' in response.content.decode()


def test_only_regions_of_the_level_and_none_that_are_made_up(places, contexts, tmp_path):
    series, _tables = contexts
    make_place("Norvalia", "AT18", is_fictional=True)
    make_place("Old", "AT19", version="2010")
    others = tsv("T,AT=5", "T,AT18=5", "T,AT19=5", periods=("2013",))
    for one in series:
        load(one, write(tmp_path, others))
    found = like(places["AT11"])
    assert (found.counted, found.candidates) == (COUNT, COUNT)
    assert "Norvalia" not in [peer.place.name for peer in found.peers]


def former(code: str, *heirs, version="2010"):
    """A region that was last in `version` and became `heirs`."""
    place = make_place(f"Former {code}", code, version=version)
    for heir in heirs:
        PlaceChange.objects.create(
            before=place.codes.get(), after=heir.codes.get(), change="split", source="Law"
        )
    return place


def test_a_former_region_is_like_none_and_leads_to_what_took_its_place(
    client, places, contexts, tmp_path
):
    series, _tables = contexts
    between = former("AT91", places["AT11"], places["AT12"], version="2013")
    old = former("AT90", between)
    others = [former(f"AT8{number}") for number in range(9)]
    cells = [f"T,{one.codes.get().code}=5" for one in (old, *others)]
    for one in series:
        load(one, write(tmp_path, tsv(*cells, periods=("2013",))))
    response = page(client, old)
    words, content = text_of(response), response.content.decode()
    assert response.context["rows"] == []
    assert "Former AT90 is a region of the past: it was last in NUTS 2010." in words
    assert "What took its place, in whole or in part: Regions like Region AT11 AT11" in words
    for heir in (places["AT11"], places["AT12"]):
        assert f'href="{reverse("outcomes:like", kwargs={"slug": heir.slug})}"' in content
    assert between.slug not in content
    assert "Find regions" not in words


def test_a_former_region_without_a_known_heir_leads_to_the_search(client, places, contexts):
    response = page(client, former("AT90"))
    assert "What took its place is not known here." in text_of(response)
    assert f'<a href="{reverse("regions:find")}">Find a region of today' in (
        response.content.decode()
    )


def test_regions_of_a_country_that_left_have_those_of_its_last_classification(places, tmp_path):
    make_place("Left", "UK", level=0, version="2021")
    codes = [f"UK{letter}{digit}" for letter in "CD" for digit in range(1, 7)]
    left = {code: make_place(code, code, version="2021") for code in codes}
    series_of(tmp_path, dict.fromkeys(codes, "5"), concept="population")
    found = like(left["UKC1"])
    assert (found.problem, found.counted, found.is_former) == ("", len(codes), False)


def test_a_figure_under_an_old_code_counts_for_the_region_of_today(places, contexts, tmp_path):
    place = places["AT12"]
    PlaceCode.objects.create(
        place=place, scheme="NUTS", version="2010", code="AT99", level=2, name="Old"
    )
    cells = {code: "4" for code in CODES if code != "AT12"} | {"AT99": "6"}
    series_of(tmp_path, cells, concept="unemployment")
    found = like(places["AT11"])
    assert found.counted == COUNT


def test_without_a_series_that_says_what_it_measures_the_page_asks(client, places, tmp_path):
    words = text_of(page(client, places["AT11"]))
    assert "Choose the figures by which regions are compared." in words
    assert "No statistics yet" in words
    series_of(tmp_path, dict.fromkeys(CODES, "3"))
    assert "Add a figure" in text_of(page(client, places["AT11"]))


def test_types_and_hidden_series_are_not_offered(client, places, contexts, tmp_path):
    kind = series_of(tmp_path, dict.fromkeys(CODES, "3"), measure=Series.Measure.TYPE)
    hidden = series_of(tmp_path, dict.fromkeys(CODES, "3"), state=State.DRAFT)
    response = page(client, places["AT11"], kind, hidden)
    assert "2 parts of the address are not known here" in text_of(response)
    assert f'value="{hidden.public_id}' not in response.content.decode()


def test_strange_addresses_are_not_known_or_not_there(client, places, contexts):
    response = page(client, places["AT11"], context=["\x00", "é", "x:y~z", ":", "%"])
    assert "5 parts of the address are not known here" in text_of(response)
    assert client.get("/en/outcomes/like/nowhere-0000000000000/").status_code == 404


def test_an_address_with_old_words_leads_to_the_page(client, places):
    response = client.get(f"/en/outcomes/like/old-{places['AT11'].public_id}/?context=x")
    assert response["Location"].endswith(f"/like/{places['AT11'].slug}/?context=x")


def test_queries_do_not_grow_with_regions_and_figures(client, places, contexts, tmp_path):
    made, _tables = contexts

    def count(*series) -> int:
        with counted_queries() as queries:
            page(client, places["AT11"], *series)
        return len(queries)

    before = count(made[0])
    parent = places["AT11"].codes.get().parent
    more = [make_place(f"More {n}", f"AT3{n}", parent=parent).codes.get().code for n in range(8)]
    cells = dict.fromkeys([*CODES, *more], "2")
    extra = [series_of(tmp_path, cells) for _number in range(3)]
    assert count(*made, *extra) == before
    assert before <= 16
