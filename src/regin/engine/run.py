"""Run a recipe on a table: `run(table, framework, recipe) -> Run`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from html import escape

from regin.engine.data_warnings import data_warnings
from regin.engine.display import html_table
from regin.engine.errors import N_, Fault, FaultsError, Message, register
from regin.engine.framework import Framework
from regin.engine.recipe import Recipe
from regin.engine.scores import Scores, scores_of
from regin.engine.steps import STEPS, Plan, Sheet, Weight, Work
from regin.engine.table import Floats, State, Table

register(
    {
        "no_column": Message(
            N_("The data has no column for “%(node)s”."),
            N_("Add the column; leave the cells empty where nothing is known."),
        ),
        "no_units": Message(N_("The data has no unit."), N_("Write one row for every unit.")),
        "unknown_axis": Message(
            N_("The overall score is to be made of the axis “%(axis)s”, which has no parts."),
            N_("Write one of these axes: %(known)s."),
        ),
        "nothing_aggregated": Message(
            N_("The recipe has no step aggregate, so aggregates and parts have no score."),
            N_("Write a step aggregate if you want them."),
        ),
        "nc_not_zero": Message(
            N_("no_competence is “zero”, but the recipe has no step score_options."),
            N_("Write that step: cells without competence become 0 there. They were left out."),
        ),
    }
)


@dataclass(frozen=True, eq=False)
class StepResult:
    """The table after one step. `place` counts from 1.

    `details` is what the step says beside its table, ready for JSON; `beside` are its further
    tables under their names, each with (rows,) of numbers for some codes, NaN missing. `weights`
    are those in force after a step that sets them, else None.
    """

    place: int
    do: str
    table: Table
    details: Mapping[str, object] = field(default_factory=dict)
    weights: Mapping[str, Weight] | None = None
    beside: Mapping[str, Mapping[str, Floats]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Run:
    """A finished calculation: its input, the table after every step, scores, warnings."""

    table: Table
    framework: Framework
    recipe: Recipe
    steps: tuple[StepResult, ...]
    scores: Scores
    warnings: tuple[Fault, ...]

    def _repr_html_(self) -> str:
        """Show the overall score and rank, and what was warned of, in a notebook."""
        root = self.framework.root.code
        overall = [score for score in self.scores if score.code == root]
        overall.sort(key=lambda score: (score.period, score.rank or len(overall) + 1, score.unit))
        rows = ([s.rank, s.unit, s.period, s.score] for s in overall)
        shown = html_table(["rank", "unit", "period", root], rows, len(overall))
        said = "".join(f"<li>{escape(str(warning))}</li>" for warning in self.warnings)
        return f"{shown}<ul>{said}</ul>" if said else shown


def run_faults(
    table: Table,
    framework: Framework,
    recipe: Recipe,
    tables: Mapping[str, Sheet] | None = None,
) -> list[Fault]:
    """Return everything that stands against the run, before anything is computed."""
    found = list(_table_faults(table, framework))
    # Steps look at columns, so they are asked only when all columns are there.
    given = None if found else table
    return [*found, *plan_faults(framework, recipe, given, tables or {})]


def plan_faults(
    framework: Framework,
    recipe: Recipe,
    table: Table | None = None,
    tables: Mapping[str, Sheet] | None = None,
) -> Iterator[Fault]:
    """Yield what stands against using `recipe` on `framework`, and on `table` when it is given."""
    for place, step in enumerate(recipe.steps):
        plan = Plan(framework, recipe.steps[:place], table, tables)
        yield from STEPS.get(step.do).check(plan, step)
    axes = list(dict.fromkeys(part.axis for part in framework.axis_parts))
    kind, _, axis = recipe.overall.partition(":")
    if kind == "axis" and axis not in axes:
        params = {"axis": axis, "known": ", ".join(axes) or "-"}
        yield Fault("unknown_axis", params, column="overall")


def _table_faults(table: Table, framework: Framework) -> Iterator[Fault]:
    if not table.units:
        yield Fault("no_units")
    for leaf in framework.leaves:
        if leaf.code not in table.position:
            yield Fault("no_column", {"node": leaf.code}, column=leaf.code)


def run(
    table: Table,
    framework: Framework,
    recipe: Recipe,
    tables: Mapping[str, Sheet] | None = None,
) -> Run:
    """Carry out `recipe` and read the scores. The same input gives the same bits.

    `tables` are those that steps name as `table`, each under that name. Raises FaultsError with
    everything that `run_faults` finds, and for what only shows while computing, such as a value
    that is not positive where a geometric mean needs one.

    >>> from regin.engine.framework import Node
    >>> from regin.engine.steps import Step
    >>> tree = Framework((Node("all", level=2, kind="aggregate"),
    ...                   Node("a", level=1, parent="all"), Node("b", level=1, parent="all")))
    >>> data = Table.of(["X"], ["a", "b"], [[0.0, 100.0]])
    >>> done = run(data, tree, Recipe((Step("aggregate", {"method": "arithmetic"}),)))
    >>> [(s.code, s.score) for s in done.scores]
    [('all', 50.0), ('a', 0.0), ('b', 100.0)]
    """
    faults = run_faults(table, framework, recipe, tables)
    if faults:
        raise FaultsError(faults)
    weights: dict[str, Weight] = {node.code: node.weight for node in framework.placed}
    work = Work(table, framework, recipe.no_competence, weights, tables=tables or {})
    for warning in data_warnings(table, framework):
        work = work.warn(warning)
    results = []
    for place, step in enumerate(recipe.steps, start=1):
        kind = STEPS.get(step.do)
        directed = Plan(framework, recipe.steps[: place - 1]).directed
        after = recipe.steps[place:]
        work = replace(work, after=after, details={}, beside={}, directed=directed)
        work = kind.run(work, step)
        said = work.details, work.weights if kind.sets_weights else None, work.beside
        results.append(StepResult(place, step.do, work.table, *said))
    work = _warned(work, recipe)
    scores = scores_of(
        work,
        recipe.overall,
        directed=Plan(framework, recipe.steps).directed,
        whole=any(step.do == "aggregate" for step in recipe.steps),
    )
    return Run(table, framework, recipe, tuple(results), scores, work.warnings)


def _warned(work: Work, recipe: Recipe) -> Work:
    if not any(step.do == "aggregate" for step in recipe.steps):
        work = work.warn(Fault("nothing_aggregated"))
    no_competence = bool((work.table.states == State.NO_COMPETENCE).any())
    if recipe.no_competence == "zero" and no_competence and not work.zero_for_nc:
        work = work.warn(Fault("nc_not_zero"))
    return work
