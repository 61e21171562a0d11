"""Who may do what with frameworks and runs. Owned rows follow `owned.edit` and `owned.publish`."""

from __future__ import annotations

from regin.apps.accounts.permissions import edits_for_owner, grant, is_instance_administrator

grant("frameworks.load", is_instance_administrator)
grant("frameworks.record_run", edits_for_owner | is_instance_administrator)
