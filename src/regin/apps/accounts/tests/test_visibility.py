"""Who sees a row: the filter against a plain reading of the rule, for every combination."""

from __future__ import annotations

import itertools

import pytest
from django.apps import apps
from django_scopes import scopes_disabled
from django_scopes.exceptions import ScopeError
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from regin.apps.accounts.actor import Actor
from regin.apps.accounts.models import Owned, Role, State, Visibility
from regin.apps.accounts.models.owned import visible_filter

OWNER, OTHER = 1, 2
OWNED = [model for model in apps.get_models() if issubclass(model, Owned)]


def plainly_visible(actor: Actor, organisation: int, visibility: str, state: str) -> bool:
    """The rule as a person would say it."""
    if actor.is_instance_administrator:
        return True
    here = actor.roles.get(organisation, frozenset())
    if here & {"editor", "administrator"}:
        return True
    if here and visibility != "private":
        return True
    if state != "published":
        return False
    return visibility == "public" or (visibility == "members" and bool(actor.roles))


def passes_filter(actor: Actor, organisation: int, visibility: str, state: str) -> bool:
    rule = visible_filter(actor)
    row = {"organisation": organisation, "visibility": visibility, "state": state}
    return not rule or rule.check(row)


ROLE_SETS = [
    frozenset(pick) for size in (1, 2) for pick in itertools.combinations(Role.values, size)
]
ACTORS = [
    Actor(),
    Actor(is_network_coordinator=True),
    Actor(is_instance_administrator=True),
    *[Actor(roles={place: roles}) for place in (OWNER, OTHER) for roles in ROLE_SETS],
    *[Actor(roles={OWNER: one, OTHER: two}) for one in ROLE_SETS[:5] for two in ROLE_SETS[:5]],
]


@pytest.mark.django_db
@pytest.mark.parametrize("visibility", Visibility.values)
@pytest.mark.parametrize("state", State.values)
def test_the_filter_is_the_rule_for_every_role_visibility_state_and_organisation(
    visibility: str, state: str
) -> None:
    for actor in ACTORS:
        told = plainly_visible(actor, OWNER, visibility, state)
        assert passes_filter(actor, OWNER, visibility, state) == told, actor


class VisibilityRule(TestCase):
    @given(
        roles=st.dictionaries(
            st.integers(1, 4), st.frozensets(st.sampled_from(Role.values), min_size=1)
        ),
        organisation=st.integers(1, 4),
        visibility=st.sampled_from(Visibility.values),
        state=st.sampled_from(State.values),
        instance=st.booleans(),
    )
    def test_it_holds_for_people_in_any_number_of_organisations(
        self,
        roles: dict[int, frozenset[str]],
        organisation: int,
        visibility: str,
        state: str,
        instance: bool,
    ) -> None:
        actor = Actor(roles=roles, is_instance_administrator=instance)
        told = plainly_visible(actor, organisation, visibility, state)
        assert passes_filter(actor, organisation, visibility, state) == told


def test_there_are_owned_models_to_try() -> None:
    assert OWNED


EVERY_WAY = {
    "all": (),
    "filter": (),
    "exclude": (),
    "get": (),
    "first": (),
    "last": (),
    "count": (),
    "exists": (),
    "aggregate": (),
    "annotate": (),
    "alias": (),
    "in_bulk": (),
    "values": (),
    "values_list": (),
    "only": (),
    "defer": (),
    "distinct": (),
    "order_by": (),
    "reverse": (),
    "select_related": (),
    "prefetch_related": (),
    "select_for_update": (),
    "iterator": (),
    "union": (),
    "update": (),
    "earliest": (),
    "latest": (),
    "dates": ("x", "year"),
    "raw": ("select 1",),
    "contains": (None,),
    "get_or_create": (),
    "update_or_create": (),
    "bulk_update": ([], []),
}


@pytest.mark.django_db
@pytest.mark.parametrize("model", OWNED, ids=lambda model: model.__name__)
@pytest.mark.parametrize("way", EVERY_WAY)
def test_owned_rows_are_out_of_reach_without_an_actor(model: type[Owned], way: str) -> None:
    with pytest.raises(ScopeError):
        list(getattr(model.objects, way)(*EVERY_WAY[way]))


@pytest.mark.django_db
@pytest.mark.parametrize("model", OWNED, ids=lambda model: model.__name__)
def test_owned_rows_are_within_reach_for_an_actor_and_for_who_says_all(model: type[Owned]) -> None:
    assert list(model.objects.visible_to(Actor())) == []
    with scopes_disabled():
        assert model.objects.count() == 0
