"""`compare`: what differs between two runs, in their recipes and in their scores and ranks."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np

from regin.engine import known_steps  # noqa: F401  # importing them registers them
from regin.engine.correlate import LEAST, correlate
from regin.engine.steps import STEPS
from regin.engine.table import Floats, Ints

Key: TypeAlias = tuple[str, str, str]
"""Unit, period, code."""

FoundIn = Literal["both", "1", "2"]

WRITTEN = "do"
"""The name of a step among its fields."""


@dataclass(frozen=True, eq=False)
class KeptScores:
    """Scores as a file of results keeps them: one entry a unit, period and code, each key once.

    `levels` has None for a part of an axis; `values` and `ranks`, (entries,), are NaN where
    missing; `n_observed` and `n_expected` count answers.
    """

    keys: tuple[Key, ...]
    levels: tuple[int | None, ...]
    values: Floats
    ranks: Floats
    n_observed: Ints
    n_expected: Ints

    @cached_property
    def root(self) -> str:
        """Code of the overall score: the only one at the highest level. Empty without entries."""
        placed = [(level, key[2]) for key, level in zip(self.keys, self.levels, strict=True)]
        known = [(level, code) for level, code in placed if level is not None]
        return max(known, key=lambda one: one[0])[1] if known else ""


@dataclass(frozen=True)
class ScoreDifference:
    """One score in both runs; NaN where it is missing. Differences are second less first.

    `found_in` is "1" or "2" where only that run has such a unit, period or code at all.
    """

    unit: str
    period: str
    code: str
    level: int | None
    values: tuple[float, float]
    ranks: tuple[float, float]
    found_in: FoundIn = "both"

    @property
    def score_difference(self) -> float:
        """How much higher the score is in the second run."""
        return self.values[1] - self.values[0]

    @property
    def rank_difference(self) -> float:
        """How many places further down the unit stands in the second run."""
        return self.ranks[1] - self.ranks[0]

    @property
    def same(self) -> bool:
        """Whether both runs have it, with the same score and rank."""
        return self.found_in == "both" and self.same_score and self.same_rank

    @property
    def same_score(self) -> bool:
        """Whether the score is the same in both, or missing in both."""
        return _alike(self.values)

    @property
    def same_rank(self) -> bool:
        """Whether the rank is the same in both, or missing in both."""
        return _alike(self.ranks)


def _alike(pair: tuple[float, float]) -> bool:
    return pair[0] == pair[1] or (math.isnan(pair[0]) and math.isnan(pair[1]))


def compare_scores(one: KeptScores, two: KeptScores) -> Iterator[ScoreDifference]:
    """Yield every score of both runs: in the order of the first, then what only the second has."""
    places = {key: place for place, key in enumerate(two.keys)}
    nan = math.nan
    for here, key in enumerate(one.keys):
        there = places.pop(key, None)
        values, ranks = float(one.values[here]), float(one.ranks[here])
        if there is None:
            yield ScoreDifference(*key, one.levels[here], (values, nan), (ranks, nan), "1")
            continue
        pairs = (values, float(two.values[there])), (ranks, float(two.ranks[there]))
        yield ScoreDifference(*key, one.levels[here], *pairs)
    for key, there in places.items():
        values, ranks = float(two.values[there]), float(two.ranks[there])
        yield ScoreDifference(*key, two.levels[there], (nan, values), (nan, ranks), "2")


@dataclass(frozen=True)
class RankAgreement:
    """How far the overall ranks of one period agree, over the `n` units ranked in both runs.

    `spearman` is the rank correlation, NaN for fewer than three units or where all ranks of a run
    are the same. `changed` counts ranks that differ; `largest` is the largest shift, at `units`.
    """

    period: str
    n: int
    changed: int
    largest: int
    units: tuple[str, ...]
    spearman: float


def rank_agreements(one: KeptScores, two: KeptScores) -> tuple[RankAgreement, ...]:
    """Agreement of the overall ranks in each period of the first run that the second has too.

    The overall score is that of each run's own root, whatever its code.
    """
    first, second = _overall(one), _overall(two)
    shared = [key for key in first if key in second]
    found = []
    for period in dict.fromkeys(period for _, period in shared):
        units = [unit for unit, own in shared if own == period]
        ranks = [[run[unit, period] for run in (first, second)] for unit in units]
        found.append(_agreement(period, units, np.array(ranks, dtype=np.float64)))
    return tuple(found)


def _overall(run: KeptScores) -> dict[tuple[str, str], float]:
    ranks = zip(run.keys, run.ranks.tolist(), strict=True)
    return {key[:2]: rank for key, rank in ranks if key[2] == run.root}


def _agreement(period: str, units: Sequence[str], ranks: Floats) -> RankAgreement:
    ranked = np.flatnonzero(~np.isnan(ranks).any(axis=1))
    own = ranks[ranked]
    shift = np.abs(own[:, 1] - own[:, 0])
    largest = int(shift.max(initial=0))
    moved = ranked[shift == largest] if largest else ranked[:0]
    spearman = float(correlate(own, "spearman").r[0, 1]) if len(own) >= LEAST else math.nan
    furthest = tuple(units[int(place)] for place in moved)
    changed = int(np.count_nonzero(shift))
    return RankAgreement(period, len(own), changed, largest, furthest, spearman)


@dataclass(frozen=True)
class RecipeDifference:
    """A field that two recipes write differently; None where one does not write it.

    `place_1` and `place_2` are those of the step `do`, None for a switch of the whole recipe and
    where only one recipe has the step (then `field` is “do”). `default` is what the field is where
    it is not written, today: an earlier version may have had another.
    """

    place_1: int | None
    place_2: int | None
    do: str
    field: str
    value_1: object
    value_2: object
    default: object = None


Steps = Sequence[Mapping[str, object]]


def compare_recipes(
    one: Mapping[str, object], two: Mapping[str, object]
) -> Iterator[RecipeDifference]:
    """Yield what differs between two recipes, as `Recipe.as_dict` gives them, field by field.

    Steps are paired in order, so that one put in between does not make all later ones differ. A
    step at another place only is no difference of its own: its neighbours are.
    """
    first, second = (list(_switches(recipe)) for recipe in (one, two))
    for (name, value), (_, other) in zip(first, second, strict=True):
        if value != other:
            yield RecipeDifference(None, None, "", name, value, other)
    for here, there in _paired(_steps(one), _steps(two)):
        yield from _step_differences(here, there)


def _switches(recipe: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    overall = recipe.get("overall")
    yield "no_competence", recipe.get("no_competence")
    yield "overall.of", overall.get("of") if isinstance(overall, Mapping) else overall


def _steps(recipe: Mapping[str, object]) -> Steps:
    steps = recipe.get("step")
    return steps if isinstance(steps, list) else []


Placed: TypeAlias = tuple[int, Mapping[str, object]]


def _paired(one: Steps, two: Steps) -> Iterator[tuple[Placed | None, Placed | None]]:
    """Yield steps side by side, None where one has no partner of the same kind."""
    names, others = ([str(step.get(WRITTEN)) for step in steps] for steps in (one, two))
    first, second = (list(enumerate(steps, start=1)) for steps in (one, two))
    matcher = difflib.SequenceMatcher(a=names, b=others, autojunk=False)
    for _, low, high, low_2, high_2 in matcher.get_opcodes():
        here, there = first[low:high], second[low_2:high_2]
        if names[low:high] == others[low_2:high_2]:
            yield from zip(here, there, strict=True)
        else:
            yield from ((step, None) for step in here)
            yield from ((None, step) for step in there)


def _step_differences(here: Placed | None, there: Placed | None) -> Iterator[RecipeDifference]:
    if here is None or there is None:
        do = str((here or there or (0, {}))[1].get(WRITTEN))
        (place, step), (place_2, step_2) = here or (None, None), there or (None, None)
        yield RecipeDifference(place, place_2, do, WRITTEN, step, step_2)
        return
    do, fields = str(here[1].get(WRITTEN)), dict.fromkeys((*here[1], *there[1]))
    for name in fields:
        values = here[1].get(name), there[1].get(name)
        if told(values[0]) != told(values[1]):
            default = _default(do, name, {**here[1], **there[1]})
            yield RecipeDifference(here[0], there[0], do, name, *values, default)


def told(value: object) -> object:
    """Return a value to compare: true is not 1, but 1 is 1.0, as everywhere in a recipe."""
    return (isinstance(value, bool), value)


def _default(do: str, name: str, written: Mapping[str, object]) -> object:
    if do not in STEPS:
        return None
    known = STEPS.get(do).all_fields(written)
    return known[name].default if name in known else None
