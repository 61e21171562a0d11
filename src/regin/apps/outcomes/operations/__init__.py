"""What people and commands do with statistics."""

from regin.apps.outcomes.operations.imports import (
    ImportRefused,
    accept_import,
    change_version,
    discard_import,
    stage_import,
)
from regin.apps.outcomes.operations.starter import load_sample

__all__ = [
    "ImportRefused",
    "accept_import",
    "change_version",
    "discard_import",
    "load_sample",
    "stage_import",
]
