"""One function per verb of people and organisations; every channel calls these."""

from regin.apps.accounts.operations.appointing import appoint_administrator, appoint_coordinator
from regin.apps.accounts.operations.demo import load_demo_people
from regin.apps.accounts.operations.invitations import (
    accept_invitation,
    invite,
    is_for,
    revoke_invitation,
    usable_invitation,
)
from regin.apps.accounts.operations.membership import (
    answer_request,
    ask_to_join,
    leave,
    set_roles,
    withdraw_request,
)
from regin.apps.accounts.operations.organisations import (
    create_organisation,
    edit_organisation,
    starter_organisation,
)
from regin.apps.accounts.operations.people import (
    correct_person,
    erase_again,
    erase_person,
    export_person,
    obstacles,
)
from regin.apps.accounts.operations.retention import forget_old, forget_old_task

__all__ = [
    "accept_invitation",
    "answer_request",
    "appoint_administrator",
    "appoint_coordinator",
    "ask_to_join",
    "correct_person",
    "create_organisation",
    "edit_organisation",
    "erase_again",
    "erase_person",
    "export_person",
    "forget_old",
    "forget_old_task",
    "invite",
    "is_for",
    "leave",
    "load_demo_people",
    "obstacles",
    "revoke_invitation",
    "set_roles",
    "starter_organisation",
    "usable_invitation",
    "withdraw_request",
]
