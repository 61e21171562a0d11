"""The ten figures of a region: its own, else those of what it lies in, else why there is none.

Of several series the order is: the region's own figure before that of what it lies in; the better
measure (a rate before a number of people); citizenship before country of birth; the newest
period; the better age; the code of the series. The page names the series that was taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from regin.apps.accounts.actor import Actor
from regin.apps.accounts.permissions import may
from regin.apps.common.models.text import Shown
from regin.apps.outcomes import permissions  # noqa: F401  # declares the rules that `may` asks
from regin.apps.outcomes.figure_reasons import advice_of, reason_of
from regin.apps.outcomes.figures import ShownFigure, shown_figure
from regin.apps.outcomes.gaps import UNRELIABLE
from regin.apps.outcomes.key_figures import KeyFigure, key_figures
from regin.apps.outcomes.known_figures import Candidate, Known, Rows, known_of
from regin.apps.outcomes.labels import group_words
from regin.apps.outcomes.models import Breakdown, Observation, Series
from regin.apps.outcomes.vintage import is_old
from regin.apps.regions.models import Place

Best = tuple[Series, Breakdown, Observation]


@dataclass(frozen=True, slots=True)
class RegionFigure:
    """One line of the panel: template `outcomes/_region_figures.html` draws it.

    `standing`: whose figure it is: `own`, `parent`, `national`, or empty: there is none, `shown`
    and all that belongs to it are None. `reason`: why the region has none of its own, empty when
    it has. `remark`: what has to be said of the figure. `advice` with `advice_url`: what to do
    about a line without a figure, or about an old one for who may.
    """

    key: str
    label: str
    standing: str
    shown: ShownFigure | None = None
    series: Series | None = None
    place: Place | None = None
    group: str = ""
    url: str = ""
    reason: str = ""
    remark: str = ""
    advice: str = ""
    advice_url: str = ""

    @property
    def text(self) -> str:
        return self.shown.text if self.shown else ""

    @property
    def period(self) -> str:
        return self.shown.observation.period if self.shown else ""

    @property
    def unit(self) -> Shown | None:
        return self.series.text("unit") if self.series else None

    @property
    def title(self) -> Shown | None:
        return self.series.text("title") if self.series else None

    @property
    def is_old(self) -> bool:
        """Whether the page has to say that there should be a newer one."""
        return bool(self.shown) and is_old(self.period)

    @property
    def is_unreliable(self) -> bool:
        return self.shown is not None and UNRELIABLE in self.shown.flags


def region_figures(place: Place, actor: Actor) -> list[RegionFigure]:
    """The ten figures of `place` from the series that `actor` may see, none left out.

    The number of queries does not grow with series, groups or years.
    """
    known = known_of(place, actor)
    return [_figure(wanted, known) for wanted in key_figures()]


def _figure(wanted: KeyFigure, known: Known) -> RegionFigure:
    """One line: the nearest place with a value, or the explanation."""
    candidates = known.candidates[wanted.key]
    for place in known.lineage.places:
        best = _best(candidates, known.rows, place)
        if best:
            return _shown(wanted, known, place, best)
    advice, address = advice_of(wanted, known)
    return RegionFigure(
        key=wanted.key,
        label=wanted.label,
        standing="",
        reason=reason_of(wanted, known),
        advice=advice,
        advice_url=address,
    )


def _best(candidates: Sequence[Candidate], rows: Rows, place: Place) -> Best | None:
    """The figure of `place` that is shown; None when no candidate has a value."""
    found = [
        (fit, series, breakdown, row)
        for fit, series, breakdown in candidates
        if (row := _newest(rows.get((breakdown.pk, place.pk), ())))
    ]
    # Sorting keeps the order of equals: the last sort decides first. Candidates come by code.
    found.sort(key=lambda one: one[0][2])
    found.sort(key=lambda one: one[3].period, reverse=True)
    found.sort(key=lambda one: one[0][:2])
    return found[0][1:] if found else None


def _newest(rows: Sequence[Observation]) -> Observation | None:
    return next((row for row in reversed(rows) if row.value is not None), None)


def _shown(wanted: KeyFigure, known: Known, place: Place, best: Best) -> RegionFigure:
    series, breakdown, row = best
    own = place == known.lineage.places[0]
    query = urlencode({"year": row.period, "group": breakdown.key})
    advice, address = _newer(known, series, row)
    return RegionFigure(
        key=wanted.key,
        label=wanted.label,
        standing="own" if own else "national" if place == known.lineage.country else "parent",
        shown=shown_figure(row, series.decimals),
        series=series,
        place=place,
        group=group_words(breakdown),
        url=f"{series.get_absolute_url()}?{query}",
        reason="" if own else reason_of(wanted, known),
        remark=_remark(wanted, series),
        advice=advice,
        advice_url=address,
    )


def _remark(wanted: KeyFigure, series: Series) -> str:
    """A number of people in a line that is meant for rates must not be read as one."""
    is_instead = series.measure == Series.Measure.COUNT != wanted.measures[0]
    return _("This is a number of people, not a rate.") if is_instead else ""


def _newer(known: Known, series: Series, row: Observation) -> tuple[str, str]:
    """Where to load a newer file, for who may, when the figure is old."""
    if not is_old(row.period) or not may(known.actor, "outcomes.import", series):
        return "", ""
    return _("Load a newer file."), reverse("outcomes:import", kwargs={"slug": series.slug})
