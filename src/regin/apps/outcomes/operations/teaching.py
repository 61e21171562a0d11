"""What a person says codes and labels mean, kept in the series that reads them."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from regin.apps.accounts.actor import Actor
from regin.apps.accounts.permissions import require
from regin.apps.accounts.refusals import Refused
from regin.apps.common.operations import record
from regin.apps.outcomes import permissions  # noqa: F401  # declares the rules that `require` asks
from regin.apps.outcomes.code_questions import GEO, known_codes
from regin.apps.outcomes.models import Series
from regin.apps.outcomes.operations.imports import lock

Answers = Mapping[str, Mapping[str, str]]
"""Dimension (`geo` for places, else its name in lower case) → text → code, "" to leave it out."""


def check_answers(answers: Answers) -> None:
    """Raise Refused that names the places which nobody knows."""
    named_places = answers.get(GEO, {}).values()
    unknown = sorted({code for code in named_places if code} - known_codes(named_places))
    if unknown:
        words = _("These codes are not known: %(codes)s. Choose codes of this installation.")
        raise Refused(words % {"codes": ", ".join(unknown)})


def learn(series: Series, answers: Answers, mapping: str = "") -> None:
    """Let `series` read with `answers` and with `mapping` (TOML, "" for none); nothing is stored.

    Raises Refused for a place that nobody knows.
    """
    check_answers(answers)
    known = series.label_codes
    labels = {name: codes for name, codes in answers.items() if name != GEO}
    series.place_codes = {**series.place_codes, **answers.get(GEO, {})}
    series.label_codes = {
        **known,
        **{name: {**known.get(name, {}), **codes} for name, codes in labels.items()},
    }
    series.table_mapping = mapping or series.table_mapping


@transaction.atomic
def teach_series(actor: Actor, series: Series, answers: Answers, mapping: str = "") -> None:
    """Let `series` keep `answers` and `mapping`, so that its next file needs no questions.

    What it was taught since it was read stays. Raises Refused as `learn`; Http404.
    """
    require(actor, "outcomes.import", series)
    if not mapping and not any(answers.values()):
        return
    learn(series, answers, mapping)
    kept = lock(series)
    learn(kept, answers, mapping)
    kept.save(update_fields=["place_codes", "label_codes", "table_mapping"])
    record(actor.reference, "outcomes.series_taught", series.public_id)
