"""How sure the figures are that a view shows: their flags, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count

from regin.apps.outcomes.gaps import UNRELIABLE
from regin.apps.outcomes.labels import flag_words
from regin.apps.outcomes.models import Observation, Series
from regin.apps.outcomes.seen import SeenFigure, of_period, rows_of
from regin.apps.outcomes.viewing import Selection

# Estimated or imputed, by the country's office or by Eurostat.
ESTIMATED = frozenset("esiI")


@dataclass(frozen=True, slots=True)
class Sureness:
    """How many of the seen figures are sure: letters with their words and counts.

    Each figure is in one of `missing`, `unreliable`, `estimated`, `other` and `sure`: the first
    of them that it is. `other` has a reserve that is neither of the former, such as a break.
    """

    total: int
    missing: int
    unreliable: int
    estimated: int
    other: int
    flags: tuple[tuple[str, str, int], ...]

    @property
    def sure(self) -> int:
        """Figures that are there without any reserve."""
        return self.total - self.missing - self.unreliable - self.estimated - self.other


def sureness_of(figures: Iterable[SeenFigure]) -> Sureness:
    """Count the flags of `figures`."""
    counted = Counter((one.flags, one.value is None) for one in figures)
    return _sureness((flags, missing, count) for (flags, missing), count in counted.items())


def sureness_of_table(selection: Selection) -> Sureness:
    """Count the flags of all pages of the table. One query for figures as published."""
    if selection.pair is not None:
        return sureness_of(of_period(selection))
    rows = rows_of(selection).filter(period=selection.period).order_by()
    plain = rows.select_related(None).prefetch_related(None)
    counted = plain.values_list("flags").annotate(all=Count("pk"), known=Count("value"))
    return _sureness(
        one
        for flags, every, known in counted
        for one in ((flags, False, known), (flags, True, every - known))
    )


def flags_in_use(series: Series) -> list[tuple[str, str]]:
    """Every flag that any figure of `series` has, with its words. One query."""
    rows = Observation.objects.filter(series=series).exclude(flags="").order_by()
    letters = {
        letter for flags in rows.values_list("flags", flat=True).distinct() for letter in flags
    }
    return [(letter, flag_words(letter)) for letter in sorted(letters) if not letter.isspace()]


def _sureness(counted: Iterable[tuple[str, bool, int]]) -> Sureness:
    rows = [row for row in counted if row[2]]
    letters: Counter[str] = Counter()
    for flags, _missing, count in rows:
        letters.update(dict.fromkeys("".join(flags.split()), count))
    kinds: Counter[str] = Counter()
    for flags, missing, count in rows:
        kinds[_kind(flags, missing)] += count
    return Sureness(
        total=kinds.total(),
        missing=kinds["missing"],
        unreliable=kinds["unreliable"],
        estimated=kinds["estimated"],
        other=kinds["other"],
        flags=tuple((one, flag_words(one), letters[one]) for one in sorted(letters)),
    )


def _kind(flags: str, missing: bool) -> str:
    if missing:
        return "missing"
    if UNRELIABLE in flags:
        return "unreliable"
    if not ESTIMATED.isdisjoint(flags):
        return "estimated"
    return "other" if flags.strip() else "sure"
