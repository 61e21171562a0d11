"""`regin appoint EMAIL`: who administers the installation, who coordinates the network."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from regin.apps.accounts.actor import command_actor
from regin.apps.accounts.operations import appoint_administrator, appoint_coordinator
from regin.apps.accounts.refusals import Refused
from regin.apps.identity.models import User


class Command(BaseCommand):
    help = "Make somebody who has an account an administrator or a network coordinator."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", metavar="EMAIL", help="the address they sign in with")
        role = parser.add_mutually_exclusive_group(required=True)
        role.add_argument(
            "--administrator", action="store_true", help="of this installation: may do everything"
        )
        role.add_argument(
            "--coordinator", action="store_true", help="of the network: may make organisations"
        )
        parser.add_argument("--withdraw", action="store_true", help="take the role back")

    def handle(self, *_args: Any, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["email"]).first()
        if user is None:
            said = _("Nobody has an account with %(email)s. They sign up first; check the address.")
            raise CommandError(said % {"email": options["email"]})
        appoint = appoint_administrator if options["administrator"] else appoint_coordinator
        try:
            changed = appoint(command_actor("appoint"), user, withdraw=options["withdraw"])
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(_outcome(changed, **options) % {"email": user.email})


def _outcome(changed: bool, administrator: bool, withdraw: bool, **_options: Any) -> str:
    if not changed:
        return _("Nothing to change for %(email)s.")
    if administrator and withdraw:
        return _("%(email)s is no longer an administrator of this installation.")
    if administrator:
        return _("%(email)s is now an administrator of this installation.")
    if withdraw:
        return _("%(email)s is no longer a network coordinator.")
    return _("%(email)s is now a network coordinator.")
