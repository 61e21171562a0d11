"""What people and commands do with statistics."""

from regin.apps.outcomes.operations.descriptions import (
    DescriptionRefused,
    NotReady,
    approve_series_text,
    edit_series,
    forget_code,
    missing_for_publishing,
    publish_series,
    translate_series,
    withdraw_series,
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
    begin_series,
    dataset_of,
    forget_upload,
    keep_upload,
    stage_upload,
)

__all__ = [
    "Description",
    "DescriptionRefused",
    "ImportRefused",
    "NotReady",
    "accept_import",
    "approve_series_text",
    "begin_series",
    "can_undo",
    "change_version",
    "dataset_of",
    "discard_import",
    "edit_series",
    "forget_code",
    "forget_upload",
    "keep_upload",
    "load_sample",
    "missing_for_publishing",
    "publish_series",
    "stage_import",
    "stage_upload",
    "translate_series",
    "undo_import",
    "withdraw_series",
]
