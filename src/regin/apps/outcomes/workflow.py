"""Where a series is on its way, who can move it on, and what happened: `outcomes/_workflow.html`.

A page that shows the bar passes `workflow(series, actor)` as `workflow`.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from regin.apps.accounts.actor import Actor
from regin.apps.accounts.models import State
from regin.apps.accounts.permissions import may
from regin.apps.common.models import Revision
from regin.apps.common.operations import revisions_of
from regin.apps.outcomes import permissions  # noqa: F401  # declares the rules that `may` asks
from regin.apps.outcomes.models import Series
from regin.apps.outcomes.operations import missing_for_publishing


@dataclass(frozen=True, slots=True)
class Step:
    """Something the reader may do. `is_main`: what most people come for."""

    label: str
    url: str
    is_main: bool = False


@dataclass(frozen=True, slots=True)
class Workflow:
    """`state`, `seen_by`: words. `is_inside`: the reader belongs to those who keep the series.

    `missing`: what stands in the way of publishing, told to those who work on it. `movers`: who
    can move it on. `last`: its newest revision; None before the first publication. `steps`: what
    the reader may do; everybody may read the history at `history_url`.
    """

    state: str
    seen_by: str
    is_inside: bool
    movers: str
    missing: tuple[str, ...]
    last: Revision | None
    steps: tuple[Step, ...]
    history_url: str


def workflow(series: Series, actor: Actor) -> Workflow:
    """The bar for `actor`. Asks the database twice at most, whatever the series holds."""
    edits, publishes = may(actor, "owned.edit", series), may(actor, "owned.publish", series)
    works = edits or publishes
    needs = works and not series.is_published
    return Workflow(
        state=str(series.get_state_display()),
        seen_by=series.seen_by,
        is_inside=may(actor, "organisations.see_people", series.organisation),
        movers=_movers(series),
        missing=tuple(missing_for_publishing(series)) if needs else (),
        last=revisions_of(series).order_by("-number").first(),
        steps=tuple(_steps(series, edits=edits, publishes=publishes)),
        history_url=_at("history", series),
    )


def _movers(series: Series) -> str:
    words = {"organisation": series.organisation.name}
    if series.is_published:
        return _("Reviewers and administrators of %(organisation)s can withdraw it.") % words
    return _("Reviewers and administrators of %(organisation)s can publish it.") % words


def _steps(series: Series, *, edits: bool, publishes: bool) -> list[Step]:
    """What the reader may do, in the order of the work."""
    steps = []
    if edits:
        steps.append(Step(_("Edit the description"), _at("edit", series), is_main=not publishes))
    if edits or publishes:
        steps.append(Step(_("Translations"), _at("texts", series)))
    if edits and (series.place_codes or series.label_codes):
        steps.append(Step(_("Codes it has learnt"), _at("learnt_codes", series)))
    if publishes:
        steps.append(_publish_step(series))
    if publishes and series.is_published:
        steps.append(Step(_("Withdraw"), _at("withdraw", series)))
    return steps


def _publish_step(series: Series) -> Step:
    if series.is_published:
        return Step(_("Change who sees it"), _at("publish", series))
    again = series.state == State.RETRACTED
    return Step(_("Publish again") if again else _("Publish"), _at("publish", series), is_main=True)


def _at(name: str, series: Series) -> str:
    return reverse(f"outcomes:{name}", kwargs={"slug": series.slug})
