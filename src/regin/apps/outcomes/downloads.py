"""Downloads of what is seen, as tables: source, licence and date stand in every file.

`docs/reference/series-downloads.md` describes the files; the suite compares the two.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from regin.apps.outcomes.labels import flag_labels
from regin.apps.outcomes.models import Breakdown, Import, Observation
from regin.apps.outcomes.origin import Origin, origin_of
from regin.apps.outcomes.seen import SeenFigure, figures_of
from regin.apps.outcomes.viewing import CHANGE, Selection
from regin.files.index.cells import guarded
from regin.files.index.workbook_writer import write_workbook

Cell = str | float
SIDES = ("first", "second")
FIGURE_COLUMNS = (
    "code",
    "classification",
    "region",
    "period",
    "sex",
    "age",
    "citizenship",
    "birth",
    "value",
    "flags",
    "flag_words",
    "unreliable",
    "unit",
    "shows",
    "file",
    "row",
    "computed_from",
    "first_value",
    "first_flags",
    "second_value",
    "second_flags",
)
ORIGIN_COLUMNS = (
    "series",
    "source",
    "source_address",
    "licence",
    "sample",
    "link",
    "downloaded_on",
    "language",
    "filter_view",
    "filter_year",
    "filter_group",
    "filter_country",
    "filter_level",
)
COLUMNS = FIGURE_COLUMNS + ORIGIN_COLUMNS


def csv_lines(selection: Selection) -> Iterator[str]:
    """The lines of the file: the heading, then one figure a line.

    Names of columns are the same in every language; a missing value is an empty cell with `:`
    before its flags, as Eurostat prints it. Where the figures are from stands in every row, so
    that it stays with rows that are cut out.
    """
    origin = origin_of(selection)
    told = [*_told(selection, origin)]
    yield _line(list(COLUMNS))
    for one in figures_of(selection):
        yield _line([_safe(cell) for cell in (*_figure(selection, one, origin.unit), *told)])


def workbook_bytes(selection: Selection) -> bytes:
    """An XLSX file: sheet `figures`, then sheet `about` with source, licence, date and link."""
    origin, seen = origin_of(selection), figures_of(selection)
    rows = (_figure(selection, one, origin.unit) for one in seen)
    figures = [FIGURE_COLUMNS, *([_safe(cell) for cell in row] for row in rows)]
    told = (*_about(selection, origin), *_files(seen))
    about = [("about", "value"), *((name, _safe(cell)) for name, cell in told)]
    with tempfile.TemporaryDirectory(prefix="regin-download-") as folder:
        path = Path(folder) / "figures.xlsx"
        write_workbook([("figures", figures), ("about", about)], path)
        return path.read_bytes()


def _about(selection: Selection, origin: Origin) -> Iterator[tuple[str, Cell]]:
    """What is the same for every figure, and what each flag means."""
    yield "title", origin.title
    yield from zip(ORIGIN_COLUMNS, _told(selection, origin), strict=True)
    definition = selection.series.text("definition")
    yield "definition", str(definition or "")
    for letter, words in flag_labels().items():
        yield f"flag {letter}", words


def _files(figures: Iterable[SeenFigure]) -> Iterator[tuple[str, Cell]]:
    """The files that the figures came in."""
    for one in files_of(figures):
        decided = one.decided_at.date().isoformat() if one.decided_at else ""
        yield f"file {one.number}", one.file_name
        yield f"file {one.number} accepted_on", decided
        yield f"file {one.number} sha256", one.sha256


def files_of(figures: Iterable[SeenFigure]) -> list[Import]:
    """The imports that brought `figures`, each once, by number."""
    rows = (row for one in figures for row in published(one))
    found = {row.imported_in.number: row.imported_in for row in rows}
    return [found[number] for number in sorted(found)]


def _safe(cell: Cell) -> Cell:
    return cell if isinstance(cell, float) else guarded(cell)


def _line(cells: list[Cell] | list[str]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\r\n").writerow(cells)
    return stream.getvalue()


def _told(selection: Selection, origin: Origin) -> tuple[str, ...]:
    """`ORIGIN_COLUMNS`: what is the same in every row."""
    return (
        origin.series,
        origin.attribution,
        origin.source_address,
        origin.licence,
        yes_no(origin.is_sample),
        origin.address,
        origin.downloaded_on,
        origin.language,
        selection.view,
        "" if selection.view == CHANGE else selection.period,
        selection.group_words,
        selection.country,
        selection.level_text,
    )


def _figure(selection: Selection, one: SeenFigure, unit: str) -> tuple[Cell, ...]:
    """`FIGURE_COLUMNS`. A gap has the codes, files and rows of both groups, first / second."""
    return (
        one.code,
        one.place_code.classification,
        one.place.name,
        one.period,
        *(_codes(one, name) for name in Breakdown.DIMENSIONS),
        "" if one.value is None else one.value,
        one.flags if one.value is not None else f":{one.flags}",
        one.flag_words if one.value is not None else one.reason,
        yes_no(one.unreliable),
        unit,
        selection.show,
        " / ".join(row.imported_in.file_name for row in published(one)),
        " / ".join(str(row.row) for row in published(one)),
        one.computed_from,
        *(cell for number in range(len(SIDES)) for cell in _side(one, number)),
    )


def published(one: SeenFigure) -> list[Observation]:
    """The published figures that a seen one is made of."""
    return [part.observation for part in one.made_of if part.observation is not None]


def _side(one: SeenFigure, number: int) -> tuple[Cell, Cell]:
    """Value and flags of one group of a gap; empty for a figure as published."""
    row = one.made_of[number].observation if len(one.made_of) == len(SIDES) else None
    if row is None:
        return "", ""
    return ("", f":{row.flags}") if row.value is None else (row.value, row.flags)


def _codes(one: SeenFigure, dimension: str) -> str:
    codes = (part.group.parts[dimension] for part in one.made_of)
    return " / ".join(dict.fromkeys(codes))


def yes_no(value: bool) -> str:
    """Truth as files print it, the same in every language."""
    return "true" if value else "false"
