"""Pages of a description: the form, publishing, translations, history, codes that were learnt."""

from __future__ import annotations

import hashlib
import json
import re
from html import escape, unescape

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from regin.apps.accounts.models import Role, State, Visibility
from regin.apps.common.locking import stamp
from regin.apps.common.models.revision import canonical
from regin.apps.common.models.text import TextState
from regin.apps.common.operations import revisions_of
from regin.apps.outcomes import operations
from regin.apps.outcomes.models import Import, Series
from regin.apps.regions.tests.factories import make_actor, make_organisation

from .factories import load, make_austria, make_series, tsv, write

pytestmark = pytest.mark.django_db
WORKING = ("edit", "texts", "learnt_codes", "publish", "withdraw")


def at(series, name="detail", **kwargs):
    with override("en"):
        return reverse(f"outcomes:{name}", kwargs={"slug": series.slug, **kwargs})


def sign_in(client, organisation, *roles):
    actor = make_actor(organisation, *roles)
    client.force_login(actor.user)
    return actor


def fields_of(answer):
    form = answer.context["form"]
    shown = {field.html_name: field.value() for field in form}
    return {name: "" if value is None else value for name, value in shown.items()}


def words_of(answer):
    plain = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return " ".join(unescape(plain).split())


def accept_something(series):
    """An accepted import without the cost of reading a file."""
    return Import.objects.create(
        series=series, number=1, version="2024", state=Import.State.ACCEPTED, compared_with=0
    )


@pytest.fixture
def draft():
    made = make_series(code="jobless", state=State.DRAFT, visibility=Visibility.ORGANISATION)
    made.set_text("definition", "en", "People without work.")
    accept_something(made)
    return made


@pytest.fixture
def published(draft):
    reviewer = make_actor(draft.organisation, Role.REVIEWER)
    operations.publish_series(reviewer, draft, Visibility.PUBLIC, "First description")
    draft.set_text("title", "sv", "Arbetslöshet", TextState.MACHINE)
    return draft


@pytest.mark.parametrize("language", settings.CONTENT_LANGUAGES)
def test_pages_speak_every_language(client, published, language):
    sign_in(client, published.organisation, Role.ADMINISTRATOR)
    for name, more in (
        *((name, {}) for name in WORKING),
        ("history", {}),
        ("revision", {"number": 1}),
    ):
        with override(language):
            address = reverse(f"outcomes:{name}", kwargs={"slug": published.slug, **more})
        answer = client.get(address)
        assert answer.status_code == 200
        assert f'<html lang="{language}"' in answer.content.decode()


def test_other_words_lead_to_the_address_of_today(client, published):
    sign_in(client, published.organisation, Role.ADMINISTRATOR)
    for name in ("edit", "learnt_codes", "publish", "withdraw", "history"):
        last = name.removeprefix("learnt_")
        answer = client.get(f"/en/outcomes/old-{published.public_id}/{last}/?page=1")
        assert answer["Location"] == f"{at(published, name)}?page=1"


def test_a_reader_sees_the_history_and_no_way_to_change_it(client, published):
    assert client.get(at(published, "history")).status_code == 200
    for name in WORKING:
        assert client.get(at(published, name)).status_code == 404
        assert client.post(at(published, name)).status_code == 404


@pytest.mark.parametrize("state", [State.DRAFT, State.RETRACTED])
def test_what_is_not_yours_is_not_there(client, published, state):
    Series._base_manager.filter(pk=published.pk).update(state=state)
    client.force_login(make_actor(make_organisation(), Role.ADMINISTRATOR).user)
    for name in (*WORKING, "history"):
        assert client.get(at(published, name)).status_code == 404
    public = 200 if state == State.RETRACTED else 404
    for name in ("revision", "revision_json"):
        assert client.get(at(published, name, number=1)).status_code == public


def test_an_editor_changes_the_description_and_sees_what_cannot_be_changed(client, draft):
    Series._base_manager.filter(pk=draft.pk).update(selection={"isced11": "ED5-8"}, unit_code="PC")
    sign_in(client, draft.organisation, Role.EDITOR)
    answer = client.get(at(draft, "edit"))
    words = words_of(answer)
    for shown in ("isced11", "ED5-8", "PC", "yearly", "jobless"):
        assert shown in words
    data = fields_of(answer) | {"quality": "Small samples.", "concept": "neet"}
    assert client.post(at(draft, "edit"), data).status_code == 302
    draft.refresh_from_db()
    assert (str(draft.text("quality")), draft.concept) == ("Small samples.", "neet")


def test_the_form_speaks_the_language_of_the_original(client):
    series = make_series(state=State.DRAFT, source_language="ar")
    series.set_text("definition", "ar", "نص")
    sign_in(client, series.organisation, Role.EDITOR)
    answer = client.get(at(series, "edit"))
    assert fields_of(answer)["definition"] == "نص"
    assert 'lang="ar" dir="rtl"' in answer.content.decode()


def test_a_published_series_is_changed_with_a_reason(client, published):
    sign_in(client, published.organisation, Role.EDITOR)
    data = fields_of(client.get(at(published, "edit"))) | {"licence": "CC0"}
    for wrong in ({"reason": ""}, {"reason": "r", "definition": ""}):
        assert client.post(at(published, "edit"), data | wrong).status_code == 422
    assert client.post(at(published, "edit"), data | {"reason": "It moved"}).status_code == 302
    assert revisions_of(published).last().reason == "It moved"


def test_the_second_of_two_editors_gets_409_and_loses_nothing(client, draft):
    sign_in(client, draft.organisation, Role.EDITOR)
    opened = fields_of(client.get(at(draft, "edit")))
    client.post(at(draft, "edit"), opened | {"licence": "First", "measure": "count"})
    late = opened | {"licence": "Second", "dataset": "mine"}
    answer = client.post(at(draft, "edit"), late)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Somebody saved in between" in page
    assert "First" in page
    assert 'value="Second"' in page
    assert 'value="mine"' in page
    assert "a number of people or things" in words_of(answer), "a choice stands in its words"
    assert client.post(at(draft, "edit"), fields_of(answer)).status_code == 302
    draft.refresh_from_db()
    assert (draft.licence, draft.dataset, draft.measure) == ("Second", "mine", "share")


IMPOSSIBLE = [
    ("url", "javascript:alert(1)"),
    ("decimals", "7"),
    ("decimals", "-1"),
    ("lowest", "nan"),
    ("highest", "inf"),
    ("measure", "wish"),
    ("concept", "wish"),
    ("refresh_every", "always"),
    ("first_group", "M..."),
    ("title", ""),
    ("title", "a\x00b"),
    ("quality", "x" * 20_001),
    ("source", ""),
]


def test_what_cannot_be_is_refused_beside_its_field(client, draft):
    sign_in(client, draft.organisation, Role.EDITOR)
    data = fields_of(client.get(at(draft, "edit")))
    for field, value in IMPOSSIBLE:
        answer = client.post(at(draft, "edit"), data | {field: value})
        assert answer.status_code == 422, (field, value)
        assert list(answer.context["form"].errors) == [field]


def test_bounds_and_groups_are_checked_against_the_figures(client, tmp_path):
    make_austria()
    series = make_series(state=State.DRAFT)
    load(series, write(tmp_path, tsv("T,AT=9|0", "F,AT=:|5")))
    sign_in(client, series.organisation, Role.EDITOR)
    data = fields_of(client.get(at(series, "edit")))
    assert data["first_group"] == "T..."
    answer = client.post(at(series, "edit"), data | {"highest": "8.5", "licence": "typed"})
    assert answer.status_code == 422
    assert "A figure of this series is 9." in words_of(answer)
    assert 'value="typed"' in answer.content.decode()
    client.post(at(series, "edit"), data | {"first_group": "F...", "highest": "9"})
    series.refresh_from_db()
    assert (series.defaults["sex"], series.highest) == ("F", 9)


def test_a_form_cannot_change_what_it_does_not_show(client, draft):
    sign_in(client, draft.organisation, Role.EDITOR)
    forged = {
        "organisation": make_organisation().pk,
        "state": "published",
        "visibility": "public",
        "public_id": "x",
        "code": "stolen",
        "unit_code": "PC",
        "frequency": "M",
        "selection": '{"x": "y"}',
        "source_language": "de",
        "data_number": "7",
        "table_mapping": "x",
        "place_codes": "{}",
    }
    before = Series._base_manager.filter(pk=draft.pk).values(*forged).get()
    data = fields_of(client.get(at(draft, "edit")))
    assert client.post(at(draft, "edit"), data | forged).status_code == 302
    assert Series._base_manager.filter(pk=draft.pk).values(*forged).get() == before


def test_a_reviewer_publishes_and_withdraws(client, draft):
    sign_in(client, draft.organisation, Role.REVIEWER)
    first = client.get(at(draft, "publish"))
    assert fields_of(first)["visibility"] == "public"
    assert client.post(at(draft, "publish"), {"visibility": "public"}).status_code == 422
    said = {"visibility": "public", "reason": "First"}
    assert client.post(at(draft, "publish"), said)["Location"] == at(draft)
    client.logout()
    assert client.get(at(draft)).status_code == 200
    sign_in(client, draft.organisation, Role.REVIEWER)
    assert client.post(at(draft, "withdraw"), {"reason": ""}).status_code == 422
    assert client.post(at(draft, "withdraw"), {"reason": "Wrong"}).status_code == 302
    assert "not published" in words_of(client.get(at(draft, "withdraw")))
    answer = client.post(at(draft, "withdraw"), {"reason": "Again"}, follow=True)
    assert "Nothing was changed" in words_of(answer)
    client.logout()
    assert client.get(at(draft)).status_code == 410


def test_the_circle_of_a_published_series_can_be_narrowed(client, published):
    sign_in(client, published.organisation, Role.REVIEWER)
    Series._base_manager.filter(pk=published.pk).update(visibility="members")
    assert fields_of(client.get(at(published, "publish")))["visibility"] == "members"


def test_who_would_publish_too_early_reads_what_is_missing(client, draft):
    draft.set_text("definition", "en", "")
    draft.imports.all().delete()
    sign_in(client, draft.organisation, Role.REVIEWER)
    forced = client.post(at(draft, "publish"), {"visibility": "public", "reason": "x"})
    assert forced.status_code == 422
    for answer in (client.get(at(draft, "publish")), forced):
        words = words_of(answer)
        assert "definition" in words
        assert "an accepted file of figures" in words
        assert at(draft, "edit") not in answer.content.decode(), "a reviewer does not edit"
    draft.refresh_from_db()
    assert draft.state == State.DRAFT


def test_texts_are_translated_and_approved_in_the_shared_editor(client, published):
    sign_in(client, published.organisation, Role.EDITOR, Role.REVIEWER)
    address = f"{at(published, 'texts')}?language=sv"
    data = fields_of(client.get(address)) | {"unit": "procent"}
    assert client.post(address, data | {"approve": "title"}).status_code == 302
    rows = {row.field: row for row in published.texts.filter(language="sv")}
    assert (rows["title"].state, rows["unit"].text) == (TextState.APPROVED, "procent")
    answer = client.post(address, data | {"unit": "%"})
    assert answer.status_code == 409
    assert "procent" in answer.content.decode()


def test_a_revision_outlives_the_withdrawal_with_the_title_it_had(client, published):
    reviewer = make_actor(published.organisation, Role.REVIEWER)
    operations.withdraw_series(reviewer, published, "The office recalls it")
    published.set_text("title", "en", "Secret name")
    for name in ("revision", "revision_json"):
        assert client.get(at(published, name, number=2)).status_code == 404
    answer = client.get(at(published, "revision", number=1))
    words = words_of(answer)
    for said in ("Withdrawn on", "The office recalls it", "Unemployment", "People without work."):
        assert said in words
    assert "Secret name" not in words
    assert at(published, "history") not in answer.content.decode()
    assert escape(f"{settings.REGIN_BASE_URL}{at(published, 'revision', number=1)}") in (
        answer.content.decode()
    )


@pytest.mark.parametrize("name", ["detail", "embed", "figure", "download", "json", "png"])
def test_a_withdrawn_series_says_so_at_its_address(client, published, name):
    reviewer = make_actor(published.organisation, Role.REVIEWER)
    operations.withdraw_series(reviewer, published, "The office recalls it")
    published.set_text("title", "en", "Secret name")
    answer = client.get(at(published, name))
    words = words_of(answer)
    assert answer.status_code == 410
    assert "Withdrawn on" in words
    assert "The office recalls it" in words
    assert "What it said: revision 1" in words
    assert "Secret name" not in words


def test_the_download_of_a_revision_can_be_checked_against_its_hash(client, published):
    said = json.loads(client.get(at(published, "revision_json", number=1)).content)
    assert hashlib.sha256(canonical(said["content"]).encode()).hexdigest() == said["sha256"]
    assert said["content"]["texts"]["definition"]["en"]["text"] == "People without work."


def test_a_citation_names_the_title_of_then_in_the_language_of_the_reader(client, published):
    editor = make_actor(published.organisation, Role.EDITOR)
    data = published.editable_values() | {"title": "Joblessness", "reason": "Plain words"}
    operations.edit_series(editor, published, data, stamp(published.editable_values()))
    with override("sv"):
        address = reverse("outcomes:revision", kwargs={"slug": published.slug, "number": 2})
    assert "Arbetslöshet. REGIN" in words_of(client.get(address))
    assert "Unemployment. REGIN" in words_of(client.get(at(published, "revision", number=1)))
    assert "Joblessness. REGIN" in words_of(client.get(at(published, "revision", number=2)))


def test_the_history_says_in_words_what_changed(client, published):
    editor = make_actor(published.organisation, Role.EDITOR)
    changes = {
        "measure": "count",
        "source": "Another office",
        "licence": "CC0",
        "is_sample": True,
        "quality": "Small samples.",
        "reason": "Put right",
    }
    before = published.editable_values()
    operations.edit_series(editor, published, before | changes, stamp(before))
    words = words_of(client.get(at(published, "history")))
    for said in (
        "kind of figure a share or rate, in percent a number of people or things",
        "statistical office Office Another office",
        "licence CC BY 4.0 CC0",
        "sample no yes",
        "quality and limits in English nothing Small samples.",
        "Put right",
    ):
        assert said in words
    assert "is_sample" not in words


def test_names_of_authors_are_for_colleagues(client, published):
    author = revisions_of(published).get().author
    assert author.name not in words_of(client.get(at(published, "history")))
    sign_in(client, published.organisation, Role.MEMBER)
    assert author.name in words_of(client.get(at(published, "history")))


def test_what_a_series_has_learnt_is_shown_in_words_and_forgotten_one_by_one(client, draft):
    make_austria()
    draft.place_codes = {"AT1X": "AT1", "XX": ""}
    draft.label_codes = {"sex": {"Frauen": "F"}, "geo": {"Niederoesterreich": "AT12"}}
    draft.save()
    sign_in(client, draft.organisation, Role.EDITOR)
    words = words_of(client.get(at(draft, "learnt_codes")))
    for said in (
        "AT1X Code of a region AT1 Ostösterreich Forget",
        "XX Code of a region left out Forget",
        "Frauen Sex F Women Forget",
        "Niederoesterreich geo AT12 Niederösterreich Forget",
    ):
        assert said in words
    page = client.get(at(draft, "learnt_codes")).content.decode()
    key = re.search(r'value="(\w+)">Forget<span class="visually-hidden"> Frauen', page)[1]
    for said in ("It is forgotten", "forgotten already"):
        answer = client.post(at(draft, "learnt_codes"), {"key": key}, follow=True)
        assert said in words_of(answer)
        assert "Women" not in words_of(answer)
    draft.refresh_from_db()
    assert draft.label_codes == {"geo": {"Niederoesterreich": "AT12"}}


def test_a_series_that_learnt_nothing_says_what_would_be_there(client, draft):
    sign_in(client, draft.organisation, Role.EDITOR)
    assert "Nothing learnt yet" in words_of(client.get(at(draft, "learnt_codes")))
    for strange in ("", "x", "\x00", "é" * 500):
        answer = client.post(at(draft, "learnt_codes"), {"key": strange}, follow=True)
        assert "Nothing was changed" in words_of(answer)


def test_a_thousand_codes_come_in_pages_and_cost_no_more_questions(
    client, draft, django_assert_max_num_queries
):
    sign_in(client, draft.organisation, Role.EDITOR)
    draft.place_codes = {f"X{n:04}": "AT1" for n in range(1000)}
    draft.save()
    with django_assert_max_num_queries(12):
        page = client.get(at(draft, "learnt_codes"), {"page": "10"}).content.decode()
    assert "X0999" in page
    assert "X0000" not in page


def test_hostile_texts_are_shown_and_not_run(client):
    hostile = "<script>alert(1)</script>"
    series = make_series(hostile, attribution=hostile, licence=hostile, state=State.DRAFT)
    series.set_text("definition", "en", hostile)
    series.set_text("title", "sv", hostile)
    series.place_codes = {hostile: hostile}
    series.label_codes = {hostile: {hostile: hostile}}
    series.selection = {hostile: hostile}
    series.save()
    accept_something(series)
    actor = sign_in(client, series.organisation, Role.ADMINISTRATOR)
    operations.publish_series(actor, series, Visibility.PUBLIC, hostile)
    addresses = [at(series, name) for name in (*WORKING, "history")]
    for address in [*addresses, at(series, "revision", number=1)]:
        assert hostile not in client.get(address).content.decode()
