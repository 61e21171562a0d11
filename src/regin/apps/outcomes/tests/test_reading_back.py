"""A number is read back to its file and row, and what was published when stays readable."""

import pytest
from tests.queries import counted_queries

from regin.apps.accounts.models import Role, State
from regin.apps.outcomes.models import Import, Series
from regin.apps.outcomes.operations import accept_import, undo_import
from regin.apps.regions.tests.factories import make_actor, make_place

from .factories import COMMAND, TWO_GROUPS, load, make_series, stage, tsv, write
from .test_pages import at, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def series(two_groups):
    return two_groups


FIGURE = "?code=AT&period=2013&group=T..."


def figure(client, series, query: str = FIGURE):
    return client.get(at("figure", series) + query)


def test_a_figure_names_file_row_import_hash_and_flags_in_words(client, series):
    imported = series.imports.get()
    Import.objects.filter(pk=imported.pk).update(published="2026-03-01")
    words = text_of(figure(client, series))
    for said in (
        "4.9 b percent",
        "Österreich",
        "AT (NUTS 2024)",
        "break in time series",
        "file.tsv (Eurostat TSV)",
        "Row of the file 2",
        "number 1, accepted on",
        "2026-03-01",
        imported.sha256,
        "It has not changed since",
    ):
        assert said in words, said


def test_a_missing_figure_is_read_back_with_its_reason(client, series):
    words = text_of(figure(client, series, "?code=AT11&period=2013&group=T..."))
    assert "– confidential" in words
    assert "Row of the file 4" in words


def test_what_it_was_before_is_told_with_both_files(client, series, tmp_path):
    load(series, write(tmp_path, TWO_GROUPS.replace("4.9 b", "5.1 p"), name="second.tsv"))
    load(series, write(tmp_path, TWO_GROUPS.replace("4.9 b", ": c"), name="third.tsv"))
    words = text_of(figure(client, series))
    assert "– confidential" in words.partition("What it was before")[0]
    before = words.partition("What it was before")[2]
    assert "5.1 p provisional import 2" in before
    assert "second.tsv 2 import 3" in before
    assert before.index("5.1 p") < before.index("4.9 b")


def test_a_removed_figure_stays_readable(client, series, tmp_path):
    load(series, write(tmp_path, tsv("T,AT1=6.2|5.5"), name="less.tsv"), remove_gone=True)
    words = text_of(figure(client, series))
    assert "Import 2 removed this figure" in words
    assert "4.9 b" in words


def test_an_undone_import_is_said_and_its_value_gone(client, series, tmp_path):
    done = load(series, write(tmp_path, TWO_GROUPS.replace("4.9 b", "5.1"), name="second.tsv"))
    undo_import(COMMAND, done)
    words = text_of(figure(client, series))
    assert "4.9 b percent" in words
    assert "import 2, undone on" in words
    assert "5.1" not in words


def test_the_classification_tells_two_codes_of_the_same_letters_apart(client, series, tmp_path):
    make_place("Austria of old", "AT", version="2010", level=0)
    staged = stage(series, write(tmp_path, tsv("T,AT=1.1|1.2"), name="old.tsv"), "2010")
    accept_import(COMMAND, staged)
    assert "4.9 b" in text_of(figure(client, series))
    words = text_of(figure(client, series, FIGURE + "&classification=NUTS+2010"))
    assert "1.1 percent" in words
    assert "AT (NUTS 2024)" in words.partition("The same code in other classifications")[2]
    assert figure(client, series, FIGURE + "&classification=NUTS+1999").status_code == 404


def test_who_brought_the_file_is_told_to_colleagues_only(client, series):
    person = make_actor(series.organisation, Role.EDITOR)
    Import.objects.filter(series=series).update(by=person.user)
    assert "Person" not in text_of(figure(client, series)).partition("What it was")[0]
    client.force_login(person.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert f"brought by {person.user}" in text_of(figure(client, series))


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?code=AT&period=2013",
        "?code=AT&period=1850&group=T...",
        "?code=AT99&period=2013&group=T...",
        "?code=AT&period=2013&group=X...",
        "?code=AT&period=2013&group=T..",
        "?code=%00&period=2013&group=T...",
        "?code=AT&period=%00&group=T...",
        "?code=AT&period=2013&group=T..%00.",
        "?code=" + "A" * 5000 + "&period=2013&group=T...",
        "?code=AT&period=" + "2" * 5000 + "&group=T...",
        "?code=AT&period=2013&group=" + "T" * 5000 + "...",
        "?code=AT'--&period=2013&group=T...",
    ],
)
def test_a_figure_that_never_was_is_not_there(client, series, query):
    assert figure(client, series, query).status_code == 404


def test_a_figure_of_another_series_is_not_reached_through_this_one(client, series):
    assert figure(client, make_series()).status_code == 404


def test_foreign_and_hidden_series_are_not_there(client, series):
    Series._base_manager.filter(pk=series.pk).update(state=State.DRAFT)
    assert figure(client, series).status_code == 404
    assert client.get(at("changes", series, number=1)).status_code == 404


def test_reading_back_costs_the_same_after_many_imports(client, series, tmp_path):
    def count() -> int:
        with counted_queries() as queries:
            assert figure(client, series).status_code == 200
        return len(queries)

    load(series, write(tmp_path, TWO_GROUPS.replace("4.9 b", "5"), name="a.tsv"))
    before = count()
    for number in range(4):
        load(
            series,
            write(tmp_path, TWO_GROUPS.replace("4.9 b", f"6.{number}"), name=f"{number}.tsv"),
        )
    assert count() == before


# --- what a file changed -------------------------------------------------------


def changes(client, series, number: int, query: str = ""):
    return client.get(at("changes", series, number=number) + query)


def test_what_a_file_changed_is_shown_before_and_after(client, series, tmp_path):
    changed = TWO_GROUPS.replace("4.9 b", "5.1").replace("T,AT1=6.2|5.5\n", "")
    text = changed.replace("T,AT1=6.2|5.5", "T,AT1=6.2|:") + "M,AT=3.3\t3.4\n".replace("=", "\t")
    load(series, write(tmp_path, text, name="second.tsv"))
    words = text_of(changes(client, series, 2))
    assert "Österreich AT (NUTS 2024) Women and men 2013 4.9 b 5.1" in words
    assert "New figures 2" in words


def test_a_value_replaced_again_still_shows_what_each_file_brought(client, series, tmp_path):
    load(series, write(tmp_path, TWO_GROUPS.replace("4.9 b", "5.1"), name="second.tsv"))
    load(series, write(tmp_path, TWO_GROUPS.replace("4.9 b", "5.2"), name="third.tsv"))
    assert "2013 4.9 b 5.1" in text_of(changes(client, series, 2))
    assert "2013 5.1 5.2" in text_of(changes(client, series, 3))


def test_a_removed_figure_is_said_to_be_removed(client, series, tmp_path):
    load(series, write(tmp_path, tsv("T,AT=4.9 b|4.3"), name="less.tsv"), remove_gone=True)
    words = text_of(changes(client, series, 2))
    assert "AT1 (NUTS 2024) Women and men 2013 6.2 removed" in words
    assert "New figures 0" in words


def test_the_first_file_changed_nothing_that_was_there(client, series):
    words = text_of(changes(client, series, 1))
    assert "New figures 16" in words
    assert "It changed no figure that was there before." in words


def test_a_file_that_is_not_accepted_is_nobodys_to_read_here(client, series, tmp_path):
    number = stage(series, write(tmp_path)).number
    assert changes(client, series, number).status_code == 404
    assert changes(client, series, 10**30).status_code == 404


def test_an_undone_file_says_so(client, series, tmp_path):
    done = load(series, write(tmp_path, TWO_GROUPS.replace("4.9 b", "5.1"), name="second.tsv"))
    undo_import(COMMAND, done)
    assert "Import 2 was undone on" in text_of(changes(client, series, 2))
    assert "undone on" in text_of(client.get(at("detail", series) + "?view=about"))


def test_pages_of_changes_cost_the_same(client, series, tmp_path):
    def count(number: int) -> int:
        with counted_queries() as queries:
            assert changes(client, series, number).status_code == 200
        return len(queries)

    load(series, write(tmp_path, TWO_GROUPS.replace("4.9 b", "5.1"), name="second.tsv"))
    for number in range(120):
        make_place(f"Place {number}", f"BE{number}")
    load(series, write(tmp_path, tsv(*(f"T,BE{n}=1|2" for n in range(120))), name="be.tsv"))
    load(series, write(tmp_path, tsv(*(f"T,BE{n}=3|4" for n in range(120))), name="be2.tsv"))
    assert count(4) == count(2)
    assert "Page 1 of 3" in text_of(changes(client, series, 4))


def test_markup_in_a_file_name_is_text(client, series, tmp_path):
    load(series, write(tmp_path, TWO_GROUPS.replace("4.9 b", "5.1"), name="<img src=x>.tsv"))
    for page in (changes(client, series, 2), figure(client, series)):
        assert "<img src=x>" not in page.content.decode()
