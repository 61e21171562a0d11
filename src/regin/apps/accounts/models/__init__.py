"""Who people are to each other here: organisations, roles, invitations, mail on its way."""

from regin.apps.accounts.models.mail import Mail
from regin.apps.accounts.models.organisation import (
    InstanceRole,
    Invitation,
    JoinRequest,
    Membership,
    Organisation,
    Role,
)
from regin.apps.accounts.models.owned import Owned, OwnedManager, State, Visibility

__all__ = [
    "InstanceRole",
    "Invitation",
    "JoinRequest",
    "Mail",
    "Membership",
    "Organisation",
    "Owned",
    "OwnedManager",
    "Role",
    "State",
    "Visibility",
]
