"""Who may do what with statistics. Who may see a series is decided by ownership."""

from __future__ import annotations

from regin.apps.accounts.actor import Actor
from regin.apps.accounts.permissions import (
    edits_for_owner,
    edits_in,
    edits_somewhere,
    grant,
    is_instance_administrator,
    predicate,
)
from regin.apps.outcomes.models import Upload


@predicate
def uploaded(actor: Actor, upload: Upload) -> bool:
    return actor.user is not None and actor.user.pk == upload.by_id


grant("outcomes.import", edits_for_owner | is_instance_administrator)
grant("outcomes.load_sample", is_instance_administrator)
grant("outcomes.upload", edits_somewhere)
grant("outcomes.upload_for", edits_in | is_instance_administrator)
grant("outcomes.describe", uploaded & (edits_for_owner | is_instance_administrator))
