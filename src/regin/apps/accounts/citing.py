"""Revisions at their permanent addresses, also after the owned object was withdrawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from django.db.models import QuerySet
from django.http import Http404
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from regin.apps.accounts.models import State, Visibility
from regin.apps.common.addresses import at_address
from regin.apps.common.history import one_revision
from regin.apps.common.models import Revision
from regin.apps.common.operations import revisions_of

Subject = TypeVar("Subject", bound=Any)


class Publishable(Protocol):
    """An owned row that keeps revisions."""

    pk: Any
    state: str
    revision_schema: int

    def revision_body(self) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Cited(Generic[Subject]):
    """An object as the reader of one revision may see it.

    `is_open`: the reader may see the object itself; else it goes by what the revision says.
    `status`: what has become of it since, empty while it is published.
    """

    subject: Subject
    revision: Revision
    is_open: bool
    status: str


def cited(
    seen: QuerySet[Subject], every: QuerySet[Subject], slug: str, number: int
) -> Cited[Subject]:
    """What revision `number` speaks of. Raises Http404: not there, or never for everybody.

    `seen`: the rows that the reader may see. `every`: all rows, since a revision that was
    published to everybody stays citable; nothing newer than the revision shows then.
    """
    try:
        subject = at_address(seen, slug)
    except Http404:
        return _closed(at_address(every, slug), number)
    revision = one_revision(subject, number)
    return Cited(subject, revision, is_open=True, status=status_of(subject))


def _closed(subject: Any, number: int) -> Cited[Any]:
    revision = one_revision(subject, number)
    if subject.state == State.DRAFT or not was_public(revision):
        raise Http404
    status = status_of(subject) or _(
        "It is no longer shown to everyone. This revision stays at its address."
    )
    return Cited(subject, revision, is_open=False, status=status)


def was_public(revision: Revision) -> bool:
    """Whether everybody could read `revision` when it was kept."""
    said = revision.content
    is_published = said.get("state") == State.PUBLISHED
    return is_published and said.get("visibility") == Visibility.PUBLIC


def status_of(subject: Publishable) -> str:
    """When and why `subject` was withdrawn, as a sentence; empty when it is not."""
    last = revisions_of(subject).order_by("-number").first()
    is_withdrawn = subject.state == State.RETRACTED
    if not is_withdrawn or last is None or last.content.get("state") != State.RETRACTED:
        return ""
    return _("Withdrawn on %(date)s: %(reason)s") % {
        "date": date_format(last.created_at, "DATE_FORMAT"),
        "reason": last.reason,
    }


@dataclass(frozen=True, slots=True)
class Withdrawn(Generic[Subject]):
    """An object that everybody could read before it was withdrawn.

    `revision`: the last one that everybody could read. `status`: when it was withdrawn, and why.
    """

    subject: Subject
    revision: Revision
    status: str


def withdrawn(every: QuerySet[Subject], slug: str) -> Withdrawn[Subject]:
    """What stood at an address until it was withdrawn. Raises Http404: nothing everybody knew.

    `every`: all rows, whoever asks. Nothing of the object is told but its public revisions.
    """
    subject = at_address(every, slug)
    status = status_of(subject)
    public = (one for one in revisions_of(subject).order_by("-number") if was_public(one))
    revision = next(public, None) if status else None
    if revision is None:
        raise Http404
    return Withdrawn(subject, revision, status)
