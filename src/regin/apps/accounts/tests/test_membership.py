"""Joining, roles, leaving: who is told, who is refused, who stays in charge."""

from __future__ import annotations

import pytest
from django.db import IntegrityError
from django.http import Http404
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regin.apps.accounts.actor import actor_of
from regin.apps.accounts.models import JoinRequest, Mail, Membership, Organisation, Role
from regin.apps.accounts.operations import (
    answer_request,
    ask_to_join,
    create_organisation,
    edit_organisation,
    leave,
    set_roles,
    starter_organisation,
    withdraw_request,
)
from regin.apps.accounts.refusals import Refused
from regin.apps.accounts.tests.factories import (
    make_administrator,
    make_member,
    make_organisation,
    make_user,
)
from regin.apps.common.models import AuditEntry

pytestmark = pytest.mark.django_db


def roles_of(user: object, organisation: Organisation) -> set[str]:
    rows = organisation.memberships.filter(user=user)
    return set(rows.values_list("role", flat=True))


def test_who_asks_becomes_a_member_when_accepted_and_all_are_told() -> None:
    organisation, user = make_organisation(), make_user()
    boss = make_member(organisation, Role.ADMINISTRATOR)
    asked = ask_to_join(actor_of(user), organisation, "I am new.")
    told = Mail.objects.get(user=boss)
    assert organisation.name in told.subject
    answer_request(actor_of(boss), asked, accept=True)
    assert roles_of(user, organisation) == {"member"}
    assert organisation.name in Mail.objects.get(user=user).subject


def test_who_is_declined_does_not_join_and_is_told() -> None:
    organisation, user = make_organisation(), make_user()
    asked = ask_to_join(actor_of(user), organisation)
    answer_request(make_administrator(), asked, accept=False)
    assert roles_of(user, organisation) == set()
    assert Mail.objects.filter(user=user).count() == 1


def test_without_administrator_the_installations_administrators_are_asked() -> None:
    chief = make_administrator()
    ask_to_join(actor_of(make_user()), make_organisation())
    assert Mail.objects.get().user == chief.user


def test_a_second_request_is_refused_while_the_first_waits() -> None:
    organisation, actor = make_organisation(), actor_of(make_user())
    ask_to_join(actor, organisation)
    with pytest.raises(Refused):
        ask_to_join(actor, organisation)
    assert JoinRequest.objects.count() == 1


def test_a_request_is_answered_once() -> None:
    organisation, user, chief = make_organisation(), make_user(), make_administrator()
    asked = ask_to_join(actor_of(user), organisation)
    answer_request(chief, asked, accept=False)
    with pytest.raises(Refused):
        answer_request(chief, asked, accept=True)
    with pytest.raises(Refused):
        withdraw_request(actor_of(user), asked)
    assert roles_of(user, organisation) == set()


def test_only_its_person_withdraws_a_request() -> None:
    organisation, user = make_organisation(), make_user()
    asked = ask_to_join(actor_of(user), organisation)
    with pytest.raises(Http404):
        withdraw_request(actor_of(make_user()), asked)
    withdraw_request(actor_of(user), asked)
    assert not JoinRequest.objects.exists()


def test_an_administrator_of_another_organisation_answers_nothing() -> None:
    organisation, elsewhere = make_organisation(), make_organisation()
    asked = ask_to_join(actor_of(make_user()), organisation)
    stranger = actor_of(make_member(elsewhere, Role.ADMINISTRATOR))
    with pytest.raises(Http404):
        answer_request(stranger, asked, accept=True)


def test_roles_become_exactly_what_is_given_and_the_person_is_told() -> None:
    organisation = make_organisation()
    boss = actor_of(make_member(organisation, Role.ADMINISTRATOR))
    user = make_member(organisation, Role.MEMBER, Role.CODER)
    set_roles(boss, organisation, user, [Role.CODER, Role.REVIEWER])
    assert roles_of(user, organisation) == {"coder", "reviewer"}
    assert "reviewer" in Mail.objects.get(user=user).body


def test_the_same_roles_again_change_and_send_nothing() -> None:
    organisation = make_organisation()
    user = make_member(organisation, Role.CODER)
    entries = AuditEntry.objects.count()
    set_roles(make_administrator(), organisation, user, [Role.CODER])
    assert not Mail.objects.exists()
    assert AuditEntry.objects.count() == entries


def test_a_removed_person_has_no_permission_left_at_the_next_request() -> None:
    organisation = make_organisation()
    user = make_member(organisation, Role.EDITOR)
    set_roles(make_administrator(), organisation, user, [])
    assert actor_of(user).roles == {}


def test_an_outsider_gets_no_roles_past_the_invitation() -> None:
    with pytest.raises(Refused):
        set_roles(make_administrator(), make_organisation(), make_user(), [Role.ADMINISTRATOR])
    assert not Membership.objects.exists()


@pytest.mark.parametrize("wanted", [[], [Role.EDITOR]])
def test_even_the_installations_administrator_cannot_take_the_last_administrator(
    wanted: list[str],
) -> None:
    organisation = make_organisation()
    boss = make_member(organisation, Role.ADMINISTRATOR)
    make_member(organisation)
    with pytest.raises(Refused, match="without an administrator"):
        set_roles(make_administrator(), organisation, boss, wanted)
    assert roles_of(boss, organisation) == {"administrator"}


def test_an_administrator_whose_account_is_off_does_not_count() -> None:
    organisation = make_organisation()
    boss = make_member(organisation, Role.ADMINISTRATOR)
    make_member(organisation, Role.ADMINISTRATOR, is_active=False)
    make_member(organisation)
    with pytest.raises(Refused):
        leave(actor_of(boss), organisation)


def test_the_last_person_of_all_may_leave() -> None:
    organisation = make_organisation()
    boss = make_member(organisation, Role.ADMINISTRATOR)
    leave(actor_of(boss), organisation)
    assert not organisation.memberships.exists()


def test_who_does_not_belong_cannot_leave() -> None:
    with pytest.raises(Http404):
        leave(actor_of(make_user()), make_organisation())


@given(
    steps=st.lists(st.tuples(st.integers(0, 2), st.sets(st.sampled_from(list(Role)))), max_size=8)
)
@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_no_order_of_changes_leaves_people_without_an_administrator(
    steps: list[tuple[int, set[Role]]],
) -> None:
    organisation, chief = make_organisation(), make_administrator()
    people = [make_member(organisation, Role.ADMINISTRATOR), make_member(organisation)]
    people.append(make_member(organisation, Role.CODER, Role.EDITOR))
    for index, roles in steps:
        try:
            set_roles(chief, organisation, people[index], roles)
        except Refused:
            continue
        left = organisation.memberships.all()
        assert not left or left.filter(role=Role.ADMINISTRATOR).exists()


def test_a_new_organisation_invites_its_administrator() -> None:
    fields = {"name": "Norvalia", "category": "region", "administrator_email": "a@example.org"}
    organisation = create_organisation(make_administrator(), **fields)
    invitation = organisation.invitations.get()
    assert (invitation.email, invitation.role) == ("a@example.org", "administrator")


def test_an_organisation_that_fails_leaves_no_invitation() -> None:
    make_organisation(name="Norvalia")
    with pytest.raises(IntegrityError):
        create_organisation(make_administrator(), name="Norvalia", category="region")


def test_only_public_facts_can_be_edited() -> None:
    organisation = make_organisation()
    edit_organisation(make_administrator(), organisation, name="Other")
    assert Organisation.objects.get().name == "Other"
    with pytest.raises(ValueError, match="public_id"):
        edit_organisation(make_administrator(), organisation, public_id="x")


def test_there_is_one_starter_organisation() -> None:
    assert starter_organisation() == starter_organisation()


def test_every_act_is_in_the_audit_log_without_a_name() -> None:
    organisation, user = make_organisation(), make_user(name="Zora Neale", email="zora@example.org")
    boss = actor_of(make_member(organisation, Role.ADMINISTRATOR))
    answer_request(boss, ask_to_join(actor_of(user), organisation), accept=True)
    set_roles(boss, organisation, user, [Role.CODER])
    leave(actor_of(user), organisation)
    verbs = list(AuditEntry.objects.values_list("verb", flat=True))
    assert verbs == ["join.asked", "join.accepted", "roles.changed", "organisation.left"]
    told = str(list(AuditEntry.objects.values()))
    assert "Zora" not in told
    assert "zora@" not in told
