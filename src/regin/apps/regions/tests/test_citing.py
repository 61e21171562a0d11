"""What everybody could read stays citable; what they could not never comes out."""

from __future__ import annotations

import hashlib
import json
import re

import pytest
from django.urls import reverse
from django.utils.translation import override

from regin.apps.accounts.actor import VISITOR, actor_of
from regin.apps.accounts.models import Role, State, Visibility
from regin.apps.common.models.revision import canonical
from regin.apps.regions.models import Profile
from regin.apps.regions.operations import publish_profile, withdraw_profile
from regin.apps.regions.tests.factories import make_actor, make_organisation, make_profile

pytestmark = pytest.mark.django_db
REASON = "A law has changed."


def at(profile, name="detail", **kwargs):
    with override("en"):
        return reverse(f"profiles:{name}", kwargs={"slug": profile.slug, **kwargs})


@pytest.fixture
def reviewer():
    return make_actor(make_organisation(), Role.REVIEWER, Role.EDITOR)


@pytest.fixture
def withdrawn(reviewer):
    """Revision 1 for members, 2 for everyone, 3 the withdrawal."""
    [organisation] = reviewer.organisation_ids
    made = make_profile(state=State.DRAFT, visibility=Visibility.ORGANISATION)
    Profile._base_manager.filter(pk=made.pk).update(organisation=organisation)
    made.refresh_from_db()
    publish_profile(reviewer, made, Visibility.MEMBERS, "For members")
    publish_profile(reviewer, made, Visibility.PUBLIC, "For everyone")
    withdraw_profile(reviewer, made, REASON)
    return made


def test_a_public_revision_outlives_the_withdrawal_and_says_so(client, withdrawn):
    answer = client.get(at(withdrawn, "revision", number=2))
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Withdrawn on" in text
    assert REASON in text
    assert "Regionen" in text
    said = json.loads(client.get(at(withdrawn, "revision_json", number=2)).content)
    assert REASON in said["status"]
    assert hashlib.sha256(canonical(said["content"]).encode()).hexdigest() == said["sha256"]


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("name", ["revision", "revision_json"])
def test_revisions_that_were_not_for_everyone_stay_hidden(client, withdrawn, number, name):
    assert client.get(at(withdrawn, name, number=number)).status_code == 404


def test_the_page_says_that_it_was_withdrawn_and_leads_to_what_it_said(client, withdrawn):
    answer = client.get(at(withdrawn))
    text = answer.content.decode()
    assert answer.status_code == 410
    assert "Withdrawn on" in text
    assert REASON in text
    assert re.search(rf'href="[^"]*{withdrawn.public_id}/r/2/"', text)
    assert "Regionen" not in text


def test_what_was_never_for_everyone_is_not_there_after_its_withdrawal(client, reviewer):
    [organisation] = reviewer.organisation_ids
    made = make_profile(state=State.DRAFT, visibility=Visibility.ORGANISATION)
    Profile._base_manager.filter(pk=made.pk).update(organisation=organisation)
    made.refresh_from_db()
    publish_profile(reviewer, made, Visibility.MEMBERS, "For members")
    withdraw_profile(reviewer, made, REASON)
    assert client.get(at(made)).status_code == 404


def test_the_history_is_gone_and_nothing_leads_there(client, withdrawn):
    assert client.get(at(withdrawn, "history")).status_code == 404
    text = client.get(at(withdrawn, "revision", number=2)).content.decode()
    assert f'href="{at(withdrawn)}"' not in text
    assert at(withdrawn, "history") not in text


def test_what_is_written_after_the_withdrawal_stays_inside(client, withdrawn):
    cited = at(withdrawn, "revision", number=2)
    Profile._base_manager.filter(pk=withdrawn.pk).update(authority_name="Secretname")
    answer = client.get(cited)
    assert answer.status_code == 200
    assert "ecretname" not in answer.content.decode()
    words = client.get(f"/en/profiles/{withdrawn.public_id}/r/2/")
    assert words["Location"] == cited


def test_narrowing_the_circle_keeps_what_everybody_could_cite(client, withdrawn, reviewer):
    publish_profile(reviewer, withdrawn, Visibility.MEMBERS, "Again for members")
    answer = client.get(at(withdrawn, "revision", number=2))
    assert "no longer shown to everyone" in answer.content.decode()
    assert client.get(at(withdrawn, "revision", number=4)).status_code == 404


def test_publishing_again_takes_the_banner_away(client, withdrawn, reviewer):
    publish_profile(reviewer, withdrawn, Visibility.PUBLIC, "Right again")
    assert "Withdrawn on" not in client.get(at(withdrawn, "revision", number=2)).content.decode()


def test_colleagues_see_the_banner_and_who_reads_it_now(client, withdrawn, reviewer):
    client.force_login(reviewer.user)
    for name, kwargs in (("revision", {"number": 3}), ("history", {})):
        assert "Withdrawn on" in client.get(at(withdrawn, name, **kwargs)).content.decode()
    facts = {
        label: (value, note) for label, value, note, _ in client.get(at(withdrawn)).context["facts"]
    }
    assert facts["Visible to"][0] == "the organisation"
    assert "stay at their addresses" in facts["Visible to"][1]


@pytest.mark.parametrize(
    ("state", "visibility", "words"),
    [
        (State.DRAFT, Visibility.PUBLIC, "the organisation"),
        (State.RETRACTED, Visibility.MEMBERS, "the organisation"),
        (State.DRAFT, Visibility.PRIVATE, "editors of the organisation"),
        (State.PUBLISHED, Visibility.PUBLIC, "everyone"),
    ],
)
def test_the_circle_named_is_the_circle_that_sees_it(state, visibility, words):
    profile = make_profile(state=state, visibility=visibility)
    assert profile.seen_by == words
    member = make_actor(profile.organisation, Role.MEMBER)
    for actor, sees in (
        (VISITOR, words == "everyone"),
        (actor_of(member.user), words != "editors of the organisation"),
    ):
        assert Profile.objects.visible_to(actor).filter(pk=profile.pk).exists() == sees


def test_a_profile_without_dates_is_not_told_as_of_today(client):
    text = client.get(at(make_profile())).content.decode()
    assert "As described by the source; since when and until when is not known here." in text
