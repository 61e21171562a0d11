"""`regin boundaries load FILE`: outlines of regions for the maps of this instance."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regin.apps.accounts.actor import command_actor
from regin.apps.regions.boundaries import Loaded, load_boundaries, loaded_sets
from regin.engine.errors import FaultsError

MOST_LISTED = 20


class Command(BaseCommand):
    help = "Load outlines of regions from a GeoJSON file, or list what is loaded."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="load | list")
        load = verbs.add_parser("load", help="Load a GeoJSON file of NUTS regions (EPSG:4326).")
        load.add_argument("file", type=Path, help="the file, plain or gzip")
        load.add_argument(
            "--version",
            dest="nuts_version",
            metavar="YEAR",
            help="NUTS version of its codes; without it, the one that knows most of them",
        )
        load.add_argument(
            "--attribution",
            help="words its licence asks to print on every map; known for files from GISCO",
        )
        verbs.add_parser("list", help="List what is loaded.")

    def handle(self, *_args: Any, **options: Any) -> None:
        lines = self._load(**options) if options["verb"] == "load" else self._list()
        for line in lines:
            self.stdout.write(line)

    def _load(
        self, file: Path, nuts_version: str | None, attribution: str | None, **_options: Any
    ) -> list[str]:
        try:
            loaded = load_boundaries(
                command_actor("boundaries"), file, version=nuts_version, attribution=attribution
            )
        except FaultsError as error:
            nothing = _("Nothing was loaded.")
            raise CommandError(f"{error}\n{nothing}") from None
        return report(loaded)

    def _list(self) -> list[str]:
        lines = [
            f"NUTS {one.version}  {count}  {one.file_name}  {one.attribution}"
            for one, count in loaded_sets()
        ]
        return lines or [_("No boundaries are loaded; maps show symbols at main cities.")]


def report(loaded: Loaded) -> list[str]:
    """What the command says it did, a sentence a line."""
    lines = [_version(loaded), *_left_out(loaded)]
    if not loaded.changed:
        return [*lines, _("This file was loaded before; nothing changed.")]
    if loaded.replaced:
        lines.append(_("Replaced the outlines from %(file)s.") % {"file": loaded.replaced})
    stored = ngettext("Loaded %(count)s outline.", "Loaded %(count)s outlines.", loaded.stored) % {
        "count": loaded.stored
    }
    credit = _("Every map that shows them prints: %(words)s") % {"words": loaded.attribution}
    return [*lines, stored, credit]


def _version(loaded: Loaded) -> str:
    if not loaded.detected:
        return _("NUTS %(version)s, as you said.") % {"version": loaded.version}
    counts = ", ".join(f"{version}: {count}" for version, count in loaded.known.items() if count)
    said = _("NUTS %(version)s, which knows most of the codes (%(counts)s).")
    return said % {"version": loaded.version, "counts": counts}


def _left_out(loaded: Loaded) -> list[str]:
    if not loaded.unknown:
        return []
    codes = ", ".join(loaded.unknown[:MOST_LISTED])
    if len(loaded.unknown) > MOST_LISTED:
        codes += ", …"
    words = ngettext(
        "Left out %(count)s code that NUTS %(version)s does not have: %(codes)s.",
        "Left out %(count)s codes that NUTS %(version)s does not have: %(codes)s.",
        len(loaded.unknown),
    )
    counts = {"count": len(loaded.unknown), "version": loaded.version, "codes": codes}
    return [words % counts]
