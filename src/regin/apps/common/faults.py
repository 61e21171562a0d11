"""Faults of a file in the reader's language. The sentences stand with the code that finds them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from regin.engine.errors import MESSAGES, Fault, FaultsError


@dataclass(frozen=True, slots=True)
class ShownFault:
    """One row of `common/faults.html`. `row` counts from 1 with the heading as row 1."""

    file: str
    row: int | None
    column: str
    what: str
    advice: str


def shown_fault(fault: Fault) -> ShownFault:
    """`fault` in the active language."""
    message = MESSAGES[fault.code]
    return ShownFault(
        file=fault.file or "",
        row=fault.row,
        column=fault.column or "",
        what=_(message.what) % fault.params,
        advice=_(message.advice) % fault.params,
    )


def shown_faults(error: FaultsError | Iterable[Fault]) -> list[ShownFault]:
    """Every fault in the active language, in the order found."""
    faults = error.faults if isinstance(error, FaultsError) else error
    return [shown_fault(fault) for fault in faults]
