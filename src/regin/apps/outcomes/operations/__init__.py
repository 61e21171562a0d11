"""What people and commands do with statistics."""

from regin.apps.outcomes.operations.fetching import (
    Refreshed,
    due_series,
    fetch_import,
    look_for_newer_task,
    refresh,
)
from regin.apps.outcomes.operations.imports import (
    ImportRefused,
    accept_import,
    change_version,
    discard_import,
    stage_import,
)
from regin.apps.outcomes.operations.starter import load_sample
from regin.apps.outcomes.operations.undo import can_undo, undo_import
from regin.apps.outcomes.operations.uploads import (
    Description,
    begin_from_file,
    begin_series,
    dataset_of,
    forget_upload,
    keep_upload,
    remember_mapping,
    stage_upload,
)

__all__ = [
    "Description",
    "ImportRefused",
    "Refreshed",
    "accept_import",
    "begin_from_file",
    "begin_series",
    "can_undo",
    "change_version",
    "dataset_of",
    "discard_import",
    "due_series",
    "fetch_import",
    "forget_upload",
    "keep_upload",
    "load_sample",
    "look_for_newer_task",
    "refresh",
    "remember_mapping",
    "stage_import",
    "stage_upload",
    "undo_import",
]
