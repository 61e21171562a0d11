"""`rank_bounds`: the best and the worst rank each unit can have under admissible weights.

What is weighed are the parts of the root, and with noise further down all wholes above it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from regin.engine.aggregate_step import methods_by_level
from regin.engine.assumptions import Assumption, WeightNoise
from regin.engine.batch_ranks import Ranks
from regin.engine.errors import N_, Fault, Message, Value, register
from regin.engine.framework import Framework
from regin.engine.rank import SAME
from regin.engine.rank_extremes import is_swept, rank_extremes
from regin.engine.rank_frontier import OF_THE_ROOT, Frontier, frontier
from regin.engine.rank_programmes import EFFORT, MARGIN
from regin.engine.recipe import Recipe
from regin.engine.run import Run, run
from regin.engine.steps import Sheet, Weight
from regin.engine.table import Bools, Floats, Ints, Table

register(
    {
        "bounds_no_whole": Message(
            N_("There are no best and worst ranks: the root “%(node)s” is not made of parts."),
            N_("They tell what other weights of its parts would do."),
        ),
        "bounds_overall": Message(
            N_("There are no best and worst ranks: the overall score is made of “%(overall)s”."),
            N_('They are there when the recipe has [overall] of = "tree".'),
        ),
        "bounds_too_many": Message(
            N_("There are no best and worst ranks: %(pairs)s pairs of units are too many."),
            N_("They are there for up to %(most)s pairs."),
        ),
        "bounds_not_exact": Message(
            N_("Units whose best and worst ranks are bounds, which may be too wide: %(count)s."),
            N_("No admissible weights lead beyond them, but perhaps none lead as far."),
        ),
        "bounds_beyond": Message(
            N_(
                "Best and worst ranks are of the recipe as it is written; these assumptions may"
                " lead beyond them: %(names)s."
            ),
            N_("For what they do, see min and max in ranks.csv."),
        ),
    }
)

MOST_PAIRS = 4_000_000
"""Pairs of units (within their periods) above which there are no bounds."""


@dataclass(frozen=True, eq=False)
class RankBounds:
    """Best and worst possible rank of each row of the table, (rows,), 0 = no rank.

    `says` tells which weights were admissible, how it was computed and which units have bounds
    instead of exact ranks, ready for JSON.
    """

    best: Ranks
    worst: Ranks
    says: Mapping[str, object]
    warnings: tuple[Fault, ...] = ()


def rank_bounds(
    table: Table,
    framework: Framework,
    recipe: Recipe,
    assumptions: Sequence[Assumption],
    *,
    tables: Mapping[str, Sheet] | None = None,
) -> RankBounds:
    """Best and worst rank of each row, within its period, under admissible weights.

    Admissible with noise: every node at a level with noise has its weight in force times 1 - noise
    to 1 + noise (several noises multiply), every other node its weight. Without any noise: all
    weights >= 0 of the direct parts of the root. Parts of weight 0 stay out. All else is as in the
    recipe; assumptions about anything but noise are named in a warning. Ties share the best rank.
    Rows with gaps among the parts keep a score over those they have; their ranks may be bounds.
    Rows without an overall score have no rank and count against nobody. Empty (all 0) with a
    warning where the root is no arithmetic or geometric mean, where a whole whose parts' weights
    differ below it is no arithmetic one, or where the overall is not made of the tree. Raises
    FaultsError as `run` does.
    """
    done = run(table, framework, recipe, tables)
    nothing = np.zeros(len(table.units), dtype=np.int32)
    against = _against(framework, recipe)
    if against is not None:
        return _empty(nothing, against)
    place = max(n for n, step in enumerate(recipe.steps) if step.do == "aggregate")
    found = _frontier(done, place, assumptions)
    if isinstance(found, Fault):
        return _empty(nothing, found)
    rows, scores, ranks = _scored(done, place, found)
    periods = [np.intersect1d(rows, of_period) for of_period in table.period_rows]
    pairs = sum(len(one) ** 2 for one in periods)
    if pairs > MOST_PAIRS:
        return _empty(nothing, Fault("bounds_too_many", {"pairs": pairs, "most": MOST_PAIRS}))
    best, worst, exact = nothing.copy(), nothing.copy(), np.ones(len(nothing), dtype=bool)
    for one in periods:
        made = rank_extremes(scores[one], found.tree, EFFORT // len(periods))
        # The weights in force are admissible, so rounding must not put their rank outside.
        best[one] = np.minimum(made.best, ranks[one])
        worst[one] = np.maximum(made.worst, ranks[one])
        exact[one] = made.exact
    beyond = [one.name for one in assumptions if not isinstance(one, WeightNoise)]
    says = _says(table, found, best, exact) | {"not_included": beyond}
    return RankBounds(best, worst, says, _warnings(beyond, int((~exact).sum())))


def _empty(nothing: Ranks, why: Fault) -> RankBounds:
    says: dict[str, object] = {"weights": None, "method": None, "exact": None, "why": str(why)}
    return RankBounds(nothing, nothing.copy(), says, (why,))


def _warnings(beyond: Sequence[str], rough: int) -> tuple[Fault, ...]:
    warnings = [Fault("bounds_beyond", {"names": ", ".join(beyond)})] if beyond else []
    if rough:
        warnings.append(Fault("bounds_not_exact", {"count": rough}))
    return tuple(warnings)


def _against(framework: Framework, recipe: Recipe) -> Fault | None:
    """What makes bounds impossible, told by structure and recipe alone."""
    root = framework.root.code
    steps = [step for step in recipe.steps if step.do == "aggregate"]
    if not steps or root not in framework.children:
        return Fault("bounds_no_whole", {"node": root})
    if recipe.overall != "tree":
        return Fault("bounds_overall", {"overall": recipe.overall})
    method = methods_by_level(framework, steps[-1])[framework.root.level or 0]
    if method not in OF_THE_ROOT:
        params: dict[str, Value] = {"node": root, "method": method}
        return Fault("bounds_method", params | {"known": ", ".join(OF_THE_ROOT)})
    return None


def _frontier(done: Run, place: int, assumptions: Sequence[Assumption]) -> Frontier | Fault:
    """Where weights differ, with those in force before the step `place`, or why there is none."""
    framework = done.framework
    force: Mapping[str, Weight] = {node.code: node.weight for node in framework.placed}
    for result in done.steps[:place]:
        force = result.weights if result.weights is not None else force
    noise = [one for one in assumptions if isinstance(one, WeightNoise)]
    methods = methods_by_level(framework, done.recipe.steps[place])
    return frontier(framework, force, methods, noise)


def _scored(done: Run, place: int, found: Frontier) -> tuple[Ints, Floats, Ranks]:
    """Rows of the input with an overall score; for all rows the leaves' scores and the rank."""
    number = {key: row for row, key in enumerate(done.table.keys)}
    before, after = done.steps[place].table, done.scores.table
    scores = np.full((len(number), found.tree.leaves), np.nan)
    scores[[number[key] for key in before.keys]] = found.scores(before)
    ranks = np.zeros(len(number), dtype=np.int32)
    column = done.scores.ranks[:, done.scores.codes.index(done.framework.root.code)]
    ranks[[number[key] for key in after.keys]] = np.where(np.isnan(column), 0, column)
    return np.flatnonzero(ranks), scores, ranks


def _says(table: Table, found: Frontier, best: Ranks, exact: Bools) -> dict[str, object]:
    tree, rough = found.tree, [table.keys[row] for row in np.flatnonzero(~exact)]
    limits = zip(found.codes, tree.low.tolist(), tree.high.tolist(), strict=True)
    method, tolerance = "pairs and programmes", MARGIN
    if is_swept(tree) or tree.logarithms:
        method, tolerance = "crossings" if is_swept(tree) else "intervals", SAME
    return {
        "weights": "noise" if found.noisy else "any",
        "parts": [{"code": code, "low": low, "high": high} for code, low, high in limits],
        "method": method,
        "tolerance": tolerance,
        "exact": not rough,
        "ranked": int((best > 0).sum()),
        "bounds_only": [{"unit": unit, "period": period} for unit, period in rough],
    }
