"""History of any revisioned object: the list, the difference of two, one as it was, its download.

An app checks that the reader may see the object and returns one of these from its view.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from regin.apps.common.addresses import Addressed
from regin.apps.common.models import Revision, Translated
from regin.apps.common.models.text import TextState
from regin.apps.common.operations import changes, revisions_of

# What people publish on an installation may be re-used under this licence.
CONTENT_LICENCE = "CC BY 4.0"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that two revisions say differently; None where it was not said."""

    label: str
    before: str | None
    after: str | None
    language: str = ""


def differences(subject: Model, before: Revision | None, after: Revision) -> list[Difference]:
    """What changed from `before` to `after`, labelled for people. None: everything `after` says."""
    old = before.content if before else {}
    return [
        Difference(
            _label(subject, path), _said(subject, path, a), _said(subject, path, b), _lang(path)
        )
        for path, a, b in _leaves(old, after.content)
        if not _is_technical(subject, path)
    ]


def _leaves(old: Any, new: Any) -> Iterator[tuple[str, Any, Any]]:
    """Changes down to single values, also where a whole branch appeared or went."""
    for path, a, b in changes(old, new):
        if isinstance(a, dict) or isinstance(b, dict):
            inner = _leaves(a if isinstance(a, dict) else {}, b if isinstance(b, dict) else {})
            yield from ((f"{path}.{rest}", x, y) for rest, x, y in inner)
        else:
            yield path, a, b


def _is_technical(subject: Model, path: str) -> bool:
    """Names of the body itself, and other objects, which stand in it by their public id."""
    field = _field(subject, path)
    return path in {"schema", "id", "kind"} or bool(field is not None and field.is_relation)


def _field(subject: Model, path: str) -> Any:
    try:
        return subject._meta.get_field(path)
    except FieldDoesNotExist:
        return None


def _lang(path: str) -> str:
    parts = path.split(".")
    return parts[2] if parts[0] == "texts" and parts[-1] == "text" else ""


def _label(subject: Model, path: str) -> str:
    parts = path.split(".")
    if parts[0] == "texts" and len(parts) == 4 and isinstance(subject, Translated):
        words = {"field": subject.label_of(parts[1]), "language": _language_name(parts[2])}
        if parts[3] == "state":
            return _("State of “%(field)s” in %(language)s") % words
        return _("%(field)s in %(language)s") % words
    field = _field(subject, path)
    return str(field.verbose_name) if field is not None else path


def _language_name(code: str) -> str:
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


def _said(subject: Model, path: str, value: Any) -> str | None:
    """A value as people read it: choices and truth in words."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return _choice(subject, path, str(value))


def _choice(subject: Model, path: str, value: str) -> str:

    if path.startswith("texts.") and path.endswith(".state"):
        return str(TextState(value).label) if value in TextState.values else value
    field = _field(subject, path)
    return str(dict(field.flatchoices).get(value, value)) if field is not None else value


def citation(subject: Addressed, revision: Revision, address: str) -> str:
    """How to cite one revision: title, number, date, permanent address."""
    return _("%(title)s. REGIN, revision %(number)d of %(date)s. %(address)s") % {
        "title": str(subject),
        "number": revision.number,
        "date": date_format(revision.created_at, "DATE_FORMAT"),
        "address": address,
    }


def one_revision(subject: Any, number: int) -> Revision:
    """Revision `number` of `subject`. Raises Http404."""
    revision = revisions_of(subject).filter(number=number).select_related("author").first()
    if revision is None:
        raise Http404
    return revision


def show_history(request: HttpRequest, subject: Any, **context: Any) -> HttpResponse:
    """All revisions, and how the two that `from` and `to` name differ (default: the last two)."""
    revisions = list(revisions_of(subject).select_related("author").order_by("-number"))
    before, after = _chosen(request, revisions)
    context |= {
        "subject": subject,
        "kind": subject.kind,
        "revisions": revisions,
        "before": before,
        "after": after,
        "differences": differences(subject, before, after) if after else [],
    }
    return render(request, "common/history.html", context)


def _chosen(
    request: HttpRequest, revisions: list[Revision]
) -> tuple[Revision | None, Revision | None]:
    by_number = {str(revision.number): revision for revision in revisions}
    latest = revisions[0] if revisions else None
    after = by_number.get(request.GET.get("to", ""), latest)
    previous = by_number.get(str(after.number - 1)) if after else None
    return by_number.get(request.GET.get("from", ""), previous), after


def show_revision(request: HttpRequest, subject: Any, number: int, **context: Any) -> HttpResponse:
    """One revision as it was, for good, with its citation."""
    revision = one_revision(subject, number)
    address = revision_address(subject, number)
    context |= {
        "subject": subject,
        "kind": subject.kind,
        "revision": revision,
        "said": differences(subject, None, revision),
        "is_intact": revision.is_intact(),
        "citation": citation(subject, revision, request.build_absolute_uri(address)),
        "licence": CONTENT_LICENCE,
    }
    return render(request, "common/revision.html", context)


def revision_address(subject: Addressed, number: int) -> str:
    """The permanent address of revision `number`."""
    return reverse(f"{subject.kind}:revision", kwargs={"slug": subject.slug, "number": number})


def download_revision(request: HttpRequest, subject: Any, number: int) -> HttpResponse:
    """One revision as JSON with where it is from, when, under what licence, and its hash.

    `sha256` is that of `content` in canonical form (sorted keys, no blanks, UTF-8).
    """
    revision = one_revision(subject, number)
    body = {
        "address": request.build_absolute_uri(revision_address(subject, number)),
        "number": revision.number,
        "created_at": revision.created_at.isoformat(),
        "reason": revision.reason,
        "licence": CONTENT_LICENCE,
        "sha256": revision.sha256,
        "content": revision.content,
    }
    name = f"{subject.kind}-{subject.public_id}-r{number}.json"
    return JsonResponse(
        body,
        json_dumps_params={"ensure_ascii": False, "indent": 2},
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
