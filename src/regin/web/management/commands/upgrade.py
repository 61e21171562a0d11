"""`regin upgrade`: bring the database to the installed version."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from regin.web.operations.command import PlatformCommand


class Command(PlatformCommand):
    help = "Back up, migrate, check; when anything fails, put that backup back."

    def handle(self, *_: Any, **__: Any) -> None:
        from regin import __version__
        from regin.web.operations.instance import held
        from regin.web.operations.upgrading import upgrade

        with held(settings.REGIN_DIR):
            upgrade(self.say)
        self.say(f"The instance is at REGIN {__version__}.")
