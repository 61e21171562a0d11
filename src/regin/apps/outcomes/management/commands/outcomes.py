"""`regin outcomes import FILE --series CODE`: bring in a file of a statistical office."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q
from django.utils.translation import gettext as _

from regin.apps.accounts.actor import Actor, command_actor
from regin.apps.common.addresses import fold
from regin.apps.common.faults import ShownFault, shown_faults
from regin.apps.outcomes.figures import figure_text
from regin.apps.outcomes.labels import accepted_words, emptied_words
from regin.apps.outcomes.models import Import, Series
from regin.apps.outcomes.operations import (
    ImportRefused,
    accept_import,
    discard_import,
    stage_import,
)
from regin.engine.errors import FaultsError

LIST_FIELDS = "code", "public_id", "organisation__name"


class Command(BaseCommand):
    help = "Import a file of a statistical office into a series, or list the series."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="import | list")
        bring = verbs.add_parser("import", help="Import a Eurostat TSV file, plain or gzip.")
        bring.add_argument("file", type=Path, help="the file")
        bring.add_argument(
            "--series", required=True, metavar="CODE", help="code or id of the series"
        )
        bring.add_argument(
            "--version",
            dest="nuts_version",
            metavar="YEAR",
            help="NUTS version of its codes; without it, the one that knows most of them",
        )
        bring.add_argument(
            "--remove-gone",
            action="store_true",
            help="remove stored figures that the file no longer holds",
        )
        bring.add_argument(
            "--yes", action="store_true", help="accept what the preview says without asking"
        )
        verbs.add_parser("list", help="List the series.")

    def handle(self, *_args: Any, **options: Any) -> None:
        actor = command_actor("outcomes")
        if options["verb"] == "list":
            self._list(actor)
        else:
            self._import(actor, **options)

    def _list(self, actor: Actor) -> None:
        rows = Series.objects.visible_to(actor).values_list(*LIST_FIELDS)
        lines = [f"{code}  {public_id}  {name}" for code, public_id, name in rows]
        for line in lines or [_("There are no series yet.")]:
            self.stdout.write(line)

    def _import(
        self,
        actor: Actor,
        file: Path,
        series: str,
        nuts_version: str | None,
        *,
        remove_gone: bool,
        yes: bool,
        **_options: Any,
    ) -> None:
        found = series_called(actor, series)
        try:
            staged = stage_import(actor, found, file, file.name, nuts_version)
        except FaultsError as error:
            raise CommandError(faults_text(error)) from None
        try:
            self._decide(actor, staged, remove_gone=remove_gone, yes=yes)
        except ImportRefused as refusal:
            raise CommandError(str(refusal)) from None
        finally:
            _discard_if_waiting(actor, staged)

    def _decide(self, actor: Actor, staged: Import, *, remove_gone: bool, yes: bool) -> None:
        for line in preview_lines(staged):
            self.stdout.write(line)
        if not yes and not sys.stdin.isatty():
            self.stdout.write(_("Nothing was changed. To accept, add --yes."))
            return
        if not yes and not _agreed():
            self.stdout.write(_("Nothing was changed."))
            return
        done = accept_import(actor, staged, remove_gone=remove_gone).summary
        self.stdout.write(accepted_words(done["written"], done["removed"]))


def series_called(actor: Actor, name: str) -> Series:
    """The series with this code or id. Raises CommandError when none has it, or several."""
    rows = Series.objects.visible_to(actor).filter(Q(code=name) | Q(public_id=name))
    found: list[Series] = list(rows.select_related("organisation"))
    if not found:
        text = _("No series is called “%(name)s”. Type: regin outcomes list")
        raise CommandError(text % {"name": name})
    if len(found) > 1:
        ids = ", ".join(f"{one.public_id} ({one.organisation.name})" for one in found)
        text = _("Several series have the code “%(name)s”. Name one by its id: %(ids)s")
        raise CommandError(text % {"name": name, "ids": ids})
    return found[0]


def faults_text(error: FaultsError) -> str:
    """Every fault on a line of its own, then that nothing was stored."""
    return "\n".join([*map(_fault_line, shown_faults(error)), _("Nothing was stored.")])


def _fault_line(fault: ShownFault) -> str:
    where = [fault.file]
    if fault.row is not None:
        where.append(_("row %(row)s") % {"row": fault.row})
    if fault.column:
        where.append(_("column %(column)s") % {"column": fault.column})
    return f"{', '.join(part for part in where if part)}: {fault.what} {fault.advice}"


def preview_lines(staged: Import) -> Iterator[str]:
    """What the file would change, in words."""
    summary = staged.summary
    yield _("%(file)s: %(rows)s rows, read as NUTS %(version)s") % {
        "file": staged.file_name,
        "rows": summary["rows"],
        "version": staged.version,
    }
    counts = ", ".join(f"{version}: {count}" for version, count in summary["versions"].items())
    yield _("Codes by version: %(counts)s") % {"counts": counts}
    left = ", ".join(summary["aggregates"]) or _("none")
    yield _("Aggregates left out: %(codes)s") % {"codes": left}
    yield _(
        "Figures: %(new)s new, %(changed)s changed (%(emptied)s), "
        "%(same)s the same, %(gone)s stored that the file does not hold"
    ) % {
        **{name: summary[name] for name in ("new", "changed", "same", "gone")},
        "emptied": emptied_words(summary["emptied"]),
    }
    for example in summary["examples"]:
        yield _example(example, staged.series.decimals)


def _example(example: dict[str, Any], decimals: int) -> str:
    return _("  row %(row)s: %(code)s, %(period)s, %(group)s: %(before)s → %(after)s") % {
        **{name: example[name] for name in ("row", "code", "period", "group")},
        "before": _printed(example["before"], decimals),
        "after": _printed(example["after"], decimals),
    }


def _printed(figure: list[Any], decimals: int) -> str:
    value, flags = figure
    return figure_text(value, flags, decimals)


def _agreed() -> bool:
    answer = input(_("Accept? Type yes: "))
    return fold(answer) in {"yes", "y", fold(_("yes"))}


def _discard_if_waiting(actor: Actor, staged: Import) -> None:
    """A preview that nobody accepted leaves nothing behind that waits."""
    staged.refresh_from_db(fields=["state"])
    if staged.is_staged:
        discard_import(actor, staged)
