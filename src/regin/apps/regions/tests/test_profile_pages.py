"""Pages of profiles: forms, the translation editor, history, and what a stranger gets."""

from __future__ import annotations

import hashlib
import json
from html import escape

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from regin.apps.accounts.models import Role, State, Visibility
from regin.apps.common.models.revision import canonical
from regin.apps.common.models.text import TextState
from regin.apps.common.operations import keep_revision, revisions_of
from regin.apps.regions.models import Profile
from regin.apps.regions.tests.factories import (
    make_actor,
    make_organisation,
    make_place,
    make_profile,
    make_user,
)

pytestmark = pytest.mark.django_db


def at(profile, name="detail", **kwargs):
    with override("en"):
        return reverse(f"profiles:{name}", kwargs={"slug": profile.slug, **kwargs})


def sign_in(client, organisation, *roles):
    actor = make_actor(organisation, *roles)
    client.force_login(actor.user)
    return actor


def fields_of(answer, name="form"):
    form = answer.context[name]
    return {field.html_name: "" if field.value() is None else field.value() for field in form}


@pytest.fixture
def profile():
    made = make_profile()
    made.set_text("powers", "en", "It decides.")
    made.set_text("powers", "sv", "Den beslutar.", TextState.MACHINE)
    keep_revision(made, None, "Starter content")
    return made


@pytest.mark.parametrize("language", settings.CONTENT_LANGUAGES)
@pytest.mark.parametrize("name", ["detail", "history"])
def test_pages_speak_every_language(client, profile, language, name):
    with override(language):
        address = reverse(f"profiles:{name}", kwargs={"slug": profile.slug})
    answer = client.get(address)
    assert answer.status_code == 200
    assert f'<html lang="{language}"' in answer.content.decode()


def test_other_words_lead_to_the_address_of_today(client, profile):
    answer = client.get(f"/en/profiles/old-{profile.public_id}/history/?from=1")
    assert answer["Location"] == f"{at(profile, 'history')}?from=1"


@pytest.mark.parametrize("state", [State.DRAFT, State.RETRACTED])
def test_what_is_not_yours_is_not_there(client, profile, state):
    Profile._base_manager.filter(pk=profile.pk).update(state=state)
    client.force_login(make_actor(make_organisation(), Role.ADMINISTRATOR).user)
    for name in ("detail", "edit", "texts", "history"):
        assert client.get(at(profile, name)).status_code == 404
    public = {200} if state == State.RETRACTED else {404}
    for name in ("revision", "revision_json"):
        assert {client.get(at(profile, name, number=1)).status_code} == public


def test_a_reader_sees_no_way_to_change_it(client, profile):
    for name in ("edit", "texts"):
        assert client.get(at(profile, name)).status_code == 404
    for name in ("publish", "withdraw"):
        assert client.post(at(profile, name)).status_code == 404
        assert client.get(at(profile, name)).status_code == 405
    page = client.get(at(profile)).content.decode()
    assert at(profile, "edit") not in page


def test_an_editor_writes_a_new_profile(client):
    place, organisation = make_place(), make_organisation()
    sign_in(client, organisation, Role.EDITOR)
    with override("en"):
        address = reverse("profiles:create", kwargs={"slug": place.slug})
    data = fields_of(client.get(address)) | {
        "organisation": organisation.pk,
        "language": "ca",
        "authority_name": "El cos",
        "source": "Llei",
        "powers": "Decideix.",
    }
    answer = client.post(address, data)
    assert answer.status_code == 302
    made = Profile._base_manager.get()
    assert (made.organisation, made.place, made.state) == (organisation, place, State.DRAFT)
    assert made.text("powers", "ca").text == "Decideix."


def test_nobody_writes_for_an_organisation_of_others(client):
    place, other = make_place(), make_organisation()
    sign_in(client, make_organisation(), Role.EDITOR)
    with override("en"):
        address = reverse("profiles:create", kwargs={"slug": place.slug})
    data = {"organisation": other.pk, "language": "en", "authority_name": "x", "source": "x"}
    assert client.post(address, data).status_code == 200
    assert not Profile._base_manager.exists()


def test_a_member_who_does_not_edit_gets_no_form(client):
    sign_in(client, make_organisation(), Role.MEMBER, Role.REVIEWER)
    with override("en"):
        address = reverse("profiles:create", kwargs={"slug": make_place().slug})
    assert client.get(address).status_code == 404


def test_a_published_profile_is_changed_with_a_reason(client, profile):
    sign_in(client, profile.organisation, Role.EDITOR)
    data = fields_of(client.get(at(profile, "edit"))) | {"unit_name": "The unit"}
    assert client.post(at(profile, "edit"), data | {"reason": ""}).status_code == 422
    assert client.post(at(profile, "edit"), data | {"reason": "It moved"}).status_code == 302
    assert revisions_of(profile).last().reason == "It moved"


def test_the_second_of_two_editors_gets_409_and_loses_nothing(client, profile):
    sign_in(client, profile.organisation, Role.EDITOR)
    opened = fields_of(client.get(at(profile, "edit"))) | {"reason": "r"}
    client.post(at(profile, "edit"), opened | {"unit_name": "First"})
    late = opened | {"unit_name": "Second", "parent_body": "Mine"}
    answer = client.post(at(profile, "edit"), late)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "First" in page
    assert 'value="Second"' in page
    assert 'value="Mine"' in page
    again = client.post(at(profile, "edit"), fields_of(answer))
    assert again.status_code == 302, "saving what the page compares is a decision"
    profile.refresh_from_db()
    assert (profile.unit_name, profile.parent_body) == ("Second", "Mine")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("source_url", "javascript:alert(1)"),
        ("source_url", "ftp://example.org/x"),
        ("valid_to", "1900-01-01"),
        ("valid_from", "yesterday"),
        ("authority_name", ""),
        ("authority_name", "a\x00b"),
        ("powers", "x" * 20_001),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(client, profile, field, value):
    sign_in(client, profile.organisation, Role.EDITOR)
    data = fields_of(client.get(at(profile, "edit"))) | {"valid_from": "2020-01-01", "reason": "r"}
    answer = client.post(at(profile, "edit"), data | {field: value})
    assert answer.status_code == 422
    assert answer.context["form"].errors[field]


def test_a_form_cannot_change_what_it_does_not_show(client, profile):
    sign_in(client, profile.organisation, Role.EDITOR)
    other = make_organisation()
    data = fields_of(client.get(at(profile, "edit"))) | {"reason": "r"}
    forged = {
        "organisation": other.pk,
        "state": "retracted",
        "visibility": "private",
        "public_id": "x",
        "place": make_place().pk,
        "source_language": "de",
    }
    before = Profile._base_manager.filter(pk=profile.pk).values(*forged).get()
    client.post(at(profile, "edit"), data | forged)
    assert Profile._base_manager.filter(pk=profile.pk).values(*forged).get() == before


def test_a_reviewer_publishes_and_withdraws(client):
    profile = make_profile(state=State.DRAFT, visibility=Visibility.ORGANISATION)
    sign_in(client, profile.organisation, Role.REVIEWER)
    answer = client.post(at(profile, "publish"), {"visibility": "public", "reason": "First"})
    assert answer.status_code == 302
    client.logout()
    assert client.get(at(profile)).status_code == 200
    sign_in(client, profile.organisation, Role.REVIEWER)
    client.post(at(profile, "withdraw"), {"reason": "It was wrong"})
    client.logout()
    assert client.get(at(profile)).status_code == 410


def test_publishing_needs_a_sentence_for_the_history(client):
    profile = make_profile(state=State.DRAFT, visibility=Visibility.ORGANISATION)
    sign_in(client, profile.organisation, Role.REVIEWER)
    answer = client.post(at(profile, "publish"), {"visibility": "public", "reason": ""})
    assert answer.context["publish_form"].errors["reason"]
    assert not revisions_of(profile).exists()


def test_the_editor_shows_both_languages_and_saves_a_translation(client, profile):
    sign_in(client, profile.organisation, Role.EDITOR)
    answer = client.get(at(profile, "texts"), {"language": "sv"})
    page = answer.content.decode()
    assert "It decides." in page
    assert "Den beslutar." in page
    assert 'lang="sv"' in page
    data = fields_of(answer) | {"powers": "Den bestämmer.", "model": "Tillsammans."}
    assert client.post(f"{at(profile, 'texts')}?language=sv", data).status_code == 302
    again = Profile._base_manager.get(pk=profile.pk)
    assert again.text("powers", "sv").state == TextState.HUMAN
    assert again.text("model", "sv").text == "Tillsammans."


def test_an_editor_is_offered_no_approval_and_cannot_forge_one(client, profile):
    sign_in(client, profile.organisation, Role.EDITOR)
    answer = client.get(at(profile, "texts"), {"language": "sv"})
    assert 'name="approve"' not in answer.content.decode()
    data = fields_of(answer) | {"approve": "powers"}
    assert client.post(f"{at(profile, 'texts')}?language=sv", data).status_code == 404
    assert profile.texts.get(field="powers", language="sv").state == TextState.MACHINE


def test_a_reviewer_approves_and_cannot_write(client, profile):
    actor = sign_in(client, profile.organisation, Role.REVIEWER)
    answer = client.get(at(profile, "texts"), {"language": "sv"})
    data = fields_of(answer) | {"approve": "powers", "powers": "Forged."}
    assert client.post(f"{at(profile, 'texts')}?language=sv", data).status_code == 302
    row = profile.texts.get(field="powers", language="sv")
    assert (row.text, row.state, row.approved_by) == ("Den beslutar.", "approved", actor.user)


def test_who_may_do_both_approves_what_they_typed(client, profile):
    sign_in(client, profile.organisation, Role.ADMINISTRATOR)
    answer = client.get(at(profile, "texts"), {"language": "sv"})
    data = fields_of(answer) | {"approve": "powers", "powers": "Nytt."}
    client.post(f"{at(profile, 'texts')}?language=sv", data)
    row = profile.texts.get(field="powers", language="sv")
    assert (row.text, row.state) == ("Nytt.", "approved")


def test_two_translators_get_409_with_the_saved_text_beside_their_own(client, profile):
    sign_in(client, profile.organisation, Role.EDITOR)
    address = f"{at(profile, 'texts')}?language=sv"
    opened = fields_of(client.get(address))
    client.post(address, opened | {"powers": "Första."})
    answer = client.post(address, opened | {"powers": "Andra."})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Första." in page
    assert "Andra." in page
    assert client.post(address, fields_of(answer)).status_code == 302
    assert profile.texts.get(field="powers", language="sv").text == "Andra."


@pytest.mark.parametrize("language", ["en", "xx", "", "sv'--", "ar-xb"])
def test_a_language_that_cannot_be_written_gives_one_that_can(client, profile, language):
    sign_in(client, profile.organisation, Role.EDITOR)
    answer = client.get(at(profile, "texts"), {"language": language})
    assert answer.context["language_info"]["code"] == "ca"


def test_the_history_compares_any_two_revisions(client, profile):
    profile.unit_name = "The new unit"
    profile.save()
    profile.set_text("powers", "en", "It pays.")
    keep_revision(profile, make_user(), "It moved")
    page = client.get(at(profile, "history"), {"from": "1", "to": "2"}).content.decode()
    for word in ("It moved", "The new unit", "It decides.", "It pays.", "Powers in integration"):
        assert word in page
    same = client.get(at(profile, "history"), {"from": "1", "to": "1"}).content.decode()
    assert "The two say the same." in same


@pytest.mark.parametrize("query", ["?from=x&to=y", "?from=99", "?to=-1", "?from=%00"])
def test_a_strange_comparison_shows_the_last_one(client, profile, query):
    assert client.get(at(profile, "history") + query).status_code == 200


def test_a_draft_without_revisions_says_when_the_first_comes(client):
    profile = make_profile(state=State.DRAFT)
    sign_in(client, profile.organisation, Role.EDITOR)
    assert "No revision yet" in client.get(at(profile, "history")).content.decode()


def test_names_of_authors_are_for_colleagues_and_go_when_the_person_goes(client, profile):
    author = make_user(name="Alma Berg")
    profile.unit_name = "x"
    keep_revision(profile, author, "Second")
    assert "Alma Berg" not in client.get(at(profile, "history")).content.decode()
    sign_in(client, profile.organisation, Role.MEMBER)
    assert "Alma Berg" in client.get(at(profile, "history")).content.decode()
    author.delete()
    page = client.get(at(profile, "history")).content.decode()
    assert "Alma Berg" not in page
    assert "removed" in page


def test_a_revision_has_a_permanent_address_a_citation_and_what_it_said(client, profile):
    profile.authority_name = "Renamed"
    profile.save()
    keep_revision(profile, None, "Renamed")
    page = client.get(at(profile, "revision", number=1)).content.decode()
    assert "It decides." in page
    assert "Regionen" in page
    assert escape(f"{settings.REGIN_BASE_URL}{at(profile, 'revision', number=1)}") in page
    assert revisions_of(profile).first().sha256 in page


def test_a_revision_that_was_tampered_with_says_so(client, profile):
    rows = type(revisions_of(profile).get())._base_manager
    rows.update(body=revisions_of(profile).get().body.replace("Regionen", "Forged"))
    assert "is not what was kept" in client.get(at(profile, "revision", number=1)).content.decode()


def test_the_download_can_be_checked_against_its_hash(client, profile):
    answer = client.get(at(profile, "revision_json", number=1))
    said = json.loads(answer.content)
    assert hashlib.sha256(canonical(said["content"]).encode()).hexdigest() == said["sha256"]
    assert said["licence"]
    assert said["address"].endswith(at(profile, "revision", number=1))
    assert "attachment" in answer["Content-Disposition"]


@pytest.mark.parametrize("number", ["0", "2", "99999999999999999999", "9" * 5000])
def test_a_revision_that_is_not_there_is_not_found(client, profile, number):
    base = at(profile)
    assert client.get(f"{base}r/{number}/").status_code == 404
    assert client.get(f"{base}r/{number}.json").status_code == 404


def test_hostile_texts_are_shown_and_not_run(client):
    hostile = "<script>alert(1)</script>"
    profile = make_profile(authority_name=hostile, unit_name=hostile, source=hostile)
    profile.set_text("powers", "en", hostile)
    profile.set_text("powers", "sv", hostile)
    keep_revision(profile, None, hostile)
    sign_in(client, profile.organisation, Role.ADMINISTRATOR)
    addresses = [at(profile, name) for name in ("detail", "edit", "texts", "history")]
    for address in [*addresses, at(profile, "revision", number=1)]:
        assert hostile not in client.get(address).content.decode()


@pytest.mark.parametrize("name", ["list", "find"])
@pytest.mark.parametrize("language", settings.CONTENT_LANGUAGES)
def test_the_lists_speak_every_language(client, name, language):
    make_place("España", "ES", level=0)
    with override(language):
        answer = client.get(reverse(f"regions:{name}"))
    assert f'<html lang="{language}"' in answer.content.decode()


def test_the_tree_of_a_country_shows_its_regions_and_no_others(client):
    country = make_place("Spain", "ES", level=0)
    east = make_place("East", "ES5", level=1, parent=country.codes.get())
    make_place("Catalonia", "ES51", parent=east.codes.get())
    make_place("Lisbon", "PT1", level=1)
    page = client.get("/en/regions/?country=ES").content.decode()
    assert page.index("East") < page.index("Catalonia")
    assert "Lisbon" not in page
    for unknown in ("XX", "", "ES5", "%", "' OR 1=1"):
        assert client.get("/en/regions/", {"country": unknown}).status_code == 404


def test_finding_shows_hits_or_teaches_how_to_find(client):
    from regin.apps.regions.operations import rebuild_search_names

    make_place("Región de Murcia", "ES62")
    rebuild_search_names()
    page = client.get("/en/regions/find/", {"q": "murc"}).content.decode()
    assert "Región de Murcia" in page
    assert "ES62" in page
    hostile = "<b>nothing</b>"
    page = client.get("/en/regions/find/", {"q": hostile}).content.decode()
    assert hostile not in page
    assert "Browse by country" in page
    assert "for example" in client.get("/en/regions/find/").content.decode().lower()
