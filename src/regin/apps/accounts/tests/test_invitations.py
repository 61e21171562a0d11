"""Invitations against people who try to use what is not theirs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from regin.apps.accounts.actor import actor_of
from regin.apps.accounts.models import Invitation, Mail, Membership, Role
from regin.apps.accounts.operations import (
    accept_invitation,
    invitations,
    invite,
    is_for,
    revoke_invitation,
    usable_invitation,
)
from regin.apps.accounts.refusals import InvitationUnusable
from regin.apps.accounts.tests.factories import (
    PASSWORD,
    make_administrator,
    make_invitation,
    make_member,
    make_organisation,
    make_user,
)

pytestmark = pytest.mark.django_db


def address(token: str) -> str:
    return reverse("accounts:invitation", kwargs={"token": token})


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_invited_person_joins_with_one_click() -> None:
    organisation, user = make_organisation(), make_user()
    _, token = make_invitation(organisation, user.email, Role.CODER)
    client = signed_in(user)
    assert organisation.name in client.get(address(token)).content.decode()
    assert client.post(address(token)).status_code == 302
    assert actor_of(user).has_role(organisation, Role.CODER)


def test_the_token_is_stored_nowhere_but_in_the_unsent_mail() -> None:
    invitation, token = make_invitation(make_organisation(), "new@example.org")
    assert token not in str(vars(invitation))


def test_the_case_of_the_address_does_not_matter() -> None:
    user = make_user(email="ada@example.org")
    _, token = make_invitation(make_organisation(), "Ada@Example.ORG".lower())
    assert accept_invitation(actor_of(user), usable_invitation(token))


def unusable_tokens() -> dict[str, str]:
    """One token for each reason why it cannot be used by Ada."""
    ada = make_user(email="ada@example.org")
    _, used = make_invitation(make_organisation(), ada.email)
    accept_invitation(actor_of(ada), usable_invitation(used))
    late, expired = make_invitation(make_organisation(), ada.email)
    Invitation.objects.filter(pk=late.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    taken_back, revoked = make_invitation(make_organisation(), ada.email)
    revoke_invitation(make_administrator(), taken_back)
    _, replaced = make_invitation(taken_back.organisation, ada.email)
    make_invitation(taken_back.organisation, ada.email)
    _, others = make_invitation(make_organisation(), "berta@example.org")
    return {
        "wrong": "x" * 43,
        "short": "zq9",
        "used": used,
        "expired": expired,
        "revoked": revoked,
        "replaced": replaced,
        "somebody else's": others,
    }


def without_csrf(response: Any) -> str:
    body: str = response.content.decode()
    secrets = {line for line in body.splitlines() if "csrfmiddlewaretoken" in line}
    return "\n".join(line for line in body.splitlines() if line not in secrets)


@pytest.mark.parametrize("method", ["get", "post"])
def test_unusable_invitations_cannot_be_told_apart(method: str) -> None:
    tokens = unusable_tokens()
    client = signed_in(EmailAddress.objects.get(email="ada@example.org").user)
    bodies = {}
    for reason, token in tokens.items():
        response = getattr(client, method)(address(token))
        assert response.status_code == 404, reason
        bodies[reason] = without_csrf(response).replace(token, "TOKEN")
    assert len(set(bodies.values())) == 1
    assert "This invitation cannot be used" in bodies["wrong"]


def test_an_unconfirmed_address_opens_no_invitation() -> None:
    user = make_user()
    EmailAddress.objects.create(user=user, email="victim@example.org", verified=False)
    _, token = make_invitation(make_organisation(), "victim@example.org")
    with pytest.raises(InvitationUnusable):
        accept_invitation(actor_of(user), usable_invitation(token))
    assert not Membership.objects.exists()


def test_an_invitation_works_once_even_for_its_own_person() -> None:
    user = make_user()
    organisation = make_organisation()
    _, token = make_invitation(organisation, user.email)
    seen_before = usable_invitation(token)
    accept_invitation(actor_of(user), usable_invitation(token))
    Membership.objects.all().delete()
    with pytest.raises(InvitationUnusable):
        accept_invitation(actor_of(user), seen_before)
    assert not Membership.objects.exists()


def test_of_two_who_click_at_once_one_joins(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second click is through just before the first one stores its acceptance.

    The first runs without its transaction, which here would take the second back with it.
    """
    user = make_user()
    _, token = make_invitation(make_organisation(), user.email)
    found, second = usable_invitation(token), []

    def meanwhile(invitation: Invitation, person: Any) -> bool:
        if not second:
            second.append("clicked")
            accept_invitation(actor_of(person), invitation)
        return is_for(invitation, person)

    monkeypatch.setattr(invitations, "is_for", meanwhile)
    with pytest.raises(InvitationUnusable):
        accept_invitation.__wrapped__(actor_of(user), found)
    assert Membership.objects.count() == 1


def test_a_visitor_is_led_to_sign_in_and_back() -> None:
    user = make_user()
    organisation = make_organisation()
    _, token = make_invitation(organisation, user.email)
    client = Client()
    page = client.get(address(token)).content.decode()
    assert f"{reverse('account_login')}?next={address(token)}" in page
    login = {"login": user.email, "password": PASSWORD, "next": address(token)}
    assert client.post(reverse("account_login"), login)["Location"] == address(token)
    assert client.post(address(token)).status_code == 302
    assert actor_of(user).has_role(organisation, Role.MEMBER)


def test_somebody_without_account_signs_up_and_joins_without_a_second_mail() -> None:
    organisation = make_organisation()
    _, token = make_invitation(organisation, "new@example.org")
    client = Client()
    client.get(address(token))
    form = {"email": "new@example.org", "password1": PASSWORD, "name": "New"}
    answer = client.post(reverse("account_signup"), {**form, "next": address(token)})
    assert answer["Location"] == address(token)
    assert not Mail.objects.filter(recipient="new@example.org").exists()
    client.post(address(token))
    assert organisation.memberships.get().user.email == "new@example.org"


def test_an_invitation_confirms_no_address_but_its_own() -> None:
    _, token = make_invitation(make_organisation(), "new@example.org")
    client = Client()
    client.get(address(token))
    form = {"email": "victim@example.org", "password1": PASSWORD, "name": "New"}
    client.post(reverse("account_signup"), {**form, "next": address(token)})
    assert not EmailAddress.objects.get(email="victim@example.org").verified
    assert "_auth_user_id" not in client.session


def test_only_who_manages_the_people_invites_and_revokes() -> None:
    organisation = make_organisation()
    editor = actor_of(make_member(organisation, Role.EDITOR))
    invitation, _ = make_invitation(organisation, "new@example.org")
    with pytest.raises(Http404):
        invite(editor, organisation, "other@example.org", Role.MEMBER)
    with pytest.raises(Http404):
        revoke_invitation(editor, invitation)


def test_inviting_tells_nobody_whether_an_account_exists() -> None:
    organisation = make_organisation()
    known = make_user(email="aaaaa@example.org")
    client = signed_in(make_member(organisation, Role.ADMINISTRATOR))
    people = reverse("organisations:people", kwargs={"slug": organisation.slug})
    bodies = []
    for email in (known.email, "bbbbb@example.org"):
        body = without_csrf(client.post(people, {"email": email, "role": "member"}, follow=True))
        invitation = Invitation.objects.get()
        bodies.append(body.replace(email, "EMAIL").replace(f"/{invitation.pk}/", "/PK/"))
        invitation.delete()
    assert bodies[0] == bodies[1]


def test_a_role_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="emperor"):
        invite(make_administrator(), make_organisation(), "new@example.org", "emperor")


def test_a_waiting_invitation_is_accepted_from_ones_own_page_by_nobody_else() -> None:
    user, organisation = make_user(), make_organisation()
    invitation, _ = make_invitation(organisation, user.email)
    accept = reverse("accounts:accept", kwargs={"pk": invitation.pk})
    assert signed_in(make_user()).post(accept).status_code == 404
    client = signed_in(user)
    assert accept in client.get(reverse("accounts:me")).content.decode()
    assert client.post(accept).status_code == 302
    assert actor_of(user).has_role(organisation, Role.MEMBER)
