"""The installation keeps an administrator, and the server can always make one."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.http import Http404

from regin.apps.accounts.actor import actor_of
from regin.apps.accounts.operations import (
    appoint_administrator,
    erase_again,
    erase_person,
    obstacles,
)
from regin.apps.accounts.refusals import Refused
from regin.apps.accounts.tests.factories import make_user
from regin.apps.common.models import AuditEntry
from regin.apps.identity.models import User

pytestmark = pytest.mark.django_db
EMAIL = "zora@example.org"


def appoint(*words: str) -> str:
    out = StringIO()
    call_command("appoint", *words, stdout=out)
    return out.getvalue()


def test_the_last_active_administrator_is_not_erased() -> None:
    last = make_user(is_superuser=True)
    make_user(is_superuser=True, is_active=False)
    with pytest.raises(Refused, match="regin appoint EMAIL --administrator"):
        erase_person(actor_of(last), last)
    assert len(obstacles(last)) == 1
    make_user(is_superuser=True)
    assert obstacles(last) == []
    erase_person(actor_of(last), last)
    assert User.objects.filter(is_superuser=True, is_active=True).count() == 1


def test_an_erasure_is_repeated_even_of_the_last_administrator() -> None:
    assert erase_again(make_user(is_superuser=True).reference)


def test_the_command_gives_and_withdraws_roles_and_notes_it() -> None:
    make_user(is_superuser=True)
    user = make_user(email=EMAIL)
    assert "is now an administrator" in appoint(EMAIL.upper(), "--administrator")
    assert "Nothing to change" in appoint(EMAIL, "--administrator")
    assert "is now a network coordinator" in appoint(EMAIL, "--coordinator")
    user.refresh_from_db()
    actor = actor_of(user)
    assert actor.is_instance_administrator
    assert actor.is_network_coordinator
    assert "no longer an administrator" in appoint(EMAIL, "--administrator", "--withdraw")
    assert "no longer a network" in appoint(EMAIL, "--coordinator", "--withdraw")
    assert "Nothing to change" in appoint(EMAIL, "--coordinator", "--withdraw")
    user.refresh_from_db()
    assert not actor_of(user).is_instance_administrator
    assert not actor_of(user).is_network_coordinator
    notes = AuditEntry.objects.values_list("actor", "verb", "target", "details")
    assert list(notes) == [
        ("command:appoint", verb, user.reference, {"role": role})
        for verb in ("role.given", "role.withdrawn")
        for role in ("administrator", "coordinator")
    ]


def test_the_last_administrator_keeps_the_role() -> None:
    make_user(email=EMAIL, is_superuser=True)
    with pytest.raises(CommandError, match="without an administrator"):
        appoint(EMAIL, "--administrator", "--withdraw")
    assert User.objects.get().is_superuser


def test_who_cannot_be_appointed_is_said() -> None:
    with pytest.raises(CommandError, match=r"Nobody has an account with nobody@example\.org"):
        appoint("nobody@example.org", "--administrator")
    make_user(email=EMAIL, is_active=False)
    for role in ("--administrator", "--coordinator"):
        with pytest.raises(CommandError, match="switched off"):
            appoint(EMAIL, role)


def test_a_person_without_the_role_appoints_nobody() -> None:
    user = make_user()
    with pytest.raises(Http404):
        appoint_administrator(actor_of(user), user)
