"""What a reader chose to see of a series; the address of the page holds all of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from regin.apps.outcomes.figures import breakdowns_with_figures, first_breakdown
from regin.apps.outcomes.gaps import GapPair, gap_pairs
from regin.apps.outcomes.labels import group_words
from regin.apps.outcomes.models import Breakdown, Series
from regin.apps.outcomes.reach import Country, Reach, reach_of

MAP, RANKING, CHANGE, SPREAD, TABLE, ABOUT = "map", "ranking", "change", "spread", "table", "about"
VIEWS = {
    MAP: gettext_lazy("Map"),
    RANKING: pgettext_lazy("view of a statistic", "Ranking"),
    CHANGE: pgettext_lazy("view of a statistic", "Change"),
    SPREAD: pgettext_lazy("view of a statistic", "Spread"),
    TABLE: pgettext_lazy("view of a statistic", "Table"),
    ABOUT: pgettext_lazy("view of a statistic", "About and method"),
}
DRAWN = (MAP, RANKING, CHANGE, SPREAD)
VALUE, POINTS, RATIO = "value", "points", "ratio"
SORTS = ("code", "-code", "value", "-value")
ALL_LEVELS = "all"
# Level 2 is the one that statistics by region are usually published for.
LEVELS_IN_ORDER = (2, 3, 1, 0)
MOST_MARKED = 12


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a field."""

    value: str
    label: str
    is_chosen: bool


LONGEST_SHOWN = 40


@dataclass(slots=True)
class Selection:
    """What a reader chose, with what nobody may choose put right silently: links stay usable.

    `asked`: the query of the address. `breakdown` is None for a series without figures, `pair`
    unless a gap between two groups is shown. `level` None: all of them. `marked`: codes of the
    regions that the reader wants to stand out. Three queries, whatever the series holds.
    """

    series: Series
    asked: Mapping[str, str]
    view: str = field(init=False)
    breakdowns: list[Breakdown] = field(init=False)
    breakdown: Breakdown | None = field(init=False)
    pairs: list[GapPair] = field(init=False)
    pair: GapPair | None = field(init=False)
    show: str = field(init=False)
    period: str = field(init=False)
    reach: Reach = field(init=False)
    level: int | None = field(init=False)
    country: str = field(init=False)
    marked: tuple[str, ...] = field(init=False)
    sort: str = field(init=False)

    def __post_init__(self) -> None:
        self.view = _known(self.asked.get("view", ""), VIEWS)
        self.breakdowns = breakdowns_with_figures(self.series)
        self.breakdown = self._chosen_breakdown()
        self.pairs = gap_pairs(self.series, self.breakdowns)
        self.show = _known(self.asked.get("show", ""), self._shows())
        self.pair = self._chosen_pair() if self.show != VALUE else None
        self.period = _known(self.asked.get("year", ""), self.periods)
        self.reach = reach_of(self.series, self.groups)
        self.level = self._chosen_level()
        country = self.asked.get("country", "")
        self.country = country if country in self.reach.country_codes else ""
        self.marked = self._chosen_regions()
        self.sort = _known(self.asked.get("sort", ""), SORTS)

    @property
    def not_known(self) -> list[str]:
        """Parts of the address that name nothing here, so that something else is shown."""
        known = {
            "view": set(VIEWS),
            "year": set(self.periods),
            "group": {one.key for one in self.breakdowns},
            "pair": {one.key for one in self.pairs},
            "country": self.reach.country_codes,
            "level": {ALL_LEVELS, *map(str, self.reach.levels)},
        }
        strange = [
            f"{name}={self.asked[name][:LONGEST_SHOWN]}"
            for name, values in known.items()
            if self.asked.get(name) and self.asked[name] not in values
        ]
        regions = [code for code in self._asked_regions() if code not in self.reach.codes]
        return strange + [f"regions={code[:LONGEST_SHOWN]}" for code in regions[:MOST_MARKED]]

    @property
    def periods(self) -> list[str]:
        """Every period that has a figure, newest first."""
        return list(self.series.coverage.get("periods", []))

    @property
    def groups(self) -> tuple[Breakdown, ...]:
        """The groups of people whose figures are shown: one, or the two of a gap."""
        if self.pair is not None:
            return self.pair.first, self.pair.second
        return (self.breakdown,) if self.breakdown else ()

    @property
    def group_words(self) -> str:
        """The people that the figures are about."""
        if self.pair is not None:
            return str(self.pair.words)
        return group_words(self.breakdown) if self.breakdown else ""

    def _chosen_breakdown(self) -> Breakdown | None:
        asked = self.asked.get("group", "")
        chosen = [one for one in self.breakdowns if one.key == asked]
        return next(iter(chosen), None) or first_breakdown(self.series, self.breakdowns)

    def _shows(self) -> tuple[str, ...]:
        return (VALUE, POINTS, RATIO) if self.pairs else (VALUE,)

    def _chosen_pair(self) -> GapPair:
        """The pair that was asked for, else one about the chosen group, else the first."""
        asked = self.asked.get("pair", "")
        named = [one for one in self.pairs if one.key == asked]
        about = [one for one in self.pairs if self.breakdown in (one.first, one.second)]
        return next(iter([*named, *about, *self.pairs]))

    def _chosen_level(self) -> int | None:
        asked = self.asked.get("level", "")
        if asked == ALL_LEVELS and self.view == TABLE:
            return None
        known = {str(level): level for level in self.reach.levels}
        usual = [level for level in LEVELS_IN_ORDER if level in self.reach.levels]
        return known.get(asked, next(iter([*usual, *self.reach.levels]), None))

    def _asked_regions(self) -> list[str]:
        asked = self.asked.get("regions", "").replace(",", " ").split()
        return list(dict.fromkeys(asked))

    def _chosen_regions(self) -> tuple[str, ...]:
        known = (code for code in self._asked_regions() if code in self.reach.codes)
        return tuple(code for code, _number in zip(known, range(MOST_MARKED), strict=False))

    # --- the choice as an address ---------------------------------------------

    def query(self, **changes: str) -> dict[str, str]:
        """The whole choice as the query of an address; `changes` replace parts, "" drops one."""
        pairs = {
            "view": self.view,
            "year": self.period,
            "show": self.show if self.pair else "",
            "pair": self.pair.key if self.pair else "",
            "group": self.breakdown.key if self.breakdown and not self.pair else "",
            "country": self.country,
            "level": self.level_text,
            "regions": " ".join(self.marked),
            "sort": self.sort if self.view == TABLE and self.sort != SORTS[0] else "",
        }
        return {name: value for name, value in (pairs | changes).items() if value}

    @property
    def level_text(self) -> str:
        """The level as an address carries it; empty for a series without figures."""
        if self.level is not None:
            return str(self.level)
        return ALL_LEVELS if self.reach.levels else ""

    def address(self, route: str = "detail", **changes: str) -> str:
        """The page of the series, or another address of it, with this choice."""
        path = reverse(f"outcomes:{route}", kwargs={"slug": self.series.slug})
        return f"{path}?{urlencode(self.query(**changes))}"

    def tabs(self) -> list[tuple[str, str, bool]]:
        """The views: (address, words, whether it is this one)."""
        return [
            (self.address(view=view, sort=""), str(words), view == self.view)
            for view, words in VIEWS.items()
        ]

    def toggled(self, code: str) -> str:
        """The address with the region `code` marked, or no longer marked."""
        others = [one for one in self.marked if one != code]
        kept = others if code in self.marked else [*others[: MOST_MARKED - 1], code]
        return self.address(regions=" ".join(kept))

    # --- the fields of the form ------------------------------------------------

    def group_choices(self) -> list[Choice]:
        """Every group of people that has figures."""
        return [Choice(one.key, group_words(one), one == self.breakdown) for one in self.breakdowns]

    def pair_choices(self) -> list[Choice]:
        """Every two groups between which there is a gap."""
        return [Choice(one.key, str(one.words), one == self.pair) for one in self.pairs]

    def show_choices(self) -> list[Choice]:
        """The figures themselves, or the gap between two groups; empty where there is none."""
        if not self.pairs:
            return []
        is_share = self.series.measure == Series.Measure.SHARE
        words = {
            VALUE: _("the figures of one group"),
            POINTS: _("the gap between two groups, in points")
            if is_share
            else _("the gap between two groups, as a difference"),
            RATIO: _("the gap between two groups, as a ratio"),
        }
        return [Choice(one, words[one], one == self.show) for one in self._shows()]

    def period_choices(self) -> list[Choice]:
        """Every period that has figures, oldest first, as time runs."""
        return [Choice(one, one, one == self.period) for one in reversed(self.periods)]

    def country_choices(self, countries: Iterable[Country]) -> list[Choice]:
        """All countries, then each."""
        every = Choice("", _("All countries"), not self.country)
        ordered = sorted(countries, key=lambda one: one.name)
        return [every, *(Choice(one.code, one.name, one.code == self.country) for one in ordered)]

    def level_choices(self) -> list[Choice]:
        """Every level of regions that has figures; the table also has all of them at once."""
        known = [
            Choice(str(level), level_words(level), level == self.level)
            for level in self.reach.levels
        ]
        if self.view != TABLE or len(known) < 2:
            return known
        return [*known, Choice(ALL_LEVELS, _("all levels"), self.level is None)]


def level_words(level: int) -> str:
    """“countries”, “regions of level 2”."""
    if level == 0:
        return _("countries")
    return _("regions of level %(level)d") % {"level": level}


def _known(asked: str, known: Iterable[str]) -> str:
    """`asked` where it is known, else the first; empty where nothing is known."""
    known = list(known)
    return asked if asked in known else next(iter(known), "")
