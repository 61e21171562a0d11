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
from regin.apps.outcomes.models import Import, Series, Upload
from regin.apps.outcomes.operations.imports import shown_name, stage_import
from regin.apps.outcomes.operations.sources import source_called
from regin.apps.outcomes.reading import named, sha256_of
from regin.engine.errors import FaultsError
from regin.files.datasets import read_dataset
from regin.files.datasets.dataset import Dataset
from regin.files.limits import LIMITS, Limits

KEPT = timedelta(days=7)
"""How long a file waits for its series."""


_COLUMNS = (
    "code",
    "dataset",
    "licence",
    "attribution",
    "unit_code",
    "frequency",
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
    """Keep a file that can be read, for the organisation that will own its series.

    Raises FaultsError with everything wrong in it, nothing kept; Http404.
    """
    require(actor, "outcomes.upload_for", organisation)
    forget_old_uploads()
    name = shown_name(file_name)
    try:
        read_dataset(path, limits, name)
        digest = sha256_of(path, limits)
    except FaultsError as error:
        raise named(error, name) from None
    upload = Upload(organisation=organisation, by=actor.user, file_name=name, sha256=digest)
    with path.open("rb") as stream:
        upload.stored = default_storage.save(f"uploads/{upload.key}", File(stream))
    upload.save()
    return upload


def dataset_of(upload: Upload, limits: Limits = LIMITS) -> Dataset:
    """Read the file again. Raises FaultsError when it is gone from the storage."""
    try:
        return read_dataset(stored_path(upload), limits, upload.file_name)
    except FaultsError as error:
        raise named(error, upload.file_name) from None


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
        staged = stage_import(actor, series, stored_path(upload), upload.file_name, limits=limits)
        forget_upload(actor, upload)
    return staged


def stage_upload(actor: Actor, upload: Upload, series: Series, limits: Limits = LIMITS) -> Import:
    """Stage the file in a series that is there; the upload goes. Raises FaultsError; Http404."""
    require(actor, "outcomes.describe", upload)
    with transaction.atomic():
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
