"""Nobody's change is lost: a form carries a stamp of what it showed, and a save compares it.

The stamp has one short hash a field, so that the page can say which fields changed in between.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping

from regin.apps.common.models.revision import canonical


class Conflict(Exception):  # noqa: N818  # it is an answer (HTTP 409), not a fault
    """Somebody saved in between. `fields`: what they changed, in the order of the form."""

    def __init__(self, fields: Iterable[str]) -> None:
        self.fields = list(fields)
        super().__init__(", ".join(self.fields))


def stamp(values: Mapping[str, object]) -> str:
    """What a form remembers of the `values` it showed."""
    return canonical({name: _short_hash(value) for name, value in values.items()})


def changed_since(seen: str, values: Mapping[str, object]) -> list[str]:
    """Fields whose value is another than when `seen` was stamped; all of them if it is no stamp."""
    try:
        before = json.loads(seen)
    except (ValueError, RecursionError):
        before = None
    if not isinstance(before, dict):
        return list(values)
    return [name for name, value in values.items() if before.get(name) != _short_hash(value)]


def require_unchanged(seen: str, values: Mapping[str, object]) -> None:
    """Raise Conflict if anybody changed `values` since `seen` was stamped."""
    changed = changed_since(seen, values)
    if changed:
        raise Conflict(changed)


def _short_hash(value: object) -> str:
    text = "" if value is None else str(value)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
