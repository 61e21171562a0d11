"""The download of what is seen: a plain CSV table, source, licence and date in every row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import get_language

from regin.apps.outcomes.figures import Selection
from regin.apps.outcomes.labels import flag_words, group_words, why_missing
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
    "series",
    "source",
    "source_address",
    "licence",
    "sample",
    "link",
    "downloaded_on",
    "language",
    "filter_year",
    "filter_group",
    "filter_country",
)


def csv_lines(selection: Selection, address: str) -> Iterator[str]:
    """The lines of the file: the heading, then one figure a line.

    Names of columns are the same in every language; a missing value is an empty cell with `:`
    before its flags, as Eurostat prints it. Where the figures are from stands in every row, so
    that it stays with rows that are cut out; `address` leads to the same choice on the page.
    """
    origin = _origin(selection, address)
    yield _line(list(COLUMNS))
    for row in _figures(selection, origin):
        yield _line([guarded(str(cell)) if not isinstance(cell, float) else cell for cell in row])


def _line(cells: list[object]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\r\n").writerow(cells)
    return stream.getvalue()


def _origin(selection: Selection, address: str) -> tuple[str, ...]:
    """What is the same in every row: the columns from `series` on."""
    series, group = selection.series, selection.breakdown
    return (
        str(series.text("title") or series.code),
        series.attribution,
        series.url,
        series.licence,
        "true" if series.is_sample else "false",
        address,
        timezone.now().date().isoformat(),
        get_language() or "",
        selection.period,
        group_words(group) if group else "",
        selection.country,
    )


def _figures(selection: Selection, origin: tuple[str, ...]) -> Iterator[tuple[object, ...]]:
    unit = str(selection.series.text("unit") or selection.series.unit_code)
    group = selection.breakdown.parts if selection.breakdown else {}
    for one in selection.observations():
        yield (*_figure(one, group, unit), *origin)


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
