"""How an operation says no: one sentence for people, with what to do instead."""

from __future__ import annotations


class Refused(Exception):  # noqa: N818  # it is an answer, not a fault
    """A rule forbids the act. `str(refusal)` is translated and says what to do instead."""


class InvitationUnusable(Refused):
    """Wrong, used, expired or somebody else's: deliberately not told apart."""
