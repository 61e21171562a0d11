"""`robustness`: how ranks hold when choices that could be otherwise are made otherwise."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from regin.engine.assumptions import Assumption
from regin.engine.batch_ranks import Ranks
from regin.engine.design import BLOCK_A, BLOCK_B, MIXED, Design, quasi_random
from regin.engine.display import html_table
from regin.engine.errors import N_, Fault, FaultsError, Message, Value, register
from regin.engine.framework import Framework
from regin.engine.rank_statistics import (
    MOST_COMPARISONS,
    Pairs,
    RankStatistics,
    comparisons,
    pairs,
    rank_statistics,
)
from regin.engine.rank_store import RankStore
from regin.engine.recipe import Recipe
from regin.engine.replication import Drawn, Inputs, Replication
from regin.engine.run import run_faults
from regin.engine.sensitivity import Indices, sensitivity
from regin.engine.steps import Sheet
from regin.engine.table import Bools, Floats, Ints, Table
from regin.engine.workers import HERE, Where, computed, tasks

register(
    {
        "sensitivity_left_out": Message(
            N_("Sensitivity was left out: it would take %(runs)s draws of %(rows)s rows."),
            N_("Ask for it with --sensitivity, or use fewer draws."),
        ),
        "pairs_left_out": Message(
            N_("Pairs that cannot be told apart were left out: there are too many pairs."),
            N_("Use fewer draws, or fewer units."),
        ),
        "constant_outcome": Message(
            N_("Outcomes that never change, so that their sensitivity indices are 0: %(count)s."),
            N_("They do not depend on the assumptions."),
        ),
        "unit_indices_left_out": Message(
            N_("Units without sensitivity indices, having no rank in some draws: %(count)s."),
            N_("See p_ranked in ranks.csv for the share of draws in which they have one."),
        ),
        "shift_undefined": Message(
            N_(
                "The mean rank shift has no sensitivity indices: draws in which no unit has a"
                " rank: %(count)s."
            ),
            N_("Take out the alternatives that leave no score, such as weights that are all 0."),
        ),
        "never_ranked": Message(
            N_("No unit has a score, so there is nothing to rank."),
            N_("Look at the scores first: regin score."),
        ),
    }
)

LARGE = 2e8
"""Ranks (draws x rows) above which sensitivity is computed only when it is asked for."""
MOST_UNITS = 5000
"""Units above which sensitivity is told of the mean rank shift alone."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Options:
    """`draws` and `seed` of the design; `wants_sensitivity` None: unless it is very large."""

    draws: int = 1000
    seed: int = 1
    wants_sensitivity: bool | None = None
    keep_draws: bool = False
    where: Where = HERE


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """Indices of the outputs `names`: mean_rank_shift, then units."""

    names: tuple[str, ...]
    assumptions: tuple[str, ...]
    indices: Indices


@dataclass(frozen=True, eq=False)
class Robustness:
    """What the draws show. Rows are those of `table`.

    `shift`: (draws,) mean over rows of |rank - nominal rank|. `convergence`: the largest and the
    mean change of a mean rank between the first part of the draws and all of them.
    `draw_ranks` and `draw_scores`, (draws, rows), only when they were asked for.
    """

    table: Table
    design: Design
    nominal: Ranks
    nominal_scores: Floats
    statistics: RankStatistics
    draws: int
    shift: Floats
    sensitivity: Sensitivity | None
    pairs: Pairs | None
    convergence: tuple[Mapping[str, float], ...]
    warnings: tuple[Fault, ...]
    seconds: Mapping[str, float]
    spilled: int
    draw_ranks: Ranks | None = None
    draw_scores: Floats | None = None

    def _repr_html_(self) -> str:
        """Show the rank of each unit with its interval in a notebook."""
        held, order = self.statistics, np.argsort(self.statistics.mean, kind="stable")
        rows = (
            [
                unit_labels(self.table)[row],
                int(self.nominal[row]) or None,
                float(held.quantiles["median"][row]),
                float(held.quantiles["q05"][row]),
                float(held.quantiles["q95"][row]),
            ]
            for row in order.tolist()
        )
        headings = ["unit", "rank", "median", "5 %", "95 %"]
        return html_table(headings, rows, len(order), f"{self.draws} draws")


def robustness(
    table: Table,
    framework: Framework,
    recipe: Recipe,
    assumptions: Sequence[Assumption],
    options: Options | None = None,
    *,
    design: Design | None = None,
    tables: Mapping[str, Sheet] | None = None,
    progress: Progress | None = None,
) -> Robustness:
    """Compute `recipe` again and again with other choices, and tell what happens to the ranks.

    The statistics are of the draws of block A (all draws of a `design` without blocks). The same
    input and seed give the same bits, whatever `options.where` says. Raises FaultsError with
    everything that stands against the recipe, with or without an alternative.
    """
    options = options or Options()
    start = time.perf_counter()
    faults = run_faults(table, framework, recipe, tables)
    if faults:
        raise FaultsError(faults)
    warnings: list[Fault] = []
    if design is None:
        wanted = _wanted(table, assumptions, options, warnings)
        design = quasi_random(assumptions, options.draws, options.seed, sensitivity=wanted)
    warnings += [Fault("design_unknown", {"name": name}) for name in design.others]
    sets = int(design.positions.max(initial=1))
    inputs = Inputs(table, framework, recipe, tuple(assumptions), options.seed, sets, tables or {})
    replication = Replication(inputs)
    nominal = replication.nominal()
    if not nominal.ranks.any():
        raise FaultsError([Fault("never_ranked")])
    with RankStore(len(design.positions), len(table.units)) as store:
        draws = _Draws(store, nominal, table, options)
        return draws.gathered(replication, design, warnings, progress=progress, start=start)


def _wanted(
    table: Table, assumptions: Sequence[Assumption], options: Options, warnings: list[Fault]
) -> bool:
    if options.wants_sensitivity is not None:
        return options.wants_sensitivity
    runs = options.draws * (len(assumptions) + 2)
    if runs * len(table.units) <= LARGE:
        return True
    params: dict[str, Value] = {"runs": runs, "rows": len(table.units)}
    warnings.append(Fault("sensitivity_left_out", params))
    return False


def _own_draws(design: Design) -> Ints:
    """Draws the statistics are of: block A, else all."""
    return design.blocks.get(BLOCK_A, np.arange(len(design.positions)))


@dataclass(eq=False)
class _Draws:
    """Collects what the draws bring."""

    store: RankStore
    recipe: Drawn
    table: Table
    options: Options
    shift: Floats = field(init=False)
    ranked: list[Ints] = field(init=False)
    scores: Floats | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.shift = np.full(self.store.draws, np.nan)
        self.ranked = [np.zeros(self.store.draws, np.int64) for _ in self.table.period_rows]
        if self.options.keep_draws:
            self.scores = np.full((self.store.draws, self.store.rows), np.nan)

    @property
    def nominal(self) -> Ranks:
        """Ranks of the recipe as it is written."""
        return np.asarray(self.recipe.ranks[0])

    def gathered(
        self,
        replication: Replication,
        design: Design,
        warnings: list[Fault],
        *,
        progress: Progress | None,
        start: float,
    ) -> Robustness:
        """Compute every draw, those the statistics are of first, and tell what they show."""
        own = _own_draws(design)
        self.compute(replication, design, own, progress)
        statistics, near = self.statistics(own), self.pairs(own, warnings)
        settled = time.perf_counter()
        others = np.setdiff1d(np.arange(len(design.positions)), own)
        self.compute(replication, design, others, progress)
        indices = self.sensitivity(design, self.options.seed, warnings) if design.blocks else None
        return Robustness(
            self.table,
            design,
            self.nominal,
            self.recipe.scores[0],
            statistics,
            len(own),
            self.shift,
            indices,
            near,
            self.convergence(own),
            tuple(warnings),
            {"ranks": settled - start, "all": time.perf_counter() - start},
            self.store.spilled,
            self.all_ranks() if self.options.keep_draws else None,
            self.scores,
        )

    def compute(
        self, replication: Replication, design: Design, draws: Ints, progress: Progress | None
    ) -> None:
        """Compute the draws numbered `draws` and keep their ranks."""
        if not len(draws):
            return
        work = tasks(replication, design.positions[draws])
        done, total = 0, len(draws)
        for one in computed(
            replication, work, keep_scores=self.scores is not None, where=self.options.where
        ):
            self._take(draws[one.draws], one.ranks, one.scores)
            done += len(one.draws)
            if progress is not None:
                progress(done, total)

    def _take(self, draws: Ints, ranks: Ranks, scores: Floats | None) -> None:
        self.store.put(draws, ranks)
        both = (ranks > 0) & (self.nominal > 0)
        apart = np.where(both, np.abs(ranks - self.nominal), 0).sum(axis=1)
        count = both.sum(axis=1)
        self.shift[draws] = np.divide(
            apart, count, out=np.full(len(draws), np.nan), where=count > 0
        )
        for number, rows in enumerate(self.table.period_rows):
            self.ranked[number][draws] = (ranks[:, rows] > 0).sum(axis=1)
        if self.scores is not None and scores is not None:
            self.scores[draws] = scores

    def statistics(self, draws: Ints) -> RankStatistics:
        """Statistics over `draws`."""
        counts = [one[draws] for one in self.ranked]
        return rank_statistics(self.store, draws, self.table.period_rows, counts)

    def pairs(self, draws: Ints, warnings: list[Fault]) -> Pairs | None:
        """Pairs that cannot be told apart, None when there are too many to look at."""
        too_many = comparisons(self.store, len(draws), self.table.period_rows) > MOST_COMPARISONS
        if too_many or self.store.spilled:
            warnings.append(Fault("pairs_left_out"))
            return None
        return pairs(self.all_ranks()[draws], self.table.period_rows)

    def all_ranks(self) -> Ranks:
        """Ranks of all draws, (draws, rows)."""
        return np.hstack([ranks for _, ranks in self.store.blocks()])

    def convergence(self, draws: Ints) -> tuple[Mapping[str, float], ...]:
        """Change of the mean ranks from a quarter and half of the draws to all of them."""
        found = []
        for share in (4, 2):
            part = draws[: max(len(draws) // share, 1)]
            change = [
                np.abs(_means(ranks[part]) - _means(ranks[draws]))
                for _, ranks in self.store.blocks()
            ]
            apart = np.concatenate(change)
            apart = apart[~np.isnan(apart)]
            largest, mean = (float(apart.max()), float(apart.mean())) if len(apart) else (0.0, 0.0)
            found.append({"draws": len(part), "largest_change": largest, "mean_change": mean})
        return tuple(found)

    def sensitivity(self, design: Design, seed: int, warnings: list[Fault]) -> Sensitivity:
        """Indices of the mean rank shift, and of each unit's rank."""
        names, outputs = ["mean_rank_shift"], [self.shift[:, None]]
        if self.store.rows <= MOST_UNITS:
            ranks = self.all_ranks().astype(np.float64)
            complete: Bools = np.all(ranks > 0, axis=0)
            labels = unit_labels(self.table)
            names += [label for label, whole in zip(labels, complete, strict=True) if whole]
            outputs.append(ranks[:, complete])
            if not complete.all():
                params: dict[str, Value] = {"count": int((~complete).sum())}
                warnings.append(Fault("unit_indices_left_out", params))
        values = np.hstack(outputs)
        mixed = [values[design.blocks[MIXED + name]] for name in design.names]
        a, b = values[design.blocks[BLOCK_A]], values[design.blocks[BLOCK_B]]
        indices = sensitivity(a, b, np.stack(mixed), seed)
        empty = int(np.isnan(self.shift).sum())
        if empty:
            warnings.append(Fault("shift_undefined", {"count": empty}))
        if indices.constant.any():
            count: dict[str, Value] = {"count": int(indices.constant.sum())}
            warnings.append(Fault("constant_outcome", count))
        return Sensitivity(tuple(names), design.names, indices)


def _means(ranks: Ranks) -> Floats:
    counts = (ranks > 0).sum(axis=0)
    out = np.full(ranks.shape[1], np.nan)
    total = ranks.sum(axis=0, dtype=np.int64)
    return np.asarray(np.divide(total, counts, out=out, where=counts > 0))


def unit_labels(table: Table) -> tuple[str, ...]:
    """Name of each row as an output: the unit, with its period where there are periods."""
    return tuple(f"{unit} {period}" if period else unit for unit, period in table.keys)
