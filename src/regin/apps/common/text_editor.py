"""The one translation editor: original beside translation, with state, saved and approved here.

An app makes a `TextEditor` for its object, with its own operations as `save` and `approve`, and
returns `edit_texts(request, editor)` from its view. It works for every `Translated` model.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _

from regin.apps.common.locking import Conflict, stamp
from regin.apps.common.models import Translated
from regin.apps.common.models.text import Shown, TextState
from regin.apps.common.translating import (
    language_name,
    target_languages,
    texts_and_sources,
    texts_in,
)

LONGEST_TEXT = 20_000


@dataclass(frozen=True, slots=True)
class TextEditor:
    """One object in the editor, and what the reader may do with its texts.

    `save(language, texts, seen)` and `approve(language, field, seen)` check, change and leave
    their trace; they raise `Conflict` when somebody was faster.
    """

    subject: Translated
    may_edit: bool
    may_approve: bool
    save: Callable[[str, dict[str, str], str], object]
    approve: Callable[[str, str, str], object]
    title: str
    crumbs: list[tuple[str, str | None]]


@dataclass(frozen=True, slots=True)
class EditorRow:
    """One field: its label, the original, its bound form field, and how far it can be trusted."""

    name: str
    label: str
    original: Shown | None
    field: forms.BoundField
    state: str
    state_label: str
    can_be_approved: bool
    saved_text: str = ""
    changed_meanwhile: bool = False


class TextsForm(forms.Form):
    """A text area for each translated field of `subject`, in the language written."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, subject: Translated, language: str, editable: bool, data: Any = None
    ) -> None:
        super().__init__(data, initial=_initial(subject, language))
        info = get_language_info(language)
        attributes = {"lang": language, "dir": "rtl" if info["bidi"] else "ltr", "rows": 5}
        for name in subject.translated_fields:
            self.fields[name] = forms.CharField(
                label=subject.label_of(name),
                required=False,
                max_length=LONGEST_TEXT,
                widget=forms.Textarea(attrs=attributes),
                disabled=not editable,
            )


def edit_texts(request: HttpRequest, editor: TextEditor) -> HttpResponse:
    """Show the editor, or do what was posted."""
    if not (editor.may_edit or editor.may_approve):
        raise Http404
    language = _language(request, editor.subject)
    if request.method == "POST":
        return _posted(request, editor, language)
    return _page(request, editor, language, _form(editor, language))


def _form(editor: TextEditor, language: str, data: Any = None) -> TextsForm:
    return TextsForm(editor.subject, language, editor.may_edit, data)


def _posted(request: HttpRequest, editor: TextEditor, language: str) -> HttpResponse:
    form = _form(editor, language, request.POST)
    if not form.is_valid():
        return _page(request, editor, language, form, status=422)
    texts = {name: form.cleaned_data[name] for name in editor.subject.translated_fields}
    try:
        with transaction.atomic():
            _act(editor, language, texts, form.cleaned_data["seen"], request.POST.get("approve"))
    except Conflict as conflict:
        return _page(request, editor, language, form, conflict=conflict, status=409)
    messages.success(request, _("Your changes are saved."))
    return redirect(f"{request.path}?language={language}")


def _act(
    editor: TextEditor, language: str, texts: dict[str, str], seen: str, approved: str | None
) -> None:
    """Save what was typed, then approve the one field whose button was pressed, if any."""
    if approved is not None and not editor.may_approve:
        raise Http404
    if editor.may_edit:
        editor.save(language, texts, seen)
        seen = _stamp(editor.subject, language)
    if approved is not None:
        if approved not in editor.subject.translated_fields:
            raise Http404
        editor.approve(language, approved, seen)


def _language(request: HttpRequest, subject: Translated) -> str:
    """The language asked for, else the reader's, else the first that can be written."""
    possible = target_languages(subject)
    asked = [request.GET.get("language"), (get_language() or "").split("-")[0]]
    return next((code for code in asked if code in possible), possible[0])


def _stamp(subject: Translated, language: str) -> str:
    return stamp(texts_and_sources(subject, language))


def _initial(subject: Translated, language: str) -> dict[str, str]:
    return {**texts_in(subject, language), "seen": _stamp(subject, language)}


def _page(
    request: HttpRequest,
    editor: TextEditor,
    language: str,
    form: TextsForm,
    *,
    conflict: Conflict | None = None,
    status: int = 200,
) -> HttpResponse:
    if conflict is not None:
        # Saving this page again is a decision about what it shows now.
        form.data = {**form.data.dict(), "seen": _stamp(editor.subject, language)}  # type: ignore[attr-defined]  # posted: a QueryDict
    context = {
        "editor": editor,
        "form": form,
        "rows": _rows(editor, language, form, conflict),
        "languages_to_write": [get_language_info(c) for c in target_languages(editor.subject)],
        "language_info": get_language_info(language),
        "language_words": language_name(language, in_sentence=True),
        "source_words": language_name(editor.subject.source_language, in_sentence=True),
        "conflict": conflict,
        "crumbs": editor.crumbs,
    }
    return render(request, "common/text_editor.html", context, status=status)


def _rows(
    editor: TextEditor, language: str, form: TextsForm, conflict: Conflict | None
) -> list[EditorRow]:
    subject = editor.subject
    rows = {row.field: row for row in subject.texts.all() if row.language == language}
    made = []
    for name in subject.translated_fields:
        row = rows.get(name)
        state = TextState(row.state) if row else None
        made.append(
            EditorRow(
                name=name,
                label=subject.label_of(name),
                original=subject.text(name, subject.source_language),
                field=form[name],
                state=state or "missing",
                state_label=str(state.label) if state else _("not translated yet"),
                can_be_approved=editor.may_approve and state not in {None, TextState.APPROVED},
                saved_text=row.text if row else "",
                changed_meanwhile=bool(conflict and name in conflict.fields),
            )
        )
    return made
