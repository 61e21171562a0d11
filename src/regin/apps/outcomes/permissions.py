"""Who may do what with statistics. Who may see a series is decided by ownership."""

from __future__ import annotations

from regin.apps.accounts.permissions import edits_for_owner, grant, is_instance_administrator

grant("outcomes.import", edits_for_owner | is_instance_administrator)
grant("outcomes.load_sample", is_instance_administrator)
