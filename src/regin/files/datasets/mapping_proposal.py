"""A first mapping for a plain table, from its beginning, with a reason for every guess.

Two readings that give different numbers are never chosen between: the field stays empty, and its
note is open. So a proposal may be unfinished; `mapping_checks.faults_of` tells what it lacks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Final

from regin.files.datasets.mapping_layout import LayoutFinder
from regin.files.datasets.mapping_model import TableMapping, TablePlace
from regin.files.datasets.mapping_numbers import Figures, notation_of
from regin.files.datasets.mapping_reasons import Note, Notes
from regin.files.datasets.mapping_sample import sample_of, sheets_of
from regin.files.datasets.mapping_table import Column, IsPlace, heading_sign, table_of
from regin.files.datasets.sheet_grid import GridRow
from regin.files.eurostat_cells import shown
from regin.files.limits import LIMITS, Limits

PREVIEW_ROWS: Final = 50
PREVIEW_COLUMNS: Final = 60
SAMPLED: Final = 4

__all__ = ["Note", "PreviewRow", "Proposal", "propose_mapping"]


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A row of the file for the eye: its number and its texts, long ones cut."""

    number: int
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SampledColumn:
    """A column of the table: its heading as a mapping names it, and some texts below it."""

    heading: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A mapping to look at and to change, the first rows of the file, and why it is so.

    `columns`: all of the table in their order; `sheets`: of a workbook, none for a text file.
    """

    mapping: TableMapping
    preview: tuple[PreviewRow, ...]
    notes: tuple[Note, ...]
    columns: tuple[SampledColumn, ...] = ()
    sheets: tuple[str, ...] = ()

    @property
    def questions(self) -> tuple[Note, ...]:
        """Return the notes that a person has to decide."""
        return tuple(note for note in self.notes if note.is_open)


def propose_mapping(
    path: Path,
    is_place: IsPlace,
    *,
    sheet: str = "",
    said: TablePlace | None = None,
    limits: Limits = LIMITS,
) -> Proposal:
    """Propose how to read a table. `is_place` tells codes and names of regions from other texts.

    `sheet`: the one to read, "" to have it chosen. `said`: the separator, encoding and row of the
    heading that a person has chosen; an empty one is found. Raises FaultsError when the beginning
    of the file cannot be read, with the faults of reading.
    """
    notes = Notes()
    sample = sample_of(path, sheet, notes, limits, said)
    table = table_of(sample.place, sample.rows, notes, said.heading_row if said else 0)
    layout = LayoutFinder(table, is_place, notes).find()
    notation = notation_of(_figures(layout.values), notes)
    mapping = replace(layout.mapping(table), notation=notation)
    return Proposal(
        mapping,
        _preview(sample.rows),
        tuple(notes.found),
        tuple(_sampled(column) for column in table.columns),
        sheets_of(path, limits),
    )


def _sampled(column: Column) -> SampledColumn:
    texts = dict.fromkeys(column.filled)
    return SampledColumn(column.key, tuple(shown(text, 40) for text in islice(texts, SAMPLED)))


def _figures(columns: Iterable[Column]) -> Figures:
    """Collect what stands in the columns of values, and the signs after their periods."""
    figures = Figures()
    for column in columns:
        sign = heading_sign(column.name)
        if sign:
            figures.signs[sign] += 1
        for text, stored in zip(column.texts, column.stored, strict=True):
            if stored:
                figures.add_stored(text)
            else:
                figures.add(text)
    return figures


def _preview(rows: Iterable[GridRow]) -> tuple[PreviewRow, ...]:
    return tuple(
        PreviewRow(row.number, tuple(shown(text, 80) for text in row.texts[:PREVIEW_COLUMNS]))
        for row in islice(rows, PREVIEW_ROWS)
    )
