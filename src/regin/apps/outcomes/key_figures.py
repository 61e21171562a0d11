"""The ten figures of a region's panel: what each is, and which series and group can fill it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from django.utils.translation import gettext_lazy as _

from regin.apps.outcomes.models import Breakdown, Series

Fit = tuple[int, int, int]
"""How far from the best: (measure, way to say the people, age); 0 is the best."""

FIGURES: Final = Path(__file__).resolve().parent / "data" / "region_figures.json"
WORDS: Final = {
    "population": _("Total population"),
    "population_outside_eu": _("Population from outside the EU"),
    "unemployment": _("Unemployment: everybody"),
    "unemployment_outside_eu": _("Unemployment: people from outside the EU"),
    "unemployment_outside_eu_women": _("Unemployment: women from outside the EU"),
    "neet_nationals": _("Young people not in work, education or training: nationals"),
    "neet_outside_eu": _("Young people not in work, education or training: from outside the EU"),
    "neet_outside_eu_women": _(
        "Young people not in work, education or training: women from outside the EU"
    ),
    "poverty": _("Risk of poverty or social exclusion"),
    "urban_rural": _("Urban-rural type"),
}


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One of the ten. `measures` and the codes of each dimension: what it takes, best first.

    `groups`: ways to say the people meant, best first: by citizenship, else by country of birth.
    `table`: a table of Eurostat that has it, for who looks for one; empty when there is none.
    """

    key: str
    concept: str
    measures: tuple[str, ...]
    groups: tuple[Mapping[str, list[str]], ...]
    table: str

    @property
    def label(self) -> str:
        return str(WORDS[self.key])

    def fit(self, series: Series, breakdown: Breakdown) -> Fit | None:
        """How well `breakdown` of `series` fits; None: it is another figure."""
        if series.concept != self.concept or series.measure not in self.measures:
            return None
        measure = self.measures.index(series.measure)
        for place, codes in enumerate(self.groups):
            if all(breakdown.parts[name] in wanted for name, wanted in codes.items()):
                return measure, place, codes["age"].index(breakdown.age)
        return None


@cache
def key_figures() -> tuple[KeyFigure, ...]:
    """All ten, in the order in which a page shows them."""
    whole = json.loads(FIGURES.read_text(encoding="utf-8"))
    return tuple(
        KeyFigure(
            key=one["key"],
            concept=one["concept"],
            measures=tuple(one["measures"]),
            groups=tuple(
                people | {"sex": whole["sexes"][one["sex"]], "age": whole["ages"][one["age"]]}
                for people in whole["people"][one["people"]]
            ),
            table=one["table"],
        )
        for one in whole["figures"]
    )
