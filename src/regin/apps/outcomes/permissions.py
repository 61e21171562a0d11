"""Who may do what with statistics. Who may see a series is decided by ownership."""

from __future__ import annotations

import rules

from regin.apps.accounts.permissions import edits_for_owner, is_instance_administrator

rules.add_rule("outcomes.import", edits_for_owner | is_instance_administrator)
rules.add_rule("outcomes.load_sample", is_instance_administrator)
