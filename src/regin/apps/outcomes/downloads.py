"""The download of what is seen: CSV with its source, licence and date on the first lines."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from regin.apps.outcomes.figures import Selection
from regin.apps.outcomes.labels import flag_words, why_missing
from regin.apps.outcomes.models import Observation
from regin.files.index.cells import guarded

COLUMNS = (
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
    "unit",
    "file",
    "row",
)


def csv_lines(selection: Selection, address: str) -> Iterator[str]:
    """The lines of the file: a preamble of `name,value` pairs, an empty line, heading, figures.

    Names of columns are the same in every language; a missing value is an empty cell with `:`
    before its flags, as Eurostat prints it.
    """
    for row in (*_preamble(selection, address), [], COLUMNS, *_figures(selection)):
        yield _line([guarded(str(cell)) if not isinstance(cell, float) else cell for cell in row])


def _line(cells: list[object]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\r\n").writerow(cells)
    return stream.getvalue()


def _preamble(selection: Selection, address: str) -> list[tuple[str, str]]:
    series = selection.series
    lines = [
        (_("series"), str(series.text("title") or series.code)),
        (_("definition"), str(series.text("definition") or "")),
        (_("source"), series.attribution),
        (_("address of the source"), series.url),
        (_("licence"), series.licence),
        (_("downloaded from"), address),
        (_("downloaded on"), timezone.now().date().isoformat()),
        (_("language"), get_language() or ""),
    ]
    if series.is_sample:
        lines.append((_("note"), _("Sample: old figures; load a newer file.")))
    return lines


def _figures(selection: Selection) -> Iterator[tuple[object, ...]]:
    unit = str(selection.series.text("unit") or selection.series.unit_code)
    group = selection.breakdown.parts if selection.breakdown else {}
    for one in selection.observations():
        yield _figure(one, group, unit)


def _figure(one: Observation, group: dict[str, str], unit: str) -> tuple[object, ...]:
    return (
        one.place_code.code,
        one.place_code.classification,
        one.place.name,
        one.period,
        *(group.get(name, "") for name in ("sex", "age", "citizenship", "birth")),
        "" if one.value is None else one.value,
        one.flags if one.value is not None else f":{one.flags}",
        flag_words(one.flags) if one.value is not None else why_missing(one.flags),
        unit,
        one.imported_in.file_name,
        one.row,
    )


def file_name(selection: Selection) -> str:
    """A name made of the series' code and the choice; letters, digits and hyphens only."""
    parts = (selection.series.code, selection.country, selection.period)
    words = "-".join(part for part in parts if part)
    return "".join(c if c.isascii() and c.isalnum() else "-" for c in words) + ".csv"
