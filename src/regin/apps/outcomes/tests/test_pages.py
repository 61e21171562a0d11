"""What people see of statistics, and how they bring a file in."""

import csv
import io
import re

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation
from tests.queries import counted_queries

from regin.apps.accounts.models import Role, State, Visibility
from regin.apps.outcomes.downloads import COLUMNS
from regin.apps.outcomes.forms import UPLOAD
from regin.apps.outcomes.models import Import, Observation
from regin.apps.regions.tests.factories import make_actor, make_place
from regin.files.index.cells import unguarded

from .factories import USUAL, figures, load, make_austria, make_series, stage, tsv, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def series(tmp_path):
    make_austria()
    series = make_series(code="jobless")
    load(series, write(tmp_path))
    return series


@pytest.fixture
def editor(series, client):
    actor = make_actor(series.organisation, Role.EDITOR)
    client.force_login(actor.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return actor


TABLE = "?view=table&level=all"


def text_of(response) -> str:
    """The words of a page, blanks joined."""
    assert response.status_code == 200, response.status_code
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def at(name: str, series, **more) -> str:
    return reverse(f"outcomes:{name}", kwargs={"slug": series.slug, **more})


def download(client, series, query: str = "") -> list[list[str]]:
    response = client.get(at("download", series) + TABLE + query)
    assert response["Content-Type"].startswith("text/csv")
    content = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content)))


def rows_of(lines: list[list[str]]) -> list[dict[str, str]]:
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def test_the_list_says_what_each_series_is_and_reaches(client, series):
    type(series)._base_manager.filter(pk=series.pk).update(is_sample=True)
    words = text_of(client.get(reverse("outcomes:list")))
    assert "Unemployment Sample" in words
    assert "2012 to 2013" in words


def test_the_list_without_series_says_what_would_be_there(client):
    assert "No statistics yet" in text_of(client.get(reverse("outcomes:list")))


def test_the_page_of_a_series_shows_the_newest_year_with_flags_in_words(client, series):
    words = text_of(client.get(at("detail", series) + TABLE))
    assert "Österreich 4.9 b break in time series AT NUTS 2024" in words
    assert "Burgenland – low reliability u low reliability AT11 NUTS 2024" in words
    assert "Source: Office (dataset)" in words
    assert "Licence: CC BY 4.0" in words
    assert "older than three years" in words
    assert "file.tsv" in text_of(client.get(at("detail", series) + "?view=about"))


def test_zero_and_missing_look_different(client, series):
    words = text_of(client.get(at("detail", series) + TABLE + "&year=2012"))
    assert "Burgenland 0.0" in words
    assert "– The source has no figure here. The source has no figure here. AT12 NUTS 2024" in words


def test_year_group_and_country_can_be_chosen(client, series, tmp_path):
    make_place("Deutschland", "DE", level=0)
    load(series, write(tmp_path, tsv("T,DE=7|8")))
    words = text_of(client.get(at("detail", series) + TABLE + "&year=2012&group=F...&country=AT"))
    assert "Unemployment, 2012: Women (percent)" in words
    assert "– confidential c confidential AT NUTS 2024" in words
    assert "Burgenland" not in words
    words = text_of(client.get(at("detail", series) + TABLE + "&country=DE"))
    assert "Deutschland 7.0 DE NUTS 2024" in words
    assert "Burgenland" not in words


@pytest.mark.parametrize("query", ["year=1850", "group=%00", "country='--", "page=-9", "page=x"])
def test_a_choice_that_does_not_exist_shows_the_first(client, series, query):
    assert "4.9" in text_of(client.get(f"{at('detail', series)}{TABLE}&{query}"))


def test_an_address_with_old_words_leads_to_the_page(client, series):
    response = client.get(f"/en/outcomes/old-words-{series.public_id}/?year=2012")
    assert response.status_code == 302
    assert response["Location"] == at("detail", series) + "?year=2012"


@pytest.mark.parametrize("page", ["detail", "download"])
def test_a_draft_and_a_foreign_series_are_not_there(client, series, page):
    type(series)._base_manager.filter(pk=series.pk).update(state=State.DRAFT)
    assert client.get(at(page, series)).status_code == 404
    type(series)._base_manager.filter(pk=series.pk).update(
        state=State.PUBLISHED, visibility=Visibility.ORGANISATION
    )
    assert client.get(at(page, series)).status_code == 404
    assert "Unemployment" not in text_of(client.get(reverse("outcomes:list")))


def test_queries_do_not_grow_with_rows(client, series, tmp_path):
    def count(address: str) -> int:
        with counted_queries() as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    listed, shown = count(reverse("outcomes:list")), count(at("detail", series))
    for number in range(30):
        make_place(f"Place {number}", f"AT2{number}")
    load(series, write(tmp_path, tsv(*(f"T,AT2{n}=1|2" for n in range(30)))))
    for _number in range(5):
        make_series()
    assert count(reverse("outcomes:list")) == listed
    assert count(at("detail", series)) == shown
    assert shown < 20


def test_long_tables_are_paged_and_the_download_is_whole(client, series, tmp_path):
    for number in range(130):
        make_place(f"Place {number}", f"BE{number}")
    load(series, write(tmp_path, tsv(*(f"T,BE{number}=1|2" for number in range(130)))))
    first = text_of(client.get(at("detail", series) + TABLE))
    assert "Page 1 of 2" in first
    assert "Page 2 of 2" in text_of(client.get(at("detail", series) + TABLE + "&page=2"))
    assert len(rows_of(download(client, series))) == 134


def test_the_download_is_a_plain_table_that_starts_with_its_heading(client, series):
    lines = download(client, series)
    assert lines[0] == list(COLUMNS)
    assert [len(line) for line in lines] == [len(COLUMNS)] * 5
    assert "code" not in [line[0] for line in lines[1:]]


def test_every_row_of_the_download_says_where_it_is_from(client, series):
    type(series)._base_manager.filter(pk=series.pk).update(is_sample=True)
    rows = rows_of(download(client, series))
    assert len(rows) == 4
    for row in rows:
        assert row["series"] == "Unemployment"
        assert row["source"] == "Source: Office (dataset)"
        assert row["source_address"] == "https://example.org/dataset"
        assert (row["licence"], row["sample"], row["language"]) == ("CC BY 4.0", "true", "en")
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", row["downloaded_on"])


def test_the_download_says_the_choice_that_was_made_and_links_to_it(client, series):
    (row,) = rows_of(download(client, series, "&year=2012&group=F...&country=AT&page=7"))
    chosen = row["filter_year"], row["filter_group"], row["filter_country"]
    assert chosen == ("2012", "Women", "AT")
    query = "?view=table&year=2012&group=F...&country=AT&level=all"
    address = f"{settings.REGIN_BASE_URL}{at('detail', series)}{query}"
    assert row["link"] == address
    assert "Unemployment, 2012: Women (percent)" in text_of(client.get(address))
    row = rows_of(download(client, series, "&year=1850&group=x"))[0]
    assert (row["filter_year"], row["filter_group"], row["sample"]) == (
        "2013",
        "Women and men",
        "false",
    )


def test_the_download_has_values_flags_and_versions_as_published(client, series):
    rows = {row["code"]: row for row in rows_of(download(client, series))}
    assert (rows["AT"]["value"], rows["AT"]["flags"]) == ("4.9", "b")
    assert rows["AT"]["flag_words"] == "break in time series"
    assert (rows["AT11"]["value"], rows["AT11"]["flags"]) == ("", ":u")
    assert rows["AT"]["classification"] == "NUTS 2024"
    assert (rows["AT"]["file"], rows["AT"]["row"]) == ("file.tsv", "2")
    rows = {row["code"]: row for row in rows_of(download(client, series, "&year=2012"))}
    assert (rows["AT11"]["value"], rows["AT12"]["value"]) == ("0.0", "")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "＝"])
def test_no_cell_of_the_download_is_a_formula(client, series, tmp_path, start):
    evil = f"{start}HYPERLINK(1)"
    make_place(evil, "AT9")
    series.set_text("title", "en", evil)
    series.set_text("unit", "en", evil)
    type(series)._base_manager.filter(pk=series.pk).update(attribution=evil, licence=evil)
    load(series, write(tmp_path, tsv("T,AT9=-1.5|2"), name=f"{evil.strip()}.tsv"))
    lines = download(client, series)
    cells = [cell for line in lines for cell in line]
    assert [cell for cell in cells if cell.lstrip().startswith(start.strip())] == ["-1.5"] * (
        start == "-"
    )
    row = next(row for row in rows_of(lines) if row["code"] == "AT9")
    told = ("region", "unit", "series", "source", "licence")
    assert [unguarded(row[name]) for name in told] == [evil] * 5
    assert row["value"] == "-1.5"


def test_markup_in_names_is_text(client, series, tmp_path):
    make_place("<script>alert(1)</script>", "AT9")
    path = write(tmp_path, tsv("T,AT9=1|2"), name="<img src=x>.tsv")
    load(series, path)
    content = client.get(at("detail", series)).content.decode()
    assert "<script>alert" not in content
    assert "<img src=x" not in content
    assert "&lt;script&gt;alert(1)" in content


def test_only_who_may_import_is_told_to_load_a_newer_file(client, series):
    type(series)._base_manager.filter(pk=series.pk).update(is_sample=True)
    words = text_of(client.get(at("detail", series)))
    assert "Sample: figures of 2012 to 2013. A newer file has not been loaded yet." in words
    assert "Load a newer file." not in words
    actor = make_actor(series.organisation, Role.EDITOR)
    client.force_login(actor.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    words = text_of(client.get(at("detail", series)))
    assert "Sample: figures of 2012 to 2013. Load a newer file." in words


@pytest.mark.parametrize(
    ("cell", "said"), [("1", ""), (":", "1 more cell has no"), (": |:", "2 more cells have no")]
)
def test_missing_cells_are_counted_in_the_right_number(client, cell, said, tmp_path):
    make_austria()
    one = make_series()
    load(one, write(tmp_path, tsv("T,AT=1|2", f"T,AT1={cell if '|' in cell else cell + '|3'}")))
    words = text_of(client.get(at("detail", one)))
    assert said in words
    assert ("more cell" in words) is bool(said)


# --- bringing a file in ------------------------------------------------------


def upload(client, series, content: str = USUAL, **fields):
    file = SimpleUploadedFile(fields.pop("name", "new.tsv"), content.encode())
    return client.post(at("import", series), {"file": file, **fields})


def test_an_editor_loads_looks_and_accepts(client, series, editor):
    assert "Import a file" in text_of(client.get(at("detail", series)))
    response = upload(client, series, USUAL.replace("6.2", "6.3"))
    staged = Import.objects.get(state="staged")
    preview = at("preview", series, number=staged.number)
    assert response["Location"] == preview
    page = client.get(preview)
    assert at("accept", series, number=staged.number) in page.content.decode()
    words = text_of(page)
    assert "AT1 Ostösterreich NUTS 2024 Women and men 2013 6.2 6.3 3" in words
    assert "The same as stored 9" in words
    assert "EU28" in words
    response = client.post(at("accept", series, number=staged.number), follow=True)
    words = text_of(response)
    assert "The file is accepted. 1 figure was written." in words
    assert "removed" not in words.split("The file is accepted.")[1][:60]
    assert figures(series)["T", "AT1", "2013"] == (6.3, "")
    assert staged.by == editor.user


def test_accepting_the_same_file_says_that_nothing_changed(client, series, editor):
    upload(client, series)
    staged = Import.objects.get(state="staged")
    preview = text_of(client.get(at("preview", series, number=staged.number)))
    assert "There is nothing to change" in preview
    response = client.post(at("accept", series, number=staged.number), follow=True)
    assert "There was nothing to change" in text_of(response)


def test_figures_go_only_when_the_box_is_ticked(client, series, editor):
    for ticked, expected in (({}, 10), ({"remove_gone": "on"}, 2)):
        upload(client, series, tsv("T,AT=4.9 b|4.3"))
        staged = Import.objects.get(state="staged")
        page = text_of(client.get(at("preview", series, number=staged.number)))
        assert "Remove the figures that the file no longer holds" in page
        client.post(at("accept", series, number=staged.number), ticked)
        assert len(figures(series)) == expected


def test_discarding_changes_nothing(client, series, editor):
    upload(client, series, USUAL.replace("6.2", "6.3"))
    staged = Import.objects.get(state="staged")
    client.post(at("discard", series, number=staged.number))
    staged.refresh_from_db()
    assert staged.state == Import.State.DISCARDED
    assert figures(series)["T", "AT1", "2013"] == (6.2, "")
    client.post(at("accept", series, number=staged.number))
    assert figures(series)["T", "AT1", "2013"] == (6.2, "")


def test_the_version_can_be_changed_in_the_preview(client, series, editor):
    make_place("Österreich", "AT", version="2021", level=0)
    upload(client, series)
    staged = Import.objects.get(state="staged")
    response = client.post(
        at("version", series, number=staged.number), {"version": "2021"}, follow=True
    )
    assert "The codes are read as NUTS 2021" in text_of(response)
    response = client.post(
        at("version", series, number=staged.number), {"version": "1066"}, follow=True
    )
    assert "Choose one of the versions" in text_of(response)


def test_a_stale_import_says_so_and_is_refused(client, series, editor, tmp_path):
    upload(client, series, USUAL.replace("6.2", "6.3"))
    staged = Import.objects.get(state="staged")
    load(series, write(tmp_path, USUAL.replace("6.2", "9.9")))
    page = client.get(at("preview", series, number=staged.number))
    assert "has changed since" in text_of(page)
    assert "Discard it, then load the file again" in text_of(page)
    assert at("accept", series, number=staged.number) not in page.content.decode()
    assert at("discard", series, number=staged.number) in page.content.decode()
    response = client.post(at("accept", series, number=staged.number), follow=True)
    assert "has changed since" in text_of(response)
    assert figures(series)["T", "AT1", "2013"] == (9.9, "")


def test_faults_are_a_table_with_row_and_column(client, series, editor):
    response = upload(client, series, tsv("T,AT=4.9|x", "T,QQ1=1|2"), name="broken.tsv")
    assert response.status_code == 422
    words = " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())
    assert "This file has 1 fault. Nothing was stored." in words
    assert "broken.tsv 2 2012 “x” is not a number with flags." in words
    assert Import.objects.filter(state="staged").count() == 0


def test_an_unknown_code_is_a_question_with_its_row(client, series, editor):
    response = upload(client, series, tsv("T,AT=4.9|1", "T,QQ1=1|2"))
    page = client.get(response.url, follow=True)
    words = " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())
    assert "geo QQ1 3 1" in words
    assert Import.objects.filter(state="staged").count() == 0


def test_faults_are_told_in_the_language_of_the_reader(monkeypatch):
    from regin.apps.common import faults
    from regin.engine.errors import Fault

    monkeypatch.setattr(faults, "_", {
        "The cell is empty.": "Cellen är tom.",
        "Write “:” for a value that is missing.": "Skriv ”:”.",
    }.__getitem__)  # fmt: skip
    with translation.override("sv"):
        shown = faults.shown_fault(Fault("tsv_empty_cell", {}, "f", 2, "2013"))
    assert (shown.what, shown.advice, shown.row) == ("Cellen är tom.", "Skriv ”:”.", 2)


def test_a_file_that_is_too_large_is_refused_before_it_is_read(client, series, editor, monkeypatch):
    from dataclasses import replace

    from regin.apps.outcomes import forms

    monkeypatch.setattr(forms, "UPLOAD", replace(UPLOAD, file_bytes=10))
    response = upload(client, series)
    assert response.status_code == 422
    assert "Ask an administrator to import it" in response.content.decode()


@pytest.mark.parametrize("content", ["", "\x00"])
def test_an_empty_or_binary_file_gets_a_message(client, series, editor, content):
    response = upload(client, series, content)
    assert response.status_code == 422
    assert "Nothing was stored" in response.content.decode()


def test_who_may_not_import_finds_nothing_there(client, series, tmp_path):
    number = stage(series, write(tmp_path)).number
    people = [None, *(make_actor(series.organisation, role) for role in (Role.MEMBER, Role.CODER))]
    people.append(make_actor(make_series().organisation, Role.EDITOR))
    addresses = [at("import", series), at("preview", series, number=number)]
    acts = [at(name, series, number=number) for name in ("accept", "discard", "version")]
    for person in people:
        client.logout()
        if person:
            client.force_login(
                person.user, backend="allauth.account.auth_backends.AuthenticationBackend"
            )
        assert [client.get(address).status_code for address in addresses] == [404, 404]
        assert [client.post(address).status_code for address in [addresses[0], *acts]] == [404] * 4
        assert "Import a file" not in text_of(client.get(at("detail", series)))
    assert Import.objects.get(number=number, series=series).is_staged


@pytest.mark.parametrize("number", [99, 10**15, 10**30])
def test_an_import_that_does_not_exist_is_not_there(client, series, editor, number):
    assert client.get(at("preview", series, number=number)).status_code == 404
    assert client.post(at("accept", series, number=number)).status_code == 404


def test_an_import_of_another_series_is_not_reached_through_this_one(
    client, series, editor, tmp_path
):
    other = make_series()
    number = 7
    staged = stage(other, write(tmp_path))
    Import.objects.filter(pk=staged.pk).update(number=number)
    assert client.post(at("accept", series, number=number)).status_code == 404
    assert Observation.objects.filter(series=other).count() == 0
