"""The pages: who gets them, and that every act on them does what it says."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.queries import counted_queries

from regin.apps.accounts.actor import actor_of
from regin.apps.accounts.models import JoinRequest, Organisation, Role
from regin.apps.accounts.operations import ask_to_join
from regin.apps.accounts.tests.factories import (
    make_administrator,
    make_invitation,
    make_member,
    make_organisation,
    make_user,
)
from regin.apps.identity.models import User

pytestmark = pytest.mark.django_db
OWN_PAGES = ["accounts:me", "accounts:edit", "accounts:data", "accounts:export", "accounts:delete"]
MANAGED = ["organisations:people", "organisations:edit"]


def browser(user: User | None = None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def at(name: str, organisation: Organisation, **more: Any) -> str:
    return reverse(name, kwargs={"slug": organisation.slug, **more})


@pytest.mark.parametrize("name", OWN_PAGES)
def test_ones_own_pages_ask_visitors_to_sign_in(name: str) -> None:
    answer = browser().get(reverse(name))
    assert answer["Location"] == f"{reverse('account_login')}?next={reverse(name)}"
    assert browser(make_user()).get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", OWN_PAGES)
def test_ones_own_pages_are_kept_by_no_cache(name: str) -> None:
    assert "no-store" in browser(make_user()).get(reverse(name))["Cache-Control"]


@pytest.mark.parametrize("name", MANAGED)
def test_managing_looks_like_nothing_there_to_everybody_else(name: str) -> None:
    organisation = make_organisation()
    address = at(name, organisation)
    for role in (Role.MEMBER, Role.EDITOR, Role.CODER, Role.REVIEWER):
        assert browser(make_member(organisation, role)).get(address).status_code == 404
    stranger = make_member(make_organisation(), Role.ADMINISTRATOR)
    assert browser(stranger).get(address).status_code == 404
    assert browser(make_member(organisation, Role.ADMINISTRATOR)).get(address).status_code == 200


def test_everybody_sees_an_organisation_and_only_its_people_see_each_other() -> None:
    organisation = make_organisation(name="Norvalia")
    member = make_member(organisation, name="Quirina Unmistakable")
    for user in (None, make_user()):
        body = browser(user).get(organisation.get_absolute_url()).content.decode()
        assert "Norvalia" in body
        assert "Quirina" not in body
    body = browser(member).get(organisation.get_absolute_url()).content.decode()
    assert body.count("Quirina Unmistakable") >= 1


def test_a_colleague_sees_names_and_no_addresses() -> None:
    organisation = make_organisation()
    make_member(organisation, email="hidden@example.org", name="")
    body = browser(make_member(organisation)).get(organisation.get_absolute_url()).content
    assert b"hidden@example.org" not in body
    boss = make_member(organisation, Role.ADMINISTRATOR)
    assert (
        b"hidden@example.org" in browser(boss).get(at("organisations:people", organisation)).content
    )


def test_an_address_with_old_words_leads_to_the_present_ones() -> None:
    organisation = make_organisation(name="Norvalia")
    old = reverse("organisations:detail", kwargs={"slug": f"old-{organisation.public_id}"})
    answer = browser().get(old)
    assert (answer.status_code, answer["Location"]) == (301, organisation.get_absolute_url())


def test_the_list_needs_the_same_queries_for_many_as_for_one() -> None:
    counts = []
    for more in (1, 20):
        for _ in range(more):
            make_organisation()
        with counted_queries() as queries:
            assert browser().get(reverse("organisations:list")).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_people_page_needs_the_same_queries_for_many_as_for_one() -> None:
    organisation = make_organisation()
    client = browser(make_member(organisation, Role.ADMINISTRATOR))
    counts = []
    for more in (1, 10):
        for _ in range(more):
            ask_to_join(actor_of(make_user()), organisation)
            make_member(organisation, Role.CODER, Role.EDITOR)
        with counted_queries() as queries:
            client.get(at("organisations:people", organisation))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_name_with_markup_is_text_on_every_page() -> None:
    nasty = "<script>alert(1)</script>"
    organisation = make_organisation(name=nasty)
    boss = make_member(organisation, Role.ADMINISTRATOR, name=nasty)
    ask_to_join(actor_of(make_user(name=nasty)), organisation, nasty)
    pages = [at(name, organisation) for name in ("organisations:detail", *MANAGED)]
    pages += [reverse("organisations:list"), reverse("accounts:me"), reverse("accounts:data")]
    pages += [at("organisations:roles", organisation, reference=boss.reference)]
    for page in pages:
        body = browser(boss).get(page).content.decode()
        assert nasty not in body, page
        assert "&lt;script&gt;alert(1)" in body, page


def test_the_coordinator_makes_an_organisation_and_others_do_not() -> None:
    address = reverse("organisations:create")
    assert browser(make_user()).get(address).status_code == 404
    fields = {"name": "Norvalia", "category": "region", "administrator_email": "a@example.org"}
    answer = browser(make_administrator().user).post(address, fields)
    assert answer["Location"] == Organisation.objects.get().get_absolute_url()


def test_nobody_makes_a_second_starter_organisation() -> None:
    fields = {"name": "X", "category": "starter", "administrator_email": "a@example.org"}
    answer = browser(make_administrator().user).post(reverse("organisations:create"), fields)
    assert answer.status_code == 200
    assert not Organisation.objects.exists()


@pytest.mark.parametrize("website", ["javascript:alert(1)", "data:text/html,x", "not an address"])
def test_a_website_is_an_address_of_the_web(website: str) -> None:
    organisation = make_organisation()
    fields = {"name": "X", "category": "region", "website": website}
    client = browser(make_administrator().user)
    assert client.post(at("organisations:edit", organisation), fields).status_code == 200
    organisation.refresh_from_db()
    assert organisation.website == ""


def test_asking_answering_and_leaving_from_the_pages() -> None:
    organisation, user = make_organisation(), make_user()
    boss = browser(make_member(organisation, Role.ADMINISTRATOR))
    browser(user).post(at("organisations:join", organisation), {"message": "Hello"})
    asked = JoinRequest.objects.get()
    people = boss.get(at("organisations:people", organisation)).content.decode()
    assert "Hello" in people
    boss.post(at("organisations:answer", organisation, pk=asked.pk), {"answer": "accept"})
    assert actor_of(user).has_role(organisation, Role.MEMBER)
    assert browser(user).get(at("organisations:leave", organisation)).status_code == 200
    browser(user).post(at("organisations:leave", organisation))
    assert actor_of(user).roles == {}


def test_an_answer_without_a_clear_yes_is_a_no() -> None:
    organisation, user = make_organisation(), make_user()
    asked = ask_to_join(actor_of(user), organisation)
    boss = browser(make_member(organisation, Role.ADMINISTRATOR))
    boss.post(at("organisations:answer", organisation, pk=asked.pk))
    assert actor_of(user).roles == {}


def test_rows_of_another_organisation_are_not_there_under_ones_own_address() -> None:
    mine, theirs = make_organisation(), make_organisation()
    boss = browser(make_member(mine, Role.ADMINISTRATOR))
    invitation, _ = make_invitation(theirs, "new@example.org")
    asked = ask_to_join(actor_of(make_user()), theirs)
    person = make_member(theirs)
    revoke = at("organisations:revoke", mine, pk=invitation.pk)
    answer = at("organisations:answer", mine, pk=asked.pk)
    roles = at("organisations:roles", mine, reference=person.reference)
    assert boss.post(revoke).status_code == 404
    assert boss.post(answer, {"answer": "accept"}).status_code == 404
    assert boss.post(roles, {"roles": ["member"]}).status_code == 404
    assert boss.get(roles).status_code == 404


def test_the_last_administrator_reads_on_the_form_why_not() -> None:
    organisation = make_organisation()
    boss = make_member(organisation, Role.ADMINISTRATOR)
    make_member(organisation)
    address = at("organisations:roles", organisation, reference=boss.reference)
    answer = browser(boss).post(address, {"roles": ["editor"]})
    assert "Make another member an administrator first" in answer.content.decode()


def test_who_gives_up_administration_lands_on_a_page_they_may_see() -> None:
    organisation = make_organisation()
    boss = make_member(organisation, Role.ADMINISTRATOR)
    make_member(organisation, Role.ADMINISTRATOR)
    address = at("organisations:roles", organisation, reference=boss.reference)
    answer = browser(boss).post(address, {"roles": ["member"]}, follow=True)
    assert answer.status_code == 200


@pytest.mark.parametrize("name", ["revoke", "answer"])
def test_acts_are_not_done_by_following_a_link(name: str) -> None:
    organisation = make_organisation()
    boss = browser(make_member(organisation, Role.ADMINISTRATOR))
    assert boss.get(at(f"organisations:{name}", organisation, pk=1)).status_code == 405


def test_acts_need_the_forms_own_key() -> None:
    organisation = make_organisation()
    user = make_member(organisation)
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    assert client.post(at("organisations:leave", organisation)).status_code == 403
    assert organisation.memberships.exists()
