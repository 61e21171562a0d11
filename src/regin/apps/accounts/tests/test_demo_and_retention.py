"""People of the demonstration; what is forgotten by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.utils import timezone

from regin.apps.accounts.actor import VISITOR, actor_of, command_actor
from regin.apps.accounts.models import Invitation, Mail, Organisation, Role
from regin.apps.accounts.operations import forget_old, load_demo_people
from regin.apps.accounts.operations.demo import NORVALIA
from regin.apps.accounts.outbox import post
from regin.apps.accounts.refusals import Refused
from regin.apps.accounts.tests.factories import make_invitation, make_organisation, make_user
from regin.apps.common.models import Installation
from regin.apps.identity.models import User

pytestmark = pytest.mark.django_db
DEMO = command_actor("demo")


def test_four_people_can_sign_in_with_the_given_password() -> None:
    people = {user.email.split("@")[0]: user for user in load_demo_people(DEMO, "first password")}
    assert set(people) == {"admin", "officer", "coder", "member"}
    assert all(user.check_password("first password") for user in people.values())
    assert EmailAddress.objects.filter(verified=True, primary=True).count() == 4
    region = Organisation.objects.get(name=NORVALIA)
    assert region.is_fictional
    assert actor_of(people["admin"]).is_instance_administrator
    assert actor_of(people["officer"]).roles == {region.pk: {Role.EDITOR, Role.ADMINISTRATOR}}
    assert actor_of(people["coder"]).roles == {region.pk: {Role.CODER}}
    assert actor_of(people["member"]).roles == {region.pk: {Role.MEMBER}}


def test_a_second_time_only_changes_the_password() -> None:
    load_demo_people(DEMO, "first password")
    load_demo_people(DEMO, "second password")
    assert User.objects.count() == 4
    assert Organisation.objects.count() == 1
    assert all(user.check_password("second password") for user in User.objects.all())


def test_no_demo_people_in_production_or_for_a_visitor() -> None:
    with pytest.raises(Refused):
        load_demo_people(VISITOR, "x")
    Installation.objects.create(pk=1, mode=Installation.Mode.PRODUCTION)
    with pytest.raises(Refused):
        load_demo_people(DEMO, "x")
    assert not User.objects.exists()


def test_what_is_old_goes_and_what_is_not_stays() -> None:
    now = timezone.now()
    user = make_user()
    for days in (89, 91):
        mail = post(user, "codes_made")
        Mail.objects.filter(pk=mail.pk).update(created_at=now - timedelta(days=days))
    for days in (29, 31):
        invitation, _ = make_invitation(make_organisation(), "new@example.org")
        Invitation.objects.filter(pk=invitation.pk).update(expires_at=now - timedelta(days=days))
    for number, days in enumerate((1, -1)):
        Session.objects.create(session_key=str(number), expire_date=now + timedelta(days=days))
    unkept = post("gone@example.org", "erased", keep=False)
    Mail.objects.filter(pk=unkept.pk).update(created_at=now - timedelta(days=2))
    assert forget_old() == 4
    assert forget_old() == 0
