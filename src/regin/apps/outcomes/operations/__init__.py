"""What people and commands do with statistics."""

from regin.apps.outcomes.operations.conversions import (
    Conversion,
    Part,
    convert,
    possible_conversions,
)
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
from regin.apps.outcomes.operations.indicator_folder import write_indicator_folder
from regin.apps.outcomes.operations.starter import load_starter_series
from regin.apps.outcomes.operations.undo import can_undo, undo_import
from regin.apps.outcomes.operations.uploads import (
    Description,
    answer_codes,
    begin_from_file,
    begin_series,
    can_be_answered,
    dataset_of,
    forget_upload,
    keep_for_series,
    keep_upload,
    learnt_by,
    name_columns,
    needs_columns,
    questions_about,
    remember_mapping,
    stage_upload,
    stored_path,
)

__all__ = [
    "Conversion",
    "Description",
    "ImportRefused",
    "Part",
    "Refreshed",
    "accept_import",
    "answer_codes",
    "begin_from_file",
    "begin_series",
    "can_be_answered",
    "can_undo",
    "change_version",
    "convert",
    "dataset_of",
    "discard_import",
    "due_series",
    "fetch_import",
    "forget_upload",
    "keep_for_series",
    "keep_upload",
    "learnt_by",
    "load_starter_series",
    "look_for_newer_task",
    "name_columns",
    "needs_columns",
    "possible_conversions",
    "questions_about",
    "refresh",
    "remember_mapping",
    "stage_import",
    "stage_upload",
    "stored_path",
    "undo_import",
    "write_indicator_folder",
]
