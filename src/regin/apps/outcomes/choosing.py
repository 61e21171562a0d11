"""What a reader chooses to compare: a series with a group of people, or a gap between two.

A choice is written into addresses as a token: `<public id>` for the group that pages show first,
`<public id>:<group>` for another, `<public id>:<group>~<group>` for a gap.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from regin.apps.accounts.actor import Actor
from regin.apps.accounts.models import State
from regin.apps.common.addresses import fold
from regin.apps.outcomes.figures import first_breakdown
from regin.apps.outcomes.gaps import GapPair, gap_pairs
from regin.apps.outcomes.labels import group_words
from regin.apps.outcomes.models import Breakdown, Observation, Series

MARK: Final = ":"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A series with one group of people, or, with a `pair`, the gap between two of them.

    The figure of a gap is its points. `is_first`: the group that pages of the series show first.
    """

    series: Series
    first: Breakdown
    pair: GapPair | None = None
    is_first: bool = False

    @property
    def token(self) -> str:
        """How an address writes the choice; the same choice is always written the same way."""
        key = self.pair.key if self.pair else self.first.key
        return f"{self.series.public_id}{MARK}{key}"

    @property
    def key(self) -> str:
        """An id that is unique on a page."""
        group = f"-{self.pair.second.pk}" if self.pair else ""
        return f"{self.series.public_id}-{self.first.pk}{group}"

    @property
    def breakdowns(self) -> tuple[Breakdown, ...]:
        """The groups whose figures it needs."""
        return (self.first, self.pair.second) if self.pair else (self.first,)

    @property
    def title(self) -> str:
        return str(self.series.text("title") or self.series.code)

    @property
    def group(self) -> str:
        """The people it is about, or who is compared with whom."""
        return self.pair.words if self.pair else group_words(self.first)

    @property
    def label(self) -> str:
        """Title and group in one line."""
        return _("%(title)s: %(group)s") % {"title": self.title, "group": self.group}

    @property
    def unit(self) -> str:
        """The unit of its figures; the gap of a share is in percentage points."""
        return (
            self.gap_unit if self.pair else str(self.series.text("unit") or self.series.unit_code)
        )

    @property
    def gap_unit(self) -> str:
        """The unit of a difference between two of its figures."""
        if self.series.measure == Series.Measure.SHARE:
            return _("percentage points")
        return str(self.series.text("unit") or self.series.unit_code)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything an actor may choose: series in the order of their titles, each with choices."""

    series: tuple[Series, ...]
    choices: Mapping[int, tuple[Chosen, ...]]

    def of(self, series: Series) -> tuple[Chosen, ...]:
        """The choices of one series: the group shown first, the others, then the gaps."""
        return self.choices.get(series.pk, ())

    def grouped(self) -> list[tuple[str, tuple[Chosen, ...]]]:
        """(title, choices) of each series that has any."""
        rows = ((self.of(one), one) for one in self.series)
        return [(choices[0].title, choices) for choices, _one in rows if choices]

    def all(self) -> Iterator[Chosen]:
        """Every choice, series by series."""
        return (choice for one in self.series for choice in self.of(one))

    def by_concept(self) -> dict[str, Chosen]:
        """Concept → the first group of its first series: a rate or an amount before a count,
        which says more of a region's size than of its people. Series without one come last,
        under their ids."""
        firsts = [choice for choice in self.all() if choice.is_first]
        firsts.sort(key=lambda one: one.series.measure == Series.Measure.COUNT)
        found: dict[str, Chosen] = {}
        for concept in (*Series.Concept.values, ""):
            for one in firsts:
                if one.series.concept == concept:
                    found.setdefault(concept or one.series.public_id, one)
        return found

    def found(self, tokens: Iterable[str]) -> tuple[list[Chosen], int]:
        """The choices that `tokens` name, each once, and how many of them name none."""
        known = {choice.token: choice for choice in self.all()}
        known |= {one.series.public_id: one for one in self.all() if one.is_first}
        named = [known.get(token) for token in tokens if token]
        chosen = {choice.token: choice for choice in named if choice is not None}
        return list(chosen.values()), sum(choice is None for choice in named)


def catalogue(
    actor: Actor, *, for_arithmetic: bool = False, only_published: bool = False
) -> Catalogue:
    """What `actor` may choose of the series they may see and that have figures.

    `for_arithmetic` leaves out types, which are classes written as numbers. A constant number of
    queries.
    """
    rows = Series.objects.visible_to(actor).select_related("source", "organisation")
    if only_published:
        rows = rows.filter(state=State.PUBLISHED)
    if for_arithmetic:
        rows = rows.exclude(measure=Series.Measure.TYPE)
    series = list(rows.prefetch_related("texts").order_by("code", "pk"))
    series.sort(key=lambda one: fold(str(one.text("title") or one.code)))
    held = _breakdowns(series)
    return Catalogue(tuple(series), {one.pk: tuple(_choices(one, held[one.pk])) for one in series})


def _breakdowns(series: list[Series]) -> dict[int, list[Breakdown]]:
    """The groups of people of each series that have any figure."""
    figures = Observation.objects.filter(series=OuterRef("series"), breakdown=OuterRef("pk"))
    groups: dict[int, list[Breakdown]] = {one.pk: [] for one in series}
    for row in Breakdown.objects.filter(Exists(figures), series__in=list(groups)):
        groups[row.series_id].append(row)
    return groups


def _choices(series: Series, breakdowns: list[Breakdown]) -> Iterator[Chosen]:
    first = first_breakdown(series, breakdowns)
    if first is not None:
        yield Chosen(series, first, is_first=True)
    for breakdown in breakdowns:
        if breakdown != first:
            yield Chosen(series, breakdown)
    for pair in gap_pairs(series, breakdowns):
        yield Chosen(series, pair.first, pair)
