"""A plain table or a file with unknown codes: a person answers once, the series remembers."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from regin.apps.accounts.models import Role
from regin.apps.outcomes.models import Import, Series, Upload
from regin.apps.regions.operations import rebuild_search_names
from regin.apps.regions.tests.factories import make_actor, make_organisation

from .factories import figures, make_austria, make_series, tsv
from .test_command_answers import json_stat
from .test_uploads import SAID

pytestmark = pytest.mark.django_db

TABLE = """Unemployment by region
;;;
Region;Sex;2013;2012
Burgenland;F;4,9;4,3
Niederösterreich;F;5,1;..
Insgesamt;F;5,0;4,4
"""


@pytest.fixture(autouse=True)
def _storage(settings, tmp_path):
    storage = {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path / "kept"}}
    settings.STORAGES = {**settings.STORAGES, "default": storage}


@pytest.fixture
def editor(client):
    make_austria()
    rebuild_search_names()
    actor = make_actor(make_organisation(), Role.EDITOR)
    client.force_login(actor.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return actor


def begin(client, actor, content: str = TABLE, name: str = "table.csv"):
    (organisation,) = actor.organisations_where(Role.EDITOR)
    file = SimpleUploadedFile(name, content.encode())
    data = {"file": file, "organisation": organisation}
    return client.post(reverse("outcomes:begin"), data, follow=True)


def shown_values(page) -> dict[str, str]:
    """What the form of a page holds when nobody changes it."""
    form = page.context["form"]
    return {field.name: field.value() or "" for field in form if field.value() is not False}


def step(name: str) -> str:
    return reverse(f"outcomes:{name}", kwargs={"key": Upload.objects.get().key})


def name_columns(client, page, **changes):
    return client.post(step("columns"), {**shown_values(page), **changes}, follow=True)


def answer(client, page, **changes):
    return client.post(step("codes"), {**shown_values(page), **changes}, follow=True)


def series_of(client, **changes) -> Series:
    said = {name: value for name, value in SAID.items() if name != "of_unit"}
    client.post(step("describe"), {**said, "dataset": "own", **changes})
    return Series._base_manager.get()


def accept(client, series: Series) -> None:
    number = series.imports.latest("number").number
    client.post(reverse("outcomes:accept", kwargs={"slug": series.slug, "number": number}))


def bring_into(client, series: Series, content: str, name: str = "next.csv"):
    file = SimpleUploadedFile(name, content.encode())
    address = reverse("outcomes:import", kwargs={"slug": series.slug})
    return client.post(address, {"file": file}, follow=True)


def test_the_columns_of_a_plain_table_are_proposed_and_shown_with_its_rows(client, editor):
    page = begin(client, editor)
    assert page.redirect_chain[-1][0] == step("columns")
    said = shown_values(page)
    assert (said["use_0"], said["use_1"], said["use_2"]) == ("geo_names", "sex", "figures")
    assert (said["across"], said["decimal"], said["mark_0"]) == ("time", ",", "missing")
    assert "Niederösterreich" in page.content.decode()


def test_a_name_that_begins_like_one_that_is_known_is_offered_and_not_taken(client, editor):
    page = name_columns(client, begin(client, editor, TABLE.replace("Burgenland", "Burgen")))
    first, second = page.context["form"].questions[:2]
    assert [one.code for one in first.candidates] == ["AT11"]
    assert (first.proposed, second.proposed) == ("", "AT12")
    refused = answer(client, page)
    assert refused.status_code == 422
    assert "Choose what it means" in refused.content.decode()


@pytest.mark.parametrize("written", ["25 Burgenland", "Burgenland (25)", "025. Burgenland"])
def test_a_name_beside_a_code_of_digits_is_proposed(client, editor, written):
    page = name_columns(client, begin(client, editor, TABLE.replace("Burgenland", written)))
    first = page.context["form"].questions[0]
    assert (first.text, first.proposed) == (written, "AT11")


def test_two_texts_that_differ_by_digits_alone_are_offered_and_not_taken(client, editor):
    table = TABLE.replace("Burgenland", "1 Burgenland").replace("Insgesamt", "2 Burgenland")
    page = name_columns(client, begin(client, editor, table))
    asked = {one.text: one for one in page.context["form"].questions}
    for text in ("1 Burgenland", "2 Burgenland"):
        assert [one.code for one in asked[text].candidates] == ["AT11"]
        assert asked[text].proposed == ""


def test_a_beginning_of_a_name_beside_a_code_of_digits_is_offered(client, editor):
    table = TABLE.replace("Burgenland", "25 Burgen").replace("Insgesamt", "AT 99")
    page = name_columns(client, begin(client, editor, table))
    asked = {one.text: one for one in page.context["form"].questions}
    assert [one.code for one in asked["25 Burgen"].candidates] == ["AT11"]
    assert asked["25 Burgen"].proposed == ""
    assert asked["AT 99"].candidates == ()


def test_a_plain_table_becomes_a_series_by_columns_names_and_description(client, editor):
    page = name_columns(client, begin(client, editor))
    assert page.redirect_chain[-1][0] == step("codes")
    proposed = shown_values(page)
    assert (proposed["choice_0"], proposed["choice_1"]) == ("AT11", "AT12")
    page = answer(client, page)
    assert page.redirect_chain[-1][0] == step("describe")
    named = shown_values(page)
    assert (named["dataset"], named["code"]) == ("table", "table")
    series = series_of(client)
    accept(client, series)
    found = figures(series)
    assert found["F", "AT11", "2013"] == (4.9, "")
    assert found["F", "AT12", "2012"] == (None, "")
    assert len(found) == 4


def test_the_next_file_of_the_series_asks_nothing(client, editor):
    answer(client, name_columns(client, begin(client, editor)))
    series = series_of(client)
    accept(client, series)
    newer = TABLE.replace("4,9", "4,8").replace("2013;2012", "2014;2013")
    page = bring_into(client, series, newer)
    assert page.redirect_chain[-1][0].endswith("/imports/2/")
    staged = Import.objects.get(number=2)
    assert (staged.format, staged.summary["new"]) == ("mapped-table", 2)


def test_a_table_whose_structure_changed_says_so_and_asks_for_its_columns_again(client, editor):
    answer(client, name_columns(client, begin(client, editor)))
    series = series_of(client)
    accept(client, series)
    other = TABLE.replace("Region;Sex;", "Region;Sex;Note;").replace(";F;", ";F;x;")
    page = bring_into(client, series, other)
    assert page.redirect_chain[-1][0] == step("columns")
    assert "the structure has changed" in page.content.decode()
    page = name_columns(client, page)
    assert page.redirect_chain[-1][0].endswith("/imports/2/")


def test_columns_that_do_not_fit_are_told_with_their_rows_and_nothing_is_kept(client, editor):
    page = begin(client, editor)
    page = name_columns(client, page, decimal=".", use_1="")
    assert page.status_code == 422
    assert "4,9" in page.content.decode()
    assert Upload.objects.get().mapping == ""


def test_the_mapping_can_be_written_as_text(client, editor):
    begin(client, editor)
    page = client.get(step("columns"), {"as": "text"})
    text = page.context["form"]["text"].value()
    assert "[across]" in text
    wrong = client.post(step("columns") + "?as=text", {"text": text + "\nnonsense = 1"})
    assert wrong.status_code == 422
    page = client.post(step("columns") + "?as=text", {"text": text}, follow=True)
    assert page.redirect_chain[-1][0] == step("codes")


def test_another_row_of_headings_is_taken_when_a_person_says_so(client, editor):
    begin(client, editor, "Region;Sex;2013\nregion;sex;value\nAT11;F;4,9\n")
    page = client.get(step("columns"), {"heading_row": "2"})
    assert [row.heading for row in page.context["form"].rows()] == ["region", "sex", "value"]
    for odd in ({"heading_row": "x"}, {"heading_row": "99999999"}, {"separator": "??"}):
        assert client.get(step("columns"), odd).status_code == 200


def test_an_unknown_code_is_asked_for_once_and_never_guessed(client, editor):
    (organisation,) = editor.organisations_where(Role.EDITOR)
    series = make_series(organisation_id=organisation, organisation=None)
    page = bring_into(client, series, tsv("T,SE-22=4.9 b|4.3", "T,AT11=1|2"), "file.tsv")
    assert page.redirect_chain[-1][0] == step("codes")
    refused = answer(client, page)
    assert refused.status_code == 422
    refused = answer(client, page, typed_0="ZZ9")
    assert "ZZ9" in refused.content.decode()
    assert refused.status_code == 422
    page = answer(client, page, typed_0="AT12")
    accept(client, series)
    assert figures(series)["T", "AT12", "2013"] == (4.9, "b")
    page = bring_into(client, series, tsv("T,SE-22=5|4.3", "T,AT11=1|2"), "file.tsv")
    assert page.redirect_chain[-1][0].endswith("/imports/2/")


def test_an_odd_text_among_codes_is_asked_alone(client, editor):
    odd = "DATAFLOW,SEX,GEO,TIME_PERIOD,OBS_VALUE\nO:X(1.0),=SUM(A1),AT,2013,1\n"
    page = begin(client, editor, odd + "O:X(1.0),F,AT,2013,2\nO:X(1.0),T,AT,2013,3\n")
    assert [one.text for one in page.context["form"].questions] == ["=SUM(A1)"]


def test_a_code_for_a_unit_in_words_is_filled_in_and_can_be_changed(client, editor):
    money = json_stat({"GDP": "$ million", "POP": "antal"}, [5, 6])
    page = begin(client, editor, money, "money.json")
    said = shown_values(page)
    assert (said["typed_0"], said["typed_1"]) == ("DOLLAR_MILLION", "ANTAL")
    answer(client, page, typed_0="MIO_USD")
    series = series_of(client, of_unit="MIO_USD", of_measure="GDP")
    assert (series.unit_code, series.label_codes["unit"]["antal"]) == ("MIO_USD", "ANTAL")
    assert Import.objects.get().summary["new"] == 1


def test_rows_of_a_code_that_is_left_out_are_counted(client, editor):
    (organisation,) = editor.organisations_where(Role.EDITOR)
    series = make_series(organisation_id=organisation, organisation=None)
    page = bring_into(client, series, tsv("T,XQ=4.9|4.3", "T,AT11=1|2"), "file.tsv")
    answer(client, page, rest_out="on")
    staged = Import.objects.get()
    assert staged.summary["left_out"] == {"geo": 1}
    assert staged.summary["new"] == 2


def test_two_codes_with_the_same_figure_of_one_place_are_refused(client, editor):
    (organisation,) = editor.organisations_where(Role.EDITOR)
    series = make_series(organisation_id=organisation, organisation=None)
    page = bring_into(client, series, tsv("T,XQ=4.9|4.3", "T,AT11=1|2"), "file.tsv")
    page = answer(client, page, typed_0="AT11")
    assert page.status_code == 422
    assert "give the same figure twice" in page.content.decode()
    series.refresh_from_db()
    assert series.place_codes == {}
    assert not Import.objects.exists()


def test_a_file_of_somebody_else_is_not_there(client, editor):
    begin(client, editor)
    other = make_actor(make_organisation(), Role.EDITOR)
    client.force_login(other.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    for name in ("columns", "codes", "describe"):
        assert client.get(step(name)).status_code == 404
        assert client.post(step(name)).status_code == 404


@pytest.mark.parametrize(
    "content",
    ["one\n", "\x00\x01\x02", "", "a;b\n" + "x;y\n" * 3, ";;;\n;;;\n", "2013;2012\n1;2\n"],
)
def test_odd_tables_get_an_answer_that_says_what_to_do(client, editor, content):
    page = begin(client, editor, content)
    assert page.status_code in {200, 422}
    if Upload.objects.exists():
        page = name_columns(client, page)
        assert page.status_code in {200, 422}
        assert not Series._base_manager.exists()


def test_a_table_of_more_columns_than_a_form_holds_is_read_as_proposed(client, editor):
    months = [f"{year}-{month:02}" for year in range(1990, 2020) for month in range(1, 13)]
    content = ";".join(["geo", *months]) + "\nAT11;" + ";".join("1,5" for _ in months) + "\n"
    page = begin(client, editor, content)
    assert "Columns beyond these: 241." in page.content.decode()
    page = name_columns(client, page)
    assert page.redirect_chain[-1][0] == step("describe")


def test_the_preview_shows_a_figure_as_the_file_has_it(client, editor):
    (organisation,) = editor.organisations_where(Role.EDITOR)
    series = make_series(organisation_id=organisation, organisation=None)
    page = bring_into(client, series, tsv("T,AT11=0.069|12"), "file.tsv")
    assert ">0.069<" in page.content.decode()
    assert ">12.0<" in page.content.decode()
