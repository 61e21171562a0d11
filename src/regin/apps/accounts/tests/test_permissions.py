"""The table of permissions, written out: every permission for every kind of person."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.http import Http404
from rules.rulesets import default_rules

from regin.apps.accounts.actor import VISITOR, Actor, actor_of, command_actor
from regin.apps.accounts.models import InstanceRole, Organisation, Role
from regin.apps.accounts.permissions import grant, may, require
from regin.apps.accounts.tests.factories import make_member, make_organisation, make_user

pytestmark = pytest.mark.django_db

WHO = ("visitor", "signed_in", "member", "editor", "coder", "reviewer", "administrator")
WHO += ("elsewhere", "coordinator", "instance", "command")
EVERYBODY_INSIDE = "member editor coder reviewer administrator"
TABLE = {
    "organisations.create": "coordinator instance command",
    "organisations.ask_to_join": "signed_in elsewhere coordinator instance",
    "organisations.see_people": f"{EVERYBODY_INSIDE} instance command",
    "organisations.manage_people": "administrator instance command",
    "organisations.edit": "administrator instance command",
    "organisations.leave": EVERYBODY_INSIDE,
    "owned.edit": "editor administrator instance command",
    "owned.publish": "reviewer administrator instance command",
}
ABOUT_PEOPLE = {
    "people.erase": {"oneself", "instance", "command"},
    "people.export": {"oneself"},
    "people.correct": {"oneself"},
    "people.appoint": {"instance", "command"},
}


def everybody(organisation: Organisation) -> dict[str, Actor]:
    coordinator = make_user()
    InstanceRole.objects.create(user=coordinator, role=InstanceRole.Name.NETWORK_COORDINATOR)
    inside = {str(role): actor_of(make_member(organisation, role)) for role in Role}
    return {
        "visitor": VISITOR,
        "signed_in": actor_of(make_user()),
        "elsewhere": actor_of(make_member(make_organisation(), *Role)),
        "coordinator": actor_of(coordinator),
        "instance": actor_of(make_user(is_superuser=True)),
        "command": command_actor("restore"),
        **inside,
    }


@pytest.mark.parametrize("permission", TABLE)
def test_exactly_the_named_have_the_permission(permission: str) -> None:
    organisation = make_organisation()
    subject: Any = organisation
    if permission.startswith("owned."):
        subject = SimpleNamespace(organisation_id=organisation.pk)
    people = everybody(organisation)
    assert set(people) == set(WHO)
    have = {name for name, actor in people.items() if may(actor, permission, subject)}
    assert have == set(TABLE[permission].split())


@pytest.mark.parametrize("permission", ABOUT_PEOPLE)
def test_exactly_the_named_may_touch_a_persons_data(permission: str) -> None:
    organisation = make_organisation()
    person = make_member(organisation)
    people = {**everybody(organisation), "oneself": actor_of(person)}
    have = {name for name, actor in people.items() if may(actor, permission, person)}
    assert have == ABOUT_PEOPLE[permission]


def test_the_table_leaves_no_permission_of_this_app_out() -> None:
    ours = {
        name for name in default_rules if name.split(".")[0] in {"organisations", "people", "owned"}
    }
    assert ours == set(TABLE) | set(ABOUT_PEOPLE)


def test_an_inactive_person_is_a_visitor() -> None:
    assert actor_of(make_user(is_active=False)) is VISITOR


def test_a_refusal_looks_like_nothing_there() -> None:
    with pytest.raises(Http404):
        require(VISITOR, "organisations.create")


def test_an_unknown_permission_is_an_error_and_never_a_yes() -> None:
    with pytest.raises(KeyError, match="misspelt"):
        may(command_actor("x"), "misspelt")


def test_a_permission_cannot_be_granted_twice() -> None:
    with pytest.raises(KeyError):
        grant("organisations.edit", None)
