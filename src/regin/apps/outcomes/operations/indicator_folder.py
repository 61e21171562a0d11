"""Write an index of outcomes: a folder that `regin check` and `regin score` take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from django.utils import timezone
from django.utils.translation import gettext as _

from regin.apps.accounts.actor import Actor
from regin.apps.common.addresses import permanent
from regin.apps.outcomes.choosing import catalogue
from regin.apps.outcomes.indicators import (
    NOT_EXPECTED,
    IndicatorChoices,
    IndicatorColumn,
    check_filled,
    indicator_columns,
    regions_of,
    regions_with_values,
)
from regin.apps.outcomes.readings import Reading
from regin.apps.regions.models import PlaceCode
from regin.engine.framework import Framework
from regin.engine.nodes import Node
from regin.engine.recipe import Recipe
from regin.engine.steps import Step
from regin.engine.table import State, Table
from regin.files.index import Index, write_index
from regin.files.index.cells import guarded
from regin.files.index.writer import write_rows

ROOT: Final = "index"
SOURCES, PROVENANCE = "sources.csv", "provenance.csv"
SOURCE_COLUMNS: Final = (
    "indicator",
    "series",
    "group",
    "unit",
    "direction",
    "source",
    "dataset",
    "source_address",
    "licence",
    "attribution",
    "sample",
    "link",
    "regions",
    "period_rule",
    "period",
    "unreliable",
    "written_on",
)
PROVENANCE_COLUMNS: Final = (
    "unit",
    "indicator",
    "period",
    "value",
    "flags",
    "reason",
    "side",
    "published_value",
    "published_flags",
    "code",
    "classification",
    "import",
    "file",
    "row",
)


def write_indicator_folder(
    actor: Actor, choices: IndicatorChoices, folder: Path
) -> list[IndicatorColumn]:
    """Write the index that `choices` describe into `folder` and return its columns.

    Only published series that `actor` may see. Every weight is 1; values are as published, in
    the unit of the series; the recipe scales them from lowest to highest and takes the mean.
    `sources.csv` says where each indicator is from, `provenance.csv` each value. A region
    without any value is left out. A constant number of queries. Raises FaultsError:
    outcomes_index_empty, _too_many, _unknown, _no_figure.
    """
    regions = regions_of(choices.level, choices.country)
    offered = catalogue(actor, for_arithmetic=True, only_published=True)
    columns = indicator_columns(offered, choices, regions)
    check_filled(columns)
    kept = regions_with_values(columns, regions)
    write_index(Index(_table(columns, kept), _framework(columns), _recipe()), folder)
    write_rows(folder / SOURCES, _guarded(_sources(columns, choices)))
    write_rows(folder / PROVENANCE, _guarded(_provenance(columns, kept)))
    return columns


def _table(columns: Sequence[IndicatorColumn], regions: Sequence[PlaceCode]) -> Table:
    cells = [[one.readings[row.code] for one in columns] for row in regions]
    values = np.array(
        [[np.nan if one.value is None else one.value for one in row] for row in cells]
    )
    return Table.of(
        [row.code for row in regions],
        [one.code for one in columns],
        values,
        states=[[_state(one) for one in row] for row in cells],
        unit_names=[row.place.name for row in regions],
    )


def _state(reading: Reading) -> State:
    if reading.value is not None:
        return State.ANSWERED
    expected = NOT_EXPECTED.isdisjoint(reading.flags)
    return State.UNANSWERED if expected else State.NOT_APPLICABLE


def _framework(columns: Sequence[IndicatorColumn]) -> Framework:
    """One level of indicators with equal weights under one index."""
    leaves = (
        Node(
            one.code,
            one.chosen.label,
            level=1,
            parent=ROOT,
            direction=one.direction,
            unit=one.chosen.unit,
        )
        for one in columns
    )
    return Framework((Node(ROOT, _("Index of outcomes"), level=2, kind="aggregate"), *leaves))


def _recipe() -> Recipe:
    return Recipe(
        (
            Step("normalise", {"method": "minmax"}),
            Step("aggregate", {"method": "arithmetic"}),
        )
    )


def _guarded(rows: Iterator[tuple[object, ...]]) -> Iterator[list[object]]:
    for row in rows:
        yield [cell if isinstance(cell, int | float) else guarded(str(cell)) for cell in row]


def _sources(
    columns: Sequence[IndicatorColumn], choices: IndicatorChoices
) -> Iterator[tuple[object, ...]]:
    yield SOURCE_COLUMNS
    today = timezone.now().date().isoformat()
    rules = (choices.rule.value, choices.period, choices.unreliable.value, today)
    for column in columns:
        chosen, series = column.chosen, column.chosen.series
        yield (
            column.code,
            chosen.title,
            chosen.group,
            chosen.unit,
            column.direction,
            series.source.name,
            series.dataset,
            series.url,
            series.licence,
            series.attribution,
            "true" if series.is_sample else "false",
            permanent(series.get_absolute_url()),
            f"level {choices.level} {choices.country}".strip(),
            *rules,
        )


def _provenance(
    columns: Sequence[IndicatorColumn], regions: Sequence[PlaceCode]
) -> Iterator[tuple[object, ...]]:
    """A row a cell, two for a gap; a cell that nothing was published for has one as well."""
    yield PROVENANCE_COLUMNS
    for row in regions:
        for column in columns:
            reading = column.readings[row.code]
            value = "" if reading.value is None else reading.value
            flags = reading.flags if reading.value is not None else f":{reading.flags}"
            cell = (row.code, column.code, reading.period, value, flags, reading.reason)
            yield from ((*cell, *origin) for origin in _origins(reading))


def _origins(reading: Reading) -> Iterator[tuple[object, ...]]:
    sides = ("first", "second") if len(reading.origin) > 1 else ("",)
    if not reading.origin:
        yield ("",) * 8
    for side, one in zip(sides, reading.origin, strict=False):
        value = "" if one.value is None else one.value
        where = (one.code, one.classification, one.import_number, one.file_name, one.row)
        yield (side, value, one.flags, *where)
