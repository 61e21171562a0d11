"""The form in which a person says what unknown codes and labels of a file mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regin.apps.outcomes.code_questions import Question

LEFT_OUT = "-"
LONGEST = 60


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """One question with its fields: a choice among proposals, and a code to type instead."""

    question: Question
    choice: forms.BoundField
    typed: forms.BoundField

    @property
    def fields(self) -> tuple[forms.BoundField, ...]:
        """Both, in the order of the table."""
        return self.choice, self.typed


class CodesForm(forms.Form):
    """`choice_n` and `typed_n` answer the question at place n; what is typed goes first.

    What is proposed for a place is chosen, what is proposed for another text is typed already:
    there is no list of codes to choose it from.
    """

    rest_out = forms.BooleanField(
        label=gettext_lazy("Leave out the rows of every code that I do not answer"), required=False
    )

    def __init__(self, questions: Sequence[Question], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = list(questions)
        for at, question in enumerate(self.questions):
            said = {"text": question.text}
            typed = "" if question.is_place else question.proposed
            self.fields[f"choice_{at}"] = forms.ChoiceField(
                label=_("What “%(text)s” means") % said,
                choices=_choices(question),
                required=False,
                initial=question.proposed if question.is_place else "",
            )
            self.fields[f"typed_{at}"] = forms.CharField(
                label=_("Another code for “%(text)s”") % said,
                max_length=LONGEST,
                required=False,
                initial=typed,
            )

    def rows(self) -> Iterator[QuestionRow]:
        """The questions with their fields."""
        for at, question in enumerate(self.questions):
            yield QuestionRow(question, self[f"choice_{at}"], self[f"typed_{at}"])

    def clean(self) -> dict[str, Any]:
        """Refuse a question without an answer, at its field."""
        cleaned = super().clean() or self.cleaned_data
        for at, question in enumerate(self.questions):
            if cleaned.get("rest_out") and question.is_place:
                continue
            if not cleaned.get(f"choice_{at}") and not cleaned.get(f"typed_{at}"):
                self.add_error(f"choice_{at}", _("Choose what it means, or leave its rows out."))
        return cleaned

    def answers(self) -> dict[str, dict[str, str]]:
        """Dimension → text → code, "" to leave it out; once the form is valid."""
        found: dict[str, dict[str, str]] = {}
        for at, question in enumerate(self.questions):
            typed = self.cleaned_data[f"typed_{at}"].strip()
            code = typed or self.cleaned_data[f"choice_{at}"] or LEFT_OUT
            found.setdefault(question.name, {})[question.text] = "" if code == LEFT_OUT else code
        return found


def _choices(question: Question) -> list[tuple[str, str]]:
    proposed = [(one.code, one.words) for one in question.candidates]
    leave = [(LEFT_OUT, _("none: leave its rows out"))] if question.is_place else []
    return [("", _("choose")), *proposed, *leave]
