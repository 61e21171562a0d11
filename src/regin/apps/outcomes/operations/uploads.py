"""A file without a series: keep it, describe the series it begins, or forget it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from regin.apps.accounts.actor import Actor
from regin.apps.accounts.models import Organisation
from regin.apps.accounts.permissions import require
from regin.apps.common.models.text import TextState
from regin.apps.common.operations import record
from regin.apps.outcomes import permissions  # noqa: F401  # declares the rules that `require` asks
from regin.apps.outcomes.code_questions import Question, questions_of
from regin.apps.outcomes.models import Import, Series, Upload
from regin.apps.outcomes.operations.imports import shown_name, stage_import
from regin.apps.outcomes.operations.sources import source_called
from regin.apps.outcomes.operations.teaching import Answers, check_answers, teach_series
from regin.apps.outcomes.reading import named, sha256_of
from regin.engine.errors import FaultsError
from regin.files.datasets import read_dataset
from regin.files.datasets.dataset import Dataset
from regin.files.datasets.mapping import TableMapping, mapping_from, mapping_text
from regin.files.datasets.reading import check_table, recognised
from regin.files.limits import LIMITS, Limits

KEPT = timedelta(days=7)
"""How long a file waits for its series."""


TABLE = "table"
"""What `recognised` calls a file whose columns a person has to name."""

ANSWERABLE = frozenset({"outcomes_unknown_code", "outcomes_unknown_label", "dataset_needs_mapping"})

_COLUMNS = (
    "code",
    "dataset",
    "licence",
    "attribution",
    "unit_code",
    "frequency",
    "measure",
    "concept",
    "decimals",
    "lowest",
    "highest",
)


@dataclass(frozen=True, slots=True)
class Description:
    """What a person says of a new series. `texts`: title, definition, unit in `language`.

    `selection`: dimension in lower case → the code that every figure has.
    """

    code: str
    language: str
    texts: Mapping[str, str]
    source: str
    source_url: str
    dataset: str
    licence: str
    attribution: str
    unit_code: str = ""
    frequency: str = "A"
    measure: str = Series.Measure.SHARE
    concept: str = ""
    decimals: int = 1
    lowest: float | None = None
    highest: float | None = None
    selection: Mapping[str, str] = field(default_factory=dict)


def keep_upload(
    actor: Actor,
    organisation: Organisation,
    path: Path,
    file_name: str,
    limits: Limits = LIMITS,
) -> Upload:
    """Keep a file for the organisation that will own its series.

    It can be read, or it is a plain table whose columns a person will name. Raises FaultsError
    with everything wrong in it, nothing kept; Http404.
    """
    require(actor, "outcomes.upload_for", organisation)
    forget_old_uploads()
    upload = Upload(organisation=organisation, by=actor.user, file_name=shown_name(file_name))
    return _kept(upload, path, limits)


def keep_for_series(
    actor: Actor, series: Series, path: Path, file_name: str, limits: Limits = LIMITS
) -> Upload:
    """Keep a file that `series` cannot take yet, until a person answers what is open in it.

    Raises as `keep_upload`.
    """
    require(actor, "outcomes.import", series)
    forget_old_uploads()
    upload = Upload(
        organisation=series.organisation,
        series=series,
        by=actor.user,
        file_name=shown_name(file_name),
    )
    if recognised(path, limits) == TABLE:
        upload.mapping = series.table_mapping
    return _kept(upload, path, limits)


def can_be_answered(series: Series, path: Path, error: FaultsError) -> bool:
    """Whether what keeps a file out of `series` are questions a person can answer."""
    found = {fault.code for fault in error.faults}
    return found <= ANSWERABLE or (bool(series.table_mapping) and recognised(path) == TABLE)


def _kept(upload: Upload, path: Path, limits: Limits) -> Upload:
    """Check the file, then store it and its row."""
    try:
        if recognised(path, limits) == TABLE:
            check_table(path, limits)
        else:
            read_dataset(path, limits, upload.file_name)
        upload.sha256 = sha256_of(path, limits)
    except FaultsError as error:
        raise named(error, upload.file_name) from None
    with path.open("rb") as stream:
        upload.stored = default_storage.save(f"uploads/{upload.key}", File(stream))
    upload.save()
    return upload


def needs_columns(upload: Upload, limits: Limits = LIMITS) -> bool:
    """Whether a person has to say what its columns are. Raises FaultsError when it is gone."""
    return not upload.mapping and recognised(stored_path(upload), limits) == TABLE


def dataset_of(upload: Upload, limits: Limits = LIMITS) -> Dataset:
    """Read the file again, as its columns were named.

    Raises FaultsError: it is gone from the storage, its columns are not named or do not fit.
    """
    return _read(upload, upload.mapping, limits)


def _read(upload: Upload, mapping: str, limits: Limits) -> Dataset:
    try:
        columns = mapping_from(mapping) if mapping else None
        return read_dataset(stored_path(upload), limits, upload.file_name, columns)
    except FaultsError as error:
        raise named(error, upload.file_name) from None


def name_columns(
    actor: Actor, upload: Upload, mapping: TableMapping, limits: Limits = LIMITS
) -> Dataset:
    """Keep what the columns of a plain table are, once the whole table can be read that way.

    Raises FaultsError with everything that does not fit, nothing kept; Http404.
    """
    require(actor, "outcomes.describe", upload)
    # Read back from the text that is kept: that is what the next file will be read with.
    text = mapping_text(mapping)
    found = _read(upload, text, limits)
    upload.mapping = text
    upload.save(update_fields=["mapping"])
    return found


def questions_about(upload: Upload, dataset: Dataset) -> list[Question]:
    """What nobody knows of its codes: neither the installation, its series, nor an answer."""
    return questions_of(dataset, learnt_by(upload))


def learnt_by(upload: Upload) -> dict[str, dict[str, str]]:
    """What is known of its codes beside the installation's own: dimension → text → code."""
    series = upload.series
    known = {**series.label_codes, "geo": series.place_codes} if series else {}
    names = {*known, *upload.codes}
    return {name: {**known.get(name, {}), **upload.codes.get(name, {})} for name in names}


def answer_codes(actor: Actor, upload: Upload, answers: Answers) -> None:
    """Keep what codes and labels mean: dimension → text → known code, "" to leave it out.

    Raises Refused for a place that nobody knows; Http404.
    """
    require(actor, "outcomes.describe", upload)
    check_answers(answers)
    kept = {name: {**upload.codes.get(name, {}), **new} for name, new in answers.items()}
    upload.codes = {**upload.codes, **kept}
    upload.save(update_fields=["codes"])


def stored_path(upload: Upload) -> Path:
    """Where the content lies."""
    return Path(default_storage.path(upload.stored))


def begin_series(
    actor: Actor, upload: Upload, description: Description, limits: Limits = LIMITS
) -> Import:
    """Make a draft series as described and stage the file in it; the upload goes.

    Raises FaultsError with every fault of the file as this series, nothing made; Http404.
    """
    require(actor, "outcomes.describe", upload)
    with transaction.atomic():
        series = _made(actor, upload.organisation, description)
        teach_series(actor, series, upload.codes, upload.mapping)
        staged = stage_import(actor, series, stored_path(upload), upload.file_name, limits=limits)
        forget_upload(actor, upload)
    return staged


def stage_upload(actor: Actor, upload: Upload, series: Series, limits: Limits = LIMITS) -> Import:
    """Stage the file in a series that is there; the upload goes. Raises FaultsError; Http404."""
    require(actor, "outcomes.describe", upload)
    require(actor, "outcomes.import", series)
    with transaction.atomic():
        teach_series(actor, series, upload.codes, upload.mapping)
        staged = stage_import(actor, series, stored_path(upload), upload.file_name, limits=limits)
        forget_upload(actor, upload)
    return staged


def forget_upload(actor: Actor, upload: Upload) -> None:
    """Drop the file. Raises Http404."""
    require(actor, "outcomes.describe", upload)
    upload.delete()


def forget_old_uploads() -> None:
    """Drop files that waited longer than `KEPT`."""
    for upload in Upload.objects.filter(created_at__lt=timezone.now() - KEPT):
        upload.delete()


def begin_from_file(
    actor: Actor,
    organisation: Organisation,
    path: Path,
    description: Description,
    *,
    answers: Answers,
    mapping: str = "",
    version: str | None = None,
) -> Import:
    """Make a draft series as described and stage a file in it that nobody uploaded: a command's.

    `answers`: what its codes and labels mean; `mapping`: how a plain table is read, as TOML. The
    series keeps both. Raises FaultsError with every fault of the file as this series, nothing
    made; Refused for a place that nobody knows; Http404.
    """
    require(actor, "outcomes.upload_for", organisation)
    with transaction.atomic():
        series = _made(actor, organisation, description)
        teach_series(actor, series, answers, mapping)
        return stage_import(actor, series, path, path.name, version)


def _made(actor: Actor, organisation: Organisation, description: Description) -> Series:
    series: Series = Series.objects.create(
        organisation=organisation,
        source=source_called(description.source, description.source_url),
        url=description.source_url,
        source_language=description.language,
        selection=dict(description.selection),
        **{name: getattr(description, name) for name in _COLUMNS},
    )
    for name, text in description.texts.items():
        if text:
            series.set_text(name, description.language, text, TextState.ORIGINAL)
    record(actor.reference, "outcomes.series_made", series.public_id)
    return series
