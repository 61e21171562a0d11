"""Series as indicators of an index: a column of figures, each with where it is from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from regin.apps.outcomes.choosing import Catalogue, Chosen
from regin.apps.outcomes.gaps import why_withheld
from regin.apps.outcomes.models import Series
from regin.apps.outcomes.readings import ByPeriod, Reading, readings, silent
from regin.apps.regions.facts import countries, pages
from regin.apps.regions.models import PlaceCode
from regin.engine.errors import N_, Fault, FaultsError, Message, register

MOST_COLUMNS: Final = 20
LEVELS: Final = (0, 1, 2, 3)
LONGEST_NAME: Final = 40
# “Not applicable” and “cannot exist”: no figure is expected there, as with `na` in an index.
NOT_EXPECTED: Final = frozenset("zmM")
LOWER_IS_BETTER: Final = frozenset(
    {Series.Concept.UNEMPLOYMENT, Series.Concept.NEET, Series.Concept.POVERTY}
)

register(
    {
        "outcomes_index_empty": Message(
            N_("No statistic is chosen for the index."), N_("Choose at least one.")
        ),
        "outcomes_index_too_many": Message(
            N_("Statistics chosen: %(count)s; an index of outcomes has up to %(most)s."),
            N_("Take some of them off."),
        ),
        "outcomes_index_unknown": Message(
            N_("%(count)s of the chosen statistics are not published here."),
            N_("Choose again from the list."),
        ),
        "outcomes_index_no_figure": Message(
            N_("“%(label)s” has no figure for these regions and this period."),
            N_("Take it off, or choose another period, level or country."),
        ),
    }
)


class PeriodRule(models.TextChoices):
    """Which figure of a region counts."""

    EXACT = "exact", _("of this period only")
    NEWEST = "newest", _("the newest up to this period")


class Unreliable(models.TextChoices):
    """What becomes of a figure of low reliability."""

    KEEP = "keep", _("keep it; its flag is listed")
    MISSING = "missing", _("treat it as missing")


@dataclass(frozen=True, slots=True)
class IndicatorChoices:
    """What an index is built from.

    `columns`: token of a choice (`choosing`) → direction, 1 where more is better, -1 where less
    is. `level`: of the regions; `country`: beginning of their codes, empty for all. `period` is
    needed with `EXACT`; with `NEWEST` an empty one sets no end.
    """

    columns: Mapping[str, int]
    level: int = 2
    country: str = ""
    period: str = ""
    rule: PeriodRule = PeriodRule.NEWEST
    unreliable: Unreliable = Unreliable.KEEP


@dataclass(frozen=True, slots=True)
class IndicatorColumn:
    """One indicator: code of a region → its figure, for every region; a missing one says why.

    A figure that the rules leave out keeps its flags and origin, with `value` None.
    """

    code: str
    chosen: Chosen
    direction: int
    readings: Mapping[str, Reading]

    @property
    def present(self) -> list[Reading]:
        """The figures that have a value."""
        return [one for one in self.readings.values() if one.value is not None]

    @property
    def unreliable(self) -> int:
        """How many of the values have low reliability."""
        return sum(one.unreliable for one in self.present)

    @property
    def periods(self) -> tuple[str, ...]:
        """The periods of the values, oldest first."""
        return tuple(sorted({one.period for one in self.present}))


def usual_direction(chosen: Chosen) -> int:
    """-1 for what everybody wants less of, as far as the concept tells; else 1."""
    return -1 if chosen.series.concept in LOWER_IS_BETTER else 1


def regions_of(level: int, country: str) -> list[PlaceCode]:
    """The regions of a level, each in the newest classification of its country, by code."""
    newest = {code.country_code: code.version for code in countries()}
    rows = PlaceCode.objects.filter(scheme=PlaceCode.NUTS, level=level, place__in=pages())
    if country:
        rows = rows.filter(code__startswith=country)
    rows = rows.filter(version__in=set(newest.values())).select_related("place")
    found = rows.prefetch_related("place__names").order_by("code")
    return [row for row in found if newest.get(row.country_code) == row.version]


def indicator_columns(
    offered: Catalogue, choices: IndicatorChoices, regions: Sequence[PlaceCode]
) -> list[IndicatorColumn]:
    """A column for each of the choices, over all `regions`, in one query.

    Raises FaultsError: outcomes_index_empty, outcomes_index_too_many, outcomes_index_unknown.
    """
    chosen, strange = offered.found(choices.columns)
    _check(len(choices.columns), strange)
    places = {row.place_id for row in regions}
    found = readings(chosen, places)
    return [
        IndicatorColumn(
            _code(number, one),
            one,
            _direction(choices, one),
            {
                row.code: _reading(found[one.token].get(row.place_id, {}), choices)
                for row in regions
            },
        )
        for number, one in enumerate(chosen, start=1)
    ]


def _check(count: int, strange: int) -> None:
    faults = []
    if not count:
        faults.append(Fault("outcomes_index_empty"))
    if count > MOST_COLUMNS:
        faults.append(Fault("outcomes_index_too_many", {"count": count, "most": MOST_COLUMNS}))
    if strange:
        faults.append(Fault("outcomes_index_unknown", {"count": strange}))
    if faults:
        raise FaultsError(faults)


def check_filled(columns: Iterable[IndicatorColumn]) -> None:
    """Raise FaultsError with outcomes_index_no_figure for every column without any value."""
    empty = [one for one in columns if not one.present]
    if empty:
        raise FaultsError(
            Fault("outcomes_index_no_figure", {"label": one.chosen.label}) for one in empty
        )


def regions_with_values(
    columns: Sequence[IndicatorColumn], regions: Iterable[PlaceCode]
) -> list[PlaceCode]:
    """The regions that the folder has a row of: those with a value in at least one column."""
    return [
        row for row in regions if any(one.readings[row.code].value is not None for one in columns)
    ]


def _code(number: int, chosen: Chosen) -> str:
    """A code of its own within the index, with the name of the series for people."""
    words = re.sub(r"[^a-z0-9]+", "_", chosen.series.code.casefold()).strip("_")
    return f"i{number:02d}_{words}"[:LONGEST_NAME].rstrip("_")


def _direction(choices: IndicatorChoices, chosen: Chosen) -> int:
    return choices.columns.get(chosen.token, choices.columns.get(chosen.series.public_id, 1))


def _reading(by_period: ByPeriod, choices: IndicatorChoices) -> Reading:
    """The figure that the rules choose; a missing one that says why where they find none."""
    if choices.rule == PeriodRule.EXACT:
        found = by_period.get(choices.period) or silent(choices.period)
        return _left_out(found, choices)
    until = choices.period
    held = [one for one in by_period.values() if not until or one.period[: len(until)] <= until]
    kept = [_left_out(one, choices) for one in sorted(held, key=lambda one: one.period)]
    values = [one for one in kept if one.value is not None]
    return next(reversed(values or kept), silent(until))


def _left_out(reading: Reading, choices: IndicatorChoices) -> Reading:
    """The reading, without its value where a rule leaves that out."""
    reason = why_withheld(reading.value, reading.flags)
    if reason:
        reason = reading.reason or reason
    elif reading.unreliable and choices.unreliable == Unreliable.MISSING:
        reason = str(_("low reliability"))
    return (
        Reading(reading.period, None, reading.flags, reason, reading.origin) if reason else reading
    )
