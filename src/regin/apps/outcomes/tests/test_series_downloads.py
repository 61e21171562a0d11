"""Downloads hold exactly what is seen, with source, licence and date, and run nothing."""

import html
import io
import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import openpyxl
import pytest
from tests.queries import counted_queries

from regin.apps.accounts.models import State
from regin.apps.outcomes.downloads import COLUMNS
from regin.apps.outcomes.models import Series
from regin.apps.regions.tests.factories import make_place
from regin.files.index.cells import unguarded

from .factories import load, tsv, write
from .test_pages import at

pytestmark = pytest.mark.django_db


@pytest.fixture
def series(two_groups):
    return two_groups


DOCS = Path(__file__).resolve().parents[5] / "docs/reference/series-downloads.md"
TABLES = ("download", "workbook", "json")
PICTURES = ("svg", "png")
EVIL = '=HYPERLINK("x")</text><script>alert(1)</script>'


def get(client, series, name: str, query: str = ""):
    return client.get(at(name, series) + query)


def book(response) -> dict[str, list[tuple]]:
    loaded = openpyxl.load_workbook(io.BytesIO(response.content))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in loaded}


@pytest.mark.parametrize("name", [*TABLES, *PICTURES])
def test_a_download_has_a_plain_name_and_is_never_shown_in_place(client, series, name):
    response = get(client, series, name, "?view=ranking&year=2012")
    assert response.status_code == 200
    assert re.fullmatch(
        r'attachment; filename="jobless-ranking-2012\.[a-z]{3,4}"', response["Content-Disposition"]
    )
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in response["Content-Security-Policy"]


@pytest.mark.parametrize("name", [*TABLES, *PICTURES])
def test_a_series_that_is_not_seen_has_no_downloads(client, series, name):
    Series._base_manager.filter(pk=series.pk).update(state=State.DRAFT)
    assert get(client, series, name, "?view=ranking").status_code == 404


@pytest.mark.parametrize("name", PICTURES)
def test_a_table_has_no_picture(client, series, name):
    assert get(client, series, name, "?view=table").status_code == 404


def test_json_has_values_flags_units_and_the_row_of_each_figure(client, series):
    found = get(client, series, "json", "?view=map&regions=AT12").json()
    assert found["series"]["licence"] == "CC BY 4.0"
    assert found["choice"]["regions"] == ["AT12"]
    assert (found["unit"], found["flags"]["u"]) == ("percent", "low reliability")
    missing, known = found["figures"]
    assert (missing["code"], missing["value"], missing["reason"]) == ("AT11", None, "confidential")
    assert (known["value"], known["flags"], known["unreliable"]) == (4.4, "u", True)
    (part,) = known["made_of"]
    (file,) = found["files"]
    assert (part["file"], part["row"]) == (file["number"], 5)
    assert re.fullmatch(r"[0-9a-f]{64}", file["sha256"])


def test_a_gap_in_json_holds_both_figures(client, series):
    found = get(client, series, "json", "?view=table&show=points").json()
    assert found["unit"] == "percentage points"
    assert [group["sex"] for group in found["choice"]["groups"]] == ["F", "M"]
    first = found["figures"][0]
    assert (first["value"], [part["value"] for part in first["made_of"]]) == (-1.5, [3.0, 4.5])


def test_the_change_over_time_is_downloaded_with_all_its_years(client, series):
    found = get(client, series, "json", "?view=change").json()
    assert found["choice"]["period"] is None
    assert [(one["code"], one["period"]) for one in found["figures"]] == [
        ("AT11", "2012"),
        ("AT11", "2013"),
        ("AT12", "2012"),
        ("AT12", "2013"),
    ]


def test_the_workbook_has_numbers_and_a_sheet_about_them(client, series):
    sheets = book(get(client, series, "workbook", "?view=table&level=all"))
    heading, *rows = sheets["figures"]
    codes = {row[0]: dict(zip(heading, row, strict=True)) for row in rows}
    assert (codes["AT"]["value"], codes["AT"]["flags"]) == (4.9, "b")
    assert (codes["AT11"]["value"], codes["AT11"]["flags"]) == (None, ":c")
    about = dict(row[:2] for row in sheets["about"])
    assert (about["licence"], about["source"]) == ("CC BY 4.0", "Source: Office (dataset)")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", about["downloaded_on"])
    assert at("detail", series) in about["link"]
    assert about["flag u"] == "low reliability"
    assert about["file 1"] == "file.tsv"


def test_a_gap_in_csv_has_codes_files_and_values_of_both_groups(client, series):
    response = get(client, series, "download", "?view=table&show=points")
    heading, row, *_rest = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    cells = dict(zip(heading.split(","), row.split(","), strict=False))
    assert (cells["sex"], cells["value"], cells["shows"]) == ("F / M", "-1.5", "points")
    assert (cells["first_value"], cells["second_value"]) == ("3.0", "4.5")
    assert cells["row"] == "6 / 7"


@pytest.mark.parametrize("view", ["map", "ranking", "change", "spread"])
def test_a_picture_names_title_source_licence_and_date_and_runs_nothing(client, series, view):
    make_place(EVIL, "AT13")
    Series._base_manager.filter(pk=series.pk).update(is_sample=True)
    response = get(client, series, "svg", f"?view={view}")
    drawing = response.content.decode()
    assert response["Content-Type"] == "image/svg+xml; charset=utf-8"
    words = " ".join(re.sub(r"<[^>]+>", " ", drawing).split())
    for said in ("Unemployment", "Source: Office (dataset)", "CC BY 4.0", "Sample"):
        assert said in words, said
    assert "Source: Source:" not in words
    assert "figures.." not in words
    assert re.search(r"taken on \d{4}-\d\d-\d\d", words)


@pytest.mark.parametrize("view", ["map", "ranking", "change", "spread"])
def test_the_address_in_a_picture_leads_back_to_what_it_shows(client, series, view):
    asked = f"?view={view}&year=2012&show=points&level=2&regions=AT12"
    drawing = get(client, series, "svg", asked).content.decode()
    # A long address is cut over lines; each is a text of its own.
    words = "".join(html.unescape(one).strip() for one in re.findall(r">([^<]*)<", drawing))
    found = re.search(r"taken on \S+ ?from ?(\S+?&regions=AT12)", words)
    assert found, words
    address = urlsplit(found[1])
    assert address.path == at("detail", series)
    back = client.get(f"{address.path}?{address.query}").context["selection"]
    kept = (back.view, back.show, back.level, back.marked)
    assert kept == (view, "points", 2, ("AT12",))
    assert back.period == "2012"


@pytest.mark.parametrize("view", ["map", "ranking"])
def test_a_hostile_name_is_text_in_every_download(client, series, tmp_path, view):
    make_place(EVIL, "AT13")
    series.set_text("title", "en", EVIL)
    load(series, write(tmp_path, tsv("T,AT13=5|6"), name="=evil.tsv"))
    assert "<script" not in get(client, series, "svg", f"?view={view}").content.decode()
    assert json.loads(get(client, series, "json", f"?view={view}").content)["series"]["title"]
    rows = book(get(client, series, "workbook", f"?view={view}"))["figures"]
    row = next(row for row in rows if row[0] == "AT13")
    assert unguarded(row[2]) == EVIL
    assert not [cell for cell in row if str(cell).startswith(("=", "+", "@"))]


def test_a_png_is_drawn(client, series):
    assert get(client, series, "png", "?view=ranking").content.startswith(b"\x89PNG\r\n")


@pytest.mark.parametrize("name", TABLES)
def test_queries_of_a_download_do_not_grow_with_rows(client, series, tmp_path, name):
    def count() -> int:
        with counted_queries() as queries:
            assert get(client, series, name, "?view=table").status_code == 200
        return len(queries)

    before = count()
    for number in range(20):
        make_place(f"Place {number}", f"BE{number}")
    load(series, write(tmp_path, tsv(*(f"T,BE{n}=1|2" for n in range(20))), name="more.tsv"))
    assert count() == before


def test_only_what_everybody_sees_may_be_kept_on_the_way(client, series):
    assert "public" in get(client, series, "json")["Cache-Control"]


def test_the_reference_names_every_column_and_member(client, series):
    words = DOCS.read_text(encoding="utf-8")
    assert [column for column in COLUMNS if f"`{column}`" not in words] == []
    found = get(client, series, "json", "?view=table").json()
    members = {*found, *found["series"], *found["choice"], *found["files"][0]}
    members |= {*found["figures"][0], *found["figures"][0]["made_of"][0]}
    assert [member for member in members if f"`{member}`" not in words] == []
