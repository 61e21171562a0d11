"""What came of looking for a newer file of a series, as the audit log keeps it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from regin.apps.accounts.actor import Actor
from regin.apps.common.faults import ShownFault, shown_fault
from regin.apps.common.models import AuditEntry
from regin.apps.common.operations import record
from regin.apps.outcomes.models import Series
from regin.engine.errors import MESSAGES, Fault, FaultsError

Came = Literal["fetched", "nothing", "failed"]

_CAME: Final[dict[str, Came]] = {
    "outcomes.fetched": "fetched",
    "outcomes.nothing_newer": "nothing",
    "outcomes.fetch_failed": "failed",
}


@dataclass(frozen=True, slots=True)
class FetchNote:
    """The last look for a newer file. `number`: of the import that waits or was decided.

    `fault`: of a look that failed, the first one; `faults` says how many there were.
    """

    at: datetime
    came: Came
    number: int | None
    fault: ShownFault | None
    faults: int


def note_fetched(actor: Actor, series: Series, number: int) -> None:
    """A file came that changes something; it is the import `number`."""
    record(actor.reference, "outcomes.fetched", series.public_id, number=number)


def note_nothing(actor: Actor, series: Series) -> None:
    """The file that came changes nothing, or was decided on before."""
    record(actor.reference, "outcomes.nothing_newer", series.public_id)


def note_failed(actor: Actor, series: Series, error: FaultsError) -> None:
    """No file came, or none that can be read: its first fault is kept, to be said to editors."""
    first = error.faults[0]
    told = {"params": dict(first.params), "row": first.row, "column": first.column}
    record(
        actor.reference,
        "outcomes.fetch_failed",
        series.public_id,
        fault=first.code,
        faults=len(error.faults),
        told=json.dumps(told, ensure_ascii=False),
    )


def was_fetched(series: Series, number: int) -> bool:
    """Whether the import `number` was one that the editors were told of, or that was accepted."""
    told = AuditEntry.objects.filter(target=series.public_id, verb="outcomes.fetched")
    return told.filter(details__number=number).exists()


def last_note(series: Series) -> FetchNote | None:
    """The newest note in the reader's language; None when nobody has looked yet."""
    entries = AuditEntry.objects.filter(target=series.public_id, verb__in=_CAME)
    entry = entries.order_by("-number").first()
    if entry is None:
        return None
    return FetchNote(
        at=entry.at,
        came=_CAME[entry.verb],
        number=entry.details.get("number"),
        fault=_fault(entry.details),
        faults=entry.details.get("faults", 0),
    )


def _fault(details: dict[str, Any]) -> ShownFault | None:
    """The fault that was kept; None where there is none, or none that this version knows."""
    code = details.get("fault")
    if code not in MESSAGES:
        return None
    told = json.loads(details["told"])
    return shown_fault(Fault(code, told["params"], None, told["row"], told["column"]))
