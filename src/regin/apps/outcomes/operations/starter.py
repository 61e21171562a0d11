"""The starter series: a genuine file, old and therefore marked as a sample."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.db import transaction

from regin.apps.accounts.actor import Actor
from regin.apps.accounts.models import Organisation, State, Visibility
from regin.apps.accounts.operations import starter_organisation
from regin.apps.accounts.permissions import require
from regin.apps.common.addresses import known_id
from regin.apps.common.models.text import TextState
from regin.apps.common.operations import keep_revision, record
from regin.apps.outcomes import permissions  # noqa: F401  # declares the rules that `require` asks
from regin.apps.outcomes.models import Import, Series, Source
from regin.apps.outcomes.operations.imports import accept_import, stage_import

DATA = Path(__file__).resolve().parents[1] / "data"


def load_sample(actor: Actor) -> Series:
    """Make the starter series and import its file, through the verbs everybody uses.

    Twice changes nothing, and a series that holds figures already is left alone. Places must be
    loaded before. Raises FaultsError when a code of the file is not known; Http404.
    """
    require(actor, "outcomes.load_sample")
    facts = json.loads((DATA / "series.json").read_text(encoding="utf-8"))
    description = facts["series"][0]
    with transaction.atomic():
        series = _series(actor, description, facts["states"])
        if not series.imports.filter(state=Import.State.ACCEPTED).exists():
            path = DATA / description["file"]
            accept_import(actor, stage_import(actor, series, path, path.name))
            series.refresh_from_db()
    return series


def _series(actor: Actor, facts: dict[str, Any], states: dict[str, str]) -> Series:
    organisation, code = starter_organisation(), facts["code"]
    rows = Series._base_manager.filter(organisation=organisation, code=code)
    found: Series | None = rows.first()
    return found or _made_series(actor, organisation, facts, states)


def _made_series(
    actor: Actor, organisation: Organisation, facts: dict[str, Any], states: dict[str, str]
) -> Series:
    code = facts["code"]
    series: Series = Series.objects.create(
        organisation=organisation,
        public_id=known_id(f"series-{code}"),
        code=code,
        source=_source(facts["source"]),
        dataset=facts["source"]["dataset"],
        url=facts["source"]["url"],
        licence=facts["licence"],
        attribution=facts["source"]["attribution"],
        unit_code=facts["unit"]["code"],
        lowest=facts["bounds"]["lowest"],
        highest=facts["bounds"]["highest"],
        defaults={part["code"]: part["default"] for part in facts["breakdowns"]},
        is_sample=facts["sample"],
        state=State.PUBLISHED,
        visibility=Visibility.PUBLIC,
    )
    _write_texts(series, facts, states)
    keep_revision(series, actor.user, "starter content")
    record(actor.reference, "outcomes.sample_loaded", series.public_id)
    return series


def _source(facts: dict[str, str]) -> Source:
    source, _made = Source.objects.get_or_create(
        code="eurostat",
        defaults={"name": facts["name"], "url": "https://ec.europa.eu/eurostat"},
    )
    return source


def _write_texts(series: Series, facts: dict[str, Any], states: dict[str, str]) -> None:
    texts = {
        "title": facts["title"],
        "definition": facts["definition"],
        "unit": facts["unit"]["label"],
    }
    # The source language first: translations remember what they were made from.
    languages = sorted(states, key=lambda language: states[language] != TextState.ORIGINAL)
    for field, by_language in texts.items():
        for language in languages:
            series.set_text(field, language, by_language[language], TextState(states[language]))
