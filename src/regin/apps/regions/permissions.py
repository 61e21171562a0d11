"""Who may do what with places and profiles. Owned rows follow `owned.edit` and `owned.publish`."""

from __future__ import annotations

from regin.apps.accounts.permissions import (
    edits_in,
    edits_somewhere,
    grant,
    is_instance_administrator,
)

grant("places.load", is_instance_administrator)
grant("profiles.create", edits_somewhere)
grant("profiles.create_for", edits_in)
