"""`regin doctor`: is everything as it should be?"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from regin.web.operations.command import PlatformCommand


class Command(PlatformCommand):
    help = "Check settings, disk, database, mail, worker, audit log, backups; say what to do."
    needs_secret = False  # its absence is one of the findings

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="for programs")

    def handle(self, *_: Any, **options: Any) -> None:
        from regin.web.operations import diagnosis

        findings = list(diagnosis.examine())
        if options["json"]:
            self.say(json.dumps([asdict(finding) for finding in findings], indent=1))
        else:
            for found in findings:
                self.say(f"{found.state:8} {found.name:11} {found.said} {found.advice}".rstrip())
        if any(found.state == diagnosis.FAILED for found in findings):
            sys.exit(1)
