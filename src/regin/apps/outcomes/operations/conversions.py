"""Figures of regions that were split or merged, computed for the regions of today.

A new code of the same territory needs none of this: its place is the same. A changed territory is
another place, so its figures are computed only when a person says yes to each, with the weights.
What is computed carries the flag `e` (estimated) and the import says from what.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from typing import Final

import numpy as np
from django.db import transaction
from django.utils.translation import gettext as _

from regin.apps.accounts.actor import Actor
from regin.apps.accounts.permissions import require
from regin.apps.common.operations import record
from regin.apps.outcomes.columns import Figures, Row, figures_of, joined
from regin.apps.outcomes.comparing import compare
from regin.apps.outcomes.models import Import, Series
from regin.apps.outcomes.operations.imports import ImportRefused, lock
from regin.apps.outcomes.staging import file_figures, place_codes_in
from regin.apps.regions.models import PlaceChange, PlaceCode
from regin.files.observations import KNOWN_FLAGS

CHANGED: Final = (PlaceChange.Kind.SPLIT, PlaceChange.Kind.MERGE, PlaceChange.Kind.BOUNDARY)
ESTIMATED: Final = "e"
MOST_FLAGS: Final = 6
ROUNDING: Final = 1e-6

Weights = Mapping[str, float]
Cell = tuple[float | None, str, int]
"""Value, flags and row of the file."""


@dataclass(frozen=True, slots=True)
class Part:
    """A former region: its code in the file and the share of it that went, where that is known."""

    code: str
    name: str
    share: float | None


@dataclass(frozen=True, slots=True)
class Conversion:
    """A region of today whose figures can be computed from `parts`, all of them in the file.

    `adds_up`: figures are counts. `needs_weights`: what is computed depends on how large the
    parts are; a rate of one former region is taken as it is.
    """

    code: str
    name: str
    classification: str
    parts: tuple[Part, ...]
    adds_up: bool

    @property
    def needs_weights(self) -> bool:
        return self.adds_up or len(self.parts) > 1


def possible_conversions(staged: Import) -> list[Conversion]:
    """What can be computed for regions that a staged file does not hold, by their code.

    Every region of which a part went into it is in the file. Constant number of queries.
    """
    held = _held(staged)
    # A class is no number to average.
    if not held or staged.series.measure == Series.Measure.TYPE:
        return []
    by_target: dict[int, list[PlaceChange]] = {}
    rows = PlaceChange.objects.filter(change__in=CHANGED, after__isnull=False)
    for change in rows.select_related("before", "after").order_by("before__code"):
        if change.after is not None and change.before is not None:
            by_target.setdefault(change.after.place_id, []).append(change)
    wanted = {
        target: changes
        for target, changes in by_target.items()
        if target not in held
        and all(change.before and change.before.place_id in held for change in changes)
    }
    adds_up = staged.series.measure == Series.Measure.COUNT
    codes = _newest_codes(wanted)
    whole = _made_of_held(codes.values(), held)
    made = [
        _conversion(code, wanted[one], held, adds_up=adds_up)
        for one, code in codes.items()
        if one not in whole
    ]
    return sorted(made, key=lambda one: one.code)


def _made_of_held(codes: Iterable[PlaceCode], held: Mapping[int, str]) -> set[int]:
    """Places all of whose parts of today the file holds: theirs is the better figure.

    A region with a single part of the same territory has its exact figure under that code.
    """
    by_parent: dict[int, list[int]] = {}
    rows = PlaceCode.objects.filter(parent__in=[code.pk for code in codes])
    for parent, place in rows.values_list("parent__place", "place"):
        by_parent.setdefault(parent, []).append(place)
    return {parent for parent, parts in by_parent.items() if all(one in held for one in parts)}


def _held(staged: Import) -> dict[int, str]:
    """Place → its code, of the figures in the file; computed ones and stored ones left out."""
    codes = PlaceCode.objects.filter(pk__in=place_codes_in(staged))
    return dict(codes.exclude(code__in=list(staged.conversions)).values_list("place", "code"))


def _own_figures(staged: Import) -> Figures:
    """The figures of the file; computed ones left out."""
    figures = file_figures(staged)
    codes = PlaceCode.objects.filter(code__in=list(staged.conversions))
    keys = np.array(figures.place_codes, dtype=np.int64)[figures.place_code]
    return figures.take(~np.isin(keys, list(codes.values_list("pk", flat=True))))


def _newest_codes(places: Iterable[int]) -> dict[int, PlaceCode]:
    rows = PlaceCode.objects.filter(place__in=list(places), scheme=PlaceCode.NUTS)
    named = rows.select_related("place").prefetch_related("place__names").order_by("version")
    return {row.place_id: row for row in named}


def _conversion(
    code: PlaceCode, changes: Sequence[PlaceChange], held: Mapping[int, str], *, adds_up: bool
) -> Conversion:
    parts = {
        change.before.place_id: Part(held[change.before.place_id], change.before.name, change.share)
        for change in changes
        if change.before is not None
    }
    return Conversion(
        code.code, code.place.name, code.classification, tuple(parts.values()), adds_up
    )


@transaction.atomic
def convert(actor: Actor, staged: Import, chosen: Mapping[str, Weights]) -> Import:
    """Compute the figures of the regions in `chosen`: code → former code → its weight.

    A rate is the mean with these weights, a count the sum of these shares. Missing in one part is
    missing. What was computed before is dropped first, so that nothing chosen means nothing
    computed. Raises ImportRefused for a decided import, a region that cannot be computed, weights
    that are absent, negative or all zero; Http404.
    """
    require(actor, "outcomes.import", staged.series)
    series = lock(staged.series)
    found = Import.objects.select_related("series").get(pk=staged.pk)
    if not found.is_staged:
        raise ImportRefused(
            _("Somebody has decided on this import already. Nothing was changed now.")
        )
    possible = {one.code: one for one in possible_conversions(found)}
    for code, weights in chosen.items():
        if code not in possible:
            raise ImportRefused(_("The figures of %(code)s cannot be computed.") % {"code": code})
        _check_weights(possible[code], weights)
    _check_shares(possible, chosen)
    own = _own_figures(found)
    rows = [row for code, one in chosen.items() for row in _computed(own, possible[code], one)]
    computed = figures_of(rows)
    computed = replace(computed, order=computed.order + own.order.max(initial=0) + 1)
    found.conversions = {code: dict(weights) for code, weights in chosen.items()}
    counted = compare(found, joined([own, computed]))
    found.compared_with = series.data_number
    found.summary = found.summary | counted
    found.save(update_fields=["conversions", "compared_with", "summary"])
    record(actor.reference, "outcomes.converted", series.public_id, number=found.number)
    return found


def _check_weights(conversion: Conversion, weights: Weights) -> None:
    said = [weights.get(part.code) for part in conversion.parts]
    usable = [one for one in said if one is not None and one >= 0 and isfinite(one)]
    if set(weights) - {part.code for part in conversion.parts} or len(usable) != len(said):
        raise ImportRefused(
            _("Give a weight of zero or more for each part of %(code)s.")
            % {"code": conversion.code}
        )
    if conversion.adds_up and max(usable, default=0) > 1:
        raise ImportRefused(
            _("A share of %(code)s is more than 1, the whole.") % {"code": conversion.code}
        )
    if not sum(usable):
        raise ImportRefused(_("The weights of %(code)s are all zero.") % {"code": conversion.code})


def _check_shares(possible: Mapping[str, Conversion], chosen: Mapping[str, Weights]) -> None:
    """Refuse counts that are handed out more than once: what belongs to several regions of today.

    Shares of one region may come to 1, and to less where a part of it is in no region chosen.
    """
    given: dict[str, float] = {}
    for code, weights in chosen.items():
        for part, share in weights.items() if possible[code].adds_up else ():
            given[part] = given.get(part, 0.0) + share
    for part, whole in given.items():
        if whole > 1 + ROUNDING:
            said = {"code": part, "sum": f"{whole:.6g}"}
            raise ImportRefused(_("The shares of %(code)s come to %(sum)s, more than 1.") % said)


def _target(conversion: Conversion) -> int:
    codes = PlaceCode.objects.filter(scheme=PlaceCode.NUTS, code=conversion.code)
    key: int = codes.order_by("-version").values_list("pk", flat=True)[0]
    return key


def _computed(own: Figures, conversion: Conversion, weights: Weights) -> Iterator[Row]:
    """One row for each group and period that any part has."""
    target = _target(conversion)
    wanted = [part.code for part in conversion.parts if weights[part.code] > 0]
    for (breakdown, period), cells in _cells(own, weights).items():
        there = [cells[code] for code in wanted if code in cells]
        if not there:
            continue
        values = [cells[code][0] if code in cells else None for code in wanted]
        value = _combined(values, [weights[code] for code in wanted], conversion)
        first = min(row for _value, _flags, row in there)
        yield (
            breakdown,
            target,
            period,
            value,
            _flags((flags for _value, flags, _row in there), is_estimated=value is not None),
            first,
        )


def _cells(own: Figures, weights: Weights) -> dict[tuple[int, str], dict[str, Cell]]:
    """(group, period) → code → what the file has for it, of the codes in `weights`."""
    codes = PlaceCode.objects.filter(pk__in=own.place_codes, code__in=list(weights))
    names = dict(codes.values_list("pk", "code"))
    keys = np.array(own.place_codes, dtype=np.int64)[own.place_code]
    parts = own.take(np.isin(keys, list(names)))
    found: dict[tuple[int, str], dict[str, Cell]] = {}
    for breakdown, place_code, period, value, flags, row in zip(
        *parts.lists(), parts.row.tolist(), strict=True
    ):
        cells = found.setdefault((breakdown, period), {})
        # Two versions of one code are one place; the first row of the file is read.
        cells.setdefault(names[place_code], (value, flags, row))
    return found


def _combined(
    values: Sequence[float | None], weights: Sequence[float], conversion: Conversion
) -> float | None:
    known = [value for value in values if value is not None]
    if len(known) != len(values):
        return None
    total = sum(value * weight for value, weight in zip(known, weights, strict=True))
    return total if conversion.adds_up else total / sum(weights)


def _flags(parts: Iterable[str], *, is_estimated: bool) -> str:
    """The flags of all parts, and first that a figure is estimated, in the order of Eurostat."""
    letters = {letter for flags in parts for letter in flags}
    ordered = [letter for letter in KNOWN_FLAGS if letter in letters and letter != ESTIMATED]
    first = ESTIMATED if is_estimated or ESTIMATED in letters else ""
    return (first + "".join(ordered))[:MOST_FLAGS]
