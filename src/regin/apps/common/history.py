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
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from regin.apps.common.addresses import Addressed, permanent
from regin.apps.common.models import Revision, Translated
from regin.apps.common.models.text import Shown, TextState
from regin.apps.common.operations import changes, revisions_of
from regin.apps.common.translating import language_name

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


@dataclass(frozen=True, slots=True)
class _TextPath:
    """`[…] texts . field . language . what`: where a text, or its state, stands in a body."""

    field: str
    language: str
    what: str


def _text_path(path: str) -> _TextPath | None:
    """`path` taken apart; `field` is all of it up to the field. None: it is no text."""
    parts = path.rsplit(".", 3)
    if len(parts) < 4 or parts[0].split(".")[-1] != "texts":
        return None
    return _TextPath(f"{parts[0]}.{parts[1]}", parts[2], parts[3])


def _lang(path: str) -> str:
    text = _text_path(path)
    return text.language if text is not None and text.what == "text" else ""


def _label(subject: Model, path: str) -> str:
    text = _text_path(path)
    if text is None:
        return _plain_label(subject, path)
    words = {
        "field": _plain_label(subject, text.field),
        "language": language_name(text.language, in_sentence=True),
    }
    if text.what == "state":
        return _("State of “%(field)s” in %(language)s") % words
    return _("%(field)s in %(language)s") % words


def _plain_label(subject: Any, path: str) -> str:
    """What people call `path`. A model with deeper bodies says it itself: `revision_label(path)`.

    That method returns None for what it leaves to its fields.
    """
    if path == "source_language":
        return _("Language of the original")
    own = subject.revision_label(path) if hasattr(subject, "revision_label") else None
    if own is not None:
        return str(own)
    if path.startswith("texts.") and isinstance(subject, Translated):
        return subject.label_of(path.removeprefix("texts."))
    field = _field(subject, path)
    return str(field.verbose_name) if field is not None else path


def _said(subject: Model, path: str, value: Any) -> str | None:
    """A value as people read it: choices and truth in words."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return _choice(subject, path, str(value))


def _choice(subject: Model, path: str, value: str) -> str:
    text = _text_path(path)
    if text is not None and text.what == "state":
        return str(TextState(value).label) if value in TextState.values else value
    if path == "source_language":
        return language_name(value)
    field = _field(subject, path)
    return str(dict(field.flatchoices).get(value, value)) if field is not None else value


def title_of(subject: Any) -> Shown | str:
    """What `subject` is called: its translated title, else its own name."""
    title = getattr(subject, "title", None)
    return title if isinstance(title, Shown) else str(subject)


def title_at(subject: Any, revision: Revision) -> Shown | str:
    """What `subject` was called when `revision` was kept; as today if the revision does not say.

    A translated title is the one in the active language, else in that of the original.
    """
    said = revision.content.get("texts", {}).get("title") or {}
    wanted = (get_language() or "").split("-")[0]
    original = str(getattr(subject, "source_language", ""))
    language = next((one for one in (wanted, original) if one in said), "")
    if not language:
        return title_of(subject)
    text, state = said[language]["text"], TextState(said[language]["state"])
    return Shown(text, language, state, is_fallback=language != wanted)


def citation(title: Shown | str, revision: Revision, address: str) -> str:
    """How to cite one revision: title, number, date, permanent address."""
    return _("%(title)s. REGIN, revision %(number)d of %(date)s. %(address)s") % {
        "title": str(title),
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
    """All revisions, and how the two that `from` and `to` name differ (default: the last two).

    `context` may bring `status` (a sentence on top) or `note_template` (a partial in its place).
    """
    revisions = list(revisions_of(subject).select_related("author").order_by("-number"))
    before, after = _chosen(request, revisions)
    context |= {
        "subject": subject,
        "title": title_of(subject),
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
    """One revision as it was, for good, with its citation; `context` as in `show_history`.

    `may_see_history=False` leaves out the way to the other revisions.
    """
    revision = one_revision(subject, number)
    address = revision_address(subject, number)
    title = title_at(subject, revision)
    context.setdefault("may_see_history", True)
    context |= {
        "subject": subject,
        "title": title,
        "kind": subject.kind,
        "revision": revision,
        "said": differences(subject, None, revision),
        "is_intact": revision.is_intact(),
        "citation": citation(title, revision, permanent(address)),
        "licence": CONTENT_LICENCE,
    }
    return render(request, "common/revision.html", context)


def revision_address(subject: Addressed, number: int) -> str:
    """The permanent address of revision `number`."""
    return reverse(f"{subject.kind}:revision", kwargs={"slug": subject.slug, "number": number})


def download_revision(
    request: HttpRequest, subject: Any, number: int, *, status: str = ""
) -> HttpResponse:
    """One revision as JSON with where it is from, when, under what licence, and its hash.

    `sha256` is that of `content` in canonical form (sorted keys, no blanks, UTF-8). `status` is a
    sentence for people that stands beside the sealed content.
    """
    revision = one_revision(subject, number)
    body = {
        "address": permanent(revision_address(subject, number)),
        "number": revision.number,
        "created_at": revision.created_at.isoformat(),
        "reason": revision.reason,
        "licence": CONTENT_LICENCE,
        **({"status": status} if status else {}),
        "sha256": revision.sha256,
        "content": revision.content,
    }
    name = f"{subject.kind}-{subject.public_id}-r{number}.json"
    return JsonResponse(
        body,
        json_dumps_params={"ensure_ascii": False, "indent": 2},
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
