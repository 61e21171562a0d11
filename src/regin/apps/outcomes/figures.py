"""What the page of a series and its download show: chosen figures, with words for their codes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from regin.apps.common.charts.numbers import number
from regin.apps.outcomes.labels import flag_words, group_words, why_missing
from regin.apps.outcomes.models import Breakdown, Observation, Series, StagedFigure
from regin.apps.regions.models import PlaceCode


@dataclass(frozen=True, slots=True)
class ShownFigure:
    """A figure with its words. `text` is empty when it is missing, and `reason` says why."""

    observation: Observation
    text: str
    flags: str
    flag_words: str
    reason: str


def shown_figure(observation: Observation, decimals: int) -> ShownFigure:
    """`observation` as a page prints it."""
    value, flags = observation.value, observation.flags
    return ShownFigure(
        observation=observation,
        text="" if value is None else number(value, decimals),
        flags=flags,
        flag_words=flag_words(flags),
        reason=why_missing(flags) if value is None else "",
    )


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of the filter."""

    value: str
    label: str
    is_chosen: bool


@dataclass(slots=True)
class Selection:
    """What a reader chose, with what nobody may choose put right silently: links stay usable.

    `breakdown` is None for a series without figures.
    """

    series: Series
    asked: Mapping[str, str]
    breakdowns: list[Breakdown] = field(init=False)
    breakdown: Breakdown | None = field(init=False)
    period: str = field(init=False)
    countries: list[PlaceCode] = field(init=False)
    country: str = field(init=False)

    def __post_init__(self) -> None:
        self.breakdowns = breakdowns_with_figures(self.series)
        self.breakdown = self._chosen_breakdown()
        periods = self.series.coverage.get("periods", [])
        asked = self.asked.get("year", "")
        self.period = asked if asked in periods else next(iter(periods), "")
        self.countries = _countries(self.series, self.breakdown)
        country = self.asked.get("country", "")
        self.country = country if country in {one.code for one in self.countries} else ""

    def _chosen_breakdown(self) -> Breakdown | None:
        asked = self.asked.get("group", "")
        chosen = [one for one in self.breakdowns if one.key == asked]
        return next(iter(chosen), None) or first_breakdown(self.series, self.breakdowns)

    def observations(self) -> QuerySet[Observation]:
        """The chosen figures by code, with what their rows print."""
        rows = Observation.objects.filter(
            series=self.series, breakdown=self.breakdown, period=self.period
        )
        if self.country:
            rows = rows.filter(place_code__code__startswith=self.country)
        return (
            rows.select_related("place_code", "place", "imported_in")
            .prefetch_related("place__names")
            .order_by("place_code__code", "-place_code__version")
        )

    def group_choices(self) -> list[Choice]:
        """Every group of people that has figures."""
        return [Choice(one.key, group_words(one), one == self.breakdown) for one in self.breakdowns]

    def period_choices(self) -> list[Choice]:
        """Every period that has figures, newest first."""
        periods = self.series.coverage.get("periods", [])
        return [Choice(period, period, period == self.period) for period in periods]

    def country_choices(self) -> list[Choice]:
        """All countries, then each."""
        every = Choice("", _("All countries"), not self.country)
        found = {one.code: one.place.name for one in self.countries}
        ordered = sorted(found.items(), key=lambda pair: pair[1])
        return [every, *(Choice(code, name, code == self.country) for code, name in ordered)]

    def query(self) -> dict[str, str]:
        """The choice as the query of an address."""
        group = self.breakdown.key if self.breakdown else ""
        pairs = {"year": self.period, "group": group, "country": self.country}
        return {name: value for name, value in pairs.items() if value}


def breakdowns_with_figures(series: Series) -> list[Breakdown]:
    """The groups of people of `series` that have any figure."""
    figures = Observation.objects.filter(series=series, breakdown=OuterRef("pk"))
    return list(Breakdown.objects.filter(Exists(figures), series=series))


def first_breakdown(series: Series, breakdowns: list[Breakdown]) -> Breakdown | None:
    """The group that pages show first: the one nearest to the defaults of the series."""
    ordered = sorted(breakdowns, key=lambda one: (-one.matches(series.defaults), str(one)))
    return next(iter(ordered), None)


def _countries(series: Series, breakdown: Breakdown | None) -> list[PlaceCode]:
    figures = Observation.objects.filter(
        series=series, breakdown=breakdown, place_code=OuterRef("pk")
    )
    rows = PlaceCode.objects.filter(Exists(figures), level=0).order_by("code", "version")
    return list(rows.select_related("place").prefetch_related("place__names"))


def shown_figures(observations: Iterable[Observation], decimals: int) -> Iterator[ShownFigure]:
    """Each of `observations` as a page prints it."""
    return (shown_figure(one, decimals) for one in observations)


@dataclass(frozen=True, slots=True)
class ShownChange:
    """A row of the preview: a staged figure and what is stored now, as printed."""

    figure: StagedFigure
    group: str
    before: str
    after: str


def shown_change(figure: StagedFigure, decimals: int) -> ShownChange:
    """`figure` as the preview prints it; it carries `before_value` and `before_flags`."""
    before = getattr(figure, "before_value", None), getattr(figure, "before_flags", None)
    after = figure_text(figure.value, figure.flags, decimals)
    return ShownChange(
        figure=figure,
        group=group_words(figure.breakdown),
        before="" if before[1] is None else figure_text(before[0], before[1], decimals),
        after="" if figure.change == StagedFigure.Change.GONE else after,
    )


def figure_text(value: float | None, flags: str, decimals: int) -> str:
    """A figure with its flags as Eurostat prints them: `9.4 b`, `: u`."""
    printed = ":" if value is None else number(value, decimals)
    return f"{printed} {flags}".strip()
