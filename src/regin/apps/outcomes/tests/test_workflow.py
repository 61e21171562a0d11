"""The bar on the page of a series: where it is, who can move it on, what the reader may do."""

from __future__ import annotations

import re

import pytest
from django.template.loader import render_to_string

from regin.apps.accounts.actor import VISITOR
from regin.apps.accounts.models import Role, State, Visibility
from regin.apps.common.operations import keep_revision
from regin.apps.outcomes.models import Import, Series
from regin.apps.outcomes.workflow import workflow
from regin.apps.regions.tests.factories import make_actor

from .factories import make_series

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft():
    return make_series(state=State.DRAFT, visibility=Visibility.ORGANISATION)


def steps(series, actor):
    return [step.url.rsplit("/", 2)[1] for step in workflow(series, actor).steps]


def words(series, actor):
    html = render_to_string("outcomes/_workflow.html", {"workflow": workflow(series, actor)})
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize(
    ("role", "state", "expected"),
    [
        (Role.MEMBER, State.DRAFT, []),
        (Role.EDITOR, State.DRAFT, ["edit", "texts"]),
        (Role.REVIEWER, State.DRAFT, ["texts", "publish"]),
        (Role.ADMINISTRATOR, State.DRAFT, ["edit", "texts", "publish"]),
        (Role.EDITOR, State.PUBLISHED, ["edit", "texts"]),
        (Role.ADMINISTRATOR, State.PUBLISHED, ["edit", "texts", "publish", "withdraw"]),
        (Role.REVIEWER, State.RETRACTED, ["texts", "publish"]),
    ],
)
def test_each_role_sees_what_it_may_do(draft, role, state, expected):
    draft.state = state
    assert steps(draft, make_actor(draft.organisation, role)) == expected


def test_codes_are_offered_when_the_series_has_learnt_any(draft):
    draft.place_codes = {"X": ""}
    assert "codes" in steps(draft, make_actor(draft.organisation, Role.EDITOR))


def test_who_works_on_a_draft_reads_what_is_missing_and_who_publishes(draft):
    told = words(draft, make_actor(draft.organisation, Role.EDITOR))
    assert "draft" in told
    assert "Visible to: the organisation" in told
    assert f"Reviewers and administrators of {draft.organisation} can publish it." in told
    assert "needs: definition an accepted file of figures" in told
    member = words(draft, make_actor(draft.organisation, Role.MEMBER))
    assert "can publish it" in member
    assert "needs:" not in member


def test_a_visitor_reads_the_state_the_last_revision_and_the_way_to_the_history():
    series = make_series()
    assert "Revision" not in words(series, VISITOR)
    keep_revision(series, None, "First description")
    told = words(series, VISITOR)
    assert "published Visible to: everyone" in told
    assert "Revision 1 of" in told
    assert "First description History and citation" in told
    assert "administrators" not in told
    assert workflow(series, VISITOR).steps == ()


def test_the_bar_asks_the_database_twice_whatever_there_is(draft, django_assert_num_queries):
    actor = make_actor(draft.organisation, Role.ADMINISTRATOR)
    for number in range(5):
        Import.objects.create(
            series=draft, number=number, version="2024", state="accepted", compared_with=0
        )
        keep_revision(draft, None, "x")
    rows = Series.objects.visible_to(actor).select_related("organisation")
    [series] = rows.prefetch_related("texts")
    with django_assert_num_queries(2):
        workflow(series, actor)
