"""What people and commands do with statistics."""

from regin.apps.outcomes.operations.imports import (
    ImportRefused,
    accept_import,
    change_version,
    discard_import,
    stage_import,
)
from regin.apps.outcomes.operations.starter import load_starter_series
from regin.apps.outcomes.operations.undo import can_undo, undo_import
from regin.apps.outcomes.operations.uploads import (
    Description,
    begin_series,
    dataset_of,
    forget_upload,
    keep_upload,
    stage_upload,
)

__all__ = [
    "Description",
    "ImportRefused",
    "accept_import",
    "begin_series",
    "can_undo",
    "change_version",
    "dataset_of",
    "discard_import",
    "forget_upload",
    "keep_upload",
    "load_starter_series",
    "stage_import",
    "stage_upload",
    "undo_import",
]
