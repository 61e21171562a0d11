"""`regin boundaries load FILE`, or `fetch`: outlines of regions for the maps of this instance."""

from __future__ import annotations

import tempfile
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regin.apps.accounts.actor import command_actor
from regin.apps.regions.boundaries import GISCO, Loaded, load_boundaries, loaded_sets
from regin.apps.regions.gisco import SCALES, USUAL_SCALE, fetch_outlines
from regin.apps.regions.models import PlaceCode
from regin.engine.errors import FaultsError

MOST_LISTED = 20
TERMS = "https://ec.europa.eu/eurostat/web/gisco/geodata"


class Command(BaseCommand):
    help = "Load outlines of regions from a GeoJSON file or from GISCO, or list what is loaded."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="load | fetch | list")
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
        add_fetch(
            verbs.add_parser("fetch", help="Fetch the outlines of a NUTS version from GISCO.")
        )
        verbs.add_parser("list", help="List what is loaded.")

    def handle(self, *_args: Any, **options: Any) -> None:
        verbs: dict[str, Callable[..., list[str]]] = {
            "load": self._load,
            "fetch": self._fetch,
            "list": self._list,
        }
        try:
            lines = verbs[options["verb"]](**options)
        except FaultsError as error:
            nothing = _("Nothing was loaded.")
            raise CommandError(f"{error}\n{nothing}") from None
        for line in lines:
            self.stdout.write(line)

    def _load(
        self, file: Path, nuts_version: str | None, attribution: str | None, **_options: Any
    ) -> list[str]:
        actor = command_actor("boundaries")
        return report(load_boundaries(actor, file, version=nuts_version, attribution=attribution))

    def _fetch(self, nuts_version: str | None, scale: str, **_options: Any) -> list[str]:
        """Fetch the outlines and load them as a file that somebody names."""
        version = nuts_version or newest_version()
        with tempfile.TemporaryDirectory(prefix="regin-fetch-") as folder:
            path = fetch_outlines(version, Path(folder), scale)
            lines = self._load(path, nuts_version, GISCO)
        return [_("Fetched %(file)s.") % {"file": path.name}, *lines, terms()]

    def _list(self, **_options: Any) -> list[str]:
        lines = [
            f"NUTS {one.version}  {count}  {one.file_name}  {one.attribution}"
            for one, count in loaded_sets()
        ]
        return lines or [_("No boundaries are loaded; maps show symbols at main cities.")]


def add_fetch(parser: ArgumentParser) -> None:
    """Options of `fetch`."""
    parser.add_argument(
        "--version",
        dest="nuts_version",
        metavar="YEAR",
        help="NUTS version; without it, the newest that this instance knows",
    )
    parser.add_argument(
        "--scale",
        choices=SCALES,
        default=USUAL_SCALE,
        metavar="SCALE",
        help=f"{', '.join(SCALES)}; {USUAL_SCALE} is right for maps of Europe",
    )


def newest_version() -> str:
    """The newest version of NUTS that is loaded. Raises CommandError when there is none."""
    rows = PlaceCode.objects.filter(scheme=PlaceCode.NUTS).order_by("-version")
    found: str | None = rows.values_list("version", flat=True).first()
    if found is None:
        raise CommandError(_("This instance has no regions yet."))
    return found


def terms() -> str:
    """What GISCO allows, said to whom it concerns when it matters."""
    return _(
        "GISCO allows the use of these outlines for non-commercial purposes only, with the "
        "words above on every map: read its terms at %(address)s."
    ) % {"address": TERMS}


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
