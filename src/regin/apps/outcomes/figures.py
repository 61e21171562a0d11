"""Figures and changes of figures as pages print them, with words for their codes."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from regin.apps.common.charts.numbers import number
from regin.apps.outcomes.gaps import UNRELIABLE
from regin.apps.outcomes.labels import flag_words, group_words, why_missing
from regin.apps.outcomes.models import Breakdown, Observation, Series, StagedFigure

MOST_DECIMALS = 12


@dataclass(frozen=True, slots=True)
class ShownFigure:
    """A figure with its words. `text` is empty when it is missing, and `reason` says why."""

    observation: Observation
    text: str
    flags: str
    flag_words: str
    reason: str

    @property
    def unreliable(self) -> bool:
        """Whether the source calls it so: it is printed with an outline."""
        return UNRELIABLE in self.flags


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


def breakdowns_with_figures(series: Series) -> list[Breakdown]:
    """The groups of people of `series` that have any figure."""
    figures = Observation.objects.filter(series=series, breakdown=OuterRef("pk"))
    return list(Breakdown.objects.filter(Exists(figures), series=series))


def first_breakdown(series: Series, breakdowns: list[Breakdown]) -> Breakdown | None:
    """The group that pages show first: the one nearest to the defaults, then to everybody."""
    wanted = list(series.defaults.items())

    def rank(breakdown: Breakdown) -> tuple[int, int, str]:
        parts = breakdown.parts
        near = sum(parts.get(name) == code for name, code in wanted)
        everybody = sum(code in {"T", "TOTAL"} for code in parts.values())
        return -near, -everybody, str(breakdown)

    return min(breakdowns, key=rank, default=None)


@dataclass(frozen=True, slots=True)
class ShownChange:
    """A row of the preview: a staged figure and what is stored now, as printed."""

    figure: StagedFigure
    group: str
    before: str
    after: str


def shown_change(figure: StagedFigure, decimals: int) -> ShownChange:
    """`figure` as the preview prints it; it carries `before_value` and `before_flags`.

    With as many decimals as the file has, since this is where a person checks the cell.
    """
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
    printed = ":" if value is None else number(value, decimals_of(value, decimals))
    return f"{printed} {flags}".strip()


def decimals_of(value: float, least: int) -> int:
    """Decimals that show `value` as its file wrote it, at least those of the series."""
    written = f"{value:.15g}"
    exponent = int(written.partition("e")[2] or 0)
    after = len(written.partition("e")[0].partition(".")[2])
    return min(max(least, after - exponent), MOST_DECIMALS)
