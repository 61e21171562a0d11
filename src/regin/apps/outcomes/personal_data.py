"""What statistics hold about people: who brought a file in, and nothing else."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regin.apps.common.personal import OnErasure, Personal, declare, declare_free

declare(
    Personal(
        "outcomes.Import",
        _("Statistics you imported"),
        OnErasure.CLEAR,
        owner="by",
        shown=("series", "file_name", "state", "created_at", "decided_at"),
        because=_("The import stays, without who made it."),
    )
)
declare(
    Personal(
        "outcomes.Upload",
        _("Files of statistics that wait for a series"),
        OnErasure.DELETE,
        owner="by",
        shown=("file_name", "organisation", "series", "mapping", "codes", "created_at"),
        withheld=dict.fromkeys(("key", "stored"), _("for looking up the file"))
        | {"sha256": _("a fingerprint of the file")},
    )
)
declare_free("outcomes.Source", "name", because="names a statistical office")
