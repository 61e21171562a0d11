"""`regin outcomes …`: bring figures in from a file or from Eurostat, and take them out."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regin.apps.accounts.actor import Actor, command_actor
from regin.apps.accounts.refusals import Refused
from regin.apps.common.addresses import fold
from regin.apps.outcomes.command_series import (
    ASKED,
    Beginning,
    answers_of,
    choices_of,
    joined_answers,
    mapping_in,
    only_series_of,
    organisation_called,
    series_called,
    series_of_dataset,
)
from regin.apps.outcomes.command_words import (
    faults_text,
    file_lines,
    preview_lines,
    refreshed_line,
    unit_lines,
)
from regin.apps.outcomes.eurostat import fetch_table
from regin.apps.outcomes.exporting import dataset_of_series
from regin.apps.outcomes.fetch_notes import note_fetched
from regin.apps.outcomes.labels import accepted_words
from regin.apps.outcomes.models import Import, Series
from regin.apps.outcomes.office_labels import in_codes
from regin.apps.outcomes.operations import (
    Answers,
    accept_import,
    begin_from_file,
    discard_import,
    due_series,
    fetch_import,
    learn,
    refresh,
    stage_import,
    teach_series,
)
from regin.apps.outcomes.reading import own_mapping
from regin.apps.outcomes.worded_units import unit_codes, unit_codes_for
from regin.engine.errors import FaultsError
from regin.files.datasets import read_dataset
from regin.files.datasets.dataset import Dataset
from regin.files.datasets.json_stat_writer import write_json_stat
from regin.files.datasets.mapping import mapping_from
from regin.files.datasets.sdmx_csv_writer import sdmx_csv_lines
from regin.files.limits import LIMITS

LIST_FIELDS = "code", "public_id", "organisation__name"
VERBS = "import | fetch | refresh | export | list"
FORMATS = ("sdmx-csv", "json-stat")


class Command(BaseCommand):
    help = "Bring statistics in from a file or from Eurostat, take them out, or list the series."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar=VERBS)
        bring = verbs.add_parser(
            "import",
            help="Import a file of a statistical office; without a series, say what it is.",
        )
        bring.add_argument("file", type=Path, help="the file, plain or gzip")
        into = bring.add_mutually_exclusive_group()
        into.add_argument("--series", metavar="CODE", help="code or id of the series")
        into.add_argument("--new", metavar="CODE", help="begin a draft series with this short name")
        bring.add_argument(
            "--mapping",
            type=Path,
            metavar="FILE",
            help="how a plain CSV or XLSX is read (TOML); the series remembers it",
        )
        bring.add_argument(
            "--means",
            metavar="DIMENSION:TEXT=CODE",
            action="append",
            default=[],
            help="what an unknown code or label means; without CODE its rows are left out; "
            "DIMENSION is geo for places; may be repeated; the series remembers it",
        )
        add_decision(bring)
        add_description(bring)
        bring.set_defaults(complain=bring.error)
        fetch = verbs.add_parser("fetch", help="Fetch a table from Eurostat and import it.")
        fetch.add_argument("table", metavar="CODE", help="Eurostat's code of the table")
        fetch.add_argument(
            "--series", metavar="CODE", help="code or id of the series, if several are of the table"
        )
        fetch.add_argument(
            "--keep", type=Path, metavar="FOLDER", help="keep the file here, import nothing"
        )
        add_decision(fetch)
        verbs.add_parser("refresh", help="Look for newer files of all series for which it is time.")
        export = verbs.add_parser("export", help="Write all figures of a series.")
        export.add_argument("series", metavar="CODE", help="code or id of the series")
        add_export(export)
        verbs.add_parser("list", help="List the series.")

    def handle(self, *_args: Any, **options: Any) -> None:
        actor = command_actor("outcomes")
        verbs: dict[str, Callable[..., None]] = {
            "import": self._import,
            "fetch": self._fetch,
            "refresh": self._refresh,
            "export": self._export,
            "list": self._list,
        }
        try:
            verbs[options["verb"]](actor, **options)
        except FaultsError as error:
            raise CommandError(faults_text(error)) from None
        except Refused as refusal:
            raise CommandError(str(refusal)) from None

    def _list(self, actor: Actor, **_options: Any) -> None:
        rows = Series.objects.visible_to(actor).values_list(*LIST_FIELDS)
        lines = [f"{code}  {public_id}  {name}" for code, public_id, name in rows]
        self._say(lines or [_("There are no series yet.")])

    def _import(self, actor: Actor, file: Path, **options: Any) -> None:
        columns = mapping_in(options["mapping"]) if options["mapping"] else ""
        if options["new"]:
            self._begin(actor, file, columns, **options)
        elif options["series"]:
            self._into(actor, file, columns, **options)
        else:
            if options["means"]:
                options["complain"](_("--means needs --series or --new."))
            dataset = read_file(file, columns)
            self._say(file_lines(dataset, series_of_dataset(actor, dataset.head.code)))

    def _into(self, actor: Actor, file: Path, columns: str, **options: Any) -> None:
        """Import into a series that is there; it learns what was said once that is accepted."""
        found = series_called(actor, options["series"])
        found.table_mapping = columns or found.table_mapping
        answers: Answers = {}
        if options["means"]:
            mapping = own_mapping(found, file)
            answers = answers_of(options["means"], read_dataset(file, LIMITS, file.name, mapping))
        learn(found, answers)
        staged, made = self._staged(actor, found, file, options["nuts_version"])
        answers = joined_answers(made, answers)
        if self._decide(actor, staged, **options):
            teach_series(actor, found, answers, columns)

    def _staged(
        self, actor: Actor, series: Series, file: Path, version: str | None
    ) -> tuple[Import, Answers]:
        """Stage the file, with codes for units in words alone where only they are missing."""
        try:
            return stage_import(actor, series, file, file.name, version), {}
        except FaultsError as error:
            if not any(fault.code == "outcomes_unknown_label" for fault in error.faults):
                raise
            dataset = read_dataset(file, LIMITS, file.name, own_mapping(series, file))
            made = unit_codes_for(series, dataset)
            if not made:
                raise
        learn(series, made)
        self._say(unit_lines(made))
        return stage_import(actor, series, file, file.name, version), made

    def _begin(self, actor: Actor, file: Path, columns: str, **options: Any) -> None:
        """Begin a series. What it would be is tried and taken back, until it is accepted."""
        if not options["organisation"]:
            options["complain"](_("--new needs --organisation, the id or name of its owner."))
        beginning = Beginning(
            organisation_called(options["organisation"]),
            options["language"],
            {"code": options["new"], **{name: options[name] for name in ASKED}},
            choices_of(options["select"]),
        )
        dataset = read_file(file, columns)
        said = answers_of(options["means"], dataset)
        made = unit_codes(dataset, said)
        answers = joined_answers(made, said)
        self._say(unit_lines(made))
        description = beginning.description(in_codes(dataset, answers))

        def begin() -> Import:
            return begin_from_file(
                actor,
                beginning.organisation,
                file,
                description,
                answers=answers,
                mapping=columns,
                version=options["nuts_version"],
            )

        if not options["yes"]:
            with transaction.atomic():
                self._say(preview_lines(begin()))
                transaction.set_rollback(True)
        if self._may_go_on(yes=options["yes"]):
            staged = begin()
            self._say(preview_lines(staged) if options["yes"] else [])
            self._accept(actor, staged, remove_gone=False)

    def _fetch(self, actor: Actor, table: str, **options: Any) -> None:
        if options["keep"]:
            self._keep(table, options["keep"])
            return
        name = options["series"]
        found = series_called(actor, name) if name else only_series_of(actor, table)
        if found is None:
            self._look_at(actor, table)
            return
        if found.dataset.lower() != table.lower():
            text = _("The series %(series)s is of the table %(own)s, not of %(other)s.")
            said = {"series": found.code, "own": found.dataset, "other": table}
            raise CommandError(text % said)
        staged = fetch_import(actor, found, options["nuts_version"])
        if self._decide(actor, staged, **options):
            note_fetched(actor, found, staged.number)

    def _look_at(self, actor: Actor, table: str) -> None:
        """Say what a table is for which there is no series."""
        with tempfile.TemporaryDirectory(prefix="regin-fetch-") as folder:
            dataset = read_dataset(fetch_table(table, Path(folder)))
        self._say(file_lines(dataset, series_of_dataset(actor, table)))
        self._say([_("To begin a series with it, keep the file: --keep FOLDER")])

    def _keep(self, table: str, folder: Path) -> None:
        if not folder.is_dir():
            raise CommandError(_("There is no folder %(folder)s.") % {"folder": folder})
        with tempfile.TemporaryDirectory(prefix="regin-fetch-") as passing:
            path = fetch_table(table, Path(passing))
            kept = shutil.move(path, folder / path.name)
        self._say([_("Kept: %(file)s") % {"file": kept}])

    def _refresh(self, actor: Actor, **_options: Any) -> None:
        failed, due = 0, due_series(actor)
        for series in due:
            found = refresh(actor, series)
            if found is not None:
                self._say([refreshed_line(found)])
                failed += found.came == "failed"
        if not due:
            self._say([_("It is time for no series.")])
        if failed:
            words = ngettext(
                "%(count)s series could not be looked after.",
                "%(count)s series could not be looked after.",
                failed,
            )
            raise CommandError(words % {"count": failed})

    def _export(self, actor: Actor, series: str, out: Path | None, **options: Any) -> None:
        found = series_called(actor, series)
        dataset, version = dataset_of_series(
            found, version=options["nuts_version"] or "", dimensions=options["dimensions"]
        )
        is_json = options["format"] == "json-stat"
        lines = [f"{write_json_stat(dataset)}\n"] if is_json else sdmx_csv_lines(dataset)
        if out is None:
            write_out(lines)
            return
        write_whole(out, lines)
        said = {"count": len(dataset), "file": out, "code": found.code, "version": version}
        self._say(
            [
                _("Figures written to %(file)s: %(count)s.") % said,
                f"{found.attribution} ({found.licence})",
                _("It imports again with: --series %(code)s --version %(version)s") % said,
            ]
        )

    def _decide(self, actor: Actor, staged: Import, **options: Any) -> bool:
        """Show the preview and accept or not; nothing that waits is left behind."""
        try:
            self._say(preview_lines(staged))
            if not self._may_go_on(yes=options["yes"]):
                return False
            self._accept(actor, staged, remove_gone=options["remove_gone"])
            return True
        finally:
            _discard_if_waiting(actor, staged)

    def _may_go_on(self, *, yes: bool) -> bool:
        if yes:
            return True
        if not sys.stdin.isatty():
            self.stdout.write(
                _(
                    "Nothing is stored yet. To accept what is listed above, type the command "
                    "again with --yes."
                )
            )
            return False
        if not _agreed():
            self.stdout.write(_("Nothing was stored."))
            return False
        return True

    def _accept(self, actor: Actor, staged: Import, *, remove_gone: bool) -> None:
        done = accept_import(actor, staged, remove_gone=remove_gone).summary
        self.stdout.write(accepted_words(done["written"], done["removed"]))

    def _say(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.stdout.write(line)


def add_decision(parser: ArgumentParser) -> None:
    """Options of what is decided about a file."""
    parser.add_argument(
        "--version",
        dest="nuts_version",
        metavar="YEAR",
        help="NUTS version of its codes; without it, the one that knows most of them",
    )
    parser.add_argument(
        "--remove-gone",
        action="store_true",
        help="remove stored figures that the file no longer holds",
    )
    parser.add_argument(
        "--yes", action="store_true", help="accept what the preview says without asking"
    )


def add_description(parser: ArgumentParser) -> None:
    """Options that describe a series, for `--new`; what the file says need not be typed."""
    described = parser.add_argument_group("with --new")
    described.add_argument(
        "--organisation", metavar="ID", help="id or name of the organisation that owns the series"
    )
    for name, value, said in (
        ("--title", "TEXT", "what it measures"),
        ("--definition", "TEXT", "who is counted, and how"),
        ("--unit", "TEXT", "the unit in words"),
        ("--source", "TEXT", "the statistical office"),
        ("--source-url", "ADDRESS", "its page about the table"),
        ("--dataset", "CODE", "its code of the table"),
        ("--licence", "TEXT", "the licence of the figures"),
        ("--attribution", "TEXT", "how to name the source, under every figure"),
        ("--measure", "KIND", f"kind of figure: {', '.join(Series.Measure.values)}"),
        ("--concept", "NAME", f"figure of a region's page: {', '.join(Series.Concept.values)}"),
        ("--decimals", "NUMBER", "decimals shown; 1 without it"),
        ("--lowest", "NUMBER", "lowest possible value"),
        ("--highest", "NUMBER", "highest possible value"),
    ):
        described.add_argument(name, metavar=value, help=said)
    described.add_argument(
        "--language",
        metavar="LANGUAGE",
        default="en",
        choices=settings.CONTENT_LANGUAGES,
        help=f"of title, definition and unit: {', '.join(settings.CONTENT_LANGUAGES)}",
    )
    described.add_argument(
        "--select",
        metavar="DIMENSION=CODE",
        action="append",
        default=[],
        help="the code that the series takes of a dimension (by name, or as the file words it); "
        "once for each dimension with several codes",
    )


def add_export(parser: ArgumentParser) -> None:
    """Options of an export."""
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="write to this file, not to the terminal"
    )
    parser.add_argument(
        "--format",
        choices=FORMATS,
        default=FORMATS[0],
        metavar="FORMAT",
        help=f"{' or '.join(FORMATS)}; each imports again with the same figures",
    )
    parser.add_argument(
        "--version",
        dest="nuts_version",
        metavar="YEAR",
        help="only figures whose codes are of this NUTS version",
    )
    parser.add_argument(
        "--dimensions",
        metavar="NAMES",
        help="only groups told apart by exactly these, such as sex,age ('' for none)",
    )


def read_file(path: Path, columns: str) -> Dataset:
    """Read a file, a plain table as `columns` (TOML, or "") says. Raises FaultsError."""
    return read_dataset(path, LIMITS, path.name, mapping_from(columns) if columns else None)


def write_out(lines: Iterable[str]) -> None:
    """Write to the terminal; a reader that has seen enough, such as `head`, is no failure."""
    try:
        sys.stdout.writelines(lines)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def write_whole(path: Path, lines: Iterable[str]) -> None:
    """Write a file in the end or not at all. Raises CommandError when it cannot be written."""
    passing = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with passing.open("w", encoding="utf-8", newline="") as stream:
            stream.writelines(lines)
        passing.replace(path)
    except OSError as error:
        text = _("%(file)s cannot be written (%(reason)s).")
        raise CommandError(text % {"file": path, "reason": error.strerror}) from None
    finally:
        passing.unlink(missing_ok=True)


def _agreed() -> bool:
    answer = input(_("Accept? Type yes: "))
    return fold(answer) in {"yes", "y", fold(_("yes"))}


def _discard_if_waiting(actor: Actor, staged: Import) -> None:
    """A preview that nobody accepted leaves nothing behind that waits."""
    staged.refresh_from_db(fields=["state"])
    if staged.is_staged:
        discard_import(actor, staged)
