"""The starter series: genuine figures of Eurostat, cut to small files; the old ones are samples."""

from __future__ import annotations

import json
from collections.abc import Mapping
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
# The language we wrote the texts in; nobody has checked the translations yet.
ORIGINAL = "en"


def load_starter_series(actor: Actor) -> list[Series]:
    """Make the starter series and import their files, through the verbs everybody uses.

    All of them or none. Twice changes nothing. A series that is there already keeps its figures
    and its texts; only what nobody has said about it yet is added. Places must be loaded before.
    Raises FaultsError when a code of a file is not known; Http404.
    """
    require(actor, "outcomes.load_sample")
    with transaction.atomic():
        return [_loaded(actor, description) for description in descriptions()]


def descriptions() -> list[dict[str, Any]]:
    """What `data/series` says of each series, in the order of their codes."""
    paths = sorted((DATA / "series").glob("*.json"))
    return [json.loads(path.read_text(encoding="utf-8")) for path in paths]


def _loaded(actor: Actor, facts: Mapping[str, Any]) -> Series:
    series = _series(actor, facts)
    if not series.imports.filter(state=Import.State.ACCEPTED).exists():
        path = DATA / facts["file"]
        accept_import(actor, stage_import(actor, series, path, path.name))
        series.refresh_from_db()
    return series


def _series(actor: Actor, facts: Mapping[str, Any]) -> Series:
    organisation, code = starter_organisation(), facts["code"]
    rows = Series._base_manager.filter(organisation=organisation, code=code)
    found: Series | None = rows.first()
    if found is None:
        return _made_series(actor, organisation, facts)
    _complete(actor, found, facts)
    return found


def _complete(actor: Actor, series: Series, facts: Mapping[str, Any]) -> None:
    """Add what an earlier version of this software did not say of its starter series."""
    texts = {name: text for name, text in facts["texts"].items() if series.text(name) is None}
    if texts or (facts["concept"] and not series.concept):
        series.concept, series.measure = series.concept or facts["concept"], facts["measure"]
        series.save(update_fields=["concept", "measure"])
        _write_texts(series, texts)
        keep_revision(series, actor.user, "starter content")
        record(actor.reference, "outcomes.sample_completed", series.public_id)


def _made_series(actor: Actor, organisation: Organisation, facts: Mapping[str, Any]) -> Series:
    source = facts["source"]
    same = ("code", "concept", "measure", "unit_code", "decimals", "lowest", "highest", "defaults")
    series: Series = Series.objects.create(
        organisation=organisation,
        public_id=known_id(f"series-{facts['code']}"),
        source=_source(source),
        dataset=source["dataset"],
        url=source["url"],
        licence=source["licence"],
        attribution=source["attribution"],
        selection=facts["selection"],
        is_sample=facts["sample"],
        state=State.PUBLISHED,
        visibility=Visibility.PUBLIC,
        **{name: facts[name] for name in same},
    )
    _write_texts(series, facts["texts"])
    keep_revision(series, actor.user, "starter content")
    record(actor.reference, "outcomes.sample_loaded", series.public_id)
    return series


def _source(facts: Mapping[str, str]) -> Source:
    source, _made = Source.objects.get_or_create(
        code=facts["code"],
        defaults={"name": facts["name"], "url": "https://ec.europa.eu/eurostat"},
    )
    return source


def _write_texts(series: Series, texts: Mapping[str, Mapping[str, str]]) -> None:
    for field, by_language in texts.items():
        # The source language first: translations remember what they were made from.
        for language in sorted(by_language, key=lambda one: one != ORIGINAL):
            state = TextState.ORIGINAL if language == ORIGINAL else TextState.MACHINE
            series.set_text(field, language, by_language[language], state)
