"""Figures of a staged import, kept in parts that can be read one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import overload

import numpy as np

from regin.apps.outcomes.columns import Figures, joined, slices, unpacked
from regin.apps.outcomes.models import Breakdown, Import, Observation, StagedFigure, StagedPart
from regin.apps.regions.models import PlaceCode

PART = 20_000
"""Figures in a part: what a page of the preview or a step of accepting holds in memory."""

Change = StagedPart.Change
FILE = (Change.NEW, Change.CHANGED, Change.SAME)
"""The changes of figures that are in the file."""


def keep(staged: Import, change: str, figures: Figures) -> None:
    """Put down all figures of one `change`."""
    for number, piece in enumerate(slices(figures, PART)):
        keep_part(staged, change, number, piece)


def keep_part(staged: Import, change: str, number: int, figures: Figures) -> None:
    """Put down some figures of one `change`, which has `number` parts before them."""
    values = figures.value[~np.isnan(figures.value)]
    StagedPart.objects.create(
        staged_in=staged,
        change=change,
        number=number,
        figures=len(figures),
        place_codes=[figures.place_codes[place] for place in np.unique(figures.place_code)],
        lowest=float(values.min()) if len(values) else None,
        highest=float(values.max()) if len(values) else None,
        content=figures.packed(),
    )


def drop(staged: Import) -> None:
    """Forget every figure of `staged`."""
    StagedPart.objects.filter(staged_in=staged).delete()


def parts_of(staged: Import, *changes: str) -> Iterator[Figures]:
    """The figures of these `changes`, a part at a time."""
    rows = StagedPart.objects.filter(staged_in=staged, change__in=changes)
    for key in rows.order_by("change", "number").values_list("pk", flat=True):
        yield _content(key)


def file_figures(staged: Import) -> Figures:
    """Every figure of the file, in its order."""
    return joined(list(parts_of(staged, *FILE)))


def place_codes_in(staged: Import) -> set[int]:
    """Keys of the place codes of which the file has a figure."""
    rows = StagedPart.objects.filter(staged_in=staged, change__in=FILE)
    return {key for keys in rows.values_list("place_codes", flat=True) for key in keys}


def _content(key: int) -> Figures:
    return unpacked(bytes(StagedPart.objects.values_list("content", flat=True).get(pk=key)))


class StagedFigures(Sequence[StagedFigure]):
    """Staged figures of one `change` in the order of the file; a slice reads its parts only."""

    def __init__(self, staged: Import, change: str) -> None:
        self._change = StagedPart.Change(change)
        rows = StagedPart.objects.filter(staged_in=staged, change=change).order_by("number")
        self._parts = list(rows.values_list("pk", "figures"))

    def __len__(self) -> int:
        return sum(figures for _key, figures in self._parts)

    def __iter__(self) -> Iterator[StagedFigure]:
        for key, _figures in self._parts:
            yield from self._shown(_content(key))

    @overload
    def __getitem__(self, at: int) -> StagedFigure: ...
    @overload
    def __getitem__(self, at: slice) -> list[StagedFigure]: ...
    def __getitem__(self, at: int | slice) -> StagedFigure | list[StagedFigure]:
        places = range(len(self))[at]
        if isinstance(places, range):
            return self._shown(joined(list(self._pieces(places.start, places.stop))))
        (only,) = self._shown(joined(list(self._pieces(places, places + 1))))
        return only

    def _pieces(self, start: int, stop: int) -> Iterator[Figures]:
        before = 0
        for key, figures in self._parts:
            first, last = max(start - before, 0), min(stop - before, figures)
            if first < last:
                yield _content(key).take(slice(first, last))
            before += figures

    def _shown(self, figures: Figures) -> list[StagedFigure]:
        """With what is stored now beside each; the number of queries is constant."""
        breakdowns, place_codes, periods, values, flags = figures.lists()
        groups = Breakdown.objects.in_bulk(set(breakdowns))
        codes = PlaceCode.objects.select_related("place").in_bulk(set(place_codes))
        stored = Observation.objects.in_bulk([key for key in figures.stored.tolist() if key])
        return [
            StagedFigure(
                breakdown=groups[breakdown],
                place_code=codes[place_code],
                period=period,
                value=value,
                flags=letters,
                row=row,
                change=self._change,
                stored=stored.get(key),
            )
            for breakdown, place_code, period, value, letters, row, key in zip(
                *(breakdowns, place_codes, periods, values, flags),
                figures.row.tolist(),
                figures.stored.tolist(),
                strict=True,
            )
        ]
