"""Starter content: the illustrative framework with its run, and published reference points."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from regin import __version__
from regin.apps.accounts.actor import Actor
from regin.apps.accounts.models import State, Visibility
from regin.apps.accounts.operations import starter_organisation
from regin.apps.accounts.permissions import require
from regin.apps.assessments import stored_inputs
from regin.apps.assessments.models import (
    Framework,
    FrameworkText,
    Part,
    PartText,
    PublishedScore,
    Run,
)
from regin.apps.assessments.operations.runs import record_run
from regin.apps.common.addresses import known_id
from regin.apps.common.models.text import TextState, source_hash
from regin.apps.common.operations import keep_revision, lock_row, record, revisions_of
from regin.apps.regions.models import Place
from regin.apps.regions.operations import load_fictional_places
from regin.engine.framework import Framework as Structure
from regin.files.index import read_index

DATA = Path(__file__).resolve().parents[1] / "data"
ILLUSTRATIVE = DATA / "illustrative"
CODE, VERSION = "illustrative", "1"
REASON = "Starter content"
NAME_COLUMN = "name."

Languages = Mapping[str, str]


@transaction.atomic
def load_illustrative(actor: Actor) -> Framework:
    """Publish the illustrative framework, its fictional regions and one run of it.

    The same content twice adds nothing; texts that a person changed since stay as they are.
    Raises Http404 for anybody but an administrator of the installation.
    """
    require(actor, "frameworks.load")
    load_fictional_places(actor)
    framework = _framework()
    # Two loads at once take turns here, so that there is one run of one content.
    lock_row(framework)
    if not revisions_of(framework).exclude(author_reference="").exists():
        _describe(framework, read_index(ILLUSTRATIVE).framework)
        keep_revision(framework, None, REASON)
    _run_once(actor, framework)
    record(actor.reference, "frameworks.load_illustrative", framework.public_id)
    return framework


def _framework() -> Framework:
    public_id = known_id(f"framework-{CODE}-{VERSION}")
    # All rows: the platform looks for its own, whoever asks.
    framework, _made = Framework._base_manager.get_or_create(
        public_id=public_id,
        defaults={
            "organisation": starter_organisation(),
            "code": CODE,
            "version": VERSION,
            "is_illustrative": True,
            "state": State.PUBLISHED,
            "visibility": Visibility.PUBLIC,
        },
    )
    return framework


def _describe(framework: Framework, structure: Structure) -> None:
    """Write texts, axes and parts as the files say them."""
    content = json.loads((DATA / "illustrative_texts.json").read_text(encoding="utf-8"))
    states: Languages = content["languages"]
    framework.texts.all().delete()
    FrameworkText.objects.bulk_create(
        FrameworkText(parent=framework, field=field, **row)
        for field in Framework.translated_fields
        for row in _texts(content[field], states)
    )
    for order, (axis, code, names) in enumerate(_parts(structure, content["axes"])):
        part, _made = Part.objects.update_or_create(
            framework=framework, axis=axis, code=code, defaults={"order": order}
        )
        _store_names(part, names, states)


def _parts(
    structure: Structure, axes: Mapping[str, Languages]
) -> Iterator[tuple[str, str, Languages]]:
    for axis in structure.axes:
        yield axis, "", axes[axis]
        for part in structure.axis_parts:
            if part.axis == axis:
                columns = part.extra.items()
                others = {n.removeprefix(NAME_COLUMN): t for n, t in columns if _is_name(n) and t}
                yield axis, part.code, {"en": part.name, **others}


def _is_name(column: str) -> bool:
    language = column.removeprefix(NAME_COLUMN)
    return column.startswith(NAME_COLUMN) and language in settings.CONTENT_LANGUAGES


def _store_names(part: Part, names: Languages, states: Languages) -> None:
    part.texts.all().delete()
    PartText.objects.bulk_create(
        PartText(parent=part, field="name", **row) for row in _texts(names, states)
    )


def _texts(texts: Languages, states: Languages) -> list[dict[str, Any]]:
    source = source_hash(texts["en"])
    return [
        {
            "language": language,
            "text": text,
            "state": TextState(states[language]),
            "source_hash": source,
        }
        for language, text in texts.items()
    ]


def _run_once(actor: Actor, framework: Framework) -> Run:
    """The run of today's content by today's engine; its stored input is put right if it is lost."""
    digest = stored_inputs.index_hash(ILLUSTRATIVE)
    run = framework.runs.filter(input_sha256=digest, engine_version=__version__).first()
    if run is None:
        return record_run(actor, framework, ILLUSTRATIVE)
    if stored_inputs.found_hash(stored_inputs.folder_of(digest)) != digest:
        with stored_inputs.copy_of(ILLUSTRATIVE) as copy:
            stored_inputs.put(copy)
    return run


@transaction.atomic
def load_published_scores(actor: Actor) -> int:
    """Make the reference points those of the file and say how many: overall scores only.

    A line that was taken out of the file goes, so that a withdrawn figure is not shown on.
    Raises Http404 for anybody but an administrator, Place.DoesNotExist before the places.
    """
    require(actor, "frameworks.load")
    with (DATA / "published_scores.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["axis"] == "overall"]
    kept = [_store_published(row).pk for row in rows]
    PublishedScore.objects.exclude(pk__in=kept).delete()
    record(actor.reference, "published_scores.load", scores=len(kept))
    return len(kept)


def _store_published(row: Mapping[str, str]) -> PublishedScore:
    stored, _made = PublishedScore.objects.update_or_create(
        place=Place.objects.get(key=row["place"]),
        edition=row["edition"],
        source_url=row["source_url"],
        defaults={
            "value": float(row["score"]),
            "as_published": row["as_published"],
            "source_name": row["source_name"],
            "note": row["note"],
        },
    )
    return stored
